#include "spec/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace paw {
namespace {

// `rows` rows of `labels` labels in turn.
std::vector<Example> Rows(int rows, int labels) {
  std::vector<Example> examples;
  for (int i = 0; i < rows; ++i) examples.push_back({"row " + std::to_string(i), "label " + std::to_string(i % labels), i + 1});
  return examples;
}

TEST(SplitExamples, IsAPartitionOfTheSizeAskedFor) {
  const std::vector<Example> rows = Rows(1000, 7);
  const ExampleSplit split = SplitExamples(rows, 1, {});
  EXPECT_NEAR(static_cast<double>(split.held_out.size()), 100.0, 4.0);
  std::vector<std::size_t> all = split.train;
  all.insert(all.end(), split.held_out.begin(), split.held_out.end());
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), rows.size());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], i);
  EXPECT_TRUE(std::is_sorted(split.held_out.begin(), split.held_out.end()));
}

TEST(SplitExamples, KeepsTheSharesOfTheLabels) {
  const std::vector<Example> rows = Rows(1000, 10);
  std::map<std::string, int> held;
  for (const std::size_t i : SplitExamples(rows, 1, {}).held_out) ++held[rows[i].output];
  ASSERT_EQ(held.size(), 10u);
  for (const auto& [label, count] : held) EXPECT_NEAR(count, 10, 1) << label;
}

TEST(SplitExamples, DependsOnTheSeedAndNothingElse) {
  const std::vector<Example> rows = Rows(200, 3);
  EXPECT_EQ(SplitExamples(rows, 5, {}).held_out, SplitExamples(rows, 5, {}).held_out);
  EXPECT_NE(SplitExamples(rows, 5, {}).held_out, SplitExamples(rows, 6, {}).held_out);
}

TEST(SplitExamples, EqualInputsStayTogether) {
  std::vector<Example> rows;
  for (int i = 0; i < 100; ++i) {
    const std::string input = "Caf\u00c9  number " + std::to_string(i / 2);
    rows.push_back({i % 2 == 0 ? input : " caf\u00e9 NUMBER\n" + std::to_string(i / 2), i % 2 == 0 ? "a" : "b", i + 1});
  }
  const ExampleSplit split = SplitExamples(rows, 3, {});
  const std::set<std::size_t> held(split.held_out.begin(), split.held_out.end());
  ASSERT_FALSE(held.empty());
  for (const std::size_t i : held) EXPECT_TRUE(held.contains(i ^ 1u)) << i;
}

TEST(SplitExamples, ALabelNeverLosesItsOnlyRow) {
  std::vector<Example> rows = Rows(100, 2);
  rows.push_back({"alone", "rare", 101});
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const ExampleSplit split = SplitExamples(rows, seed, {.held_out_rows = 50});
    EXPECT_TRUE(std::binary_search(split.train.begin(), split.train.end(), std::size_t{100}));
  }
}

TEST(SplitExamples, NothingBelowForty) {
  EXPECT_TRUE(SplitExamples(Rows(39, 2), 1, {}).held_out.empty());
  EXPECT_EQ(SplitExamples(Rows(40, 2), 1, {}).held_out.size(), 8u);
  EXPECT_EQ(HeldOutRowsFor(39), 0u);
  EXPECT_EQ(HeldOutRowsFor(10000), 1000u);
  EXPECT_EQ(HeldOutRowsFor(100000), 1000u);
}

TEST(CollapsedInput, FoldsCaseAndBlanks) {
  EXPECT_EQ(CollapsedInput("  A\t\nb  \u00c4 "), CollapsedInput("a B \u00e4"));
  EXPECT_NE(CollapsedInput("ab"), CollapsedInput("a b"));
  EXPECT_EQ(CollapsedInput(" \n"), "");
}

// `own` rows of the user's, then `taught` of a teacher's.
std::vector<Example> Taught(int own, int taught) {
  std::vector<Example> rows = Rows(own, 3);
  for (int i = 0; i < taught; ++i)
    rows.push_back({"taught " + std::to_string(i), "label " + std::to_string(i % 3), i + 1, false, "teacher"});
  return rows;
}

TEST(SplitExamples, HoldsOutTheUsersRowsWhereTheyAreEnough) {
  const std::vector<Example> rows = Taught(60, 500);
  const ExampleSplit split = SplitExamples(rows, 4, {});
  EXPECT_EQ(split.held_out, SplitExamples(Rows(60, 3), 4, {}).held_out) << "as without a teacher";
  EXPECT_EQ(split.train.size() + split.held_out.size(), rows.size());
}

TEST(SplitExamples, HoldsOutAllKindsWhereTheUsersRowsAreFew) {
  const std::vector<Example> rows = Taught(39, 161);
  std::size_t taught = 0;
  for (const std::size_t i : SplitExamples(rows, 4, {}).held_out) taught += rows[i].teacher.empty() ? 0 : 1;
  EXPECT_GT(taught, 20u);
}

// Ten labels that no spec declares, two of them seen once: too open a set for these rows alone, a closed one with a teacher's beside them.
TEST(SplitForCompile, ATeachersRowsDoNotChangeWhichOfTheUsersAreHeldOut) {
  std::vector<Example> rows;
  for (int i = 0; i < 50; ++i) rows.push_back({"row " + std::to_string(i), "label " + std::to_string(i < 48 ? i % 8 : i - 40), i + 1});
  const Spec spec = *ParseSpec("Say what it is.");
  const OutputContract alone = *DeduceOutputs(spec, rows);
  ASSERT_EQ(alone.kind, OutputKind::kText);
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const ExampleSplit own = SplitForCompile(spec, alone, rows, seed);
    EXPECT_EQ(own.held_out, SplitExamples(rows, seed, {.stratify = false}).held_out) << "without a teacher by the contract";
    std::vector<Example> all = rows;
    for (int i = 0; i < 400; ++i)
      all.push_back({"taught " + std::to_string(i), "label " + std::to_string(i % 10), i + 1, false, "teacher"});
    const OutputContract together = *DeduceOutputs(spec, all);
    ASSERT_EQ(together.kind, OutputKind::kLabel);
    EXPECT_EQ(SplitForCompile(spec, together, all, seed).held_out, own.held_out) << seed;
  }
}

TEST(SplitExamples, AnInputThatATeacherWroteTooStaysForTraining) {
  std::vector<Example> rows = Rows(60, 3);
  for (int i = 0; i < 60; ++i)
    rows.push_back({" ROW " + std::to_string(i), rows[static_cast<std::size_t>(i)].output, i + 1, false, "teacher"});
  EXPECT_TRUE(SplitExamples(rows, 4, {}).held_out.empty());
}

}  // namespace
}  // namespace paw
