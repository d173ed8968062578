#include "decode/label_trie.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

namespace paw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
constexpr TokenId kEos = 2;

LabelTrie Build(const std::vector<std::vector<TokenId>>& labels) {
  auto trie = LabelTrie::Build(labels, kEos);
  EXPECT_TRUE(trie.ok()) << trie.message();
  return std::move(trie).value();
}

TEST(LabelTrie, EndOfLabelIsABranch) {
  const LabelTrie trie = Build({{10}, {10, 11}, {12, 13, 14}});
  EXPECT_TRUE(trie.branching(LabelTrie::kRoot));
  EXPECT_THAT(trie.child_tokens(LabelTrie::kRoot), ElementsAre(10, 12));
  const auto ten = trie.children(LabelTrie::kRoot)[0];
  EXPECT_THAT(trie.child_tokens(ten), ElementsAre(kEos, 11));
  EXPECT_EQ(trie.NextDecision(ten), ten);
  // 12 13 14 EOS is forced after 12.
  EXPECT_EQ(trie.NextDecision(trie.children(LabelTrie::kRoot)[1]), trie.leaf(2));
  EXPECT_THAT(trie.TokensBetween(LabelTrie::kRoot, trie.leaf(2)), ElementsAre(12, 13, 14, kEos));
}

TEST(LabelTrie, BranchesOfALabel) {
  const LabelTrie trie = Build({{10}, {10, 11}, {12, 13, 14}});
  const auto branches = trie.BranchesOf(1);  // 10 11 EOS
  ASSERT_EQ(branches.size(), 3u);
  EXPECT_THAT(branches[0], ElementsAre(10, 12));
  EXPECT_THAT(branches[1], ElementsAre(kEos, 11));
  EXPECT_THAT(branches[2], IsEmpty());
  EXPECT_EQ(trie.BranchesOf(2).size(), 4u);
}

TEST(LabelTrie, EmptyLabelIsTheEndAlone) {
  const LabelTrie trie = Build({{}, {10}});
  EXPECT_THAT(trie.child_tokens(LabelTrie::kRoot), ElementsAre(kEos, 10));
  EXPECT_EQ(trie.label(trie.children(LabelTrie::kRoot)[0]), 0);
  EXPECT_EQ(trie.BranchesOf(0).size(), 1u);
}

TEST(LabelTrie, OneLabelHasNoDecision) {
  const LabelTrie trie = Build({{10, 11}});
  EXPECT_EQ(trie.NextDecision(LabelTrie::kRoot), trie.leaf(0));
}

TEST(LabelTrie, Refuses) {
  const auto code = [](const std::vector<std::vector<TokenId>>& labels) { return LabelTrie::Build(labels, kEos).code(); };
  EXPECT_EQ(code({}), Code::kRefused);
  EXPECT_EQ(code({{10}, {11}, {10}}), Code::kRefused);
  EXPECT_EQ(code({{}, {}}), Code::kRefused);
  EXPECT_EQ(code({{10, kEos}}), Code::kRefused);
  EXPECT_EQ(code({{-3}}), Code::kRefused);
  EXPECT_EQ(code({std::vector<TokenId>(LabelTrie::kLabelTokensMax + 1, 5)}), Code::kRefused);
  EXPECT_EQ(code(std::vector<std::vector<TokenId>>(kLabelsMax + 1, std::vector<TokenId>{5})), Code::kRefused);
}

TEST(LabelTrie, ManyRandomLabelsKeepTheirTokens) {
  std::mt19937 random(7);
  std::set<std::vector<TokenId>> distinct;
  while (distinct.size() < 700) {
    std::vector<TokenId> label(random() % 6);
    for (TokenId& token : label) token = 10 + static_cast<TokenId>(random() % 8);
    distinct.insert(label);
  }
  const std::vector<std::vector<TokenId>> labels(distinct.begin(), distinct.end());
  const LabelTrie trie = Build(labels);
  ASSERT_EQ(trie.label_count(), labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::vector<TokenId> expected = labels[i];
    expected.push_back(kEos);
    EXPECT_EQ(trie.TokensBetween(LabelTrie::kRoot, trie.leaf(i)), expected);
    EXPECT_EQ(trie.label(trie.leaf(i)), static_cast<std::int32_t>(i));
    EXPECT_EQ(trie.BranchesOf(i).size(), expected.size());
  }
}

}  // namespace
}  // namespace paw
