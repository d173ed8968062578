#include "decode/label_search.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <string>

#include "decode/log_softmax.h"
#include "decode/sequences.h"

namespace paw {
namespace {

using NodeId = LabelTrie::NodeId;

// Bounds of one Forward call with tree rows: tokens, and floats of logits that come back.
constexpr std::size_t kTreeTokensMax = 4096;
constexpr std::size_t kTreeLogitsMax = 16u << 20;

Status CheckLogits(std::span<const float> logits, std::size_t expected) {
  if (logits.size() != expected) {
    return Internal("scoring labels: found " + std::to_string(logits.size()) + " logits, expected " + std::to_string(expected));
  }
  for (float value : logits) {
    if (!std::isfinite(value))
      return Internal("scoring labels: found a logit that is not finite, expected finite ones (a damaged adapter?)");
  }
  return Ok();
}

// A decision or leaf that the search may go on with.
struct OpenNode {
  double log_probability = 0;
  NodeId node = LabelTrie::kRoot;
  std::int32_t label = -1;             // of a leaf
  NodeId ancestor = LabelTrie::kRoot;  // the nearest evaluated node above, and the sequence that ends there
  SequenceId sequence = -1;
};

// Order of a priority queue: the likelier on top; at equal probability inner nodes before leaves (they may hide an earlier label of the
// same probability), then the earlier label or node.
struct Below {
  bool operator()(const OpenNode& a, const OpenNode& b) const {
    if (a.log_probability != b.log_probability) return a.log_probability < b.log_probability;
    if ((a.label < 0) != (b.label < 0)) return a.label >= 0;
    return a.label >= 0 ? a.label > b.label : a.node > b.node;
  }
};

// The search of one input.
struct Frontier {
  std::priority_queue<OpenNode, std::vector<OpenNode>, Below> open;
  OpenNode current;             // being evaluated
  std::vector<TokenId> tokens;  // to feed for it
  std::vector<SequenceId> sequences;
  bool done = false;
};

// The part of per-edge numbers that belongs to the children of a node; empty stays empty.
std::span<const double> OfNode(const LabelTrie& trie, NodeId node, std::span<const double> edges) {
  return edges.empty() ? edges : edges.subspan(trie.first_edge(node), trie.children(node).size());
}

void PushChildren(const LabelTrie& trie, std::span<const float> logits, const LabelSearchOptions& options, SequenceId sequence,
                  Frontier& frontier) {
  const NodeId node = frontier.current.node;
  std::vector<double> log_probabilities(logits.size());
  LogSoftmax(logits, options.temperature, OfNode(trie, node, options.offsets), log_probabilities);
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const NodeId next = trie.NextDecision(trie.children(node)[i]);
    frontier.open.push({.log_probability = frontier.current.log_probability + log_probabilities[i],
                        .node = next,
                        .label = trie.label(next),
                        .ancestor = node,
                        .sequence = sequence});
  }
}

}  // namespace

LabelSearch::LabelSearch(std::shared_ptr<const LabelTrie> trie)
    : trie_(std::move(trie)), first_decision_(trie_->NextDecision(LabelTrie::kRoot)) {
  const LabelTrie& t = *trie_;
  // Nodes are numbered parents first, so one pass up and one pass down suffice.
  std::vector<char> leads_to_branch(t.node_count());
  for (NodeId node = static_cast<NodeId>(t.node_count()) - 1; node >= 0; --node) {
    if (t.branching(node)) leads_to_branch[node] = 1;
    if (leads_to_branch[node] && t.parent(node) != LabelTrie::kNoNode) leads_to_branch[t.parent(node)] = 1;
  }
  std::vector<std::int32_t> index(t.node_count(), -1);
  for (NodeId node = 0; node < static_cast<NodeId>(t.node_count()); ++node) {
    if (!leads_to_branch[node] || t.depth(node) <= t.depth(first_decision_)) continue;
    index[node] = static_cast<std::int32_t>(plan_.tokens.size());
    plan_.tokens.push_back(t.token(node));
    plan_.parents.push_back(index[t.parent(node)]);
    plan_.nodes.push_back(node);
    if (t.branching(node)) plan_.logit_ids.insert(plan_.logit_ids.end(), t.child_tokens(node).begin(), t.child_tokens(node).end());
  }
  std::sort(plan_.logit_ids.begin(), plan_.logit_ids.end());
  plan_.logit_ids.erase(std::unique(plan_.logit_ids.begin(), plan_.logit_ids.end()), plan_.logit_ids.end());
}

Result<std::vector<LabelAnswer>> LabelSearch::Run(Context& context, std::span<const LabelRow> rows,
                                                  const LabelSearchOptions& options) const {
  if (!(options.temperature > 0) || !std::isfinite(options.temperature)) {
    return Usage("scoring labels: found temperature " + std::to_string(options.temperature) + ", expected one above 0");
  }
  for (const LabelRow& row : rows) {
    if (row.tokens.empty()) return Usage("scoring labels: found a row without tokens, expected at least one after the prefix");
  }
  if (!options.offsets.empty() && options.offsets.size() != trie_->edge_count()) {
    return Usage("scoring labels: found " + std::to_string(options.offsets.size()) + " offsets, expected one for each of the " +
                 std::to_string(trie_->edge_count()) + " edges");
  }
  if (options.all_labels) return RunAll(context, rows, options);
  return RunBestFirst(context, rows, options);
}

std::vector<TokenId> LabelSearch::FirstTokens(const LabelRow& row) const {
  std::vector<TokenId> tokens(row.tokens.begin(), row.tokens.end());
  const std::vector<TokenId> forced = trie_->TokensBetween(LabelTrie::kRoot, first_decision_);
  tokens.insert(tokens.end(), forced.begin(), forced.end());
  return tokens;
}

Result<std::vector<LabelAnswer>> LabelSearch::RunBestFirst(Context& context, std::span<const LabelRow> rows,
                                                           const LabelSearchOptions& options) const {
  const LabelTrie& trie = *trie_;
  std::vector<LabelAnswer> answers(rows.size());
  std::vector<Frontier> frontiers(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    frontiers[i].open.push({.node = first_decision_, .label = trie.label(first_decision_), .sequence = rows[i].prefix});
  }
  Sequences sequences(context);
  for (bool first = true;; first = false) {
    std::vector<std::size_t> active;
    std::vector<ForwardRow> forward;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Frontier& frontier = frontiers[i];
      if (frontier.done) continue;
      frontier.current = frontier.open.top();
      frontier.open.pop();
      if (frontier.current.label >= 0) {
        answers[i].label = frontier.current.label;
        answers[i].log_probability = frontier.current.log_probability;
        frontier.done = true;
        for (SequenceId id : frontier.sequences) sequences.Drop(id);
        continue;
      }
      frontier.tokens = first ? FirstTokens(rows[i]) : trie.TokensBetween(frontier.current.ancestor, frontier.current.node);
      frontier.sequences.push_back(PAW_TRY(sequences.Fork(frontier.current.sequence)));
      active.push_back(i);
      forward.push_back(ChainRow(frontier.sequences.back(), rows[i].adapter, frontier.tokens, trie.child_tokens(frontier.current.node)));
    }
    if (active.empty()) return answers;
    const std::vector<RowOutput> outputs = PAW_TRY(context.Forward(forward));
    for (std::size_t k = 0; k < active.size(); ++k) {
      Frontier& frontier = frontiers[active[k]];
      PAW_TRY(CheckLogits(outputs[k].logits, trie.children(frontier.current.node).size()));
      PushChildren(trie, outputs[k].logits, options, frontier.sequences.back(), frontier);
    }
  }
}

Status LabelSearch::TakeTreeLogits(const RowOutput& output, std::span<float> branch_logits) const {
  const std::size_t columns = plan_.logit_ids.size();
  PAW_TRY(CheckLogits(output.logits, plan_.nodes.size() * columns));
  for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
    const NodeId node = plan_.nodes[n];
    if (!trie_->branching(node)) continue;
    const auto tokens = trie_->child_tokens(node);
    std::size_t column = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      while (plan_.logit_ids[column] != tokens[i]) ++column;  // both ascend, and logit_ids holds every child
      branch_logits[trie_->first_edge(node) + i] = output.logits[n * columns + column];
    }
  }
  return Ok();
}

Result<std::vector<std::vector<float>>> LabelSearch::BranchLogits(Context& context, std::span<const LabelRow> rows) const {
  std::vector<std::vector<float>> branch_logits(rows.size(), std::vector<float>(trie_->edge_count()));
  Sequences sequences(context);
  std::vector<SequenceId> ids;
  if (trie_->branching(first_decision_)) {
    std::vector<std::vector<TokenId>> tokens;
    std::vector<ForwardRow> forward;
    for (const LabelRow& row : rows) {
      tokens.push_back(FirstTokens(row));
      ids.push_back(PAW_TRY(sequences.Fork(row.prefix)));
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      forward.push_back(ChainRow(ids[i], rows[i].adapter, tokens[i], trie_->child_tokens(first_decision_)));
    }
    const std::vector<RowOutput> outputs = PAW_TRY(context.Forward(forward));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      PAW_TRY(CheckLogits(outputs[i].logits, trie_->children(first_decision_).size()));
      std::copy(outputs[i].logits.begin(), outputs[i].logits.end(), branch_logits[i].begin() + trie_->first_edge(first_decision_));
    }
  }
  if (!plan_.tokens.empty()) {
    const std::size_t by_tokens = kTreeTokensMax / plan_.tokens.size();
    const std::size_t by_logits = kTreeLogitsMax / (plan_.tokens.size() * plan_.logit_ids.size());
    const std::size_t step = std::max<std::size_t>(1, std::min(by_tokens, by_logits));
    for (std::size_t begin = 0; begin < rows.size(); begin += step) {
      const std::size_t end = std::min(rows.size(), begin + step);
      std::vector<ForwardRow> forward;
      for (std::size_t i = begin; i < end; ++i) {
        forward.push_back(ChainRow(ids[i], rows[i].adapter, plan_.tokens, plan_.logit_ids));
        forward.back().parents = plan_.parents;
        forward.back().logits = LogitsAt::kAll;
      }
      const std::vector<RowOutput> outputs = PAW_TRY(context.Forward(forward));
      for (std::size_t i = begin; i < end; ++i) PAW_TRY(TakeTreeLogits(outputs[i - begin], branch_logits[i]));
    }
  }
  return branch_logits;
}

Result<std::vector<LabelAnswer>> LabelSearch::RunAll(Context& context, std::span<const LabelRow> rows,
                                                     const LabelSearchOptions& options) const {
  const std::vector<std::vector<float>> branch_logits = PAW_TRY(BranchLogits(context, rows));
  std::vector<LabelAnswer> answers(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    LabelAnswer& answer = answers[i];
    answer.log_probabilities = Distribution(branch_logits[i], options.temperature, options.offsets);
    answer.label = Best(answer.log_probabilities);
    answer.log_probability = answer.log_probabilities[answer.label];
  }
  return answers;
}

std::vector<double> LabelSearch::Distribution(std::span<const float> branch_logits, double temperature,
                                              std::span<const double> offsets) const {
  const LabelTrie& trie = *trie_;
  std::vector<double> by_node(trie.node_count());
  std::vector<double> step;
  for (NodeId node = 0; node < static_cast<NodeId>(trie.node_count()); ++node) {  // parents come before children
    const auto children = trie.children(node);
    step.assign(children.size(), 0.0);
    if (trie.branching(node)) {
      LogSoftmax(branch_logits.subspan(trie.first_edge(node), children.size()), temperature, OfNode(trie, node, offsets), step);
    }
    for (std::size_t i = 0; i < children.size(); ++i) by_node[children[i]] = by_node[node] + step[i];
  }
  std::vector<double> by_label(trie.label_count());
  for (std::size_t i = 0; i < by_label.size(); ++i) by_label[i] = by_node[trie.leaf(i)];
  return by_label;
}

std::int32_t LabelSearch::Best(std::span<const double> log_probabilities) {
  return static_cast<std::int32_t>(std::max_element(log_probabilities.begin(), log_probabilities.end()) - log_probabilities.begin());
}

}  // namespace paw
