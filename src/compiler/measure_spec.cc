#include "compiler/measure_spec.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "compiler/label_lean.h"
#include "eval/test_run.h"
#include "spec/span_outputs.h"
#include "spec/spec.h"

namespace paw {
namespace {

// As a JSON program answers: an object or a list.
bool IsJsonContainer(const CorpusPair& pair) {
  const Result<Json> value = ParseJson(pair.output, "an output");
  return value.ok() && value->is_structured();
}

// A pair whose output is no label could not be answered right.
Status CheckHasAll(const std::vector<std::string>& labels, const std::vector<CorpusPair>& pairs) {
  for (const CorpusPair& pair : pairs) {
    const auto expected = [&pair](const std::string& label) { return ExactEqual(pair.output, label); };
    if (std::any_of(labels.begin(), labels.end(), expected)) continue;
    return Refused("reading the labels: found the expected output " + Quoted(pair.output, 60) + " outside of them, expected one of the " +
                   std::to_string(labels.size()));
  }
  return Ok();
}

// Of an answer alone: an input too long, JSON without an end. Other errors are the engine's.
bool IsOnlyWrong(const Status& status) { return status.code() == Code::kRefused || status.code() == Code::kFailed; }

// As a compile finds it from the spec alone.
Result<OutputContract> ContractOfText(std::string_view text, const MeasureOptions& options) {
  Spec spec = PAW_TRY(ParseSpec(text));
  OutputContract contract = PAW_TRY(DeduceOutputs(spec, spec.examples));
  if (options.reader == nullptr || !LeavesOutputsOpen(contract, spec.examples.size())) return contract;
  const LabelSet labels = PAW_TRY(ReadLabels(*options.reader, spec, options.threads, options.cancel));
  if (!labels.empty()) return DeduceOutputsWith(labels, spec, spec.examples);
  return contract;
}

Result<CaseAnswers> AnswersTo(const std::shared_ptr<BaseModel>& base, const SpecCompiler* compiler, const CorpusSpec& spec,
                              std::span<const TestCase> cases, const MeasureOptions& options) {
  const OutputContract contract = PAW_TRY(ContractOf(spec, options));
  std::optional<LoraWeights> lora;
  if (compiler != nullptr) lora = PAW_TRY(compiler->Map(spec.spec));
  const std::string layout = compiler == nullptr ? "spec" : compiler->layout();
  Bundle bundle = PAW_TRY(MakeSpecBundle(*base, {spec.spec, layout, options.dtype, options.threads}, contract, lora ? &*lora : nullptr));
  StageHooks hooks;
  hooks.threads = options.threads;
  hooks.cancel = options.cancel;
  PAW_TRY(EvenLabels(base, PAW_TRY(ParseSpec(spec.spec)), {layout, ChatStyle::kChatMl}, hooks, bundle));
  const auto program = PAW_TRY(Program::Open(std::move(bundle), base));
  Session session = PAW_TRY(program->NewSession(options.threads));
  TestOptions test;
  test.run.output_tokens_max = kMeasuredTokensMax;
  test.cancel = options.cancel;
  return AnswerCases(session, cases, test);
}

}  // namespace

Result<OutputContract> ContractOf(const CorpusSpec& spec, const MeasureOptions& options) {
  OutputContract contract;
  if (options.outputs == OutputsFrom::kNowhere) return contract;
  if (options.outputs == OutputsFrom::kSpec || !spec.kind) return ContractOfText(spec.spec, options);
  if (*spec.kind == OutputKind::kLabel && spec.labels.size() > 1) {
    PAW_TRY(CheckHasAll(spec.labels, spec.pairs));
    contract.kind = OutputKind::kLabel;
    contract.labels = spec.labels;
  } else if (*spec.kind == OutputKind::kJson && std::all_of(spec.pairs.begin(), spec.pairs.end(), IsJsonContainer)) {
    contract.kind = OutputKind::kJson;
  } else if (*spec.kind == OutputKind::kText) {
    const Spec text = PAW_TRY(ParseSpec(spec.spec));
    contract.span_alternatives = SpanAlternatives(text, text.examples);
  }
  return contract;
}

Result<FuzzyPoint> MeasureSpec(const std::shared_ptr<BaseModel>& base, const SpecCompiler* compiler, const CorpusSpec& spec,
                               const MeasureOptions& options) {
  const std::size_t pairs = options.pairs_max == 0 ? spec.pairs.size() : std::min(spec.pairs.size(), options.pairs_max);
  std::vector<TestCase> cases;
  for (std::size_t i = 0; i < pairs; ++i) cases.push_back({spec.pairs[i].input, spec.pairs[i].output});
  const Result<CaseAnswers> answers = AnswersTo(base, compiler, spec, cases, options);
  if (answers.code() == Code::kRefused) return UnansweredSpec(spec, pairs, answers.message());
  const std::string context = "measuring " + Quoted(spec.id);
  if (!answers.ok()) return answers.status().WithContext(context);
  for (const Result<RunResult>& answer : *answers) {
    if (!answer.ok() && !IsOnlyWrong(answer.status())) return answer.status().WithContext(context);
  }
  return ScoreSpec(spec, *answers);
}

}  // namespace paw
