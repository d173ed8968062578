#include "pseudo/repair.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "pseudo/form.h"

namespace paw {
namespace {

class Repair {
 public:
  Repair(PseudoForm form, const OutputContract& contract, std::span<const Example> examples, const PseudoOptions& options)
      : form_(std::move(form)), contract_(contract), examples_(examples), options_(options) {}

  PseudoProgram Run() {
    Disarm();
    DropWrongDemonstrations();
    NameLabels();
    Fit();
    PseudoProgram program;
    program.text = RenderForm(form_);
    program.findings = std::move(done_);
    program.tokens_max = options_.tokens_max;
    return program;
  }

 private:
  void Disarm() {
    const auto disarm = [&](std::string& text) {
      std::string harmless = WithoutMarkers(text, options_.find_special);
      if (harmless == text) return;
      done_.push_back("pseudo-program: found a marker or special-token text in " + Quoted(text, 60) + ", made it plain text");
      text = std::move(harmless);
    };
    disarm(form_.task);
    for (Example& shown : form_.demonstrations) {
      disarm(shown.input);
      disarm(shown.output);
    }
  }

  void DropWrongDemonstrations() {
    std::unordered_map<std::string_view, std::string_view> given;
    for (const Example& example : examples_) given.try_emplace(example.input, example.output);
    std::erase_if(form_.demonstrations, [&](const Example& shown) {
      const auto known = given.find(shown.input);
      const bool contradicts = known != given.end() && known->second != shown.output;
      const bool invented = !contract_.labels.empty() && !IsLabel(shown.output);
      if (!contradicts && !invented) return false;
      done_.push_back("pseudo-program: removed the demonstration " + Quoted(shown.input, 60) + " with output " + Quoted(shown.output, 60) +
                      (contradicts ? ", which a given example answers with " + Quoted(known->second, 60) : ", which is no label"));
      return true;
    });
  }

  bool IsLabel(const std::string& output) const {
    return std::find(contract_.labels.begin(), contract_.labels.end(), output) != contract_.labels.end();
  }

  void NameLabels() {
    const std::string text = RenderForm(form_);
    std::vector<std::string> missing;
    for (const std::string& label : contract_.labels) {
      if (text.find(label) == std::string::npos) missing.push_back(label);
    }
    if (missing.empty()) return;
    done_.push_back("pseudo-program: put back " + std::to_string(missing.size()) + " of " + std::to_string(contract_.labels.size()) +
                    " labels that it did not name");
    labels_ = " " + WithoutMarkers(LabelSentence(contract_.labels), options_.find_special);
  }

  std::size_t Tokens(const std::string& task) const { return options_.count_tokens(RenderForm({task, form_.demonstrations})); }

  // The sentence of the labels stays whole, and counts against the larger budget that labels may have.
  void Fit() {
    const std::size_t tokens_max = labels_.empty() ? options_.tokens_max : options_.label_tokens_max;
    const std::size_t before = form_.demonstrations.size();
    while (!form_.demonstrations.empty() && Tokens(form_.task + labels_) > tokens_max) form_.demonstrations.pop_back();
    if (form_.demonstrations.size() < before) {
      done_.push_back("pseudo-program: cut at demonstration " + std::to_string(form_.demonstrations.size()) + " of " +
                      std::to_string(before) + " to fit " + std::to_string(tokens_max) + " tokens");
    }
    if (Tokens(form_.task + labels_) > tokens_max) {
      form_.task = LongestPrefix(form_.task, [&](const std::string& cut) { return Tokens(cut + labels_) <= tokens_max; });
      done_.push_back("pseudo-program: cut the task to fit " + std::to_string(tokens_max) + " tokens");
    }
    form_.task += labels_;
    form_.task = std::string(Trim(form_.task));
  }

  PseudoForm form_;
  const OutputContract& contract_;
  std::span<const Example> examples_;
  const PseudoOptions& options_;
  std::string labels_;             // a sentence put behind the task
  std::vector<std::string> done_;  // findings
};

void AddFindings(const OutputContract& contract, std::span<const Example> examples, PseudoOptions options, PseudoProgram& program) {
  options.tokens_max = std::max(options.tokens_max, options.label_tokens_max);
  for (Finding& finding : CheckPseudoProgram(program.text, contract, examples, options)) {
    program.findings.push_back(std::move(finding.message));
  }
}

Status CheckCallbacks(const PseudoOptions& options) {
  if (options.count_tokens && options.find_special) return Ok();
  return Usage("reading a pseudo-program: found options without count_tokens or find_special, expected both");
}

}  // namespace

Result<PseudoProgram> RepairPseudoProgram(std::string_view text, const OutputContract& contract, std::span<const Example> examples,
                                          const PseudoOptions& options) {
  PAW_TRY(CheckCallbacks(options));
  PseudoProgram program = Repair(PAW_TRY(ParseForm(text)), contract, examples, options).Run();
  AddFindings(contract, examples, options, program);
  return program;
}

Result<PseudoProgram> TakePseudoProgram(std::string_view text, const OutputContract& contract, std::span<const Example> examples,
                                        const PseudoOptions& options) {
  PAW_TRY(CheckCallbacks(options));
  PAW_TRY(ParseForm(text));  // refuses what has no markers or no task
  const std::size_t open = text.rfind(kPseudoOpen, text.rfind(kPseudoClose));
  PseudoProgram program;
  program.text = text.substr(open, text.rfind(kPseudoClose) + kPseudoClose.size() - open);
  program.tokens_max = options.tokens_max;
  AddFindings(contract, examples, options, program);
  return program;
}

}  // namespace paw
