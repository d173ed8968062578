// AVX2 with FMA: bf16 pairs are widened in registers (a shift, a mask) and multiplied in fp32. Compiled with its own flags.
#include "kernels/kernels.h"
#include "kernels/kernels_isa.h"

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#include <immintrin.h>

#include "kernels/rows_template.h"

namespace paw {
namespace {

struct V {
  using Reg = __m256;
  static constexpr int kWidth = 8;
  static constexpr int kRegisters = 16;
  static __m256i Lanes(int n) { return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)); }
  static Reg Load(const float* p) { return _mm256_loadu_ps(p); }
  static Reg LoadN(const float* p, int n) { return _mm256_maskload_ps(p, Lanes(n)); }
  static void Store(float* p, Reg v) { _mm256_storeu_ps(p, v); }
  static void StoreN(float* p, Reg v, int n) { _mm256_maskstore_ps(p, Lanes(n), v); }
  static Reg Widen(__m128i half) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16)); }
  static Reg LoadBf16(const Bf16* p) { return Widen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
  static Reg LoadBf16N(const Bf16* p, int n) {
    alignas(16) Bf16 lanes[8] = {};
    for (int i = 0; i < n; ++i) lanes[i] = p[i];
    return Widen(_mm_load_si128(reinterpret_cast<const __m128i*>(lanes)));
  }
  static __m128i Narrow(Reg v) {  // to nearest, ties to even; NaN stays NaN
    const __m256i bits = _mm256_castps_si256(v);
    const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    __m256i rounded = _mm256_srli_epi32(_mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff))), 16);
    const __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q));
    rounded = _mm256_blendv_epi8(rounded, _mm256_set1_epi32(0x7fc0), nan);
    return _mm_packus_epi32(_mm256_castsi256_si128(rounded), _mm256_extracti128_si256(rounded, 1));
  }
  static void StoreBf16(Bf16* p, Reg v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), Narrow(v)); }
  static void StoreBf16N(Bf16* p, Reg v, int n) {
    alignas(16) Bf16 lanes[8];
    _mm_store_si128(reinterpret_cast<__m128i*>(lanes), Narrow(v));
    for (int i = 0; i < n; ++i) p[i] = lanes[i];
  }
  static Reg Set(float f) { return _mm256_set1_ps(f); }
  static Reg Add(Reg a, Reg b) { return _mm256_add_ps(a, b); }
  static Reg Sub(Reg a, Reg b) { return _mm256_sub_ps(a, b); }
  static Reg Mul(Reg a, Reg b) { return _mm256_mul_ps(a, b); }
  static Reg Div(Reg a, Reg b) { return _mm256_div_ps(a, b); }
  static Reg Fma(Reg a, Reg b, Reg c) { return _mm256_fmadd_ps(a, b, c); }
  static Reg Max(Reg a, Reg b) { return _mm256_max_ps(a, b); }
  static Reg Min(Reg a, Reg b) { return _mm256_min_ps(a, b); }
  static Reg Round(Reg a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static Reg TimesPowerOfTwo(Reg a, Reg n) {
    const __m256i exponent = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    return _mm256_mul_ps(a, _mm256_castsi256_ps(exponent));
  }
  static Reg First(Reg a, int n) { return _mm256_and_ps(a, _mm256_castsi256_ps(Lanes(n))); }
  static Reg SwapPairs(Reg a) { return _mm256_permute_ps(a, 0xB1); }
  static float Sum(Reg a) {
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps(s, s, 1)));
  }
  static float MaxOf(Reg a) {
    __m128 s = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    s = _mm_max_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_max_ss(s, _mm_shuffle_ps(s, s, 1)));
  }
  static Reg Exp(Reg x) { return ExpPolynomial<V>(x); }

  using IReg = __m256i;
  using Bytes = __m256i;
  static constexpr int kGroups = 1;
  static constexpr int kDot8Zero = 0;  // Dot8 makes the codes signed
  static Bytes LoadBytes(const std::uint8_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
  static void StoreBytes(std::uint8_t* p, Bytes b) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), b); }
  static Bytes LowNibbles(Bytes b) { return _mm256_and_si256(b, _mm256_set1_epi8(15)); }
  static Bytes HighNibbles(Bytes b) { return _mm256_and_si256(_mm256_srli_epi16(b, 4), _mm256_set1_epi8(15)); }
  template <int q>
  static Bytes Bits(Bytes b) {
    const __m256i moved = q < 2 ? _mm256_slli_epi16(b, 4 - 2 * q) : q == 2 ? b : _mm256_srli_epi16(b, 2);
    return _mm256_and_si256(moved, _mm256_set1_epi8(0x30));
  }
  static Bytes Or(Bytes a, Bytes b) { return _mm256_or_si256(a, b); }
  static Bytes Broadcast4(const std::int8_t* p) {
    int bits;
    __builtin_memcpy(&bits, p, 4);
    return _mm256_set1_epi32(bits);
  }
  // Sums of two products fit 16 bits: codes below 128 times 127, twice, and |code| at most 128 in Dot8.
  static IReg Dot(IReg acc, Bytes codes, Bytes x) {
    return _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_maddubs_epi16(codes, x), _mm256_set1_epi16(1)));
  }
  static IReg Dot8(IReg acc, Bytes codes, Bytes x) {
    const Bytes w = _mm256_xor_si256(codes, _mm256_set1_epi8(-128));
    return Dot(acc, _mm256_abs_epi8(w), _mm256_sign_epi8(x, w));
  }
  static Reg FmaOnce(Reg a, Reg b, Reg c) { return Fma(a, b, c); }
  static IReg SetInt(int i) { return _mm256_set1_epi32(i); }
  static IReg BroadcastInt(const std::int32_t* p) { return _mm256_set1_epi32(*p); }
  static Reg Broadcast(const float* p) { return _mm256_broadcast_ss(p); }
  template <int n>
  static IReg ShiftRight(IReg a) {
    return _mm256_srai_epi32(a, n);
  }
  template <int n>
  static IReg ShiftLeft(IReg a) {
    return _mm256_slli_epi32(a, n);
  }
  static IReg AddInt(IReg a, IReg b) { return _mm256_add_epi32(a, b); }
  static std::int32_t SumInt(IReg a) {
    __m128i s = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xB1)));
  }
  static Reg ToFloat(IReg a) { return _mm256_cvtepi32_ps(a); }
  static Reg LoadHalf(const std::uint8_t* p) { return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
  static Reg LoadInt8(const std::uint8_t* p) {
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
  }
  static Reg Abs(Reg a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
  static bool AnyNaN(Reg a) { return _mm256_movemask_ps(_mm256_cmp_ps(a, a, _CMP_UNORD_Q)) != 0; }
  static IReg RoundToInt(Reg a) { return _mm256_cvtps_epi32(a); }
  static void StoreCodes(std::int8_t* p, IReg a) {
    const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packs_epi16(words, words));
  }
};

// kRows rows by two vectors (16 columns): 8 sums, 4 widened weights, 2 widened inputs.
template <int kRows>
void Columns16(const GemmTile& t, int first_row, int first_column) {
  const __m256i high = _mm256_set1_epi32(static_cast<int>(0xffff0000u));
  const int columns = t.columns - first_column;
  const int lanes[2] = {columns > 8 ? 8 : columns, columns > 16 ? 8 : columns - 8 > 0 ? columns - 8 : 0};
  __m256 sum[kRows][2];
  for (int i = 0; i < kRows; ++i) {
    for (int v = 0; v < 2; ++v) {
      sum[i][v] = t.resume ? V::LoadN(t.y + (first_row + i) * t.ldy + first_column + v * 8, lanes[v]) : _mm256_setzero_ps();
    }
  }
  for (int s = 0; s < t.segment_count; ++s) {
    const GemmSegment& segment = t.segments[s];
    const Bf16* x = segment.x + static_cast<std::size_t>(first_row) * segment.ldx;
    const Bf16* w = segment.w + static_cast<std::size_t>(first_column / kPanel) * segment.panel_stride + (first_column % kPanel) * 2;
    for (int k = 0; k < segment.k; k += 2, w += 2 * kPanel) {
      const __m256i w0 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w));
      const __m256i w1 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w + 16));
      const __m256 even[2] = {_mm256_castsi256_ps(_mm256_slli_epi32(w0, 16)), _mm256_castsi256_ps(_mm256_slli_epi32(w1, 16))};
      const __m256 odd[2] = {_mm256_castsi256_ps(_mm256_and_si256(w0, high)), _mm256_castsi256_ps(_mm256_and_si256(w1, high))};
#pragma GCC unroll 4
      for (int i = 0; i < kRows; ++i) {
        int bits;
        __builtin_memcpy(&bits, x + static_cast<std::size_t>(i) * segment.ldx + k, 4);
        const __m256i pair = _mm256_set1_epi32(bits);
        const __m256 x_even = _mm256_castsi256_ps(_mm256_slli_epi32(pair, 16));
        const __m256 x_odd = _mm256_castsi256_ps(_mm256_and_si256(pair, high));
        for (int v = 0; v < 2; ++v) sum[i][v] = _mm256_fmadd_ps(x_odd, odd[v], _mm256_fmadd_ps(x_even, even[v], sum[i][v]));
      }
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int v = 0; v < 2; ++v) {
      if (lanes[v] <= 0) continue;
      const int row = first_row + i;
      const int column = first_column + v * 8;
      if (t.store == GemmStore::kF32) V::StoreN(t.y + row * t.ldy + column, sum[i][v], lanes[v]);
      if (t.store == GemmStore::kAddF32) {
        const __m256 r = V::LoadN(t.residual + row * t.ld_residual + column, lanes[v]);
        V::StoreN(t.y + row * t.ldy + column, _mm256_add_ps(r, sum[i][v]), lanes[v]);
      }
      if (t.store == GemmStore::kBf16) {
        V::StoreBf16N(t.y_bf16 + row * t.ldy_bf16 + column, _mm256_mul_ps(sum[i][v], _mm256_set1_ps(t.scale)), lanes[v]);
      }
    }
  }
}

int PanelsAtOnce(int) { return 1; }

void RunTile(const GemmTile& t) {
  for (int column = 0; column < t.columns; column += 16) {
    int row = 0;
    for (; row + 4 <= t.rows; row += 4) Columns16<4>(t, row, column);
    if (t.rows - row == 3) Columns16<3>(t, row, column);
    if (t.rows - row == 2) Columns16<2>(t, row, column);
    if (t.rows - row == 1) Columns16<1>(t, row, column);
  }
}

void PackRowsPanel(const Bf16* in, std::size_t ld, int rows, int columns, Bf16* panel) {
  for (int row = 0; row < rows; row += 2) {
    const Bf16* a = in + static_cast<std::size_t>(row) * ld;
    const Bf16* b = a + ld;
    const bool both = row + 1 < rows;
    for (int c = 0; c < columns; ++c) {
      panel[row * kPanel + 2 * c] = a[c];
      panel[row * kPanel + 2 * c + 1] = both ? b[c] : static_cast<Bf16>(0);
    }
    for (int c = 2 * columns; c < 2 * kPanel; ++c) panel[row * kPanel + c] = 0;
  }
}

constexpr Kernels kTable = RowKernels<V>::Table("avx2", RunTile, PanelsAtOnce, PackRowsPanel);

}  // namespace

const Kernels* Avx2Kernels() { return &kTable; }

}  // namespace paw

#else

namespace paw {
const Kernels* Avx2Kernels() { return nullptr; }
}  // namespace paw

#endif
