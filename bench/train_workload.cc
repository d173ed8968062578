// paw_bench_train: training tokens a second of the native engine on a fixed workload, and the workload for the PyTorch baseline.
//
//   paw_bench_train BASE.gguf TRAIN.jsonl --rows 320 --workload OUT.json
//
// Rows: the first --rows of TRAIN.jsonl after a shuffle by seed 1, each as <chat turn of the input> <output> EOS; 16 rows a step, rank 16
// on all layers, bf16, the vocabulary product at target positions only. No work is skipped that PyTorch does:
// no shared prefix, every layer adapted. The same examples are then trained on as paw compile does it, with every trick on: the short
// prompt layout, a prefix computed once a step. Prints one JSON line. bench/train.py runs it beside bench/torch_train.py.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "bench/options.h"
#include "bench/peak.h"
#include "compiler/rows.h"
#include "gguf/gguf.h"
#include "lm/native/native.h"
#include "lm/train.h"
#include "train/adamw.h"

namespace paw {
namespace {

constexpr int kRowsPerStep = 16;
constexpr int kWarmUpSteps = 2;
constexpr int kRank = 16;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Workload {
  std::vector<TokenId> prefix;  // computed once a step
  std::vector<TrainingRow> rows;
  std::vector<std::vector<TrainTarget>> targets;
  std::int64_t tokens = 0;
};

// The first `count` rows after a shuffle by seed 1.
Result<std::vector<Example>> PickExamples(const std::string& jsonl, std::size_t count) {
  std::vector<Example> examples;
  std::size_t begin = 0;
  while (begin < jsonl.size()) {
    std::size_t end = jsonl.find('\n', begin);
    if (end == std::string::npos) end = jsonl.size();
    if (end > begin) {
      const nlohmann::json row = PAW_TRY(ParseJson(std::string_view(jsonl).substr(begin, end - begin), "a training row"));
      examples.push_back({row.at("input").get<std::string>(), row.at("output").get<std::string>(), 0});
    }
    begin = end + 1;
  }
  Random(1, "bench").Shuffle(examples);
  if (examples.size() > count) examples.resize(count);
  return examples;
}

// `share_prefix`: once a step, as paw compile does. Without, the prefix stands in every row: PyTorch computes it for every row, and so
// do we.
Result<Workload> MakeWorkload(const Tokenizer& tokenizer, const std::vector<Example>& examples, const char* layout, bool share_prefix) {
  const PromptTemplate prompt = PAW_TRY(LayoutTemplate(layout, "", ChatStyle::kChatMl));
  const PreparedTemplate prepared = PAW_TRY(PreparedTemplate::Create(tokenizer, prompt));
  Workload workload;
  workload.rows = std::move(PAW_TRY(BuildTrainingSet(prepared, examples, {}, nullptr, 2048)).set.rows);
  if (share_prefix) workload.prefix = prepared.prefix();
  for (TrainingRow& row : workload.rows) {
    if (!share_prefix) {
      row.tokens.insert(row.tokens.begin(), prepared.prefix().begin(), prepared.prefix().end());
      row.output_begin += static_cast<std::int32_t>(prepared.prefix().size());
    }
    auto& targets = workload.targets.emplace_back();
    for (std::size_t i = 0; i < row.output.size(); ++i) {
      TrainTarget target;
      target.position = row.output_begin - 1 + static_cast<std::int32_t>(i);
      target.token = row.output[i];
      targets.push_back(target);
    }
    workload.tokens += static_cast<std::int64_t>(row.tokens.size());
  }
  return workload;
}

void WriteWorkload(const Workload& workload, const std::string& path) {
  nlohmann::json out = {{"rows_per_step", kRowsPerStep}, {"rows", nlohmann::json::array()}};
  for (std::size_t i = 0; i < workload.rows.size(); ++i) {
    std::vector<std::int32_t> positions;
    for (const TrainTarget& target : workload.targets[i]) positions.push_back(target.position);
    out["rows"].push_back({{"tokens", workload.rows[i].tokens}, {"positions", positions}, {"targets", workload.rows[i].output}});
  }
  std::ofstream(path) << out.dump();
}

struct Timing {
  double seconds = 0;
  std::int64_t tokens = 0;
  std::int64_t targets = 0;
  std::int64_t examples = 0;
  double first_loss = 0, last_loss = 0;
};

Result<Timing> RunSteps(TrainableModel& model, const Workload& workload) {
  LoraWeights weights = MakeLora(model.shape(), kRank, 16.0f, 0, 1);
  LoraWeights gradient = ZerosLike(weights);
  AdamW optimiser(weights, {});
  Timing timing;
  const int steps = static_cast<int>(workload.rows.size()) / kRowsPerStep;
  for (int step = -kWarmUpSteps; step < steps; ++step) {
    const auto begin = std::chrono::steady_clock::now();
    const std::size_t first = static_cast<std::size_t>(step < 0 ? 0 : step) * kRowsPerStep;
    std::vector<TrainRow> rows(kRowsPerStep);
    std::int64_t targets = 0;
    for (std::size_t i = 0; i < kRowsPerStep; ++i) {
      rows[i].tokens = workload.rows[first + i].tokens;
      rows[i].targets = workload.targets[first + i];
      targets += static_cast<std::int64_t>(rows[i].targets.size());
    }
    for (LoraPair& pair : gradient.pairs) {
      std::fill(pair.a.begin(), pair.a.end(), 0.0f);
      std::fill(pair.b.begin(), pair.b.end(), 0.0f);
    }
    const TrainGroup group{&weights, &gradient, workload.prefix, rows};
    const TrainLoss loss = PAW_TRY(model.ForwardBackward({&group, 1}, 1.0f / static_cast<float>(targets)));
    PAW_TRY(optimiser.Step(gradient, 1e-3, weights));
    if (step < 0) continue;
    timing.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    timing.tokens += loss.tokens;
    timing.targets += loss.targets;
    timing.examples += kRowsPerStep;
    if (step == 0) timing.first_loss = loss.loss_sum / static_cast<double>(targets);
    timing.last_loss = loss.loss_sum / static_cast<double>(targets);
  }
  return timing;
}

Status Main(const Options& options) {
  ModelOptions model_options;
  TrainOptions train_options;
  train_options.threads = model_options.threads = std::stoi(options.at("threads"));
  const std::string base = options.at("0");
  std::shared_ptr<LanguageModel> model = PAW_TRY(OpenNative(base, model_options));
  std::unique_ptr<TrainableModel> trainable = PAW_TRY(OpenNativeTrainable(model, train_options));
  const std::string bytes = ReadFile(base);
  const gguf::File file = PAW_TRY(gguf::File::Open(std::as_bytes(std::span(bytes.data(), bytes.size())), base));
  const Tokenizer tokenizer = PAW_TRY(Tokenizer::Open(file));
  const std::vector<Example> examples = PAW_TRY(PickExamples(ReadFile(options.at("1")), std::stoul(options.at("rows"))));
  const Workload workload = PAW_TRY(MakeWorkload(tokenizer, examples, "chat", false));
  WriteWorkload(workload, options.at("workload"));
  const Timing timing = PAW_TRY(RunSteps(*trainable, workload));
  const Timing with_tricks = PAW_TRY(RunSteps(*trainable, PAW_TRY(MakeWorkload(tokenizer, examples, "end", true))));
  const double operations =
      TrainingOperations(model->shape(), kRank, 0, static_cast<double>(timing.tokens), static_cast<double>(timing.targets));
  const double peak = MeasurePeak(train_options.threads) * 1e9;
  const nlohmann::json line = {{"bf16_peak_share", operations / timing.seconds / peak},
                               {"engine", "native"},
                               {"tokens", timing.tokens},
                               {"seconds", timing.seconds},
                               {"tokens_per_second", static_cast<double>(timing.tokens) / timing.seconds},
                               {"examples_per_second", static_cast<double>(timing.examples) / timing.seconds},
                               {"tricks_examples_per_second", static_cast<double>(with_tricks.examples) / with_tricks.seconds},
                               {"first_loss", timing.first_loss},
                               {"last_loss", timing.last_loss},
                               {"version", model->engine_version()}};
  std::printf("%s\n", line.dump().c_str());
  return Ok();
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options = paw::ReadOptions(argc, argv, 2, {{"rows", "320"}, {"workload", "/dev/null"}, {"threads", "0"}});
  if (!options) {
    std::fprintf(stderr, "usage: paw_bench_train BASE.gguf TRAIN.jsonl [--rows N] [--workload OUT.json] [--threads N]\n");
    return 2;
  }
  const paw::Status status = paw::Main(*options);
  if (!status.ok()) std::fprintf(stderr, "paw_bench_train: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
