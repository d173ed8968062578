#include "decode/label_prior.h"

#include <algorithm>
#include <cmath>

namespace paw {

std::vector<double> PriorOffsets(const LabelTrie& trie, std::span<const std::vector<float>> branch_logits, double share) {
  std::vector<double> offsets(trie.edge_count(), 0.0);
  if (branch_logits.empty()) return offsets;
  const double weight = -share / static_cast<double>(branch_logits.size());
  for (LabelTrie::NodeId node = 0; node < static_cast<LabelTrie::NodeId>(trie.node_count()); ++node) {
    if (!trie.branching(node)) continue;
    const std::size_t first = trie.first_edge(node), count = trie.children(node).size();
    for (const std::vector<float>& row : branch_logits) {
      const std::span<const float> logits = std::span(row).subspan(first, count);
      const double top = *std::max_element(logits.begin(), logits.end());
      double sum = 0;
      for (const float logit : logits) sum += std::exp(logit - top);
      for (std::size_t i = 0; i < count; ++i) offsets[first + i] += weight * (logits[i] - top - std::log(sum));
    }
  }
  return offsets;
}

}  // namespace paw
