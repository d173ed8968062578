#include "runtime/answer_text.h"

#include <array>

#include "decode/output_rules.h"

namespace paw {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The characters for which Python's str.isspace() holds, in UTF-8.
constexpr std::array<std::string_view, 29> kBlanks = {"\t",     "\n",     "\v",     "\f",     "\r",     "\x1C",   "\x1D",   "\x1E",
                                                      "\x1F",   " ",      "\u0085", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002",
                                                      "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A",
                                                      "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};

}  // namespace

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string out;
  Utf8Cursor cursor;
  std::size_t start = 0;  // of the character being read
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte != 0 && !cursor.Advance(byte)) {
      out += kReplacement;
      cursor = Utf8Cursor();
      const bool first = i == start;
      start = first ? i + 1 : i;
      if (!first) --i;  // the byte may begin a character of its own
    } else if (byte == 0 && !cursor.AtBoundary()) {
      out += kReplacement;
      cursor = Utf8Cursor();
      start = i--;
    } else if (cursor.AtBoundary()) {
      out += text.substr(start, i + 1 - start);
      start = i + 1;
    }
  }
  if (!cursor.AtBoundary()) out += kReplacement;
  return out;
}

std::string StripBlanks(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (std::string_view blank : kBlanks) {
      if (text.starts_with(blank)) {
        text.remove_prefix(blank.size());
        again = true;
      }
      if (text.ends_with(blank)) {
        text.remove_suffix(blank.size());
        again = true;
      }
    }
  }
  return std::string(text);
}

}  // namespace paw
