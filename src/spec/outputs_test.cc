#include "spec/outputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<Example> RowsOf(const std::vector<std::string>& outputs) {
  std::vector<Example> rows;
  for (const std::string& output : outputs) {
    const auto number = static_cast<std::int32_t>(rows.size() + 1);
    rows.push_back({"input " + std::to_string(number), output, number});
  }
  return rows;
}

Result<OutputContract> Deduced(std::string_view spec, const std::vector<std::string>& outputs) {
  return DeduceOutputs(*ParseSpec(spec), RowsOf(outputs));
}

TEST(DeduceOutputs, ADeclaredSetIsTheSet) {
  const Result<OutputContract> contract = Deduced("Return ONLY one of: up, down, same.", {"down", "up"});
  ASSERT_TRUE(contract.ok()) << contract.message();
  EXPECT_EQ(contract->kind, OutputKind::kLabel);
  EXPECT_THAT(contract->labels, ElementsAre("up", "down", "same"));
  EXPECT_THAT(contract->warnings, ElementsAre(HasSubstr("have no example: same"), HasSubstr("2 of 3 labels have one example")));
}

TEST(DeduceOutputs, AnExampleOutsideADeclaredSetIsNamed) {
  const Result<OutputContract> contract = Deduced("Return ONLY one of: up, down.", {"down", "up", "Up"});
  EXPECT_EQ(contract.code(), Code::kRefused);
  EXPECT_THAT(contract.message(), HasSubstr("\"Up\" at line 3"));
  EXPECT_THAT(contract.message(), HasSubstr("up, down"));
}

TEST(DeduceOutputs, ADeclarationThatNoExampleKeepsToIsLeft) {
  const Result<OutputContract> contract =
      Deduced("Return ONLY one of: Up, Down.", {"up", "down", "up", "down", "up", "down", "up", "down"});
  ASSERT_TRUE(contract.ok()) << contract.message();
  EXPECT_THAT(contract->labels, ElementsAre("down", "up"));
  EXPECT_THAT(contract->warnings, ElementsAre(HasSubstr("not used")));
}

TEST(DeduceOutputs, ExamplesChooseTheReading) {
  const Result<OutputContract> contract = Deduced("Return ONLY one of: World, Science or Technology.", {"World", "Science or Technology"});
  EXPECT_THAT(contract->labels, ElementsAre("World", "Science or Technology"));
}

TEST(DeduceOutputs, FewShortOutputsThatComeBackAreASet) {
  EXPECT_THAT(Deduced("Sort.", {"b", "a", "b", "a", "b", "a", "b", "a"})->labels, ElementsAre("a", "b"));
  EXPECT_EQ(Deduced("Sort.", {"b", "a", "c", "d", "e", "f", "g", "a"})->kind, OutputKind::kText);
  EXPECT_EQ(Deduced("Sort.", {"a", "b"})->kind, OutputKind::kText);
  const std::string sentence(65, 'x');
  EXPECT_EQ(Deduced("Sort.", {sentence, "y", sentence, "y", sentence, "y"})->kind, OutputKind::kText);
}

TEST(DeduceOutputs, FiveHundredLabelsWithTwoRowsEach) {
  std::vector<std::string> outputs;
  for (int i = 0; i < 1000; ++i) outputs.push_back("label_" + std::to_string(i % 500));
  EXPECT_EQ(Deduced("Sort.", outputs)->labels.size(), 500u);
}

TEST(DeduceOutputs, OneOutputOnlyIsRefused) {
  const Result<OutputContract> contract = Deduced("Sort.", std::vector<std::string>(10, "same"));
  EXPECT_EQ(contract.code(), Code::kRefused);
  EXPECT_THAT(contract.message(), HasSubstr("\"same\" in all 10 rows"));
}

TEST(DeduceOutputs, JsonWithOneLiteral) {
  const Result<OutputContract> contract = Deduced("Extract.", {"{\"a\":1}", "NONE", "[]", "NONE", "{}", "NONE", "{\"b\":[2]}"});
  ASSERT_TRUE(contract.ok()) << contract.message();
  EXPECT_EQ(contract->kind, OutputKind::kJson);
  EXPECT_EQ(contract->json_literal, "NONE");
  EXPECT_EQ(Deduced("Extract.", {"{}", "[1]"})->json_literal, std::nullopt);
}

TEST(DeduceOutputs, AMalformedOutputAmongJsonIsNamed) {
  std::vector<std::string> outputs(10, "{\"a\":1}");
  outputs[3] = "{\"a\":1";
  EXPECT_THAT(Deduced("Extract.", outputs).message(), HasSubstr("not JSON at line 4"));
  outputs.assign(200, "{\"a\":1}");
  outputs[5] = "{";
  outputs[7] = "oops";
  EXPECT_THAT(Deduced("Extract.", outputs).message(), HasSubstr("found 2 outputs that are not JSON, the first at line 6"));
}

TEST(DeduceOutputs, ALiteralOfTheUsersStaysOneBesideATeachersRows) {
  const Spec spec = *ParseSpec("Extract.");
  std::vector<Example> rows = {{"a", "{}", 1}, {"b", "NONE", 2}};
  ASSERT_EQ(DeduceOutputs(spec, rows)->json_literal, "NONE");
  for (int i = 0; i < 100; ++i) rows.push_back({"taught " + std::to_string(i), "{}", i + 1, false, "teacher"});
  const auto together = DeduceOutputs(spec, rows);
  ASSERT_TRUE(together.ok()) << together.message();
  EXPECT_EQ(together->json_literal, "NONE");
  rows[1].teacher = "teacher";
  EXPECT_FALSE(DeduceOutputs(spec, rows).ok()) << "one of a teacher's is a mistake";
}

TEST(DeduceOutputs, NumbersAndWordsAreNotJson) {
  EXPECT_EQ(Deduced("Count.", {"1", "2", "1", "2", "1", "2", "true", "true"})->kind, OutputKind::kLabel);
}

TEST(DeduceOutputs, WithoutExamplesTheSpecDecides) {
  EXPECT_EQ(Deduced("Extract; return JSON only.", {})->kind, OutputKind::kJson);
  EXPECT_EQ(Deduced("Write a poem.", {})->kind, OutputKind::kText);
  const Result<OutputContract> labels = Deduced("Return ONLY one of: a, b.", {});
  EXPECT_THAT(labels->labels, ElementsAre("a", "b"));
  EXPECT_THAT(labels->warnings, IsEmpty());
}

}  // namespace
}  // namespace paw
