// AnswerSetReader: which closed set of answers a spec states, read by a model where the rules of spec/label_list.h find none.
//
//   spec without its examples ─▶ a program of our own on the default base ─▶ "yes | no", or "open" ─▶ checked against the spec
//
// A set that is read wrongly shuts the right answer out, so the model only points: every label must stand in the spec letter by letter as
// words of its own, and SetReading::label_certainty must be kLabelCertaintyMin (docs/adr/0009). Examples overrule it.
//
// Thread rule: const after Open; a call uses `threads`. Owner: shares the base. Errors: what opening and running a program say, kRefused
// for a reader of another base; a spec that is too long, or an answer that does not hold, is no error and reads nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "paw/status.h"
#include "runtime/program.h"
#include "spec/outputs.h"
#include "spec/spec.h"

namespace paw {

inline constexpr std::string_view kAnswerSetJoiner = " | ";  // between the labels of a reader's answer
inline constexpr std::size_t kReadSpecBytesMax = 1200;       // the reader has seen no longer ones (tools/corpus/answer_sets.py)
inline constexpr std::size_t kReadLabelsMax = 64;
inline constexpr double kLabelCertaintyMin = 0.93;

// The labels of a reader's answer, in its order, where they can be the answers of this spec; else nullopt.
std::optional<LabelSet> CheckedAnswerSet(std::string_view answer, std::string_view body);

struct SetReading {
  std::string answer;      // as decoded; empty where the spec was not read
  LabelSet labels;         // of an answer that holds, however unsure; empty: none
  double probability = 0;  // of the whole answer
  // The geometric mean over the labels: a long set is not less sure for being long. 0 where there are none.
  double label_certainty() const;
};

class AnswerSetReader {
 public:
  static Result<std::unique_ptr<AnswerSetReader>> Open(Bundle reader, std::shared_ptr<BaseModel> base);
  // The one that paw ships. Null where this build has none, or it is of another base.
  static Result<std::unique_ptr<AnswerSetReader>> OpenBuiltIn(std::shared_ptr<BaseModel> base);

  // Specs without their example pairs (Spec::body).
  Result<std::vector<SetReading>> Read(std::span<const std::string> bodies, int threads, const CancelFlag* cancel = nullptr) const;

 private:
  explicit AnswerSetReader(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

// Whether reading may help: the outputs are free text as far as the spec and its examples say, and these are too few to show a set.
bool LeavesOutputsOpen(const OutputContract& contract, std::size_t examples);

// DeduceOutputs after one more declaration, `labels`, that examples overrule.
Result<OutputContract> DeduceOutputsWith(const LabelSet& labels, Spec& spec, std::span<const Example> examples);

// The labels that the reader is sure of; empty where it is not.
Result<LabelSet> ReadLabels(const AnswerSetReader& reader, const Spec& spec, int threads, const CancelFlag* cancel);

}  // namespace paw
