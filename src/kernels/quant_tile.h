// QuantTile: products whose weights stay in the blocks of their file, and whose inputs are 8-bit blocks too.
//
// X (rows, k) comes as QuantRows: int8 codes, one fp32 scale a block of 32, the sum of the codes of every 16. W (columns, k) is a
// QuantMatrix (quant.h): panels of kPanel columns, block after block. An output is ONE chain over the blocks in order:
//   sum = fma(scale of w * scale of x, (exact integer sum of code products), sum)
// with, for a type that has minima, one more fma. The integers are exact and the fp32 steps are the same in every table, so all
// instruction sets give the same bits, for any tile height.
//
// Types: kQ4_0, kQ4_1, kQ8_0, kQ6_K. Source of the blocks: tensor/dtype.h. Thread rule: as kernels.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensor/dtype.h"

namespace paw {

inline constexpr int kQuantBlock = 32;     // weights that share a scale, and inputs
inline constexpr int kQuantSumWidth = 16;  // inputs that share a sum: q6_K has a scale for 16
inline constexpr int kQuantTileRows = 6;   // the tallest tile

// One product of a chain; k is a multiple of kQuantBlock (of 256 for kQ6_K).
struct QuantSegment {
  DType type = DType::kQ4_0;
  const std::int8_t* x = nullptr;      // codes of the tile's first row; rows are ldx apart
  const float* scales = nullptr;       // of the first row; rows are ldx / kQuantBlock apart
  const std::int32_t* sums = nullptr;  // of the first row; rows are ldx / kQuantSumWidth apart
  std::size_t ldx = 0;
  const std::uint8_t* w = nullptr;  // the panel
  int k = 0;
};

// rows (1..kQuantTileRows) x up to kPanel columns of an output: y = begin (zero where null) + the chain.
struct QuantTile {
  const QuantSegment* segments = nullptr;
  int segment_count = 0;
  int rows = 0;
  const float* begin = nullptr;  // (rows, kPanel)
  float* y = nullptr;            // (rows, kPanel): all of a panel's columns are written
};

}  // namespace paw
