#include "tools/train_mapper/spec_rows.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "prompt/label_tokens.h"
#include "prompt/row.h"

namespace paw {

Result<SpecRows> TokenizeSpec(const Tokenizer& tokenizer, const PromptTemplate& prompt, const CorpusSpec& spec, const RowLimits& limits) {
  const PreparedTemplate prepared = PAW_TRY(PreparedTemplate::Create(tokenizer, prompt));
  SpecRows rows;
  rows.prefix = prepared.prefix();
  if (rows.prefix.size() > limits.prefix_tokens_max) {
    return Refused("corpus spec " + Quoted(spec.id) + ": found a prompt of " + std::to_string(rows.prefix.size()) +
                   " tokens, expected at most " + std::to_string(limits.prefix_tokens_max));
  }
  std::optional<LabelTrie> trie;
  if (spec.kind == OutputKind::kLabel && spec.labels.size() > 1) trie.emplace(PAW_TRY(BuildLabelTrie(tokenizer, spec.labels)));
  for (const CorpusPair& pair : spec.pairs) {
    SpecRow row;
    row.tokens = PAW_TRY(TokenizeRow(prepared, pair.input));
    row.output = PAW_TRY(TokenizeOutput(tokenizer, pair.output));
    row.tokens.insert(row.tokens.end(), row.output.begin(), row.output.end() - 1);
    if (row.tokens.size() > limits.row_tokens_max) continue;
    row.branches.resize(row.output.size());
    const auto label = std::find(spec.labels.begin(), spec.labels.end(), pair.output);
    if (trie && label != spec.labels.end()) {
      const auto allowed = trie->BranchesOf(static_cast<std::size_t>(label - spec.labels.begin()));
      for (std::size_t i = 0; i < allowed.size(); ++i) row.branches[i].assign(allowed[i].begin(), allowed[i].end());
    }
    rows.rows.push_back(std::move(row));
  }
  if (rows.rows.empty()) return Refused("corpus spec " + Quoted(spec.id) + ": found no pair that fits, expected one or more");
  return rows;
}

std::vector<TrainTarget> TargetsOf(const SpecRow& row, std::size_t rows, float branch_share) {
  std::vector<TrainTarget> targets(row.output.size());
  const auto branching = std::count_if(row.branches.begin(), row.branches.end(), [](const auto& allowed) { return !allowed.empty(); });
  const float share = branching > 0 ? branch_share : 0.0f, each = 1.0f / static_cast<float>(rows);
  const std::size_t first = row.tokens.size() + 1 - row.output.size();  // tokens[first - 1] predicts the first output token
  for (std::size_t i = 0; i < targets.size(); ++i) {
    TrainTarget& target = targets[i];
    target.position = static_cast<std::int32_t>(first - 1 + i);
    target.token = row.output[i];
    target.weight = each * (1.0f - share) / static_cast<float>(targets.size());
    if (share > 0 && !row.branches[i].empty()) {
      target.branch = row.branches[i];
      target.branch_weight = each * share / static_cast<float>(branching);
    }
  }
  return targets;
}

}  // namespace paw
