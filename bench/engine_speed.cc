// paw_bench_engine: prefill and decode of the native engine beside llama.cpp on the same file, in turns, as ratios.
//
//   paw_bench_engine MODEL.gguf --name NAME [--threads N] [--repeats N] [--rank N] [--rows N] [--only native]
//
// Every row has a LoRA on all projections (random, Q4_0). Lines of JSON: NAME_prefill (512 tokens of one row, the last one's logits),
// NAME_decode1, NAME_decode16 (rows of one program) and NAME_decode16_mixed (each row its own program); greedy steps behind a prompt of
// 64 tokens, all logits of each step. Figures are tokens a second, medians; the ratio is ours to llama.cpp's.
// The first line has the chip's limits (bench/chip.h), and each figure its shares of them: `int8_share` counts the products of the weights, the
// adapter and the logits, `bandwidth_share` the bytes of the file and of the adapters that a step reads once.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "bench/chip.h"
#include "bench/options.h"
#include "bench/random_adapter.h"
#include "lm/llamacpp/llamacpp.h"
#include "lm/native/native.h"

namespace paw {
namespace {

constexpr int kPrefill = 512, kPrompt = 64, kSteps = 32;

std::vector<TokenId> RandomTokens(int count, int vocabulary, std::uint32_t seed) {
  std::mt19937 engine(seed);
  std::vector<TokenId> tokens(static_cast<std::size_t>(count));
  for (TokenId& id : tokens) id = std::uniform_int_distribution<TokenId>(3, vocabulary - 1)(engine);
  return tokens;
}

double Seconds(const std::function<Status()>& work, Status& status) {
  const auto begin = std::chrono::steady_clock::now();
  if (status.ok()) status = work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// One engine with its adapters and a context.
class Side {
 public:
  using Adapters = std::vector<std::vector<std::byte>>;

  // Makes `adapters` random ones of this rank where `made` is empty.
  static Result<Side> Open(ModelOpener open, const std::string& path, int threads, int rank, int adapters, Adapters& made) {
    Side side;
    side.model_ = PAW_TRY(open(path, {threads}));
    for (int i = static_cast<int>(made.size()); i < adapters; ++i) {
      made.push_back(RandomAdapter(side.model_->shape(), rank, static_cast<std::uint32_t>(i + 1)));
    }
    for (const std::vector<std::byte>& bytes : made) side.adapters_.push_back(PAW_TRY(side.model_->AddAdapter(bytes)));
    side.context_ = PAW_TRY(side.model_->NewContext({threads, 1024}));
    return side;
  }

  const ModelShape& shape() const { return model_->shape(); }
  double AdapterBytes() const { return static_cast<double>(model_->AdapterBytes(adapters_[0])); }

  // Tokens a second.
  Result<double> Prefill() {
    const std::vector<TokenId> tokens = RandomTokens(kPrefill, model_->shape().vocabulary, 7);
    const SequenceId sequence = PAW_TRY(context_->NewSequence());
    Status status;
    const double seconds = Seconds(
        [&] {
          ForwardRow row;
          row.sequence = sequence, row.adapter = adapters_[0], row.tokens = tokens;
          return context_->Forward({&row, 1}).status();
        },
        status);
    context_->Drop(sequence);
    PAW_TRY(status);
    return kPrefill / seconds;
  }

  Result<double> Decode(int rows, bool mixed) {
    std::vector<SequenceId> sequences;
    std::vector<TokenId> next;
    for (int i = 0; i < rows; ++i) {
      const std::vector<TokenId> tokens = RandomTokens(kPrompt, model_->shape().vocabulary, static_cast<std::uint32_t>(i));
      sequences.push_back(PAW_TRY(context_->NewSequence()));
      ForwardRow row;
      row.sequence = sequences.back(), row.adapter = AdapterOf(i, mixed), row.tokens = tokens;
      next.push_back(Best(PAW_TRY(context_->Forward({&row, 1})).front().logits));
    }
    Status status;
    const double seconds = Seconds([&] { return Steps(sequences, mixed, next); }, status);
    for (const SequenceId sequence : sequences) context_->Drop(sequence);
    PAW_TRY(status);
    return rows * kSteps / seconds;
  }

 private:
  AdapterId AdapterOf(int row, bool mixed) const { return adapters_[mixed ? static_cast<std::size_t>(row) % adapters_.size() : 0]; }

  Status Steps(const std::vector<SequenceId>& sequences, bool mixed, std::vector<TokenId>& next) {
    for (int step = 0; step < kSteps; ++step) {
      std::vector<ForwardRow> rows(sequences.size());
      for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].sequence = sequences[i], rows[i].adapter = AdapterOf(static_cast<int>(i), mixed), rows[i].tokens = {&next[i], 1};
      }
      const std::vector<RowOutput> outputs = PAW_TRY(context_->Forward(rows));
      for (std::size_t i = 0; i < rows.size(); ++i) next[i] = Best(outputs[i].logits);
    }
    return Ok();
  }

  static TokenId Best(const std::vector<float>& logits) {
    return static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  }

  std::shared_ptr<LanguageModel> model_;
  std::vector<AdapterId> adapters_;
  std::unique_ptr<Context> context_;
};

double Median(std::vector<double> numbers) {
  if (numbers.empty()) return 0;
  std::sort(numbers.begin(), numbers.end());
  return numbers[numbers.size() / 2];
}

// Of one token, multiplications and additions; `logits` of them all, or of none.
double Operations(const ModelShape& shape, int rank, bool logits) {
  double weights = 0, lora = 0;
  for (int i = 0; i < kProjectionCount; ++i) {
    const auto p = static_cast<Projection>(i);
    if (!shape.HasProjection(p)) continue;
    weights += static_cast<double>(shape.InputsOf(p)) * shape.OutputsOf(p);
    lora += static_cast<double>(rank) * (shape.InputsOf(p) + shape.OutputsOf(p));
  }
  return 2 * ((weights + lora) * shape.layers + (logits ? static_cast<double>(shape.width) * shape.vocabulary : 0));
}

double FileBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  return static_cast<double>(file.tellg());
}

// What is measured, how many rows and programs a step has, and whether each token has its logits.
struct Figure {
  std::string name;
  int rows = 1;
  int programs = 1;
  bool logits = true;
  std::function<Result<double>(Side&)> measure;
};

// The shares of the chip's limits that so many tokens a second are.
void AddShares(const Figure& figure, const Side& native, int rank, double file_bytes, double speed, const ChipLimits& chip, Json& line) {
  if (chip.int8_gops > 0) line["int8_share"] = speed * Operations(native.shape(), rank, figure.logits) / (chip.int8_gops * 1e9);
  const double step_bytes = file_bytes + figure.programs * native.AdapterBytes();
  if (figure.logits) line["bandwidth_share"] = speed / figure.rows * step_bytes / (chip.bandwidth_gbs * 1e9);
}

Status Main(const Options& options) {
  const int threads = std::stoi(options.at("threads")), repeats = std::stoi(options.at("repeats")), rows = std::stoi(options.at("rows"));
  const std::string name = options.at("name"), many = std::to_string(rows);
  const int rank = std::stoi(options.at("rank"));
  std::vector<Side> sides;
  Side::Adapters made;
  sides.push_back(PAW_TRY(Side::Open(OpenNative, options.at("0"), threads, rank, rows, made)));
  if (options.at("only") != "native") sides.push_back(PAW_TRY(Side::Open(OpenLlamaCpp, options.at("0"), threads, rank, rows, made)));
  const ChipLimits chip = MeasureChip(threads);
  const Json limits = {{"name", name + "_chip"},
                       {"int8_gops", chip.int8_gops},
                       {"bf16_gflops", chip.bf16_gflops},
                       {"bandwidth_gbs", chip.bandwidth_gbs},
                       {"threads", threads}};
  std::printf("%s\n", WriteJson(limits).c_str());
  const Figure figures[] = {{"_prefill", 1, 1, false, [](Side& side) { return side.Prefill(); }},
                            {"_decode1", 1, 1, true, [](Side& side) { return side.Decode(1, false); }},
                            {"_decode" + many, rows, 1, true, [&](Side& side) { return side.Decode(rows, false); }},
                            {"_decode" + many + "_mixed", rows, rows, true, [&](Side& side) { return side.Decode(rows, true); }}};
  for (const Figure& figure : figures) {
    std::vector<double> speeds[2];
    for (int repeat = 0; repeat <= repeats; ++repeat) {
      for (std::size_t i = 0; i < sides.size(); ++i) {
        const double speed = PAW_TRY(figure.measure(sides[i]));
        if (repeat > 0) speeds[i].push_back(speed);  // the first turn warms up
      }
    }
    Json line = {{"name", name + figure.name}, {"native_tokens_per_second", Median(speeds[0])}, {"threads", threads}, {"repeats", repeats}};
    AddShares(figure, sides[0], rank, FileBytes(options.at("0")), Median(speeds[0]), chip, line);
    if (sides.size() > 1) {
      line["llamacpp_tokens_per_second"] = Median(speeds[1]);
      line["ratio"] = Median(speeds[0]) / Median(speeds[1]);
    }
    std::printf("%s\n", WriteJson(line).c_str());
    std::fflush(stdout);
  }
  return Ok();
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options = paw::ReadOptions(
      argc, argv, 1, {{"name", "model"}, {"threads", "2"}, {"repeats", "5"}, {"rank", "64"}, {"rows", "16"}, {"only", ""}});
  if (!options) {
    std::fprintf(stderr,
                 "usage: paw_bench_engine MODEL.gguf [--name NAME] [--threads N] [--repeats N] [--rank N] [--rows N] [--only native]\n");
    return 2;
  }
  const paw::Status status = paw::Main(*options);
  if (!status.ok()) std::fprintf(stderr, "paw_bench_engine: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
