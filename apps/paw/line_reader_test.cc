#include "apps/paw/line_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <vector>

namespace paw::cli {
namespace {

class LineReaderTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(pipe(ends_), 0); }
  void TearDown() override {
    close(ends_[0]);
    if (ends_[1] >= 0) close(ends_[1]);
  }
  void Send(std::string_view text) { ASSERT_EQ(write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size())); }
  void End() {
    close(ends_[1]);
    ends_[1] = -1;
  }
  std::vector<std::string> All(LineReader& reader) {
    std::vector<std::string> lines;
    for (;;) {
      auto line = reader.Next();
      EXPECT_TRUE(line.ok()) << line.message();
      if (!line.ok() || !line->has_value()) return lines;
      lines.push_back(**line);
    }
  }
  int ends_[2] = {-1, -1};
};

TEST_F(LineReaderTest, SplitsLinesWithAndWithoutTheLastEnd) {
  Send("one\r\n\ntwo\nthree");
  End();
  LineReader reader(ends_[0], 100);
  EXPECT_EQ(All(reader), (std::vector<std::string>{"one", "", "two", "three"}));
}

TEST_F(LineReaderTest, AnEmptyStreamHasNoLines) {
  End();
  LineReader reader(ends_[0], 100);
  EXPECT_TRUE(All(reader).empty());
}

TEST_F(LineReaderTest, AnswersALineBeforeTheStreamEnds) {
  LineReader reader(ends_[0], 100);
  EXPECT_FALSE(reader.Ready());
  Send("first\nsec");
  EXPECT_TRUE(reader.Ready());
  EXPECT_EQ(**reader.Next(), "first");
  EXPECT_FALSE(reader.Ready());
  Send("ond\n");
  EXPECT_EQ(**reader.Next(), "second");
}

TEST_F(LineReaderTest, RefusesALineOverTheLimit) {
  Send(std::string(300, 'x'));
  LineReader reader(ends_[0], 100);
  const auto line = reader.Next();
  ASSERT_FALSE(line.ok());
  EXPECT_EQ(line.code(), Code::kRefused);
}

TEST_F(LineReaderTest, ManyShortLinesDoNotCountAsALongOne) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "12345\n";
  Send(text);
  End();
  LineReader reader(ends_[0], 10);
  EXPECT_EQ(All(reader).size(), 5000U);
}

}  // namespace
}  // namespace paw::cli
