// PromptTemplate: the text around an input, as it stands in prompt_template.txt of a bundle; and how one is rendered.
//
//   <|im_start|>user\n[PSEUDO_PROGRAM]\n...[END_PSEUDO_PROGRAM]\n\n[INPUT]\n{INPUT_PLACEHOLDER}\n[END_INPUT]<|im_end|>\n...
//   |------------------------ head -----------------------------------|                    |---------- tail ----------|
//
// Thread rule: a plain value. Errors: kRefused for a template without exactly one placeholder, not UTF-8, with NUL, or too long.
// Source: the paper's `minimal` interpreter prompt and the official prompt_template.txt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paw/status.h"

namespace paw {

inline constexpr std::string_view kInputPlaceholder = "{INPUT_PLACEHOLDER}";

class PromptTemplate {
 public:
  static Result<PromptTemplate> Parse(std::string_view text);

  const std::string& text() const { return text_; }
  std::string_view head() const { return std::string_view(text_).substr(0, placeholder_); }
  std::string_view tail() const { return std::string_view(text_).substr(placeholder_ + kInputPlaceholder.size()); }

 private:
  PromptTemplate(std::string text, std::size_t placeholder) : text_(std::move(text)), placeholder_(placeholder) {}
  std::string text_;
  std::size_t placeholder_;
};

// Whether `text` is a template of numbered inputs, {INPUT_0}, {INPUT_1}, ...: what programs that read images have. The numbers begin at 0
// and leave none out; one may stand several times. Such a template is checked here and never rendered.
Status CheckNumberedTemplate(std::string_view text);

// The wrapper that an interpreter was tuned to read.
enum class ChatStyle : std::uint8_t {
  kPlain,   // none: gpt2
  kChatMl,  // one user turn, no system turn: SmolLM2
  kQwen3,   // ChatML with an empty think block before the answer
};

std::string_view ChatStyleName(ChatStyle style);  // "plain", "chatml", "qwen3"
Result<ChatStyle> ParseChatStyle(std::string_view name);

// The style of a base by exact match of what its GGUF says; a chat template in a GGUF is never executed. Nothing when it is unknown:
// the user then names a style or a template.
std::optional<ChatStyle> KnownChatStyle(std::string_view architecture, std::string_view chat_template);

// One turn of the user around the input, nothing else in it. kPlain: the input alone.
Result<PromptTemplate> UserTurn(ChatStyle style);

// prompt_template.txt for a pseudo-program (its markers included; empty = none). kRefused when it holds the placeholder itself.
Result<PromptTemplate> RenderTemplate(std::string_view pseudo_program, ChatStyle style);

// The lean form that our own compiler is trained with: the text itself, then "Input:", a line end and the input in the same turn.
Result<PromptTemplate> RenderSpecTemplate(std::string_view text, ChatStyle style);

}  // namespace paw
