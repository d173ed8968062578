#include "eval/test_run.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"

namespace paw {
namespace {

// Takes the answer of one case into the report.
void TakeAnswer(const TestCase& test, std::size_t row, const Result<RunResult>& result, const TestOptions& options, TestReport& report) {
  const bool answered = result.ok() && !result->abstained;
  const std::string got = answered ? result->output : "";
  const bool right = answered && IsRight(options.metric, test, got);
  report.answers.push_back(got);
  report.row_right.push_back(right);
  report.right += right ? 1 : 0;
  if (result.ok()) report.tokens_in += result->tokens_in;
  if (!result.ok()) ++report.failed_rows;
  if (result.ok() && result->abstained) ++report.abstained;
  if (answered && result->probability) report.scored.push_back({*result->probability, right});
  if (right || report.failures.size() >= options.failures_max) return;
  report.failures.push_back({.row = row,
                             .input = test.input,
                             .expected = test.output,
                             .got = got,
                             .probability = result.ok() ? result->probability : std::nullopt,
                             .error = result.ok() ? "" : result.message()});
}

void Summarise(const std::vector<std::string>& labels, std::span<const TestCase> cases, const TestOptions& options, TestReport& report) {
  report.accuracy = static_cast<double>(report.right) / static_cast<double>(report.rows);
  report.accuracy_interval = WilsonInterval(report.right, report.rows);
  report.score = report.accuracy;
  report.score_interval = report.accuracy_interval;
  if (!labels.empty()) {
    std::vector<std::string> expected;
    for (const TestCase& test : cases) expected.push_back(test.output);
    report.macro_f1 = MacroF1(labels, expected, report.answers);
    report.macro_f1_interval = MacroF1Interval(labels, expected, report.answers, options.seed);
    report.confusions = TopConfusions(expected, report.answers, options.confusions_max);
    if (options.metric == Metric::kMacroF1) {
      report.score = *report.macro_f1;
      report.score_interval = *report.macro_f1_interval;
    }
  }
  if (report.scored.empty()) return;
  report.calibration_error = ExpectedCalibrationError(report.scored);
  report.brier = BrierScore(report.scored);
  report.abstain_curve = AbstainCurve(report.scored);
}

RejectReport ReportReject(std::span<const TestCase> cases, const CaseAnswers& answers, const TestReport& report, const std::string& label) {
  RejectReport reject;
  reject.label = label;
  std::vector<ScoredAnswer> others;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (cases[i].output == label) {
      ++reject.rows;
      reject.recalled += report.row_right[i] ? 1 : 0;
      continue;
    }
    ++reject.other_rows;
    reject.other_right += report.row_right[i] ? 1 : 0;
    if (answers[i].ok() && !answers[i]->abstained && answers[i]->probability)
      others.push_back({*answers[i]->probability, report.row_right[i]});
  }
  if (!others.empty()) reject.other_calibration_error = ExpectedCalibrationError(others);
  return reject;
}

}  // namespace

bool IsRight(Metric metric, const TestCase& expected, std::string_view got) {
  if (expected.acceptable.is_object() && CallAccepted(expected.acceptable, got)) return true;
  if (expected.acceptable.is_array()) {
    for (const Json& text : expected.acceptable) {
      if (text.is_string() && ExactEqual(text.get_ref<const std::string&>(), got)) return true;
    }
  }
  return metric == Metric::kJsonEqual ? JsonEqual(expected.output, got) : ExactEqual(expected.output, got);
}

Result<CaseAnswers> AnswerCases(Session& session, std::span<const TestCase> cases, const TestOptions& options) {
  RunOptions run = options.run;
  run.cancel = options.cancel;
  CaseAnswers answers;
  answers.reserve(cases.size());
  Report(options.progress, "test", 0, static_cast<double>(cases.size()));
  const std::size_t step = std::max<std::size_t>(1, options.rows_per_batch);
  for (std::size_t begin = 0; begin < cases.size(); begin += step) {
    PAW_TRY(CheckCancelled(options.cancel, "testing a program"));
    const std::size_t end = std::min(cases.size(), begin + step);
    std::vector<std::string> inputs;
    for (std::size_t i = begin; i < end; ++i) inputs.push_back(cases[i].input);
    for (Result<RunResult>& answer : session.RunBatch(inputs, run)) answers.push_back(std::move(answer));
    PAW_TRY(CheckCancelled(options.cancel, "testing a program"));
    Report(options.progress, "test", static_cast<double>(end), static_cast<double>(cases.size()));
  }
  return answers;
}

Result<TestReport> ReportOn(const std::vector<std::string>& labels, std::span<const TestCase> cases, const CaseAnswers& answers,
                            const TestOptions& options) {
  if (cases.empty()) return Usage("testing a program: found no cases, expected at least one");
  if (options.metric == Metric::kMacroF1 && labels.empty()) {
    return Usage("testing a program: found metric macro_f1 and no labels, expected labels");
  }
  TestReport report;
  report.metric = options.metric;
  report.rows = static_cast<std::int64_t>(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) TakeAnswer(cases[i], i, answers[i], options, report);
  Summarise(labels, cases, options, report);
  if (!options.reject_label.empty()) report.reject = ReportReject(cases, answers, report, options.reject_label);
  return report;
}

Result<TestReport> RunTest(Session& session, const std::vector<std::string>& labels, std::span<const TestCase> cases,
                           const TestOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const CaseAnswers answers = PAW_TRY(AnswerCases(session, cases, options));
  TestReport report = PAW_TRY(ReportOn(labels, cases, answers, options));
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

Json ReportJson(const TestReport& report) {
  const auto interval = [](const Interval& i) { return Json::array({i.low, i.high}); };
  Json json = {{"metric", MetricName(report.metric)},
               {"rows", report.rows},
               {"right", report.right},
               {"failed_rows", report.failed_rows},
               {"abstained", report.abstained},
               {"score", report.score},
               {"score_ci95", interval(report.score_interval)},
               {"accuracy", report.accuracy},
               {"accuracy_ci95", interval(report.accuracy_interval)}};
  if (report.macro_f1) json["macro_f1"] = *report.macro_f1;
  if (report.macro_f1_interval) json["macro_f1_ci95"] = interval(*report.macro_f1_interval);
  if (report.calibration_error) json["calibration_error"] = *report.calibration_error;
  if (report.brier) json["brier"] = *report.brier;
  if (const auto& reject = report.reject) {
    json["reject"] = {{"label", reject->label}, {"rows", reject->rows}, {"other_rows", reject->other_rows}};
    const auto share = [&](const char* name, std::int64_t part, std::int64_t whole) {
      if (whole == 0) return;
      json["reject"][name] = static_cast<double>(part) / static_cast<double>(whole);
      json["reject"][std::string(name) + "_ci95"] = interval(WilsonInterval(part, whole));
    };
    share("recall", reject->recalled, reject->rows);
    share("others_accuracy", reject->other_right, reject->other_rows);
    if (reject->other_calibration_error) json["reject"]["others_calibration_error"] = *reject->other_calibration_error;
  }
  for (const Confusion& confusion : report.confusions) {
    json["confusions"].push_back({{"expected", confusion.expected}, {"got", confusion.got}, {"count", confusion.count}});
  }
  return json;
}

}  // namespace paw
