#include "train/adamw.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fixture.h"

namespace paw {
namespace {

LoraWeights OnePair(std::vector<float> a, std::vector<float> b) {
  LoraWeights weights;
  weights.rank = 1;
  weights.layers = 1;
  weights.pairs.resize(kProjectionCount);
  weights.pairs[0] = {std::move(a), std::move(b)};
  return weights;
}

double LargestDifference(const LoraWeights& x, const LoraWeights& y) {
  double largest = 0;
  for (std::size_t i = 0; i < x.pairs.size(); ++i) {
    EXPECT_EQ(x.pairs[i].a.size(), y.pairs[i].a.size());
    for (std::size_t j = 0; j < x.pairs[i].a.size(); ++j) largest = std::max<double>(largest, std::abs(x.pairs[i].a[j] - y.pairs[i].a[j]));
    for (std::size_t j = 0; j < x.pairs[i].b.size(); ++j) largest = std::max<double>(largest, std::abs(x.pairs[i].b[j] - y.pairs[i].b[j]));
  }
  return largest;
}

TEST(AdamW, FollowsThreeStepsOfTorch) {
  const Fixture expected("tiny_b.expected.gguf");
  LoraWeights weights = Fixture("tiny_b.adapter.gguf").Adapter(3);
  AdamWOptions options;
  options.beta1 = expected.Number("beta1");
  options.beta2 = expected.Number("beta2");
  options.epsilon = expected.Number("eps");
  options.weight_decay = expected.Number("weight_decay");
  AdamW optimizer(weights, options);
  for (int step = 0; step < 3; ++step) {
    const std::string name = "step" + std::to_string(step);
    LoraWeights gradient = expected.Lora(name + ".gradient.", weights);
    const double norm = ClipGradient(expected.Number("clip"), gradient);
    EXPECT_NEAR(norm, expected.Number(name + ".norm"), 1e-5 * norm);
    EXPECT_GT(norm, expected.Number("clip")) << "the fixture should clip";
    ASSERT_TRUE(optimizer.Step(gradient, expected.Number("lr"), weights).ok());
    // A weight moves by up to the learning rate, 0.02, a step; the largest difference seen is 2e-7.
    EXPECT_LT(LargestDifference(weights, expected.Lora(name + ".after.", weights)), 2e-6) << name;
  }
  EXPECT_EQ(optimizer.steps(), 3);
}

TEST(AdamW, FirstStepMovesByItsLearningRateAgainstTheSign) {
  LoraWeights weights = OnePair({1.0f, -2.0f}, {0.5f});
  AdamWOptions options;
  options.b_rate_ratio = 4.0;
  AdamW optimizer(weights, options);
  ASSERT_TRUE(optimizer.Step(OnePair({0.3f, -7.0f}, {1.0f}), 0.01, weights).ok());
  EXPECT_NEAR(weights.pairs[0].a[0], 0.99f, 1e-6);
  EXPECT_NEAR(weights.pairs[0].a[1], -1.99f, 1e-6);
  EXPECT_NEAR(weights.pairs[0].b[0], 0.46f, 1e-6);
}

TEST(AdamW, DecayShrinksWeightsThatHaveNoGradient) {
  LoraWeights weights = OnePair({2.0f}, {4.0f});
  AdamWOptions options;
  options.weight_decay = 0.5;
  AdamW optimizer(weights, options);
  ASSERT_TRUE(optimizer.Step(OnePair({0.0f}, {0.0f}), 0.1, weights).ok());
  EXPECT_FLOAT_EQ(weights.pairs[0].a[0], 1.9f);
  EXPECT_FLOAT_EQ(weights.pairs[0].b[0], 3.8f);
}

TEST(AdamW, RefusesAnotherLayoutAndChangesNothing) {
  LoraWeights weights = OnePair({1.0f}, {1.0f});
  AdamW optimizer(weights, {});
  const Status status = optimizer.Step(OnePair({1.0f, 1.0f}, {1.0f}), 0.1, weights);
  EXPECT_EQ(status.code(), Code::kUsage);
  EXPECT_EQ(weights.pairs[0].a[0], 1.0f);
  EXPECT_EQ(optimizer.steps(), 0);
}

TEST(ClipGradient, ScalesToTheLargestNormAndLeavesSmallOnes) {
  LoraWeights gradient = OnePair({3.0f}, {4.0f});
  EXPECT_DOUBLE_EQ(GlobalNorm(gradient), 5.0);
  EXPECT_DOUBLE_EQ(ClipGradient(10.0, gradient), 5.0);
  EXPECT_EQ(gradient.pairs[0].a[0], 3.0f);
  EXPECT_DOUBLE_EQ(ClipGradient(0.0, gradient), 5.0);
  EXPECT_EQ(gradient.pairs[0].b[0], 4.0f);
  EXPECT_DOUBLE_EQ(ClipGradient(1.0, gradient), 5.0);
  EXPECT_NEAR(GlobalNorm(gradient), 1.0, 1e-6);
}

}  // namespace
}  // namespace paw
