// The loss at the targets of a pass and the gradient of the states that made it: -log softmax of the token, and the same restricted to the
// allowed tokens of a branch (lm/train.h), each with its weight.
//
// The vocabulary's logits are computed for some targets at a time, forward and backward, and forgotten: at 49,152 tokens a target is
// 200 KB.
//
// Thread rule: pure functions of their tensors. Errors: throws as torch does (Guarded, base_torch.h).
#pragma once

#include <ATen/ATen.h>

#include "tools/train_mapper/torch/base_torch.h"

namespace paw {

struct TorchLoss {
  at::Tensor loss;        // () fp64 on the device: of the objective
  at::Tensor token_loss;  // () fp64: sum of -log p of the targets' tokens
};

// x (specs, length, width): the residual stream. With `backward` the gradients run back through it to whatever made it.
TorchLoss LossAtTargets(const TorchBase& base, const PackedBatch& packed, const at::Tensor& x, bool backward);

}  // namespace paw
