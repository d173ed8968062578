#include "pseudo/pseudo_program.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "prompt/template.h"
#include "pseudo/demonstrations.h"
#include "pseudo/form.h"
#include "spec/sentences.h"

namespace paw {
namespace {

constexpr std::size_t kSentencesMax = 256;            // of a spec; each costs one count of tokens
constexpr std::size_t kSentenceBytesMax = 16 * kKiB;  // 500 labels; what is longer cannot fit a prompt
constexpr std::size_t kDemonstrationShare = 40;       // percent of the budget kept for demonstrations while the task is written

Status CheckOptions(const PseudoOptions& options) {
  if (options.count_tokens && options.find_special) return Ok();
  return Usage("writing a pseudo-program: found options without count_tokens or find_special, expected both");
}

// The largest number of bytes up to bytes_max that cuts no character in two.
std::size_t WholeCharacters(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text.size();
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
  return bytes_max;
}

std::size_t LabelsNamed(std::string_view text, const LabelSet& labels) {
  return static_cast<std::size_t>(
      std::count_if(labels.begin(), labels.end(), [&](const std::string& label) { return text.find(label) != std::string_view::npos; }));
}

class Writer {
 public:
  Writer(const Spec& spec, const OutputContract& contract, std::span<const Example> examples, const PseudoOptions& options)
      : contract_(contract), examples_(examples), options_(options) {
    for (const std::string_view line : SplitLines(spec.body)) {
      for (const std::string_view sentence : SentencesOf(Trim(line))) {
        if (sentences_.size() == kSentencesMax) break;
        sentences_.push_back(
            WithoutMarkers(std::string(Trim(sentence.substr(0, WholeCharacters(sentence, kSentenceBytesMax)))), options.find_special));
      }
    }
    // Labels that only the examples know are told at the end.
    if (!contract.labels.empty() && LabelsNamed(Join(sentences_, " "), contract.labels) < contract.labels.size()) {
      sentences_.push_back(WithoutMarkers(LabelSentence(contract.labels), options.find_special));
    }
    if (sentences_.empty()) sentences_.push_back("Answer as in the examples.");
    taken_.assign(sentences_.size(), false);
  }

  std::string Write() {
    const std::size_t reserve = examples_.empty() ? 0 : options_.tokens_max * kDemonstrationShare / 100;
    budget_ = BudgetFor(reserve);
    TakeSentences(budget_ - reserve);
    TakeDemonstrations();
    if (reserve > 0) TakeSentences(budget_);
    return RenderForm({Task(), demonstrations_});
  }
  std::size_t budget() const { return budget_; }

 private:
  std::size_t Tokens(const std::string& task) const { return options_.count_tokens(RenderForm({task, demonstrations_})); }

  std::string Task() const {
    std::string task;
    for (std::size_t i = 0; i < sentences_.size(); ++i) {
      if (!taken_[i]) continue;
      if (!task.empty()) task += ' ';
      task += sentences_[i];
    }
    return task.empty() ? first_cut_ : task;
  }

  // The sentence that names the most labels; 0 when none names any.
  std::size_t SentenceOfLabels() const {
    std::size_t best = 0;
    std::size_t most = LabelsNamed(sentences_[0], contract_.labels);
    for (std::size_t i = 1; i < sentences_.size(); ++i) {
      const std::size_t named = LabelsNamed(sentences_[i], contract_.labels);
      if (named > most) {
        best = i;
        most = named;
      }
    }
    return best;
  }

  // tokens_max, or what the task with all labels and the room for demonstrations needs, up to label_tokens_max.
  std::size_t BudgetFor(std::size_t reserve) const {
    if (contract_.labels.empty()) return options_.tokens_max;
    const std::size_t labels = SentenceOfLabels();
    const std::size_t task = Tokens(labels == 0 ? sentences_[0] : sentences_[0] + " " + sentences_[labels]);
    if (task > options_.label_tokens_max) return options_.tokens_max;
    return std::max(options_.tokens_max, std::min(task + reserve, options_.label_tokens_max));
  }

  bool Take(std::size_t sentence, std::size_t budget) {
    taken_[sentence] = true;
    if (Tokens(Task()) <= budget) return true;
    taken_[sentence] = false;
    return false;
  }

  // The first sentence, then the one that names the most labels, then the others in order while they fit.
  void TakeSentences(std::size_t budget) {
    if (!taken_[0] && first_cut_.empty() && !Take(0, budget)) {
      first_cut_ = LongestPrefix(sentences_[0], [&](const std::string& cut) { return Tokens(cut) <= budget; });
    }
    if (const std::size_t labels = SentenceOfLabels(); !taken_[labels] && !contract_.labels.empty()) Take(labels, budget_);
    for (std::size_t i = 0; i < sentences_.size(); ++i) {
      if (!taken_[i]) Take(i, budget);
    }
  }

  bool MayShow(const Example& example) const {
    if (example.input.size() + example.output.size() > kOutputBytesMax || example.output.find("\n\n") != std::string::npos) return false;
    for (const std::string* text : {&example.input, &example.output}) {
      if (Trim(*text) != *text) return false;  // the form cannot show blanks at the ends
      if (text->find(kInputPlaceholder) != std::string::npos) return false;
      for (const std::string_view marker : kPromptMarkers) {
        if (text->find(marker) != std::string::npos) return false;
      }
      for (const std::string_view line : SplitLines(*text)) {
        const std::string lower = LowerAscii(line.substr(0, 7));
        if (lower.starts_with("input:") || lower.starts_with("output:")) return false;
      }
      if (options_.find_special(*text) != std::string_view::npos) return false;
    }
    return true;
  }

  void TakeDemonstrations() {
    for (const std::size_t row : ChooseDemonstrations(examples_, contract_, [this](const Example& e) { return MayShow(e); })) {
      if (demonstrations_.size() >= options_.demonstrations_max) return;
      demonstrations_.push_back(examples_[row]);
      if (Tokens(Task()) > budget_) demonstrations_.pop_back();
    }
  }

  const OutputContract& contract_;
  std::span<const Example> examples_;
  const PseudoOptions& options_;
  std::size_t budget_ = 0;
  std::vector<std::string> sentences_;  // of the task
  std::vector<bool> taken_;
  std::string first_cut_;  // the beginning of a first sentence that does not fit
  std::vector<Example> demonstrations_;
};

}  // namespace

Result<PseudoProgram> WriteTemplatePseudo(const Spec& spec, const OutputContract& contract, std::span<const Example> examples,
                                          const PseudoOptions& options) {
  PAW_TRY(CheckOptions(options));
  PseudoProgram program;
  Writer writer(spec, contract, examples, options);
  program.text = writer.Write();
  PseudoOptions written_to = options;
  written_to.tokens_max = program.tokens_max = writer.budget();
  for (Finding& finding : CheckPseudoProgram(program.text, contract, examples, written_to)) {
    program.findings.push_back(std::move(finding.message));
  }
  return program;
}

}  // namespace paw
