#include "decode/reject.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

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

// Rows of other labels are sure and right, those of the reject label are unsure and wrong.
std::vector<RejectRow> Separable(int others, int rejects) {
  std::vector<RejectRow> rows;
  for (int i = 0; i < others; ++i) rows.push_back({.probability = 0.8 + 0.001 * i, .right = true});
  for (int i = 0; i < rejects; ++i) rows.push_back({.probability = 0.3 + 0.001 * i, .expected = true});
  return rows;
}

TEST(FitReject, FindsTheGapBetweenSureAndUnsureRows) {
  const auto fit = FitReject(Separable(50, 12));
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->below, 0.5 * (0.8 + 0.311), 1e-9);
  EXPECT_EQ(fit->before.recall, 0);
  EXPECT_EQ(fit->after.recall, 1);
  EXPECT_EQ(fit->after.others_accuracy, 1);
  EXPECT_EQ(fit->reject_rows, 12);
  EXPECT_EQ(fit->other_rows, 50);
}

TEST(FitReject, NeedsRowsOfBothKinds) {
  EXPECT_FALSE(FitReject(Separable(50, 9)));
  EXPECT_FALSE(FitReject(Separable(9, 50)));
  EXPECT_TRUE(FitReject(Separable(10, 10)));
}

TEST(FitReject, LeavesAloneWhatIsRightAlready) {
  std::vector<RejectRow> rows;
  for (int i = 0; i < 20; ++i) rows.push_back({.probability = 0.5 + 0.01 * i, .right = true});
  for (int i = 0; i < 20; ++i) rows.push_back({.probability = 0.4 + 0.01 * i, .answered = true, .expected = true, .right = true});
  const auto fit = FitReject(rows);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->below, 0);
  EXPECT_EQ(fit->after.recall, 1);
}

TEST(FitReject, IsAsGoodAsTryingEveryThreshold) {
  Random random(7, "reject");
  for (int round = 0; round < 20; ++round) {
    std::vector<RejectRow> rows;
    for (int i = 0; i < 120; ++i) {
      RejectRow row;
      row.probability = 0.01 * static_cast<double>(static_cast<int>(100 * random.Double()));  // many ties
      row.expected = random.Double() < 0.3;
      row.right = random.Double() < 0.6;
      row.answered = row.expected ? row.right : (!row.right && random.Double() < 0.2);
      rows.push_back(row);
    }
    const auto fit = FitReject(rows);
    ASSERT_TRUE(fit);
    double best = 0;
    for (int i = 0; i <= 200; ++i) {
      const RejectShares shares = SharesAt(rows, 0.005 * i);
      best = std::max(best, shares.others_accuracy + shares.recall);
    }
    EXPECT_NEAR(fit->after.others_accuracy + fit->after.recall, best, 1e-12) << round;
  }
}

}  // namespace
}  // namespace paw
