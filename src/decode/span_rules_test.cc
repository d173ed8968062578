#include "decode/span_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "base/text.h"

namespace paw {
namespace {

// What the rules make of a text that is written byte by byte; "<refused>" where a byte or the end may not come.
std::string Answer(std::string_view input, std::string_view written, const std::vector<std::string>& alternatives = {}) {
  SpanRules rules({alternatives}, input);
  for (const char& byte : written) {
    if (!rules.Allows(std::string_view(&byte, 1))) return "<refused>";
    rules.Advance(std::string_view(&byte, 1));
  }
  return rules.IsComplete() ? rules.Finished(std::string(written)) : "<refused>";
}

TEST(SpanRules, WholeWordsOfTheInputComeOut) {
  const std::string input = "Hi, my order ORD-48213 (two lamps) has not arrived yet.";
  EXPECT_EQ(Answer(input, "ORD-48213"), "ORD-48213");
  EXPECT_EQ(Answer(input, "48213"), "ORD-48213");
  EXPECT_EQ(Answer(input, "482"), "ORD-48213");
  EXPECT_EQ(Answer(input, "two la"), "two lamps");
  EXPECT_EQ(Answer(input, "wo lamp"), "two lamps");
  EXPECT_EQ(Answer(input, "yet."), "yet.");
  EXPECT_EQ(Answer(input, "ord"), "order") << "the place that needs the fewest bytes more";
  EXPECT_EQ(Answer(input, "order 48213"), "<refused>");
  EXPECT_EQ(Answer(input, "none"), "<refused>");
}

TEST(SpanRules, AnAgreedAnswerStaysAsItIs) {
  EXPECT_EQ(Answer("no number here", "N/A", {"N/A", "none"}), "N/A");
  EXPECT_EQ(Answer("no number here", "none", {"N/A", "none"}), "none");
  EXPECT_EQ(Answer("no number here", "no", {"N/A", "none"}), "no");
  EXPECT_EQ(Answer("nonetheless", "none", {"none"}), "none") << "not widened where the answer is agreed";
  EXPECT_EQ(Answer("no number here", "N", {"N/A"}), "<refused>");
}

TEST(SpanRules, BlanksAreNeverAtTheEnds) {
  EXPECT_EQ(Answer("  one two \n", "one "), "<refused>");
  EXPECT_EQ(Answer("  one two \n", " one"), "<refused>");
  EXPECT_EQ(Answer("  one two \n", "one two"), "one two");
  EXPECT_EQ(Answer("  one two \n", "one two "), "<refused>");
  EXPECT_EQ(Answer("a\tb\n\nc", "b\n\nc"), "b\n\nc");
}

TEST(SpanRules, CharactersStayWhole) {
  const std::string input = "le caf\u00e9 noir";
  EXPECT_EQ(Answer(input, "caf"), "caf\u00e9");
  EXPECT_EQ(Answer(input, "caf\xC3"), "<refused>");
  EXPECT_EQ(Answer(input, "\xA9 noir"), "<refused>");
  EXPECT_EQ(Answer(input, "\u00e9 noir"), "caf\u00e9 noir");
}

TEST(SpanRules, ABlankInputHasTheEmptyAnswer) {
  EXPECT_EQ(Answer("", ""), "");
  EXPECT_EQ(Answer(" \n", ""), "");
  EXPECT_EQ(Answer(" \n", "none", {"none"}), "none");
  EXPECT_EQ(Answer("word", ""), "<refused>");
}

TEST(SpanRules, WhatIsLeftOfTheOnlyPlaceIsExpected) {
  SpanRules rules({{"none"}}, "order ORD-48213 arrived");
  EXPECT_EQ(rules.Expected(20), "");
  rules.Advance("OR");
  EXPECT_EQ(rules.Expected(20), "D") << "up to where it may end";
  rules.Advance("D-4");
  EXPECT_EQ(rules.Expected(20), "8213");
  EXPECT_EQ(rules.Expected(2), "82");
  rules.Advance("8213 arrived");
  EXPECT_TRUE(rules.MustEnd());
  EXPECT_EQ(rules.Expected(20), "");
}

// Whatever is written under the rules, what comes out is whole words of the input and well formed where the input is.
TEST(SpanRules, NothingComesOutThatDoesNotStandInTheInput) {
  Random random(6);
  const std::vector<std::string> parts = {"order", "ORD", "-", "48", "213", ".", ",", " ", "\n", "\u00e9", "\u201c", "x"};
  int answers = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string input;
    for (std::uint64_t i = 1 + random.Below(12); i > 0; --i) input += parts[random.Below(parts.size())];
    SpanRules rules({{}}, input);
    std::string written;
    while (!rules.IsComplete() || (random.Below(3) != 0 && !rules.MustEnd())) {
      std::vector<std::string> next;
      for (int byte = 0; byte < 256; ++byte) {
        if (rules.Allows(std::string(1, static_cast<char>(byte)))) next.push_back(std::string(1, static_cast<char>(byte)));
      }
      if (next.empty()) break;
      written += next[random.Below(next.size())];
      rules.Advance(written.substr(written.size() - 1));
    }
    ASSERT_TRUE(rules.IsComplete()) << Printable(input) << " after " << Printable(written);
    const std::string answer = rules.Finished(written);
    if (answer.empty()) continue;
    ++answers;
    EXPECT_TRUE(StandsIn(answer, input)) << Printable(answer) << " in " << Printable(input);
    EXPECT_TRUE(IsUtf8(answer)) << Printable(answer);
    EXPECT_NE(answer.find(written), std::string::npos);
  }
  EXPECT_GT(answers, 2000);
}

}  // namespace
}  // namespace paw
