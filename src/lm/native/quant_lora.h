// QuantLora: an adapter as a quantised model multiplies it: the blocks of its file, rank padded to whole blocks.
//
//   u = (alpha / rank) * x A^T, rounded to 8-bit blocks;   y = x W^T + u B^T   as one chain of sums
//
// Q4_0 and Q8_0 whose rank is whole blocks are taken as they are. All others are rounded to Q8_0: a step of 1/127 of the largest of 32
// weights, as the inputs are rounded.
//
// All panels lie in one piece, in the order of layers, on huge pages where the system gives them: a program that no cache holds is one run
// of memory, not 420 blocks of the heap.
//
// Thread rule: immutable once packed. Owner: the value owns its panels. Source: StoredLora (lm/adapter_check.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/quant.h"
#include "lm/adapter_check.h"

namespace paw::native {

// Refers to the panels of its QuantLora.
struct QuantPair {
  QuantMatrix a;  // columns = padded rank, k = inputs
  QuantMatrix b;  // columns = outputs, k = padded rank
  bool present() const { return !a.empty(); }
};

struct QuantLora {
  int rank = 0;  // padded to kQuantBlock
  float scale = 0.0f;
  std::vector<QuantPair> pairs;  // (layers, kProjectionCount)
  Buffer<std::uint8_t> panels;

  const QuantPair& pair(int layer, Projection p) const {
    return pairs[static_cast<std::size_t>(layer) * kProjectionCount + static_cast<std::size_t>(p)];
  }
};

// Pairs whose A or B is all zero are left out: they cost nothing. kRefused for a number that Q8_0 cannot hold (beyond 8 million).
Result<QuantLora> PackQuantLora(const StoredLora& stored);

}  // namespace paw::native
