#include "decode/label_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>

#include "decode/hash_model.h"

namespace paw {
namespace {

constexpr TokenId kEos = 2;

std::vector<std::vector<TokenId>> RandomLabels(std::mt19937& random, std::size_t count, int alphabet, int length_max) {
  std::set<std::vector<TokenId>> distinct;
  while (distinct.size() < count) {
    std::vector<TokenId> label(random() % (length_max + 1));
    for (TokenId& token : label) token = 10 + static_cast<TokenId>(random() % alphabet);
    distinct.insert(label);
  }
  std::vector<std::vector<TokenId>> labels(distinct.begin(), distinct.end());
  std::shuffle(labels.begin(), labels.end(), random);
  return labels;
}

std::shared_ptr<const LabelTrie> Trie(const std::vector<std::vector<TokenId>>& labels) {
  auto trie = LabelTrie::Build(labels, kEos);
  EXPECT_TRUE(trie.ok()) << trie.message();
  return std::make_shared<const LabelTrie>(std::move(trie).value());
}

// An offset that depends on nothing but the way to the child.
double OffsetOf(const std::vector<TokenId>& way, TokenId child) {
  double offset = 0.1 * child;
  for (const TokenId token : way) offset = std::fmod(3.7 * offset + token, 4.0) - 2.0;
  return offset;
}

std::vector<double> OffsetsOf(const LabelTrie& trie) {
  std::vector<double> offsets(trie.edge_count());
  for (LabelTrie::NodeId node = 0; node < static_cast<LabelTrie::NodeId>(trie.node_count()); ++node) {
    const auto tokens = trie.child_tokens(node);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      offsets[trie.first_edge(node) + i] = OffsetOf(trie.TokensBetween(LabelTrie::kRoot, node), tokens[i]);
    }
  }
  return offsets;
}

// P(label) by the definition: one label at a time, the allowed tokens found by looking at all labels.
double BruteProbability(const HashContext& model, std::vector<TokenId> history, std::vector<std::vector<TokenId>> labels, std::size_t index,
                        double temperature, bool with_offsets) {
  for (auto& label : labels) label.push_back(kEos);
  double probability = 1;
  for (std::size_t at = 0; at < labels[index].size(); ++at) {
    std::set<TokenId> allowed;
    for (const auto& label : labels) {
      if (label.size() > at && std::equal(label.begin(), label.begin() + at, labels[index].begin())) allowed.insert(label[at]);
    }
    const std::vector<TokenId> way(labels[index].begin(), labels[index].begin() + at);
    const auto weight = [&](TokenId token) {
      return std::exp(model.Logit(history, token) / temperature + (with_offsets ? OffsetOf(way, token) : 0.0));
    };
    double sum = 0;
    for (TokenId token : allowed) sum += weight(token);
    probability *= weight(labels[index][at]) / sum;
    history.push_back(labels[index][at]);
  }
  return probability;
}

struct Batch {
  std::vector<std::vector<TokenId>> tokens;
  std::vector<LabelRow> rows;
};

Batch RandomBatch(std::mt19937& random, SequenceId prefix, int count) {
  Batch batch;
  for (int i = 0; i < count; ++i) {
    batch.tokens.emplace_back(1 + random() % 5);
    for (TokenId& token : batch.tokens.back()) token = static_cast<TokenId>(random() % 50);
  }
  for (const auto& tokens : batch.tokens) batch.rows.push_back({.prefix = prefix, .adapter = kNoAdapter, .tokens = tokens});
  return batch;
}

SequenceId Prefix(HashContext& context, const std::vector<TokenId>& tokens) {
  const SequenceId id = context.NewSequence().value();
  ForwardRow row;
  row.sequence = id;
  row.tokens = tokens;
  row.logits = LogitsAt::kNone;
  EXPECT_TRUE(context.Forward(std::span(&row, 1)).ok());
  return id;
}

TEST(LabelSearch, EqualsBruteForceOnRandomTries) {
  std::mt19937 random(11);
  const std::vector<TokenId> prefix_tokens = {3, 1, 4};
  for (int round = 0; round < 150; ++round) {
    const auto labels = RandomLabels(random, 1 + random() % 24, 3, 4);
    const double temperature = round % 3 == 0 ? 1.0 : 0.5 + 0.25 * (round % 7);
    HashContext context(60);
    const SequenceId prefix = Prefix(context, prefix_tokens);
    const LabelSearch search(Trie(labels));
    const Batch batch = RandomBatch(random, prefix, 3);
    const bool with_offsets = round % 2 == 1;
    const std::vector<double> offsets = with_offsets ? OffsetsOf(search.trie()) : std::vector<double>();
    const auto best = search.Run(context, batch.rows, {.temperature = temperature, .offsets = offsets});
    const auto all = search.Run(context, batch.rows, {.all_labels = true, .temperature = temperature, .offsets = offsets});
    ASSERT_TRUE(best.ok() && all.ok());
    EXPECT_EQ(context.live_sequences(), 1u);  // the prefix
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      std::vector<TokenId> history = prefix_tokens;
      history.insert(history.end(), batch.tokens[i].begin(), batch.tokens[i].end());
      double sum = 0;
      double top = 0;
      for (std::size_t label = 0; label < labels.size(); ++label) {
        const double expected = BruteProbability(context, history, labels, label, temperature, with_offsets);
        EXPECT_NEAR(std::exp((*all)[i].log_probabilities[label]), expected, 1e-9);
        sum += std::exp((*all)[i].log_probabilities[label]);
        top = std::max(top, expected);
      }
      EXPECT_NEAR(sum, 1, 1e-12);
      EXPECT_NEAR(std::exp((*best)[i].log_probability), top, 1e-9);
      EXPECT_EQ((*best)[i].label, (*all)[i].label);
      EXPECT_EQ((*best)[i].log_probability, (*all)[i].log_probability);  // the same bits
    }
  }
}

TEST(LabelSearch, TiesGoToTheFirstLabelBothWays) {
  std::mt19937 random(5);
  int ties = 0;
  for (int round = 0; round < 300; ++round) {
    const auto labels = RandomLabels(random, 2 + random() % 12, 2, 4);
    HashContext context(60, /*levels=*/1 + round % 3, /*spread=*/1.0f);
    const LabelSearch search(Trie(labels));
    const Batch batch = RandomBatch(random, Prefix(context, {9}), 4);
    const auto best = search.Run(context, batch.rows, {});
    const auto all = search.Run(context, batch.rows, {.all_labels = true});
    ASSERT_TRUE(best.ok() && all.ok());
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      ASSERT_EQ((*best)[i].label, (*all)[i].label) << "round " << round;
      const auto& p = (*all)[i].log_probabilities;
      const auto top = *std::max_element(p.begin(), p.end());
      ties += std::count(p.begin(), p.end(), top) > 1;
      EXPECT_EQ(p[(*best)[i].label], top);
    }
  }
  EXPECT_GT(ties, 100);
}

TEST(LabelSearch, SaturatedLogitsKeepTheOrder) {
  std::mt19937 random(6);
  for (int round = 0; round < 100; ++round) {
    const auto labels = RandomLabels(random, 10, 2, 4);
    HashContext context(60, 1u << 20, /*spread=*/3000.0f);  // probabilities of 1 and 0 after rounding
    const LabelSearch search(Trie(labels));
    const Batch batch = RandomBatch(random, Prefix(context, {9}), 4);
    const auto best = search.Run(context, batch.rows, {});
    const auto all = search.Run(context, batch.rows, {.all_labels = true});
    ASSERT_TRUE(best.ok() && all.ok());
    for (std::size_t i = 0; i < batch.rows.size(); ++i) EXPECT_EQ((*best)[i].label, (*all)[i].label);
  }
}

TEST(LabelSearch, FiveHundredLabels) {
  std::mt19937 random(8);
  const auto labels = RandomLabels(random, 600, 12, 5);
  HashContext context(60);
  const LabelSearch search(Trie(labels));
  const Batch batch = RandomBatch(random, Prefix(context, {9}), 8);
  const auto best = search.Run(context, batch.rows, {});
  const std::int64_t best_tokens = context.tokens;
  const auto all = search.Run(context, batch.rows, {.all_labels = true});
  ASSERT_TRUE(best.ok() && all.ok());
  for (std::size_t i = 0; i < batch.rows.size(); ++i) EXPECT_EQ((*best)[i].label, (*all)[i].label);
  EXPECT_LT(best_tokens, context.tokens - best_tokens);  // best first visits a part of the trie only
}

TEST(LabelSearch, ForcedRunsGoThroughInOneRow) {
  // "a b c x" and "a b c y": one decision after a b c.
  const LabelSearch search(Trie({{10, 11, 12, 20}, {10, 11, 12, 21}}));
  HashContext context(60);
  const std::vector<TokenId> tokens = {5, 6};
  const LabelRow row{.prefix = Prefix(context, {9}), .adapter = kNoAdapter, .tokens = tokens};
  context.calls = 0;
  context.tokens = 0;
  ASSERT_TRUE(search.Run(context, std::span(&row, 1), {}).ok());
  EXPECT_EQ(context.calls, 1);
  EXPECT_EQ(context.tokens, 5);
}

TEST(LabelSearch, OneLabelNeedsNoForward) {
  const LabelSearch search(Trie({{10, 11}}));
  HashContext context(60);
  const std::vector<TokenId> tokens = {5};
  const LabelRow row{.prefix = Prefix(context, {9}), .adapter = kNoAdapter, .tokens = tokens};
  context.calls = 0;
  const auto best = search.Run(context, std::span(&row, 1), {});
  const auto all = search.Run(context, std::span(&row, 1), {.all_labels = true});
  ASSERT_TRUE(best.ok() && all.ok());
  EXPECT_EQ(context.calls, 0);
  EXPECT_EQ((*best)[0].label, 0);
  EXPECT_EQ((*best)[0].log_probability, 0);
  EXPECT_EQ((*all)[0].log_probabilities, std::vector<double>{0});
}

TEST(LabelSearch, LogitsThatAreNotFiniteAreAnErrorOfTheEngine) {
  std::mt19937 random(4);
  const LabelSearch search(Trie(RandomLabels(random, 20, 2, 5)));
  HashContext context(60, 1u << 20, std::numeric_limits<float>::infinity());
  const Batch batch = RandomBatch(random, Prefix(context, {9}), 3);
  EXPECT_EQ(search.Run(context, batch.rows, {}).code(), Code::kInternal);
  EXPECT_EQ(search.Run(context, batch.rows, {.all_labels = true}).code(), Code::kInternal);
}

TEST(LabelSearch, ErrorsLeaveNoSequences) {
  std::mt19937 random(3);
  const LabelSearch search(Trie(RandomLabels(random, 20, 2, 5)));
  HashContext context(60);
  const Batch batch = RandomBatch(random, Prefix(context, {9}), 3);
  for (int calls = 1; calls < 3; ++calls) {
    context.calls = 0;
    context.fail_after = calls - 1;
    EXPECT_EQ(search.Run(context, batch.rows, {}).code(), Code::kFailed);
    context.calls = 0;
    EXPECT_EQ(search.Run(context, batch.rows, {.all_labels = true}).code(), Code::kFailed);
    EXPECT_EQ(context.live_sequences(), 1u);
  }
  context.fail_after = -1;
  EXPECT_EQ(search.Run(context, batch.rows, {.temperature = 0}).code(), Code::kUsage);
  const std::vector<double> one_too_many(search.trie().edge_count() + 1);
  EXPECT_EQ(search.Run(context, batch.rows, {.offsets = one_too_many}).code(), Code::kUsage);
  const LabelRow empty{.prefix = 0, .adapter = kNoAdapter, .tokens = {}};
  EXPECT_EQ(search.Run(context, std::span(&empty, 1), {}).code(), Code::kUsage);
  EXPECT_TRUE(search.Run(context, {}, {}).ok());
}

}  // namespace
}  // namespace paw
