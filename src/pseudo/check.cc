// CheckPseudoProgram: what a pseudo-program must keep to, whoever wrote it.
#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/text.h"
#include "prompt/template.h"
#include "pseudo/form.h"
#include "pseudo/pseudo_program.h"
#include "spec/pairs.h"

namespace paw {
namespace {

constexpr std::size_t kLabelsNamedInFinding = 5;

void CheckForm(std::string_view text, std::vector<Finding>* findings) {
  const auto report = [&](const std::string& message) { findings->push_back({FindingKind::kMarkers, "pseudo-program: " + message}); };
  if (CountOf(text, kPseudoOpen) != 1 || !text.starts_with(kPseudoOpen)) report("expected [PSEUDO_PROGRAM] once, at the beginning");
  if (CountOf(text, kPseudoClose) != 1 || !Trim(text).ends_with(kPseudoClose)) report("expected [END_PSEUDO_PROGRAM] once, at the end");
  if (text.find("\nTask: ") == std::string_view::npos) report("expected a line that begins with \"Task: \"");
}

void CheckLabels(std::string_view text, const OutputContract& contract, std::vector<Finding>* findings) {
  std::vector<std::string> missing;
  for (const std::string& label : contract.labels) {
    if (text.find(label) == std::string_view::npos) missing.push_back(label);
  }
  if (missing.empty()) return;
  const std::size_t count = missing.size();
  missing.resize(std::min(count, kLabelsNamedInFinding));
  findings->push_back({FindingKind::kLabelMissing, "pseudo-program: found no mention of " + std::to_string(count) + " of " +
                                                       std::to_string(contract.labels.size()) + " labels (" + Join(missing, ", ") +
                                                       (count > missing.size() ? ", ..." : "") + "), expected all"});
}

void CheckDemonstrations(std::string_view text, const OutputContract& contract, std::span<const Example> examples,
                         std::vector<Finding>* findings) {
  std::string inner(text);
  inner = ReplaceAll(inner, kPseudoClose, "");
  inner = ReplaceAll(inner, kPseudoOpen, "");
  std::unordered_map<std::string_view, const Example*> given;
  for (const Example& example : examples) given.try_emplace(example.input, &example);
  for (const Example& shown : ExtractPairs(inner).examples) {
    const auto known = given.find(shown.input);
    if (known != given.end() && known->second->output != shown.output) {
      const std::string found = Quoted(shown.input, 60) + " with output " + Quoted(shown.output, 60);
      const std::string expected = Quoted(known->second->output, 60) + " as at " + WhereOf(*known->second);
      findings->push_back({FindingKind::kContradiction, "pseudo-program: found the demonstration " + found + ", expected " + expected});
    }
    if (!contract.labels.empty() && std::find(contract.labels.begin(), contract.labels.end(), shown.output) == contract.labels.end()) {
      findings->push_back({FindingKind::kLabelInvented, "pseudo-program: found a demonstration with output " + Quoted(shown.output, 60) +
                                                            ", expected one of the " + std::to_string(contract.labels.size()) + " labels"});
    }
  }
}

}  // namespace

std::vector<Finding> CheckPseudoProgram(std::string_view text, const OutputContract& contract, std::span<const Example> examples,
                                        const PseudoOptions& options) {
  std::vector<Finding> findings;
  CheckForm(text, &findings);
  if (options.count_tokens) {
    if (const std::size_t tokens = options.count_tokens(text); tokens > options.tokens_max) {
      findings.push_back({FindingKind::kLength, "pseudo-program: found " + std::to_string(tokens) + " tokens, expected at most " +
                                                    std::to_string(options.tokens_max)});
    }
  }
  if (options.find_special && options.find_special(text) != std::string_view::npos) {
    findings.push_back({FindingKind::kSpecialText, "pseudo-program: found special-token text at offset " +
                                                       std::to_string(options.find_special(text)) + ", expected none"});
  }
  if (text.find(kInputPlaceholder) != std::string_view::npos) {
    findings.push_back({FindingKind::kPlaceholder, "pseudo-program: found " + std::string(kInputPlaceholder) + ", expected none"});
  }
  CheckLabels(text, contract, &findings);
  CheckDemonstrations(text, contract, examples, &findings);
  return findings;
}

}  // namespace paw
