// WriteExamples: examples of a closed set that the frozen base writes itself, for a user who has none or few.
//
//   subject of the spec + its own pairs, output first ─▶ "Label: card arrival\nText:" ─▶ SampleGuided (decode/guided.h) ─▶ checked rows
//
// The label comes first and the text after it, so that writing a row is easier than reading one: the base that takes one message in five for
// what it is writes messages that are mostly what they should be, and a LoRA trained on them answers better than the base (docs/adr/0014).
// The same idea with large models: Meng et al., arXiv 2202.04538; Ye et al., arXiv 2202.07922.
//
// Of equal texts (CollapsedInput, marks at the end aside) the one that fits its label best stays; none is the input of an example that the
// user gave. The words of the label are a row too. A reject label ("none of these") has no texts of its own: nothing is written for it.
//
// Thread rule: one thread, which uses `threads`. Deterministic in the spec, the labels, the base, the engine and the seed.
// Errors: kRefused for a spec whose subject and examples leave no room in the base's context; what the model says; kInterrupted on cancel.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "compiler/mapper_stages.h"
#include "runtime/program.h"
#include "spec/examples.h"
#include "spec/outputs.h"
#include "spec/spec.h"

namespace paw {

inline constexpr std::int32_t kWrittenExamplesMax = 256;  // of one label

struct WriteExamplesOptions {
  std::int32_t per_label = 16;  // texts drawn; fewer stay
  std::uint64_t seed = 1;
  std::string reject_label;
};

// `known`: the user's own examples. The hooks' stage is "write", a step a label.
Result<std::vector<Example>> WriteExamples(const BaseModel& base, const Spec& spec, const LabelSet& labels, std::span<const Example> known,
                                           const WriteExamplesOptions& options, const StageHooks& hooks);

}  // namespace paw
