#include "base/word_cuts.h"

#include <gtest/gtest.h>

#include <string>

namespace paw {
namespace {

// The text with a bar before every byte where a stretch may begin.
std::string Beginnings(std::string_view text) {
  const WordCuts cuts(text);
  std::string shown;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (cuts.MayBegin(at)) shown += '|';
    shown += text[at];
  }
  return shown;
}

// And with one where it may end.
std::string Ends(std::string_view text) {
  const WordCuts cuts(text);
  std::string shown;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (cuts.MayEnd(at)) shown += '|';
    if (at < text.size()) shown += text[at];
  }
  return shown;
}

TEST(WordCuts, WordsAndNumbersStayWhole) {
  EXPECT_EQ(Beginnings("pay  1060 EUR"), "|pay  |1060 |EUR");
  EXPECT_EQ(Ends("pay  1060 EUR"), "pay|  1060| EUR|");
  EXPECT_EQ(Beginnings("v3.9, 12kg"), "|v|3.9|, |12kg");
  EXPECT_EQ(Ends("v3.9, 12kg"), "v3.9|,| 12|kg|");
}

TEST(WordCuts, MarksJoinNumbers) {
  EXPECT_EQ(Beginnings("4.17.21"), "|4.17.21");
  EXPECT_EQ(Ends("4.17.21"), "4.17.21|");
  EXPECT_EQ(Beginnings("$1,060.50."), "|$|1,060.50|.");
  EXPECT_EQ(Ends("$1,060.50."), "$|1,060.50|.|");
  EXPECT_EQ(Beginnings("ORD-48213"), "|ORD-48213");
  EXPECT_EQ(Ends("ORD-48213"), "ORD|-48213|");
  EXPECT_EQ(Beginnings("(212) 555-0177"), "|(|212|) |555-0177");
}

TEST(WordCuts, OtherMarksAreCuts) {
  EXPECT_EQ(Beginnings("src/a.c:88"), "|src|/|a|.|c|:|88");
  EXPECT_EQ(Ends("ip=10.0.0.7:80"), "ip|=|10.0.0.7|:|80|");
  EXPECT_EQ(Beginnings("a@b.example"), "|a|@|b|.|example");
}

TEST(WordCuts, LettersOfAllScriptsAreLetters) {
  EXPECT_EQ(Beginnings("caf\u00e9 \u043c\u0438\u0440"), "|caf\u00e9 |\u043c\u0438\u0440");
  EXPECT_EQ(Ends("caf\u00e9 \u043c\u0438\u0440"), "caf\u00e9| \u043c\u0438\u0440|");
  EXPECT_EQ(Beginnings("\u201cyes\u201d"), "|\u201c|yes|\u201d") << "general punctuation is a mark";
}

TEST(WordCuts, NeverBesideABlankOnTheInside) {
  EXPECT_EQ(Beginnings(" \t\n"), " \t\n");
  EXPECT_EQ(Ends(" \t\n"), " \t\n");
  EXPECT_EQ(Ends(""), "");
  EXPECT_EQ(Beginnings("\x80\xBF"), "|\x80\xBF") << "bytes that are no text keep together";
}

TEST(WordCuts, StandsIn) {
  EXPECT_TRUE(StandsIn("Graz", "8010 Graz, Austria"));
  EXPECT_TRUE(StandsIn("Graz, Austria", "8010 Graz, Austria"));
  EXPECT_TRUE(StandsIn("an", "bananas and an apple")) << "the second place";
  EXPECT_FALSE(StandsIn("an", "bananas and"));
  EXPECT_FALSE(StandsIn("Gra", "8010 Graz"));
  EXPECT_FALSE(StandsIn("48213", "my order ORD-48213"));
  EXPECT_FALSE(StandsIn("", "anything"));
  EXPECT_FALSE(StandsIn("longer than it", "short"));
}

}  // namespace
}  // namespace paw
