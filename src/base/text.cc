#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace paw {
namespace {

struct Utf8Character {
  std::uint32_t code_point = 0;
  std::size_t bytes = 0;  // 0 = malformed
};

// The character that starts at text[at] (at < size). Table 3-7 of the Unicode standard.
Utf8Character DecodeUtf8(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const std::uint32_t first = byte(at);
  if (first < 0x80) return {first, 1};
  if (first >= 0xC2 && first <= 0xDF && is_tail(at + 1)) return {(first & 0x1F) << 6 | (byte(at + 1) & 0x3F), 2};
  if (first >= 0xE0 && first <= 0xEF && is_tail(at + 1) && is_tail(at + 2)) {
    const std::uint32_t point = (first & 0x0F) << 12 | (byte(at + 1) & 0x3F) << 6 | (byte(at + 2) & 0x3F);
    if (point >= 0x800 && (point < 0xD800 || point > 0xDFFF)) return {point, 3};
  }
  if (first >= 0xF0 && first <= 0xF4 && is_tail(at + 1) && is_tail(at + 2) && is_tail(at + 3)) {
    const std::uint32_t point = (first & 0x07) << 18 | (byte(at + 1) & 0x3F) << 12 | (byte(at + 2) & 0x3F) << 6 | (byte(at + 3) & 0x3F);
    if (point >= 0x10000 && point <= 0x10FFFF) return {point, 4};
  }
  return {};
}

// Characters that move a cursor, hide text or reorder what a reader sees.
bool IsUnsafeToShow(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x061C || point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

void AppendEscaped(const Utf8Character& character, unsigned char first, std::string& out) {
  char buffer[16];
  if (character.bytes == 0) {
    std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned>(first));
  } else if (character.code_point == '\n') {
    std::snprintf(buffer, sizeof buffer, "\\n");
  } else if (character.code_point == '\t') {
    std::snprintf(buffer, sizeof buffer, "\\t");
  } else if (character.code_point == '\r') {
    std::snprintf(buffer, sizeof buffer, "\\r");
  } else if (character.code_point < 0x80) {
    std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned>(character.code_point));
  } else {
    std::snprintf(buffer, sizeof buffer, "\\u{%x}", static_cast<unsigned>(character.code_point));
  }
  out += buffer;
}

std::string Escaped(std::string_view text, std::size_t bytes_max, bool escape_quotes) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    if (out.size() >= bytes_max) return out + "...";
    const Utf8Character character = DecodeUtf8(text, at);
    const std::size_t bytes = std::max<std::size_t>(character.bytes, 1);
    if (character.bytes == 0 || IsUnsafeToShow(character.code_point)) {
      AppendEscaped(character, static_cast<unsigned char>(text[at]), out);
    } else if (character.code_point == '\\' || (escape_quotes && character.code_point == '"')) {
      out += '\\';
      out += text[at];
    } else {
      out += text.substr(at, bytes);
    }
    at += bytes;
  }
  return out;
}

constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";

}  // namespace

std::size_t Utf8ErrorOffset(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t bytes = DecodeUtf8(text, at).bytes;
    if (bytes == 0) return at;
    at += bytes;
  }
  return at;
}

Status CheckText(std::string_view text, std::size_t bytes_max, std::string_view what) {
  if (text.size() > bytes_max) {
    return Refused(std::string(what) + ": found " + std::to_string(text.size()) + " bytes, expected at most " + std::to_string(bytes_max));
  }
  const std::size_t bad = Utf8ErrorOffset(text);
  if (bad != text.size()) {
    return Refused(std::string(what) + ": found an invalid byte at offset " + std::to_string(bad) + ", expected UTF-8 text");
  }
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) {
    return Refused(std::string(what) + ": found a NUL byte at offset " + std::to_string(nul) + ", expected UTF-8 text");
  }
  return Ok();
}

std::string Printable(std::string_view text, std::size_t bytes_max) { return Escaped(text, bytes_max, false); }

std::string Quoted(std::string_view text, std::size_t bytes_max) { return "\"" + Escaped(text, bytes_max, true) + "\""; }

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return text.substr(0, 0);
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::string_view line;
  while (TakeLine(text, line)) lines.push_back(line);
  return lines;
}

bool TakeLine(std::string_view& rest, std::string_view& line) {
  if (rest.empty()) return false;
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  line = rest.substr(0, end);
  if (end < rest.size() && line.ends_with('\r')) line.remove_suffix(1);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return true;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> fields;
  std::size_t start = 0;
  for (;;) {
    const std::size_t end = text.find(separator, start);
    fields.push_back(text.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return fields;
    start = end + 1;
  }
}

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  std::size_t start = 0;
  for (std::size_t at = text.find(from); at != std::string_view::npos; at = text.find(from, start)) {
    out += text.substr(start, at - start);
    out += to;
    start = at + from.size();
  }
  out += text.substr(start);
  return out;
}

std::size_t CountOf(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

Result<std::int64_t> ParseInt(std::string_view text, std::string_view what) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Usage(std::string(what) + ": found " + Quoted(text) + ", expected a whole number");
  }
  return number;
}

Result<double> ParseDouble(std::string_view text, std::string_view what) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return Usage(std::string(what) + ": found " + Quoted(text) + ", expected a finite number");
  }
  return number;
}

}  // namespace paw
