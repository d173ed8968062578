// The native trainer against the reference trainer, and against itself: threads, prefix, groups, kept activations.
//
// The reference computes in fp32; native in bf16 with fp32 sums. Gradients are compared by direction (cosine) and by norm.

#include <gtest/gtest.h>

#include "gguf/toy_model.h"
#include "lm/native/native.h"
#include "lm/reference/reference.h"
#include "tests/engine_helpers.h"
#include "train/adamw.h"

namespace paw {
namespace {

constexpr double kLossTolerance = 0.01;  // relative; seen: 0.005
constexpr double kCosineFloor = 0.995;   // of all gradients together, and of each pair; seen: 0.9985
constexpr double kNormTolerance = 0.02;  // relative; seen: 0.003

struct Outcome {
  TrainLoss loss;
  LoraWeights gradient;
};

std::unique_ptr<TrainableModel> Native(const std::string& path, std::int32_t threads) {
  const auto model = Must(OpenNative(path, {}));
  TrainOptions options;
  options.threads = threads;
  return model == nullptr ? nullptr : Must(OpenNativeTrainable(model, options));
}

std::unique_ptr<TrainableModel> Reference(const std::string& path) {
  const auto model = Must(OpenReference(path, {}));
  return model == nullptr ? nullptr : Must(OpenReferenceTrainable(model));
}

Outcome Backward(TrainableModel& model, const OwnedBatch& batch, const LoraWeights& adapter, float loss_scale = 0.25f) {
  Outcome outcome{{}, ZerosLike(adapter)};
  const TrainGroup group = batch.Group(adapter, outcome.gradient);
  outcome.loss = Must(model.ForwardBackward({&group, 1}, loss_scale));
  return outcome;
}

double Norm(const std::vector<float>& numbers) {
  double squares = 0;
  for (const float number : numbers) squares += static_cast<double>(number) * static_cast<double>(number);
  return std::sqrt(squares);
}

void ExpectCloseGradients(const Outcome& found, const Outcome& expected) {
  EXPECT_NEAR(found.loss.loss_sum, expected.loss.loss_sum, kLossTolerance * expected.loss.loss_sum);
  EXPECT_NEAR(found.loss.token_loss_sum, expected.loss.token_loss_sum, kLossTolerance * expected.loss.token_loss_sum);
  EXPECT_EQ(found.loss.targets, expected.loss.targets);
  EXPECT_EQ(found.loss.tokens, expected.loss.tokens);
  const std::vector<float> all = Flat(found.gradient);
  const std::vector<float> expected_all = Flat(expected.gradient);
  EXPECT_GT(Cosine(all, expected_all), kCosineFloor);
  EXPECT_NEAR(Norm(all), Norm(expected_all), kNormTolerance * Norm(expected_all));
  for (std::size_t i = 0; i < found.gradient.pairs.size(); ++i) {
    EXPECT_GT(Cosine(found.gradient.pairs[i].a, expected.gradient.pairs[i].a), kCosineFloor) << "A of pair " << i;
    EXPECT_GT(Cosine(found.gradient.pairs[i].b, expected.gradient.pairs[i].b), kCosineFloor) << "B of pair " << i;
  }
}

void ExpectSameBits(const Outcome& found, const Outcome& expected) {
  EXPECT_EQ(found.loss.loss_sum, expected.loss.loss_sum);
  EXPECT_EQ(Flat(found.gradient), Flat(expected.gradient));
}

// A batch of rows of many lengths, with a branch at every other target.
OwnedBatch SomeBatch(int rows, int prefix, int vocabulary, std::uint32_t seed) {
  OwnedBatch batch;
  if (prefix > 0) batch.prefix = SomeTokens(prefix, vocabulary, seed);
  for (int r = 0; r < rows; ++r) {
    const int length = 2 + (r * 7) % 23;
    batch.row_tokens.push_back(SomeTokens(length, vocabulary, seed + 1 + static_cast<std::uint32_t>(r)));
    batch.branches.emplace_back();
    batch.targets.emplace_back();
    for (int t = 0; t < 2; ++t) {
      const TokenId token = batch.row_tokens[static_cast<std::size_t>(r)][static_cast<std::size_t>(t)];
      const bool branch = (r + t) % 2 == 0;
      batch.branches.back().push_back(branch ? std::vector<TokenId>{token, (token + 3) % vocabulary, (token + 8) % vocabulary}
                                             : std::vector<TokenId>{});
      batch.targets.back().push_back({length - 2 + t, token, branch ? 0.3f : 1.0f, branch ? 0.7f : 0.0f, {}});
    }
  }
  for (std::size_t r = 0; r < batch.targets.size(); ++r) {
    for (std::size_t t = 0; t < batch.targets[r].size(); ++t) batch.targets[r][t].branch = batch.branches[r][t];
    batch.rows.push_back({batch.row_tokens[r], batch.targets[r], -1});
  }
  return batch;
}

class NativeTrainer : public testing::TestWithParam<std::string> {
 protected:
  // tiny_a: an adapter in the upper layer only. tiny_b and tiny_qwen3_b: some pairs absent. The others: all pairs of all layers, toys
  // with Q8_0 weights.
  void SetUp() override {
    const bool toy = GetParam().starts_with("toy");
    if (toy) {
      gguf::ToyModelOptions options;
      if (GetParam() == "toy_gpt2") options.architecture = "gpt2";
      options.dtype = DType::kQ8_0;
      options.width = 160;
      options.heads = 5;
      options.kv_heads = 1;
      options.ff_width = 288;
      path_ = WriteTemporary("trainer.gguf", gguf::MakeToyModelGguf(options));
    } else {
      path_ = FixturePath(GetParam() + ".gguf");
    }
    reference_ = Reference(path_);
    native_ = Native(path_, 2);
    ASSERT_NE(reference_, nullptr);
    ASSERT_NE(native_, nullptr);
    const ModelShape& shape = native_->shape();
    adapter_ = toy ? SeededLora(shape, 16, 16.0f, 0.2f, 0.1f) : Fixture(GetParam() + ".adapter.gguf").Adapter(shape.layers);
    batch_ = SomeBatch(13, 6, shape.vocabulary, 100);
  }

  std::string path_;
  std::unique_ptr<TrainableModel> reference_;
  std::unique_ptr<TrainableModel> native_;
  LoraWeights adapter_;
  OwnedBatch batch_;
};

TEST_P(NativeTrainer, LossAndGradientsAreTheReferences) {
  ExpectCloseGradients(Backward(*native_, batch_, adapter_), Backward(*reference_, batch_, adapter_));
  const OwnedBatch without_prefix = SomeBatch(5, 0, native_->shape().vocabulary, 300);
  ExpectCloseGradients(Backward(*native_, without_prefix, adapter_), Backward(*reference_, without_prefix, adapter_));
}

TEST_P(NativeTrainer, ZeroBHasGradientsInBAlone) {
  const LoraWeights start = MakeLora(native_->shape(), 16, 16.0f, 0, 7);
  const Outcome found = Backward(*native_, batch_, start);
  const Outcome expected = Backward(*reference_, batch_, start);
  for (std::size_t i = 0; i < start.pairs.size(); ++i) {
    EXPECT_EQ(Norm(found.gradient.pairs[i].a), 0.0);
    EXPECT_GT(Cosine(found.gradient.pairs[i].b, expected.gradient.pairs[i].b), kCosineFloor) << "B of pair " << i;
  }
}

TEST_P(NativeTrainer, BitsDoNotDependOnThreadsOrOnTheCall) {
  const Outcome two = Backward(*native_, batch_, adapter_);
  ExpectSameBits(Backward(*native_, batch_, adapter_), two);
  const auto one = Native(path_, 1);
  ASSERT_NE(one, nullptr);
  ExpectSameBits(Backward(*one, batch_, adapter_), two);
}

TEST_P(NativeTrainer, KeptActivationsChangeNothing) {
  const Outcome plain = Backward(*native_, batch_, adapter_);
  for (std::size_t r = 0; r < batch_.rows.size(); ++r) batch_.rows[r].cache_key = static_cast<std::int64_t>(r);
  native_->ClearActivationCache();
  for (int epoch = 0; epoch < 3; ++epoch) {
    const Outcome kept = Backward(*native_, batch_, adapter_);
    EXPECT_NEAR(kept.loss.loss_sum, plain.loss.loss_sum, 1e-3 * plain.loss.loss_sum) << "epoch " << epoch;
    EXPECT_GT(Cosine(Flat(kept.gradient), Flat(plain.gradient)), 0.9999) << "epoch " << epoch;
  }
}

TEST_P(NativeTrainer, GroupsAreSeparatePrograms) {
  LoraWeights other = adapter_;
  for (LoraPair& pair : other.pairs) {
    for (float& number : pair.b) number = -0.5f * number;
  }
  const OwnedBatch second = SomeBatch(4, 3, native_->shape().vocabulary, 500);
  const Outcome first_alone = Backward(*native_, batch_, adapter_);
  const Outcome second_alone = Backward(*native_, second, other);
  Outcome first{{}, ZerosLike(adapter_)};
  Outcome both{{}, ZerosLike(other)};
  const TrainGroup groups[] = {batch_.Group(adapter_, first.gradient), second.Group(other, both.gradient)};
  const TrainLoss loss = Must(native_->ForwardBackward(groups, 0.25f));
  EXPECT_NEAR(loss.loss_sum, first_alone.loss.loss_sum + second_alone.loss.loss_sum, 1e-6 * loss.loss_sum);
  EXPECT_EQ(loss.tokens, first_alone.loss.tokens + second_alone.loss.tokens);
  EXPECT_EQ(Flat(first.gradient), Flat(first_alone.gradient));
  EXPECT_EQ(Flat(both.gradient), Flat(second_alone.gradient));
}

TEST_P(NativeTrainer, GradientsAreAddedNotOverwritten) {
  const Outcome once = Backward(*native_, batch_, adapter_);
  Outcome twice = once;
  const TrainGroup group = batch_.Group(adapter_, twice.gradient);
  ASSERT_TRUE(native_->ForwardBackward({&group, 1}, 0.25f).ok());
  std::vector<float> expected = Flat(once.gradient);
  for (float& number : expected) number *= 2;
  EXPECT_LT(Difference(Flat(twice.gradient), expected), 1e-5);
}

TEST_P(NativeTrainer, BadBatchesAreRefused) {
  LoraWeights gradient = ZerosLike(adapter_);
  const auto accepted = [&](const TrainRow& row) {
    const TrainGroup group{&adapter_, &gradient, batch_.prefix, {&row, 1}};
    return native_->ForwardBackward({&group, 1}, 1.0f).ok();
  };
  const std::vector<TokenId> tokens = {1, 2, 3};
  const std::vector<TokenId> bad_tokens = {1, native_->shape().vocabulary};
  const std::vector<TokenId> branch = {4, 5};
  const TrainTarget good[] = {{2, 1, 1.0f, 0.0f, {}}};
  const TrainTarget late[] = {{3, 1, 1.0f, 0.0f, {}}};
  const TrainTarget bad_token[] = {{2, -1, 1.0f, 0.0f, {}}};
  const TrainTarget outside[] = {{1, 1, 1.0f, 1.0f, branch}};
  EXPECT_TRUE(accepted({tokens, good, -1}));
  EXPECT_FALSE(accepted({tokens, late, -1}));
  EXPECT_FALSE(accepted({tokens, bad_token, -1}));
  EXPECT_FALSE(accepted({tokens, outside, -1}));
  EXPECT_FALSE(accepted({bad_tokens, {}, -1}));
}

INSTANTIATE_TEST_SUITE_P(Models, NativeTrainer,
                         testing::Values("tiny_a", "tiny_b", "toy", "tiny_qwen3_a", "tiny_qwen3_b", "tiny_gpt2_a", "tiny_gpt2_b",
                                         "toy_gpt2"),
                         [](const auto& p) { return p.param; });

// Straight to PyTorch, without the reference between.
TEST(NativeTraining, GradientsAreTorchs) {
  for (const std::string name : {"tiny_a", "tiny_b", "tiny_qwen3_a", "tiny_qwen3_b", "tiny_gpt2_a", "tiny_gpt2_b"}) {
    const Fixture expected(name + ".expected.gguf");
    const auto native = Native(FixturePath(name + ".gguf"), 2);
    ASSERT_NE(native, nullptr);
    const LoraWeights adapter = Fixture(name + ".adapter.gguf").Adapter(native->shape().layers);
    const Outcome found = Backward(*native, ReadBatch(expected.Batch()), adapter, static_cast<float>(expected.Number("loss_scale")));
    EXPECT_NEAR(found.loss.loss_sum, expected.Number("step0.loss"), kLossTolerance * found.loss.loss_sum) << name;
    EXPECT_GT(Cosine(Flat(found.gradient), Flat(expected.Lora("step0.gradient.", adapter))), kCosineFloor) << name;
  }
}

// Each engine by its own gradients from the same start. Adam divides by a gradient's size, so that numbers near zero may go either way:
// the way walked is compared by direction. Seen: 0.9996.
TEST(NativeTraining, TwentyStepsOfAdamWGoTheReferencesWay) {
  for (const std::string name : {"tiny_qwen3_a", "tiny_gpt2_a"}) {
    const Fixture expected(name + ".expected.gguf");
    const OwnedBatch batch = ReadBatch(expected.Batch());
    const std::unique_ptr<TrainableModel> models[] = {Reference(FixturePath(name + ".gguf")), Native(FixturePath(name + ".gguf"), 2)};
    ASSERT_NE(models[0], nullptr);
    ASSERT_NE(models[1], nullptr);
    const LoraWeights start = Fixture(name + ".adapter.gguf").Adapter(models[0]->shape().layers);
    std::vector<float> walked[2];
    double losses[2][20] = {};
    for (std::size_t m = 0; m < 2; ++m) {
      LoraWeights weights = start;
      AdamW optimizer(weights,
                      {expected.Number("beta1"), expected.Number("beta2"), expected.Number("eps"), expected.Number("weight_decay")});
      for (double& loss : losses[m]) {
        Outcome step = Backward(*models[m], batch, weights, static_cast<float>(expected.Number("loss_scale")));
        loss = step.loss.loss_sum;
        ClipGradient(expected.Number("clip"), step.gradient);
        ASSERT_TRUE(optimizer.Step(step.gradient, expected.Number("lr"), weights).ok());
      }
      walked[m] = Flat(weights);
      const std::vector<float> from = Flat(start);
      for (std::size_t i = 0; i < from.size(); ++i) walked[m][i] -= from[i];
    }
    EXPECT_LT(losses[0][19], 0.99 * losses[0][0]) << name << ": the loss should fall";
    for (std::size_t step = 0; step < 20; ++step) {
      EXPECT_NEAR(losses[1][step], losses[0][step], kLossTolerance * losses[0][step]) << name << " " << step;
    }
    EXPECT_GT(Cosine(walked[1], walked[0]), kCosineFloor) << name;
    EXPECT_NEAR(Norm(walked[1]), Norm(walked[0]), kNormTolerance * Norm(walked[0])) << name;
    RecordProperty("cosine_" + name, std::to_string(Cosine(walked[1], walked[0])));
  }
}

TEST(NativeTraining, BitsOnTheBaseDoNotDependOnThreads) {
  PAW_SKIP_WITHOUT_BASE();
  const auto model = Must(OpenNative(TestBasePath(), {}));
  ASSERT_NE(model, nullptr);
  const OwnedBatch batch = SomeBatch(9, 6, model->shape().vocabulary, 900);
  const LoraWeights adapter = SeededLora(model->shape(), 16, 16.0f, 0.05f, 0.02f);
  TrainOptions options;
  options.threads = 1;
  const Outcome one = Backward(*Must(OpenNativeTrainable(model, options)), batch, adapter);
  options.threads = 2;
  ExpectSameBits(Backward(*Must(OpenNativeTrainable(model, options)), batch, adapter), one);
  EXPECT_GT(Norm(Flat(one.gradient)), 0.0);
}

TEST(NativeTraining, GradientsOnTheBaseAreTheReferences) {
  PAW_SKIP_WITHOUT_BASE();
  const auto reference = Reference(TestBasePath());
  const auto native = Native(TestBasePath(), 2);
  ASSERT_NE(reference, nullptr);
  ASSERT_NE(native, nullptr);
  const Json report = ReadBaseReport();
  const auto tokens = report.at("prompts").at(2).at("tokens").get<std::vector<TokenId>>();
  const auto count = static_cast<std::int32_t>(tokens.size());
  const TrainTarget targets[] = {{count - 4, tokens[tokens.size() - 3], 1.0f, 0.0f, {}},
                                 {count - 3, tokens[tokens.size() - 2], 1.0f, 0.0f, {}},
                                 {count - 2, tokens[tokens.size() - 1], 1.0f, 0.0f, {}}};
  const TrainRow row{tokens, targets, -1};
  const LoraWeights adapter = SeededLora(native->shape(), 16, 16.0f, 0.05f, 0.02f);
  Outcome found{{}, ZerosLike(adapter)};
  Outcome expected{{}, ZerosLike(adapter)};
  const TrainGroup found_group{&adapter, &found.gradient, {}, {&row, 1}};
  const TrainGroup expected_group{&adapter, &expected.gradient, {}, {&row, 1}};
  found.loss = Must(native->ForwardBackward({&found_group, 1}, 1.0f));
  expected.loss = Must(reference->ForwardBackward({&expected_group, 1}, 1.0f));
  ExpectCloseGradients(found, expected);
  RecordProperty("cosine", std::to_string(Cosine(Flat(found.gradient), Flat(expected.gradient))));
}

}  // namespace
}  // namespace paw
