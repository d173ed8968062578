// BuildCompilerPrompt: the tokens that the LoRA compiler reads. SelectHiddenStates: which of its hidden states the mapper takes.
//
//   <|im_start|>user\n[SPEC]\n{spec}\n[END_SPEC]\n\n[PSEUDO_PROGRAM]<|im_end|>\n<|im_start|>assistant\n   the paper's `minimal` prompt
//   | pseudo-program, its own markers included (so the opening one stands twice)
//   | <|im_end|>                       the tokenizer's end token
//   | <prefix_1> .. <prefix_64>        learned tokens, found by name; hidden states are read at these positions
//
// The official pipeline renders the chat with enable_thinking=False by the template of Qwen3-4B-Instruct-2507. That template has no such
// switch and ends with the assistant line: "specifying enable_thinking=False is no longer required or supported" (Qwen documentation,
// Quickstart, Qwen3-Instruct-2507; the template itself: unslothai/unsloth issue 3383). The templates of the first Qwen3 series (0.6B,
// 4B, ...) write an empty think block there. ThinkBlockOf tells the two apart for a compiler of whatever origin.
//
// Special-token text in the spec or the pseudo-program stays plain text; Compat::kOfficial parses it, as the official pipeline does.
// Without such text both give the same ids.
//
// Thread rule: pure functions. Errors: kRefused for text that is not UTF-8, holds NUL or is too long, for a prompt over the budget of
// tokens and for a tokenizer without the tokens above, naming what was found.
// Source: arXiv 2607.02512, section 3.2 and its prompt `minimal`; the order of the parts as in avra-m3/program-as-weights-server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "lm/tokenizer.h"
#include "paw/status.h"
#include "prompt/row.h"

namespace paw {

enum class ThinkBlock : std::uint8_t {
  kNone,   // Qwen3-*-Instruct-2507, and so the published compilers
  kEmpty,  // "<think>\n\n</think>\n\n" after the assistant line: the first Qwen3 series
};

// What a chat template writes for enable_thinking=False, by the words it tests that switch with. The template is never executed.
ThinkBlock ThinkBlockOf(std::string_view chat_template);

struct CompilerPromptOptions {
  ThinkBlock think = ThinkBlock::kNone;
  Compat compat = Compat::kNone;
  std::int32_t prefix_tokens = 64;  // T of the paper
  std::size_t tokens_max = 1280;    // the longest sequence that the published compilers were trained on
};

// The last options.prefix_tokens of the tokens are the prefix.
Result<std::vector<TokenId>> BuildCompilerPrompt(const Tokenizer& tokenizer, std::string_view spec, std::string_view pseudo_program,
                                                 const CompilerPromptOptions& options);

// For each interpreter layer l the block of the compiler whose output it gets, as ForwardRow::hidden_layers counts them: from 0, t(l) =
// int((l+1) * compiler_layers / interpreter_layers) - 1, at least 0. The last one is compiler_layers, which stands for the state AFTER the
// final norm: so does the last of transformers' hidden_states, of which this is number t(l) + 1. The residual before that norm gives a
// LoRA that makes the interpreter repeat one token. kUsage for a number of layers below 1 or above kLayersMax.
Result<std::vector<std::int32_t>> SelectHiddenStates(std::int32_t compiler_layers, std::int32_t interpreter_layers);

}  // namespace paw
