// Encode: the LoRA compiler reads a spec and its pseudo-program; its hidden states at the prefix positions become an Encoding.
//
//   tokens   BuildCompilerPrompt (compiler_prompt.h)                                    (n)
//   states   one forward pass, after the blocks that SelectHiddenStates names           (interpreter layers, prefix tokens, hidden)
//
// Any engine can be the compiler; native's streamed form (lm/native/native.h) needs the memory of one layer.
//
// Thread rule: as lm/lm.h says. Errors: what BuildCompilerPrompt says; kRefused for a tokenizer whose ids reach beyond the compiler's
// vocabulary and for states that are not finite; kInterrupted never: a pass is not cut.
// Source: paper section 2.3.
#pragma once

#include <cstdint>
#include <string_view>

#include "encode/compiler_prompt.h"
#include "encode/encoding.h"
#include "lm/lm.h"
#include "lm/tokenizer.h"
#include "paw/status.h"

namespace paw {

struct EncodeOptions {
  CompilerPromptOptions prompt;
  std::int32_t interpreter_layers = 0;
  std::int32_t threads = 0;  // 0 = all cores
};

Result<Encoding> Encode(const LanguageModel& compiler, const Tokenizer& tokenizer, std::string_view spec, std::string_view pseudo_program,
                        const EncodeOptions& options);

// The same from the tokens on; the last `prefix_tokens` of them are the prefix.
Result<Encoding> EncodeTokens(const LanguageModel& compiler, std::span<const TokenId> tokens, const EncodeOptions& options);

}  // namespace paw
