// PseudoProgram: the textual half of a program, what the interpreter reads before its input. The `template` strategy: no LM writes it,
// it is put together from the spec and the examples.
//
//   [PSEUDO_PROGRAM]
//   Task: <the spec as one paragraph, labels included>
//
//   Examples:
//   Input: ...
//   Output: ...
//   [END_PSEUDO_PROGRAM]
//
// The form is the paper's contract (appendix, prompt `examples`), so that the official runtime and the checks of an LM-written one
// apply to it too. Everything is fitted to a budget of tokens; what does not fit is left out in this order: further sentences of the
// task, demonstrations, the end of the first sentence.
//
// Thread rule: plain values and pure functions. Equal arguments give equal text. Errors: kUsage for options that lack a callback.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paw/status.h"
#include "spec/outputs.h"
#include "spec/spec.h"

namespace paw {

struct PseudoProgram {
  std::string text;                   // markers included
  std::vector<std::string> findings;  // what CheckPseudoProgram had to say, one line each
  std::size_t tokens_max = 0;         // the budget it was written to
};

struct PseudoOptions {
  // Tokens that a pseudo-program costs in the prompt.
  std::function<std::size_t(std::string_view)> count_tokens;
  // Offset of the first special-token text, npos when there is none (Tokenizer::FindSpecial).
  std::function<std::size_t(std::string_view)> find_special;
  std::size_t tokens_max = 600;         // SmolLM2's 2,048 positions also hold the input and the answer
  std::size_t label_tokens_max = 1200;  // the budget may grow up to this when naming every label needs it
  std::size_t demonstrations_max = 6;   // the paper: 3 to 6
};

// The full form. `examples`: rows that may be shown (training rows, never held-out ones).
Result<PseudoProgram> WriteTemplatePseudo(const Spec& spec, const OutputContract& contract, std::span<const Example> examples,
                                          const PseudoOptions& options);

enum class FindingKind : std::uint8_t {
  kMarkers,        // opening or closing marker or "Task:" missing, or twice
  kLength,         // over the budget
  kLabelMissing,   // a label that the text does not name
  kLabelInvented,  // a demonstration's output that is no label
  kContradiction,  // a demonstration that contradicts a given example
  kSpecialText,    // special-token text, which the interpreter would obey
  kPlaceholder,    // the input placeholder of the template
};

struct Finding {
  FindingKind kind;
  std::string message;  // one line
};

// The checks of design section 1, for a pseudo-program of any origin in the full form.
std::vector<Finding> CheckPseudoProgram(std::string_view text, const OutputContract& contract, std::span<const Example> examples,
                                        const PseudoOptions& options);

}  // namespace paw
