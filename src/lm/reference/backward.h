// Forward and backward of one whole training row, from token ids to the gradient of every A and B.
//
// Internal to the reference engine. Thread rule: a pure function of its arguments (it adds to `gradient`).
#pragma once

#include <span>

#include "lm/lora.h"
#include "lm/reference/math.h"
#include "lm/reference/weights.h"
#include "lm/train.h"

namespace paw::reference {

struct RowLoss {
  double loss = 0;        // sum over targets, with weights and branches
  double token_loss = 0;  // sum over targets of the plain loss
};

// `input` (n, width) are the token embeddings of prefix and row together; a target's position p means input row first + p. The caller
// has checked the targets. `gradient` may be null; `d_input`, where not null, becomes the gradient of `input`.
RowLoss ForwardBackwardRow(const Weights& weights, const LoraWeights& adapter, const Matrix& input, int first,
                           std::span<const TrainTarget> targets, float loss_scale, LoraWeights* gradient, Matrix* d_input);

}  // namespace paw::reference
