// PseudoForm: the parts of a pseudo-program's text, and the text of the parts. Inside pseudo/ only.
//
//   [PSEUDO_PROGRAM]
//   Task: <one paragraph>
//
//   Examples:
//   Input: ...
//   Output: ...
//   [END_PSEUDO_PROGRAM]
//
// Thread rule: plain values and pure functions. Errors: ParseForm refuses a text without both markers or without a task.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "paw/status.h"
#include "spec/examples.h"

namespace paw {

inline constexpr std::string_view kPseudoOpen = "[PSEUDO_PROGRAM]";
inline constexpr std::string_view kPseudoClose = "[END_PSEUDO_PROGRAM]";
// Markers of the prompt itself; a demonstration that holds one is not shown, a spec that holds one loses its brackets.
inline constexpr std::array<std::string_view, 4> kPromptMarkers = {kPseudoOpen, kPseudoClose, "[INPUT]", "[END_INPUT]"};

struct PseudoForm {
  std::string task;                     // without "Task: "
  std::vector<Example> demonstrations;  // inputs and outputs without blanks at their ends
};

std::string RenderForm(const PseudoForm& form);

// The last program in `text`: what a language model says before and after it is left out. Lines of the task become one paragraph.
Result<PseudoForm> ParseForm(std::string_view text);

// Offset of the first special-token text, npos when there is none (Tokenizer::FindSpecial).
using FindSpecialFn = std::function<std::size_t(std::string_view)>;

// The text with nothing in it that the prompt or the tokenizer would take for its own.
std::string WithoutMarkers(std::string text, const FindSpecialFn& find_special);

// What tells the labels to an interpreter whose task does not name them all.
std::string LabelSentence(const std::vector<std::string>& labels);

// As many whole words as keep fits(prefix) true.
std::string LongestPrefix(const std::string& text, const std::function<bool(const std::string&)>& fits);

}  // namespace paw
