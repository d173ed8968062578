// Damage to a JSON document that leaves it JSON: readers behind the parser are reached.
//
// Thread rule: pure functions.
#pragma once

#include "base/json.h"
#include "base/random.h"
#include "fuzz/mutate.h"

namespace paw::fuzz {

Bytes BytesOfText(std::string_view text);

// One to three values anywhere in `document` gone, of another type, or another value of their type.
Bytes MutateJson(Json document, Random& random);

// Half the time as bytes, half the time as JSON.
Bytes MutateJsonText(const Sample& sample, Random& random);

}  // namespace paw::fuzz
