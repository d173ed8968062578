#include "decode/output_rules.h"

#include <algorithm>

namespace paw {
namespace {

// A number part longer than this, or an exponent of more digits, could leave the range of double.
constexpr int kNumberDigitsMax = 64;
constexpr int kExponentDigitsMax = 2;
constexpr std::size_t kAlternativesMax = 32;

bool IsDigit(unsigned char byte) { return byte >= '0' && byte <= '9'; }

int HexValue(unsigned char byte) {
  if (IsDigit(byte)) return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

}  // namespace

bool Utf8Cursor::Advance(unsigned char byte) {
  if (left_ > 0) {
    if (byte < low_ || byte > high_) return false;
    --left_;
    low_ = 0x80;
    high_ = 0xBF;
    return true;
  }
  if (byte == 0) return false;
  if (byte < 0x80) return true;
  if (byte < 0xC2 || byte > 0xF4) return false;
  left_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  low_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;   // no overlong form
  high_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;  // no surrogate, nothing above U+10FFFF
  return true;
}

bool Utf8Rules::Allows(std::string_view piece) const {
  Utf8Cursor cursor = cursor_;
  return !piece.empty() && std::all_of(piece.begin(), piece.end(), [&](char c) { return cursor.Advance(static_cast<unsigned char>(c)); });
}

void Utf8Rules::Advance(std::string_view piece) {
  for (char c : piece) cursor_.Advance(static_cast<unsigned char>(c));
}

bool JsonCursor::InNumberThatMayEnd() const {
  return state_ == State::kZero || state_ == State::kInteger || state_ == State::kFraction || state_ == State::kExponentDigits;
}

bool JsonCursor::IsComplete() const { return depth_ == 0 && (state_ == State::kAfterValue || InNumberThatMayEnd()); }

bool JsonCursor::Advance(unsigned char byte) {
  switch (state_) {
    case State::kString:
      return AdvanceString(byte);
    case State::kEscape:
    case State::kUnicode:
    case State::kLowBackslash:
    case State::kLowU:
      return AdvanceEscape(byte);
    case State::kWord:
      if (byte != static_cast<unsigned char>(word_[count_])) return false;
      if (word_[++count_] == '\0') state_ = State::kAfterValue;
      return true;
    case State::kValue:
    case State::kFirstItem:
    case State::kFirstKey:
    case State::kKey:
    case State::kColon:
    case State::kAfterValue:
      return AdvanceBetween(byte);
    default:
      return AdvanceNumber(byte);
  }
}

bool JsonCursor::TakeSpace() {
  const int most = 2 + 4 * depth_;  // a line end and the deepest indentation in use
  return ++spaces_ <= most;
}

bool JsonCursor::Open(bool object) {
  if (depth_ == kJsonDepthMax) return false;
  const std::uint64_t bit = std::uint64_t{1} << depth_;
  objects_ = object ? objects_ | bit : objects_ & ~bit;
  ++depth_;
  state_ = object ? State::kFirstKey : State::kFirstItem;
  return true;
}

bool JsonCursor::Close(bool object) {
  if (depth_ == 0 || ((objects_ >> (depth_ - 1) & 1) != 0) != object) return false;
  --depth_;
  state_ = State::kAfterValue;
  return true;
}

bool JsonCursor::StartValue(unsigned char byte) {
  if (byte == '{' || byte == '[') return Open(byte == '{');
  if (containers_only_ && depth_ == 0) return false;
  count_ = 1;
  switch (byte) {
    case '"':
      state_ = State::kString;
      in_key_ = false;
      return true;
    case '-':
      state_ = State::kMinus;
      return true;
    case '0':
      state_ = State::kZero;
      return true;
    case 't':
    case 'f':
    case 'n':
      state_ = State::kWord;
      word_ = byte == 't' ? "true" : byte == 'f' ? "false" : "null";
      return true;
    default:
      state_ = State::kInteger;
      return IsDigit(byte);
  }
}

bool JsonCursor::AdvanceBetween(unsigned char byte) {
  if (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t') return !MustEnd() && TakeSpace();
  spaces_ = 0;
  switch (state_) {
    case State::kValue:
      return StartValue(byte);
    case State::kFirstItem:
      return byte == ']' ? Close(false) : StartValue(byte);
    case State::kFirstKey:
    case State::kKey:
      if (byte == '}' && state_ == State::kFirstKey) return Close(true);
      state_ = State::kString;
      in_key_ = true;
      return byte == '"';
    case State::kColon:
      state_ = State::kValue;
      return byte == ':';
    default:  // kAfterValue
      if (depth_ == 0) return false;
      if (byte == ',') {
        state_ = (objects_ >> (depth_ - 1) & 1) != 0 ? State::kKey : State::kValue;
        return true;
      }
      return (byte == '}' || byte == ']') && Close(byte == '}');
  }
}

bool JsonCursor::AdvanceString(unsigned char byte) {
  if (utf8_.AtBoundary()) {
    if (byte < 0x20) return false;
    if (byte == '\\') {
      state_ = State::kEscape;
      return true;
    }
    if (byte == '"') {
      state_ = in_key_ ? State::kColon : State::kAfterValue;
      return true;
    }
  }
  return utf8_.Advance(byte);
}

bool JsonCursor::AdvanceEscape(unsigned char byte) {
  switch (state_) {
    case State::kEscape:
      if (byte == 'u') {
        state_ = State::kUnicode;
        count_ = 0;
        escape_ = 0;
        return true;
      }
      state_ = State::kString;
      return std::string_view("\"\\/bfnrt").find(static_cast<char>(byte)) != std::string_view::npos;
    case State::kLowBackslash:
      state_ = State::kLowU;
      return byte == '\\';
    case State::kLowU:
      state_ = State::kUnicode;
      count_ = 0;
      escape_ = 0;
      return byte == 'u';
    default:
      break;
  }
  const int digit = HexValue(byte);
  if (digit < 0) return false;
  escape_ = static_cast<std::uint16_t>(escape_ << 4 | digit);
  ++count_;
  // The first two digits tell surrogates: D8..DB begin a pair, DC..DF end one.
  if (count_ == 2) {
    const bool low = escape_ >= 0xDC && escape_ <= 0xDF;
    if (low != low_surrogate_) return false;
  }
  if (count_ < 4) return true;
  const bool high = escape_ >= 0xD800 && escape_ <= 0xDBFF;
  low_surrogate_ = high;
  state_ = high ? State::kLowBackslash : State::kString;
  return true;
}

bool JsonCursor::AdvanceNumber(unsigned char byte) {
  if (IsDigit(byte)) {
    switch (state_) {
      case State::kMinus:
        state_ = byte == '0' ? State::kZero : State::kInteger;
        return true;
      case State::kZero:
        return false;
      case State::kPoint:
        state_ = State::kFraction;
        count_ = 1;
        return true;
      case State::kExponent:
      case State::kExponentSign:
        state_ = State::kExponentDigits;
        count_ = 1;
        return true;
      case State::kExponentDigits:
        return ++count_ <= kExponentDigitsMax;
      default:
        return ++count_ <= kNumberDigitsMax;
    }
  }
  const bool whole = state_ == State::kZero || state_ == State::kInteger;
  if (byte == '.' && whole) {
    state_ = State::kPoint;
    return true;
  }
  if ((byte == 'e' || byte == 'E') && (whole || state_ == State::kFraction)) {
    state_ = State::kExponent;
    return true;
  }
  if ((byte == '+' || byte == '-') && state_ == State::kExponent) {
    state_ = State::kExponentSign;
    return true;
  }
  if (!InNumberThatMayEnd()) return false;
  state_ = State::kAfterValue;
  return AdvanceBetween(byte);
}

JsonRules::JsonRules(const Options& options) : alternatives_(std::make_shared<const std::vector<std::string>>(options.alternatives)) {
  cursor_.json = JsonCursor(options.containers_only);
  const std::size_t count = std::min(options.alternatives.size(), kAlternativesMax);
  for (std::size_t i = 0; i < count; ++i) cursor_.alternatives_alive |= std::uint32_t{1} << i;
}

bool JsonRules::Step(Cursor& cursor, std::string_view piece) const {
  for (char c : piece) {
    cursor.json_alive = cursor.json_alive && cursor.json.Advance(static_cast<unsigned char>(c));
    for (std::size_t i = 0; i < std::min(alternatives_->size(), kAlternativesMax); ++i) {
      const std::string& text = (*alternatives_)[i];
      if (cursor.length >= text.size() || text[cursor.length] != c) cursor.alternatives_alive &= ~(std::uint32_t{1} << i);
    }
    ++cursor.length;
    if (!cursor.json_alive && cursor.alternatives_alive == 0) return false;
  }
  return true;
}

bool JsonRules::Allows(std::string_view piece) const {
  Cursor cursor = cursor_;
  return !piece.empty() && Step(cursor, piece);
}

void JsonRules::Advance(std::string_view piece) { Step(cursor_, piece); }

bool JsonRules::IsComplete() const {
  if (cursor_.json_alive && cursor_.json.IsComplete()) return true;
  for (std::size_t i = 0; i < std::min(alternatives_->size(), kAlternativesMax); ++i) {
    if ((cursor_.alternatives_alive >> i & 1) != 0 && (*alternatives_)[i].size() == cursor_.length) return true;
  }
  return false;
}

bool JsonRules::MustEnd() const {
  if (!IsComplete() || (cursor_.json_alive && !cursor_.json.MustEnd())) return false;
  for (std::size_t i = 0; i < std::min(alternatives_->size(), kAlternativesMax); ++i) {
    if ((cursor_.alternatives_alive >> i & 1) != 0 && (*alternatives_)[i].size() > cursor_.length) return false;
  }
  return true;
}

}  // namespace paw
