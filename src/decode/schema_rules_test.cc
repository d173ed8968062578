#include "decode/schema_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "decode/schema_test_support.h"

namespace paw {
namespace {

SchemaRules Rules(std::string_view schema) {
  auto parsed = JsonSchema::Parse(schema, "schema");
  EXPECT_TRUE(parsed.ok()) << parsed.message() << "\n" << schema;
  if (!parsed.ok()) parsed = JsonSchema::Parse("true", "schema");
  return SchemaRules(*parsed);
}

bool Accepts(SchemaRules rules, std::string_view text) {
  for (const char c : text) {
    if (!rules.Allows({&c, 1})) return false;
    rules.Advance({&c, 1});
  }
  return rules.IsComplete();
}
bool Accepts(std::string_view schema, std::string_view text) { return Accepts(Rules(schema), text); }

TEST(SchemaRules, KeysComeInTheSchemasOrderAndOnce) {
  constexpr std::string_view kSchema =
      R"({"type":"object","properties":{"b":{"type":"integer"},"a":{},"c":{"type":"boolean"}},"required":["a"],"additionalProperties":{"type":"null"}})";
  EXPECT_TRUE(Accepts(kSchema, R"({"b":1,"a":2,"c":true,"z":null,"y":null})"));
  EXPECT_TRUE(Accepts(kSchema, R"({ "a" : [{}] ,"\u007a":null})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"a":1,"b":1})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"b":1})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"b":1,"z":null,"a":1})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"a":1,"a":1})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"a":1,"b":null})"));       // an optional key that was left out is not another key
  EXPECT_FALSE(Accepts(kSchema, R"({"a":1,"\u0062":null})"));  // whatever way it is written
  EXPECT_FALSE(Accepts(kSchema, R"({"a":1,"z":null,"\u007a":null})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"a":1,"\ud83d\ude00":null,"😀":null})"));
  EXPECT_TRUE(Accepts(kSchema, R"({"a":1,"\ud83d\ude00":null,"😁":null})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"a":1,})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"a":1,"z":0})"));
}

TEST(SchemaRules, RequiredWithoutASchemaIsHeldToTheOthersSchema) {
  constexpr std::string_view kSchema = R"({"type":"object","required":["x"],"additionalProperties":{"type":"integer"}})";
  EXPECT_TRUE(Accepts(kSchema, R"({"x":1,"y":2})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"x":"1"})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"y":2})"));
  EXPECT_FALSE(Accepts(kSchema, "{}"));
}

TEST(SchemaRules, Integers) {
  for (const auto& [low, high] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {-12, 130}, {0, 0}, {7, 95}, {-130, -12}, {1000, 2005}, {INT64_MIN, -5}, {99, INT64_MAX}, {-1, 1}}) {
    const std::string schema = R"({"type":"integer","minimum":)" + std::to_string(low) + R"(,"maximum":)" + std::to_string(high) + "}";
    const SchemaRules rules = Rules(schema);
    for (std::int64_t i = -2100; i <= 2100; ++i) EXPECT_EQ(Accepts(rules, std::to_string(i)), i >= low && i <= high) << i << schema;
    for (const std::int64_t i : {INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1}) {
      EXPECT_EQ(Accepts(rules, std::to_string(i)), i >= low && i <= high) << i << schema;
    }
  }
  for (const char* text : {"-0", "01", "1.0", "1e2", "9223372036854775808", "-9223372036854775809", "", "-", "+1"}) {
    EXPECT_FALSE(Accepts(R"({"type":"integer"})", text)) << text;
  }
  EXPECT_FALSE(Accepts(R"({"type":"integer","exclusiveMinimum":3,"exclusiveMaximum":5})", "3"));
  EXPECT_TRUE(Accepts(R"({"type":"integer","exclusiveMinimum":3,"exclusiveMaximum":5})", "4"));
  EXPECT_FALSE(Accepts(R"({"type":"integer","exclusiveMinimum":3,"exclusiveMaximum":5})", "5"));
}

TEST(SchemaRules, LengthsCountCharacters) {
  constexpr std::string_view kSchema = R"({"type":"string","minLength":2,"maxLength":3})";
  for (const char* text :
       {R"("ab")", R"("abc")", "\"caf\"", "\"\u00e9\u00e9\"", R"("\ud83d\ude00\n")", "\"\U0001F600\U0001F600\U0001F600\"", R"("\"\\")"}) {
    EXPECT_TRUE(Accepts(kSchema, text)) << text;
  }
  for (const char* text : {R"("a")", R"("abcd")", "\"\u00e9\"", R"("\ud83d\ude00")", R"("abc\n")", R"("")"})
    EXPECT_FALSE(Accepts(kSchema, text)) << text;
}

TEST(SchemaRules, LiteralsThatBeginOneAnother) {
  constexpr std::string_view kSchema = R"({"type":"array","items":{"enum":[1,12,-1,1.5,"a","ab",{"k":[1,2]},true]}})";
  EXPECT_TRUE(Accepts(kSchema, R"([1,12, 1.5 ,-1,"a","ab",{"k":[1,2]},true])"));
  for (const char* text : {"[2]", "[13]", "[121]", "[1.]", "[-]", R"(["abc"])", R"(["aa"])", R"([{"k":[1, 2]}])", "[false]", "[1 2]"}) {
    EXPECT_FALSE(Accepts(kSchema, text)) << text;
  }
  EXPECT_TRUE(Accepts(R"({"enum":[1,12]})", "1"));
  EXPECT_FALSE(Rules(R"({"enum":[1,12]})").IsComplete());
}

TEST(SchemaRules, EveryAlternativeThatFitsIsFollowed) {
  constexpr std::string_view kSchema = R"({"anyOf":[{"type":"object","properties":{"kind":{"const":"cat"},"lives":{"type":"integer"}},
    "required":["kind","lives"],"additionalProperties":false},{"type":"object","properties":{"kind":{"enum":["cat","dog"]},"bark":{"type":"boolean"}},
    "required":["kind","bark"],"additionalProperties":false}]})";
  EXPECT_TRUE(Accepts(kSchema, R"({"kind":"cat","lives":9})"));
  EXPECT_TRUE(Accepts(kSchema, R"({"kind":"cat","bark":false})"));
  EXPECT_TRUE(Accepts(kSchema, R"({"kind":"dog","bark":true})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"kind":"dog","lives":9})"));
  // Alternatives that fit forever do not multiply.
  std::string many = "[";
  for (int i = 0; i < 200; ++i) many += R"("x",)";
  EXPECT_TRUE(Accepts(R"({"type":"array","items":{"anyOf":[{"type":"string"},{"type":"string","maxLength":5},{"enum":["x"]}]}})",
                      many + R"("y"])"));
}

TEST(SchemaRules, ASchemaMayHoldItself) {
  constexpr std::string_view kSchema =
      R"({"$defs":{"tree":{"type":"object","properties":{"left":{"$ref":"#/$defs/tree"},"v":{"type":"integer"}},"required":["v"],"additionalProperties":false}},"$ref":"#/$defs/tree"})";
  EXPECT_TRUE(Accepts(kSchema, R"({"left":{"left":{"v":1},"v":2},"v":3})"));
  EXPECT_FALSE(Accepts(kSchema, R"({"left":{"left":{},"v":2},"v":3})"));
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 1; i < depth; ++i) text += R"({"left":)";
    text += R"({"v":1})";
    for (std::size_t i = 1; i < depth; ++i) text += R"(,"v":1})";
    return text;
  };
  EXPECT_TRUE(Accepts(kSchema, nested(kJsonDepthMax)));
  EXPECT_FALSE(Accepts(kSchema, nested(kJsonDepthMax + 1)));
}

TEST(SchemaRules, MustEndOnlyWhereNothingMayFollow) {
  SchemaRules digit = Rules(R"({"type":"integer","minimum":5,"maximum":9})");
  EXPECT_FALSE(digit.MustEnd());
  digit.Advance("7");
  EXPECT_TRUE(digit.MustEnd());
  SchemaRules number = Rules(R"({"type":"integer"})");
  number.Advance("7");
  EXPECT_TRUE(number.IsComplete());
  EXPECT_FALSE(number.MustEnd());
  SchemaRules list = Rules(R"({"type":"array","maxItems":0})");
  list.Advance("[");
  EXPECT_FALSE(list.IsComplete());
  list.Advance("]");
  EXPECT_TRUE(list.MustEnd());
}

TEST(SchemaRules, ExpectedIsWhatLeavesNoChoice) {
  SchemaRules rules = Rules(
      R"({"type":"object","properties":{"name":{"type":"string"},"names":{"type":"boolean"},"kind":{"enum":["cat","cow"]}},
          "required":["name","names","kind"],"additionalProperties":false})");
  const auto expect = [&rules](const char* expected, const char* advance) {
    EXPECT_EQ(rules.Expected(64), expected);
    rules.Advance(advance);
  };
  expect("{\"name\":", "{\"n");  // the colon's white space is not known yet
  EXPECT_EQ(rules.Expected(3), "ame");
  expect("ame\":", "ame\": ");
  expect("\"", "\"x: y, \\\",z");  // within a string nothing is known, and its colons are no colons
  expect("", "\"");
  expect(",", ",");
  expect("\"names\": ", "  \"names\": ");
  expect("", "true");
  expect(",  \"kind\": \"c", ",  \"kind\": \"c");
  expect("", "a");
  expect("t\"}", "t\"}");
  EXPECT_TRUE(rules.MustEnd());
  EXPECT_EQ(rules.Expected(64), "");
  SchemaRules either = Rules(R"({"anyOf":[{"const":"abcd"},{"const":"abxy"}]})");
  EXPECT_EQ(either.Expected(64), "\"ab");
  SchemaRules number = Rules(R"({"type":"integer","minimum":5,"maximum":5})");
  EXPECT_EQ(number.Expected(64), "5");
}

// Walks of allowed bytes, drawn to an end. Empty where one grows too long.
std::string Walk(SchemaRules rules, Random& random) {
  std::string text;
  while (text.size() < 3000) {
    if (rules.IsComplete() && (rules.MustEnd() || random.Below(3) == 0)) return text;
    std::vector<char> allowed;
    for (int byte = 0; byte < 256; ++byte) {
      const char c = static_cast<char>(byte);
      if (rules.Allows({&c, 1})) allowed.push_back(c);
    }
    if (allowed.empty()) return "dead end after " + text;
    char next = allowed[random.Below(allowed.size())];
    for (const char closing : {'"', '}', ']'}) {
      const bool there = std::find(allowed.begin(), allowed.end(), closing) != allowed.end();
      if (there && (text.size() > 300 || random.Below(4) == 0)) next = closing;
    }
    rules.Advance({&next, 1});
    text += next;
  }
  return "";
}

TEST(SchemaRules, WhatItLetsThroughIsValid) {
  RandomSchemas schemas(1);
  int schemas_seen = 0, ended = 0;
  for (int i = 0; i < 400; ++i) {
    const OrderedJson schema = schemas.Schema();
    const auto parsed = JsonSchema::Parse(schema.dump(), "schema");
    if (!parsed.ok()) continue;  // no document satisfies it
    ++schemas_seen;
    const SchemaOracle oracle(schema);
    for (int walk = 0; walk < 4; ++walk) {
      const std::string text = Walk(SchemaRules(*parsed), schemas.random());
      if (text.empty()) continue;
      ++ended;
      ASSERT_TRUE(ParseJson(text, "answer").ok()) << Printable(text) << "\n" << schema;
      EXPECT_TRUE(oracle.Valid(OrderedJson::parse(text))) << Printable(text) << "\n" << schema;
    }
  }
  EXPECT_GT(schemas_seen, 250);
  EXPECT_GT(ended, 800);
}

TEST(SchemaRules, ValidDocumentsAreTakenAndDamagedOnesAreNot) {
  RandomSchemas schemas(2);
  Random& random = schemas.random();
  const std::string alphabet = "{}[]:,\"\\ 0123456789.eE+-truefalsnabu\xC3\xA9";
  int taken = 0, refused = 0;
  for (int i = 0; i < 3000; ++i) {
    const OrderedJson schema = schemas.Schema();
    const auto parsed = JsonSchema::Parse(schema.dump(), "schema");
    if (!parsed.ok()) continue;
    const SchemaOracle oracle(schema);
    const OrderedJson document = schemas.Document(oracle, schema, 8);
    const SchemaRules rules(*parsed);
    if (oracle.Valid(document)) {
      ++taken;
      EXPECT_TRUE(Accepts(rules, document.dump())) << document << "\n" << schema;
      EXPECT_TRUE(Accepts(rules, document.dump(2))) << document << "\n" << schema;
    } else {
      ++refused;
      EXPECT_FALSE(Accepts(rules, document.dump())) << document << "\n" << schema;
    }
    for (int edit = 0; edit < 8; ++edit) {
      std::string text = document.dump();
      const std::size_t at = random.Below(text.size());
      const char c = alphabet[random.Below(alphabet.size())];
      if (random.Below(3) == 0)
        text.insert(at, 1, c);
      else if (random.Below(2) == 0)
        text.erase(at, 1);
      else
        text[at] = c;
      if (!Accepts(rules, text)) continue;
      ASSERT_TRUE(ParseJson(text, "answer").ok()) << Printable(text) << "\n" << schema;
      EXPECT_TRUE(oracle.Valid(OrderedJson::parse(text))) << Printable(text) << "\n" << schema;
    }
  }
  EXPECT_GT(taken, 1200);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace paw
