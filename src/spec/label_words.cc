#include "spec/label_words.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "spec/label_text.h"
#include "spec/sentences.h"

namespace paw {
namespace {

constexpr std::size_t kMeaningBytesMax = 160;

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

// "- ", "* ", "1. " and quotes before the first word of a line.
std::string_view WithoutBullet(std::string_view line) {
  line = Trim(line);
  const std::size_t digits = line.find_first_not_of("0123456789");
  if (digits != std::string_view::npos && digits > 0 && (line[digits] == '.' || line[digits] == ')')) line.remove_prefix(digits + 1);
  while (!line.empty() && std::string_view("-*\"'` ").find(line.front()) != std::string_view::npos) line.remove_prefix(1);
  return line;
}

// The rest of a line that begins with a label and a colon or dash; empty for any other.
std::string_view MeaningIn(std::string_view line, std::string_view label) {
  std::string_view rest = WithoutBullet(line);
  if (!rest.starts_with(label)) return {};
  rest.remove_prefix(label.size());
  while (!rest.empty() && std::string_view("*\"'`").find(rest.front()) != std::string_view::npos) rest.remove_prefix(1);
  for (const std::string_view mark : {":", " - ", " – ", " — ", " = "}) {
    if (rest.starts_with(mark)) return Trim(rest.substr(mark.size()));
  }
  return {};
}

bool SaysWhatToReturn(std::string_view lower) {
  constexpr std::array kWords = {"return", "output", "answer",      "respond",     "reply",
                                 "input:", "choose", "use exactly", "only one of", "examples:"};
  return std::any_of(kWords.begin(), kWords.end(), [lower](std::string_view word) { return lower.starts_with(word); });
}

std::size_t LabelsNamed(std::string_view lower, const LabelSet& labels) {
  return static_cast<std::size_t>(std::count_if(labels.begin(), labels.end(), [lower](const std::string& label) {
    return FindWord(lower, LowerAscii(label)) != std::string_view::npos;
  }));
}

}  // namespace

std::string LabelWords(std::string_view label) {
  std::string words;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const char c = label[i];
    const bool hump = i > 0 && IsUpper(c) && IsLower(label[i - 1]);
    if (hump) words += ' ';
    if (c == '_' || c == '-' || c == ' ') {
      if (!words.ends_with(' ')) words += ' ';
    } else {
      words += hump ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  std::string_view trimmed = Trim(words);
  while (!trimmed.empty() && std::string_view("?!.,:;").find(trimmed.back()) != std::string_view::npos) trimmed.remove_suffix(1);
  return trimmed.empty() ? std::string(label) : std::string(trimmed);
}

std::string LabelMeaning(std::string_view body, std::string_view label) {
  for (const std::string_view line : SplitLines(body)) {
    std::string_view meaning = MeaningIn(line, label);
    if (meaning.size() > kMeaningBytesMax) meaning = meaning.substr(0, meaning.find_first_of(",;.(", kMeaningBytesMax / 2));
    if (!meaning.empty() && meaning.size() <= 2 * kMeaningBytesMax) return std::string(Trim(meaning));
  }
  return {};
}

std::string SubjectOf(std::string_view body, const LabelSet& labels, std::size_t bytes_max) {
  std::string subject;
  for (const std::string_view line : SplitLines(body)) {
    const bool explains =
        std::any_of(labels.begin(), labels.end(), [line](const std::string& label) { return !MeaningIn(line, label).empty(); });
    if (explains) continue;
    for (const std::string_view sentence : SentencesOf(line)) {
      const std::string lower = LowerAscii(Trim(sentence));
      if (lower.empty() || SaysWhatToReturn(lower) || LabelsNamed(lower, labels) > 1) continue;
      if (subject.size() + sentence.size() >= bytes_max) return subject;
      if (!subject.empty()) subject += ' ';
      subject += Trim(sentence);
    }
  }
  return subject;
}

}  // namespace paw
