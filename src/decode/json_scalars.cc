#include "decode/json_scalars.h"

#include <string_view>

namespace paw {
namespace {

// A number part longer than this, or an exponent of more digits, could leave the range of double.
constexpr int kNumberDigitsMax = 64;
constexpr int kExponentDigitsMax = 2;

bool IsDigit(unsigned char byte) { return byte >= '0' && byte <= '9'; }

int HexValue(unsigned char byte) {
  if (IsDigit(byte)) return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

// What the letter after a backslash stands for; 0 for none of them.
unsigned char EscapedCharacter(unsigned char letter) {
  constexpr std::string_view kLetters = "\"\\/bfnrt", kCharacters = "\"\\/\b\f\n\r\t";
  const std::size_t at = kLetters.find(static_cast<char>(letter));
  return at == std::string_view::npos ? 0 : static_cast<unsigned char>(kCharacters[at]);
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

JsonStringCursor::Step JsonStringCursor::Advance(unsigned char byte) {
  if (state_ != State::kPlain) return AdvanceEscape(byte);
  if (utf8_.AtBoundary()) {
    if (byte < 0x20) return Step::kRefused;
    if (byte == '"') return Step::kEnded;
    ++characters_;
    if (byte == '\\') {
      state_ = State::kEscape;
      return Step::kInside;
    }
  }
  hash_ = HashByte(hash_, byte);
  return utf8_.Advance(byte) ? Step::kInside : Step::kRefused;
}

JsonStringCursor::Step JsonStringCursor::AdvanceEscape(unsigned char byte) {
  switch (state_) {
    case State::kEscape: {
      if (byte == 'u') {
        state_ = State::kUnicode;
        return Step::kInside;
      }
      const unsigned char character = EscapedCharacter(byte);
      hash_ = HashByte(hash_, character);
      state_ = State::kPlain;
      return character != 0 ? Step::kInside : Step::kRefused;
    }
    case State::kLowBackslash:
      state_ = State::kLowU;
      return byte == '\\' ? Step::kInside : Step::kRefused;
    case State::kLowU:
      state_ = State::kUnicode;
      return byte == 'u' ? Step::kInside : Step::kRefused;
    default:
      return AdvanceUnicode(byte);
  }
}

JsonStringCursor::Step JsonStringCursor::AdvanceUnicode(unsigned char byte) {
  const int digit = HexValue(byte);
  if (digit < 0) return Step::kRefused;
  escape_ = static_cast<std::uint16_t>(escape_ << 4 | digit);
  ++digits_;
  // The first two digits tell surrogates: D8..DB begin a pair, DC..DF end one.
  if (digits_ == 2 && (escape_ >= 0xDC && escape_ <= 0xDF) != (high_ != 0)) return Step::kRefused;
  if (digits_ < 4) return Step::kInside;
  if (high_ != 0) {
    HashCharacter(0x10000u + ((high_ - 0xD800u) << 10) + (escape_ - 0xDC00u));
    high_ = 0;
    state_ = State::kPlain;
  } else if (escape_ >= 0xD800 && escape_ <= 0xDBFF) {
    high_ = escape_;
    state_ = State::kLowBackslash;
  } else {
    HashCharacter(escape_);
    state_ = State::kPlain;
  }
  digits_ = 0;
  escape_ = 0;
  return Step::kInside;
}

void JsonStringCursor::HashCharacter(std::uint32_t character) {
  const auto tail = [&](int shift) { hash_ = HashByte(hash_, static_cast<unsigned char>(0x80 | (character >> shift & 0x3F))); };
  if (character < 0x80) {
    hash_ = HashByte(hash_, static_cast<unsigned char>(character));
  } else if (character < 0x800) {
    hash_ = HashByte(hash_, static_cast<unsigned char>(0xC0 | character >> 6));
  } else if (character < 0x10000) {
    hash_ = HashByte(hash_, static_cast<unsigned char>(0xE0 | character >> 12));
    tail(6);
  } else {
    hash_ = HashByte(hash_, static_cast<unsigned char>(0xF0 | character >> 18));
    tail(12);
    tail(6);
  }
  if (character >= 0x80) tail(0);
}

bool JsonNumberCursor::Start(unsigned char byte) {
  digits_ = 1;
  state_ = byte == '-' ? State::kMinus : byte == '0' ? State::kZero : State::kInteger;
  return byte == '-' || IsDigit(byte);
}

bool JsonNumberCursor::Advance(unsigned char byte) {
  if (IsDigit(byte)) {
    switch (state_) {
      case State::kMinus:
        state_ = byte == '0' ? State::kZero : State::kInteger;
        return true;
      case State::kZero:
        return false;
      case State::kPoint:
        state_ = State::kFraction;
        digits_ = 1;
        return true;
      case State::kExponent:
      case State::kExponentSign:
        state_ = State::kExponentDigits;
        digits_ = 1;
        return true;
      case State::kExponentDigits:
        return ++digits_ <= kExponentDigitsMax;
      default:
        return ++digits_ <= kNumberDigitsMax;
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
  return false;
}

}  // namespace paw
