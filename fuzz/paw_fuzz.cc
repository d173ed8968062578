// paw_fuzz SUITE --n N --seed S [--resume FILE] [--only I [--save FILE]]: mutants through the readers and engines, held to limits.
//
// A suite passes when no mutant crashes the process, breaks a rule of its suite, or takes over a second of processor time, and the
// memory of the process stays under the suite's bound. Mutant I depends on (S, I) alone: --only I makes it again, --save keeps it.
// --resume FILE holds "suite seed next": a run that was stopped goes on from there, and starts anew under another suite or seed.
// Exit code: 0 passed, 1 a promise broke, 2 wrong usage.
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <string>

#include "fuzz/suite.h"

// Present when a sanitizer is linked in: its reports end the process without a signal.
// NOLINTNEXTLINE(bugprone-reserved-identifier): the sanitizers' own name
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace paw::fuzz {
namespace {

constexpr double kSecondsMax = 1.0;    // processor time of one mutant
constexpr unsigned kHangSeconds = 60;  // wall time after which a mutant counts as hung
constexpr std::uint64_t kReportEvery = 1024;
#ifdef PAW_SANITIZED
constexpr std::uint64_t kMemoryFactor = 8;  // shadow memory, red zones and the quarantine
constexpr double kTimeFactor = 20.0;
#else
constexpr std::uint64_t kMemoryFactor = 1;
constexpr double kTimeFactor = 1.0;
#endif

volatile std::uint64_t current_index = 0;

// Only what a signal handler may do: the number by hand, then write(2).
void SayWhere() {
  std::array<char, 64> line{};
  std::size_t at = line.size();
  line[--at] = '\n';
  std::uint64_t index = current_index;
  do {
    line[--at] = static_cast<char>('0' + index % 10);
    index /= 10;
  } while (index > 0);
  for (const char c : {' ', 't', 'a', ' ', 'd', 'e', 'd', 'n', 'e', ' ', ':', 'z', 'z', 'u', 'f', '_', 'w', 'a', 'p'}) line[--at] = c;
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data() + at, line.size() - at);
}

void OnSignal(int signal) {
  SayWhere();
  std::signal(signal, SIG_DFL);
  raise(signal);
}

double ProcessorSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::uint64_t PeakBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

struct Options {
  std::string suite;
  std::uint64_t n = 1000;
  std::uint64_t seed = 1;
  std::string resume;
  std::int64_t only = -1;
  std::string save;
};

struct Counts {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  std::uint64_t failures = 0;
  double slowest_seconds = 0.0;
};

class Run {
 public:
  Run(Options options, Suite& suite) : options_(std::move(options)), suite_(suite) {}

  int All() {
    const auto start = std::chrono::steady_clock::now();
    const std::uint64_t first = Resumed();
    for (std::uint64_t index = first; index < options_.n; ++index) {
      One(index);
      if ((index + 1) % kReportEvery == 0 || index + 1 == options_.n) Note(index + 1);
    }
    const std::uint64_t peak = PeakBytes();
    const std::uint64_t peak_max = suite_.peak_bytes_max() * kMemoryFactor;
    if (peak > peak_max) Fail(options_.n, "memory of " + std::to_string(peak) + " bytes, expected at most " + std::to_string(peak_max));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%s: seed %llu, mutants %llu to %llu: %llu accepted, %llu refused, %llu failures; ", options_.suite.c_str(),
                Wide(options_.seed), Wide(first), Wide(options_.n), Wide(counts_.accepted), Wide(counts_.refused), Wide(counts_.failures));
    std::printf("slowest %.0f ms; peak memory %llu MiB; %.1f s\n", counts_.slowest_seconds * 1e3, Wide(peak >> 20), seconds);
    return counts_.failures == 0 ? 0 : 1;
  }

  int Only(std::uint64_t index) {
    Random random = RandomOf(index);
    const Bytes mutant = suite_.Make(random);
    if (!options_.save.empty()) {
      std::ofstream file(options_.save, std::ios::binary);
      file.write(reinterpret_cast<const char*>(mutant.data()), static_cast<std::streamsize>(mutant.size()));
    }
    One(index);
    std::printf("%s: seed %llu, mutant %llu of %zu bytes: %s\n", options_.suite.c_str(), Wide(options_.seed), Wide(index), mutant.size(),
                counts_.failures > 0   ? "failed"
                : counts_.accepted > 0 ? "accepted"
                                       : "refused");
    return counts_.failures == 0 ? 0 : 1;
  }

 private:
  static unsigned long long Wide(std::uint64_t number) { return number; }

  Random RandomOf(std::uint64_t index) const { return Random(options_.seed, options_.suite + " " + std::to_string(index)); }

  void One(std::uint64_t index) {
    current_index = index;
    Random random = RandomOf(index);
    const Bytes mutant = suite_.Make(random);
    alarm(kHangSeconds);
    const double before = ProcessorSeconds();
    const Result<Verdict> verdict = suite_.Try(mutant);
    const double seconds = ProcessorSeconds() - before;
    alarm(0);
    counts_.slowest_seconds = std::max(counts_.slowest_seconds, seconds);
    if (!verdict.ok()) {
      Fail(index, verdict.message());
    } else if (seconds > kSecondsMax * kTimeFactor) {
      Fail(index, std::to_string(seconds) + " s of processor time, expected at most " + std::to_string(kSecondsMax * kTimeFactor));
    } else {
      ++(*verdict == Verdict::kAccepted ? counts_.accepted : counts_.refused);
    }
  }

  void Fail(std::uint64_t index, const std::string& why) {
    ++counts_.failures;
    std::fprintf(stderr, "%s: seed %llu, mutant %llu: %s\n", options_.suite.c_str(), Wide(options_.seed), Wide(index), why.c_str());
  }

  std::uint64_t Resumed() const {
    std::ifstream file(options_.resume);
    std::string suite;
    std::uint64_t seed = 0;
    std::uint64_t next = 0;
    if (options_.resume.empty() || !(file >> suite >> seed >> next) || suite != options_.suite || seed != options_.seed) return 0;
    return std::min(next, options_.n);
  }

  void Note(std::uint64_t done) const {
    if (isatty(STDERR_FILENO) != 0) {
      std::fprintf(stderr, "\r%s: %llu of %llu, %llu accepted, %llu failures", options_.suite.c_str(), Wide(done), Wide(options_.n),
                   Wide(counts_.accepted), Wide(counts_.failures));
      if (done == options_.n) std::fputc('\n', stderr);
    }
    if (options_.resume.empty()) return;
    const std::string beside = options_.resume + ".new";
    std::ofstream(beside) << options_.suite << ' ' << options_.seed << ' ' << done << '\n';
    std::rename(beside.c_str(), options_.resume.c_str());
  }

  Options options_;
  Suite& suite_;
  Counts counts_;
};

int Main(int argc, char** argv) {
  const std::map<std::string, Result<std::unique_ptr<Suite>> (*)()> makers = {
      {"gguf", MakeGgufSuite},         {"bundle", MakeBundleSuite},           {"run", MakeRunSuite},
      {"model", MakeModelSuite},       {"safetensors", MakeSafetensorsSuite}, {"tokenizer", MakeTokenizerSuite},
      {"manifest", MakeManifestSuite}, {"mapper", MakeMapperSuite},           {"schema", MakeSchemaSuite},
      {"hub", MakeHubSuite},
  };
  Options options;
  CLI::App app("paw_fuzz: mutated files through the readers and engines");
  app.add_option("suite", options.suite, "gguf, bundle, run, model, safetensors, tokenizer, manifest, mapper, schema or hub")
      ->required()
      ->check(CLI::IsMember(makers));
  app.add_option("--n", options.n, "mutants");
  app.add_option("--seed", options.seed, "seed");
  app.add_option("--resume", options.resume, "file that remembers how far the run came");
  app.add_option("--only", options.only, "this one mutant");
  app.add_option("--save", options.save, "write that mutant here");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  Result<std::unique_ptr<Suite>> suite = makers.at(options.suite)();
  if (!suite.ok()) {
    std::fprintf(stderr, "paw_fuzz: %s\n", suite.message().c_str());
    return 1;
  }
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM}) std::signal(signal, OnSignal);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(SayWhere);
  Run run(options, **suite);
  return options.only >= 0 ? run.Only(static_cast<std::uint64_t>(options.only)) : run.All();
}

}  // namespace
}  // namespace paw::fuzz

int main(int argc, char** argv) { return paw::fuzz::Main(argc, argv); }
