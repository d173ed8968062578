// The tile of QuantTile and the rounding of rows, written once over a vector type V and compiled once an instruction set.
//
// V as in rows_template.h, and: Bytes (4 * kWidth codes), IReg (kWidth int32); LoadBytes, LowNibbles, HighNibbles (unsigned codes 0 to
//    15), StoreBytes, Bits<q>(b) (bits 2q and 2q + 1 of every byte, moved to 4 and 5), Or; Broadcast4 (4 int8 into every lane); Dot(acc, unsigned
//    codes below 128, int8), Dot8(acc, code + 128, int8) = acc + sum of (code - kDot8Zero) * int8, SetInt, ToFloat; LoadHalf (kWidth f16),
//    LoadInt8 (kWidth int8 as fp32); FmaOnce (rounds once in every table); Abs, AnyNaN; RoundToInt, StoreCodes and SumInt for the rounding of rows.
// kGroups: the groups of four inputs that one product takes, 1 or 2. With 2 a product is a small matrix product, of two rows with kWidth / 2
//    columns (i8mm), and V has ByColumns(codes of a group, codes of the next one): the eight inputs of the first and of the last kWidth / 2
//    columns; TwoRows(inputs, inputs); SwapHalves(a, b): the second half of a and the first half of b change places.
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
  static constexpr int kGroups = V::kGroups;
  static constexpr std::size_t kGroup = 4 * kPanel;   // bytes
  static constexpr std::size_t kHalves = 2 * kPanel;  // bytes
  static constexpr float kSmallest = 1e-30f;          // inputs that are all smaller count as zeros
  static constexpr float kLargest = 3.4028234e38f;    // above it: infinity
  static_assert(kPanel % kColumns == 0);

  // The same block of every row of a tile: a few bases and one distance, so that six rows need few registers.
  struct Block {
    const char* first;
    const char* fourth;
    std::size_t row_bytes;

    explicit Block(const QuantInputs& x)
        : first(reinterpret_cast<const char*>(x.blocks)),
          fourth(first + 3 * x.ld * sizeof(QuantInput)),
          row_bytes(x.ld * sizeof(QuantInput)) {}
    inline const QuantInput& operator[](int r) const {
      return *reinterpret_cast<const QuantInput*>((r < 3 ? first : fourth) + static_cast<std::size_t>(r % 3) * row_bytes);
    }
    inline void Next() {
      first += sizeof(QuantInput);
      fourth += sizeof(QuantInput);
    }
  };

  using Codes = Bytes[kGroups][kVectors];

  template <int kRows>
  struct Pass {
    static constexpr int kSums = (kRows + kGroups - 1) / kGroups * kGroups;  // an odd last row is its own neighbour
    Reg sum[kRows][kVectors];
    IReg acc[kSums][kVectors];

    // acc = -zero * (sum of the inputs' codes), of one half (0 or 1) or of both (2); zero 0, 8, 32 or 128
    template <int kZero, int kHalf>
    inline void Begin(const Block& x) {
#pragma GCC unroll 6
      for (int r = 0; r < kSums; ++r) {
        const QuantInput& block = x[r < kRows ? r : kRows - 1];
        IReg start = V::SetInt(0);
        if constexpr (kZero != 0 && kHalf < 2) start = V::BroadcastInt(&block.minus32[kHalf]);
        if constexpr (kZero != 0 && kHalf == 2) start = V::AddInt(V::BroadcastInt(&block.minus32[0]), V::BroadcastInt(&block.minus32[1]));
        if constexpr (kZero == 8) start = V::template ShiftRight<2>(start);
        if constexpr (kZero == 128) start = V::template ShiftLeft<2>(start);
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) acc[r][v] = start;
      }
      if constexpr (kZero != 0) Regroup();
    }

    // From the sums of one row to those of half the columns for two rows, and back.
    inline void Regroup() {
      if constexpr (kGroups == 2) {
#pragma GCC unroll 6
        for (int r = 0; r < kSums; r += 2) {
#pragma GCC unroll 2
          for (int v = 0; v < kVectors; ++v) V::SwapHalves(acc[r][v], acc[r + 1][v]);
        }
      }
    }

    // sum += (scale of w) * (scale of x) * acc
    inline void Add(const Block& x, const Reg (&scale)[kVectors]) {
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        const Reg of_x = V::Broadcast(&x[r].scale);
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) sum[r][v] = V::FmaOnce(V::Mul(scale[v], of_x), V::ToFloat(acc[r][v]), sum[r][v]);
      }
    }

    // sum += (minimum of w) * (sum of x)
    inline void AddMinima(const Block& x, const Reg (&minimum)[kVectors]) {
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        const Reg of_x = V::Broadcast(&x[r].sum);
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) sum[r][v] = V::FmaOnce(minimum[v], of_x, sum[r][v]);
      }
    }

    // acc += codes times four inputs (eight with kGroups of 2) of each row
    template <bool kEight>
    inline void Dot(const Block& x, int at, const Codes& codes) {
#pragma GCC unroll 6
      for (int r = 0; r < kSums; r += kGroups) {
        Bytes inputs;
        if constexpr (kGroups == 1)
          inputs = V::Broadcast4(x[r].codes + at);
        else
          inputs = V::TwoRows(x[r].codes + at, x[r + 1 < kRows ? r + 1 : r].codes + at);
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) {
#pragma GCC unroll 2
          for (int g = 0; g < kGroups; ++g) {
            IReg& sums = acc[r + g][v];
            sums = kEight ? V::Dot8(sums, codes[g][v], inputs) : V::Dot(sums, codes[g][v], inputs);
          }
        }
      }
    }

    static inline void LoadScales(const std::uint8_t* halves, int column, Reg (&scale)[kVectors]) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) scale[v] = V::LoadHalf(halves + 2 * (column + v * kWidth));
    }

    // kGroups of them, from `group` on.
    static inline void LoadGroups(const std::uint8_t* groups, int group, int column, Codes& codes) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
#pragma GCC unroll 2
        for (int g = 0; g < kGroups; ++g)
          codes[g][v] = V::LoadBytes(groups + static_cast<std::size_t>(group + g) * kGroup + 4 * (column + v * kWidth));
        if constexpr (kGroups == 2) V::ByColumns(codes[0][v], codes[1][v]);
      }
    }

    // Groups [0, 8) of a block, from nibbles or expanded.
    template <bool kExpanded>
    inline void DotBlock(const Block& x, const std::uint8_t* groups, int column) {
#pragma GCC unroll 4
      for (int g = 0; g < 4; g += kGroups) {
        Codes low, high;
        LoadGroups(groups, g, column, low);
        if constexpr (kExpanded) {
          LoadGroups(groups, g + 4, column, high);
        } else {
#pragma GCC unroll 2
          for (int i = 0; i < kGroups; ++i) SplitNibbles(low[i], high[i]);
        }
        Dot<false>(x, 4 * g, low);
        Dot<false>(x, 4 * g + 16, high);
      }
    }
    static inline void SplitNibbles(Bytes (&low)[kVectors], Bytes (&high)[kVectors]) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        high[v] = V::HighNibbles(low[v]);
        low[v] = V::LowNibbles(low[v]);
      }
    }

    template <bool kMinima, bool kExpanded>
    inline void MultiplyQ4(const QuantTile& s, int column) {
      const std::uint8_t* record = s.w;
      Block x(s.x);
      for (int b = 0; b < s.k / kQuantBlock; ++b, x.Next(), record += (kMinima ? 2 : 1) * kHalves + 4 * kGroup) {
        const std::uint8_t* groups = kExpanded ? s.codes + static_cast<std::size_t>(b) * 8 * kGroup : record + (kMinima ? 2 : 1) * kHalves;
        Begin<kMinima ? 0 : 8, 2>(x);
        DotBlock<kExpanded>(x, groups, column);
        Regroup();
        Reg scale[kVectors];
        LoadScales(record, column, scale);
        Add(x, scale);
        if constexpr (kMinima) {
          LoadScales(record + kHalves, column, scale);
          AddMinima(x, scale);
        }
      }
    }

    inline void MultiplyQ8(const QuantTile& s, int column) {
      const std::uint8_t* record = s.w;
      Block x(s.x);
      for (int b = 0; b < s.k / kQuantBlock; ++b, x.Next(), record += kHalves + 8 * kGroup) {
        Begin<V::kDot8Zero, 2>(x);
#pragma GCC unroll 8
        for (int g = 0; g < 8; g += kGroups) {
          Codes codes;
          LoadGroups(record + kHalves, g, column, codes);
          Dot<true>(x, 4 * g, codes);
        }
        Regroup();
        Reg scale[kVectors];
        LoadScales(record, column, scale);
        Add(x, scale);
      }
    }

    // Group g (0 to 3) of the sixteen inputs of a half block: a nibble, and two upper bits in quarter 2 kHalf + g / 2.
    template <int kHalf, int kQuarter>
    static inline Bytes SixBits(Bytes nibbles, Bytes bits) {
      const Bytes nibble = kHalf == 0 ? V::LowNibbles(nibbles) : V::HighNibbles(nibbles);
      return V::Or(nibble, V::template Bits<kQuarter>(bits));
    }
    template <int kHalf>
    static inline void LoadSixBits(const std::uint8_t* nibbles, int g, int column, Codes& codes) {
      Codes bits;
      LoadGroups(nibbles, g, column, codes);
      LoadGroups(nibbles + 4 * kGroup, g % 2, column, bits);
#pragma GCC unroll 4
      for (int i = 0; i < kGroups * kVectors; ++i) {
        Bytes& code = codes[i / kVectors][i % kVectors];
        const Bytes upper = bits[i / kVectors][i % kVectors];
        code = g < 2 ? SixBits<kHalf, 2 * kHalf>(code, upper) : SixBits<kHalf, 2 * kHalf + 1>(code, upper);
      }
    }

    // acc = the integer sum of sixteen inputs: `codes` are the block's nibbles, or its expanded groups.
    template <int kHalf, bool kExpanded>
    inline void SumSixteen(const Block& x, const std::uint8_t* codes, int column) {
      Begin<32, kHalf>(x);
#pragma GCC unroll 4
      for (int g = 0; g < 4; g += kGroups) {
        Codes group;
        if constexpr (kExpanded)
          LoadGroups(codes, 4 * kHalf + g, column, group);
        else
          LoadSixBits<kHalf>(codes, g, column, group);
        Dot<false>(x, 16 * kHalf + 4 * g, group);
      }
      Regroup();
    }

    // sum += (scale of x) * (first * first half's sum + second * second half's): each half has its own scale of w.
    template <bool kExpanded>
    inline void AddHalves(const Block& x, const std::uint8_t* record, const std::uint8_t* codes, int column, const Reg (&super)[kVectors]) {
      Reg part[kRows][kVectors];
      SumSixteen<0, kExpanded>(x, codes, column);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        const Reg scale = V::Mul(super[v], V::LoadInt8(record + column + v * kWidth));
#pragma GCC unroll 6
        for (int r = 0; r < kRows; ++r) part[r][v] = V::Mul(scale, V::ToFloat(acc[r][v]));
      }
      SumSixteen<1, kExpanded>(x, codes, column);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        const Reg scale = V::Mul(super[v], V::LoadInt8(record + kPanel + column + v * kWidth));
#pragma GCC unroll 6
        for (int r = 0; r < kRows; ++r) {
          sum[r][v] = V::FmaOnce(V::Broadcast(&x[r].scale), V::FmaOnce(scale, V::ToFloat(acc[r][v]), part[r][v]), sum[r][v]);
        }
      }
    }

    template <bool kExpanded>
    inline void MultiplyQ6(const QuantTile& s, int column) {
      constexpr int kBlocks = 8;  // that share a scale
      const std::uint8_t* record = s.w;
      Block x(s.x);
      for (int first = 0; first < s.k / kQuantBlock; first += kBlocks) {
        Reg super[kVectors];
        LoadScales(record, column, super);
        record += kHalves;
        for (int b = first; b < first + kBlocks; ++b, x.Next(), record += 2 * kPanel + 6 * kGroup) {
          const std::uint8_t* codes = kExpanded ? s.codes + static_cast<std::size_t>(b) * 8 * kGroup : record + 2 * kPanel;
          AddHalves<kExpanded>(x, record, codes, column, super);
        }
      }
    }

    inline void Start(const QuantTile& t, int column) {
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) {
          const float* begin = t.begin + static_cast<std::size_t>(r) * t.ld_begin + column + v * kWidth;
          sum[r][v] = t.begin == nullptr ? V::Set(0.0f) : V::Load(begin);
        }
      }
    }

    static inline void StoreSum(const GemmOutput& out, std::size_t row, int column, int lanes, Reg s) {
      if (out.store == GemmStore::kBf16) {
        Bf16* y = out.y_bf16 + row * out.ldy_bf16 + column;
        const Reg scaled = V::Mul(s, V::Set(out.scale));
        lanes == kWidth ? V::StoreBf16(y, scaled) : V::StoreBf16N(y, scaled, lanes);
        return;
      }
      if (out.store == GemmStore::kAddF32) {
        const float* residual = out.residual + row * out.ld_residual + column;
        s = V::Add(lanes == kWidth ? V::Load(residual) : V::LoadN(residual, lanes), s);
      }
      float* y = out.y + row * out.ldy + column;
      lanes == kWidth ? V::Store(y, s) : V::StoreN(y, s, lanes);
    }

    inline void Finish(const QuantTile& t, int column) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        const int at = column + v * kWidth;
        const int lanes = t.columns - at < kWidth ? t.columns - at : kWidth;
        if (lanes <= 0) return;
#pragma GCC unroll 6
        for (int r = 0; r < kRows; ++r) StoreSum(t.out, static_cast<std::size_t>(r), at, lanes, sum[r][v]);
      }
    }

    template <bool kExpanded>
    inline void Multiply(const QuantTile& t, int column) {
      if (t.type == DType::kQ4_0) MultiplyQ4<false, kExpanded>(t, column);
      if (t.type == DType::kQ4_1) MultiplyQ4<true, kExpanded>(t, column);
      if (t.type == DType::kQ6_K) MultiplyQ6<kExpanded>(t, column);
    }

    inline void Run(const QuantTile& t, int column) {
      Start(t, column);
      if (t.type == DType::kQ8_0)
        MultiplyQ8(t, column);
      else if (t.codes != nullptr)
        Multiply<true>(t, column);
      else
        Multiply<false>(t, column);
      Finish(t, column);
    }
  };

  static inline void ExpandNibbles(const std::uint8_t* groups, std::uint8_t* codes) {
    for (int i = 0; i < static_cast<int>(4 * kGroup); i += 4 * kWidth) {
      const Bytes both = V::LoadBytes(groups + i);
      V::StoreBytes(codes + i, V::LowNibbles(both));
      V::StoreBytes(codes + 4 * kGroup + i, V::HighNibbles(both));
    }
  }

  // Groups g, g + 2, g + 4, g + 6 of a block have their upper bits in group g (0 or 1) of them.
  static inline void ExpandSixBits(const std::uint8_t* nibbles, std::uint8_t* codes) {
    ExpandNibbles(nibbles, codes);
    for (int i = 0; i < static_cast<int>(2 * kGroup); i += 4 * kWidth) {
      const Bytes bits = V::LoadBytes(nibbles + 4 * kGroup + i);
      const auto add = [&](std::uint8_t* to, Bytes upper) { V::StoreBytes(to, V::Or(V::LoadBytes(to), upper)); };
      add(codes + i, V::template Bits<0>(bits));
      add(codes + 2 * kGroup + i, V::template Bits<1>(bits));
      add(codes + 4 * kGroup + i, V::template Bits<2>(bits));
      add(codes + 6 * kGroup + i, V::template Bits<3>(bits));
    }
  }

  static void Expand(DType type, const std::uint8_t* panel, int k, std::uint8_t* codes) {
    for (int b = 0; b < k / kQuantBlock; ++b, codes += 8 * kGroup) {
      if (type == DType::kQ6_K) {
        if (b % 8 == 0) panel += kHalves;
        ExpandSixBits(panel + 2 * kPanel, codes);
        panel += 2 * kPanel + 6 * kGroup;
      } else {
        panel += (type == DType::kQ4_1 ? 2 : 1) * kHalves;
        ExpandNibbles(panel, codes);
        panel += 4 * kGroup;
      }
    }
  }

  template <int kRows>
  static void RunRows(const QuantTile& t) {
    for (int column = 0; column < t.columns; column += kColumns) {
      Pass<kRows> pass;
      pass.Run(t, column);
    }
  }

  static void RunTile(const QuantTile& t) {
    static constexpr void (*kByRows[])(const QuantTile&) = {nullptr,    RunRows<1>, RunRows<2>, RunRows<3>,
                                                            RunRows<4>, RunRows<5>, RunRows<6>};
    kByRows[t.rows](t);
  }

  // code = round(x / scale), scale = max|x| / 127 of the block; a block with a NaN or an infinity has the scale NaN, so that damage is seen in the output.
  static void RoundRow(const float* x, int n, float factor, QuantInput* blocks) {
    for (int i = 0; i < n; i += kQuantBlock) RoundBlock(x + i, factor, *blocks++);
  }

  static inline void RoundBlock(const float* x, float factor, QuantInput& block) {
    Reg top = V::Set(0.0f);
    bool nan = false;
    for (int i = 0; i < kQuantBlock; i += kWidth) {
      const Reg v = V::Load(x + i);
      nan = nan || V::AnyNaN(v);
      top = V::Max(top, V::Abs(v));
    }
    const float largest = V::MaxOf(top);
    if (nan || largest > kLargest) {
      block = QuantInput{};
      block.scale = block.sum = __builtin_nanf("");
      return;
    }
    const Reg inverse = V::Set(largest > kSmallest ? 127.0f / largest : 0.0f);
    std::int32_t sums[2];
    for (int half = 0; half < 2; ++half) {
      IReg sum = V::SetInt(0);
      for (int i = half * kQuantBlock / 2; i < (half + 1) * kQuantBlock / 2; i += kWidth) {
        const IReg code = V::RoundToInt(V::Mul(V::Load(x + i), inverse));
        V::StoreCodes(block.codes + i, code);
        sum = V::AddInt(sum, code);
      }
      sums[half] = V::SumInt(sum);
      block.minus32[half] = -32 * sums[half];
    }
    block.scale = factor * (largest / 127.0f);
    block.sum = block.scale * static_cast<float>(sums[0] + sums[1]);
  }
};

}  // namespace paw
