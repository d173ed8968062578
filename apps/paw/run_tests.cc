#include "apps/paw/run_tests.h"

#include <cmath>
#include <cstdio>

#include "apps/paw/terminal.h"
#include "base/limits.h"
#include "base/text.h"
#include "eval/task_folder.h"
#include "fs/posix_fs.h"
#include "spec/examples.h"

namespace paw::cli {
namespace {

constexpr std::size_t kConfusionsShown = 5;

std::string Number(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

// The threshold at which half of the wrong answers' share goes: what --abstain buys on these cases. Empty where it buys nothing.
std::string AbstainLine(const TestReport& report) {
  constexpr std::size_t kCasesMin = 50;  // below this one answer moves the line too far
  if (report.scored.size() < kCasesMin || report.abstained > 0) return "";
  const AbstainPoint point = AbstainAt(report.abstain_curve, (1 + report.accuracy) / 2);
  if (point.coverage == 0 || point.coverage == 1) return "";
  const double threshold = std::floor(point.threshold * 1000) / 1000;
  return "abstain    --abstain " + Number("%.3f", threshold) + Number(" answers %.1f %% of the cases,", point.coverage * 100) +
         Number(" %.1f %% of them right\n", point.accuracy * 100);
}

}  // namespace

Result<std::vector<TestCase>> LoadCases(const std::string& path) {
  const std::vector<std::byte> bytes = PAW_TRY(PosixFs().Read(path, kExampleFileBytesMax));
  if (PAW_TRY(FormatOf(path)) == ExampleFormat::kJsonl) return ParseCases(TextOf(bytes), path);
  std::vector<TestCase> cases;
  for (Example& row : PAW_TRY(ReadExampleRows(TextOf(bytes), path)))
    cases.push_back({std::move(row.input), std::move(row.output), nullptr});
  return cases;
}

Result<Metric> MetricOf(std::string_view name) { return ParseMetric(name == "json" ? "json_equal" : name); }

Metric DefaultMetric(const Manifest& manifest) {
  return manifest.paw && manifest.paw->output_kind == OutputKind::kJson ? Metric::kJsonEqual : Metric::kExact;
}

Result<TestReport> RunCases(const Context& context, const Program& program, const TestJob& job) {
  Session session = PAW_TRY(program.NewSession(job.threads));
  ProgressBar bar(context.ShowProgress());
  TestOptions options;
  options.metric = job.metric;
  options.run = job.run;
  options.failures_max = job.failures_max;
  if (const auto& record = program.manifest().paw; record && record->reject) options.reject_label = record->reject->label;
  options.cancel = context.cancel;
  options.progress = [&](const ProgressEvent& event) { bar.Update("test", event.done, event.total, event.note); };
  CancellableScope cancellable;
  return RunTest(session, program.labels(), job.cases, options);
}

Json TestJson(const TestReport& report) {
  Json json = ReportJson(report);
  json.erase("rows");
  json["n"] = report.rows;
  json["seconds"] = report.seconds;
  return json;
}

std::string PercentWithInterval(double share, const Interval& interval) {
  char buffer[96];
  std::snprintf(buffer, sizeof buffer, "%.1f %% (95 %% interval %.1f to %.1f)", share * 100, interval.low * 100, interval.high * 100);
  return buffer;
}

std::string ReportText(const TestReport& report) {
  std::string text = "accuracy   " + PercentWithInterval(report.accuracy, report.accuracy_interval) + ", " + std::to_string(report.right) +
                     " of " + std::to_string(report.rows) + " right\n";
  if (report.macro_f1) {
    text += "macro F1   " +
            (report.macro_f1_interval ? PercentWithInterval(*report.macro_f1, *report.macro_f1_interval)
                                      : Number("%.1f %%", *report.macro_f1 * 100)) +
            "\n";
  }
  if (report.metric != Metric::kExact && report.metric != Metric::kMacroF1)
    text += "metric     " + std::string(MetricName(report.metric)) + "\n";
  if (const auto& reject = report.reject; reject && reject->rows > 0 && reject->other_rows > 0) {
    const auto share = [](std::int64_t part, std::int64_t whole) {
      return PercentWithInterval(static_cast<double>(part) / static_cast<double>(whole), WilsonInterval(part, whole));
    };
    text += "reject     recall of " + Shorten(reject->label, 40) + " " + share(reject->recalled, reject->rows) +
            "; accuracy on the others " + share(reject->other_right, reject->other_rows) + "\n";
  }
  if (report.calibration_error) text += "calibration error " + Number("%.3f\n", *report.calibration_error);
  text += AbstainLine(report);
  if (report.failed_rows > 0) text += "failed     " + std::to_string(report.failed_rows) + " rows gave an error; each counts as wrong\n";
  if (report.abstained > 0) text += "abstained  " + std::to_string(report.abstained) + " rows; each counts as wrong\n";
  text += "time       " + HumanSeconds(report.seconds) + "\n";
  if (report.confusions.empty()) return text;
  text += "confused most often (expected -> answered):\n";
  for (std::size_t i = 0; i < report.confusions.size() && i < kConfusionsShown; ++i) {
    const Confusion& one = report.confusions[i];
    text += "  " + std::to_string(one.count) + " x  " + Shorten(one.expected, 40) + " -> " +
            (one.got.empty() ? "(nothing)" : Shorten(one.got, 40)) + "\n";
  }
  return text;
}

}  // namespace paw::cli
