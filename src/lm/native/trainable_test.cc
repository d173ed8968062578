// Training: what the reference comparison in tests/ does not reach: batches of several chunks, kept activations under misuse, the turned
// weights, and gradients against finite differences of the loss itself.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>

#include "base/test_effort.h"
#include "lm/native/activation_cache.h"
#include "lm/native/model.h"
#include "lm/native/native_test_helpers.h"
#include "lm/native/train_weights.h"

namespace paw::native {
namespace {

struct Rows {
  std::vector<std::vector<TokenId>> tokens;
  std::vector<std::vector<TrainTarget>> targets;
  std::vector<TrainRow> rows;
};

Rows RandomRows(int count, int longest, int vocabulary, std::uint32_t seed, std::int64_t first_key = -1) {
  Rows made;
  std::mt19937 engine(seed);
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine); };
  for (int r = 0; r < count; ++r) {
    made.tokens.push_back(RandomTokens(draw(2, longest), vocabulary, seed * 1000 + static_cast<std::uint32_t>(r)));
    auto& targets = made.targets.emplace_back();
    for (int t = static_cast<int>(made.tokens.back().size()) - 2; t < static_cast<int>(made.tokens.back().size()); ++t) {
      TrainTarget target;
      target.position = t;
      target.token = draw(0, vocabulary - 1);
      targets.push_back(target);
    }
  }
  for (std::size_t r = 0; r < made.tokens.size(); ++r) {
    made.rows.push_back({made.tokens[r], made.targets[r], first_key < 0 ? -1 : first_key + static_cast<std::int64_t>(r)});
  }
  return made;
}

std::vector<float> Flat(const LoraWeights& lora) {
  std::vector<float> flat;
  for (const LoraPair& pair : lora.pairs) {
    flat.insert(flat.end(), pair.a.begin(), pair.a.end());
    flat.insert(flat.end(), pair.b.begin(), pair.b.end());
  }
  return flat;
}

class NativeTraining : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    path_ = ToyPath(ToyOf(GetParam()));
    model_ = Must(OpenNative(path_, {}));
    ASSERT_NE(model_, nullptr);
  }
  void TearDown() override { unlink(path_.c_str()); }
  std::unique_ptr<TrainableModel> Trainable(int threads) {
    TrainOptions options;
    options.threads = threads;
    return Must(OpenNativeTrainable(model_, options));
  }
  static std::vector<float> Gradient(TrainableModel& model, const LoraWeights& lora, std::span<const TokenId> prefix,
                                     std::span<const TrainRow> rows, TrainLoss* loss = nullptr) {
    LoraWeights gradient = ZerosLike(lora);
    const TrainGroup group{&lora, &gradient, prefix, rows};
    const TrainLoss found = Must(model.ForwardBackward({&group, 1}, 1.0f));
    if (loss != nullptr) *loss = found;
    return Flat(gradient);
  }

  std::string path_;
  std::shared_ptr<LanguageModel> model_;
};

TEST_P(NativeTraining, ManyChunksEqualTheSumOfTheirRows) {
  if (TestEffort(1, 0) == 0 && GetParam() != "llama") GTEST_SKIP() << "one shape is enough under an emulator";
  const ModelShape& shape = model_->shape();
  const LoraWeights lora = RandomLora(shape, 4, 0, 3);
  const int count = TestEffort(60, 32);
  const Rows rows = RandomRows(count, 70, shape.vocabulary, 4);  // about 2,200 tokens, or 1,200: chunks of 1,024
  const std::vector<TokenId> prefix = RandomTokens(37, shape.vocabulary, 5);
  auto model = Trainable(2);
  TrainLoss loss;
  const std::vector<float> whole = Gradient(*model, lora, prefix, rows.rows, &loss);
  EXPECT_TRUE(SameBits(Gradient(*Trainable(1), lora, prefix, rows.rows), whole)) << "threads changed the gradient";
  EXPECT_TRUE(SameBits(Gradient(*model, lora, prefix, rows.rows), whole)) << "a second call changed the gradient";
  std::int64_t tokens = 37;
  double loss_sum = 0;
  std::vector<double> sum(whole.size());
  for (const TrainRow& row : rows.rows) {
    TrainLoss one;
    const std::vector<float> part = Gradient(*model, lora, prefix, {&row, 1}, &one);
    for (std::size_t i = 0; i < part.size(); ++i) sum[i] += part[i];
    tokens += static_cast<std::int64_t>(row.tokens.size());
    loss_sum += one.loss_sum;
  }
  EXPECT_EQ(loss.tokens, tokens);
  EXPECT_EQ(loss.targets, 2 * count);
  EXPECT_NEAR(loss.loss_sum, loss_sum, 1e-9 * loss_sum);
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) difference += std::pow(sum[i] - whole[i], 2), size += sum[i] * sum[i];
  EXPECT_LT(std::sqrt(difference / size), 0.01);
}

// Along the gradient itself the loss must rise by its squared length: every layer and both halves of every pair take part.
TEST_P(NativeTraining, TheLossRisesAlongTheGradientAsItSays) {
  const ModelShape& shape = model_->shape();
  LoraWeights lora = RandomLora(shape, 4, 1, 6);
  const Rows rows = RandomRows(8, 40, shape.vocabulary, 7);
  const std::vector<TokenId> prefix = RandomTokens(11, shape.vocabulary, 8);
  auto model = Trainable(2);
  const std::vector<float> gradient = Gradient(*model, lora, prefix, rows.rows);
  double squares = 0;
  for (const float g : gradient) squares += static_cast<double>(g) * g;
  ASSERT_GT(squares, 0.0);
  const auto loss_at = [&](double step) {
    LoraWeights moved = lora;
    std::size_t i = 0;
    for (LoraPair& pair : moved.pairs) {
      for (float& value : pair.a) value += static_cast<float>(step * gradient[i++]);
      for (float& value : pair.b) value += static_cast<float>(step * gradient[i++]);
    }
    TrainLoss loss;
    Gradient(*model, moved, prefix, rows.rows, &loss);
    return loss.loss_sum;
  };
  const double step = 0.05 / std::sqrt(squares);
  const double rise = (loss_at(step) - loss_at(-step)) / (2 * step);
  EXPECT_NEAR(rise / squares, 1.0, 0.03);
}

TEST_P(NativeTraining, KeptActivationsSurviveMisuse) {
  const ModelShape& shape = model_->shape();
  const LoraWeights upper = RandomLora(shape, 4, 2, 9), all = RandomLora(shape, 4, 0, 9), middle = RandomLora(shape, 4, 1, 9);
  const std::vector<TokenId> prefix = RandomTokens(21, shape.vocabulary, 10), other_prefix = RandomTokens(21, shape.vocabulary, 11);
  const Rows keyed = RandomRows(6, 30, shape.vocabulary, 12, 100), others = RandomRows(6, 30, shape.vocabulary, 13, 100);
  auto model = Trainable(2);
  const auto expect_right = [&](const LoraWeights& lora, const std::vector<TokenId>& head, const Rows& rows, const char* what) {
    EXPECT_TRUE(SameBits(Gradient(*model, lora, head, rows.rows), Gradient(*Trainable(1), lora, head, rows.rows))) << what;
  };
  expect_right(upper, prefix, keyed, "first visit");
  expect_right(upper, prefix, keyed, "kept");
  expect_right(upper, prefix, others, "the same keys for other rows");
  expect_right(upper, other_prefix, others, "another prefix");
  expect_right(middle, prefix, keyed, "another lowest layer");
  expect_right(all, prefix, keyed, "every layer adapted");
  // Two rows of one call under one key.
  Rows twice = RandomRows(2, 30, shape.vocabulary, 14);
  twice.rows[0].cache_key = twice.rows[1].cache_key = 5;
  expect_right(upper, prefix, twice, "one key for two rows");
  expect_right(upper, prefix, twice, "one key for two rows, again");
  expect_right(upper, {}, keyed, "no prefix");
}

TEST_P(NativeTraining, AFullCacheStillComputes) {
  const ModelShape& shape = model_->shape();
  const LoraWeights upper = RandomLora(shape, 4, 3, 15);
  const Rows rows = RandomRows(10, 30, shape.vocabulary, 16, 0);
  const std::vector<TokenId> prefix = RandomTokens(9, shape.vocabulary, 17);
  TrainOptions options;
  options.threads = 1;
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{9 * 64 * 4}, std::size_t{50 * 64 * 4}}) {
    options.activation_cache_bytes_max = bytes;
    auto small = Must(OpenNativeTrainable(model_, options));
    const std::vector<float> expected = Gradient(*Trainable(1), upper, prefix, rows.rows);
    for (int visit = 0; visit < 3; ++visit)
      EXPECT_TRUE(SameBits(Gradient(*small, upper, prefix, rows.rows), expected)) << bytes << " bytes";
  }
}

TEST_P(NativeTraining, RowsWithoutTargetsAndGroupsWithoutAdaptersCostNothingButTheLoss) {
  const ModelShape& shape = model_->shape();
  const LoraWeights lora = RandomLora(shape, 4, 0, 18);
  Rows rows = RandomRows(4, 30, shape.vocabulary, 19);
  auto model = Trainable(2);
  TrainLoss with, bare;
  Gradient(*model, lora, {}, std::span(rows.rows).first(2), &with);
  for (std::size_t r = 2; r < 4; ++r) rows.rows[r].targets = {};
  TrainLoss found;
  const std::vector<float> expected = Gradient(*model, lora, {}, std::span(rows.rows).first(2));
  EXPECT_TRUE(SameBits(Gradient(*model, lora, {}, rows.rows, &found), expected));
  EXPECT_EQ(found.loss_sum, with.loss_sum);
  EXPECT_TRUE(Gradient(*model, lora, {}, std::span(rows.rows).subspan(2), &found) == Flat(ZerosLike(lora)));
  EXPECT_EQ(found.targets, 0);
  LoraWeights none;
  none.layers = shape.layers;
  none.pairs.resize(lora.pairs.size());
  Gradient(*model, none, {}, std::span(rows.rows).first(2), &bare);
  EXPECT_GT(bare.loss_sum, 0.0);
  EXPECT_NE(bare.loss_sum, with.loss_sum);
}

TEST_P(NativeTraining, TurnedWeightsAreTheSameNumbers) {
  const auto* model = dynamic_cast<const NativeModel*>(model_.get());
  ASSERT_NE(model, nullptr);
  ThreadPool pool(2);
  const TrainWeights turned = MakeTrainWeights(model->weights(), pool);
  const auto at = [](const PackedMatrix& m, int column, int k) {
    return m.panel(column / kPanel)[static_cast<std::size_t>(k / 2) * 2 * kPanel + static_cast<std::size_t>((column % kPanel) * 2 + k % 2)];
  };
  const auto expect_turned = [&](const PackedMatrix& forward, const PackedMatrix& back) {
    ASSERT_EQ(back.columns, forward.k);
    ASSERT_EQ(back.k, RoundUp(forward.columns, 2));
    for (int column = 0; column < forward.columns; ++column) {
      for (int k = 0; k < forward.k; ++k) ASSERT_EQ(at(forward, column, k), at(back, k, column)) << column << " " << k;
    }
  };
  for (int p = 0; p < kProjectionCount; ++p) {
    if (!model->shape().HasProjection(static_cast<Projection>(p))) continue;
    expect_turned(model->weights()->layers[1].projections[static_cast<std::size_t>(p)],
                  turned.projection_back(1, static_cast<Projection>(p)));
  }
  expect_turned(model->weights()->embedding, turned.output_back);
}

INSTANTIATE_TEST_SUITE_P(Shapes, NativeTraining, testing::Values("llama", "qwen3", "gpt2", "llama_q4_0"),
                         [](const auto& p) { return p.param; });

TEST(NativeTrainables, RefuseAnotherEnginesModel) { EXPECT_EQ(OpenNativeTrainable(nullptr, {}).code(), Code::kUsage); }

TEST(ActivationCaches, KeepUpToTheirLimitAndForget) {
  ActivationCache cache(100 * sizeof(float));
  const std::vector<TokenId> prefix = {1, 2}, row = {3}, other = {4};
  const std::vector<float> h(60, 1.5f);
  cache.SetLayer(3);
  cache.AddRow(7, prefix, row, h);
  cache.AddRow(8, prefix, row, h);  // no room
  ASSERT_NE(cache.FindRow(7, prefix, row), nullptr);
  EXPECT_EQ(cache.FindRow(7, prefix, row)[59], 1.5f);
  EXPECT_EQ(cache.FindRow(7, prefix, other), nullptr);
  EXPECT_EQ(cache.FindRow(7, {}, row), nullptr);
  EXPECT_EQ(cache.FindRow(8, prefix, row), nullptr);
  EXPECT_EQ(cache.FindRow(-1, prefix, row), nullptr);
  cache.AddRow(7, prefix, other, h);  // replaces
  EXPECT_NE(cache.FindRow(7, prefix, other), nullptr);
  cache.SetLayer(2);
  EXPECT_EQ(cache.FindRow(7, prefix, other), nullptr);
}

}  // namespace
}  // namespace paw::native
