// libtorch's back-end against the host's on a toy base: in fp32 against the reference engine, in bf16 against fp32.
#include "tools/train_mapper/torch/step_torch.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "encode/spec_features.h"
#include "fs/posix_fs.h"
#include "gguf/gguf.h"
#include "gguf/toy_model.h"
#include "lm/native/native.h"
#include "lm/reference/reference.h"
#include "tests/engine_helpers.h"
#include "tools/train_mapper/torch/batch_torch.h"

namespace paw {
namespace {

constexpr double kLossTolerance = 1e-3;  // relative, fp32; seen: 7e-8
constexpr double kCosineFloor = 0.999;   // of a group's gradient, fp32; seen: 1 - 3e-12
constexpr double kBf16Loss = 0.02, kBf16Cosine = 0.99, kBf16Norm = 0.05;
constexpr double kBaseLoss = 0.03;     // bf16 on real weights, six rows; seen: 0.009
constexpr double kBaseCosine = 0.98;   // seen: 0.9994
constexpr double kFeatureError = 0.1;  // mean over features, of their spread; seen: 0.06 in bf16, 0.04 in fp32

gguf::ToyModelOptions SmallBase() {
  gguf::ToyModelOptions options;
  options.layers = 3;
  options.context_max = 128;
  return options;
}

// Specs of different lengths with rows of different lengths; every other target has a branch.
struct ToyBatch {
  std::vector<SpecRows> specs;
  std::vector<std::vector<float>> features;
  std::vector<BatchSpec> batch;

  ToyBatch(int count, int vocabulary, std::size_t width) {
    for (int s = 0; s < count; ++s) {
      const auto seed = static_cast<std::uint32_t>(100 * s + 1);
      SpecRows& rows = specs.emplace_back();
      rows.prefix = SomeTokens(5 + 7 * s, vocabulary, seed);
      for (int r = 0; r < 3; ++r) rows.rows.push_back(Row(3 + r * 4 + s, 1 + r, vocabulary, seed + 1 + static_cast<std::uint32_t>(r)));
      Random random(seed, "features");
      for (float& x : features.emplace_back(width)) x = random.Uniform(-1.0f, 1.0f);
    }
    for (std::size_t s = 0; s < specs.size(); ++s)
      batch.push_back({features[s], &specs[s], s % 2 == 0 ? std::vector<std::size_t>{2, 0} : std::vector<std::size_t>{1}});
  }

  static SpecRow Row(int input, int outputs, int vocabulary, std::uint32_t seed) {
    SpecRow row;
    row.tokens = SomeTokens(input, vocabulary, seed);
    row.output = SomeTokens(outputs, vocabulary, seed + 50);
    row.tokens.insert(row.tokens.end(), row.output.begin(), row.output.end() - 1);
    for (std::size_t i = 0; i < row.output.size(); ++i) {
      const TokenId token = row.output[i];
      row.branches.push_back(i % 2 == 0 ? std::vector<TokenId>{(token + 5) % vocabulary, token, (token + 9) % vocabulary}
                                        : std::vector<TokenId>{});
      if (i % 4 == 0) row.branches.back().pop_back();  // branches of two and of three
    }
    return row;
  }
};

// Away from the start, where half of the gradients are zero.
Parameters SomeParameters(const ModelShape& shape, std::int32_t bases) {
  ParameterLayout layout;
  layout.interpreter = shape;
  layout.features = 24;
  layout.width = 20;
  layout.bases = bases;
  layout.rank = 4;
  layout.alpha = 6;
  Parameters parameters = StartParameters(layout, 5);
  Random random(9, "parameters");
  for (Parameter& parameter : parameters.all) {
    for (float& number : parameter.numbers) number += random.Uniform(-0.1f, 0.1f);
  }
  return parameters;
}

class TorchBackend : public testing::Test {
 protected:
  void SetUp() override {
    path_ = WriteTemporary("torch_toy.gguf", gguf::MakeToyModelGguf(SmallBase()));
    model_ = Must(OpenReference(path_, {}));
    ASSERT_NE(model_, nullptr);
  }
  std::shared_ptr<const TorchBase> Open(bool bf16, std::int64_t tokens_max = 4096) {
    TorchOptions options;
    options.device = "cpu";
    options.precision = bf16 ? TorchPrecision::kBf16 : TorchPrecision::kFp32;
    options.tokens_max = tokens_max;
    options.threads = 1;
    return Must(OpenTorchBase(PosixFs(), path_, options));
  }
  std::unique_ptr<MapperStep> HostStep() { return OpenCpuStep(Must(OpenReferenceTrainable(model_)), 1); }
  int vocabulary() const { return model_->shape().vocabulary; }

  std::string path_;
  std::shared_ptr<LanguageModel> model_;
};

struct Outcome {
  StepLoss loss;
  Parameters gradient;
};

Outcome GradientOf(MapperStep& step, const Parameters& parameters, const ToyBatch& toy) {
  Outcome outcome{{}, ZerosLike(parameters)};
  outcome.loss = Must(step.ForwardBackward(parameters, toy.batch, 0.4f, outcome.gradient));
  return outcome;
}

double NormOf(const std::vector<float>& numbers) {
  double sum = 0;
  for (const float number : numbers) sum += static_cast<double>(number) * number;
  return std::sqrt(sum);
}

void ExpectClose(const Outcome& found, const Outcome& expected, double loss_tolerance, double cosine_floor, double norm_tolerance) {
  EXPECT_NEAR(found.loss.loss, expected.loss.loss, loss_tolerance * expected.loss.loss);
  EXPECT_NEAR(found.loss.token_loss, expected.loss.token_loss, loss_tolerance * expected.loss.token_loss);
  EXPECT_EQ(found.loss.targets, expected.loss.targets);
  EXPECT_EQ(found.loss.rows, expected.loss.rows);
  double worst = 1;
  for (std::size_t p = 0; p < expected.gradient.all.size(); ++p) {
    const std::vector<float>&a = found.gradient.all[p].numbers, &b = expected.gradient.all[p].numbers;
    const double cosine = Cosine(a, b), norm = NormOf(b);
    EXPECT_GE(cosine, cosine_floor) << expected.gradient.all[p].name;
    EXPECT_GT(norm, 0) << expected.gradient.all[p].name;
    EXPECT_NEAR(NormOf(a), norm, norm_tolerance * norm) << expected.gradient.all[p].name;
    worst = std::min(worst, cosine);
  }
  std::printf("  loss off by %.2g, 1 - lowest cosine %.2g\n", std::abs(found.loss.loss / expected.loss.loss - 1), 1 - worst);
}

TEST_F(TorchBackend, GivesTheHostsLossAndGradientsInFp32) {
  const ToyBatch toy(4, vocabulary(), 24);
  const auto host = HostStep();
  for (const std::int32_t bases : {0, 5}) {
    const Parameters parameters = SomeParameters(model_->shape(), bases);
    const Outcome expected = GradientOf(*host, parameters, toy);
    for (const std::int64_t tokens_max : {4096, 64, 1}) {  // one pass, some, one a spec
      const Outcome found = GradientOf(*OpenTorchStep(Open(false, tokens_max)), parameters, toy);
      ExpectClose(found, expected, kLossTolerance, kCosineFloor, 1e-3);
    }
  }
}

TEST_F(TorchBackend, IsWithinBf16sRoundingOfFp32) {
  const ToyBatch toy(4, vocabulary(), 24);
  const Parameters parameters = SomeParameters(model_->shape(), 5);
  const Outcome expected = GradientOf(*OpenTorchStep(Open(false)), parameters, toy);
  ExpectClose(GradientOf(*OpenTorchStep(Open(true)), parameters, toy), expected, kBf16Loss, kBf16Cosine, kBf16Norm);
}

// Three steps of both trainers from the same start, a group at rate zero among them; then what Sync gives goes on like the device.
TEST_F(TorchBackend, TakesTheHostsStepsAndGivesThemBack) {
  const ToyBatch toy(3, vocabulary(), 24);
  ThreadPool pool(1);
  Parameters host_parameters = SomeParameters(model_->shape(), 5), parameters = host_parameters;
  const Parameters start = parameters;
  OptimiserState host_state = BeginState(host_parameters), state = BeginState(parameters);
  const auto host = OpenHostTrainer(HostStep(), pool);
  const auto base = Open(false);
  const auto device = OpenTorchTrainer(base);
  ASSERT_TRUE(host->Begin(host_parameters, host_state).ok());
  ASSERT_TRUE(device->Begin(parameters, state).ok());
  const Rates rates{1e-2f, 1e-2f, 1e-2f, 0.0f};
  for (int step = 0; step < 3; ++step) {
    const TrainedStep expected = Must(host->Step(toy.batch, 0.4f, rates)), found = Must(device->Step(toy.batch, 0.4f, rates));
    EXPECT_NEAR(found.loss.loss, expected.loss.loss, kLossTolerance * expected.loss.loss) << step;
    EXPECT_NEAR(found.norm, expected.norm, 1e-3 * expected.norm) << step;
  }
  const double expected_loss = Must(host->Loss(toy.batch)).token_loss, found_loss = Must(device->Loss(toy.batch)).token_loss;
  EXPECT_NEAR(found_loss, expected_loss, kLossTolerance * expected_loss);
  EXPECT_EQ(parameters.all[0].numbers, start.all[0].numbers);  // not before Sync
  ASSERT_TRUE(device->Sync().ok());
  EXPECT_EQ(state.steps, 3);
  for (std::size_t p = 0; p < parameters.all.size(); ++p) {
    const Parameter& mine = parameters.all[p];
    if (mine.group == Parameter::Group::kShared) {
      EXPECT_EQ(mine.numbers, start.all[p].numbers) << mine.name;
      continue;
    }
    std::vector<float> moved = mine.numbers, expected = host_parameters.all[p].numbers;
    for (std::size_t i = 0; i < moved.size(); ++i) {
      moved[i] -= start.all[p].numbers[i];
      expected[i] -= start.all[p].numbers[i];
    }
    EXPECT_GE(Cosine(moved, expected), kCosineFloor) << mine.name;
    EXPECT_GE(Cosine(state.first.all[p].numbers, host_state.first.all[p].numbers), kCosineFloor) << mine.name;
    EXPECT_GE(Cosine(state.second.all[p].numbers, host_state.second.all[p].numbers), kCosineFloor) << mine.name;
  }
  const auto again = OpenTorchTrainer(base);
  ASSERT_TRUE(again->Begin(parameters, state).ok());
  const TrainedStep fourth = Must(device->Step(toy.batch, 0.4f, rates)), resumed = Must(again->Step(toy.batch, 0.4f, rates));
  EXPECT_EQ(resumed.loss.loss, fourth.loss.loss);
  EXPECT_EQ(resumed.norm, fourth.norm);
}

TEST_F(TorchBackend, ReadsTheFeaturesOfTheHostsEncoder) {
  const std::vector<std::byte> bytes = gguf::MakeToyModelGguf(SmallBase());
  const auto file = gguf::File::Open(bytes, "toy");
  ASSERT_TRUE(file.ok()) << file.message();
  const auto opened = Tokenizer::Open(*file);
  ASSERT_TRUE(opened.ok()) << opened.message();
  const Tokenizer& tokenizer = *opened;
  const std::vector<std::string_view> specs = {"Say yes.", "Give the last word of a sentence", "ab"};
  const std::vector<std::int32_t> layers = {0, 2, 3};  // after the first block, the last, the final norm
  const auto expected = Must(OpenHostFeatures(model_, tokenizer, layers, 1)->Features(specs));
  for (const std::int64_t tokens_max : {4096, 1}) {
    const auto found = Must(OpenTorchFeatures(Open(false, tokens_max), tokenizer, layers)->Features(specs));
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t s = 0; s < specs.size(); ++s) {
      ASSERT_EQ(found[s].size(), expected[s].size());
      for (std::size_t i = 0; i < found[s].size(); ++i) ASSERT_NEAR(found[s][i], expected[s][i], 1e-4) << specs[s] << " at " << i;
    }
  }
  const auto rounded = Must(OpenTorchFeatures(Open(true), tokenizer, layers)->Features(specs));
  for (std::size_t s = 0; s < specs.size(); ++s) EXPECT_GT(Cosine(rounded[s], expected[s]), 0.999) << specs[s];
  EXPECT_THAT(OpenTorchFeatures(Open(false), tokenizer, {4})->Features(specs).message(), testing::HasSubstr("found feature layer 4"));
}

TEST_F(TorchBackend, RefusesInOneLine) {
  ToyBatch toy(2, vocabulary(), 24);
  const auto step = OpenTorchStep(Open(false));
  const Parameters parameters = SomeParameters(model_->shape(), 5);
  Parameters gradient = ZerosLike(parameters);
  const auto message = [&] { return step->ForwardBackward(parameters, toy.batch, 0.4f, gradient).message(); };
  toy.specs[0].prefix[0] = vocabulary();
  EXPECT_THAT(message(), testing::HasSubstr("found token id"));
  toy.specs[0].prefix.assign(200, 1);
  EXPECT_THAT(message(), testing::HasSubstr("expected at most 128"));
  toy.specs[0].prefix.assign(2, 1);
  toy.batch[0].features = {};
  EXPECT_THAT(message(), testing::HasSubstr("found 0 features of a spec, expected 24"));
  for (BatchSpec& spec : toy.batch) spec.rows.clear();
  toy.batch[0].features = toy.features[0];
  EXPECT_THAT(message(), testing::HasSubstr("found no row"));
  TorchOptions options;
  options.device = "abacus";
  EXPECT_THAT(OpenTorchBase(PosixFs(), path_, options).message(), testing::HasSubstr("found \"abacus\", expected cuda or cpu"));
  EXPECT_FALSE(OpenTorchBase(PosixFs(), path_ + ".none", options).ok());
}

// Where there is a GPU: the same loss, gradients and steps as the CPU's, and a look at the rounding of bf16.
TEST_F(TorchBackend, OnAGpuItIsTheSame) {
  TorchOptions options;
  options.precision = TorchPrecision::kFp32;
  const auto gpu = OpenTorchBase(PosixFs(), path_, options);
  if (gpu.code() == Code::kUsage) GTEST_SKIP() << gpu.message();
  ASSERT_TRUE(gpu.ok()) << gpu.message();
  const ToyBatch toy(4, vocabulary(), 24);
  for (const std::int32_t bases : {0, 5}) {
    const Parameters parameters = SomeParameters(model_->shape(), bases);
    const Outcome expected = GradientOf(*OpenTorchStep(Open(false)), parameters, toy);
    ExpectClose(GradientOf(*OpenTorchStep(*gpu), parameters, toy), expected, kLossTolerance, kCosineFloor, 1e-3);
    options.precision = TorchPrecision::kBf16;
    ExpectClose(GradientOf(*OpenTorchStep(Must(OpenTorchBase(PosixFs(), path_, options))), parameters, toy), expected, kBf16Loss,
                kBf16Cosine, kBf16Norm);
    options.precision = TorchPrecision::kFp32;
    ASSERT_TRUE(OpenTorchBase(PosixFs(), path_, options).ok());  // brings the process back to fp32
  }
  Parameters on_host = SomeParameters(model_->shape(), 5), on_gpu = on_host;
  OptimiserState host_state = BeginState(on_host), gpu_state = BeginState(on_gpu);
  const auto host = OpenTorchTrainer(Open(false)), device = OpenTorchTrainer(*gpu);
  ASSERT_TRUE(host->Begin(on_host, host_state).ok());
  ASSERT_TRUE(device->Begin(on_gpu, gpu_state).ok());
  for (int step = 0; step < 3; ++step) {
    const TrainedStep expected = Must(host->Step(toy.batch, 0.4f, {})), found = Must(device->Step(toy.batch, 0.4f, {}));
    EXPECT_NEAR(found.loss.loss, expected.loss.loss, kLossTolerance * expected.loss.loss) << step;
  }
  ASSERT_TRUE(host->Sync().ok());
  ASSERT_TRUE(device->Sync().ok());
  for (std::size_t p = 0; p < on_host.all.size(); ++p) EXPECT_GE(Cosine(on_gpu.all[p].numbers, on_host.all[p].numbers), kCosineFloor);
}

// On a GPU where there is one.
std::shared_ptr<const TorchBase> OpenAnywhere(const std::string& path, bool bf16) {
  TorchOptions options;
  options.precision = bf16 ? TorchPrecision::kBf16 : TorchPrecision::kFp32;
  auto base = OpenTorchBase(PosixFs(), path, options);
  if (base.code() == Code::kUsage) {
    options.device = "cpu";
    base = OpenTorchBase(PosixFs(), path, options);
  }
  return Must(std::move(base));
}

// A real base has outliers that a toy has not: bf16 against fp32 on real weights and real text, on a GPU where there is one.
TEST(TorchOnTheBase, Bf16KeepsTheDirectionOfTheGradient) {
  PAW_SKIP_WITHOUT_BASE();
  const std::string path = TestBasePath();
  const Mapping mapping = *PosixFs().Map(path);
  const Tokenizer tokenizer = *Tokenizer::Open(*gguf::File::Open(mapping.bytes(), path));
  const auto tokens = [&](std::string_view text) { return *tokenizer.Encode(text, SpecialTokens::kParse); };
  ToyBatch toy(2, 10, 24);
  const std::string_view specs[] = {"<|im_start|>user\nIs the text about sport or about money? Answer sport or money.\n\nInput: ",
                                    "<|im_start|>user\nReturn the last word of the text in upper case, nothing else.\n\nInput: "};
  const std::string_view inputs[] = {"The striker scored twice before the break", "Shares fell after the bank cut its outlook",
                                     "It ended in a draw"};
  const std::string_view outputs[][3] = {{"sport", "money", "sport"}, {"BREAK", "OUTLOOK", "DRAW"}};
  for (std::size_t s = 0; s < 2; ++s) {
    toy.specs[s].prefix = tokens(specs[s]);
    for (std::size_t r = 0; r < 3; ++r) {
      SpecRow row;
      row.tokens = tokens(std::string(inputs[r]) + "<|im_end|>\n<|im_start|>assistant\n");
      row.output = tokens(std::string(outputs[s][r]) + "<|im_end|>");
      row.tokens.insert(row.tokens.end(), row.output.begin(), row.output.end() - 1);
      row.branches.resize(row.output.size());
      toy.specs[s].rows[r] = std::move(row);
    }
    toy.batch[s].rows = {0, 1, 2};
  }
  const auto exact = OpenAnywhere(path, false);
  ASSERT_NE(exact, nullptr);
  Parameters parameters = SomeParameters(ShapeOf(*exact), 5);
  const Parameters start = StartParameters(parameters.layout, 5);
  for (std::size_t p = 0; p < start.all.size(); ++p) {  // as far from the start as some hundred steps go
    for (std::size_t i = 0; i < start.all[p].numbers.size(); ++i) {
      float& number = parameters.all[p].numbers[i];
      number = start.all[p].numbers[i] + 0.05f * (number - start.all[p].numbers[i]);
    }
  }
  const Outcome expected = GradientOf(*OpenTorchStep(exact), parameters, toy);
  const Outcome found = GradientOf(*OpenTorchStep(OpenAnywhere(path, true)), parameters, toy);
  for (std::size_t p = 0; p < start.all.size(); ++p) {
    std::printf("  %-18s cosine %.5f\n", start.all[p].name.c_str(),
                Cosine(found.gradient.all[p].numbers, expected.gradient.all[p].numbers));
  }
  ExpectClose(found, expected, kBaseLoss, kBaseCosine, 0.2);
}

// What a mapper reads is how specs differ: the features of the engine that runs programs have to be those it was trained on within a small
// part of their spread between specs.
TEST(TorchOnTheBase, FeaturesAreThoseOfTheNativeEngine) {
  PAW_SKIP_WITHOUT_BASE();
  const std::string path = TestBasePath();
  const Mapping mapping = *PosixFs().Map(path);
  const Tokenizer tokenizer = *Tokenizer::Open(*gguf::File::Open(mapping.bytes(), path));
  const std::vector<std::string_view> specs = {"Is the text about sport or about money? Answer sport or money.",
                                               "Return the last word of the text in upper case, nothing else.",
                                               "Count the vowels.",
                                               "Extract the e-mail address from the message; NONE where there is none.",
                                               "Rewrite the date as YYYY-MM-DD.",
                                               "Which programming language is the snippet? Possible answers: py, c, rs.",
                                               "Classify the log line: error, warning, info or debug.",
                                               "Fix the JSON."};
  const std::vector<std::int32_t> layers = {8, 16, 24, 30};
  const auto expected = Must(OpenHostFeatures(Must(OpenNative(path, {})), tokenizer, layers, 1)->Features(specs));
  for (const bool bf16 : {false, true}) {
    const auto found = Must(OpenTorchFeatures(OpenAnywhere(path, bf16), tokenizer, layers)->Features(specs));
    ASSERT_EQ(found.size(), expected.size());
    const std::size_t width = expected[0].size() / layers.size();
    for (std::size_t l = 0; l < layers.size(); ++l) {
      double error = 0, worst = 0;
      for (std::size_t f = l * width; f < (l + 1) * width; ++f) {
        double sum = 0, square = 0, off = 0;
        for (std::size_t s = 0; s < specs.size(); ++s) {
          sum += expected[s][f];
          square += static_cast<double>(expected[s][f]) * expected[s][f];
          off += std::pow(static_cast<double>(found[s][f]) - expected[s][f], 2);
        }
        const auto n = static_cast<double>(specs.size());
        const double spread = std::sqrt(std::max(1e-12, square / n - sum / n * sum / n)), here = std::sqrt(off / n) / spread;
        error += here / static_cast<double>(width);
        worst = std::max(worst, here);
      }
      std::printf("  %s, layer %d: off by %.4f of the spread, at most %.4f\n", bf16 ? "bf16" : "fp32", layers[l], error, worst);
      EXPECT_LT(error, kFeatureError) << layers[l];
    }
  }
}

TEST(PackSpecs, PutsASpecsRowsBehindItsPrefix) {
  ToyBatch toy(3, 20, 1);
  ModelShape shape;
  shape.vocabulary = 20;
  shape.context_max = 128;
  const auto passes = Must(PackSpecs(shape, toy.batch, 0.5f, 1 << 20));
  ASSERT_EQ(passes.size(), 1u);
  const PackedBatch& pass = passes[0];
  EXPECT_EQ(pass.length % 16, 0);
  EXPECT_EQ(pass.specs.front(), 2);  // the longest
  const SpecRows& spec = toy.specs[2];
  const auto prefix = static_cast<std::int64_t>(spec.prefix.size()), first = static_cast<std::int64_t>(spec.rows[2].tokens.size());
  const auto at = [&](std::int64_t i) { return static_cast<std::size_t>(i); };
  EXPECT_EQ(pass.segments[at(prefix - 1)], 0);
  EXPECT_EQ(pass.segments[at(prefix)], 1);
  EXPECT_EQ(pass.segments[at(prefix + first)], 2);
  EXPECT_EQ(pass.positions[at(prefix + first)], prefix);  // the second row begins where the prefix ended
  EXPECT_EQ(pass.tokens[at(prefix + first)], spec.rows[0].tokens[0]);
  EXPECT_EQ(pass.target_tokens[0], spec.rows[2].output[0]);
  EXPECT_EQ(pass.tokens[at(pass.places[0] + 1)], spec.rows[2].output[0]);
}

}  // namespace
}  // namespace paw
