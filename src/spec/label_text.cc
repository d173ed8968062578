#include "spec/label_text.h"

#include <array>
#include <cctype>

namespace paw {
namespace {

struct QuotePair {
  std::string_view open, close;
};
constexpr std::array<QuotePair, 5> kQuotes = {{
    {"\"", "\""},
    {"'", "'"},
    {"`", "`"},
    {"\xE2\x80\x9C", "\xE2\x80\x9D"},
    {"\xE2\x80\x98", "\xE2\x80\x99"},
}};

constexpr std::size_t kQuotedBytesMax = 512;

bool IsWordByte(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  const auto byte = static_cast<unsigned char>(text[at]);
  return std::isalnum(byte) != 0 || byte == '_' || byte >= 0x80;
}

}  // namespace

std::size_t QuotedEnd(std::string_view text, std::size_t at) {
  for (const QuotePair& quote : kQuotes) {
    if (text.compare(at, quote.open.size(), quote.open) != 0) continue;
    if (at > 0 && quote.open.size() == 1 && IsWordByte(text, at - 1)) continue;
    const std::string_view near = text.substr(0, at + kQuotedBytesMax);  // keeps the whole search linear
    std::size_t close = at + quote.open.size();
    for (;;) {
      close = near.find(quote.close, close);
      if (close == std::string_view::npos) break;
      const std::size_t end = close + quote.close.size();
      if (close > at + quote.open.size() && !IsWordByte(text, end)) return end;  // an apostrophe is followed by a letter
      close = end;
    }
  }
  return at;
}

std::string_view InsideQuotes(std::string_view quoted) {
  for (const QuotePair& quote : kQuotes) {
    if (!quoted.starts_with(quote.open) || !quoted.ends_with(quote.close)) continue;
    return quoted.substr(quote.open.size(), quoted.size() - quote.open.size() - quote.close.size());
  }
  return quoted;
}

std::size_t FindWord(std::string_view lower, std::string_view word, std::size_t from) {
  for (std::size_t at = lower.find(word, from); at != std::string_view::npos; at = lower.find(word, at + 1)) {
    const bool begins = at == 0 || !IsWordByte(lower, at - 1);
    if (begins && !IsWordByte(lower, at + word.size())) return at;
  }
  return std::string_view::npos;
}

}  // namespace paw
