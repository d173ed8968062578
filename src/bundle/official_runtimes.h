// The runtimes that the official SDK knows by name. A manifest that says one of these ids must agree with them, there and here.
//
// Thread rule: constants. Source: programasweights 0.4.14, cache.py (text runtimes), _vision_contract.py (images).
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"

namespace paw {

// The whole runtime manifest of a known id; null for any other.
const Json* OfficialRuntime(std::string_view runtime_id);
std::vector<std::string_view> OfficialRuntimeIds();

}  // namespace paw
