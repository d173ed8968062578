// TrainWeights: the frozen matrices packed for the way back, beside the shared forward ones.
//
// Thread rule: immutable after MakeTrainWeights.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "lm/native/weights.h"

namespace paw::native {

struct TrainWeights {
  std::shared_ptr<const Weights> forward;
  std::vector<std::array<PackedMatrix, kProjectionCount>> back;  // columns = inputs, k = outputs: dx = dy W
  PackedMatrix output_back;                                      // columns = width, k = vocabulary

  const PackedMatrix& projection_back(int layer, Projection p) const {
    return back[static_cast<std::size_t>(layer)][static_cast<std::size_t>(p)];
  }
};

TrainWeights MakeTrainWeights(std::shared_ptr<const Weights> forward, ThreadPool& pool);

}  // namespace paw::native
