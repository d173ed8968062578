// The loss of train.h at the active rows, and its gradient with respect to the final normalised hidden states.
//
// Rows are taken in blocks so that the logits of one block (rows x vocabulary) bound the memory.
// Thread rule: one call at a time a pool. Oracle: tests/engines_test.cc, against the reference engine.
#pragma once

#include <span>
#include <vector>

#include "lm/native/block.h"
#include "lm/native/train_batch.h"
#include "lm/native/train_weights.h"

namespace paw::native {

class LossHead {
 public:
  LossHead(const TrainWeights& weights, Block& block) : weights_(weights), block_(block) {}

  // x (rows, width): the final norm's output. Writes dx (rows, width) = d(loss_scale * loss) / dx and adds to `loss`.
  // `targets` are ordered by active row; every row has at least one.
  void ForwardBackward(const Bf16* x, int rows, std::span<const BatchTarget> targets, float loss_scale, float* dx, TrainLoss& loss);

 private:
  struct RowResult {
    double loss = 0;
    double token_loss = 0;
  };
  RowResult Row(std::span<const BatchTarget> targets, float loss_scale, const float* logits, Bf16* d_logits) const;

  const TrainWeights& weights_;
  Block& block_;
  Buffer<float> logits_;
  Buffer<Bf16> d_logits_;
  std::vector<RowResult> results_;
  std::vector<int> first_target_;
};

}  // namespace paw::native
