// For tests: random JSON Schemas, random documents of them, and a slow validator to hold SchemaRules to.
//
// Thread rule: plain functions of their arguments.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/random.h"

namespace paw {

using OrderedJson = nlohmann::ordered_json;

inline std::size_t CharactersOf(const std::string& text) {
  std::size_t characters = 0;
  for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return characters;
}

// Whether the value is valid, keyword by keyword as the specification says it.
class SchemaOracle {
 public:
  explicit SchemaOracle(const OrderedJson& root) : root_(root) {}
  bool Valid(const OrderedJson& value) const { return Valid(root_, value); }

  bool Valid(const OrderedJson& schema, const OrderedJson& value) const {
    if (schema.is_boolean()) return schema.get<bool>();
    // A schema that comes back to itself without a step into the value says nothing more about it.
    if (!asked_.insert({&schema, &value}).second) return false;
    bool valid = true;
    for (const auto& [key, rule] : schema.items()) valid = valid && Holds(schema, key, rule, value);
    asked_.erase({&schema, &value});
    return valid;
  }

  const OrderedJson& Resolve(const std::string& reference) const {
    if (reference == "#") return root_;
    return root_.at("$defs").at(reference.substr(std::string("#/$defs/").size()));
  }

 private:
  static bool IsType(const std::string& type, const OrderedJson& value) {
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "string") return value.is_string();
    return type == "object" ? value.is_object() : value.is_array();
  }

  bool Holds(const OrderedJson& schema, const std::string& key, const OrderedJson& rule, const OrderedJson& value) const {
    if (key == "$ref") return Valid(Resolve(rule.get<std::string>()), value);
    if (key == "anyOf") {
      for (const OrderedJson& one : rule) {
        if (Valid(one, value)) return true;
      }
      return false;
    }
    if (key == "type") {
      const OrderedJson list = rule.is_array() ? rule : OrderedJson::array({rule});
      for (const OrderedJson& type : list) {
        if (IsType(type.get<std::string>(), value)) return true;
      }
      return false;
    }
    if (key == "const") return nlohmann::json(rule) == nlohmann::json(value);
    if (key == "enum") {
      for (const OrderedJson& one : rule) {
        if (nlohmann::json(one) == nlohmann::json(value)) return true;
      }
      return false;
    }
    if (value.is_string()) {
      const std::size_t characters = CharactersOf(value.get<std::string>());
      if (key == "minLength") return characters >= rule.get<std::size_t>();
      if (key == "maxLength") return characters <= rule.get<std::size_t>();
    }
    if (value.is_number()) {
      if (key == "minimum") return value >= rule;
      if (key == "maximum") return value <= rule;
      if (key == "exclusiveMinimum") return value > rule;
      if (key == "exclusiveMaximum") return value < rule;
    }
    if (value.is_array()) return HoldsOfList(key, rule, value);
    if (value.is_object()) return HoldsOfObject(schema, key, rule, value);
    return true;
  }

  bool HoldsOfList(const std::string& key, const OrderedJson& rule, const OrderedJson& value) const {
    if (key == "minItems") return value.size() >= rule.get<std::size_t>();
    if (key == "maxItems") return value.size() <= rule.get<std::size_t>();
    if (key != "items") return true;
    for (const OrderedJson& item : value) {
      if (!Valid(rule, item)) return false;
    }
    return true;
  }

  bool HoldsOfObject(const OrderedJson& schema, const std::string& key, const OrderedJson& rule, const OrderedJson& value) const {
    if (key == "required") {
      for (const OrderedJson& name : rule) {
        if (!value.contains(name.get<std::string>())) return false;
      }
    }
    if (key == "properties") {
      for (const auto& [name, inner] : rule.items()) {
        if (value.contains(name) && !Valid(inner, value.at(name))) return false;
      }
    }
    if (key == "additionalProperties") {
      for (const auto& [name, inner] : value.items()) {
        const bool named = schema.contains("properties") && schema.at("properties").contains(name);
        if (!named && !Valid(rule, inner)) return false;
      }
    }
    return true;
  }

  const OrderedJson& root_;
  mutable std::set<std::pair<const OrderedJson*, const OrderedJson*>> asked_;  // and not answered yet
};

// Schemas of every kind that is supported, with definitions "a" and "b" that may hold themselves.
class RandomSchemas {
 public:
  explicit RandomSchemas(std::uint64_t seed) : random_(seed) {}

  OrderedJson Schema() {
    OrderedJson schema = Inner(3);
    if (!schema.is_object()) schema = {{"type", "array"}, {"items", schema}};
    schema["$defs"] = {{"a", Inner(2)}, {"b", Inner(1)}};
    return schema;
  }

  // A value that may be valid; nested deeper than `depth`: null.
  OrderedJson Document(const SchemaOracle& oracle, const OrderedJson& schema, int depth) {
    if (depth < 0 || schema.is_boolean()) return AnyValue(std::max(depth, 0));
    if (schema.contains("$ref")) return Document(oracle, oracle.Resolve(schema.at("$ref").get<std::string>()), depth - 1);
    if (schema.contains("anyOf")) return Document(oracle, Pick(schema.at("anyOf")), depth - 1);
    if (schema.contains("const")) return schema.at("const");
    if (schema.contains("enum")) return schema.at("enum").empty() ? OrderedJson() : Pick(schema.at("enum"));
    if (!schema.contains("type")) return AnyValue(depth);
    const OrderedJson& types = schema.at("type");
    return Typed(oracle, schema, (types.is_array() ? Pick(types) : types).get<std::string>(), depth);
  }

  Random& random() { return random_; }

 private:
  const OrderedJson& Pick(const OrderedJson& list) { return list.at(random_.Below(list.size())); }
  bool Often() { return random_.Below(3) != 0; }
  std::string Word() {
    static const std::vector<std::string> words = {"a",   "b", "ab", "abc",        "n\"q", "caf\u00e9",
                                                   "x y", "",  "\\", "\U0001F600", "name", "tab\t"};
    return words[random_.Below(words.size())];
  }

  OrderedJson AnyValue(int depth) {
    switch (random_.Below(depth > 0 ? 7 : 5)) {
      case 0:
        return nullptr;
      case 1:
        return random_.Below(2) == 0;
      case 2:
        return Integer();
      case 3:
        return 0.25 * static_cast<double>(random_.Below(100));
      case 4:
        return Word();
      case 5:
        return OrderedJson::array({AnyValue(depth - 1)});
      default: {
        OrderedJson object = OrderedJson::object();
        object[Word()] = AnyValue(depth - 1);
        return object;
      }
    }
  }
  std::int64_t Integer() { return static_cast<std::int64_t>(random_.Next() >> random_.Below(64)) * (random_.Below(2) == 0 ? 1 : -1); }

  OrderedJson Inner(int depth) {
    switch (random_.Below(depth > 0 ? 13 : 8)) {
      case 0:
        return {{"type", "boolean"}};
      case 1:
        return {{"type", OrderedJson::array({"null", "integer"})}, {"description", "annotated"}};
      case 2:
        return {{"type", "number"}};
      case 3:
        return Bounded("string", "minLength", "maxLength", 0, 6);
      case 4:
        return Bounded("integer", "minimum", "maximum", -130, 260);
      case 5:
        return {{"enum", OrderedJson::array({Word(), "abd", "ab", 1, 12, true, nullptr, 1.5, -3})}};
      case 6:
        return {{"const", Word()}};
      case 7:
        return random_.Below(4) == 0 ? OrderedJson(random_.Below(4) != 0) : OrderedJson{{"$ref", Often() ? "#/$defs/a" : "#/$defs/b"}};
      case 8:
      case 9: {
        OrderedJson list = Bounded("array", "minItems", "maxItems", 0, 3);
        if (Often()) list["items"] = Inner(depth - 1);
        return list;
      }
      case 10:
        return {{"anyOf", OrderedJson::array({Inner(depth - 1), Inner(depth - 1), Inner(0)})}};
      default:
        return Object(depth);
    }
  }

  OrderedJson Bounded(const char* type, const char* low, const char* high, std::int64_t least, std::int64_t range) {
    OrderedJson schema = {{"type", type}};
    const std::int64_t low_value = least + static_cast<std::int64_t>(random_.Below(static_cast<std::uint64_t>(range)));
    if (Often()) schema[low] = low_value;
    if (Often()) schema[high] = low_value + static_cast<std::int64_t>(random_.Below(static_cast<std::uint64_t>(range)));
    return schema;
  }

  OrderedJson Object(int depth) {
    OrderedJson schema = {{"type", "object"}};
    OrderedJson properties = OrderedJson::object(), required = OrderedJson::array();
    for (std::uint64_t i = random_.Below(4); i > 0; --i) {
      const std::string key = Word();
      properties[key] = Inner(depth - 1);
      if (random_.Below(2) == 0) required.push_back(key);
    }
    if (random_.Below(8) == 0) required.push_back("extra");
    if (Often()) schema["properties"] = properties;
    if (Often()) schema["required"] = required;
    if (Often()) schema["additionalProperties"] = random_.Below(2) == 0 ? OrderedJson(false) : Inner(depth - 1);
    return schema;
  }

  OrderedJson Typed(const SchemaOracle& oracle, const OrderedJson& schema, const std::string& type, int depth) {
    const auto bound = [&](const char* key, std::int64_t otherwise) {
      return schema.contains(key) ? schema.at(key).get<std::int64_t>() : otherwise;
    };
    if (type == "null") return nullptr;
    if (type == "boolean") return random_.Below(2) == 0;
    if (type == "number") return (random_.Double() - 0.5) * 1e6;
    if (type == "integer") {
      if (!schema.contains("minimum") && !schema.contains("maximum")) return Integer();
      const std::int64_t low = bound("minimum", bound("maximum", 0) - 50), high = bound("maximum", low + 500);
      return low + static_cast<std::int64_t>(random_.Below(static_cast<std::uint64_t>(high - low + 1)));
    }
    if (type == "string") {
      const auto low = static_cast<std::size_t>(bound("minLength", 0)), high = static_cast<std::size_t>(bound("maxLength", 12));
      std::string text;
      while (CharactersOf(text) < low) text += Word();
      if (std::string more = text + Word(); CharactersOf(more) <= high) text = more;
      return text;
    }
    if (type == "array") {
      OrderedJson list = OrderedJson::array();
      const std::int64_t low = bound("minItems", 0), high = bound("maxItems", low + 2);
      const std::int64_t count = low + static_cast<std::int64_t>(random_.Below(static_cast<std::uint64_t>(high - low + 1)));
      for (std::int64_t i = 0; i < count; ++i) list.push_back(Document(oracle, schema.value("items", OrderedJson(true)), depth - 1));
      return list;
    }
    return ObjectOf(oracle, schema, depth);
  }

  // Keys in the form that SchemaRules has: the schema's order, required ones that it does not describe, others.
  OrderedJson ObjectOf(const SchemaOracle& oracle, const OrderedJson& schema, int depth) {
    OrderedJson object = OrderedJson::object();
    const OrderedJson properties = schema.value("properties", OrderedJson::object());
    const OrderedJson additional = schema.value("additionalProperties", OrderedJson(true));
    std::vector<std::string> required;
    for (const OrderedJson& key : schema.value("required", OrderedJson::array())) required.push_back(key.get<std::string>());
    const auto is_required = [&](const std::string& key) { return std::find(required.begin(), required.end(), key) != required.end(); };
    for (const auto& [key, inner] : properties.items()) {
      if (is_required(key) || random_.Below(2) == 0) object[key] = Document(oracle, inner, depth - 1);
    }
    for (const std::string& key : required) {
      if (!object.contains(key)) object[key] = Document(oracle, additional, depth - 1);
    }
    if (random_.Below(2) == 0) {
      const std::string key = Word() + "+";
      if (!properties.contains(key) && !object.contains(key)) object[key] = Document(oracle, additional, depth - 1);
    }
    return object;
  }

  Random random_;
};

}  // namespace paw
