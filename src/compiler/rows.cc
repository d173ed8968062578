#include "compiler/rows.h"

#include <algorithm>
#include <map>
#include <utility>

namespace paw {
namespace {

// `after_input`: tokens that stand between an input and the output.
Result<TrainingRow> BuildRow(const PreparedTemplate& prepared, const Example& example, std::int32_t after_input) {
  TrainingRow row;
  row.tokens = PAW_TRY(TokenizeRow(prepared, example.input));
  row.output = PAW_TRY(TokenizeOutput(prepared.tokenizer(), example.output));
  row.output_begin = static_cast<std::int32_t>(row.tokens.size());
  row.input_tokens = std::max(0, row.output_begin - after_input);
  row.tokens.insert(row.tokens.end(), row.output.begin(), row.output.end() - 1);
  return row;
}

}  // namespace

Result<PromptTemplate> LayoutTemplate(std::string_view layout, std::string_view pseudo_program, ChatStyle style) {
  if (layout == "contract") return RenderTemplate(pseudo_program, style);
  if (layout == "spec") return RenderSpecTemplate(pseudo_program, style);
  if (layout != "chat" && layout != "end") {
    return Usage("training setting tail: found " + std::string(layout) + ", expected contract, spec, chat or end");
  }
  if (style == ChatStyle::kPlain) return PromptTemplate::Parse(std::string(kInputPlaceholder) + "\n[END_INPUT]\n");
  if (layout == "end") return PromptTemplate::Parse(std::string(kInputPlaceholder) + "<|im_end|>\n");
  return UserTurn(style);
}

Result<RowsReport> BuildTrainingSet(const PreparedTemplate& prepared, const std::vector<Example>& examples,
                                    const std::vector<std::string>& labels, const LabelTrie* trie, std::int32_t tokens_max) {
  RowsReport report;
  report.set.prefix = prepared.prefix();
  std::map<std::string, std::int32_t, std::less<>> label_index;
  for (std::size_t i = 0; i < labels.size(); ++i) label_index[labels[i]] = static_cast<std::int32_t>(i);
  if (trie != nullptr) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      auto& nodes = report.set.branches.emplace_back();
      for (std::span<const TokenId> allowed : trie->BranchesOf(i)) nodes.emplace_back(allowed.begin(), allowed.end());
    }
  }
  const auto after_input = static_cast<std::int32_t>(PAW_TRY(TokenizeRow(prepared, "")).size());
  for (const Example& example : examples) {
    TrainingRow row = PAW_TRY(BuildRow(prepared, example, after_input));
    const std::size_t length = report.set.prefix.size() + row.tokens.size();
    if (length > static_cast<std::size_t>(tokens_max)) {
      report.skipped.push_back("examples, " + WhereOf(example) + ": found " + std::to_string(length) + " tokens, expected at most " +
                               std::to_string(tokens_max) + "; not trained on");
      continue;
    }
    if (trie != nullptr) {
      const auto label = label_index.find(example.output);
      if (label == label_index.end()) return Internal("building rows: an output is outside the label set");
      row.label = label->second;
    }
    report.tokens += static_cast<std::int64_t>(row.tokens.size());
    report.set.rows.push_back(std::move(row));
  }
  return report;
}

}  // namespace paw
