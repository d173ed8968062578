// SchemaRules: an answer that is a document of a JSON Schema. The OutputRules of `paw run --json-schema`.
//
// What comes out is valid against the schema and what JsonRules would take: well-formed UTF-8, paired surrogate escapes, numbers within
// double, depth at most kJsonDepthMax, white space between tokens in runs bounded as there. Beyond that a document has this form, and
// every valid document can be written in it:
//
//   keys        in the order of the schema's properties, optional ones left out at will (as outlines, llguidance and xgrammar have it:
//               a small model is led along the same path every time, and what is required cannot be forgotten); then required keys without
//               a schema of their own, then others where additionalProperties lets them in, each once
//   escapes     none in keys and values that the schema names but those that JSON needs; free elsewhere
//   integers    of 64 bits, digits only: no 1.0, no 1e2, no -0, no leading zero
//   numbers     at most 64 digits a part and an exponent of two
//   lists and objects inside enum and const are written without white space
//
// Where several alternatives of anyOf fit what stands there so far all of them are followed, up to kSchemaThreadsMax ways of reading;
// beyond that the later ones are given up, which leaves fewer documents and no invalid one. No walk ends in a place without a way on.
//
// Thread rule: one answer, one thread. Owner: the caller; the schema is shared. Errors: none; a byte is allowed or not.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decode/json_schema.h"
#include "decode/output_rules.h"

namespace paw {

class SchemaRules final : public OutputRules {
 public:
  explicit SchemaRules(std::shared_ptr<const JsonSchema> schema);
  bool Allows(std::string_view piece) const override;
  void Advance(std::string_view piece) override;
  bool IsComplete() const override;
  bool MustEnd() const override;
  void AddAllowed(const TokenTrie& trie, TokenMask& mask) const override;
  // With the white space that last stood after a colon or a comma of this answer; up to the first one where there was none yet.
  std::string Expected(std::size_t bytes_max) const override;

 private:
  friend class SchemaStack;
  enum class State : std::uint8_t {
    kValue,       // a value of `node`
    kFirstItem,   // the same, or the end of the list
    kFirstKey,    // a key, or the end of the object
    kKey,         // a key
    kColon,       // then a value of `node`
    kAfterValue,  // between tokens
    kNamedKey,    // inside a key that the schema names
    kOtherKey,    // inside another key
    kLiteral,
    kString,
    kNumber,
    kInteger,
  };
  // Where the innermost container stands. Those around it lie in frames_.
  struct Frame {
    std::int32_t node = -1;  // -1: no container
    std::int32_t around = -1;
    std::uint32_t count = 0;       // items begun, or the first property that may still come
    std::int32_t other_keys = -1;  // the last of them
    bool object = false;
    bool operator==(const Frame&) const = default;
  };
  // A key that the schema does not name, of an object that is open.
  struct OtherKey {
    std::uint64_t hash = 0;
    std::int32_t before = -1;
  };
  // One way of reading the bytes so far.
  struct Thread {
    State state = State::kValue;
    std::uint8_t depth = 0;
    std::uint8_t spaces = 0;  // run of white space
    bool negative = false;    // an integer's sign
    std::int32_t node = 0;    // of the value that comes or is being read
    Frame frame = {};
    std::uint32_t low = 0, high = 0, length = 0;  // literals or keys low to high - 1 begin with the `length` bytes read
    std::uint64_t magnitude = 0;                  // of an integer
    JsonStringCursor string = {};
    JsonNumberCursor number = {};
    bool operator==(const Thread&) const = default;
  };

  // What stood after the last colon and the last comma between tokens.
  struct Style {
    void See(unsigned char byte);
    bool in_string = false, escaped = false;
    char after = 0;      // the colon or comma whose white space is being read
    std::string spaces;  // of it, so far
    std::optional<std::string> after_colon, after_comma;
  };

  // Appends to `out`, from index `first` on, what `byte` makes of the thread; nothing where it may not come.
  void Step(const Thread& thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const;
  void StepBetween(Thread thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const;
  void StepLiteral(Thread thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const;
  void StepNamedKey(Thread thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const;
  void StepString(Thread thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const;
  void StepInteger(Thread thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const;
  void StartValue(const Thread& thread, std::int32_t node, unsigned char byte, std::vector<Thread>& out, std::size_t first) const;
  void StartLeaf(Thread thread, std::int32_t leaf, unsigned char byte, std::vector<Thread>& out, std::size_t first) const;
  void StartKey(const Thread& thread, std::vector<Thread>& out, std::size_t first) const;
  void Open(Thread thread, bool object, std::vector<Thread>& out, std::size_t first) const;
  void Close(const Thread& thread, std::vector<Thread>& out, std::size_t first) const;
  // The thread with its value behind it: nothing is left of the value.
  static Thread After(const Thread& thread, State state);
  static void EndValue(const Thread& thread, std::vector<Thread>& out, std::size_t first);
  static void Append(const Thread& thread, std::vector<Thread>& out, std::size_t first);
  bool EndOtherKey(Thread& thread) const;

  const JsonSchema::Node& NodeOf(const Thread& thread) const { return schema_->node(thread.node); }
  const JsonSchema::Node& ContainerOf(const Thread& thread) const { return schema_->node(thread.frame.node); }
  bool Fits(std::int32_t node, int depth) const { return schema_->node(node).need + depth <= static_cast<int>(kJsonDepthMax); }
  bool MayBeKey(const Thread& thread, std::size_t property) const;
  bool MayBeOtherKey(const Thread& thread) const;
  bool MayHaveKey(const Thread& thread) const;
  bool MayCloseObject(const Thread& thread) const;
  bool ScalarMayEnd(const Thread& thread) const;
  bool ThreadIsComplete(const Thread& thread) const;
  std::int32_t PlainRoom(const Thread& thread) const;
  bool EndsAlike(const Thread& thread) const;
  // The one byte besides white space that may come after these threads; -1 where there are more or none.
  int OnlyByte(std::span<const Thread> threads) const;

  std::shared_ptr<const JsonSchema> schema_;
  std::vector<Thread> threads_;
  Style style_;
  // Grow while the answer does; what a trial added is taken off after it.
  mutable std::vector<Frame> frames_;
  mutable std::vector<OtherKey> other_keys_;
  mutable std::vector<Thread> scratch_;
};

}  // namespace paw
