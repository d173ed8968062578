// EvenLabels: takes from a closed-set program its lean to some labels, where nothing was trained that would have taken it.
//
//   the spec shows no example          half of what the program thinks of short texts of many kinds that belong to no task
//   the spec shows two of every label  all, half or nothing of what it thinks of its own examples, each read behind a prompt that shows
//                                      the others: whichever makes their labels likeliest. Every label counts the same, however many
//                                      examples it has
//   the spec shows fewer examples      nothing: a label would be missing in the prompts, and that is seen, not the lean
//
// The lean is taken off at the branches (decode/label_prior.h) and written into the manifest's calibration; the program's answers and
// probabilities change, its weights do not. docs/adr/0008 and 0012 say why and what it is worth.
//
// Thread rule: one thread. Errors: what opening and running the program say, kInterrupted on cancel. A program with open outputs is left
// as it is.
#pragma once

#include <memory>
#include <string>

#include "bundle/bundle.h"
#include "compiler/mapper_stages.h"
#include "prompt/template.h"
#include "runtime/program.h"
#include "spec/spec.h"

namespace paw {

// How the program's prompt was made of the spec's text (LayoutTemplate of compiler/rows.h).
struct LeanPrompt {
  std::string layout = "spec";
  ChatStyle style = ChatStyle::kChatMl;
};

// `bundle`: the program of `spec`, untrained. Of the hooks all three play a part; the stage is "even".
Status EvenLabels(const std::shared_ptr<BaseModel>& base, const Spec& spec, const LeanPrompt& prompt, const StageHooks& hooks,
                  Bundle& bundle);

}  // namespace paw
