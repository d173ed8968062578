// NEON: the vector that rows_template.h and quant_template.h are written over, the bf16 tile and the packing, for the tables of 64-bit Arm.
// Each of those files derives its own vector V from NeonVector<V>, in an anonymous namespace, and adds its byte products (Dot, Dot8):
// they are what the instruction sets differ in.
//
// bf16 products are widened in registers and multiplied in fp32, as in the AVX2 table: BFDOT and BFMMLA round and flush in ways of their own.
#pragma once

#include <arm_neon.h>

#include "kernels/rows_template.h"

namespace paw {

template <class V>
struct NeonVector {
  using Reg = float32x4_t;
  static constexpr int kWidth = 4;
  static constexpr int kRegisters = 32;
  static Reg Load(const float* p) { return vld1q_f32(p); }
  // The loads and stores of a row's end are calls: inlined they would be most of the code.
  [[gnu::noinline]] static Reg LoadN(const float* p, int n) {
    float lanes[4] = {};
    for (int i = 0; i < n; ++i) lanes[i] = p[i];
    return vld1q_f32(lanes);
  }
  static void Store(float* p, Reg v) { vst1q_f32(p, v); }
  [[gnu::noinline]] static void StoreN(float* p, Reg v, int n) {
    float lanes[4];
    vst1q_f32(lanes, v);
    for (int i = 0; i < n; ++i) p[i] = lanes[i];
  }
  static Reg Widen(uint16x4_t half) { return vreinterpretq_f32_u32(vshll_n_u16(half, 16)); }
  static Reg LoadBf16(const Bf16* p) { return Widen(vld1_u16(p)); }
  [[gnu::noinline]] static Reg LoadBf16N(const Bf16* p, int n) {
    Bf16 lanes[4] = {};
    for (int i = 0; i < n; ++i) lanes[i] = p[i];
    return Widen(vld1_u16(lanes));
  }
  static uint16x4_t Narrow(Reg v) {  // to nearest, ties to even; NaN stays NaN
    const uint32x4_t bits = vreinterpretq_u32_f32(v);
    const uint32x4_t odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));
    const uint16x4_t rounded = vshrn_n_u32(vaddq_u32(bits, vaddq_u32(odd, vdupq_n_u32(0x7fff))), 16);
    return vbsl_u16(vmovn_u32(vceqq_f32(v, v)), rounded, vdup_n_u16(0x7fc0));
  }
  static void StoreBf16(Bf16* p, Reg v) { vst1_u16(p, Narrow(v)); }
  [[gnu::noinline]] static void StoreBf16N(Bf16* p, Reg v, int n) {
    Bf16 lanes[4];
    vst1_u16(lanes, Narrow(v));
    for (int i = 0; i < n; ++i) p[i] = lanes[i];
  }
  static Reg Set(float f) { return vdupq_n_f32(f); }
  static Reg Add(Reg a, Reg b) { return vaddq_f32(a, b); }
  static Reg Sub(Reg a, Reg b) { return vsubq_f32(a, b); }
  static Reg Mul(Reg a, Reg b) { return vmulq_f32(a, b); }
  static Reg Div(Reg a, Reg b) { return vdivq_f32(a, b); }
  static Reg Fma(Reg a, Reg b, Reg c) { return vfmaq_f32(c, a, b); }
  static Reg Max(Reg a, Reg b) { return vmaxq_f32(a, b); }
  static Reg Min(Reg a, Reg b) { return vminq_f32(a, b); }
  static Reg Round(Reg a) { return vrndnq_f32(a); }
  static Reg TimesPowerOfTwo(Reg a, Reg n) {
    const int32x4_t exponent = vshlq_n_s32(vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127)), 23);
    return vmulq_f32(a, vreinterpretq_f32_s32(exponent));
  }
  static Reg First(Reg a, int n) {
    alignas(16) static constexpr std::int32_t kLane[4] = {0, 1, 2, 3};
    const uint32x4_t mask = vcltq_s32(vld1q_s32(kLane), vdupq_n_s32(n));
    return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(a), mask));
  }
  static Reg SwapPairs(Reg a) { return vrev64q_f32(a); }
  static float Sum(Reg a) { return vaddvq_f32(a); }
  static float MaxOf(Reg a) { return vmaxvq_f32(a); }
  static Reg Exp(Reg x) { return ExpPolynomial<V>(x); }

  using IReg = int32x4_t;
  using Bytes = uint8x16_t;
  static constexpr int kGroups = 1;
  static constexpr int kDot8Zero = 0;  // Dot8 makes the codes signed
  static Bytes LoadBytes(const std::uint8_t* p) { return vld1q_u8(p); }
  static void StoreBytes(std::uint8_t* p, Bytes b) { vst1q_u8(p, b); }
  static Bytes LowNibbles(Bytes b) { return vandq_u8(b, vdupq_n_u8(15)); }
  static Bytes HighNibbles(Bytes b) { return vshrq_n_u8(b, 4); }
  template <int q>
  static Bytes Bits(Bytes b) {
    if constexpr (q < 2) b = vshlq_n_u8(b, 4 - 2 * q);
    if constexpr (q > 2) b = vshrq_n_u8(b, 2);
    return vandq_u8(b, vdupq_n_u8(0x30));
  }
  static Bytes Or(Bytes a, Bytes b) { return vorrq_u8(a, b); }
  static Bytes Broadcast4(const std::int8_t* p) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, p, 4);
    return vreinterpretq_u8_u32(vdupq_n_u32(bits));
  }
  // Codes that stand for code - 128.
  static int8x16_t Signed(Bytes codes) { return vreinterpretq_s8_u8(veorq_u8(codes, vdupq_n_u8(0x80))); }
  static Reg FmaOnce(Reg a, Reg b, Reg c) { return Fma(a, b, c); }
  static IReg SetInt(int i) { return vdupq_n_s32(i); }
  static IReg BroadcastInt(const std::int32_t* p) { return vld1q_dup_s32(p); }
  static Reg Broadcast(const float* p) { return vld1q_dup_f32(p); }
  template <int n>
  static IReg ShiftRight(IReg a) {
    return vshrq_n_s32(a, n);
  }
  template <int n>
  static IReg ShiftLeft(IReg a) {
    return vshlq_n_s32(a, n);
  }
  static IReg AddInt(IReg a, IReg b) { return vaddq_s32(a, b); }
  static std::int32_t SumInt(IReg a) { return vaddvq_s32(a); }
  static Reg ToFloat(IReg a) { return vcvtq_f32_s32(a); }
  static Reg LoadHalf(const std::uint8_t* p) { return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p))); }
  static Reg LoadInt8(const std::uint8_t* p) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, p, 4);
    return vcvtq_f32_s32(vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_u32(vdup_n_u32(bits))))));
  }
  static Reg Abs(Reg a) { return vabsq_f32(a); }
  static bool AnyNaN(Reg a) { return vminvq_u32(vceqq_f32(a, a)) == 0; }
  static IReg RoundToInt(Reg a) { return vcvtnq_s32_f32(a); }
  static void StoreCodes(std::int8_t* p, IReg a) {
    const int16x4_t words = vmovn_s32(a);
    const std::uint32_t bits = vget_lane_u32(vreinterpret_u32_s8(vmovn_s16(vcombine_s16(words, words))), 0);
    __builtin_memcpy(p, &bits, 4);
  }
};

#if defined(__ARM_FEATURE_DOTPROD)
// SDOT: 16 products an instruction.
template <class V>
struct NeonDotprodVector : NeonVector<V> {
  static int32x4_t Dot(int32x4_t acc, uint8x16_t codes, uint8x16_t x) {
    return vdotq_s32(acc, vreinterpretq_s8_u8(codes), vreinterpretq_s8_u8(x));
  }
  static int32x4_t Dot8(int32x4_t acc, uint8x16_t codes, uint8x16_t x) {
    return vdotq_s32(acc, NeonVector<V>::Signed(codes), vreinterpretq_s8_u8(x));
  }
};
#endif

// What a table has beside its rows and its quantised products.
template <class V>
struct NeonTile {
  static constexpr int kVectors = 4;
  static constexpr int kColumns = kVectors * V::kWidth;

  // kRows rows by four vectors: at most 16 sums, 8 widened weights and 2 inputs.
  template <int kRows>
  struct Sums {
    float32x4_t sum[kRows][kVectors];

    inline void Begin(const GemmTile& t, int first_row, int first_column) {
#pragma GCC unroll 4
      for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) {
          const float* y = t.y + (first_row + i) * t.ldy + first_column + v * V::kWidth;
          sum[i][v] = t.resume ? Load(y, Lanes(t, first_column, v)) : vdupq_n_f32(0.0f);
        }
      }
    }

    inline void Multiply(const GemmSegment& s, int first_row, int first_column) {
      const Bf16* x = s.x + static_cast<std::size_t>(first_row) * s.ldx;
      const Bf16* w = s.w + static_cast<std::size_t>(first_column / kPanel) * s.panel_stride + (first_column % kPanel) * 2;
      const uint32x4_t high = vdupq_n_u32(0xffff0000u);
      for (int k = 0; k < s.k; k += 2, w += 2 * kPanel) {
        float32x4_t even[kVectors], odd[kVectors];
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) {
          const uint32x4_t pairs = vreinterpretq_u32_u16(vld1q_u16(w + 8 * v));
          even[v] = vreinterpretq_f32_u32(vshlq_n_u32(pairs, 16));
          odd[v] = vreinterpretq_f32_u32(vandq_u32(pairs, high));
        }
#pragma GCC unroll 4
        for (int i = 0; i < kRows; ++i) {
          std::uint32_t bits;
          __builtin_memcpy(&bits, x + static_cast<std::size_t>(i) * s.ldx + k, 4);
          const uint32x4_t pair = vdupq_n_u32(bits);
          const float32x4_t x_even = vreinterpretq_f32_u32(vshlq_n_u32(pair, 16));
          const float32x4_t x_odd = vreinterpretq_f32_u32(vandq_u32(pair, high));
#pragma GCC unroll 4
          for (int v = 0; v < kVectors; ++v) sum[i][v] = vfmaq_f32(vfmaq_f32(sum[i][v], x_even, even[v]), x_odd, odd[v]);
        }
      }
    }

    inline void Finish(const GemmTile& t, int first_row, int first_column) {
#pragma GCC unroll 4
      for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) {
          const int lanes = Lanes(t, first_column, v);
          if (lanes > 0) StoreSum(t, first_row + i, first_column + v * V::kWidth, lanes, sum[i][v]);
        }
      }
    }
  };

  static inline int Lanes(const GemmTile& t, int first_column, int v) {
    const int left = t.columns - first_column - v * V::kWidth;
    return left >= V::kWidth ? V::kWidth : left > 0 ? left : 0;
  }

  static inline float32x4_t Load(const float* p, int lanes) { return lanes == V::kWidth ? V::Load(p) : V::LoadN(p, lanes); }

  static inline void StoreSum(const GemmTile& t, int row, int column, int lanes, float32x4_t sum) {
    if (t.store == GemmStore::kBf16) {
      Bf16* y = t.y_bf16 + row * t.ldy_bf16 + column;
      const float32x4_t scaled = vmulq_f32(sum, vdupq_n_f32(t.scale));
      lanes == V::kWidth ? V::StoreBf16(y, scaled) : V::StoreBf16N(y, scaled, lanes);
      return;
    }
    if (t.store == GemmStore::kAddF32) sum = vaddq_f32(Load(t.residual + row * t.ld_residual + column, lanes), sum);
    float* y = t.y + row * t.ldy + column;
    lanes == V::kWidth ? V::Store(y, sum) : V::StoreN(y, sum, lanes);
  }

  template <int kRows>
  static inline void Rows(const GemmTile& t, int row, int column) {
    Sums<kRows> sums;
    sums.Begin(t, row, column);
    for (int s = 0; s < t.segment_count; ++s) sums.Multiply(t.segments[s], row, column);
    sums.Finish(t, row, column);
  }

  static void Run(const GemmTile& t) {
    for (int column = 0; column < t.columns; column += kColumns) {
      int row = 0;
      for (; row + 4 <= t.rows; row += 4) Rows<4>(t, row, column);
      if (t.rows - row == 3) Rows<3>(t, row, column);
      if (t.rows - row == 2) Rows<2>(t, row, column);
      if (t.rows - row == 1) Rows<1>(t, row, column);
    }
  }

  static int PanelsAtOnce(int) { return 1; }

  static void PackRowsPanel(const Bf16* in, std::size_t ld, int rows, int columns, Bf16* panel) {
    for (int row = 0; row < rows; row += 2) {
      const Bf16* a = in + static_cast<std::size_t>(row) * ld;
      const Bf16* b = a + ld;
      const bool both = row + 1 < rows;
      Bf16* out = panel + row * kPanel;
      int c = 0;
      for (; c + 8 <= columns; c += 8) vst2q_u16(out + 2 * c, {{vld1q_u16(a + c), both ? vld1q_u16(b + c) : vdupq_n_u16(0)}});
      for (; c < columns; ++c) {
        out[2 * c] = a[c];
        out[2 * c + 1] = both ? b[c] : static_cast<Bf16>(0);
      }
      for (c = 2 * columns; c < 2 * kPanel; ++c) out[c] = 0;
    }
  }

  static constexpr Kernels Table(const char* name) { return RowKernels<V>::Table(name, Run, PanelsAtOnce, PackRowsPanel); }
};

}  // namespace paw
