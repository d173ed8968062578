#include "decode/output_rules.h"

#include <gtest/gtest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "base/random.h"
#include "base/text.h"

namespace paw {
namespace {

bool Accepts(const JsonRules::Options& options, std::string_view text) {
  JsonRules rules(options);
  for (char c : text) {
    if (!rules.Allows(std::string_view(&c, 1))) return false;
    rules.Advance(std::string_view(&c, 1));
  }
  return rules.IsComplete();
}
bool Accepts(std::string_view text) { return Accepts({}, text); }
bool Parses(std::string_view text) { return nlohmann::json::accept(text); }

nlohmann::json RandomValue(Random& random, int depth) {
  switch (random.Below(depth > 0 ? 8 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return random.Below(2) == 0;
    case 2:
      return static_cast<std::int64_t>(random.Next()) >> random.Below(60);
    case 3:
      return (random.Double() - 0.5) * std::pow(10.0, static_cast<double>(random.Below(40)) - 20);
    case 4:
      return random.Below(2) == 0 ? "caf\u00e9 \"q\" \\ \n" : "\U0001F600\t";
    case 5:
      return "plain " + std::to_string(random.Below(1000));
    case 6: {
      auto list = nlohmann::json::array();
      for (std::uint64_t i = random.Below(4); i > 0; --i) list.push_back(RandomValue(random, depth - 1));
      return list;
    }
    default: {
      auto object = nlohmann::json::object();
      for (std::uint64_t i = random.Below(4); i > 0; --i) object["k" + std::to_string(random.Below(100))] = RandomValue(random, depth - 1);
      return object;
    }
  }
}

TEST(JsonRules, TakesRandomDocuments) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const auto value = RandomValue(random, 5);
    EXPECT_TRUE(Accepts(value.dump())) << value.dump();
    EXPECT_TRUE(Accepts(value.dump(2))) << value.dump(2);
    EXPECT_TRUE(Accepts(value.dump(-1, ' ', true))) << value.dump(-1, ' ', true);
  }
}

TEST(JsonRules, WhatItTakesParses) {
  Random random(2);
  const std::string alphabet = "{}[]:,\"\\ \n0123456789.eE+-truefalsenullu/bdDcC8\x80\xC3\xA9\xED\xF0\x9F";
  int accepted = 0;
  int refused = 0;
  for (int i = 0; i < 60000; ++i) {
    std::string text = RandomValue(random, 4).dump(-1, ' ', random.Below(2) == 0);
    for (std::uint64_t edits = 1 + random.Below(3); edits > 0; --edits) {
      const std::size_t at = random.Below(text.size() + 1);
      const char c = alphabet[random.Below(alphabet.size())];
      if (random.Below(3) == 0)
        text.insert(at, 1, c);
      else if (at < text.size() && random.Below(2) == 0)
        text.erase(at, 1);
      else if (at < text.size())
        text[at] = c;
    }
    if (Accepts(text)) {
      ++accepted;
      EXPECT_TRUE(Parses(text)) << Printable(text);
    } else {
      ++refused;
      // What we refuse and a parser takes: blanks outside our bounds, long numbers and exponents. Nothing else.
      if (Parses(text) && text.find_first_of(" \n") == std::string::npos && text.find_first_of("eE") == std::string::npos) {
        ADD_FAILURE() << Printable(text);
      }
    }
  }
  EXPECT_GT(accepted, 5000);
  EXPECT_GT(refused, 5000);
}

TEST(JsonRules, CompactHasNoWhiteSpaceBetweenTokens) {
  for (const char* good : {"{}", R"({"a b":[1,{"c":"d e"}]})", "[true,null]", "-1.5", "NO ANSWER"}) {
    EXPECT_TRUE(Accepts({.compact = true, .alternatives = {"NO ANSWER"}}, good)) << good;
  }
  for (const char* bad : {"{ }", "[1, 2]", R"({"a": 1})", "[1\n]", " 1", "1 "}) EXPECT_FALSE(Accepts({.compact = true}, bad)) << bad;
}

TEST(JsonRules, HandMadeCases) {
  for (const char* good :
       {"{}", "[]", "0", "-0", "1.5e10", "\"\"", "\"\\ud83d\\ude00\"", "\"\\u00e9\"", "[1, 2]", "{\"a\":{\"b\":[]}}", "true", "null"}) {
    EXPECT_TRUE(Accepts(good)) << good;
  }
  for (const char* bad : {"",
                          "{",
                          "{]",
                          "[1,]",
                          "{\"a\"}",
                          "{\"a\":1,}",
                          "01",
                          "1.",
                          "-",
                          "1e",
                          "+1",
                          "tru",
                          "\"\\ud83d\"",
                          "\"\\ude00\"",
                          "\"\\ud83d\\u0041\"",
                          "\"\\x\"",
                          "\"\x01\"",
                          "\"\xC3\"",
                          "\"\xED\xA0\x80\"",
                          "\"\xC0\x80\"",
                          "1e999",
                          "{} ",
                          "{}{}",
                          "nulll",
                          "{1:2}",
                          "'a'"}) {
    EXPECT_FALSE(Accepts(bad)) << bad;
  }
  EXPECT_FALSE(Accepts(std::string("\"\0\"", 3)));
  EXPECT_TRUE(Accepts(std::string(kJsonDepthMax, '[') + std::string(kJsonDepthMax, ']')));
  EXPECT_FALSE(Accepts(std::string(kJsonDepthMax + 1, '[') + std::string(kJsonDepthMax + 1, ']')));
  EXPECT_FALSE(Accepts("[" + std::string(100, ' ') + "]"));
}

TEST(JsonRules, ContainersOnly) {
  EXPECT_TRUE(Accepts({.containers_only = true, .alternatives = {}}, "[1]"));
  EXPECT_FALSE(Accepts({.containers_only = true, .alternatives = {}}, "1"));
  EXPECT_FALSE(Accepts({.containers_only = true, .alternatives = {}}, "\"a\""));
}

TEST(JsonRules, AlternativesAreWholeAnswers) {
  const JsonRules::Options options{.containers_only = true, .alternatives = {"NONE", "NONE AT ALL", "null"}};
  for (const char* good : {"NONE", "NONE AT ALL", "null", "{}"}) EXPECT_TRUE(Accepts(options, good)) << good;
  for (const char* bad : {"NON", "NONE ", "NONE{}", "NONE AT", "nullx"}) EXPECT_FALSE(Accepts(options, bad)) << bad;
  JsonRules rules(options);
  EXPECT_TRUE(rules.Allows("NO"));
  EXPECT_FALSE(rules.Allows("NOP"));
  rules.Advance("NONE");
  EXPECT_TRUE(rules.IsComplete());
  EXPECT_FALSE(rules.MustEnd());
  rules.Advance(" AT ALL");
  EXPECT_TRUE(rules.MustEnd());
}

TEST(JsonRules, EndsByItselfOnlyWhenNothingMayFollow) {
  JsonRules object({});
  object.Advance("{\"a\":1}");
  EXPECT_TRUE(object.MustEnd());
  JsonRules number({});
  number.Advance("12");
  EXPECT_TRUE(number.IsComplete());
  EXPECT_FALSE(number.MustEnd());
  EXPECT_FALSE(number.Allows(""));
}

TEST(Utf8Rules, EqualsTheCheckOfBase) {
  Random random(3);
  const std::string bytes = "a\x7F\x80\xBF\xC2\xC3\xE0\xA0\xED\x9F\xEF\xF0\x90\xF4\x8F\xF5";
  for (int i = 0; i < 50000; ++i) {
    std::string text;
    for (std::uint64_t n = 1 + random.Below(6); n > 0; --n) text += bytes[random.Below(bytes.size())];
    Utf8Rules rules;
    const bool allowed = rules.Allows(text);
    if (allowed) rules.Advance(text);
    EXPECT_EQ(allowed && rules.IsComplete(), IsUtf8(text)) << Printable(text);
  }
  Utf8Rules rules;
  EXPECT_FALSE(rules.Allows(std::string_view("\0", 1)));
}

}  // namespace
}  // namespace paw
