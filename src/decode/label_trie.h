// LabelTrie: the token sequences of a closed label set, each ended by EOS, as a tree. Decoding and the trainer's branch loss share it.
//
// The end of a label is a child like any other (token EOS), so "yes" and "yes please" differ at a branching node. A node with one child
// is forced: it costs no decision. P(label) is a product over the branching nodes of its path only (design section 5).
// The empty label "" is allowed: it is EOS alone. Refused: no labels, more than kLabelsMax, two labels with the same tokens, a label
// that holds EOS, a label longer than kLabelTokensMax.
//
// Thread rule: const after Build; share it. Spans point into the trie and live as long as it does.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"
#include "lm/shape.h"
#include "paw/status.h"

namespace paw {

class LabelTrie {
 public:
  static constexpr std::size_t kLabelTokensMax = kLabelBytesMax;
  using NodeId = std::int32_t;
  static constexpr NodeId kRoot = 0;
  static constexpr NodeId kNoNode = -1;

  // labels[i] are the tokens of label i as they follow the prompt, without EOS.
  static Result<LabelTrie> Build(std::span<const std::vector<TokenId>> labels, TokenId eos);

  std::size_t label_count() const { return leaf_of_.size(); }
  std::size_t node_count() const { return nodes_.size(); }
  TokenId eos() const { return eos_; }

  NodeId parent(NodeId node) const { return nodes_[node].parent; }
  TokenId token(NodeId node) const { return nodes_[node].token; }       // the token that leads into the node; -1 at the root
  std::int32_t depth(NodeId node) const { return nodes_[node].depth; }  // tokens from the root
  bool branching(NodeId node) const { return nodes_[node].child_count > 1; }
  // The label that ends here, or -1 for an inner node.
  std::int32_t label(NodeId leaf) const { return nodes_[leaf].label; }
  NodeId leaf(std::size_t label_index) const { return leaf_of_[label_index]; }
  // Children in ascending order of token, and their tokens.
  std::span<const NodeId> children(NodeId node) const;
  std::span<const TokenId> child_tokens(NodeId node) const;
  // Edges are numbered so that those of one node are adjacent: child i of `node` is edge first_edge(node) + i.
  std::size_t first_edge(NodeId node) const { return nodes_[node].child_begin; }
  std::size_t edge_count() const { return children_.size(); }

  // Follows forced children from `node` (itself, if it branches) to the first branching node or leaf.
  NodeId NextDecision(NodeId node) const;
  // The tokens after `ancestor` up to and including `node`.
  std::vector<TokenId> TokensBetween(NodeId ancestor, NodeId node) const;

  // For every position of label + EOS: the allowed tokens there if the node branches, else an empty span. Size: tokens of label + 1.
  std::vector<std::span<const TokenId>> BranchesOf(std::size_t label_index) const;

 private:
  struct Node {
    NodeId parent = kNoNode;
    TokenId token = -1;
    std::int32_t depth = 0;
    std::int32_t label = -1;
    std::int32_t child_begin = 0;  // into children_ and child_tokens_
    std::int32_t child_count = 0;
  };
  LabelTrie() = default;

  TokenId eos_ = -1;
  std::vector<Node> nodes_;
  std::vector<NodeId> children_;
  std::vector<TokenId> child_tokens_;
  std::vector<NodeId> leaf_of_;
};

}  // namespace paw
