#include "train/trainer.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "train/settings.h"

namespace paw {
namespace {

// A model that shows each step's rows to the test and learns nothing.
class Recorder final : public TrainableModel {
 public:
  explicit Recorder(std::function<void(const TrainRow&)> look) : look_(std::move(look)) {
    shape_.layers = 1;
    shape_.width = shape_.head_width = 4;
    shape_.heads = shape_.kv_heads = 1;
    shape_.ff_width = 8;
    shape_.vocabulary = 200;
    shape_.context_max = 64;
  }
  const ModelShape& shape() const override { return shape_; }
  void ClearActivationCache() override {}
  Result<TrainLoss> ForwardBackward(std::span<const TrainGroup> groups, float) override {
    TrainLoss loss;
    for (const TrainRow& row : groups[0].rows) {
      look_(row);
      loss.targets += static_cast<std::int64_t>(row.targets.size());
      loss.tokens += static_cast<std::int64_t>(row.tokens.size());
      loss.loss_sum += 1;
    }
    return loss;
  }

 private:
  std::function<void(const TrainRow&)> look_;
  ModelShape shape_;
};

// One row: ten input tokens 100..109, two tokens 1 1 after it, the label 10 11 and EOS 2.
TrainingSet OneRow() {
  TrainingSet set;
  TrainingRow row;
  for (TokenId t = 100; t < 110; ++t) row.tokens.push_back(t);
  row.tokens.insert(row.tokens.end(), {1, 1, 10, 11});
  row.input_tokens = 10;
  row.output_begin = 12;
  row.output = {10, 11, 2};
  row.label = 0;
  set.rows.push_back(row);
  set.branches = {{{10, 20}, {}, {}}};
  return set;
}

TEST(Trainer, InputDropoutLeavesOutInputTokensOnly) {
  TrainSettings settings;
  settings.rank = 2;
  settings.rows_per_step = 1;
  for (const float dropout : {0.0f, 0.3f, 0.9f}) {
    settings.input_dropout = dropout;
    std::int64_t rows = 0, kept = 0;
    Recorder model([&](const TrainRow& row) {
      ++rows;
      const std::size_t inputs = row.tokens.size() - 4;
      kept += static_cast<std::int64_t>(inputs);
      EXPECT_GE(inputs, 1u);
      for (std::size_t t = 0; t < inputs; ++t) EXPECT_GE(row.tokens[t], t == 0 ? 100 : row.tokens[t - 1] + 1) << "their order stays";
      const std::vector<TokenId> rest(row.tokens.end() - 4, row.tokens.end());
      EXPECT_EQ(rest, (std::vector<TokenId>{1, 1, 10, 11}));
      ASSERT_EQ(row.targets.size(), 3u);
      for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(row.targets[i].position, static_cast<std::int32_t>(inputs + 1 + i));
    });
    const auto outcome = Train(model, OneRow(), settings, 500, 1, {});
    ASSERT_TRUE(outcome.ok()) << outcome.message();
    const double share = static_cast<double>(kept) / static_cast<double>(10 * rows);
    EXPECT_NEAR(share, dropout == 0.9f ? 0.135 : 1 - dropout, 0.03);  // at 0.9 one row in three would lose all and keeps one
  }
}

TEST(Trainer, EarlierWeightsStayOnlyWhereTheyAreClearlyBetter) {
  TrainSettings settings;
  settings.rank = 2;
  Recorder model([](const TrainRow&) {});
  const auto best_step = [&](std::vector<double> scores, double margin) {
    TrainHooks hooks;
    std::size_t next = 0;
    hooks.score_margin = margin;
    hooks.score_now = [](const TrainProgress& progress) { return progress.step % 10 == 0; };
    hooks.score = [&](const LoraWeights&, const TrainProgress&) -> Result<double> { return scores.at(next++); };
    return Train(model, OneRow(), settings, 30, 1, hooks)->best_step;
  };
  EXPECT_EQ(best_step({0.90, 0.92, 0.915}, 0.03), 30);
  EXPECT_EQ(best_step({0.90, 0.92, 0.88}, 0.03), 20);
  EXPECT_EQ(best_step({0.90, 0.92, 0.915}, 0), 20);
  EXPECT_EQ(best_step({0.90, 0.92, 0.92}, 0), 30);
}

}  // namespace
}  // namespace paw
