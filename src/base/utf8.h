// UTF-8 checks. Text that enters paw (spec, examples, inputs, templates) is UTF-8 or is refused.
//
// Thread rule: pure functions. Source: RFC 3629 (no overlong form, no surrogate, nothing above U+10FFFF).
#pragma once

#include <cstddef>
#include <string_view>

namespace paw {

// Offset of the first byte that is not part of well-formed UTF-8; std::string_view::npos when all of it is.
std::size_t FirstInvalidUtf8(std::string_view text);

// The longest prefix of at most `bytes_max` bytes that does not cut a character in two. `text` is UTF-8.
std::string_view Utf8Prefix(std::string_view text, std::size_t bytes_max);

// Number of characters (code points) of UTF-8 text.
std::size_t Utf8Length(std::string_view text);

}  // namespace paw
