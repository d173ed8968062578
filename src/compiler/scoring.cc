#include "compiler/scoring.h"

#include <algorithm>
#include <span>
#include <utility>

#include "adapter/adapter.h"
#include "decode/reject.h"

namespace paw {
HeldOutScorer::HeldOutScorer(std::shared_ptr<BaseModel> base, Bundle draft, const std::vector<Example>& held_out, int threads,
                             const CancelFlag* cancel)
    : base_(std::move(base)), draft_(std::move(draft)), threads_(threads), cancel_(cancel) {
  cases_.reserve(held_out.size());
  for (const Example& example : held_out) cases_.push_back({example.input, example.output, nullptr});
}

Result<Bundle> HeldOutScorer::WithAdapter(const LoraWeights& weights) const {
  Bundle bundle = draft_;
  ExportOptions options;
  options.dtype = dtype_;
  options.threads = threads_;
  options.spread = spread_;
  Adapter adapter = PAW_TRY(ExportAdapter(weights, base_->lm().shape(), options));
  bundle.manifest.lora_rank = adapter.rank;
  bundle.manifest.lora_alpha = adapter.alpha;
  bundle.adapter_gguf = std::move(adapter.gguf);
  return bundle;
}

TestOptions HeldOutScorer::Options() const {
  TestOptions options;
  options.metric = draft_.manifest.paw->output_kind == OutputKind::kJson ? Metric::kJsonEqual : Metric::kExact;
  options.cancel = cancel_;
  return options;
}

std::span<const TestCase> HeldOutScorer::First(std::int64_t rows) const {
  return std::span(cases_).first(std::min(cases_.size(), static_cast<std::size_t>(rows)));
}

Result<Session> HeldOutScorer::Open(const LoraWeights& weights) const {
  const std::shared_ptr<const Program> program = PAW_TRY(Program::Open(PAW_TRY(WithAdapter(weights)), base_));
  return program->NewSession(threads_);
}

Result<CaseAnswers> HeldOutScorer::Answers(const LoraWeights& weights, std::span<const TestCase> cases) {
  Session session = PAW_TRY(Open(weights));
  return AnswerCases(session, cases, Options());
}

Result<TestReport> HeldOutScorer::Report(const LoraWeights& weights, std::int64_t rows) {
  const std::span<const TestCase> cases = First(rows);
  return ReportOn(draft_.manifest.paw->labels, cases, PAW_TRY(Answers(weights, cases)), Options());
}

Result<TestReport> HeldOutScorer::ReportWithReject(const LoraWeights& weights, std::int64_t rows, const std::string& reject_label) {
  const std::span<const TestCase> cases = First(rows);
  CaseAnswers answers = PAW_TRY(Answers(weights, cases));
  TestOptions options = Options();
  options.reject_label = reject_label;
  if (!reject_label.empty()) FitRejectThreshold(cases, answers, reject_label);
  return ReportOn(draft_.manifest.paw->labels, cases, answers, options);
}

void HeldOutScorer::FitRejectThreshold(std::span<const TestCase> cases, CaseAnswers& answers, const std::string& label) {
  std::vector<RejectRow> rows;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!answers[i].ok()) continue;
    rows.push_back({.probability = *answers[i]->probability,
                    .answered = answers[i]->output == label,
                    .expected = cases[i].output == label,
                    .right = answers[i]->output == cases[i].output});
  }
  const std::optional<RejectFit> fit = FitReject(rows);
  if (!fit) return;
  const auto shares = [](const RejectShares& s) { return Json{{"others_accuracy", s.others_accuracy}, {"recall", s.recall}}; };
  RejectThreshold reject;
  reject.label = label;
  reject.below = fit->below;
  reject.other = {
      {"rows", fit->reject_rows}, {"other_rows", fit->other_rows}, {"before", shares(fit->before)}, {"after", shares(fit->after)}};
  for (Result<RunResult>& answer : answers) {
    if (answer.ok()) ApplyReject(reject, *answer);
  }
  draft_.manifest.paw->reject = std::move(reject);
}

Status HeldOutScorer::Calibrate(const LoraWeights& weights, std::int64_t rows) {
  Session session = PAW_TRY(Open(weights));
  std::vector<std::string> inputs, outputs;
  for (const TestCase& test : First(rows)) {
    inputs.push_back(test.input);
    outputs.push_back(test.output);
  }
  const CalibrationFit fit = PAW_TRY(session.FitCalibration(inputs, outputs, cancel_));
  if (fit.rows == 0) return Ok();
  Calibration calibration;
  calibration.temperature = fit.temperature;
  calibration.engine_id = fit.engine_id;
  calibration.engine_version = fit.engine_version;
  calibration.other["rows"] = fit.rows;
  draft_.manifest.paw->calibration = calibration;
  return Ok();
}

}  // namespace paw
