#include "tools/train_mapper/gates.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "tools/train_mapper/generator.h"

namespace paw {
namespace {

// Rows around as many corners as there are clusters.
std::vector<float> Blobs(std::size_t rows, std::size_t columns, std::size_t clusters) {
  Random random(3, "blobs");
  std::vector<float> x(rows * columns);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t i = 0; i < columns; ++i) x[r * columns + i] = random.Uniform(-0.1f, 0.1f) + (i == r % clusters ? 3.0f : 0.0f);
  }
  return x;
}

TEST(Gates, ClustersAreFoundWhateverTheirNumbers) {
  const std::vector<float> x = Blobs(60, 8, 4);
  const std::vector<std::size_t> of = Cluster(x, 60, 8, 4, 1);
  for (std::size_t r = 0; r < 60; ++r) {
    for (std::size_t q = 0; q < 60; ++q) EXPECT_EQ(of[r] == of[q], r % 4 == q % 4);
  }
}

TEST(Gates, RidgeFindsAPlane) {
  Random random(5, "plane");
  std::vector<float> z, y;
  for (int r = 0; r < 40; ++r) {
    const float a = random.Uniform(-1, 1), b = random.Uniform(-1, 1);
    z.insert(z.end(), {a, b});
    y.insert(y.end(), {2 * a - b + 0.5f, b});
  }
  const std::vector<float> w = RidgeRegression(z, y, 40, 2, 2, 1e-6);
  const std::vector<float> expected = {2, -1, 0.5f, 0, 1, 0};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(w[i], expected[i], 1e-4);
}

TEST(Gates, BeginWithOneBasisAClusterAndTheSharedLora) {
  ParameterLayout layout;
  layout.interpreter.architecture = "llama";
  layout.interpreter.layers = 2;
  layout.interpreter.width = 32;
  layout.interpreter.heads = layout.interpreter.kv_heads = 2;
  layout.interpreter.head_width = 16;
  layout.interpreter.ff_width = 48;
  layout.features = 8;
  layout.width = 24;
  layout.bases = 4;
  layout.rank = 2;
  Parameters parameters = StartParameters(layout, 1);
  const std::vector<float> x = Blobs(80, 8, 4);
  StartFromClusters(x, 80, 1, parameters);
  ThreadPool pool(1);
  Generator generator(pool);
  std::vector<LoraWeights> loras;
  generator.Forward(parameters, std::span(x).first(std::size_t{4} * 8), 4, loras);
  EXPECT_EQ(loras[0].pair(0, Projection::kQ).a, loras[1].pair(0, Projection::kQ).a);  // the shared one
  const std::size_t modules = layout.halves() / 2;
  for (std::size_t s = 0; s < 4; ++s) {
    int high = 0, low = 0;
    for (std::size_t n = 0; n < 4; ++n) {
      const float c = generator.coefficients()[((s * 2 * modules) * 4 + n) * 2];
      high += c > 0.6f;
      low += c < 0.3f;
    }
    EXPECT_EQ(high, 1) << s;
    EXPECT_EQ(low, 3) << s;
  }
}

}  // namespace
}  // namespace paw
