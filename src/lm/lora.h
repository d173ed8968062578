// LoraWeights: a low-rank change of the projections of each layer, fp32, in GGUF (not PEFT) row order.
//
//   y = W x + (alpha / rank) * B (A x)        A: (rank, inputs)   B: (outputs, rank)      paper section 2.4
//
// A pair may be absent: that projection is then untouched, and no gradient flows below the lowest layer that has one.
// Thread rule: a plain value; share const ones. Owner: the holder of the value owns the numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "lm/shape.h"

namespace paw {

struct LoraPair {
  std::vector<float> a;  // (rank, inputs), row-major; empty = absent
  std::vector<float> b;  // (outputs, rank), row-major; empty = absent
  bool present() const { return !a.empty(); }
};

struct LoraWeights {
  std::int32_t rank = 0;
  float alpha = 16.0f;
  std::int32_t layers = 0;
  std::vector<LoraPair> pairs;  // (layers, kProjectionCount)

  float scale() const { return rank > 0 ? alpha / static_cast<float>(rank) : 0.0f; }
  LoraPair& pair(int layer, Projection p) {
    return pairs[static_cast<std::size_t>(layer) * kProjectionCount + static_cast<std::size_t>(p)];
  }
  const LoraPair& pair(int layer, Projection p) const {
    return pairs[static_cast<std::size_t>(layer) * kProjectionCount + static_cast<std::size_t>(p)];
  }
  // The lowest layer with a pair; `layers` when there is none.
  int LowestAdaptedLayer() const;
};

// All pairs of layers [first_layer, shape.layers) that the shape has are present; A drawn uniformly in +-1/sqrt(inputs) from `seed`, B
// zero (PEFT's start).
LoraWeights MakeLora(const ModelShape& shape, std::int32_t rank, float alpha, std::int32_t first_layer, std::uint64_t seed);

// The same layout, every number zero: gradients.
LoraWeights ZerosLike(const LoraWeights& other);

// No pair at all: the adapter of a program whose prompt says everything.
LoraWeights ZeroLora(const ModelShape& shape);

// Whether the rows of this projection stand in another order in GGUF than in transformers: q and k of llama, whose GGUF files rotate
// adjacent rows of a head where transformers rotates its halves. Row 2i + s of a head here is row s * head_width / 2 + i there.
bool HasOwnRowOrder(const ModelShape& shape, Projection projection);
// B of such a projection, (heads * head_width, rank), brought from transformers' order to GGUF's, and back.
std::vector<float> RowsFromHf(const std::vector<float>& b, std::int32_t rank, std::int32_t head_width);
std::vector<float> RowsToHf(const std::vector<float>& b, std::int32_t rank, std::int32_t head_width);

}  // namespace paw
