#include "pseudo/form.h"

#include <algorithm>

#include "base/text.h"
#include "prompt/template.h"
#include "spec/pairs.h"

namespace paw {
namespace {

constexpr std::string_view kTask = "Task:";
constexpr std::string_view kExamples = "\nExamples:";
constexpr std::string_view kInput = "\nInput:";

// Lines as one paragraph.
std::string Paragraph(std::string_view text) {
  std::string paragraph;
  for (const std::string_view line : SplitLines(text)) {
    const std::string_view words = Trim(line);
    if (words.empty()) continue;
    if (!paragraph.empty()) paragraph += ' ';
    paragraph += words;
  }
  return paragraph;
}

}  // namespace

std::string RenderForm(const PseudoForm& form) {
  std::string text(kPseudoOpen);
  text.append("\nTask: ").append(form.task).append("\n");
  if (!form.demonstrations.empty()) text += "\nExamples:\n";
  for (std::size_t i = 0; i < form.demonstrations.size(); ++i) {
    if (i > 0) text += '\n';
    text.append("Input: ").append(form.demonstrations[i].input).append("\nOutput: ").append(form.demonstrations[i].output).append("\n");
  }
  return text.append(kPseudoClose);
}

Result<PseudoForm> ParseForm(std::string_view text) {
  const std::size_t close = text.rfind(kPseudoClose);
  if (close == std::string_view::npos) {
    return Refused("reading a pseudo-program: found " + std::to_string(text.size()) + " bytes without " + std::string(kPseudoClose) +
                   ", expected it at the end");
  }
  const std::size_t open = text.substr(0, close).rfind(kPseudoOpen);
  if (open == std::string_view::npos) {
    return Refused("reading a pseudo-program: found " + std::string(kPseudoClose) + " without " + std::string(kPseudoOpen) +
                   " before it, expected both");
  }
  std::string inner = "\n" + std::string(Trim(text.substr(open + kPseudoOpen.size(), close - open - kPseudoOpen.size()))) + "\n";
  const std::size_t end = std::min({inner.find(kExamples), inner.find(kInput), inner.size()});
  PseudoForm form;
  std::string_view task = Trim(std::string_view(inner).substr(0, end));
  if (task.starts_with(kTask)) task.remove_prefix(kTask.size());
  form.task = Paragraph(task);
  if (form.task.empty()) return Refused("reading a pseudo-program: found no text before its examples, expected a line \"Task: ...\"");
  // The heading makes one pair count too.
  const std::size_t first = inner.find(kInput, end == inner.size() ? end : 0);
  if (first != std::string::npos) form.demonstrations = ExtractPairs("Examples:" + inner.substr(first)).examples;
  return form;
}

std::string WithoutMarkers(std::string text, const FindSpecialFn& find_special) {
  for (const std::string_view marker : kPromptMarkers) text = ReplaceAll(text, marker, marker.substr(1, marker.size() - 2));
  text = ReplaceAll(text, kInputPlaceholder, "{INPUT}");
  std::string harmless;
  std::string_view rest = text;
  for (std::size_t at = find_special(rest); at != std::string_view::npos; at = find_special(rest)) {
    harmless.append(rest.substr(0, at + 1)).append(" ");
    rest.remove_prefix(at + 1);
  }
  return harmless.append(rest);
}

std::string LabelSentence(const std::vector<std::string>& labels) { return "Return ONLY one of: " + Join(labels, ", ") + "."; }

std::string LongestPrefix(const std::string& text, const std::function<bool(const std::string&)>& fits) {
  std::vector<std::size_t> ends;  // of words
  for (std::size_t i = 1; i <= text.size(); ++i) {
    if ((i == text.size() || text[i] == ' ') && text[i - 1] != ' ') ends.push_back(i);
  }
  std::size_t low = 0;  // words that fit
  std::size_t high = ends.size();
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    if (fits(text.substr(0, ends[middle - 1]))) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low == 0 ? std::string() : text.substr(0, ends[low - 1]);
}

}  // namespace paw
