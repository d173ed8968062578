// paw_bench_residents: many programs open at once on one base: what a call costs when each is of another program, and the memory of all.
//
//   paw_bench_residents BASE.gguf --cache FOLDER [--programs 1000] [--calls 300] [--rank 64] [--labels 77] [--threads 0] [--panels FILE]
//
// One caller, label calls on inputs of about 60 tokens, through a Scheduler whose prefixes lie in FOLDER. Prints one line of JSON: the
// median milliseconds of a call of one program and of programs drawn at random, in turns; their ratio (above 1: the mix is faster); the
// difference as switch_ms; the peak of resident memory over the bytes of base and adapters as memory_ratio.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "bench/options.h"
#include "bench/random_adapter.h"
#include "bench/random_program.h"
#include "bench/random_text.h"
#include "fs/posix_fs.h"
#include "runtime/scheduler.h"

namespace paw {
namespace {

constexpr int kDistinctAdapters = 4;  // their bytes; each program holds a copy of its own
constexpr int kWords = 42;            // about 60 tokens

std::vector<std::string> Labels(int count) {
  std::vector<std::string> labels;
  for (int i = 0; i < count; ++i) labels.push_back("class_" + std::to_string(i * 7 + 1));
  return labels;
}

double Median(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers[numbers.size() / 2];
}

class Bench {
 public:
  Status Open(const Options& options) {
    const int threads = std::stoi(options.at("threads")), rank = std::stoi(options.at("rank"));
    base_ = PAW_TRY(BaseModel::Open(options.at("0"), EngineKind::kNative, threads, "", options.at("panels")));
    for (int i = 0; i < std::stoi(options.at("programs")); ++i) {
      std::vector<std::byte> adapter = RandomAdapter(base_->lm().shape(), rank, static_cast<std::uint64_t>(i % kDistinctAdapters + 1));
      Bundle bundle = RandomProgram(*base_, std::move(adapter), i, Labels(std::stoi(options.at("labels"))));
      programs_.push_back(PAW_TRY(Program::Open(std::move(bundle), base_)));
      adapter_bytes_ += static_cast<double>(programs_.back()->adapter_bytes());
    }
    SchedulerOptions scheduling;
    scheduling.threads = threads;
    scheduling.prefix_cache = std::make_shared<PrefixCache>(PosixFs(), options.at("cache"), std::uint64_t{1} << 36);
    scheduling.prefix_cache_model = base_->sha256();
    scheduler_ = PAW_TRY(Scheduler::Open(base_->lm(), base_, scheduling));
    for (const auto& program : programs_) PAW_TRY(program->NewSession(*scheduler_));  // every prefix is in the cache
    return Ok();
  }

  Result<double> Call(std::size_t program) {
    const std::string input = RandomText(kWords, random_);
    const auto begin = std::chrono::steady_clock::now();
    Session session = PAW_TRY(programs_[program]->NewSession(*scheduler_));
    PAW_TRY(session.Run(input, {}));
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  }

  // In turns of ten, so that what else runs falls on both. The one program is another one each time: the programs' labels and adapters
  // make them work unequally.
  Status Measure(int calls, std::vector<double>& one, std::vector<double>& mixed) {
    for (int turn = 0; turn < (calls + 9) / 10; ++turn) {
      const std::size_t program = random_.Below(programs_.size());
      PAW_TRY(Call(program));
      for (int i = 0; i < 10; ++i) one.push_back(PAW_TRY(Call(program)));
      for (int i = 0; i < 10; ++i) mixed.push_back(PAW_TRY(Call(random_.Below(programs_.size()))));
    }
    return Ok();
  }

  double adapter_mib() const { return adapter_bytes_ / (1 << 20); }
  std::int64_t prefixes_read() const { return scheduler_->counts().prefixes_read; }

 private:
  std::shared_ptr<BaseModel> base_;
  std::vector<std::shared_ptr<const Program>> programs_;
  double adapter_bytes_ = 0;
  std::shared_ptr<Scheduler> scheduler_;
  Random random_{1, "residents"};
};

Status Main(const Options& options) {
  if (options.at("cache").empty()) return Usage("paw_bench_residents: found no --cache FOLDER, expected one for the prefixes");
  Bench bench;
  PAW_TRY(bench.Open(options));
  std::vector<double> one, mixed;
  PAW_TRY(bench.Measure(std::max(10, std::stoi(options.at("calls"))), one, mixed));
  std::ifstream file(options.at("0"), std::ios::binary | std::ios::ate);
  const double base_mib = static_cast<double>(file.tellg()) / (1 << 20);
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const double peak_mib = static_cast<double>(usage.ru_maxrss) / 1024;
  const Json line = {{"programs", std::stoi(options.at("programs"))},
                     {"one_ms", Median(one)},
                     {"mixed_ms", Median(mixed)},
                     {"ratio", Median(one) / Median(mixed)},
                     {"switch_ms", Median(mixed) - Median(one)},
                     {"prefixes_read", bench.prefixes_read()},
                     {"base_mib", base_mib},
                     {"adapters_mib", bench.adapter_mib()},
                     {"peak_mib", peak_mib},
                     {"memory_ratio", peak_mib / (base_mib + bench.adapter_mib())}};
  std::printf("%s\n", WriteJson(line).c_str());
  return Ok();
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options = paw::ReadOptions(
      argc, argv, 1,
      {{"cache", ""}, {"programs", "1000"}, {"calls", "300"}, {"rank", "64"}, {"labels", "77"}, {"threads", "0"}, {"panels", ""}});
  if (!options) {
    std::fprintf(stderr,
                 "usage: paw_bench_residents BASE.gguf --cache FOLDER [--programs N] [--calls N] [--rank N] [--labels N] [--threads N] "
                 "[--panels FILE]\n");
    return 2;
  }
  const paw::Status status = paw::Main(*options);
  if (!status.ok()) std::fprintf(stderr, "paw_bench_residents: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
