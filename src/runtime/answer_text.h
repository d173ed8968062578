// What the official client does to the bytes it decoded; only RunOptions::compat and free_decoding use it.
//
// Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace paw {

// Bytes that are not well-formed UTF-8 become U+FFFD, one for each maximal part of a character (as Python's errors="replace").
std::string ReplaceInvalidUtf8(std::string_view text);
// Unicode white space removed from both ends (as Python's str.strip). `text` is UTF-8.
std::string StripBlanks(std::string_view text);

}  // namespace paw
