#include "lm/lora.h"

#include <gtest/gtest.h>

#include <cmath>

namespace paw {
namespace {

ModelShape SmallShape() {
  ModelShape shape;
  shape.architecture = "llama";
  shape.layers = 3;
  shape.width = 64;
  shape.ff_width = 96;
  shape.heads = 4;
  shape.kv_heads = 2;
  shape.head_width = 16;
  shape.vocabulary = 200;
  return shape;
}

TEST(Lora, StartsAsPeftDoes) {
  const ModelShape shape = SmallShape();
  const LoraWeights lora = MakeLora(shape, 4, 8.0f, 1, 7);
  EXPECT_EQ(lora.LowestAdaptedLayer(), 1);
  EXPECT_FLOAT_EQ(lora.scale(), 2.0f);
  EXPECT_FALSE(lora.pair(0, Projection::kQ).present());
  const LoraPair& down = lora.pair(2, Projection::kDown);
  ASSERT_EQ(down.a.size(), 4u * 96u);
  ASSERT_EQ(down.b.size(), 64u * 4u);
  const float bound = 1.0f / std::sqrt(96.0f);
  double sum = 0, sum_of_squares = 0;
  for (const float value : down.a) {
    EXPECT_LE(std::fabs(value), bound);
    sum += value;
    sum_of_squares += static_cast<double>(value) * value;
  }
  EXPECT_NEAR(sum / 384.0, 0.0, 0.02);
  EXPECT_NEAR(sum_of_squares / 384.0, bound * bound / 3.0, bound * bound * 0.05);
  for (const float value : down.b) EXPECT_EQ(value, 0.0f);
}

TEST(Lora, APairsStartDependsOnSeedAndPlaceOnly) {
  const ModelShape shape = SmallShape();
  const LoraWeights all = MakeLora(shape, 4, 8.0f, 0, 7);
  const LoraWeights upper = MakeLora(shape, 4, 8.0f, 2, 7);
  EXPECT_EQ(all.pair(2, Projection::kUp).a, upper.pair(2, Projection::kUp).a);
  EXPECT_NE(all.pair(1, Projection::kUp).a, all.pair(2, Projection::kUp).a);
  EXPECT_NE(all.pair(2, Projection::kUp).a, MakeLora(shape, 4, 8.0f, 0, 8).pair(2, Projection::kUp).a);
}

// A head of 4 rows, two of them: transformers' halves (0 1 | 2 3) become the pairs (0 2)(1 3).
TEST(Lora, RowsOfHeadsGoFromHalvesToPairsAndBack) {
  const std::vector<float> hf = {0, 1, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61, 70, 71};  // (8, 2)
  const std::vector<float> pairs = {0, 1, 20, 21, 10, 11, 30, 31, 40, 41, 60, 61, 50, 51, 70, 71};
  EXPECT_EQ(RowsFromHf(hf, 2, 4), pairs);
  EXPECT_EQ(RowsToHf(pairs, 2, 4), hf);
  ModelShape shape = SmallShape();
  EXPECT_TRUE(HasOwnRowOrder(shape, Projection::kQ));
  EXPECT_FALSE(HasOwnRowOrder(shape, Projection::kV));
  shape.architecture = "qwen3";
  EXPECT_FALSE(HasOwnRowOrder(shape, Projection::kQ));
}

TEST(Lora, ZerosLikeKeepsTheLayout) {
  const LoraWeights zeros = ZerosLike(MakeLora(SmallShape(), 4, 8.0f, 2, 7));
  EXPECT_EQ(zeros.LowestAdaptedLayer(), 2);
  for (const float value : zeros.pair(2, Projection::kQ).a) EXPECT_EQ(value, 0.0f);
  EXPECT_EQ(LoraWeights().LowestAdaptedLayer(), 0);
}

}  // namespace
}  // namespace paw
