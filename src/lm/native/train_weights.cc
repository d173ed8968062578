#include "lm/native/train_weights.h"

#include <algorithm>
#include <utility>

namespace paw::native {
namespace {

// The same matrix with its reduction along the other dimension. Work is split over pairs of old columns: each writes its own pairs.
void Turn(const PackedMatrix& in, ThreadPool& pool, PackedMatrix& out) {
  out.Resize(in.k, in.columns);
  const std::size_t stride = out.panel_stride();
  pool.Run(in.panels(), [&](int panel, int) {
    const Bf16* from = in.panel(panel);
    const int columns = std::min(kPanel, out.k - panel * kPanel);  // even: out.k is
    for (int k = 0; k < in.k; ++k) {
      const Bf16* row = from + (k / 2) * 2 * kPanel + k % 2;
      Bf16* to = out.data.get() + static_cast<std::size_t>(k / kPanel) * stride + static_cast<std::size_t>(panel) * kPanel * kPanel +
                 (k % kPanel) * 2;
      for (int c = 0; c < columns; ++c) to[(c / 2) * 2 * kPanel + c % 2] = row[2 * c];
    }
  });
  const int tail = in.k % kPanel;
  if (tail == 0) return;
  Bf16* last = out.data.get() + static_cast<std::size_t>(out.panels() - 1) * stride;
  for (int pair = 0; pair < out.k / 2; ++pair) {
    std::fill(last + (static_cast<std::size_t>(pair) * kPanel + static_cast<std::size_t>(tail)) * 2,
              last + (static_cast<std::size_t>(pair) + 1) * kPanel * 2, Bf16{0});
  }
}

}  // namespace

TrainWeights MakeTrainWeights(std::shared_ptr<const Weights> forward, ThreadPool& pool) {
  TrainWeights weights;
  weights.forward = std::move(forward);
  weights.back.resize(weights.forward->layers.size());
  for (std::size_t l = 0; l < weights.back.size(); ++l) {
    for (std::size_t p = 0; p < kProjectionCount; ++p) {
      if (!weights.forward->shape.HasProjection(static_cast<Projection>(p))) continue;
      Turn(weights.forward->layers[l].projections[p], pool, weights.back[l][p]);
    }
  }
  Turn(weights.forward->output_matrix(), pool, weights.output_back);
  return weights;
}

}  // namespace paw::native
