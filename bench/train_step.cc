// paw_bench_train_step: the speed of one training step on random tokens, and its share of the machine's measured bf16 peak.
//
//   paw_bench_train_step BASE.gguf [--steps 5] [--rows 16] [--tokens 30] [--targets 4] [--prefix 0] [--rank 16]
//                        [--first-layer 0] [--threads 0]
//
// Both numbers behind the share are in peak.h.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "bench/peak.h"
#include "lm/native/native.h"

namespace paw {
namespace {

using Clock = std::chrono::steady_clock;
double SecondsSince(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

Status Main(const std::string& path, const std::map<std::string, int>& options) {
  const int threads = options.at("threads");
  const std::shared_ptr<LanguageModel> model = PAW_TRY(OpenNative(path, {threads}));
  const auto loading = Clock::now();
  const std::unique_ptr<TrainableModel> trainable = PAW_TRY(OpenNativeTrainable(model, {threads}));
  std::printf("second packing: %.2f s\n", SecondsSince(loading));
  const ModelShape& shape = model->shape();
  LoraWeights lora = MakeLora(shape, options.at("rank"), 16.0f, options.at("first-layer"), 1);
  LoraWeights gradient = ZerosLike(lora);
  std::srand(1);
  const auto random_tokens = [&](int count) {
    std::vector<TokenId> tokens(static_cast<std::size_t>(count));
    for (TokenId& id : tokens) id = std::rand() % shape.vocabulary;
    return tokens;
  };
  const std::vector<TokenId> prefix = random_tokens(options.at("prefix"));
  std::vector<std::vector<TokenId>> tokens;
  std::vector<std::vector<TrainTarget>> targets;
  std::vector<TrainRow> rows;
  for (int r = 0; r < options.at("rows"); ++r) {
    tokens.push_back(random_tokens(options.at("tokens") - 3 + r % 7));
    targets.emplace_back();
    for (int i = 0; i < options.at("targets"); ++i) {
      TrainTarget target;
      target.position = static_cast<std::int32_t>(tokens.back().size()) - options.at("targets") + i;
      target.token = std::rand() % shape.vocabulary;
      targets.back().push_back(target);
    }
  }
  for (std::size_t r = 0; r < tokens.size(); ++r) rows.push_back({tokens[r], targets[r], -1});
  const TrainGroup group{&lora, &gradient, prefix, rows};
  const double peak = MeasurePeak(threads);
  double best = 0;
  TrainLoss loss;
  for (int step = 0; step < options.at("steps"); ++step) {
    const auto begin = Clock::now();
    const std::clock_t cpu_begin = std::clock();
    loss = PAW_TRY(trainable->ForwardBackward({&group, 1}, 0.01f));
    const double seconds = SecondsSince(begin);
    const double cpu_seconds = static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC;
    std::printf("step %d: %.1f ms, %.1f ms of processor time, loss %.4f\n", step, seconds * 1e3, cpu_seconds * 1e3,
                loss.loss_sum / static_cast<double>(loss.targets));
    best = best == 0 ? seconds : std::min(best, seconds);
  }
  const auto count = static_cast<double>(loss.tokens);
  const double rate =
      TrainingOperations(shape, lora.rank, options.at("first-layer"), count, static_cast<double>(loss.targets)) / best / 1e9;
  std::printf("%s: %.0f tokens/s (%.0f tokens a step), %.0f GFLOP/s, %.0f %% of the measured bf16 peak of %.0f GFLOP/s\n",
              model->engine_version().c_str(), count / best, count, rate, 100 * rate / peak, peak);
  return Ok();
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  std::map<std::string, int> options = {{"steps", 5},  {"rows", 16}, {"tokens", 30},     {"targets", 4},
                                        {"prefix", 0}, {"rank", 16}, {"first-layer", 0}, {"threads", 0}};
  bool good = argc % 2 == 0;
  for (int i = 2; good && i + 1 < argc; i += 2) {
    good = std::strncmp(argv[i], "--", 2) == 0 && options.count(argv[i] + 2) == 1;
    if (good) options[argv[i] + 2] = std::atoi(argv[i + 1]);
  }
  if (!good) {
    std::fprintf(stderr,
                 "usage: paw_bench_train_step BASE.gguf [--steps N] [--rows N] [--tokens N] [--targets N] [--prefix N] [--rank N] "
                 "[--first-layer N] [--threads N]\n");
    return 2;
  }
  const paw::Status status = paw::Main(argv[1], options);
  if (!status.ok()) std::fprintf(stderr, "paw_bench_train_step: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
