// JsonSchema: a JSON Schema (a subset of draft 2020-12) compiled for decoding; schema_rules.h decodes under it.
//
//   type (one or a list), enum, const, anyOf, $ref to "#", "#/$defs/NAME" or "#/definitions/NAME", true and false as schemas
//   objects   properties, required, additionalProperties            arrays   items, minItems, maxItems
//   strings   minLength, maxLength                                  integers minimum, maximum, exclusiveMinimum, exclusiveMaximum
//   title, description, default, examples, format, deprecated, readOnly, writeOnly, $schema, $id, $comment say nothing about what is valid
//
// Every other keyword is refused, and so is what could not be held to exactly: bounds on fractions, anyOf or $ref beside a keyword that
// narrows them, enum or const beside a keyword other than type, a schema that no document satisfies.
//
// Thread rule: const after Parse, safe to share. Owner: whoever parsed it, by shared_ptr.
// Errors: kRefused, one line with the JSON pointer of the place.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "paw/status.h"

namespace paw {

class JsonSchema {
 public:
  static constexpr std::uint32_t kNoLimit = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint8_t kNever = 255;  // as a need: no document has it

  struct Property {
    std::string text;  // the key as it is written, quotes included
    std::uint64_t hash = 0;
    std::int32_t value = 0;  // node
    bool required = false;
    std::int32_t required_before = -1;  // index of the last required property before this one
  };

  // What a value may be. A node with `any_of` is nothing else; the walker sees leaves only.
  struct Node {
    std::vector<std::int32_t> any_of;
    std::vector<std::string> literals;  // whole values as they are written, by bytes: enum, const, true, false, null
    bool number = false;
    bool integer = false;
    std::int64_t integer_min = std::numeric_limits<std::int64_t>::min(), integer_max = std::numeric_limits<std::int64_t>::max();
    bool string = false;
    std::uint32_t length_min = 0, length_max = kNoLimit;  // in characters
    bool object = false;
    std::vector<Property> properties;  // in the schema's order
    std::vector<std::uint32_t> keys;   // indices of properties, by their text's bytes
    std::int32_t required_last = -1;   // index of the last required property
    std::int32_t additional = -1;      // node of the values of other keys; -1: no other keys
    bool array = false;
    std::int32_t items = 0;  // node
    std::uint32_t items_min = 0, items_max = kNoLimit;

    std::vector<std::int32_t> leaves;  // what any_of comes to; of a leaf: itself
    // The containers that the flattest document has around its deepest value; kNever: there is none.
    std::uint8_t need = kNever, object_need = kNever, array_need = kNever;
  };

  // `what` names the schema in messages.
  static Result<std::shared_ptr<const JsonSchema>> Parse(std::string_view text, std::string_view what);

  const Node& node(std::int32_t index) const { return nodes_[static_cast<std::size_t>(index)]; }
  std::int32_t root() const { return root_; }
  const std::string& sha256() const { return sha256_; }  // of its text

 private:
  JsonSchema() = default;
  std::vector<Node> nodes_;
  std::int32_t root_ = 0;
  std::string sha256_;
};

}  // namespace paw
