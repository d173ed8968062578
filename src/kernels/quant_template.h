// The tile of QuantTile and the rounding of rows, written once over a vector type V and compiled once an instruction set.
//
// V as in rows_template.h, and: Bytes (4 * kWidth codes), IReg (kWidth int32); LoadBytes, LowNibbles, HighNibbles (unsigned codes 0 to
//    15), Bits<q>(b) (bits 2q and 2q + 1 of every byte, moved to 4 and 5), Or; Broadcast4 (4 int8 into every lane); Dot(acc, unsigned
//    codes below 128, int8), Dot8(acc, code + 128, int8) = acc + sum of (code - kDot8Zero) * int8, SetInt, ToFloat; LoadHalf (kWidth f16),
//    LoadInt8 (kWidth int8 as fp32); FmaOnce (rounds once in every table); Abs, AnyNaN; RoundToInt, StoreCodes and SumInt for the rounding of rows.
#pragma once

#include "kernels/kernels.h"
#include "kernels/quant_tile.h"

namespace paw {

template <class V>
struct QuantKernels {
  using Reg = typename V::Reg;
  using IReg = typename V::IReg;
  using Bytes = typename V::Bytes;
  static constexpr int kWidth = V::kWidth;
  static constexpr int kVectors = 2;                  // of a pass over a panel
  static constexpr int kColumns = kVectors * kWidth;  // a panel is kPanel / kColumns passes
  static constexpr std::size_t kGroup = 4 * kPanel;   // bytes
  static constexpr std::size_t kHalves = 2 * kPanel;  // bytes
  static constexpr float kSmallest = 1e-30f;          // inputs that are all smaller count as zeros
  static_assert(kPanel % kColumns == 0);

  template <int kRows>
  struct Pass {
    Reg sum[kRows][kVectors];
    IReg acc[kRows][kVectors];

    // acc = -zero * (sum of the inputs' codes over `sums` entries from `first`)
    template <int kZero, int kSums>
    inline void Begin(const QuantSegment& s, int first) {
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        std::int32_t total = 0;
        if (kZero != 0) {
          const std::int32_t* sums = s.sums + static_cast<std::size_t>(r) * (s.ldx / kQuantSumWidth) + first;
          total = sums[0] + (kSums == 2 ? sums[1] : 0);
        }
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) acc[r][v] = V::SetInt(-kZero * total);
      }
    }

    // sum += (scale of w) * (scale of x) * acc
    inline void Add(const QuantSegment& s, int block, const Reg (&scale)[kVectors]) {
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        const Reg x = V::Set(s.scales[static_cast<std::size_t>(r) * (s.ldx / kQuantBlock) + static_cast<std::size_t>(block)]);
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) sum[r][v] = V::FmaOnce(V::Mul(scale[v], x), V::ToFloat(acc[r][v]), sum[r][v]);
      }
    }

    // sum += (minimum of w) * (sum of x)
    inline void AddMinima(const QuantSegment& s, int block, const Reg (&minimum)[kVectors]) {
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        const std::int32_t* sums = s.sums + static_cast<std::size_t>(r) * (s.ldx / kQuantSumWidth) + static_cast<std::size_t>(2 * block);
        const float scale = s.scales[static_cast<std::size_t>(r) * (s.ldx / kQuantBlock) + static_cast<std::size_t>(block)];
        const Reg x = V::Set(scale * static_cast<float>(sums[0] + sums[1]));
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) sum[r][v] = V::FmaOnce(minimum[v], x, sum[r][v]);
      }
    }

    // acc += codes (kVectors of them, group `group` of a block) times the inputs
    template <bool kEight>
    inline void Dot(const QuantSegment& s, int at, const Bytes (&codes)[kVectors]) {
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        const Bytes x = V::Broadcast4(s.x + static_cast<std::size_t>(r) * s.ldx + at);
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) acc[r][v] = kEight ? V::Dot8(acc[r][v], codes[v], x) : V::Dot(acc[r][v], codes[v], x);
      }
    }

    static inline void LoadScales(const std::uint8_t* halves, int column, Reg (&scale)[kVectors]) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) scale[v] = V::LoadHalf(halves + 2 * (column + v * kWidth));
    }

    static inline void LoadGroup(const std::uint8_t* groups, int group, int column, Bytes (&codes)[kVectors]) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v)
        codes[v] = V::LoadBytes(groups + static_cast<std::size_t>(group) * kGroup + 4 * (column + v * kWidth));
    }

    // Groups g and g + 4 of a block of nibbles.
    inline void DotNibbles(const QuantSegment& s, int at, const std::uint8_t* groups, int column) {
#pragma GCC unroll 4
      for (int g = 0; g < 4; ++g) {
        Bytes both[kVectors], low[kVectors], high[kVectors];
        LoadGroup(groups, g, column, both);
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) low[v] = V::LowNibbles(both[v]), high[v] = V::HighNibbles(both[v]);
        Dot<false>(s, at + 4 * g, low);
        Dot<false>(s, at + 4 * g + 16, high);
      }
    }

    template <bool kMinima>
    inline void MultiplyQ4(const QuantSegment& s, int column) {
      const std::uint8_t* record = s.w;
      for (int b = 0; b < s.k / kQuantBlock; ++b, record += (kMinima ? 2 : 1) * kHalves + 4 * kGroup) {
        const std::uint8_t* groups = record + (kMinima ? 2 : 1) * kHalves;
        Begin<kMinima ? 0 : 8, 2>(s, 2 * b);
        DotNibbles(s, b * kQuantBlock, groups, column);
        Reg scale[kVectors];
        LoadScales(record, column, scale);
        Add(s, b, scale);
        if constexpr (kMinima) {
          LoadScales(record + kHalves, column, scale);
          AddMinima(s, b, scale);
        }
      }
    }

    inline void MultiplyQ8(const QuantSegment& s, int column) {
      const std::uint8_t* record = s.w;
      for (int b = 0; b < s.k / kQuantBlock; ++b, record += kHalves + 8 * kGroup) {
        Begin<V::kDot8Zero, 2>(s, 2 * b);
#pragma GCC unroll 8
        for (int g = 0; g < 8; ++g) {
          Bytes codes[kVectors];
          LoadGroup(record + kHalves, g, column, codes);
          Dot<true>(s, b * kQuantBlock + 4 * g, codes);
        }
        Reg scale[kVectors];
        LoadScales(record, column, scale);
        Add(s, b, scale);
      }
    }

    // Sixteen inputs of a block: nibbles low (kHalf 0) or high (1), upper bits from quarter 2 kHalf on.
    template <int kHalf>
    inline void DotSixteen(const QuantSegment& s, int at, const std::uint8_t* nibbles, int column) {
      const std::uint8_t* upper = nibbles + 4 * kGroup;
#pragma GCC unroll 4
      for (int g = 0; g < 4; ++g) {
        Bytes codes[kVectors], bits[kVectors];
        LoadGroup(nibbles, g, column, codes);
        LoadGroup(upper, g % 2, column, bits);
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) {
          const Bytes nibble = kHalf == 0 ? V::LowNibbles(codes[v]) : V::HighNibbles(codes[v]);
          codes[v] = V::Or(nibble, g < 2 ? V::template Bits<2 * kHalf>(bits[v]) : V::template Bits<2 * kHalf + 1>(bits[v]));
        }
        Dot<false>(s, at + 4 * g, codes);
      }
    }

    template <int kHalf>
    inline void AddSixteen(const QuantSegment& s, int block, const std::uint8_t* record, int column, const Reg (&super)[kVectors]) {
      Begin<32, 1>(s, 2 * block + kHalf);
      DotSixteen<kHalf>(s, block * kQuantBlock + 16 * kHalf, record + 2 * kPanel, column);
      Reg scale[kVectors];
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) scale[v] = V::Mul(super[v], V::LoadInt8(record + kHalf * kPanel + column + v * kWidth));
      Add(s, block, scale);
    }

    inline void MultiplyQ6(const QuantSegment& s, int column) {
      constexpr int kBlocks = 8;  // that share a scale
      const std::uint8_t* record = s.w;
      for (int first = 0; first < s.k / kQuantBlock; first += kBlocks) {
        Reg super[kVectors];
        LoadScales(record, column, super);
        record += kHalves;
        for (int b = first; b < first + kBlocks; ++b, record += 2 * kPanel + 6 * kGroup) {
          AddSixteen<0>(s, b, record, column, super);
          AddSixteen<1>(s, b, record, column, super);
        }
      }
    }

    inline void Run(const QuantTile& t, int column) {
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) {
          sum[r][v] = t.begin == nullptr ? V::Set(0.0f) : V::Load(t.begin + r * kPanel + column + v * kWidth);
        }
      }
      for (int i = 0; i < t.segment_count; ++i) {
        const QuantSegment& s = t.segments[i];
        if (s.type == DType::kQ4_0) MultiplyQ4<false>(s, column);
        if (s.type == DType::kQ4_1) MultiplyQ4<true>(s, column);
        if (s.type == DType::kQ8_0) MultiplyQ8(s, column);
        if (s.type == DType::kQ6_K) MultiplyQ6(s, column);
      }
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) V::Store(t.y + r * kPanel + column + v * kWidth, sum[r][v]);
      }
    }
  };

  template <int kRows>
  static void RunRows(const QuantTile& t) {
    for (int column = 0; column < kPanel; column += kColumns) {
      Pass<kRows> pass;
      pass.Run(t, column);
    }
  }

  static void RunTile(const QuantTile& t) {
    static constexpr void (*kByRows[])(const QuantTile&) = {nullptr,    RunRows<1>, RunRows<2>, RunRows<3>,
                                                            RunRows<4>, RunRows<5>, RunRows<6>};
    kByRows[t.rows](t);
  }

  // A row of n inputs (a multiple of kQuantBlock): code = round(x / scale), scale = max|x| / 127 of the block; a block with a NaN has
  // the scale NaN, so that damage is seen in the output.
  template <class In>
  static void RoundRow(const In* x, int n, std::int8_t* codes, float* scales, std::int32_t* sums) {
    for (int block = 0; block < n; block += kQuantBlock) {
      Reg top = V::Set(0.0f);
      bool nan = false;
      for (int i = 0; i < kQuantBlock; i += kWidth) {
        const Reg v = RowLoad(x + block + i);
        nan = nan || V::AnyNaN(v);
        top = V::Max(top, V::Abs(v));
      }
      const float largest = V::MaxOf(top);
      const Reg inverse = V::Set(largest > kSmallest ? 127.0f / largest : 0.0f);
      scales[block / kQuantBlock] = nan ? __builtin_nanf("") : largest / 127.0f;
      for (int half = 0; half < kQuantBlock; half += kQuantSumWidth) {
        IReg sum = V::SetInt(0);
        for (int i = half; i < half + kQuantSumWidth; i += kWidth) {
          const IReg code = V::RoundToInt(V::Mul(RowLoad(x + block + i), inverse));
          V::StoreCodes(codes + block + i, code);
          sum = V::AddInt(sum, code);
        }
        sums[(block + half) / kQuantSumWidth] = V::SumInt(sum);
      }
    }
  }
  static inline Reg RowLoad(const float* p) { return V::Load(p); }
  static inline Reg RowLoad(const Bf16* p) { return V::LoadBf16(p); }

  static void RoundRowF32(const float* x, int n, std::int8_t* codes, float* scales, std::int32_t* sums) {
    RoundRow(x, n, codes, scales, sums);
  }
  static void RoundRowBf16(const Bf16* x, int n, std::int8_t* codes, float* scales, std::int32_t* sums) {
    RoundRow(x, n, codes, scales, sums);
  }
};

}  // namespace paw
