#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace paw {
namespace {

TEST(Utf8, AcceptsEveryLengthOfCharacter) {
  EXPECT_EQ(FirstInvalidUtf8(""), std::string_view::npos);
  EXPECT_EQ(FirstInvalidUtf8(std::string_view("a\0b", 3)), std::string_view::npos);
  EXPECT_EQ(FirstInvalidUtf8("\x7F\u0080\u07FF\u0800\uD7FF\uE000\uFFFF\U00010000\U0010FFFF"), std::string_view::npos);
}

TEST(Utf8, NamesTheFirstBadByte) {
  EXPECT_EQ(FirstInvalidUtf8("ab\xFF"), 2u);
  EXPECT_EQ(FirstInvalidUtf8("\x80"), 0u);
  EXPECT_EQ(FirstInvalidUtf8("a\xC3"), 1u);              // cut
  EXPECT_EQ(FirstInvalidUtf8("\xC0\x80"), 0u);           // overlong NUL
  EXPECT_EQ(FirstInvalidUtf8("\xE0\x80\x80"), 0u);       // overlong
  EXPECT_EQ(FirstInvalidUtf8("\xF0\x80\x80\x80"), 0u);   // overlong
  EXPECT_EQ(FirstInvalidUtf8("x\xED\xA0\x80"), 1u);      // surrogate
  EXPECT_EQ(FirstInvalidUtf8("\xF4\x90\x80\x80"), 0u);   // above U+10FFFF
  EXPECT_EQ(FirstInvalidUtf8("\xE2\x82z"), 0u);          // third byte missing
}

TEST(Utf8, PrefixNeverCutsACharacter) {
  EXPECT_EQ(Utf8Prefix("a\u20AC", 4), "a\u20AC");
  EXPECT_EQ(Utf8Prefix("a\u20AC", 3), "a");
  EXPECT_EQ(Utf8Prefix("\u20AC", 0), "");
  EXPECT_EQ(Utf8Length("a\u20AC\U0001F600"), 3u);
}

}  // namespace
}  // namespace paw
