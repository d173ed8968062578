// Tests of a program as `paw test`, `paw compile --test` and `paw bench quality` run and print them.
//
// Thread rule: one thread. Errors: what the file, the program and eval/test_run.h say.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/paw/command.h"
#include "eval/metrics.h"
#include "eval/test_run.h"
#include "runtime/program.h"

namespace paw::cli {

// JSONL with "input", "output" (and "acceptable"), or CSV/TSV with these columns, by the ending of the name.
Result<std::vector<TestCase>> LoadCases(const std::string& path);

// "exact", "json" (or its long name "json_equal"), "macro_f1".
Result<Metric> MetricOf(std::string_view name);
// JSON programs are compared as values, all others as text.
Metric DefaultMetric(const Manifest& manifest);

struct TestJob {
  std::vector<TestCase> cases;
  Metric metric = Metric::kExact;
  RunOptions run;
  int threads = 0;
  std::size_t failures_max = 1000;
};
// With a progress bar where there is a terminal.
Result<TestReport> RunCases(const Context& context, const Program& program, const TestJob& job);

// The report for people: accuracy with its interval, macro F1, calibration, the worst confusions.
std::string ReportText(const TestReport& report);

// The object of --json: n, accuracy, accuracy_ci95, macro_f1 and what else the report has.
Json TestJson(const TestReport& report);

// "87.3 % (95 % interval 85.1 to 89.2)"
std::string PercentWithInterval(double share, const Interval& interval);

}  // namespace paw::cli
