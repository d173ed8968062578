// MeasureSpec: a spec of a corpus becomes a program without training and answers its pairs. One way for `paw bench fuzzy` and for the
// trainer's validation, so that their figures mean the same.
//
//   CorpusSpec ─▶ OutputContract, LoRA of a SpecCompiler ─▶ Bundle ─▶ Program ─▶ answers ─▶ FuzzyPoint (eval/fuzzy.h)
//
// As `paw compile` makes it from a spec alone, labels evened (label_lean.h). The prompt is the layout that the mapper was trained with; an answer has kMeasuredTokensMax tokens at most.
//
// Thread rule: one call uses `threads`. Owner: nothing is kept. Errors: a spec that is refused (too long, the input's placeholder in it,
// an expected output outside its labels) gives a point of wrong answers with the problem; an answer that is refused or does not come out
// (a row too long, JSON without an end) is wrong and counted as failed; anything else is an error: kInterrupted on cancel, kInternal for
// logits that are not finite, what the engine says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/interrupt.h"
#include "compiler/answer_set.h"
#include "compiler/spec_compiler.h"
#include "eval/corpus_file.h"
#include "eval/fuzzy.h"
#include "paw/status.h"
#include "runtime/program.h"
#include "spec/outputs.h"
#include "tensor/dtype.h"

namespace paw {

inline constexpr std::int32_t kMeasuredTokensMax = 200;
// Goes up with every change of paw after which the same program may answer, or the same answer score, otherwise: prompts, decoding,
// metrics, what ContractOf says. Points of two versions are not mixed.
inline constexpr std::string_view kMeasureVersion = "4";

enum class OutputsFrom : std::uint8_t {
  kCorpus,  // what the corpus says; where it does not, as kSpec
  kSpec,    // what the spec's text shows (DeduceOutputs, and the reader where there is one)
  kNowhere  // free decoding
};

struct MeasureOptions {
  OutputsFrom outputs = OutputsFrom::kCorpus;
  std::size_t pairs_max = 0;   // the first pairs of a spec; 0: all
  DType dtype = DType::kQ4_0;  // of the adapter
  int threads = 0;
  const AnswerSetReader* reader = nullptr;  // of `base`: for outputs that the spec's text shows; null: the rules alone
  const CancelFlag* cancel = nullptr;
};

// The outputs of the spec's program. From the corpus: a set of two labels or more closes it, and is refused where it lacks an expected
// output; it is JSON where every expected output is an object or a list.
// `outputs`, `reader`, `threads` and `cancel` of the options play a part.
Result<OutputContract> ContractOf(const CorpusSpec& spec, const MeasureOptions& options);

// `compiler` null: no LoRA, the base prompted with the spec.
Result<FuzzyPoint> MeasureSpec(const std::shared_ptr<BaseModel>& base, const SpecCompiler* compiler, const CorpusSpec& spec,
                               const MeasureOptions& options);

}  // namespace paw
