// LabelSearch: the most probable label of a closed set, exactly, for many inputs at once; and the distribution over all labels.
//
// P(label) = product over the branching nodes of its path of softmax(logits of the allowed children / temperature + offsets).
// Temperature 1 without offsets is the model's own; fitted ones (calibration.h, label_prior.h) are part of the program, so that the
// answer is always the most probable label of the distribution that is reported, and P(answer) needs nothing but the answer's own path.
//
// Two ways, the same arithmetic at every node:
//   best first   each input evaluates the open node of highest probability; the first leaf that comes out on top is the answer, since no
//                open node can lead to a likelier one. The open nodes of all inputs advance together in one Forward.
//   all labels   one tree row an input holds every inner node that leads to a branching one.
// Where an engine gives a tree row the bits of the same tokens in a chain (native, reference: lm.h) both ways give the same numbers and
// so the same answer. For an engine that does not, ask for all labels always.
// Ties go to the label that comes first.
//
// Thread rule: LabelSearch is const; Run uses the caller's Context. Sequences made by Run are dropped before it returns, also on error.
// Errors: what Forward says; kInternal for a logit that is not finite; kUsage for a row without tokens or another number of offsets.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "decode/label_trie.h"
#include "lm/lm.h"
#include "paw/status.h"

namespace paw {

struct LabelRow {
  SequenceId prefix = -1;  // holds the evaluated prompt prefix; not changed
  AdapterId adapter = kNoAdapter;
  std::span<const TokenId> tokens;  // the prompt after the prefix; not empty
};

struct LabelSearchOptions {
  bool all_labels = false;               // fill LabelAnswer::log_probabilities
  double temperature = 1.0;              // of every branch
  std::span<const double> offsets = {};  // (edges of the trie) added at branching nodes; empty: none
};

struct LabelAnswer {
  std::int32_t label = -1;
  double log_probability = 0;             // of `label`
  std::vector<double> log_probabilities;  // (labels)
};

class LabelSearch {
 public:
  explicit LabelSearch(std::shared_ptr<const LabelTrie> trie);

  const LabelTrie& trie() const { return *trie_; }
  Result<std::vector<LabelAnswer>> Run(Context& context, std::span<const LabelRow> rows, const LabelSearchOptions& options) const;

  // Of every row, (edges of the trie): the logit of each child at branching nodes, zero at others.
  Result<std::vector<std::vector<float>>> BranchLogits(Context& context, std::span<const LabelRow> rows) const;
  // log P of every label from branch logits. The arithmetic of Run.
  std::vector<double> Distribution(std::span<const float> branch_logits, double temperature, std::span<const double> offsets = {}) const;
  // The first label of highest probability.
  static std::int32_t Best(std::span<const double> log_probabilities);

 private:
  struct TreePlan {
    std::vector<TokenId> tokens;           // (n) inner nodes below the first decision that lead to a branching node
    std::vector<std::int32_t> parents;     // (n) index into tokens, -1 = the first decision
    std::vector<LabelTrie::NodeId> nodes;  // (n)
    std::vector<TokenId> logit_ids;        // every token that is a child of a branching node in `nodes`, ascending
  };
  Result<std::vector<LabelAnswer>> RunBestFirst(Context& context, std::span<const LabelRow> rows, const LabelSearchOptions& options) const;
  Result<std::vector<LabelAnswer>> RunAll(Context& context, std::span<const LabelRow> rows, const LabelSearchOptions& options) const;
  std::vector<TokenId> FirstTokens(const LabelRow& row) const;
  Status TakeTreeLogits(const RowOutput& output, std::span<float> branch_logits) const;

  std::shared_ptr<const LabelTrie> trie_;
  LabelTrie::NodeId first_decision_;
  TreePlan plan_;
};

}  // namespace paw
