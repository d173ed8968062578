// SampleGuided: lines of text that fit a condition, drawn from a frozen model that is pushed away from what it would write without it.
//
//   score(token) = log P(token | condition) + guidance (log P(token | condition) - log P(token | background))
//
// A token is drawn from softmax(score / temperature) over those with P(token | condition) >= plausible * the largest such P: what the push
// favours must be likely to begin with. Guidance: Sanchez et al., arXiv 2306.17806; the cut: Li et al., arXiv 2210.15097. A small model asked
// for "a message about card delivery" drifts to any message; pushed, it stays on the subject (docs/adr/0014).
//
// A line ends before the first token with a line feed, or at a control token; blanks at its ends are taken off. One that does not end within
// tokens_max tokens, or is empty or no UTF-8, is left out. Every sample has a generator of its own: the first three of eight are the three of three.
//
// Thread rule: one Context, one thread. Sequences made here are dropped before it returns.
// Errors: what Forward says; kInternal for logits that are not finite; kInterrupted on cancel.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "lm/lm.h"
#include "lm/tokenizer.h"
#include "paw/status.h"

namespace paw {

// A prompt: an evaluated sequence, which stays as it is, and what follows it.
struct GuidedPrompt {
  SequenceId prefix = -1;
  std::span<const TokenId> tokens;  // not empty
};

struct GuidedOptions {
  std::int32_t samples = 16;     // drawn at once: two rows of a batch each
  std::int32_t tokens_max = 48;  // of a line
  double guidance = 0.7;
  double temperature = 1.0;
  double plausible = 0.05;
  std::uint64_t seed = 0;
  const CancelFlag* cancel = nullptr;
};

struct GuidedLine {
  std::string text;
  double fit = 0;  // log P(text | condition) - log P(text | background)
};

Result<std::vector<GuidedLine>> SampleGuided(Context& context, const Tokenizer& tokenizer, const GuidedPrompt& condition,
                                             const GuidedPrompt& background, const GuidedOptions& options);

}  // namespace paw
