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
#include "decode/json_scalars.h"
#include "decode/token_trie.h"

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
  // Adds to `mask` exactly the tokens of `trie` that Allows() their bytes.
  virtual void AddAllowed(const TokenTrie& trie, TokenMask& mask) const = 0;
  // What the rules leave no choice about, white space aside, at most `bytes_max`: a guess at what comes next, for a draft.
  virtual std::string Expected(std::size_t bytes_max) const;
  // What is answered in place of the text that was written: all rules but SpanRules leave it as it is.
  virtual std::string Finished(std::string text) const { return text; }
};

class Utf8Rules final : public OutputRules {
 public:
  bool Allows(std::string_view piece) const override;
  void Advance(std::string_view piece) override;
  bool IsComplete() const override { return cursor_.AtBoundary(); }
  bool MustEnd() const override { return false; }
  void AddAllowed(const TokenTrie& trie, TokenMask& mask) const override;

 private:
  Utf8Cursor cursor_;
};

// The pushdown automaton of one JSON value. Small and copyable: Allows() tries a piece on a copy.
class JsonCursor {
 public:
  explicit JsonCursor(bool containers_only = false, bool compact = false) : containers_only_(containers_only), compact_(compact) {}
  bool Advance(unsigned char byte);
  bool IsComplete() const;
  bool MustEnd() const { return state_ == State::kAfterValue && depth_ == 0; }
  // As trie_walk.h wants it: any number of plain characters may follow inside a string.
  std::int32_t PlainRoom() const { return state_ == State::kString && string_.AtBoundary() ? kPlainUnlimited : kNotPlain; }
  bool EndsAlike() const { return PlainRoom() != kNotPlain; }

 private:
  // kAfterValue .. kValue: between tokens; the others: inside a string, a number, or true, false, null.
  enum class State : std::uint8_t { kValue, kFirstItem, kFirstKey, kKey, kColon, kAfterValue, kString, kNumber, kWord };
  bool StartValue(unsigned char byte);
  bool AdvanceBetween(unsigned char byte);
  bool AdvanceString(unsigned char byte);
  bool AdvanceNumber(unsigned char byte);
  bool Open(bool object);
  bool Close(bool object);
  bool TakeSpace();

  State state_ = State::kValue;
  bool containers_only_;  // the top value is an object or a list
  bool compact_;
  bool in_key_ = false;
  JsonStringCursor string_;
  JsonNumberCursor number_;
  std::uint8_t depth_ = 0;
  std::uint8_t spaces_ = 0;    // run of white space
  std::uint8_t letters_ = 0;   // of a word
  std::uint64_t objects_ = 0;  // bit d: the container at depth d+1 is an object
  const char* word_ = nullptr;
  static_assert(kJsonDepthMax <= 64);
};

class JsonRules final : public OutputRules {
 public:
  struct Options {
    bool containers_only = false;                // only objects and lists at the top
    bool compact = false;                        // no white space between tokens
    std::vector<std::string> alternatives = {};  // whole answers that need not be JSON: "NONE"; at most 32
  };
  explicit JsonRules(const Options& options);
  bool Allows(std::string_view piece) const override;
  void Advance(std::string_view piece) override;
  bool IsComplete() const override;
  bool MustEnd() const override;
  void AddAllowed(const TokenTrie& trie, TokenMask& mask) const override;

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
