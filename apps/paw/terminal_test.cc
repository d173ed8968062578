#include "apps/paw/terminal.h"

#include <gtest/gtest.h>

#include <string>

namespace paw::cli {
namespace {

TEST(Terminal, EscapesWhatMovesTheCursorOrHidesText) {
  EXPECT_EQ(Harmless("a\x1b[2Jb", true), "a\\x1b[2Jb");
  EXPECT_EQ(Harmless("bell\a del\x7f", true), "bell\\x07 del\\x7f");
  EXPECT_EQ(Harmless("\xc2\x9b", true), "\\x9b");  // a C1 control sequence introducer
  EXPECT_EQ(Harmless("\xe2\x80\xae"
                     "abc",
                     true),
            "\\u{202e}abc");  // right-to-left override
  EXPECT_EQ(Harmless(std::string_view("a\0b", 3), true), "a\\x00b");
  EXPECT_EQ(Harmless("carriage\rreturn", true), "carriage\\x0dreturn");
}

TEST(Terminal, KeepsWhatIsText) {
  EXPECT_EQ(Harmless("Grüße, 世界 \xf0\x9f\x99\x82 a\\b", true), "Grüße, 世界 \xf0\x9f\x99\x82 a\\b");
  EXPECT_EQ(Harmless("two\nlines\tand a tab", true), "two\nlines\tand a tab");
  EXPECT_EQ(Harmless("two\nlines\tand a tab", false), "two\\nlines\\tand a tab");
}

TEST(Terminal, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(Harmless("\xff", true), "\\xff");
  EXPECT_EQ(Harmless("\xc0\xaf", true), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(Harmless("\xed\xa0\x80", true), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(Harmless("cut \xe4\xb8", true), "cut \\xe4\\xb8");
  EXPECT_EQ(Harmless("\xf4\x90\x80\x80", true), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
}

TEST(Terminal, ShortensByCharactersNotBytes) {
  EXPECT_EQ(Shorten("short", 10), "short");
  EXPECT_EQ(Shorten("exactly 10", 10), "exactly 10");
  EXPECT_EQ(Shorten("eleven char", 10), "eleven ...");
  EXPECT_EQ(Shorten("世界世界世界世界世界", 10), "世界世界世界世界世界");
  EXPECT_EQ(Shorten("世界世界世界世界世界世", 10), "世界世界世界世...");
  EXPECT_EQ(Shorten(std::string(100000, 'x'), 10), "xxxxxxx...");
}

TEST(Terminal, NumbersForPeople) {
  EXPECT_EQ(HumanSeconds(1.44), "1.4 s");
  EXPECT_EQ(HumanSeconds(200), "3 min 20 s");
  EXPECT_EQ(HumanSeconds(7500), "2 h 5 min");
  EXPECT_EQ(HumanBytes(12), "12 B");
  EXPECT_EQ(HumanBytes(10.5e6), "10.5 MB");
}

}  // namespace
}  // namespace paw::cli
