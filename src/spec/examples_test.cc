#include "spec/examples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace paw {
namespace {

using ::testing::HasSubstr;

Status ErrorOf(std::string_view bytes, std::string_view name) {
  const Result<ExampleSet> set = ReadExamples(bytes, name);
  EXPECT_FALSE(set.ok());
  return set.status();
}

TEST(ReadExamples, JsonlKeepsTextExactlyAndIgnoresOtherMembers) {
  const Result<ExampleSet> set = ReadExamples(
      "\xEF\xBB\xBF{\"input\":\" a\\n\",\"output\":\"x \",\"id\":7}\r\n\n{\"output\":\"y\",\"input\":\"\u00e9\"}", "rows.jsonl");
  ASSERT_TRUE(set.ok()) << set.message();
  ASSERT_EQ(set->rows.size(), 2u);
  EXPECT_EQ(set->rows[0].input, " a\n");
  EXPECT_EQ(set->rows[0].output, "x ");
  EXPECT_EQ(set->rows[1].input, "\u00e9");
  EXPECT_EQ(set->rows[1].line, 3);
}

TEST(ReadExamples, CsvFollowsRfc4180) {
  const Result<ExampleSet> set =
      ReadExamples("id,Output,input\r\n1,yes,\"a, \"\"b\"\"\nc\"\r\n2,no,\r\n\r\n3,\"n\",plain \"q\"\r\n", "rows.csv");
  ASSERT_TRUE(set.ok()) << set.message();
  ASSERT_EQ(set->rows.size(), 3u);
  EXPECT_EQ(set->rows[0].input, "a, \"b\"\nc");
  EXPECT_EQ(set->rows[0].output, "yes");
  EXPECT_EQ(set->rows[1].input, "");  // an empty input is an input
  EXPECT_EQ(set->rows[1].line, 4);
  EXPECT_EQ(set->rows[2].input, "plain \"q\"");
}

TEST(ReadExamples, TsvSplitsAtTabs) {
  const Result<ExampleSet> set = ReadExamples("input\toutput\na, b\tx\n\"c\td\"\ty", "rows.tsv");
  ASSERT_TRUE(set.ok()) << set.message();
  EXPECT_EQ(set->rows[0].input, "a, b");
  EXPECT_EQ(set->rows[1].input, "c\td");
}

TEST(ReadExamples, ErrorsNameTheLine) {
  EXPECT_THAT(ErrorOf("{\"input\":\"a\",\"output\":\"b\"}\n{\"input\":\"a\"", "r.jsonl").message(), HasSubstr("line 2"));
  EXPECT_THAT(ErrorOf("\n{\"input\":\"a\"}", "r.jsonl").message(), HasSubstr("line 2"));
  EXPECT_THAT(ErrorOf("{\"input\":\"a\",\"output\":{\"k\":1}}", "r.jsonl").message(), HasSubstr("found an object under \"output\""));
  EXPECT_THAT(ErrorOf("{\"input\":\"a\",\"output\":\" \"}", "r.jsonl").message(), HasSubstr("line 1: found an empty output"));
  EXPECT_THAT(ErrorOf("{\"input\":\"a\\u0000\",\"output\":\"b\"}", "r.jsonl").message(), HasSubstr("NUL"));
  EXPECT_THAT(ErrorOf("input,output\na,b\nc\xFF,d\n", "r.csv").message(), HasSubstr("line 3"));
  EXPECT_THAT(ErrorOf("input,output\na,b\n\nc\n", "r.csv").message(), HasSubstr("line 4: found 1 fields, expected 2"));
  EXPECT_THAT(ErrorOf("input,output\na,\"b\nc\nd", "r.csv").message(), HasSubstr("line 2: found a quoted field that never ends"));
  EXPECT_THAT(ErrorOf("input,output\n\"a\"b,c", "r.csv").message(), HasSubstr("line 2: found text after a closing quote"));
  EXPECT_THAT(ErrorOf("in,out\na,b", "r.csv").message(), HasSubstr("expected columns input and output"));
  EXPECT_THAT(ErrorOf("input,output\n" + std::string(kInputBytesMax + 1, 'a') + ",b", "r.csv").message(), HasSubstr("line 2"));
  for (const char* name : {"r.jsonl", "r.csv"}) {
    EXPECT_EQ(ErrorOf("", name).code(), Code::kRefused);
    EXPECT_EQ(ErrorOf("input,output\n", "r.csv").code(), Code::kRefused);
  }
  EXPECT_EQ(ErrorOf("x", "rows.xlsx").code(), Code::kUsage);
}

TEST(CheckExamples, DropsAndCountsDuplicates) {
  const Result<ExampleSet> set = CheckExamples({{"a", "x", 1}, {"b", "x", 2}, {"a", "x", 3}, {"a", "x", 4}}, "r");
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(set->rows.size(), 2u);
  EXPECT_EQ(set->duplicates_dropped, 2);
}

TEST(CheckExamples, ReportsContradictionsWithTheirLines) {
  const Result<ExampleSet> set =
      CheckExamples({{"a", "x", 1}, {"b", "x", 2}, {"a", "y", 3}, {"b", "z", 9}, {"c", "q", 5, true}, {"c", "r", 6}}, "r.csv");
  EXPECT_EQ(set.code(), Code::kRefused);
  EXPECT_THAT(set.message(), HasSubstr("(line 1 against line 3; line 2 against line 9; line 5 of the spec against line 6)"));
}

TEST(CheckExamples, CapsTheListOfContradictions) {
  std::vector<Example> rows;
  for (int i = 0; i < 100; ++i) {
    const std::string input(1, static_cast<char>('A' + i % 50));
    rows.push_back({input, i < 50 ? "x" : "y", i + 1});
  }
  const Result<ExampleSet> set = CheckExamples(rows, "r");
  EXPECT_THAT(set.message(), HasSubstr("and 42 more"));
  EXPECT_LT(set.message().size(), 500u);
}

TEST(CheckExamples, SpecRowsComeFirst) {
  const Result<ExampleSet> set = CheckExamples({{"a", "x", 1}, {"b", "y", 7, true}}, "r");
  EXPECT_EQ(set->rows[0].input, "b");
}

TEST(DigestOf, DependsOnEveryByteAndTheOrder) {
  const Example a{"ab", "c", 1};
  const Example b{"a", "bc", 1};
  const std::vector<Example> one = {a, b};
  const std::vector<Example> other = {b, a};
  EXPECT_NE(DigestOf(std::vector<Example>{a}), DigestOf(std::vector<Example>{b}));
  EXPECT_NE(DigestOf(one), DigestOf(other));
  EXPECT_EQ(DigestOf(one).size(), 64u);
}

TEST(Examples, ATeachersRowsSayAndKeepSo) {
  const std::vector<Example> rows = {{"a", "x", 1}, {"b \"quoted\"\n", "{\"k\":1}", 2, false, "some-model"}};
  const std::string text = WriteExamples(rows);
  const auto read = ReadExamples(text, "saved.jsonl");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->rows, rows);
  EXPECT_EQ(read->rows[0].teacher, "");
  EXPECT_EQ(read->rows[1].teacher, "some-model");
  EXPECT_EQ(WhereOf(read->rows[1]), "line 2") << "of the file";
  EXPECT_EQ(WhereOf({"b", "x", 17, false, "some-model", true}), "pair 17 of the teacher");
  EXPECT_EQ(DigestOf(read->rows), DigestOf(rows));
  std::vector<Example> unmarked = rows;
  unmarked[1].teacher.clear();
  EXPECT_NE(DigestOf(unmarked), DigestOf(rows));
  EXPECT_FALSE(ReadExamples("{\"input\":\"a\",\"output\":\"x\",\"paw_teacher\":1}", "saved.jsonl").ok());
}

}  // namespace
}  // namespace paw
