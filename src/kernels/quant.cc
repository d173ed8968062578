#include "kernels/quant.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "tensor/dtype.h"

namespace paw {
namespace {

constexpr int kSuperBlock = 256;                                 // of q6_K
constexpr std::size_t kHalves = kPanel * sizeof(std::uint16_t);  // a scale a column
constexpr std::size_t kGroup = 4 * kPanel;                       // 4 codes of every column

std::size_t BlockRecord(DType type) {
  switch (type) {
    case DType::kQ4_0:
      return kHalves + 4 * kGroup;
    case DType::kQ4_1:
      return 2 * kHalves + 4 * kGroup;
    case DType::kQ8_0:
      return kHalves + 8 * kGroup;
    default:
      return 2 * kPanel + 6 * kGroup;  // q6_K without its scales
  }
}

// The codes of one column: 32 unsigned numbers into a record's groups.
void PutNibbles(const std::uint8_t* codes, int column, std::uint8_t* groups) {
  for (int i = 0; i < 16; ++i) {
    groups[static_cast<std::size_t>(i / 4) * kGroup + static_cast<std::size_t>(4 * column + i % 4)] =
        static_cast<std::uint8_t>((codes[i] & 15) | (codes[i + 16] & 15) << 4);
  }
}

void PutUpperBits(const std::uint8_t* codes, int column, std::uint8_t* groups) {
  for (int i = 0; i < 8; ++i) {
    unsigned bits = 0;
    for (int quarter = 0; quarter < 4; ++quarter) bits |= static_cast<unsigned>(codes[i + 8 * quarter] >> 4) << (2 * quarter);
    groups[static_cast<std::size_t>(i / 4) * kGroup + static_cast<std::size_t>(4 * column + i % 4)] = static_cast<std::uint8_t>(bits);
  }
}

// One 32-weight block of ggml (q4_0, q4_1, q8_0) into a record.
void PutBlock(DType type, const std::byte* block, int column, std::uint8_t* record) {
  const auto at = static_cast<std::size_t>(2 * column);
  std::memcpy(record + at, block, 2);
  block += 2;
  record += kHalves;
  if (type == DType::kQ4_1) {
    std::memcpy(record + at, block, 2);
    block += 2;
    record += kHalves;
  }
  // ggml's byte i of a block of nibbles holds inputs i and i + 16, as a group does: words move as they are.
  for (std::size_t group = 0; group < (type == DType::kQ8_0 ? 8u : 4u); ++group) {
    std::uint32_t four;
    std::memcpy(&four, block + 4 * group, 4);
    if (type == DType::kQ8_0) four ^= 0x80808080u;
    std::memcpy(record + group * kGroup + static_cast<std::size_t>(4 * column), &four, 4);
  }
}

// The 256 codes (0 to 63) of a q6_K block.
void UnpackSuperBlock(const std::uint8_t* block, std::uint8_t* codes) {
  const std::uint8_t* low = block;
  const std::uint8_t* high = block + 128;
  for (int half = 0; half < 2; ++half, low += 64, high += 32, codes += 128) {
    for (int i = 0; i < 32; ++i) {
      codes[i] = static_cast<std::uint8_t>((low[i] & 15) | (high[i] & 3) << 4);
      codes[i + 32] = static_cast<std::uint8_t>((low[i + 32] & 15) | (high[i] >> 2 & 3) << 4);
      codes[i + 64] = static_cast<std::uint8_t>(low[i] >> 4 | (high[i] >> 4 & 3) << 4);
      codes[i + 96] = static_cast<std::uint8_t>(low[i + 32] >> 4 | (high[i] >> 6 & 3) << 4);
    }
  }
}

void PutSuperBlock(const std::byte* block, int column, std::uint8_t* record) {
  constexpr std::size_t kScalesAt = 192, kScaleAt = 208;  // in ggml's block
  std::array<std::uint8_t, kSuperBlock> codes;
  UnpackSuperBlock(reinterpret_cast<const std::uint8_t*>(block), codes.data());
  std::memcpy(record + static_cast<std::size_t>(2 * column), block + kScaleAt, 2);
  record += kHalves;
  for (std::size_t b = 0; b < 8; ++b, record += BlockRecord(DType::kQ6_K)) {
    std::memcpy(record + static_cast<std::size_t>(column), block + kScalesAt + 2 * b, 1);
    std::memcpy(record + static_cast<std::size_t>(kPanel + column), block + kScalesAt + 2 * b + 1, 1);
    PutNibbles(codes.data() + b * kQuantBlock, column, record + 2 * kPanel);
    PutUpperBits(codes.data() + b * kQuantBlock, column, record + 2 * kPanel + 4 * kGroup);
  }
}

std::size_t SuperRecord() { return kHalves + 8 * BlockRecord(DType::kQ6_K); }

void PackPanel(DType type, std::span<const std::byte> rows, int columns, int k, std::uint8_t* panel, std::size_t panel_bytes) {
  std::memset(panel, 0, panel_bytes);
  const std::size_t row_bytes = rows.size() / static_cast<std::size_t>(columns);
  const bool super = type == DType::kQ6_K;
  const auto blocks = static_cast<std::size_t>(k / (super ? kSuperBlock : kQuantBlock));
  const std::size_t block_bytes = row_bytes / blocks, record = super ? SuperRecord() : BlockRecord(type);
  for (int c = 0; c < columns; ++c) {
    const std::byte* block = rows.data() + static_cast<std::size_t>(c) * row_bytes;
    for (std::size_t b = 0; b < blocks; ++b, block += block_bytes) {
      super ? PutSuperBlock(block, c, panel + b * record) : PutBlock(type, block, c, panel + b * record);
    }
  }
}

float HalfAt(const std::uint8_t* halves, int column) {
  std::uint16_t half;
  std::memcpy(&half, halves + 2 * column, 2);
  return HalfToFloat(half);
}

int NibbleAt(const std::uint8_t* groups, int column, int i) {
  const int byte = groups[static_cast<std::size_t>(i % 16 / 4) * kGroup + static_cast<std::size_t>(4 * column + i % 4)];
  return i < 16 ? byte & 15 : byte >> 4;
}

void UnpackBlock(DType type, const std::uint8_t* record, int column, float* row) {
  const float scale = HalfAt(record, column);
  record += kHalves;
  float minimum = 0.0f;
  if (type == DType::kQ4_1) {
    minimum = HalfAt(record, column);
    record += kHalves;
  }
  for (int i = 0; i < kQuantBlock; ++i) {
    if (type == DType::kQ8_0) {
      const int code = record[static_cast<std::size_t>(i / 4) * kGroup + static_cast<std::size_t>(4 * column + i % 4)];
      row[i] = scale * static_cast<float>(code - 128);
    } else {
      const int code = NibbleAt(record, column, i);
      row[i] = type == DType::kQ4_1 ? scale * static_cast<float>(code) + minimum : scale * static_cast<float>(code - 8);
    }
  }
}

void UnpackSuper(const std::uint8_t* record, int column, float* row) {
  const float scale = HalfAt(record, column);
  record += kHalves;
  for (int b = 0; b < 8; ++b, record += BlockRecord(DType::kQ6_K), row += kQuantBlock) {
    const std::uint8_t* upper = record + 2 * kPanel + 4 * kGroup;
    for (int i = 0; i < kQuantBlock; ++i) {
      const int bits =
          upper[static_cast<std::size_t>(i % 8 / 4) * kGroup + static_cast<std::size_t>(4 * column + i % 4)] >> (2 * (i / 8)) & 3;
      const int code = NibbleAt(record + 2 * kPanel, column, i) | bits << 4;
      const auto sub = static_cast<std::int8_t>(record[i / 16 * kPanel + column]);
      row[i] = scale * static_cast<float>(sub) * static_cast<float>(code - 32);
    }
  }
}

// What a record is made of: the bytes that one column has of each of its arrays, in order.
std::vector<std::size_t> FieldWidths(DType type) {
  switch (type) {
    case DType::kQ4_0:
      return {2, 4, 4, 4, 4};
    case DType::kQ4_1:
      return {2, 2, 4, 4, 4, 4};
    case DType::kQ8_0:
      return {2, 4, 4, 4, 4, 4, 4, 4, 4};
    default: {  // q6_K: 256 inputs
      std::vector<std::size_t> widths = {2};
      for (int block = 0; block < 8; ++block) widths.insert(widths.end(), {1, 1, 4, 4, 4, 4, 4, 4});
      return widths;
    }
  }
}

}  // namespace

bool CanQuantPack(DType type, int k) {
  switch (type) {
    case DType::kQ4_0:
    case DType::kQ4_1:
    case DType::kQ8_0:
      return k > 0 && k % kQuantBlock == 0;
    case DType::kQ6_K:
      return k > 0 && k % kSuperBlock == 0;
    default:
      return false;
  }
}

std::size_t QuantMatrix::panel_bytes() const {
  const auto inputs = static_cast<std::size_t>(k);
  return type == DType::kQ6_K ? inputs / kSuperBlock * SuperRecord() : inputs / kQuantBlock * BlockRecord(type);
}

void QuantMatrix::Resize(DType new_type, int new_columns, int new_k) {
  Refer(new_type, new_columns, new_k, nullptr);
  panels_at = owned.Reserve(bytes());
}

void QuantMatrix::Refer(DType new_type, int new_columns, int new_k, const std::uint8_t* panels) {
  type = new_type;
  columns = new_columns;
  k = new_k;
  panels_at = panels;
}

void QuantPackInto(DType type, std::span<const std::byte> stored, int columns, int k, ThreadPool& pool, std::uint8_t* panels) {
  QuantMatrix shape;
  shape.Refer(type, columns, k, panels);
  const std::size_t row_bytes = stored.size() / static_cast<std::size_t>(columns);
  pool.Run(shape.panels(), [&](int p, int) {
    const int first = p * kPanel, count = std::min(kPanel, columns - first);
    PackPanel(type, stored.subspan(static_cast<std::size_t>(first) * row_bytes, static_cast<std::size_t>(count) * row_bytes), count, k,
              panels + static_cast<std::size_t>(p) * shape.panel_bytes(), shape.panel_bytes());
  });
}

void QuantCopyColumn(const QuantMatrix& from, int from_column, QuantMatrix& to, int to_column) {
  const std::vector<std::size_t> widths = FieldWidths(from.type);
  const auto in = static_cast<std::size_t>(from_column % kPanel), out = static_cast<std::size_t>(to_column % kPanel);
  const std::uint8_t* source = from.panel(from_column / kPanel);
  std::uint8_t* target = to.owned.get() + static_cast<std::size_t>(to_column / kPanel) * to.panel_bytes();
  for (std::uint8_t* const end = target + to.panel_bytes(); target < end;) {
    for (const std::size_t width : widths) {
      std::memcpy(target + out * width, source + in * width, width);
      source += kPanel * width;
      target += kPanel * width;
    }
  }
}

void QuantUnpackColumn(const QuantMatrix& packed, int column, float* row) {
  const std::uint8_t* record = packed.panel(column / kPanel);
  const bool super = packed.type == DType::kQ6_K;
  const int step = super ? kSuperBlock : kQuantBlock;
  const std::size_t bytes = super ? SuperRecord() : BlockRecord(packed.type);
  for (int i = 0; i < packed.k; i += step, record += bytes) {
    super ? UnpackSuper(record, column % kPanel, row + i) : UnpackBlock(packed.type, record, column % kPanel, row + i);
  }
}

void QuantRows::Resize(int new_rows, int new_k) {
  rows = new_rows;
  k = new_k;
  blocks.Reserve(static_cast<std::size_t>(rows) * ld());
}

}  // namespace paw
