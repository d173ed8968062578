// What a machine can do and what a training step asks of it: the two numbers behind "share of the bf16 peak".
//
// The peak is the product routine itself on data that stays in a core's cache, all threads at once. Floating-point operations are counted
// as two a multiplication, of the products that the shape needs (the frozen weights forward and back, the LoRA, the vocabulary at targets).
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

#include "kernels/gemm.h"
#include "lm/shape.h"

namespace paw {

// GFLOP/s of tiles that lie in the first-level cache, the best of several tries.
inline double MeasurePeak(int threads) {
  constexpr int kReduction = 256, kRepeats = 2000;
  const Kernels& kernels = BestKernels();
  ThreadPool pool(threads);
  double best = 0;
  for (int round = 0; round < 20; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    pool.Run(pool.threads(), [&](int, int) {
      std::vector<Bf16> x(kTileRows * kReduction, 0x3f80), w(kPanel * kReduction, 0x3c00);
      std::vector<float> y(kTileRows * kPanel);
      const GemmSegment segment{x.data(), kReduction, w.data(), 0, kReduction};
      GemmTile tile;
      tile.segments = &segment;
      tile.segment_count = 1;
      tile.rows = kTileRows;
      tile.columns = kPanel;
      tile.y = y.data();
      tile.ldy = kPanel;
      for (int i = 0; i < kRepeats; ++i) kernels.gemm_tile(tile);
    });
    const double operations = 2.0 * kTileRows * kPanel * kReduction * kRepeats * pool.threads();
    best = std::max(best, operations / std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / 1e9);
  }
  return best;
}

inline double TrainingOperations(const ModelShape& shape, int rank, int first_layer, double tokens, double targets) {
  double frozen = 0, lora = 0;
  for (int p = 0; p < kProjectionCount; ++p) {
    const auto projection = static_cast<Projection>(p);
    const double inputs = shape.InputsOf(projection), outputs = shape.OutputsOf(projection);
    frozen += inputs * outputs;
    lora += rank * (inputs + outputs);
  }
  const double adapted = shape.layers - first_layer;
  return 2 * tokens * (frozen * (shape.layers + adapted) + 3 * lora * adapted) + 4 * targets * shape.width * shape.vocabulary;
}

}  // namespace paw
