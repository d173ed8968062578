#include "lm/tokenizer_nfc.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

namespace paw {
namespace {

std::string Nfc(std::string_view text) {
  const Result<std::string> normal = NormaliseNfc(text);
  EXPECT_TRUE(normal.ok()) << normal.message();
  return normal.value_or("");
}

TEST(NormaliseNfc, ComposesAndLeavesTheRest) {
  EXPECT_EQ(Nfc(""), "");
  EXPECT_EQ(Nfc("plain \u00e9\u02ff"), "plain \u00e9\u02ff");
  EXPECT_EQ(Nfc("e\u0301"), "\u00e9");
  EXPECT_EQ(Nfc("x\u0301"), "x\u0301");                              // there is no such letter
  EXPECT_EQ(Nfc("\u212b \u212a \u2126"), "\u00c5 K \u03a9");         // Angstrom, Kelvin and Ohm signs
  EXPECT_EQ(Nfc("\u1112\u1161\u11ab\u1100\u1173"), "\ud55c\uadf8");  // Hangul
  EXPECT_EQ(Nfc("<\u0338"), "\u226e");                               // a sign can go into a letter, too
  EXPECT_EQ(Nfc("\ufb01\u00bd\uff11"), "\ufb01\u00bd\uff11");        // compatibility forms stay
  EXPECT_EQ(Nfc(std::string("a\0e\u0301", 5)), std::string("a\0\u00e9", 4));
}

TEST(NormaliseNfc, KeepsTheCharactersThatAreExcludedFromComposition) {
  EXPECT_EQ(Nfc("\u0958"), "\u0915\u093c");  // Devanagari qa
  EXPECT_EQ(Nfc("\ufb31"), "\u05d1\u05bc");  // Hebrew bet with dagesh
  EXPECT_EQ(Nfc("\u0344"), "\u0308\u0301");
  EXPECT_EQ(Nfc("\U0001d15e"), "\U0001d157\U0001d165");
}

TEST(NormaliseNfc, OrdersMarksByClassAndKeepsThatOrderWithinOne) {
  EXPECT_EQ(Nfc("q\u0307\u0323"), "q\u0323\u0307");
  EXPECT_EQ(Nfc("a\u0301\u0327\u0300"), "\u00e1\u0327\u0300");
  EXPECT_EQ(Nfc("\u1e9b\u0323"), "\u1e9b\u0323");
  EXPECT_EQ(Nfc("\u0323\u0307"), "\u0323\u0307");  // a text may begin with marks
}

TEST(NormaliseNfc, ALongRunOfMarksTakesNearLinearTime) {
  std::string text = "a";
  for (int i = 0; i < 200'000; ++i) text += i % 2 == 0 ? "\u0301" : "\u0323";
  const std::clock_t start = std::clock();
  const std::string normal = Nfc(text);
  // Ordering by neighbours would take 10^10 steps; the bound is loose because machines and sanitizers differ.
  EXPECT_LT(std::clock() - start, 20 * CLOCKS_PER_SEC);
  EXPECT_EQ(normal.substr(0, 7), "\u1ea1\u0323\u0323");
}

}  // namespace
}  // namespace paw
