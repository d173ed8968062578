#include "decode/label_trie.h"

#include <algorithm>
#include <map>

namespace paw {
namespace {

Status CheckLabel(std::size_t index, const std::vector<TokenId>& tokens, TokenId eos) {
  const std::string what = "building the label trie: label " + std::to_string(index);
  if (tokens.size() > LabelTrie::kLabelTokensMax) {
    return Refused(what + ": found " + std::to_string(tokens.size()) + " tokens, expected at most " +
                   std::to_string(LabelTrie::kLabelTokensMax));
  }
  for (TokenId token : tokens) {
    if (token == eos) return Refused(what + ": found the end token " + std::to_string(eos) + " inside, expected it only at the end");
    if (token < 0) return Refused(what + ": found token " + std::to_string(token) + ", expected none below 0");
  }
  return Ok();
}

}  // namespace

Result<LabelTrie> LabelTrie::Build(std::span<const std::vector<TokenId>> labels, TokenId eos) {
  if (labels.empty()) return Refused("building the label trie: found no labels, expected at least one");
  if (labels.size() > kLabelsMax) {
    return Refused("building the label trie: found " + std::to_string(labels.size()) + " labels, expected at most " +
                   std::to_string(kLabelsMax));
  }
  LabelTrie trie;
  trie.eos_ = eos;
  trie.nodes_.emplace_back();
  std::vector<std::map<TokenId, NodeId>> edges(1);  // by node; a map keeps the children in order of token
  const auto step = [&](NodeId from, TokenId token) {
    if (auto found = edges[from].find(token); found != edges[from].end()) return found->second;
    const NodeId node = static_cast<NodeId>(trie.nodes_.size());
    trie.nodes_.push_back({.parent = from, .token = token, .depth = trie.nodes_[from].depth + 1});
    edges[from].emplace(token, node);
    edges.emplace_back();
    return node;
  };
  for (std::size_t i = 0; i < labels.size(); ++i) {
    PAW_TRY(CheckLabel(i, labels[i], eos));
    NodeId node = kRoot;
    for (TokenId token : labels[i]) node = step(node, token);
    node = step(node, eos);
    if (trie.nodes_[node].label >= 0) {
      return Refused("building the label trie: labels " + std::to_string(trie.nodes_[node].label) + " and " + std::to_string(i) +
                     " have the same tokens, expected all labels to differ");
    }
    trie.nodes_[node].label = static_cast<std::int32_t>(i);
    trie.leaf_of_.push_back(node);
  }
  for (std::size_t node = 0; node < trie.nodes_.size(); ++node) {
    trie.nodes_[node].child_begin = static_cast<std::int32_t>(trie.children_.size());
    trie.nodes_[node].child_count = static_cast<std::int32_t>(edges[node].size());
    for (const auto& [token, child] : edges[node]) {
      trie.children_.push_back(child);
      trie.child_tokens_.push_back(token);
    }
  }
  return trie;
}

std::span<const LabelTrie::NodeId> LabelTrie::children(NodeId node) const {
  return std::span(children_).subspan(nodes_[node].child_begin, nodes_[node].child_count);
}

std::span<const TokenId> LabelTrie::child_tokens(NodeId node) const {
  return std::span(child_tokens_).subspan(nodes_[node].child_begin, nodes_[node].child_count);
}

LabelTrie::NodeId LabelTrie::NextDecision(NodeId node) const {
  while (nodes_[node].child_count == 1) node = children_[nodes_[node].child_begin];
  return node;
}

std::vector<TokenId> LabelTrie::TokensBetween(NodeId ancestor, NodeId node) const {
  std::vector<TokenId> tokens;
  for (; node != ancestor && node != kNoNode; node = nodes_[node].parent) tokens.push_back(nodes_[node].token);
  std::reverse(tokens.begin(), tokens.end());
  return tokens;
}

std::vector<std::span<const TokenId>> LabelTrie::BranchesOf(std::size_t label_index) const {
  std::vector<std::span<const TokenId>> branches;
  for (NodeId node = nodes_[leaf_of_[label_index]].parent; node != kNoNode; node = nodes_[node].parent) {
    branches.push_back(branching(node) ? child_tokens(node) : std::span<const TokenId>());
  }
  std::reverse(branches.begin(), branches.end());
  return branches;
}

}  // namespace paw
