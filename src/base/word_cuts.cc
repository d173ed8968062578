#include "base/word_cuts.h"

namespace paw {
namespace {

constexpr std::string_view kJoinsBefore = ".,-";  // before a number, behind a letter or digit
constexpr std::string_view kJoinsWithin = ".,";   // two parts of a number

bool IsBlankByte(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigitByte(char c) { return c >= '0' && c <= '9'; }
bool IsLetterByte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }
bool IsGeneralPunctuation(std::string_view text) { return text.starts_with("\xE2\x80") || text.starts_with("\xE2\x81"); }

}  // namespace

WordCuts::WordCuts(std::string_view text) : text_(text) {
  kinds_.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (IsInside(i)) {
      kinds_.push_back(kinds_.back());
    } else if (IsBlankByte(c)) {
      kinds_.push_back(Kind::kBlank);
    } else if (IsDigitByte(c)) {
      kinds_.push_back(Kind::kDigit);
    } else {
      kinds_.push_back(IsLetterByte(c) && !IsGeneralPunctuation(text.substr(i)) ? Kind::kLetter : Kind::kMark);
    }
  }
}

// Behind the first byte of a character.
bool WordCuts::IsInside(std::size_t at) const { return at > 0 && at < size() && (static_cast<unsigned char>(text_[at]) & 0xC0) == 0x80; }

// One of the marks, between a letter or a digit and a digit.
bool WordCuts::IsJoin(std::size_t at, std::string_view marks) const {
  if (at == 0 || at + 1 >= size() || marks.find(text_[at]) == std::string_view::npos) return false;
  return kinds_[at + 1] == Kind::kDigit && (kinds_[at - 1] == Kind::kDigit || kinds_[at - 1] == Kind::kLetter);
}

bool WordCuts::IsCharacter(std::size_t at) const { return at < size() && kinds_[at] != Kind::kBlank && !IsInside(at); }
bool WordCuts::IsBehindCharacter(std::size_t at) const { return at > 0 && kinds_[at - 1] != Kind::kBlank && !IsInside(at); }

bool WordCuts::MayBegin(std::size_t at) const {
  if (!IsCharacter(at)) return false;
  if (at == 0) return true;
  const Kind before = kinds_[at - 1];
  if (kinds_[at] == Kind::kLetter) return before != Kind::kLetter && before != Kind::kDigit;
  if (kinds_[at] == Kind::kDigit) return before != Kind::kDigit && !IsJoin(at - 1, kJoinsBefore);
  return !IsJoin(at, kJoinsBefore);
}

bool WordCuts::MayEnd(std::size_t at) const {
  if (!IsBehindCharacter(at)) return false;
  if (at == size()) return true;
  const Kind last = kinds_[at - 1], next = kinds_[at];
  if (last == Kind::kLetter) return next != Kind::kLetter && next != Kind::kDigit;
  if (last == Kind::kDigit) return next != Kind::kDigit && !IsJoin(at, kJoinsWithin);
  return !IsJoin(at - 1, kJoinsBefore);
}

bool StandsIn(std::string_view part, std::string_view text) {
  if (part.empty()) return false;
  const WordCuts cuts(text);
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    if (cuts.MayBegin(at) && cuts.MayEnd(at + part.size())) return true;
  }
  return false;
}

}  // namespace paw
