#include "decode/label_prior.h"

#include "decode/log_softmax.h"

namespace paw {

std::vector<double> PriorOffsets(const LabelTrie& trie, std::span<const std::vector<float>> branch_logits, double share) {
  std::vector<double> offsets(trie.edge_count(), 0.0);
  if (branch_logits.empty()) return offsets;
  std::vector<double> step;
  const double weight = -share / static_cast<double>(branch_logits.size());
  for (LabelTrie::NodeId node = 0; node < static_cast<LabelTrie::NodeId>(trie.node_count()); ++node) {
    if (!trie.branching(node)) continue;
    const std::size_t first = trie.first_edge(node), count = trie.children(node).size();
    step.resize(count);
    for (const std::vector<float>& row : branch_logits) {
      LogSoftmax(std::span(row).subspan(first, count), 1.0, {}, step);
      for (std::size_t i = 0; i < count; ++i) offsets[first + i] += weight * step[i];
    }
  }
  return offsets;
}

}  // namespace paw
