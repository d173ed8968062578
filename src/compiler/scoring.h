// HeldOutScorer: what a set of weights is worth, measured as `paw run` would measure it.
//
// The weights are exported (quantised), put into a bundle with the program's template, opened by the runtime and run on held-out rows.
// Accuracy is the share of right answers under the program's metric: exact for labels and text, json_equal for JSON.
//
// Thread rule: one thread at a time. Errors: what export, open and run say.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "bundle/bundle.h"
#include "eval/test_run.h"
#include "lm/lora.h"
#include "runtime/program.h"
#include "spec/examples.h"
#include "tensor/dtype.h"

namespace paw {

class HeldOutScorer {
 public:
  // `draft`: the bundle of the program with everything but the adapter; its manifest has a `paw`.
  HeldOutScorer(std::shared_ptr<BaseModel> base, Bundle draft, const std::vector<Example>& held_out, int threads, const CancelFlag* cancel);

  // The report on the first `rows` held-out rows; calibrated when the draft is.
  Result<TestReport> Report(const LoraWeights& weights, std::int64_t rows);

  // As Report; where `reject_label` is one of the labels, its threshold is fitted on these answers (decode/reject.h), written into the
  // draft, and the report is of the answers with it. Too few right answers: no threshold.
  Result<TestReport> ReportWithReject(const LoraWeights& weights, std::int64_t rows, const std::string& reject_label);

  // Fits the temperature of the label distribution on the first held-out rows and writes it into the draft.
  Status Calibrate(const LoraWeights& weights, std::int64_t rows);

  // The number format of adapters from now on; Q4_0 until then.
  void StoreAs(DType dtype) { dtype_ = dtype; }
  // From now on weights are stored as they are, without a re-factoring: a mapper's program is then the one that its coefficients expand to.
  void ExportAsMapped() { spread_ = false; }
  // The draft with these weights as its adapter.
  Result<Bundle> WithAdapter(const LoraWeights& weights) const;
  Bundle& draft() { return draft_; }

 private:
  Result<Session> Open(const LoraWeights& weights) const;
  Result<CaseAnswers> Answers(const LoraWeights& weights, std::span<const TestCase> cases);
  TestOptions Options() const;
  std::span<const TestCase> First(std::int64_t rows) const;
  void FitRejectThreshold(std::span<const TestCase> cases, CaseAnswers& answers, const std::string& label);

  std::shared_ptr<BaseModel> base_;
  Bundle draft_;
  std::vector<TestCase> cases_;
  int threads_;
  DType dtype_ = DType::kQ4_0;
  bool spread_ = true;
  const CancelFlag* cancel_;
};

}  // namespace paw
