// NormaliseNfc: text in Unicode's normal form C (composed), as the tokenizer.json of Qwen2 and Qwen3 asks for before it splits.
//
// By utf8proc's tables, with our own ordering of combining marks: utf8proc's takes quadratic time in the length of a run of them.
// `tokenizers` 0.23 still normalises by the tables of Unicode 9, so the two can differ where one of 98 rare marks that were assigned
// later (U+07FD, U+0898, U+1ABF, ...) stands beside another mark; we follow the standard there.
//
// Thread rule: a pure function. Time is O(n log n). Errors: kInternal when the library fails; the text must be well-formed UTF-8.
// Source: Unicode Standard Annex 15.
#pragma once

#include <string>
#include <string_view>

#include "paw/status.h"

namespace paw {

Result<std::string> NormaliseNfc(std::string_view text);

}  // namespace paw
