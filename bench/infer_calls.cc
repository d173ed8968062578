// paw_bench_infer: calls of one program on one engine: single, warm, and in bulk.
//
//   paw_bench_infer BASE.gguf PROGRAM.paw INPUTS.json [--calls N] [--threads N] [--engine native] [--free 1] [--panels FILE]
//
// INPUTS.json is a list of texts; --free 1 ignores labels and JSON rules. Prints one JSON line: milliseconds and tokens of each single call,
// seconds of the clock and of the processors for all inputs in one RunBatch, and the outputs. bench/infer.py runs it in turns with bench/official_infer.py and prints ratios.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/json.h"
#include "bench/options.h"
#include "bundle/bundle.h"
#include "runtime/program.h"

namespace paw {
namespace {

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Of all threads of this process.
double ProcessorSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double MillisecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

Status Main(const Options& options) {
  const EngineKind engine = PAW_TRY(ParseEngine(options.at("engine")));
  const int threads = std::stoi(options.at("threads"));
  const std::shared_ptr<BaseModel> base = PAW_TRY(BaseModel::Open(options.at("0"), engine, threads, "", options.at("panels")));
  const std::string archive = ReadAll(options.at("1"));
  Bundle bundle = PAW_TRY(ReadBundle(std::as_bytes(std::span(archive.data(), archive.size())), options.at("1")));
  const std::shared_ptr<const Program> program = PAW_TRY(Program::Open(std::move(bundle), base));
  Session session = PAW_TRY(program->NewSession(threads));
  RunOptions run;
  run.free_decoding = options.at("free") == "1";
  const Json list = PAW_TRY(ParseJson(ReadAll(options.at("2")), "the inputs"));
  const std::vector<std::string> inputs = list.get<std::vector<std::string>>();
  for (std::size_t i = 0; i < inputs.size() && i < 3; ++i) PAW_TRY(session.Run(inputs[i], run));
  Json call_ms = Json::array(), call_tokens = Json::array();
  const std::size_t calls = std::min(inputs.size(), static_cast<std::size_t>(std::stoul(options.at("calls"))));
  for (std::size_t i = 0; i < calls; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const RunResult result = PAW_TRY(session.Run(inputs[i], run));
    call_tokens.push_back(result.tokens_out);
    call_ms.push_back(MillisecondsSince(begin));
  }
  const double processors = ProcessorSeconds();
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<Result<RunResult>> results = session.RunBatch(inputs, run);
  const double bulk_seconds = MillisecondsSince(begin) / 1000;
  const double bulk_processor_seconds = ProcessorSeconds() - processors;
  Json outputs = Json::array();
  for (const Result<RunResult>& result : results) {
    if (!result.ok()) return result.status();
    outputs.push_back(result->output);
  }
  const Json line = {{"engine", program->engine()},
                     {"call_ms", call_ms},
                     {"call_tokens", call_tokens},
                     {"bulk_seconds", bulk_seconds},
                     {"bulk_processor_seconds", bulk_processor_seconds},
                     {"outputs", outputs}};
  std::printf("%s\n", WriteJson(line).c_str());
  return Ok();
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options =
      paw::ReadOptions(argc, argv, 3, {{"calls", "20"}, {"threads", "0"}, {"engine", "native"}, {"free", "0"}, {"panels", ""}});
  if (!options) {
    std::fprintf(
        stderr,
        "usage: paw_bench_infer BASE.gguf PROGRAM.paw INPUTS.json [--calls N] [--threads N] [--engine NAME] [--free 1] [--panels FILE]\n");
    return 2;
  }
  const paw::Status status = paw::Main(*options);
  if (!status.ok()) std::fprintf(stderr, "paw_bench_infer: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
