// How a tree of tokens becomes a llama.cpp batch: one sequence a leaf, each token belonging to the sequences of the leaves below it.
//
// A token attends to the cells of its first sequence, which are its ancestors and what came before the tree. When a tree has more
// leaves than there are free sequences it runs in several passes, and ancestors shared between passes are computed again.
// Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace paw::llamacpp {

struct TreeToken {
  std::int32_t index = 0;            // into the row's tokens
  std::int32_t depth = 0;            // 0 = directly after the sequence
  std::vector<std::int32_t> leaves;  // 0 .. leaves of this pass - 1, ascending; never empty
};

struct TreePass {
  std::int32_t leaves = 0;
  std::vector<TreeToken> tokens;  // ancestors before descendants
};

// `parents` as in ForwardRow, already checked. leaves_max >= 1.
std::vector<TreePass> PlanTree(std::span<const std::int32_t> parents, std::int32_t leaves_max);

// The depth of every token, 1 for a child of the sequence's end; and so the positions a tree needs at most.
std::vector<std::int32_t> TreeDepths(std::span<const std::int32_t> parents);

}  // namespace paw::llamacpp
