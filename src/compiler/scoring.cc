#include "compiler/scoring.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "adapter/adapter.h"
#include "decode/calibration.h"
#include "decode/label_search.h"
#include "decode/reject.h"

namespace paw {
namespace {

constexpr std::size_t kCalibrationRowsAtOnce = 64;

// A registered adapter that goes when it goes out of sight.
class AdapterLease {
 public:
  AdapterLease(LanguageModel& lm, AdapterId id) : lm_(lm), id_(id) {}
  ~AdapterLease() { lm_.RemoveAdapter(id_); }
  AdapterLease(const AdapterLease&) = delete;
  AdapterLease& operator=(const AdapterLease&) = delete;
  AdapterId id() const { return id_; }

 private:
  LanguageModel& lm_;
  AdapterId id_;
};

// The logits at the branching nodes of a row's own label, taken from the logits of all its positions: (tokens, ids).
CalibrationRow TakeBranches(const TrainingRow& row, const LabelTrie& trie, const std::vector<TokenId>& ids, const RowOutput& output) {
  CalibrationRow taken;
  taken.label = row.label;
  taken.branch_logits.assign(trie.edge_count(), 0.0f);
  LabelTrie::NodeId node = LabelTrie::kRoot;
  for (std::size_t i = 0; i < row.output.size(); ++i) {
    const auto tokens = trie.child_tokens(node);
    const auto children = trie.children(node);
    const std::size_t position = static_cast<std::size_t>(row.output_begin) - 1 + i;
    LabelTrie::NodeId next = node;
    for (std::size_t c = 0; c < children.size(); ++c) {
      if (trie.branching(node)) {
        const auto column = static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), tokens[c]) - ids.begin());
        taken.branch_logits[trie.first_edge(node) + c] = output.logits[position * ids.size() + column];
      }
      if (tokens[c] == row.output[i]) next = children[c];
    }
    node = next;
  }
  return taken;
}

// Every token that is a child of a branching node, ascending.
std::vector<TokenId> BranchTokens(const LabelTrie& trie) {
  std::vector<TokenId> ids;
  for (std::size_t node = 0; node < trie.node_count(); ++node) {
    const auto id = static_cast<LabelTrie::NodeId>(node);
    if (!trie.branching(id)) continue;
    const auto tokens = trie.child_tokens(id);
    ids.insert(ids.end(), tokens.begin(), tokens.end());
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

HeldOutScorer::HeldOutScorer(std::shared_ptr<BaseModel> base, Bundle draft, const std::vector<Example>& held_out, int threads,
                             const CancelFlag* cancel)
    : base_(std::move(base)), draft_(std::move(draft)), threads_(threads), cancel_(cancel) {
  cases_.reserve(held_out.size());
  for (const Example& example : held_out) cases_.push_back({example.input, example.output, nullptr});
}

Result<Bundle> HeldOutScorer::WithAdapter(const LoraWeights& weights) const {
  Bundle bundle = draft_;
  ExportOptions options;
  options.threads = threads_;
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

Result<CaseAnswers> HeldOutScorer::Answers(const LoraWeights& weights, std::span<const TestCase> cases) {
  const std::shared_ptr<const Program> program = PAW_TRY(Program::Open(PAW_TRY(WithAdapter(weights)), base_));
  Session session = PAW_TRY(program->NewSession(threads_));
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

Status HeldOutScorer::Calibrate(const LoraWeights& weights, const TrainingSet& set, const LabelTrie& trie, std::int64_t rows) {
  const std::vector<TokenId> ids = BranchTokens(trie);
  const std::size_t count = std::min(set.rows.size(), static_cast<std::size_t>(rows));
  if (ids.empty() || count == 0) return Ok();
  LanguageModel& lm = base_->lm();
  const Bundle bundle = PAW_TRY(WithAdapter(weights));
  const AdapterLease adapter(lm, PAW_TRY(lm.AddAdapter(bundle.adapter_gguf)));
  ContextOptions context_options;
  context_options.threads = threads_;
  const std::unique_ptr<Context> context = PAW_TRY(lm.NewContext(context_options));
  const SequenceId prefix = PAW_TRY(context->NewSequence());
  if (!set.prefix.empty()) {
    ForwardRow row;
    row.sequence = prefix;
    row.adapter = adapter.id();
    row.tokens = set.prefix;
    row.logits = LogitsAt::kNone;
    PAW_TRY(context->Forward({&row, 1}));
  }
  std::vector<CalibrationRow> taken;
  for (std::size_t begin = 0; begin < count; begin += kCalibrationRowsAtOnce) {
    PAW_TRY(CheckCancelled(cancel_, "calibrating"));
    const std::size_t end = std::min(count, begin + kCalibrationRowsAtOnce);
    std::vector<ForwardRow> batch;
    for (std::size_t i = begin; i < end; ++i) {
      ForwardRow& row = batch.emplace_back();
      row.sequence = PAW_TRY(context->Fork(prefix));
      row.adapter = adapter.id();
      row.tokens = set.rows[i].tokens;
      row.logits = LogitsAt::kAll;
      row.logit_ids = ids;
    }
    const std::vector<RowOutput> outputs = PAW_TRY(context->Forward(batch));
    for (std::size_t i = begin; i < end; ++i) taken.push_back(TakeBranches(set.rows[i], trie, ids, outputs[i - begin]));
    for (const ForwardRow& row : batch) context->Drop(row.sequence);
  }
  const LabelSearch search(std::shared_ptr<const LabelTrie>(&trie, [](const LabelTrie*) {}));
  Calibration calibration;
  calibration.temperature = PAW_TRY(FitTemperature(search, taken));
  calibration.engine_id = lm.engine_id();
  calibration.engine_version = lm.engine_version();
  calibration.other["rows"] = taken.size();
  draft_.manifest.paw->calibration = calibration;
  return Ok();
}

}  // namespace paw
