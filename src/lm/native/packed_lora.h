// PackedLora: an adapter in the panels that products read, for inference (A and B) or for training (their transposes too).
//
// In the engine the low-rank half of a projection is  u = bf16(scale * x A^T),  y = x W^T + u B^T  as one chain of sums.
// Thread rule: a plain value. Source: LoraWeights (lm/lora.h).
#pragma once

#include <vector>

#include "kernels/gemm.h"
#include "lm/lora.h"

namespace paw::native {

struct PackedPair {
  bool present = false;
  PackedMatrix a;       // columns = rank, k = inputs:   u = x A^T
  PackedMatrix b;       // columns = outputs, k = rank:  y += u B^T
  PackedMatrix a_back;  // columns = inputs, k = rank:   dx += v A
  PackedMatrix b_back;  // columns = rank, k = outputs:  v = dy B
};

struct PackedLora {
  int rank = 0;  // even: an odd rank has a row of zeros behind it
  float scale = 0.0f;
  std::vector<PackedPair> pairs;  // (layers, kProjectionCount)

  const PackedPair& pair(int layer, Projection p) const {
    return pairs[static_cast<std::size_t>(layer) * kProjectionCount + static_cast<std::size_t>(p)];
  }
  bool empty() const;
};

enum class PackFor : std::uint8_t {
  kInference,  // pairs whose A or B is all zero are left out: they cost nothing
  kTraining,   // every pair, both ways
};

// Packs into `out`, reusing its memory. `lora` has the layout of `shape`.
void PackLora(const Kernels& kernels, ThreadPool& pool, const ModelShape& shape, const LoraWeights& lora, PackFor purpose, PackedLora& out);

}  // namespace paw::native
