#include "lm/llamacpp/tree.h"

#include <algorithm>

namespace paw::llamacpp {

std::vector<std::int32_t> TreeDepths(std::span<const std::int32_t> parents) {
  std::vector<std::int32_t> depths;
  depths.reserve(parents.size());
  for (const std::int32_t parent : parents) depths.push_back(parent < 0 ? 1 : depths[static_cast<std::size_t>(parent)] + 1);
  return depths;
}

std::vector<TreePass> PlanTree(std::span<const std::int32_t> parents, std::int32_t leaves_max) {
  const std::vector<std::int32_t> depths = TreeDepths(parents);
  std::vector<bool> inner(parents.size(), false);
  for (const std::int32_t parent : parents) {
    if (parent >= 0) inner[static_cast<std::size_t>(parent)] = true;
  }
  std::vector<std::int32_t> leaves;
  for (std::size_t i = 0; i < parents.size(); ++i) {
    if (!inner[i]) leaves.push_back(static_cast<std::int32_t>(i));
  }
  std::vector<TreePass> passes;
  for (std::size_t first = 0; first < leaves.size(); first += static_cast<std::size_t>(leaves_max)) {
    const std::size_t end = std::min(leaves.size(), first + static_cast<std::size_t>(leaves_max));
    std::vector<std::vector<std::int32_t>> below(parents.size());  // leaves of this pass below each token
    for (std::size_t leaf = first; leaf < end; ++leaf) {
      for (std::int32_t at = leaves[leaf]; at >= 0; at = parents[static_cast<std::size_t>(at)]) {
        below[static_cast<std::size_t>(at)].push_back(static_cast<std::int32_t>(leaf - first));
      }
    }
    TreePass pass;
    pass.leaves = static_cast<std::int32_t>(end - first);
    for (std::size_t i = 0; i < parents.size(); ++i) {
      if (!below[i].empty()) pass.tokens.push_back({static_cast<std::int32_t>(i), depths[i] - 1, std::move(below[i])});
    }
    passes.push_back(std::move(pass));
  }
  return passes;
}

}  // namespace paw::llamacpp
