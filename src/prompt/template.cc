#include "prompt/template.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"

namespace paw {
namespace {

struct StyleText {
  ChatStyle style;
  std::string_view name, before, after;
};
constexpr std::array<StyleText, 3> kStyles = {{
    {ChatStyle::kPlain, "plain", "", ""},
    {ChatStyle::kChatMl, "chatml", "<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n"},
    {ChatStyle::kQwen3, "qwen3", "<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"},
}};

// SHA-256 of tokenizer.chat_template of SmolLM2-135M-Instruct.
constexpr std::string_view kSmolLm2ChatTemplate = "872be49dbb638044ad01b60388f48d469ff2980e5f0dccdc22ec907db54d0788";

const StyleText& TextOf(ChatStyle style) { return kStyles[static_cast<std::size_t>(style)]; }

}  // namespace

Result<PromptTemplate> PromptTemplate::Parse(std::string_view text) {
  PAW_TRY(CheckText(text, kTemplateBytesMax, "the prompt template"));
  const std::size_t count = CountOf(text, kInputPlaceholder);
  if (count != 1) {
    return Refused("reading a prompt template: found " + std::string(kInputPlaceholder) + " " + std::to_string(count) +
                   " times, expected once");
  }
  return PromptTemplate(std::string(text), text.find(kInputPlaceholder));
}

Status CheckNumberedTemplate(std::string_view text) {
  PAW_TRY(CheckText(text, kTemplateBytesMax, "the prompt template"));
  constexpr std::string_view kOpen = "{INPUT_";
  constexpr std::size_t kSlotsMax = 1000;
  std::set<std::size_t> slots;
  for (std::size_t at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen, at + 1)) {
    const std::string_view rest = text.substr(at + kOpen.size());
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const bool number = digits > 0 && digits <= 4 && (digits == 1 || rest[0] != '0');
    if (!number || digits == rest.size() || rest[digits] != '}') continue;  // plain text, as the official reader sees it
    std::size_t slot = 0;
    for (const char digit : rest.substr(0, digits)) slot = slot * 10 + static_cast<std::size_t>(digit - '0');
    slots.insert(slot);
  }
  if (!slots.empty() && (*slots.rbegin() + 1 != slots.size() || slots.size() > kSlotsMax)) {
    return Refused("reading a prompt template: found " + std::to_string(slots.size()) + " numbered inputs up to {INPUT_" +
                   std::to_string(*slots.rbegin()) + "}, expected all numbers from 0");
  }
  return Ok();
}

std::string_view ChatStyleName(ChatStyle style) { return TextOf(style).name; }

Result<ChatStyle> ParseChatStyle(std::string_view name) {
  for (const StyleText& known : kStyles) {
    if (known.name == name) return known.style;
  }
  return Usage("choosing a chat style: found " + Quoted(name) + ", expected plain, chatml or qwen3");
}

std::optional<ChatStyle> KnownChatStyle(std::string_view architecture, std::string_view chat_template) {
  if (architecture == "gpt2" && chat_template.empty()) return ChatStyle::kPlain;
  if (architecture == "llama" && Sha256Hex(chat_template) == kSmolLm2ChatTemplate) return ChatStyle::kChatMl;
  return std::nullopt;
}

Result<PromptTemplate> UserTurn(ChatStyle style) {
  const StyleText& wrapper = TextOf(style);
  return PromptTemplate::Parse(std::string(wrapper.before).append(kInputPlaceholder).append(wrapper.after));
}

Result<PromptTemplate> RenderTemplate(std::string_view pseudo_program, ChatStyle style) {
  const StyleText& wrapper = TextOf(style);
  std::string text(wrapper.before);
  if (!pseudo_program.empty()) text.append(pseudo_program).append("\n\n");
  text.append("[INPUT]\n").append(kInputPlaceholder).append("\n[END_INPUT]").append(wrapper.after);
  return PromptTemplate::Parse(text);
}

Result<PromptTemplate> RenderSpecTemplate(std::string_view spec, ChatStyle style) {
  const StyleText& wrapper = TextOf(style);
  std::string text(wrapper.before);
  if (!spec.empty()) text.append(spec).append("\n\n");
  text.append("Input:\n").append(kInputPlaceholder);
  text.append(style == ChatStyle::kPlain ? "\nOutput:" : wrapper.after);
  return PromptTemplate::Parse(text);
}

}  // namespace paw
