#include "train/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace paw {
namespace {

std::vector<std::int32_t> Labels(int common, int rare) {
  std::vector<std::int32_t> labels(static_cast<std::size_t>(common), 0);
  labels.insert(labels.end(), static_cast<std::size_t>(rare), 1);
  return labels;
}

TEST(Sampler, AnEpochVisitsEveryRowOnce) {
  Sampler sampler(Labels(30, 10), {0, 7});
  std::multiset<std::int32_t> seen;
  for (int step = 0; step < 10; ++step) {
    for (std::int32_t row : sampler.NextStep(4)) seen.insert(row);
  }
  EXPECT_EQ(seen.size(), 40u);
  EXPECT_EQ(std::set<std::int32_t>(seen.begin(), seen.end()).size(), 40u);
}

TEST(Sampler, LabelsAreSpreadOverTheEpoch) {
  Sampler sampler(Labels(30, 10), {0, 7});
  const std::vector<std::int32_t> order = sampler.NextStep(40);
  for (int quarter = 0; quarter < 4; ++quarter) {
    const auto rare =
        std::count_if(order.begin() + quarter * 10, order.begin() + quarter * 10 + 10, [](std::int32_t r) { return r >= 30; });
    EXPECT_GE(rare, 1) << "quarter " << quarter;
    EXPECT_LE(rare, 4) << "quarter " << quarter;
  }
}

TEST(Sampler, FullBalanceShowsLabelsEquallyOften) {
  Sampler sampler(Labels(90, 10), {1.0f, 3});
  std::map<bool, int> count;
  for (int step = 0; step < 200; ++step) {
    for (std::int32_t row : sampler.NextStep(10)) ++count[row >= 90];
  }
  EXPECT_NEAR(static_cast<double>(count[true]) / count[false], 1.0, 0.15);
}

TEST(Sampler, TheSeedFixesTheOrder) {
  Sampler a(Labels(20, 5), {0.5f, 11}), b(Labels(20, 5), {0.5f, 11}), c(Labels(20, 5), {0.5f, 12});
  const auto first = a.NextStep(50);
  EXPECT_EQ(first, b.NextStep(50));
  EXPECT_NE(first, c.NextStep(50));
}

}  // namespace
}  // namespace paw
