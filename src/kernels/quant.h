// QuantMatrix: a weight matrix in the codes of its file, laid out for QuantTile; QuantRows: inputs rounded to 8-bit blocks.
//
// Nothing is rounded on the way in: a panel holds the file's scales and codes, moved. A panel of kPanel columns, block after block of 32
// inputs (little-endian f16 scales first, one a column; a "group" is 4 inputs of each of the kPanel columns, column by column):
//   q4_0  64 B scales; 4 x 128 B: low nibbles group g, high nibbles group g + 4
//   q4_1  64 B scales; 64 B minima; nibbles as q4_0
//   q8_0  64 B scales; 8 x 128 B: code + 128 of group g
//   q6_K  every 256 inputs 64 B scales; then 8 blocks of 64 B int8 scales (two a column, of 16 inputs each), 4 x 128 B nibbles as q4_0,
//         2 x 128 B upper bits: those of groups g, g + 2, g + 4, g + 6 in bits 0-1, 2-3, 4-5, 6-7
// Columns beyond the last are zero.
//
// Thread rule: immutable once packed. Owner: the matrix owns its panels, unless they lie in a mapped file that the caller keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/buffer.h"
#include "kernels/kernels.h"
#include "kernels/quant_tile.h"
#include "kernels/thread_pool.h"

namespace paw {

// Whether a matrix of this type and reduction can stay quantised.
bool CanQuantPack(DType type, int k);

struct QuantMatrix {
  DType type = DType::kQ4_0;
  int columns = 0;  // outputs
  int k = 0;        // inputs
  Buffer<std::uint8_t> owned;
  const std::uint8_t* panels_at = nullptr;  // owned, or in a mapped file

  bool empty() const { return columns == 0; }
  int panels() const { return (columns + kPanel - 1) / kPanel; }
  std::size_t panel_bytes() const;
  const std::uint8_t* panel(int p) const { return panels_at + static_cast<std::size_t>(p) * panel_bytes(); }
  void Resize(DType new_type, int new_columns, int new_k);  // owned memory for these, not filled
  // Panels that lie elsewhere: bytes() of them.
  void Refer(DType new_type, int new_columns, int new_k, const std::uint8_t* panels);
  std::size_t bytes() const { return static_cast<std::size_t>(panels()) * panel_bytes(); }
};

// Rows of `stored` are the outputs, each of BytesOf(type, k) bytes; `panels` has room for bytes() of a matrix of this shape.
void QuantPackInto(DType type, std::span<const std::byte> stored, int columns, int k, ThreadPool& pool, std::uint8_t* panels);
// Column `from_column` of `from` becomes column `to_column` of `to`, which has the same type and k. Its bits in a product are the same there.
void QuantCopyColumn(const QuantMatrix& from, int from_column, QuantMatrix& to, int to_column);
// Row `column` of the unpacked (columns, k) matrix, as Dequantize would give it.
void QuantUnpackColumn(const QuantMatrix& packed, int column, float* row);

// Inputs as QuantTile reads them.
struct QuantRows {
  int rows = 0;
  int k = 0;
  Buffer<QuantInput> blocks;  // (rows, k / kQuantBlock)

  void Resize(int new_rows, int new_k);
  std::size_t ld() const { return static_cast<std::size_t>(k / kQuantBlock); }
  QuantInput* row(int r) { return blocks.get() + static_cast<std::size_t>(r) * ld(); }
  const QuantInput* row(int r) const { return blocks.get() + static_cast<std::size_t>(r) * ld(); }
  QuantInputs inputs() const { return {blocks.get(), ld()}; }
};

}  // namespace paw
