// TrainableModel: the frozen interpreter as a function of its LoRA, with gradients. The other half of lm.h.
//
// One call runs forward and backward over a batch and returns the loss and the gradient of every A and B. The base never changes.
// Loss of a target at position t with token y, given the logits z after tokens[0..t]:
//   weight * -log softmax(z)[y]  +  branch_weight * -log softmax(z restricted to `branch`)[y]
// Groups: rows that share one adapter and one prompt prefix. The prefix is computed once for its rows, with its gradient.
// Rows are packed without padding; the vocabulary product runs at target positions only; no gradient is computed below the
// lowest adapted layer.
//
// Thread rule: one call at a time. Results do not depend on the number of threads (fixed reduction order).
// Oracles: lm/reference (fp32 loops), itself checked against PyTorch (scripts/make_fixtures.py).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lm/lora.h"
#include "paw/status.h"

namespace paw {

struct TrainTarget {
  std::int32_t position = 0;        // index into the row's tokens whose logits predict `token`; the prefix is not counted
  TokenId token = 0;                // what should come next
  float weight = 1.0f;              // factor of the plain loss
  float branch_weight = 0.0f;       // factor of the loss over `branch` only
  std::span<const TokenId> branch;  // the allowed children at this node of the label trie; must contain `token` when used
};

struct TrainRow {
  std::span<const TokenId> tokens;       // (n) after the group's prefix: rest of the prompt, then the output without its last token
  std::span<const TrainTarget> targets;  // ascending positions
  std::int64_t cache_key = -1;           // >= 0: activations below the lowest adapted layer may be kept under this key
};

struct TrainGroup {
  const LoraWeights* adapter = nullptr;
  LoraWeights* gradient = nullptr;  // same layout as adapter; added to, not overwritten
  std::span<const TokenId> prefix;  // (p) tokens common to all rows; may be empty
  std::span<const TrainRow> rows;
};

struct TrainLoss {
  double loss_sum = 0;        // sum over targets of the loss above
  double token_loss_sum = 0;  // sum over targets of -log softmax(z)[y], unweighted
  std::int64_t targets = 0;   // number of targets
  std::int64_t tokens = 0;    // tokens that went through the model, each prefix once
};

class TrainableModel {
 public:
  virtual ~TrainableModel() = default;
  virtual const ModelShape& shape() const = 0;
  // Gradients are of  loss_scale * sum of the loss above.
  virtual Result<TrainLoss> ForwardBackward(std::span<const TrainGroup> groups, float loss_scale) = 0;
  // Forgets activations kept under cache keys (call when the adapted layers or the rows change).
  virtual void ClearActivationCache() = 0;
};

struct TrainOptions {
  std::int32_t threads = 0;                           // 0 = all cores
  std::size_t activation_cache_bytes_max = 1u << 30;  // memory for kept activations
};

}  // namespace paw
