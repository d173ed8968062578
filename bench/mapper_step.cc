// paw_bench_mapper_step: examples a second of the mapper trainer's step on the CPU, and the workload for the PyTorch baseline.
//
//   paw_bench_mapper_step BASE.gguf CORPUS.jsonl --steps 6 --workload OUT.json
//
// 8 specs a step, 4 pairs each, rank 16, 32 bases, AdamW over all parameters. The encoder is left out on both sides: features are drawn.
// Prints one JSON line. bench/mapper_step.py runs it beside bench/torch_mapper_step.py.
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "bench/options.h"
#include "compiler/rows.h"
#include "fs/posix_fs.h"
#include "lm/native/native.h"
#include "runtime/program.h"
#include "tools/train_mapper/optimiser.h"
#include "tools/train_mapper/step.h"

namespace paw {
namespace {

constexpr std::size_t kSpecsPerStep = 8, kRowsPerSpec = 4;
constexpr std::size_t kWarmUpSteps = 1;
constexpr float kBranchShare = 0.0f;  // the plain likelihood, as the baseline has it

struct Workload {
  std::vector<SpecRows> specs;
  std::vector<std::vector<float>> features;
};

Result<Workload> MakeWorkload(const Tokenizer& tokenizer, const std::string& path, std::size_t count, std::size_t features) {
  Workload workload;
  Random random(1, "features");
  for (const CorpusSpec& spec : PAW_TRY(ReadCorpus(PosixFs(), path, 2 * count))) {
    const PromptTemplate prompt = PAW_TRY(LayoutTemplate("spec", spec.spec, ChatStyle::kChatMl));
    Result<SpecRows> rows = TokenizeSpec(tokenizer, prompt, spec, {});
    if (!rows.ok() || rows->rows.size() < kRowsPerSpec || workload.specs.size() == count) continue;
    rows->rows.resize(kRowsPerSpec);
    workload.specs.push_back(std::move(*rows));
    for (float& number : workload.features.emplace_back(features)) number = random.Uniform(-1.0f, 1.0f);
  }
  if (workload.specs.size() < count)
    return Refused("reading " + path + ": found too few specs of four pairs, expected " + std::to_string(count));
  return workload;
}

Json WorkloadJson(const Workload& workload) {
  Json specs = Json::array();
  for (std::size_t s = 0; s < workload.specs.size(); ++s) {
    Json rows = Json::array();
    for (const SpecRow& row : workload.specs[s].rows) rows.push_back({{"tokens", row.tokens}, {"output", row.output}});
    specs.push_back({{"prefix", workload.specs[s].prefix}, {"rows", rows}, {"features", workload.features[s]}});
  }
  return {{"specs_per_step", kSpecsPerStep}, {"specs", specs}};
}

Result<Json> Measure(const Options& options) {
  const int threads =
      std::stoi(options.at("threads")) > 0 ? std::stoi(options.at("threads")) : static_cast<int>(std::thread::hardware_concurrency());
  const auto base = PAW_TRY(BaseModel::Open(options.at("0"), EngineKind::kNative, threads));
  ParameterLayout layout;
  layout.interpreter = base->lm().shape();
  layout.features = 4 * base->lm().shape().width;
  layout.width = 256;
  layout.bases = 32;
  const std::size_t steps = static_cast<std::size_t>(std::stoi(options.at("steps"))) + kWarmUpSteps;
  const Workload workload =
      PAW_TRY(MakeWorkload(base->tokenizer(), options.at("1"), steps * kSpecsPerStep, static_cast<std::size_t>(layout.features)));
  if (!options.at("workload").empty()) PAW_TRY(PosixFs().PublishFile(options.at("workload"), WriteJson(WorkloadJson(workload))));
  TrainOptions train;
  train.threads = threads;
  const auto step = OpenCpuStep(PAW_TRY(OpenNativeTrainable(base->lm_shared(), train)), threads);
  ThreadPool pool(threads);
  Parameters parameters = StartParameters(layout, 1), gradient = ZerosLike(parameters);
  OptimiserState state = BeginState(parameters);
  Optimiser optimiser({}, pool);
  std::chrono::steady_clock::time_point begin;
  double last = 0;
  for (std::size_t s = 0; s < steps; ++s) {
    if (s == kWarmUpSteps) begin = std::chrono::steady_clock::now();
    std::vector<BatchSpec> batch;
    for (std::size_t i = s * kSpecsPerStep; i < (s + 1) * kSpecsPerStep; ++i)
      batch.push_back({workload.features[i], &workload.specs[i], {0, 1, 2, 3}});
    SetZero(gradient);
    last = PAW_TRY(step->ForwardBackward(parameters, batch, kBranchShare, gradient)).loss;
    optimiser.Step(gradient, {}, parameters, state);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const auto rows = static_cast<double>((steps - kWarmUpSteps) * kSpecsPerStep * kRowsPerSpec);
  return Json{{"engine", "paw"}, {"examples_per_second", rows / seconds}, {"seconds", seconds}, {"last_loss", last}};
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options = paw::ReadOptions(argc, argv, 2, {{"steps", "6"}, {"workload", ""}, {"threads", "0"}});
  if (!options) {
    std::fprintf(stderr, "usage: paw_bench_mapper_step BASE.gguf CORPUS.jsonl [--steps N] [--workload OUT.json] [--threads N]\n");
    return 2;
  }
  const auto line = paw::Measure(*options);
  if (!line.ok()) {
    std::fprintf(stderr, "paw_bench_mapper_step: %s\n", line.message().c_str());
    return 1;
  }
  std::printf("%s\n", paw::WriteJson(*line).c_str());
  return 0;
}
