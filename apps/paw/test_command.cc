// paw test: how good a program is on cases with known answers.
#include <cstdio>
#include <memory>
#include <string>

#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/run_tests.h"
#include "apps/paw/terminal.h"
#include "base/json.h"
#include "eval/report.h"
#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

constexpr const char* kFooter =
    "The cases are JSONL with \"input\" and \"output\" (optionally \"acceptable\": other right answers), or CSV/TSV with these columns.\n"
    "The exit code is 1 when --min-accuracy is not reached, so that a test can stand in a build.\n"
    "\n"
    "Examples:\n"
    "  paw test triage --cases test.jsonl\n"
    "  paw test triage --cases test.jsonl --min-accuracy 0.9 --failures failures.jsonl\n"
    "  paw test triage --cases test.jsonl --plot abstain.svg\n"
    "  paw test ./extract.paw --cases test.csv --metric json --json";

struct Arguments {
  std::string reference, cases, metric, failures, plot, engine = "native";
  double min_accuracy = 0;
  int threads = 0, max_tokens = kMaxTokensDefault;
  bool free_decoding = false, compat = false;
};

Status WriteFailures(const std::string& path, const TestReport& report) {
  std::string text;
  for (const TestFailure& failure : report.failures) {
    Json line = {{"row", failure.row + 1}, {"input", failure.input}, {"expected", failure.expected}, {"output", failure.got}};
    if (failure.probability) line["probability"] = *failure.probability;
    if (!failure.error.empty()) line["error"] = failure.error;
    text += WriteJson(line) + "\n";
  }
  return PosixFs().PublishFile(path, text);
}

// The abstain curve: what accuracy remains when the least sure answers are withheld.
Status WritePlot(const std::string& path, const std::string& name, const TestReport& report) {
  PlotOptions options;
  options.title = name + ": accuracy of the answers given, " + std::to_string(report.rows) + " cases";
  options.x_label = "share of cases answered";
  options.y_label = "accuracy";
  return PosixFs().PublishFile(path, PlotSvg({AbstainSeries(name, report)}, options));
}

int RunTestCommand(Context& context, const Arguments& arguments) {
  const auto run = [&]() -> Result<TestReport> {
    TestJob job;
    const EngineKind engine = PAW_TRY(ParseEngine(arguments.engine));
    if (!arguments.metric.empty()) job.metric = PAW_TRY(MetricOf(arguments.metric));
    job.cases = PAW_TRY(LoadCases(arguments.cases));
    auto workspace =
        PAW_TRY(Workspace::Open({context.cache_dir, "", engine, arguments.threads, context.offline, OfficialCacheOf(context)}));
    auto program = PAW_TRY(workspace->Load(arguments.reference));
    if (!arguments.plot.empty() && (program->labels().empty() || arguments.free_decoding || arguments.compat)) {
      return Usage("test --plot: found a program whose answers have no probability, expected a closed label set");
    }
    if (arguments.metric.empty()) job.metric = DefaultMetric(program->manifest());
    job.threads = arguments.threads;
    job.run.output_tokens_max = arguments.max_tokens;
    job.run.compat = arguments.compat;
    job.run.free_decoding = arguments.free_decoding || arguments.compat;
    job.run.probabilities = false;
    if (!arguments.failures.empty()) job.failures_max = job.cases.size();
    return RunCases(context, *program, job);
  };
  const auto report = run();
  if (!report.ok()) return context.Fail(report.status());
  const bool reached = report->accuracy >= arguments.min_accuracy;
  if (context.json) {
    Json json = TestJson(*report);
    json["min_accuracy"] = arguments.min_accuracy;
    json["passed"] = reached;
    context.PrintJson(json);
  } else {
    std::fputs(ReportText(*report).c_str(), stdout);
  }
  // After the report: a file that cannot be written does not cost the figures.
  if (!arguments.failures.empty()) {
    if (const Status status = WriteFailures(arguments.failures, *report); !status.ok()) return context.Fail(status);
  }
  if (!arguments.plot.empty()) {
    if (const Status status = WritePlot(arguments.plot, arguments.reference, *report); !status.ok()) return context.Fail(status);
  }
  if (reached) return 0;
  std::fprintf(stderr, "paw: test %s: found %.2f %%, expected at least %.2f %%\n", Harmless(arguments.cases, false).c_str(),
               report->accuracy * 100, arguments.min_accuracy * 100);
  return ExitCodeOf(Code::kFailed);
}

}  // namespace

void AddTestCommand(CLI::App& app, Context& context) {
  CLI::App* command = AddCommand(app, context, "test", "measure a program on cases with known answers", kFooter);
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command->add_option("REF", a.reference, "the program: an alias, an id or a .paw file")->required()->type_name("");
  command->add_option("--cases", a.cases, "the cases: JSONL, CSV or TSV")->required()->type_name("FILE");
  command->add_option("--metric", a.metric, "exact, json or macro_f1; without it json for JSON programs, else exact")
      ->check(CLI::IsMember({"exact", "json", "json_equal", "macro_f1"}));
  command->add_option("--min-accuracy", a.min_accuracy, "exit with 1 below this share of right answers")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("X");
  command->add_option("--failures", a.failures, "write every wrong answer to this JSONL file")->type_name("FILE");
  command->add_option("--plot", a.plot, "write the abstain curve (coverage against accuracy) to this SVG file")->type_name("FILE");
  command->add_option("--max-tokens", a.max_tokens, "tokens of an answer, at most")
      ->check(CLI::Range(0, kGeneratedTokensMax))
      ->capture_default_str();
  command->add_flag("--free", a.free_decoding, "decode freely: no label set, no JSON grammar");
  command->add_flag("--compat", a.compat, "exactly what the official runtime does");
  command->add_option("--engine", a.engine, "native, llamacpp or reference")->capture_default_str();
  AddOfficialCacheOption(*command, context);
  command->add_option("--threads", a.threads, "0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
  command->callback([&context, arguments] { context.action = [&context, arguments] { return RunTestCommand(context, *arguments); }; });
}

}  // namespace paw::cli
