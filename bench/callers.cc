// paw_bench_callers: many threads that call many programs through one Scheduler, every answer held to that of a session of its own.
//
//   paw_bench_callers BASE.gguf [--programs 20] [--inputs 50] [--callers 64] [--seconds 10] [--last SECONDS] [--rank 32] [--threads 0]
//                     [--panels FILE]
//
// The programs have random adapters (Q4_0) and six labels; inputs are about 60 bytes. Lines of JSON: calls a second and wrong answers with
// 1, 4, 16, ... callers up to --callers (--last: how long these), the resident memory before and after each, and how it grew in the second
// half of the round (least squares over samples, MiB a minute); the last line has the ratio of the most callers to one, and the memory of
// all programs over what base and adapters need.
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "bench/options.h"
#include "bench/random_adapter.h"
#include "bench/random_program.h"
#include "runtime/scheduler.h"

namespace paw {
namespace {

double ResidentMib() {
  std::ifstream file("/proc/self/statm");
  double pages = 0, resident = 0;
  file >> pages >> resident;
  return resident * 4096 / (1 << 20);
}

std::vector<std::string> Inputs(int count) {
  std::vector<std::string> inputs;
  for (int i = 0; i < count; ++i) {
    inputs.push_back("Order " + std::to_string(4711 + i * 37) + " has not arrived, and the invoice says " + std::to_string(i) + " boxes");
  }
  return inputs;
}

struct Sample {
  double seconds, mib;
};

// MiB a minute over the second half of the samples.
double Growth(const std::vector<Sample>& samples) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t i = samples.size() / 2; i < samples.size(); ++i) {
    const Sample& sample = samples[i];
    n += 1;
    x += sample.seconds, y += sample.mib;
    xx += sample.seconds * sample.seconds, xy += sample.seconds * sample.mib;
  }
  const double spread = n * xx - x * x;
  return spread > 0 ? 60 * (n * xy - x * y) / spread : 0;
}

struct Round {
  std::int64_t calls = 0, wrong = 0;
  double seconds = 0;
  std::vector<Sample> memory;
};

class Bench {
 public:
  Status Open(const Options& options) {
    threads_ = std::stoi(options.at("threads"));
    inputs_ = Inputs(std::stoi(options.at("inputs")));
    const std::string panels = options.at("panels");
    base_ = PAW_TRY(BaseModel::Open(options.at("0"), EngineKind::kNative, threads_, "", panels));
    for (int i = 0; i < std::stoi(options.at("programs")); ++i) {
      std::vector<std::byte> adapter = RandomAdapter(base_->lm().shape(), std::stoi(options.at("rank")), static_cast<std::uint64_t>(i + 1));
      Bundle bundle = RandomProgram(*base_, std::move(adapter), i,
                                    {"urgent", "billing", "question", "thanks", "spam mail", "complaint about delivery"});
      adapter_bytes_ += bundle.adapter_gguf.size();
      programs_.push_back(PAW_TRY(Program::Open(std::move(bundle), base_)));
    }
    for (const auto& program : programs_) {
      Session session = PAW_TRY(program->NewSession(threads_));
      expected_.emplace_back();
      for (const std::string& input : inputs_) expected_.back().push_back(PAW_TRY(session.Run(input, {})).output);
    }
    SchedulerOptions scheduling;
    scheduling.threads = threads_;
    scheduler_ = PAW_TRY(Scheduler::Open(base_->lm(), base_, scheduling));
    return Ok();
  }

  Round Run(int callers, double seconds) {
    std::atomic<std::int64_t> calls = 0, wrong = 0;
    const auto begin = std::chrono::steady_clock::now();
    const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
    std::vector<std::thread> threads;
    for (int c = 0; c < callers; ++c) {
      threads.emplace_back([&, c] {
        for (std::size_t i = static_cast<std::size_t>(c) * 7919; elapsed() < seconds; ++i) {
          const std::size_t p = i % programs_.size(), input = i * 31 % inputs_.size();
          auto session = programs_[p]->NewSession(*scheduler_);
          const auto answer = session.ok() ? session->Run(inputs_[input], {}) : Result<RunResult>(session.status());
          ++calls;
          if (!answer.ok() || answer->output != expected_[p][input]) ++wrong;
        }
      });
    }
    std::vector<Sample> memory;
    while (elapsed() < seconds) {
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      memory.push_back({elapsed(), ResidentMib()});
    }
    for (std::thread& thread : threads) thread.join();
    return {calls, wrong, elapsed(), std::move(memory)};
  }

  double base_and_adapters_mib(const std::string& path) const {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    return (static_cast<double>(file.tellg()) + static_cast<double>(adapter_bytes_)) / (1 << 20);
  }

 private:
  int threads_ = 0;
  std::shared_ptr<BaseModel> base_;
  std::size_t adapter_bytes_ = 0;
  std::vector<std::shared_ptr<const Program>> programs_;
  std::vector<std::string> inputs_;
  std::vector<std::vector<std::string>> expected_;
  std::shared_ptr<Scheduler> scheduler_;
};

Status Main(const Options& options) {
  Bench bench;
  PAW_TRY(bench.Open(options));
  const int most = std::stoi(options.at("callers"));
  const double seconds = std::stod(options.at("seconds"));
  const double last_seconds = options.at("last").empty() ? seconds : std::stod(options.at("last"));
  double first = 0, last = 0;
  std::int64_t wrong = 0;
  for (int callers = 1; callers <= most; callers = callers == most ? most + 1 : std::min(most, callers * 4)) {
    const double before = ResidentMib();
    const Round round = bench.Run(callers, callers == most ? last_seconds : seconds);
    last = static_cast<double>(round.calls) / round.seconds;
    if (callers == 1) first = last;
    wrong += round.wrong;
    const Json line = {{"name", "callers"},
                       {"callers", callers},
                       {"calls_per_second", last},
                       {"wrong", round.wrong},
                       {"calls", round.calls},
                       {"resident_mib_before", before},
                       {"resident_mib", ResidentMib()},
                       {"growth_mib_per_minute", Growth(round.memory)}};
    std::printf("%s\n", WriteJson(line).c_str());
    std::fflush(stdout);
  }
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const double peak = static_cast<double>(usage.ru_maxrss) / 1024;
  const Json line = {{"name", "callers_" + std::to_string(most)},
                     {"ratio", last / first},
                     {"wrong", wrong},
                     {"peak_mib", peak},
                     {"memory_ratio", peak / bench.base_and_adapters_mib(options.at("0"))}};
  std::printf("%s\n", WriteJson(line).c_str());
  return wrong == 0 ? Ok() : Failed("calling many programs: found " + std::to_string(wrong) + " wrong answers, expected none");
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options = paw::ReadOptions(argc, argv, 1,
                                        {{"programs", "20"},
                                         {"inputs", "50"},
                                         {"callers", "64"},
                                         {"seconds", "10"},
                                         {"last", ""},
                                         {"rank", "32"},
                                         {"threads", "0"},
                                         {"panels", ""}});
  if (!options) {
    std::fprintf(stderr,
                 "usage: paw_bench_callers BASE.gguf [--programs N] [--inputs N] [--callers N] [--seconds X] [--last X] [--rank N] "
                 "[--threads N] [--panels FILE]\n");
    return 2;
  }
  const paw::Status status = paw::Main(*options);
  if (!status.ok()) std::fprintf(stderr, "paw_bench_callers: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
