// QuantTile: products whose weights stay in the blocks of their file, and whose inputs are 8-bit blocks too.
//
// X (rows, k) comes as rows of QuantInput blocks. W (columns, k) is a panel of a QuantMatrix (quant.h), block after block. An output is ONE
// chain over the blocks in order:
//   sum = fma(scale of w * scale of x, (exact integer sum of code products), sum)
// with, for a type that has minima, one more fma; q6_K's two halves of a block are added first. The integers are exact and the fp32 steps
// are the same in every table, so all instruction sets give the same bits, for any tile height. A chain may go on from what another tile
// left (begin).
//
// Types: kQ4_0, kQ4_1, kQ8_0, kQ6_K. Source of the blocks: tensor/dtype.h. Thread rule: as kernels.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/gemm_output.h"
#include "tensor/dtype.h"

namespace paw {

inline constexpr int kQuantBlock = 32;    // weights that share a scale, and inputs
inline constexpr int kQuantTileRows = 6;  // the tallest tile

// 32 inputs: x[i] is about scale * codes[i].
struct QuantInput {
  std::int8_t codes[kQuantBlock];
  float scale;
  float sum;                // scale * (sum of the codes): meets the minima
  std::int32_t minus32[2];  // -32 * (sum of the codes) of each half: what an offset of the weights' codes adds to a product
};
static_assert(sizeof(QuantInput) == 48);

// Rows of them.
struct QuantInputs {
  const QuantInput* blocks = nullptr;
  std::size_t ld = 0;  // blocks between rows

  QuantInputs At(std::size_t row) const { return {blocks + row * ld, ld}; }
};

// rows (1..kQuantTileRows) x up to kPanel columns of an output: begin + X W^T.
struct QuantTile {
  QuantInputs x;  // from the tile's first row
  DType type = DType::kQ4_0;
  const std::uint8_t* w = nullptr;  // the panel
  // The panel's codes as QuantExpand wrote them; null: they are unpacked here, as often as there are tiles. The bits are the same.
  const std::uint8_t* codes = nullptr;
  int k = 0;  // a multiple of kQuantBlock (of 256 for kQ6_K)
  int rows = 0;
  int columns = 0;               // of the panel, that are stored
  const float* begin = nullptr;  // (rows, kPanel), rows ld_begin apart (0: one row for all); null: zero
  std::size_t ld_begin = 0;
  GemmOutput out;
};

}  // namespace paw
