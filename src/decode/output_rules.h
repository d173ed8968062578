// OutputRules: which bytes may come next in an answer. JsonRules: one JSON value (or an agreed word such as NONE). Utf8Rules: any text.
//
// A rule set is a cursor over the bytes of one answer. Whatever sequence of allowed pieces brings it to IsComplete() is a whole answer:
// for JsonRules a document that strict parsers take (RFC 8259, well-formed UTF-8, paired surrogate escapes, numbers within double,
// depth at most kJsonDepthMax), with bounded runs of white space so that a small model cannot fill its budget with blanks.
// Two equal keys in an object are not prevented.
//
// Thread rule: one answer, one thread. Owner: the caller. Errors: none; a byte is allowed or not.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"

namespace paw {

class OutputRules {
 public:
  virtual ~OutputRules() = default;
  // Whether all bytes of the piece may come next. An empty piece may not.
  virtual bool Allows(std::string_view piece) const = 0;
  // Takes a piece that is allowed.
  virtual void Advance(std::string_view piece) = 0;
  // The answer may end here.
  virtual bool IsComplete() const = 0;
  // The answer may end here and no byte may follow.
  virtual bool MustEnd() const = 0;
};

// Well-formed UTF-8 without NUL, fed byte by byte (RFC 3629).
class Utf8Cursor {
 public:
  bool Advance(unsigned char byte);  // false: not allowed, and the cursor is spent
  bool AtBoundary() const { return left_ == 0; }

 private:
  std::uint8_t left_ = 0;    // continuation bytes still to come
  std::uint8_t low_ = 0x80;  // bounds of the next one
  std::uint8_t high_ = 0xBF;
};

class Utf8Rules final : public OutputRules {
 public:
  bool Allows(std::string_view piece) const override;
  void Advance(std::string_view piece) override;
  bool IsComplete() const override { return cursor_.AtBoundary(); }
  bool MustEnd() const override { return false; }

 private:
  Utf8Cursor cursor_;
};

// The pushdown automaton of one JSON value. Small and copyable: Allows() tries a piece on a copy.
class JsonCursor {
 public:
  explicit JsonCursor(bool containers_only = false) : containers_only_(containers_only) {}
  bool Advance(unsigned char byte);
  bool IsComplete() const;
  bool MustEnd() const { return state_ == State::kAfterValue && depth_ == 0; }

 private:
  enum class State : std::uint8_t {
    kValue,
    kFirstItem,
    kFirstKey,
    kKey,
    kColon,
    kAfterValue,  // between tokens
    kString,
    kEscape,
    kUnicode,
    kLowBackslash,
    kLowU,
    kWord,  // inside a string or true, false, null
    kMinus,
    kZero,
    kInteger,
    kPoint,
    kFraction,
    kExponent,
    kExponentSign,
    kExponentDigits,
  };
  bool InNumberThatMayEnd() const;
  bool StartValue(unsigned char byte);
  bool AdvanceBetween(unsigned char byte);
  bool AdvanceString(unsigned char byte);
  bool AdvanceEscape(unsigned char byte);
  bool AdvanceNumber(unsigned char byte);
  bool Open(bool object);
  bool Close(bool object);
  bool TakeSpace();

  State state_ = State::kValue;
  bool containers_only_;  // the top value is an object or a list
  bool in_key_ = false;
  Utf8Cursor utf8_;
  std::uint8_t depth_ = 0;
  std::uint8_t spaces_ = 0;     // run of white space
  std::uint8_t count_ = 0;      // digits of a number part or of a \u escape, letters of a word
  std::uint16_t escape_ = 0;    // value of a \u escape so far
  bool low_surrogate_ = false;  // the escape being read must be the second of a pair
  std::uint64_t objects_ = 0;   // bit d: the container at depth d+1 is an object
  const char* word_ = nullptr;
  static_assert(kJsonDepthMax <= 64);
};

class JsonRules final : public OutputRules {
 public:
  struct Options {
    bool containers_only = false;           // only objects and lists at the top
    std::vector<std::string> alternatives;  // whole answers that need not be JSON: "NONE"; at most 32
  };
  explicit JsonRules(const Options& options);
  bool Allows(std::string_view piece) const override;
  void Advance(std::string_view piece) override;
  bool IsComplete() const override;
  bool MustEnd() const override;

 private:
  struct Cursor {
    JsonCursor json;
    bool json_alive = true;
    std::uint32_t alternatives_alive = 0;  // bit i: the bytes so far begin alternative i
    std::size_t length = 0;                // bytes so far
  };
  bool Step(Cursor& cursor, std::string_view piece) const;

  std::shared_ptr<const std::vector<std::string>> alternatives_;
  Cursor cursor_;
};

}  // namespace paw
