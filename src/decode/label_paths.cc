#include "decode/label_paths.h"

#include <algorithm>
#include <cmath>

#include "decode/sequences.h"

namespace paw {
namespace {

// Every token that is a child of a branching node, ascending.
std::vector<TokenId> BranchTokens(const LabelTrie& trie) {
  std::vector<TokenId> ids;
  for (std::size_t node = 0; node < trie.node_count(); ++node) {
    const auto id = static_cast<LabelTrie::NodeId>(node);
    if (!trie.branching(id)) continue;
    const auto tokens = trie.child_tokens(id);
    ids.insert(ids.end(), tokens.begin(), tokens.end());
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

// `logits` (tokens of the chain, ids): the last `path` positions before each of the label's tokens.
Result<CalibrationRow> TakePath(const LabelTrie& trie, std::int32_t label, std::span<const TokenId> ids, std::span<const float> logits) {
  CalibrationRow taken;
  taken.label = label;
  taken.branch_logits.assign(trie.edge_count(), 0.0f);
  std::size_t position = logits.size() / ids.size();  // one after the position that predicts the child
  for (auto child = trie.leaf(static_cast<std::size_t>(label)); child != LabelTrie::kRoot; child = trie.parent(child)) {
    --position;
    const LabelTrie::NodeId node = trie.parent(child);
    if (!trie.branching(node)) continue;
    const auto tokens = trie.child_tokens(node);
    for (std::size_t c = 0; c < tokens.size(); ++c) {
      const auto column = static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), tokens[c]) - ids.begin());
      const float logit = logits[position * ids.size() + column];
      if (!std::isfinite(logit)) return Internal("reading the logits of a label: found one that is no number, expected finite ones");
      taken.branch_logits[trie.first_edge(node) + c] = logit;
    }
  }
  return taken;
}

}  // namespace

Result<std::vector<CalibrationRow>> ReadLabelPaths(Context& context, const LabelTrie& trie, std::span<const LabelPathRow> rows) {
  const std::vector<TokenId> ids = BranchTokens(trie);
  std::vector<CalibrationRow> taken;
  if (ids.empty()) return taken;
  Sequences sequences(context);
  std::vector<std::vector<TokenId>> chains;
  std::vector<ForwardRow> forward;
  for (const LabelPathRow& row : rows) {
    std::vector<TokenId>& chain = chains.emplace_back(row.row.tokens.begin(), row.row.tokens.end());
    // The last token of label and EOS is only predicted.
    const std::vector<TokenId> label = trie.TokensBetween(LabelTrie::kRoot, trie.leaf(static_cast<std::size_t>(row.label)));
    chain.insert(chain.end(), label.begin(), label.end() - 1);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    forward.push_back(ChainRow(PAW_TRY(sequences.Fork(rows[i].row.prefix)), rows[i].row.adapter, chains[i], ids));
    forward.back().logits = LogitsAt::kAll;
  }
  const std::vector<RowOutput> outputs = PAW_TRY(context.Forward(forward));
  for (std::size_t i = 0; i < rows.size(); ++i) taken.push_back(PAW_TRY(TakePath(trie, rows[i].label, ids, outputs[i].logits)));
  return taken;
}

}  // namespace paw
