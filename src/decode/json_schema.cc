#include "decode/json_schema.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "decode/json_scalars.h"

namespace paw {
namespace {

using OrderedJson = nlohmann::ordered_json;  // properties keep the schema's order
using Node = JsonSchema::Node;

constexpr std::string_view kAnnotations[] = {"title", "description", "default",    "examples", "format",   "$schema",
                                             "$id",   "$comment",    "deprecated", "readOnly", "writeOnly"};
constexpr std::string_view kTypes[] = {"null", "boolean", "integer", "number", "string", "object", "array"};
constexpr std::string_view kIntegerBounds[] = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"};

template <typename List>
bool Contains(const List& list, std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

std::string Dump(const OrderedJson& value) { return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace); }

std::string PointerStep(std::string_view key) {
  std::string step = "/";
  for (const char c : key) step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return step;
}

// The schema types that a value belongs to.
bool HasType(const OrderedJson& value, const std::set<std::string>& types) {
  if (value.is_null()) return types.contains("null");
  if (value.is_boolean()) return types.contains("boolean");
  if (value.is_number_integer()) return types.contains("integer") || types.contains("number");
  if (value.is_number()) return types.contains("number");
  if (value.is_string()) return types.contains("string");
  return types.contains(value.is_object() ? "object" : "array");
}

std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = JsonStringCursor::kHashStart;
  for (const char c : text) hash = JsonStringCursor::HashByte(hash, static_cast<unsigned char>(c));
  return hash;
}

// Turns a document into nodes. One use.
class SchemaReader {
 public:
  SchemaReader(std::string_view what, const OrderedJson& document) : what_(what), document_(document) {}

  Result<std::int32_t> Run() {
    const std::int32_t root = PAW_TRY(Definition("#"));
    while (!waiting_.empty()) {
      const Waiting next = std::move(waiting_.back());
      waiting_.pop_back();
      const std::int32_t read = PAW_TRY(Read(*next.schema, next.where));
      nodes_[static_cast<std::size_t>(next.node)].any_of = {read};
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) PAW_TRY(FindLeaves(static_cast<std::int32_t>(i)));
    FindNeeds();
    if (At(root).need == JsonSchema::kNever) {
      return Error(
          "", "found a schema that no document satisfies (down to depth " + std::to_string(kJsonDepthMax) + "), expected one that some do");
    }
    return root;
  }

  std::vector<Node>& nodes() { return nodes_; }

 private:
  struct Waiting {
    const OrderedJson* schema = nullptr;
    std::string where;
    std::int32_t node = 0;
  };

  Node& At(std::int32_t index) { return nodes_[static_cast<std::size_t>(index)]; }
  Status Error(const std::string& where, const std::string& found) const {
    return Refused(what_ + ": at " + Quoted("#" + where) + ": " + found);
  }
  Status Wrong(const std::string& where, std::string_view key, const OrderedJson& value, std::string_view expected) const {
    return Error(where + PointerStep(key), "found " + Printable(Dump(value), 60) + ", expected " + std::string(expected));
  }

  Result<std::int32_t> NewNode(const std::string& where) {
    if (nodes_.size() >= kSchemaNodesMax) {
      return Error(where, "found more than " + std::to_string(kSchemaNodesMax) + " schemas, expected at most that");
    }
    nodes_.emplace_back();
    return static_cast<std::int32_t>(nodes_.size() - 1);
  }

  // The node of the whole document ("#") or of one of its definitions. Read later, so that a schema may hold itself.
  Result<std::int32_t> Definition(const std::string& reference, const std::string& where = "") {
    if (const auto known = definitions_.find(reference); known != definitions_.end()) return known->second;
    const OrderedJson* schema = reference == "#" ? &document_ : nullptr;
    for (const char* folder : {"$defs", "definitions"}) {
      const std::string before = std::string("#/") + folder + "/";
      if (!reference.starts_with(before) || !document_.is_object() || !document_.contains(folder)) continue;
      std::string name = reference.substr(before.size());
      for (const auto& [escape, character] : {std::pair<std::string, std::string>{"~1", "/"}, {"~0", "~"}}) {
        for (std::size_t at = 0; (at = name.find(escape, at)) != std::string::npos; ++at) name.replace(at, 2, character);
      }
      const OrderedJson& definitions = document_.at(folder);
      if (definitions.is_object() && definitions.contains(name)) schema = &definitions.at(name);
    }
    if (schema == nullptr) {
      return Error(where, "found \"$ref\": " + Quoted(reference) + ", expected \"#\" or the name of a schema in the document's $defs");
    }
    const std::int32_t node = PAW_TRY(NewNode(where));
    definitions_[reference] = node;
    waiting_.push_back({schema, reference.substr(1), node});
    return node;
  }

  // The node that takes every value.
  Result<std::int32_t> AnyValue(const std::string& where) {
    if (any_ >= 0) return any_;
    any_ = PAW_TRY(NewNode(where));
    Node& node = At(any_);
    node.literals = {"false", "null", "true"};
    node.number = node.string = node.object = node.array = true;
    node.additional = node.items = any_;
    return any_;
  }

  Result<std::int32_t> Read(const OrderedJson& schema, const std::string& where) {
    if (schema.is_boolean()) return schema.get<bool>() ? AnyValue(where) : NewNode(where);
    if (!schema.is_object()) return Error(where, "found " + Printable(Dump(schema), 60) + ", expected a schema: an object, true or false");
    std::vector<std::string> keywords;  // that say what is valid
    for (const auto& [key, value] : schema.items()) {
      const bool definitions = where.empty() && (key == "$defs" || key == "definitions");
      if (!Contains(kAnnotations, key) && !definitions) keywords.push_back(key);
    }
    if (keywords.empty()) return AnyValue(where);
    for (const char* alone : {"$ref", "anyOf"}) {
      if (!schema.contains(alone)) continue;
      if (keywords.size() > 1) {
        const std::string& other = keywords[keywords[0] == alone ? 1 : 0];
        return Error(where, "found " + Quoted(other) + " beside \"" + alone + "\", expected " + alone + " alone");
      }
      return alone == std::string_view("$ref") ? ReadReference(schema, where) : ReadAnyOf(schema, where);
    }
    return ReadTyped(schema, keywords, where);
  }

  Result<std::int32_t> ReadReference(const OrderedJson& schema, const std::string& where) {
    const OrderedJson& reference = schema["$ref"];
    if (!reference.is_string()) return Wrong(where, "$ref", reference, "a text");
    return Definition(reference.get<std::string>(), where + "/$ref");
  }

  Result<std::int32_t> ReadAnyOf(const OrderedJson& schema, const std::string& where) {
    const OrderedJson& list = schema["anyOf"];
    if (!list.is_array() || list.empty()) return Wrong(where, "anyOf", list, "a list of schemas");
    const std::int32_t node = PAW_TRY(NewNode(where));
    std::vector<std::int32_t> any_of;
    for (std::size_t i = 0; i < list.size(); ++i) any_of.push_back(PAW_TRY(Read(list[i], where + "/anyOf/" + std::to_string(i))));
    At(node).any_of = std::move(any_of);
    return node;
  }

  Result<std::set<std::string>> ReadTypes(const OrderedJson& schema, const std::string& where) {
    if (!schema.contains("type")) return std::set<std::string>(std::begin(kTypes), std::end(kTypes));
    const OrderedJson& given = schema["type"];
    const OrderedJson list = given.is_array() ? given : OrderedJson::array({given});
    std::set<std::string> types;
    for (const OrderedJson& type : list) {
      if (!type.is_string() || !Contains(kTypes, type.get<std::string>()))
        return Wrong(where, "type", given, "a JSON type or a list of them");
      types.insert(type.get<std::string>());
    }
    if (types.empty()) return Wrong(where, "type", given, "a JSON type or a list of them");
    return types;
  }

  Result<std::int32_t> ReadTyped(const OrderedJson& schema, const std::vector<std::string>& keywords, const std::string& where) {
    static constexpr std::string_view kKnown[] = {"type",  "enum",     "const",    "properties", "required", "additionalProperties",
                                                  "items", "minItems", "maxItems", "minLength",  "maxLength"};
    for (const std::string& key : keywords) {
      if (!Contains(kKnown, key) && !Contains(kIntegerBounds, key)) {
        return Error(where,
                     "found the keyword " + Quoted(key) + ", expected one that outputs can be held to (decode/json_schema.h has the list)");
      }
    }
    const std::set<std::string> types = PAW_TRY(ReadTypes(schema, where));
    const std::int32_t node = PAW_TRY(NewNode(where));
    if (schema.contains("enum") || schema.contains("const")) {
      for (const std::string& key : keywords) {
        if (key != "type" && key != "enum" && key != "const")
          return Error(where, "found " + Quoted(key) + " beside enum or const, expected type at most");
      }
      PAW_TRY(ReadLiterals(schema, types, where, node));
      return node;
    }
    if (types.contains("null")) At(node).literals.push_back("null");
    if (types.contains("boolean")) At(node).literals.insert(At(node).literals.end(), {"true", "false"});
    std::sort(At(node).literals.begin(), At(node).literals.end());
    PAW_TRY(ReadNumber(schema, types, where, node));
    if (types.contains("string")) PAW_TRY(ReadString(schema, where, node));
    if (types.contains("object")) PAW_TRY(ReadObject(schema, where, node));
    if (types.contains("array")) PAW_TRY(ReadArray(schema, where, node));
    return node;
  }

  Status ReadLiterals(const OrderedJson& schema, const std::set<std::string>& types, const std::string& where, std::int32_t node) {
    if (schema.contains("enum") && schema.contains("const")) return Error(where, "found enum beside const, expected one of them");
    const bool is_enum = schema.contains("enum");
    const OrderedJson values = is_enum ? schema["enum"] : OrderedJson::array({schema["const"]});
    if (!values.is_array() || values.size() > kSchemaEnumMax) {
      return Wrong(where, "enum", values, "a list of at most " + std::to_string(kSchemaEnumMax) + " values");
    }
    std::set<std::string> texts;
    for (const OrderedJson& value : values) {
      if (HasType(value, types)) texts.insert(Dump(value));
    }
    At(node).literals.assign(texts.begin(), texts.end());
    return Ok();
  }

  Status ReadNumber(const OrderedJson& schema, const std::set<std::string>& types, const std::string& where, std::int32_t node) {
    Node& leaf = At(node);
    leaf.number = types.contains("number");
    leaf.integer = types.contains("integer") && !leaf.number;
    for (const std::string_view bound : kIntegerBounds) {
      if (!schema.contains(bound)) continue;
      const OrderedJson& value = schema[std::string(bound)];
      const bool fits = value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= INT64_MAX);
      if (!fits) return Wrong(where, bound, value, "an integer of 64 bits");
      if (leaf.number) {
        return Error(where, "found " + Quoted(bound) + " where fractions are valid, expected \"type\": \"integer\" beside it");
      }
      const std::int64_t number = value.get<std::int64_t>();
      const bool exclusive = bound.starts_with("exclusive");
      if (bound.ends_with("inimum")) {
        if (exclusive && number == INT64_MAX) leaf.integer = false;
        leaf.integer_min = std::max(leaf.integer_min, exclusive && number < INT64_MAX ? number + 1 : number);
      } else {
        if (exclusive && number == INT64_MIN) leaf.integer = false;
        leaf.integer_max = std::min(leaf.integer_max, exclusive && number > INT64_MIN ? number - 1 : number);
      }
    }
    if (leaf.integer_min > leaf.integer_max) leaf.integer = false;
    return Ok();
  }

  Result<std::uint32_t> ReadCount(const OrderedJson& schema, const char* key, std::uint32_t otherwise, const std::string& where) {
    if (!schema.contains(key)) return otherwise;
    const OrderedJson& value = schema[key];
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= JsonSchema::kNoLimit / 2) {
      return Wrong(where, key, value, "a count below " + std::to_string(JsonSchema::kNoLimit / 2));
    }
    return value.get<std::uint32_t>();
  }

  Status ReadString(const OrderedJson& schema, const std::string& where, std::int32_t node) {
    At(node).length_min = PAW_TRY(ReadCount(schema, "minLength", 0, where));
    At(node).length_max = PAW_TRY(ReadCount(schema, "maxLength", JsonSchema::kNoLimit, where));
    At(node).string = At(node).length_min <= At(node).length_max;
    return Ok();
  }

  Status ReadArray(const OrderedJson& schema, const std::string& where, std::int32_t node) {
    At(node).items_min = PAW_TRY(ReadCount(schema, "minItems", 0, where));
    At(node).items_max = PAW_TRY(ReadCount(schema, "maxItems", JsonSchema::kNoLimit, where));
    const std::int32_t items = schema.contains("items") ? PAW_TRY(Read(schema["items"], where + "/items")) : PAW_TRY(AnyValue(where));
    At(node).items = items;
    At(node).array = At(node).items_min <= At(node).items_max;
    return Ok();
  }

  Status ReadObject(const OrderedJson& schema, const std::string& where, std::int32_t node) {
    std::int32_t additional = -1;
    if (!schema.contains("additionalProperties")) {
      additional = PAW_TRY(AnyValue(where));
    } else if (schema["additionalProperties"] != OrderedJson(false)) {
      additional = PAW_TRY(Read(schema["additionalProperties"], where + "/additionalProperties"));
    }
    std::vector<std::pair<std::string, std::int32_t>> values;
    if (schema.contains("properties")) {
      const OrderedJson& properties = schema["properties"];
      if (!properties.is_object()) return Wrong(where, "properties", properties, "an object of schemas");
      for (const auto& [key, value] : properties.items()) {
        values.emplace_back(key, PAW_TRY(Read(value, where + "/properties" + PointerStep(key))));
      }
    }
    std::set<std::string> named, required;
    for (const auto& value : values) named.insert(value.first);
    for (const std::string& key : PAW_TRY(ReadRequired(schema, where))) {
      required.insert(key);
      // A required key without a schema of its own is one of the additional ones.
      if (named.insert(key).second) values.emplace_back(key, additional >= 0 ? additional : PAW_TRY(NewNode(where)));
    }
    if (values.size() > kSchemaPropertiesMax) {
      return Error(where,
                   "found " + std::to_string(values.size()) + " properties, expected at most " + std::to_string(kSchemaPropertiesMax));
    }
    Node& leaf = At(node);
    leaf.object = true;
    leaf.additional = additional;
    for (const auto& [key, value] : values) {
      leaf.keys.push_back(static_cast<std::uint32_t>(leaf.properties.size()));
      leaf.properties.push_back({Dump(OrderedJson(key)), HashOf(key), value, required.contains(key), leaf.required_last});
      if (required.contains(key)) leaf.required_last = static_cast<std::int32_t>(leaf.properties.size()) - 1;
    }
    std::sort(leaf.keys.begin(), leaf.keys.end(),
              [&](std::uint32_t a, std::uint32_t b) { return leaf.properties[a].text < leaf.properties[b].text; });
    return Ok();
  }

  Result<std::vector<std::string>> ReadRequired(const OrderedJson& schema, const std::string& where) {
    std::vector<std::string> required;
    if (!schema.contains("required")) return required;
    const OrderedJson& list = schema["required"];
    if (!list.is_array()) return Wrong(where, "required", list, "a list of keys");
    for (const OrderedJson& key : list) {
      if (!key.is_string()) return Wrong(where, "required", list, "a list of keys");
      required.push_back(key.get<std::string>());
    }
    return required;
  }

  // What a node comes to once its anyOf are opened; a schema that is nothing but itself comes to nothing.
  Status FindLeaves(std::int32_t index) {
    std::vector<std::int32_t> open = {index};
    std::set<std::int32_t> seen;
    std::vector<std::int32_t> leaves;
    while (!open.empty()) {
      const std::int32_t next = open.back();
      open.pop_back();
      if (!seen.insert(next).second) continue;
      const std::vector<std::int32_t>& any_of = At(next).any_of;
      if (any_of.empty()) leaves.push_back(next);
      open.insert(open.end(), any_of.rbegin(), any_of.rend());
      if (leaves.size() > kSchemaLeavesMax) {
        return Refused(what_ + ": found more than " + std::to_string(kSchemaLeavesMax) +
                       " alternatives at one place, expected at most that");
      }
    }
    At(index).leaves = std::move(leaves);
    return Ok();
  }

  // The smallest depth of a document of each node: from nothing, until nothing changes.
  void FindNeeds() {
    const auto one_more = [](std::uint8_t need) {
      return need >= kJsonDepthMax ? JsonSchema::kNever : static_cast<std::uint8_t>(need + 1);
    };
    for (bool changed = true; changed;) {
      changed = false;
      for (Node& node : nodes_) {
        const std::uint8_t before = node.need;
        if (!node.any_of.empty()) {
          for (const std::int32_t leaf : node.leaves) node.need = std::min(node.need, At(leaf).need);
        }
        if (!node.literals.empty() || node.number || node.integer || node.string) node.need = 0;
        if (node.object) {
          std::uint8_t inner = 0;
          for (const JsonSchema::Property& property : node.properties) {
            if (property.required) inner = std::max(inner, At(property.value).need);
          }
          node.object_need = one_more(inner);
        }
        if (node.array) node.array_need = node.items_min == 0 ? 1 : one_more(At(node.items).need);
        node.need = std::min({node.need, node.object_need, node.array_need});
        changed = changed || node.need != before;
      }
    }
  }

  std::string what_;
  const OrderedJson& document_;
  std::vector<Node> nodes_;
  std::map<std::string, std::int32_t> definitions_;
  std::vector<Waiting> waiting_;
  std::int32_t any_ = -1;
};

}  // namespace

Result<std::shared_ptr<const JsonSchema>> JsonSchema::Parse(std::string_view text, std::string_view what) {
  PAW_TRY(ParseJson(text, what, kSchemaBytesMax));
  const OrderedJson document = OrderedJson::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  SchemaReader reader(what, document);
  std::shared_ptr<JsonSchema> schema(new JsonSchema());
  schema->root_ = PAW_TRY(reader.Run());
  schema->nodes_ = std::move(reader.nodes());
  schema->sha256_ = Sha256Hex(text);
  return std::shared_ptr<const JsonSchema>(std::move(schema));
}

}  // namespace paw
