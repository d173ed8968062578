#include "decode/json_schema.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace paw {
namespace {

TEST(JsonSchema, WhatItCannotHoldToIsRefusedByNameAndPlace) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"type":"string","pattern":"a+"})", R"(at "#": found the keyword "pattern")"},
      {R"({"properties":{"a/b":{"uniqueItems":true}}})", R"(at "#/properties/a~1b": found the keyword "uniqueItems")"},
      {R"({"items":{"oneOf":[{"type":"null"}]}})", R"(at "#/items": found the keyword "oneOf")"},
      {R"({"anyOf":[{"not":{}}]})", R"(at "#/anyOf/0": found the keyword "not")"},
      {R"({"$defs":{"x":{"allOf":[]}},"$ref":"#/$defs/x"})", R"(at "#/$defs/x": found the keyword "allOf")"},
      {R"({"type":"number","minimum":1})", R"(found "minimum" where fractions are valid)"},
      {R"({"minimum":1})", R"(found "minimum" where fractions are valid)"},
      {R"({"type":"integer","minimum":1.5})", R"(at "#/minimum": found 1.5)"},
      {R"({"type":"integer","maximum":9223372036854775808})", R"(at "#/maximum")"},
      {R"({"type":"text"})", R"(at "#/type": found "text")"},
      {R"({"type":[]})", R"(at "#/type")"},
      {R"({"$ref":"#/$defs/nothing"})", R"("#/$defs/nothing")"},
      {R"({"$ref":"http://example.org/x"})", "http://example.org/x"},
      {R"({"$ref":"#","type":"null"})", R"(found "type" beside "$ref")"},
      {R"({"type":"null","anyOf":[{}]})", R"(found "type" beside "anyOf")"},
      {R"({"enum":["a"],"maxLength":3})", R"(found "maxLength" beside enum)"},
      {R"({"enum":["a"],"const":"a"})", "enum beside const"},
      {R"({"enum":"a"})", R"(at "#/enum")"},
      {R"({"items":3})", R"(at "#/items": found 3)"},
      {R"({"minLength":-1})", R"(at "#/minLength": found -1)"},
      {R"({"required":"a"})", R"(at "#/required")"},
      {R"({"required":[1]})", R"(at "#/required")"},
      {R"({"properties":[]})", R"(at "#/properties")"},
      {R"({"anyOf":[]})", R"(at "#/anyOf")"},
      {R"({"type":"object","properties":{"$defs":{"$defs":{}}}})", R"(found the keyword "$defs")"},
      {R"({"a":1,"a":2})", "twice"},
      {"3", "expected a schema"},
      {"{", "expected JSON"},
  };
  for (const auto& [schema, expected] : cases) {
    const auto parsed = JsonSchema::Parse(schema, "the schema");
    EXPECT_EQ(parsed.code(), Code::kRefused) << schema;
    EXPECT_NE(parsed.message().find(expected), std::string::npos) << schema << "\n" << parsed.message();
    EXPECT_EQ(parsed.message().find('\n'), std::string::npos);
    EXPECT_EQ(parsed.message().find("the schema"), 0u) << parsed.message();
  }
}

TEST(JsonSchema, ASchemaWithoutDocumentsIsRefused) {
  for (const char* schema : {"false", R"({"enum":[]})", R"({"$ref":"#"})", R"({"type":"string","minLength":3,"maxLength":2})",
                             R"({"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]})",
                             R"({"type":"array","items":false,"minItems":1})", R"({"type":"integer","minimum":3,"maximum":2})",
                             R"({"type":"integer","exclusiveMinimum":9223372036854775807})", R"({"enum":["a"],"type":"integer"})",
                             R"({"type":"object","required":["a"],"additionalProperties":false})", R"({"anyOf":[false,{"$ref":"#"}]})"}) {
    const auto parsed = JsonSchema::Parse(schema, "the schema");
    EXPECT_EQ(parsed.code(), Code::kRefused) << schema;
    EXPECT_NE(parsed.message().find("no document"), std::string::npos) << parsed.message();
  }
  for (const char* schema : {"true", "{}", R"({"type":"array","items":false})", R"({"type":"object","properties":{"a":{"$ref":"#"}}})",
                             R"({"anyOf":[{"$ref":"#"},{"type":"null"}]})", R"({"title":"t","format":"date","default":{"pattern":1}})"}) {
    EXPECT_TRUE(JsonSchema::Parse(schema, "the schema").ok()) << schema;
  }
}

TEST(JsonSchema, Limits) {
  const auto message = [](const std::string& schema) { return JsonSchema::Parse(schema, "the schema").message(); };
  std::string enumeration = R"({"enum":[0)", properties = R"({"properties":{"x":{})", any_of = R"({"anyOf":[{"type":"null"})";
  for (std::size_t i = 0; i < kSchemaEnumMax; ++i) enumeration += "," + std::to_string(i + 1);
  for (std::size_t i = 0; i < kSchemaPropertiesMax; ++i) properties += ",\"" + std::to_string(i) + "\":{}";
  for (std::size_t i = 0; i < kSchemaLeavesMax; ++i) any_of += R"(,{"const":)" + std::to_string(i) + "}";
  EXPECT_NE(message(enumeration + "]}").find(std::to_string(kSchemaEnumMax)), std::string::npos);
  EXPECT_NE(message(properties + "}}").find(std::to_string(kSchemaPropertiesMax)), std::string::npos);
  EXPECT_NE(message(any_of + "]}").find(std::to_string(kSchemaLeavesMax)), std::string::npos);
  std::string nodes = R"({"anyOf":[{"type":"null"})";
  for (std::size_t i = 0; i < kSchemaNodesMax; ++i) nodes += ",false";
  EXPECT_NE(message(nodes + "]}").find(std::to_string(kSchemaNodesMax)), std::string::npos);
  EXPECT_EQ(JsonSchema::Parse(std::string(kSchemaBytesMax, ' ') + "{}", "the schema").code(), Code::kRefused);
  const std::string fits = any_of.substr(0, any_of.rfind(',')) + "]}";
  EXPECT_TRUE(JsonSchema::Parse(fits, "the schema").ok());
}

}  // namespace
}  // namespace paw
