// A whole training run on a toy base: it learns, and a run that was killed goes on to the same losses.
#include "tools/train_mapper/run.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/json.h"
#include "base/random.h"
#include "base/text.h"
#include "compiler/measure_spec.h"
#include "compiler/spec_compiler.h"
#include "fs/posix_fs.h"
#include "gguf/toy_model.h"
#include "lm/native/native.h"
#include "lm/reference/reference.h"
#include "runtime/program.h"
#include "tools/train_mapper/programs.h"

namespace paw {
namespace {

class TrainingRunTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("paw_train_mapper_test_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_ / "corpus");
    const std::vector<std::byte> toy = gguf::MakeToyModelGguf({});
    base_path_ = (folder_ / "toy.gguf").string();
    Write(base_path_, {reinterpret_cast<const char*>(toy.data()), toy.size()});
    for (const char* file : {"train", "valid", "families_valid"}) Write((folder_ / "corpus" / file).string() + ".jsonl", Corpus());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static void Write(const std::string& path, std::string_view bytes) { std::ofstream(path, std::ios::binary) << bytes; }

  // Two tasks that only the spec tells apart: the same inputs, other answers.
  static std::string Corpus() {
    std::string lines;
    for (int i = 0; i < 12; ++i) {
      const bool up = i % 2 == 0;
      Json pairs = Json::array();
      for (int p = 0; p < 3; ++p) pairs.push_back({"item " + std::to_string(i * 3 + p), up ? "high" : "low"});
      lines += WriteJson({{"id", "task/" + std::to_string(i)},
                          {"spec", up ? "say high, number " + std::to_string(i) : "answer low " + std::to_string(i)},
                          {"kind", "label"},
                          {"labels", {"high", "low"}},
                          {"pairs", pairs}}) +
               "\n";
    }
    return lines;
  }

  RunSettings Settings(const std::string& out) const {
    RunSettings settings;
    settings.corpus = (folder_ / "corpus").string();
    settings.out = (folder_ / out).string();
    settings.layout.bases = 3;
    settings.layout.rank = 4;
    settings.layout.width = 16;
    settings.feature_layers = {2, 4};
    settings.steps = 12;
    settings.specs_per_step = 2;
    settings.rows_per_spec = 2;
    settings.validate_every = 6;
    settings.checkpoint_every = 4;
    settings.validation_specs = 4;
    settings.validation_answers = 2;
    settings.threads = 1;
    return settings;
  }

  Status Train(RunSettings settings, const std::function<void(const StepReport&)>& on_step = {},
               std::unique_ptr<AnswerCheck> answer_check = nullptr) const {
    const auto base = BaseModel::Open(base_path_, EngineKind::kNative, 1);
    if (!base.ok()) return base.status();
    settings.layout.interpreter = (*base)->lm().shape();
    settings.layout.features = static_cast<std::int32_t>(settings.feature_layers.size()) * (*base)->lm().shape().width;
    TrainOptions options;
    options.threads = 1;
    auto model = OpenNativeTrainable((*base)->lm_shared(), options);
    if (!model.ok()) return model.status();
    ThreadPool pool(1);
    auto answers = answer_check ? Result(std::move(answer_check)) : OpenAnswerCheck(base_path_, 1);
    if (!answers.ok()) return answers.status();
    RunParts parts{OpenHostTrainer(OpenCpuStep(std::move(*model), 1), pool),
                   OpenHostFeatures((*base)->lm_shared(), (*base)->tokenizer(), settings.feature_layers, 1), std::move(*answers)};
    return TrainingRun(PosixFs(), settings, (*base)->tokenizer(), std::move(parts)).Run(on_step, nullptr);
  }

  // The losses by step; the later line of a step counts. "valid" stands beside those that were validated.
  static std::map<std::int64_t, Json> Metrics(const RunSettings& settings) {
    std::map<std::int64_t, Json> metrics;
    std::ifstream file(settings.out + "/metrics.jsonl");
    for (std::string line; std::getline(file, line);) {
      Json json = *ParseJson(line, "metrics");
      json.erase("seconds");
      if (json.contains("step")) metrics[json["step"].get<std::int64_t>()] = json;
    }
    return metrics;
  }

  std::filesystem::path folder_;
  std::string base_path_;
};

// Dies while it validates.
class DyingCheck final : public AnswerCheck {
 public:
  Result<double> ShareRight(const std::string&, std::span<const CorpusSpec* const>, std::size_t) override { ::_exit(9); }
};

TEST_F(TrainingRunTest, ARunThatWasKilledGoesOnToTheSameLosses) {
  const RunSettings whole = Settings("whole"), cut = Settings("cut");
  ASSERT_TRUE(Train(whole).ok());
  for (const int death : {0, 6, 9}) {  // 0: inside the first validation; after a checkpoint; between two
    const pid_t child = fork();
    if (child == 0) {
      const auto die = [death](const StepReport& report) {
        if (report.step == death) ::_exit(9);
      };
      (void)Train(cut, die, death == 0 ? std::make_unique<DyingCheck>() : nullptr);
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(WEXITSTATUS(status), 9);
  }
  ASSERT_TRUE(Train(cut).ok());
  EXPECT_EQ(Metrics(whole), Metrics(cut));
  EXPECT_EQ(*PosixFs().ReadText(whole.out + "/mapper.safetensors", 1 << 24), *PosixFs().ReadText(cut.out + "/mapper.safetensors", 1 << 24));
}

TEST_F(TrainingRunTest, LearnsToTellSpecsApartAndItsCheckpointMakesPrograms) {
  RunSettings settings = Settings("long");
  settings.steps = 120;
  settings.rates = {4e-3f, 4e-3f, 4e-3f, 4e-3f};
  settings.validate_every = 60;
  ASSERT_TRUE(Train(settings).ok());
  const auto metrics = Metrics(settings);
  EXPECT_LT(metrics.at(120).at("valid").get<double>(), 0.35 * metrics.at(1).at("loss").get<double>());
  const auto base = *BaseModel::Open(base_path_, EngineKind::kNative, 1);
  const auto compiler = SpecCompiler::Open(base, *OpenMapperFile(settings.out + "/mapper.safetensors"), 1);
  ASSERT_TRUE(compiler.ok()) << compiler.message();
  OutputContract contract;
  contract.kind = OutputKind::kLabel;
  contract.labels = {"high", "low"};
  for (const auto& [spec, answer] : {std::pair("say high, number 4", "high"), std::pair("answer low 7", "low")}) {
    const LoraWeights lora = *(*compiler)->Map(spec);
    const auto program = Program::Open(*MakeSpecBundle(*base, {spec, "spec", DType::kQ8_0, 1}, contract, &lora), base);
    ASSERT_TRUE(program.ok()) << program.message();
    const auto result = program.value()->NewSession(1)->Run("item 3", {});
    ASSERT_TRUE(result.ok()) << result.message();
    EXPECT_EQ(result->output, answer);
  }
}

TEST_F(TrainingRunTest, WhatItCallsRightIsWhatTheBenchMeasures) {
  RunSettings settings = Settings("measured");
  settings.steps = 1;
  ASSERT_TRUE(Train(settings).ok());
  const std::string mapper = settings.out + "/mapper.safetensors";
  auto specs = *ReadCorpus(PosixFs(), (folder_ / "corpus/valid.jsonl").string(), 4);
  specs[1].spec += " {INPUT_PLACEHOLDER}";  // no program can be made of it: wrong, and the run goes on
  const auto base = *BaseModel::Open(base_path_, EngineKind::kNative, 1);
  const auto compiler = *SpecCompiler::Open(base, *OpenMapperFile(mapper), 1);
  MeasureOptions options;
  options.pairs_max = 2;
  options.threads = 1;
  std::vector<FuzzyPoint> points;
  std::vector<const FuzzyPoint*> measured;
  std::vector<const CorpusSpec*> asked;
  for (const CorpusSpec& spec : specs) {
    points.push_back(*MeasureSpec(base, compiler.get(), spec, options));
    asked.push_back(&spec);
  }
  for (const FuzzyPoint& point : points) measured.push_back(&point);
  EXPECT_NE(points[1].problem, "");
  const auto share = (*OpenAnswerCheck(base_path_, 1))->ShareRight(mapper, asked, 2);
  ASSERT_TRUE(share.ok()) << share.message();
  EXPECT_EQ(*share, MeanOf(measured, FuzzyMetric::kNormalised));
}

TEST_F(TrainingRunTest, AFixedLoraIsAStartForAMapper) {
  RunSettings fixed = Settings("fixed");
  fixed.layout.bases = 0;
  ASSERT_TRUE(Train(fixed).ok());
  RunSettings mapped = Settings("mapped");
  mapped.from = fixed.out + "/mapper.safetensors";
  mapped.steps = 1;
  mapped.rates = {0, 0, 0, 0};
  ASSERT_TRUE(Train(mapped).ok());
  // The head begins small: the mapper begins about where the fixed LoRA ended.
  const double before = Metrics(fixed).at(12).at("valid").get<double>(), after = Metrics(mapped).at(1).at("valid").get<double>();
  EXPECT_NEAR(after, before, 0.05 * before);
}

TEST_F(TrainingRunTest, AMapperIsAStartForAMapper) {
  const RunSettings first = Settings("first");
  ASSERT_TRUE(Train(first).ok());
  RunSettings second = Settings("second");
  second.from = first.out + "/mapper.safetensors";
  second.steps = 1;
  second.rates = {0, 0, 0, 0};
  ASSERT_TRUE(Train(second).ok());
  const double before = Metrics(first).at(12).at("valid").get<double>(), after = Metrics(second).at(1).at("valid").get<double>();
  EXPECT_NEAR(after, before, 1e-4 * before);
}

TEST_F(TrainingRunTest, AMapperAsItIsShippedIsAStartToo) {
  const RunSettings first = Settings("shipped");
  ASSERT_TRUE(Train(first).ok());
  RunSettings second = Settings("further");
  second.from = (folder_ / "shipped.gguf").string();
  ASSERT_TRUE(QuantiseMapper(first.out + "/mapper.safetensors", second.from, "f16", 1.0f).ok());
  second.steps = 1;
  second.rates = {0, 0, 0, 0};
  ASSERT_TRUE(Train(second).ok());
  const double before = Metrics(first).at(12).at("valid").get<double>(), after = Metrics(second).at(1).at("valid").get<double>();
  EXPECT_NEAR(after, before, 1e-2 * before);
}

TEST_F(TrainingRunTest, RefusesTheStateOfAnotherRun) {
  ASSERT_TRUE(Train(Settings("out")).ok());
  RunSettings other = Settings("out");
  other.seed = 7;
  EXPECT_THAT(Train(other).message(), testing::HasSubstr("another --out begins anew"));
  RunSettings gone = Settings("out");
  gone.corpus += "-not";
  EXPECT_THAT(Train(gone).message(), testing::HasSubstr("corpus-not"));
  RunSettings layers = Settings("layers");
  layers.feature_layers = {4, 2};
  EXPECT_THAT(Train(layers).message(), testing::HasSubstr("found 4,2, expected layers from 1 to 4, ascending"));
}

// The gradient that reaches the mapper's parameters through the interpreter, in fp32, against differences of the loss.
TEST_F(TrainingRunTest, TheStepsGradientIsTheDifferenceOfItsLoss) {
  const auto lm = *OpenReference(base_path_, {});
  const auto base = *BaseModel::Open(base_path_, EngineKind::kReference, 1);
  ParameterLayout layout;
  layout.interpreter = lm->shape();
  layout.features = 8;
  layout.width = 6;
  layout.bases = 2;
  layout.rank = 2;
  Parameters parameters = StartParameters(layout, 3);
  Random random(4, "parameters");
  for (Parameter& parameter : parameters.all) {
    for (float& number : parameter.numbers) number = random.Uniform(-0.2f, 0.2f);
  }
  const auto corpus = *ReadCorpus(PosixFs(), (folder_ / "corpus/train.jsonl").string(), 2);
  std::vector<SpecRows> rows;
  for (const CorpusSpec& spec : corpus) {
    rows.push_back(*TokenizeSpec(base->tokenizer(), *RenderSpecTemplate(spec.spec, ChatStyle::kChatMl), spec, {}));
  }
  std::vector<float> features(16);
  for (float& number : features) number = random.Uniform(-1.0f, 1.0f);
  std::vector<BatchSpec> batch;
  for (std::size_t s = 0; s < 2; ++s) batch.push_back({std::span(features).subspan(s * 8, 8), &rows[s], {0, 1}});
  const auto step = OpenCpuStep(*OpenReferenceTrainable(lm), 1);
  Parameters gradient = ZerosLike(parameters), unused = gradient;
  ASSERT_TRUE(step->ForwardBackward(parameters, batch, 0.5f, gradient).ok());
  for (std::size_t p = 0; p < parameters.all.size(); ++p) {
    // Along the gradient itself, so that the difference stands out of fp32's rounding.
    double square = 0;
    for (const float g : gradient.all[p].numbers) square += static_cast<double>(g) * g;
    ASSERT_GT(square, 0) << parameters.all[p].name;
    const auto eps = static_cast<float>(0.004 / std::sqrt(square));
    double losses[2];
    for (const int side : {0, 1}) {
      Parameters moved = parameters;
      for (std::size_t i = 0; i < moved.all[p].numbers.size(); ++i)
        moved.all[p].numbers[i] += (side == 0 ? -eps : eps) * gradient.all[p].numbers[i];
      losses[side] = step->ForwardBackward(moved, batch, 0.5f, unused)->loss;
    }
    EXPECT_NEAR((losses[1] - losses[0]) / (2 * static_cast<double>(eps)), square, 0.03 * square) << parameters.all[p].name;
  }
}

}  // namespace
}  // namespace paw
