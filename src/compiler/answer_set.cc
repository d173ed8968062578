#include "compiler/answer_set.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>
#include <utility>

#include "base/text.h"
#include "compiler/built_in.h"

namespace paw {
namespace {

constexpr std::size_t kReadLabelBytesMax = 64;
constexpr std::int32_t kAnswerTokensMax = 128;

// Whether the character that holds text[at] belongs to a word: letters and digits of any script, and "_". Of characters that are not
// ASCII, the signs of Latin-1 and the general and CJK punctuation do not.
bool IsWordAt(std::string_view text, std::size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return std::isalnum(byte) != 0 || byte == '_';
  const std::string_view two = text.substr(at, 2);
  return byte != 0xC2 && two != "\xE2\x80" && two != "\xE2\x81" && two != "\xE3\x80";
}

bool StandsIn(std::string_view body, std::string_view label) {
  for (std::size_t at = body.find(label); at != std::string_view::npos; at = body.find(label, at + 1)) {
    const std::size_t end = at + label.size();
    const bool inside_left = at > 0 && IsWordAt(body, at - 1) && IsWordAt(body, at);
    const bool inside_right = end < body.size() && IsWordAt(body, end - 1) && IsWordAt(body, end);
    if (!inside_left && !inside_right) return true;
  }
  return false;
}

bool IsPlainLabel(std::string_view label) {
  return !label.empty() && label.size() <= kReadLabelBytesMax && Trim(label) == label && label.find('\n') == std::string_view::npos;
}

}  // namespace

std::optional<LabelSet> CheckedAnswerSet(std::string_view answer, std::string_view body) {
  LabelSet labels;
  std::set<std::string> seen;
  while (labels.size() <= kReadLabelsMax) {
    const std::size_t end = answer.find(kAnswerSetJoiner);
    const std::string_view label = answer.substr(0, end);
    if (!IsPlainLabel(label) || !StandsIn(body, label) || !seen.insert(LowerAscii(label)).second) return std::nullopt;
    labels.emplace_back(label);
    if (end == std::string_view::npos) break;
    answer.remove_prefix(end + kAnswerSetJoiner.size());
  }
  if (labels.size() < 2 || labels.size() > kReadLabelsMax) return std::nullopt;
  return labels;
}

double SetReading::label_certainty() const { return labels.empty() ? 0 : std::pow(probability, 1.0 / static_cast<double>(labels.size())); }

Result<std::unique_ptr<AnswerSetReader>> AnswerSetReader::Open(Bundle reader, std::shared_ptr<BaseModel> base) {
  auto program = PAW_TRY(Program::Open(std::move(reader), std::move(base)));
  return std::unique_ptr<AnswerSetReader>(new AnswerSetReader(std::move(program)));
}

Result<std::unique_ptr<AnswerSetReader>> AnswerSetReader::OpenBuiltIn(std::shared_ptr<BaseModel> base) {
  if (BuiltInReaderFingerprint().empty()) return std::unique_ptr<AnswerSetReader>();
  Bundle bundle = PAW_TRY(BuiltInReader());
  if (!bundle.manifest.paw || bundle.manifest.paw->base.sha256 != base->sha256()) return std::unique_ptr<AnswerSetReader>();
  return Open(std::move(bundle), std::move(base));
}

Result<std::vector<SetReading>> AnswerSetReader::Read(std::span<const std::string> bodies, int threads, const CancelFlag* cancel) const {
  Session session = PAW_TRY(program_->NewSession(threads));
  RunOptions run;
  run.output_tokens_max = kAnswerTokensMax;
  run.text_probability = true;
  run.cancel = cancel;
  std::vector<std::string> inputs;
  for (const std::string& body : bodies) inputs.push_back(body.size() <= kReadSpecBytesMax ? body : std::string());
  const std::vector<Result<RunResult>> answers = session.RunBatch(inputs, run);
  std::vector<SetReading> readings(bodies.size());
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    if (!answers[i].ok() && answers[i].code() != Code::kRefused) return answers[i].status().WithContext("reading a spec's answers");
    if (!answers[i].ok() || inputs[i].empty() || answers[i]->truncated) continue;
    readings[i].answer = answers[i]->output;
    readings[i].labels = CheckedAnswerSet(answers[i]->output, bodies[i]).value_or(LabelSet());
    readings[i].probability = answers[i]->probability.value_or(0);
  }
  return readings;
}

bool LeavesOutputsOpen(const OutputContract& contract, std::size_t examples) {
  return contract.kind == OutputKind::kText && !contract.span_alternatives && examples < kClosedRowsMin;
}

Result<OutputContract> DeduceOutputsWith(const LabelSet& labels, Spec& spec, std::span<const Example> examples) {
  LabelDeclaration declaration;
  declaration.readings = {labels};
  declaration.strong = true;
  spec.declarations.push_back(std::move(declaration));
  return DeduceOutputs(spec, examples);
}

Result<LabelSet> ReadLabels(const AnswerSetReader& reader, const Spec& spec, int threads, const CancelFlag* cancel) {
  std::vector<SetReading> readings = PAW_TRY(reader.Read({&spec.body, 1}, threads, cancel));
  if (readings[0].label_certainty() < kLabelCertaintyMin) return LabelSet();
  return std::move(readings[0].labels);
}

}  // namespace paw
