// JsonStringCursor and JsonNumberCursor: the bytes of one JSON string or number, one at a time. Parts of the automata of output_rules.h
// and schema_rules.h.
//
// Strings are well-formed UTF-8 with paired surrogate escapes. Numbers stay within double: a part of a number has at most 64 digits, an
// exponent two.
//
// Thread rule: small values, one answer each. Errors: none; a byte is allowed or not.
#pragma once

#include <cstdint>

namespace paw {

// Well-formed UTF-8 without NUL, fed byte by byte (RFC 3629).
class Utf8Cursor {
 public:
  bool Advance(unsigned char byte);  // false: not allowed, and the cursor is spent
  bool AtBoundary() const { return left_ == 0; }
  bool operator==(const Utf8Cursor&) const = default;

 private:
  std::uint8_t left_ = 0;    // continuation bytes still to come
  std::uint8_t low_ = 0x80;  // bounds of the next one
  std::uint8_t high_ = 0xBF;
};

// A string after its opening quote. A cursor that refused a byte, or that saw the end, is spent.
class JsonStringCursor {
 public:
  enum class Step : std::uint8_t { kRefused, kInside, kEnded };
  Step Advance(unsigned char byte);
  // Between two characters: any character may come next, an escape, or the end.
  bool AtBoundary() const { return state_ == State::kPlain && utf8_.AtBoundary(); }
  std::uint32_t characters() const { return characters_; }  // begun so far; a pair of escapes is one
  std::uint64_t hash() const { return hash_; }              // of the text without its escapes: FNV-1a
  bool operator==(const JsonStringCursor&) const = default;

  static std::uint64_t HashByte(std::uint64_t hash, unsigned char byte) { return (hash ^ byte) * 1099511628211u; }
  static constexpr std::uint64_t kHashStart = 14695981039346656037u;

 private:
  enum class State : std::uint8_t { kPlain, kEscape, kUnicode, kLowBackslash, kLowU };
  Step AdvanceEscape(unsigned char byte);
  Step AdvanceUnicode(unsigned char byte);
  void HashCharacter(std::uint32_t character);

  State state_ = State::kPlain;
  Utf8Cursor utf8_;
  std::uint8_t digits_ = 0;   // of the \u escape being read
  std::uint16_t escape_ = 0;  // its value so far
  std::uint16_t high_ = 0;    // the first half of a pair whose second half is being read; 0 = none
  std::uint32_t characters_ = 0;
  std::uint64_t hash_ = kHashStart;
};

class JsonNumberCursor {
 public:
  bool Start(unsigned char byte);  // the first byte
  bool Advance(unsigned char byte);
  bool MayEnd() const {
    return state_ == State::kZero || state_ == State::kInteger || state_ == State::kFraction || state_ == State::kExponentDigits;
  }
  bool operator==(const JsonNumberCursor&) const = default;

 private:
  enum class State : std::uint8_t { kMinus, kZero, kInteger, kPoint, kFraction, kExponent, kExponentSign, kExponentDigits };
  State state_ = State::kMinus;
  std::uint8_t digits_ = 0;  // of the part being read
};

}  // namespace paw
