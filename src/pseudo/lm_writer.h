// AskForPseudoProgram: a frozen language model writes a pseudo-program, greedily (the `examples` strategy).
//
// Any engine's model will do; llama.cpp's runs a quantised one. The answer ends behind [END_PSEUDO_PROGRAM], at the model's own end, or
// after tokens_max tokens; repair.h makes a program of it.
//
// Thread rule: as lm/lm.h says. Errors: what RenderPseudoPrompt says; kRefused for an answer without the closing marker, naming how many
// tokens were written, and for a prompt longer than the context; kInterrupted on cancel.
// Source: paper section 2.2 (greedy, 512 new tokens).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/interrupt.h"
#include "lm/lm.h"
#include "lm/tokenizer.h"
#include "paw/status.h"
#include "prompt/template.h"

namespace paw {

struct PseudoAsk {
  std::string prompt;  // with {spec} in it; empty = DefaultPseudoPrompt()
  ChatStyle style = ChatStyle::kChatMl;
  std::int32_t tokens_max = 512;
  std::int32_t threads = 0;
  const CancelFlag* cancel = nullptr;
  std::function<void(std::string_view text, std::int32_t tokens)> on_text = {};  // the answer so far, after every token
};

Result<std::string> AskForPseudoProgram(const LanguageModel& model, const Tokenizer& tokenizer, std::string_view spec,
                                        const PseudoAsk& ask);

}  // namespace paw
