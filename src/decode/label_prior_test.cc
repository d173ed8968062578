#include "decode/label_prior.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "base/random.h"
#include "decode/label_search.h"

namespace paw {
namespace {

// Labels "a", "b x", "b y z", "b y w": three decisions.
LabelSearch SomeSearch() {
  const std::vector<std::vector<TokenId>> labels = {{10}, {11, 20}, {11, 21, 30}, {11, 21, 31}};
  return LabelSearch(std::make_shared<const LabelTrie>(std::move(LabelTrie::Build(labels, 2)).value()));
}

std::vector<std::vector<float>> RandomRows(const LabelSearch& search, int count) {
  Random random(3);
  std::vector<std::vector<float>> rows(static_cast<std::size_t>(count), std::vector<float>(search.trie().edge_count()));
  for (auto& row : rows) {
    for (float& logit : row) logit = random.Uniform(-5, 5);
  }
  return rows;
}

TEST(PriorOffsets, AllOfTheLeanOfOneInputMakesItEven) {
  const LabelSearch search = SomeSearch();
  const auto rows = RandomRows(search, 1);
  const std::vector<double> offsets = PriorOffsets(search.trie(), rows, 1.0);
  const std::vector<double> even = search.Distribution(rows[0], 1, offsets);
  EXPECT_NEAR(std::exp(even[0]), 1.0 / 2, 1e-9);
  EXPECT_NEAR(std::exp(even[1]), 1.0 / 4, 1e-9);
  EXPECT_NEAR(std::exp(even[2]), 1.0 / 8, 1e-9);
  EXPECT_NEAR(std::exp(even[3]), 1.0 / 8, 1e-9);
}

TEST(PriorOffsets, AreTheMeanOfTheInputsTimesTheShare) {
  const LabelSearch search = SomeSearch();
  const auto rows = RandomRows(search, 5);
  const std::vector<double> all = PriorOffsets(search.trie(), rows, 0.5);
  for (std::size_t edge = 0; edge < all.size(); ++edge) {
    double sum = 0;
    for (const auto& row : rows) sum += PriorOffsets(search.trie(), {&row, 1}, 1.0)[edge];
    EXPECT_NEAR(all[edge], 0.5 * sum / 5, 1e-12);
  }
}

TEST(PriorOffsets, LeaveForcedEdgesAndNoInputsAlone) {
  const LabelSearch search = SomeSearch();
  const LabelTrie& trie = search.trie();
  const std::vector<double> offsets = PriorOffsets(trie, RandomRows(search, 2));
  for (LabelTrie::NodeId node = 0; node < static_cast<LabelTrie::NodeId>(trie.node_count()); ++node) {
    const std::size_t count = trie.children(node).size();
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(offsets[trie.first_edge(node) + i] != 0, count > 1);
  }
  EXPECT_EQ(PriorOffsets(trie, {}), std::vector<double>(trie.edge_count(), 0.0));
}

}  // namespace
}  // namespace paw
