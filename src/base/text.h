// Small text tools: UTF-8 checks, escaping of untrusted text for a terminal or a log line, trimming, lines, numbers.
//
// Thread rule: pure functions. Views returned point into the argument. Non-goals: Unicode tables (lm/tokenizer.h has those).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "paw/status.h"

namespace paw {

// The byte offset of the first byte that is not part of well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most
// U+10FFFF); text.size() when all of it is.
std::size_t Utf8ErrorOffset(std::string_view text);
inline bool IsUtf8(std::string_view text) { return Utf8ErrorOffset(text) == text.size(); }

inline std::string_view TextOf(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Text from outside, as paw accepts it: at most bytes_max bytes, valid UTF-8, no NUL. `what` names it in the message.
Status CheckText(std::string_view text, std::size_t bytes_max, std::string_view what);

// `text` made safe to show on one line: control characters, invalid bytes, line separators and bidirectional overrides become
// \n, \t, \xNN or \u{NNNN}; a backslash is doubled; what is longer than bytes_max is cut and ends in "...".
std::string Printable(std::string_view text, std::size_t bytes_max = kShownBytesMax);

// Printable text between double quotes, inner quotes escaped.
std::string Quoted(std::string_view text, std::size_t bytes_max = kShownBytesMax);

// ASCII white space (space \t \r \n \v \f) removed from both ends.
std::string_view Trim(std::string_view text);

// Lines without their ends; "\n" and "\r\n" both end one. A last line without an end counts; text that ends in one has no empty
// line after it. "" has no lines.
std::vector<std::string_view> SplitLines(std::string_view text);
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // files of examples, cases and inputs may begin with it
// The same one at a time, for files: takes the first line off `rest`. False when nothing is left.
bool TakeLine(std::string_view& rest, std::string_view& line);

std::vector<std::string_view> Split(std::string_view text, char separator);  // "a,,b" has three fields; "" has one
std::string Join(const std::vector<std::string>& parts, std::string_view separator);
std::string LowerAscii(std::string_view text);
std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to);  // `from` not empty
std::size_t CountOf(std::string_view text, std::string_view part);                          // without overlap; `part` not empty

// A whole decimal number: kUsage with `what` when there is anything else in the text or it does not fit.
Result<std::int64_t> ParseInt(std::string_view text, std::string_view what);
// A finite decimal fraction in C's notation, read without regard to the locale.
Result<double> ParseDouble(std::string_view text, std::string_view what);

}  // namespace paw
