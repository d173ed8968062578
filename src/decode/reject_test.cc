#include "decode/reject.h"

#include <gtest/gtest.h>

#include <vector>

namespace paw {
namespace {

std::optional<std::string> Find(const std::vector<std::string>& labels) { return FindRejectLabel(labels); }

TEST(FindRejectLabel, KnowsTheNamesThatMeanNothingElse) {
  EXPECT_EQ(Find({"refund", "oos"}), "oos");
  EXPECT_EQ(Find({"refund", "Out of Scope"}), "Out of Scope");
  EXPECT_EQ(Find({"NONE_OF_THE_ABOVE", "refund"}), "NONE_OF_THE_ABOVE");
  EXPECT_EQ(Find({"other", "none", "unknown"}), std::nullopt);
  EXPECT_EQ(Find({"oos", "out-of-scope"}), std::nullopt) << "two such labels: it is not clear which";
  EXPECT_EQ(Find({}), std::nullopt);
}

// `others` right answers with probabilities spread evenly over (0, 1), and `rejects` rows of the reject label answered with another.
std::vector<RejectRow> Spread(int others, int rejects) {
  std::vector<RejectRow> rows;
  for (int i = 0; i < others; ++i) rows.push_back({.probability = (i + 0.5) / others, .right = true});
  for (int i = 0; i < rejects; ++i) rows.push_back({.probability = 0.01 * i, .expected = true});
  return rows;
}

TEST(FitReject, GivesUpNoMoreRightAnswersThanAllowed) {
  const auto fit = FitReject(Spread(200, 10));
  ASSERT_TRUE(fit);
  EXPECT_DOUBLE_EQ(fit->below, 6.5 / 200);  // six of 200 lie below
  EXPECT_EQ(fit->before.others_accuracy, 1);
  EXPECT_DOUBLE_EQ(fit->after.others_accuracy, 0.97);
  EXPECT_EQ(fit->before.recall, 0);
  EXPECT_DOUBLE_EQ(fit->after.recall, 0.4);  // 0, 0.01, 0.02, 0.03
  EXPECT_EQ(fit->reject_rows, 10);
  EXPECT_EQ(fit->other_rows, 200);
}

TEST(FitReject, WrongAnswersAndTheRejectLabelsOwnRowsDoNotMoveIt) {
  const double below = FitReject(Spread(100, 0))->below;
  std::vector<RejectRow> rows = Spread(100, 50);
  for (int i = 0; i < 50; ++i) rows.push_back({.probability = 0.001 * i});  // wrong
  EXPECT_EQ(FitReject(rows)->below, below);
}

TEST(FitReject, TiesAreKept) {
  std::vector<RejectRow> rows(100, RejectRow{.probability = 0.7, .right = true});
  const auto fit = FitReject(rows);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->below, 0.7);
  EXPECT_EQ(fit->after.others_accuracy, 1);
}

TEST(FitReject, NeedsRightAnswers) {
  EXPECT_FALSE(FitReject(Spread(39, 100)));
  EXPECT_TRUE(FitReject(Spread(40, 0)));
}

}  // namespace
}  // namespace paw
