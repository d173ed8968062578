#include "decode/label_paths.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <random>

#include "decode/hash_model.h"

namespace paw {
namespace {

const std::vector<std::vector<TokenId>> kLabels = {{10}, {10, 11}, {10, 12, 13}, {10, 12, 14}, {20, 21, 22}, {20, 21, 23}, {30, 31}};

std::shared_ptr<const LabelTrie> Trie() { return std::make_shared<const LabelTrie>(std::move(LabelTrie::Build(kLabels, 2)).value()); }

SequenceId Prefix(HashContext& context) {
  const SequenceId id = context.NewSequence().value();
  const std::vector<TokenId> tokens = {3, 1, 4};
  ForwardRow row;
  row.sequence = id;
  row.tokens = tokens;
  row.logits = LogitsAt::kNone;
  EXPECT_TRUE(context.Forward(std::span(&row, 1)).ok());
  return id;
}

TEST(LabelPaths, GiveTheProbabilityThatTheSearchGivesTheRightLabel) {
  const auto trie = Trie();
  const LabelSearch search(trie);
  HashContext context(60);
  const SequenceId prefix = Prefix(context);
  std::mt19937 random(3);
  for (int round = 0; round < 40; ++round) {
    std::vector<std::vector<TokenId>> tokens(4);
    std::vector<LabelPathRow> rows;
    std::vector<LabelRow> label_rows;
    for (auto& row : tokens) {
      row.resize(1 + random() % 5);
      for (TokenId& token : row) token = static_cast<TokenId>(random() % 50);
      label_rows.push_back({.prefix = prefix, .adapter = kNoAdapter, .tokens = row});
      rows.push_back({label_rows.back(), static_cast<std::int32_t>(random() % kLabels.size())});
    }
    const auto paths = ReadLabelPaths(context, *trie, rows);
    const auto all = search.Run(context, label_rows, {.all_labels = true});
    ASSERT_TRUE(paths.ok() && all.ok()) << paths.message();
    ASSERT_EQ(paths->size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ((*paths)[i].label, rows[i].label);
      EXPECT_NEAR(MeanNegativeLogLikelihood(*trie, {&(*paths)[i], 1}, 1.0), -(*all)[i].log_probabilities[rows[i].label], 1e-9);
    }
  }
  EXPECT_EQ(context.live_sequences(), 1u);  // the prefix
}

TEST(LabelPaths, LogitsThatAreNotFiniteAreAnErrorOfTheEngine) {
  HashContext context(60, 1u << 20, std::numeric_limits<float>::infinity());
  const std::vector<TokenId> tokens = {5, 6};
  const LabelPathRow row{{.prefix = Prefix(context), .adapter = kNoAdapter, .tokens = tokens}, 2};
  EXPECT_EQ(ReadLabelPaths(context, *Trie(), {&row, 1}).code(), Code::kInternal);
}

TEST(LabelPaths, DropItsSequencesOnAnError) {
  HashContext context(60);
  const SequenceId prefix = Prefix(context);
  context.fail_after = context.calls;
  const std::vector<TokenId> tokens = {5, 6};
  const LabelPathRow row{{.prefix = prefix, .adapter = kNoAdapter, .tokens = tokens}, 2};
  EXPECT_EQ(ReadLabelPaths(context, *Trie(), {&row, 1}).code(), Code::kFailed);
  EXPECT_EQ(context.live_sequences(), 1u);
}

}  // namespace
}  // namespace paw
