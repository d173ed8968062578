// PriorOffsets: takes away what a closed-set program thinks of its labels before it has read an input.
//
// A program made from a spec alone leans to some labels whatever the input says. Its mean log-probabilities over inputs that have
// nothing to do with the task show the lean; a share of them is taken off at every branch (label_search.h: offsets), so that the
// distribution stays one and P(answer) a product over the answer's own path. Contextual calibration: Zhao et al. 2021, "Calibrate Before
// Use"; with texts in place of empty inputs, and half of the correction (docs/training.md has the comparison).
//
// Thread rule: a pure function.
#pragma once

#include <span>
#include <vector>

#include "decode/label_trie.h"

namespace paw {

inline constexpr double kPriorShare = 0.5;

// branch_logits: rows of LabelSearch::BranchLogits. (edges of the trie); -share * mean over the rows of log softmax at branching nodes.
std::vector<double> PriorOffsets(const LabelTrie& trie, std::span<const std::vector<float>> branch_logits, double share = kPriorShare);

}  // namespace paw
