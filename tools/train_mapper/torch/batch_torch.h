// PackedBatch: the specs of a batch as padded arrays, cut into passes that fit on a device. Knows nothing of torch.
//
// One sequence a spec:   prefix | row 0 | row 1 | ... | padding
//
// The prefix is computed once for all rows of its spec: with some hundred tokens of prefix and eight rows of thirty this is a third of
// the tokens that a sequence a row has, a spec's LoRA then applies to one matrix (tokens, width), and rows of different lengths pad
// nothing. The price is attention with a mask: token i sees token j <= i of the prefix or of its own row. A row's positions go on where
// the prefix ends.
//
// Thread rule: plain values and pure functions. Errors: kRefused for a token outside the vocabulary, kFailed for a row that is longer
// than the context, kUsage for a batch without rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lm/shape.h"
#include "paw/status.h"
#include "tools/train_mapper/step.h"

namespace paw {

// The loss over the allowed tokens at a target: rows of `ids`, filled up to the widest with the target's own token, which does not count.
struct PackedBranches {
  std::int64_t widest = 0;
  std::vector<std::int64_t> targets;  // (branches) index of the target
  std::vector<std::int64_t> ids;      // (branches, widest)
  std::vector<std::uint8_t> counts;   // (branches, widest) 1 where an id is meant
  std::vector<float> weights;         // (branches)
};

struct PackedBatch {
  std::vector<std::int64_t> specs;          // (specs) index in the batch
  std::int64_t length = 0;                  // of every sequence, a multiple of 16: what the fused attention wants of a mask's rows
  std::vector<std::int64_t> tokens;         // (specs, length)
  std::vector<std::int64_t> positions;      // (specs, length)
  std::vector<std::int64_t> segments;       // (specs, length) 0 the prefix, 1 + r row r, -1 padding
  std::vector<std::int64_t> places;         // (targets) index into (specs * length) of the token whose logits predict it
  std::vector<std::int64_t> target_tokens;  // (targets)
  std::vector<float> weights;               // (targets)
  PackedBranches branches;
  std::int64_t used = 0;  // tokens that are not padding

  std::int64_t count() const { return static_cast<std::int64_t>(specs.size()); }
};

// Passes of at most `tokens_max` padded tokens, or of one spec. Longest specs first, so that little is padded; equal batches give equal
// passes. Weights are those of the whole batch (TargetsOf).
Result<std::vector<PackedBatch>> PackSpecs(const ModelShape& shape, std::span<const BatchSpec> batch, float branch_share,
                                           std::int64_t tokens_max);

// Prompts without targets, in their order.
Result<PackedBatch> PackPrompts(const ModelShape& shape, std::span<const std::vector<TokenId>> prompts);

}  // namespace paw
