#include "decode/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "base/random.h"
#include "decode/label_search.h"

namespace paw {
namespace {

// Three flat labels: one decision, so that the distribution is a plain softmax.
LabelSearch FlatSearch(int labels) {
  std::vector<std::vector<TokenId>> tokens;
  for (int i = 0; i < labels; ++i) tokens.push_back({10 + i});
  return LabelSearch(std::make_shared<const LabelTrie>(std::move(LabelTrie::Build(tokens, 2)).value()));
}

// Rows whose labels are drawn from softmax(logits / truth).
std::vector<CalibrationRow> DrawRows(const LabelSearch& search, int count, double truth, std::uint64_t seed) {
  Random random(seed);
  std::vector<CalibrationRow> rows(count);
  for (CalibrationRow& row : rows) {
    row.branch_logits.resize(search.trie().edge_count());
    for (float& logit : row.branch_logits) logit = random.Uniform(-6, 6);
    double left = random.Double();
    const std::vector<double> distribution = search.Distribution(row.branch_logits, truth);
    row.label = 0;
    while (row.label + 1 < static_cast<int>(distribution.size()) && left > std::exp(distribution[row.label])) {
      left -= std::exp(distribution[row.label++]);
    }
  }
  return rows;
}

std::vector<ScoredAnswer> AnswersOf(const LabelSearch& search, std::span<const CalibrationRow> rows, double temperature) {
  std::vector<ScoredAnswer> answers;
  for (const CalibrationRow& row : rows) {
    const std::vector<double> distribution = search.Distribution(row.branch_logits, temperature);
    const std::int32_t best = LabelSearch::Best(distribution);
    answers.push_back({std::exp(distribution[best]), best == row.label});
  }
  return answers;
}

TEST(Calibration, RecoversTheTemperatureOfSyntheticData) {
  const LabelSearch search = FlatSearch(5);
  for (const double truth : {0.5, 1.0, 2.5}) {
    const auto rows = DrawRows(search, 4000, truth, 17);
    const double fitted = FitTemperature(search.trie(), rows).value();
    EXPECT_NEAR(fitted / truth, 1, 0.06);
    EXPECT_LE(MeanNegativeLogLikelihood(search.trie(), rows, fitted), MeanNegativeLogLikelihood(search.trie(), rows, truth) + 1e-3);
    EXPECT_LT(ExpectedCalibrationError(AnswersOf(search, rows, fitted)), 0.03);
    EXPECT_EQ(fitted, FitTemperature(search.trie(), rows).value());  // deterministic
  }
}

TEST(Calibration, WorksOverATrieWithSeveralDecisions) {
  // Labels share beginnings: up to three decisions on a path.
  const std::vector<std::vector<TokenId>> tokens = {{10}, {10, 11}, {10, 12, 13}, {10, 12, 14}, {20}, {21, 22}, {21, 23}};
  const LabelSearch search(std::make_shared<const LabelTrie>(std::move(LabelTrie::Build(tokens, 2)).value()));
  const auto rows = DrawRows(search, 4000, 2.0, 5);
  const double fitted = FitTemperature(search.trie(), rows).value();
  EXPECT_NEAR(fitted, 2.0, 0.1);
  EXPECT_GT(ExpectedCalibrationError(AnswersOf(search, rows, 1.0)), 0.08);  // overconfident before
  EXPECT_LT(ExpectedCalibrationError(AnswersOf(search, rows, fitted)), 0.03);
  EXPECT_LT(BrierScore(AnswersOf(search, rows, fitted)), BrierScore(AnswersOf(search, rows, 1.0)));
}

TEST(Calibration, AFewPerfectRowsStayWithinTheLimits) {
  const LabelSearch search = FlatSearch(2);
  const std::vector<CalibrationRow> rows(3, {{4, -4, 0, 0}, 0});  // edges: two of the root, then one EOS each
  const double fitted = FitTemperature(search.trie(), rows).value();
  EXPECT_GT(fitted, 0.3);
  EXPECT_LT(fitted, 1.01);
}

TEST(Calibration, Refuses) {
  const LabelSearch search = FlatSearch(2);
  EXPECT_EQ(FitTemperature(search.trie(), {}).code(), Code::kRefused);
  const CalibrationRow wrong_label{{1, 2, 0, 0}, 2};
  EXPECT_EQ(FitTemperature(search.trie(), std::span(&wrong_label, 1)).code(), Code::kRefused);
  const CalibrationRow wrong_size{{1, 2}, 0};
  EXPECT_EQ(FitTemperature(search.trie(), std::span(&wrong_size, 1)).code(), Code::kRefused);
}

TEST(Calibration, ErrorOfHandMadeAnswers) {
  // Two bins: (0.5: one of two right) is exact, (0.9: none of two right) is off by 0.9.
  const std::vector<ScoredAnswer> answers = {{0.5, true}, {0.9, false}, {0.5, false}, {0.9, false}};
  EXPECT_NEAR(ExpectedCalibrationError(answers, 2), 0.45, 1e-12);
  EXPECT_NEAR(BrierScore(answers), (0.25 + 0.81 + 0.25 + 0.81) / 4, 1e-12);
  EXPECT_EQ(ExpectedCalibrationError({}), 0);
}

TEST(Calibration, AbstainCurveOfHandMadeAnswers) {
  const std::vector<ScoredAnswer> answers = {{0.9, true}, {0.6, false}, {0.8, true}, {0.6, true}};
  const auto curve = AbstainCurve(answers);
  ASSERT_EQ(curve.size(), 3u);
  EXPECT_NEAR(curve[1].coverage, 0.5, 1e-12);
  EXPECT_NEAR(curve[1].accuracy, 1.0, 1e-12);
  EXPECT_NEAR(curve[2].coverage, 1.0, 1e-12);
  EXPECT_NEAR(curve[2].accuracy, 0.75, 1e-12);
  EXPECT_NEAR(AbstainAt(curve, 0.95).threshold, 0.8, 1e-12);
  EXPECT_EQ(AbstainAt(curve, 1.1).coverage, 0);
}

}  // namespace
}  // namespace paw
