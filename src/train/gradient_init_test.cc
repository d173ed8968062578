#include "train/gradient_init.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace paw {
namespace {

// A linear "model" of one matrix: loss = <G, B A> for a fixed G, so that dB = G A^T and dA = B^T G exactly.
class LinearModel : public TrainableModel {
 public:
  LinearModel(ModelShape shape, std::vector<float> g) : shape_(std::move(shape)), g_(std::move(g)) {}
  const ModelShape& shape() const override { return shape_; }
  void ClearActivationCache() override {}
  Result<TrainLoss> ForwardBackward(std::span<const TrainGroup> groups, float) override {
    const int out = shape_.OutputsOf(Projection::kQ), in = shape_.InputsOf(Projection::kQ), rank = groups[0].adapter->rank;
    const LoraPair& w = groups[0].adapter->pair(0, Projection::kQ);
    LoraPair& d = groups[0].gradient->pair(0, Projection::kQ);
    for (int o = 0; o < out; ++o) {
      for (int r = 0; r < rank; ++r) {
        for (int i = 0; i < in; ++i) {
          d.b[o * rank + r] += g_[o * in + i] * w.a[r * in + i];
          d.a[r * in + i] += w.b[o * rank + r] * g_[o * in + i];
        }
      }
    }
    TrainLoss loss;
    loss.tokens = 1;
    return loss;
  }

 private:
  ModelShape shape_;
  std::vector<float> g_;  // (out, in)
};

ModelShape OneMatrix() {
  ModelShape shape;
  shape.layers = 1;
  shape.width = 12;
  shape.heads = 1;
  shape.kv_heads = 1;
  shape.head_width = 10;
  shape.ff_width = 4;
  return shape;
}

TEST(Orthonormalise, MakesUnitVectorsAndDropsDependentOnes) {
  std::vector<float> v = {3, 0, 0, 1, 1, 0, 2, 2, 0};  // three rows, the third depends on the second and first
  Orthonormalise(v.data(), 3, 3, 3, 1);
  EXPECT_NEAR(v[0], 1, 1e-6);
  EXPECT_NEAR(v[4], 1, 1e-6);
  EXPECT_NEAR(v[3], 0, 1e-6);
  EXPECT_EQ(v[6], 0);
  EXPECT_EQ(v[7], 0);
}

TEST(GradientInit, RowsOfASpanTheGradientsRowSpace) {
  // G = 5 u1 v1^T + 3 u2 v2^T with unit axes: the row space is axes 2 and 7.
  std::vector<float> g(10 * 12, 0.0f);
  g[4 * 12 + 2] = 5;
  g[1 * 12 + 7] = 3;
  LinearModel model(OneMatrix(), g);
  LoraWeights weights = MakeLora(model.shape(), 2, 16, 0, 3);
  LoraWeights gradient = ZerosLike(weights);
  const std::vector<std::vector<TrainRow>> batches(1, std::vector<TrainRow>(1));
  ASSERT_TRUE(GradientInit(model, {}, batches, weights, gradient).ok());
  const LoraPair& pair = weights.pair(0, Projection::kQ);
  double inside = 0, total = 0;
  for (int r = 0; r < 2; ++r) {
    for (int i = 0; i < 12; ++i) {
      const double square = pair.a[r * 12 + i] * pair.a[r * 12 + i];
      total += square;
      if (i == 2 || i == 7) inside += square;
    }
  }
  EXPECT_NEAR(total, 2.0 / 3.0, 1e-5);  // both rows have the norm of PEFT's start
  EXPECT_NEAR(inside / total, 1.0, 1e-5);
  for (float b : pair.b) EXPECT_EQ(b, 0);
}

}  // namespace
}  // namespace paw
