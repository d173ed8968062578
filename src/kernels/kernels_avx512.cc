// AVX-512 with BF16 and VNNI: vdpbf16ps, 32 products an instruction; vpdpbusd, 64. Compiled with its own flags; chosen by dispatch.cc only.
#include "kernels/kernels.h"
#include "kernels/kernels_isa.h"

#if defined(__AVX512BF16__) && defined(__AVX512VNNI__) && defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && \
    defined(__AVX512VL__)
#include <immintrin.h>

#include "kernels/rows_template.h"

namespace paw {
namespace {

struct V {
  using Reg = __m512;
  static constexpr int kWidth = 16;
  static constexpr int kRegisters = 32;
  static __mmask16 Mask(int n) { return static_cast<__mmask16>((1u << n) - 1u); }
  static Reg Load(const float* p) { return _mm512_loadu_ps(p); }
  static Reg LoadN(const float* p, int n) { return _mm512_maskz_loadu_ps(Mask(n), p); }
  static void Store(float* p, Reg v) { _mm512_storeu_ps(p, v); }
  static void StoreN(float* p, Reg v, int n) { _mm512_mask_storeu_ps(p, Mask(n), v); }
  static Reg Widen(__m256i half) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16)); }
  static Reg LoadBf16(const Bf16* p) { return Widen(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
  static Reg LoadBf16N(const Bf16* p, int n) { return Widen(_mm256_maskz_loadu_epi16(Mask(n), p)); }
  static __m256i Narrow(Reg v) { return reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(v)); }
  static void StoreBf16(Bf16* p, Reg v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), Narrow(v)); }
  static void StoreBf16N(Bf16* p, Reg v, int n) { _mm256_mask_storeu_epi16(p, Mask(n), Narrow(v)); }
  static Reg Set(float f) { return _mm512_set1_ps(f); }
  static Reg Add(Reg a, Reg b) { return _mm512_add_ps(a, b); }
  static Reg Sub(Reg a, Reg b) { return _mm512_sub_ps(a, b); }
  static Reg Mul(Reg a, Reg b) { return _mm512_mul_ps(a, b); }
  static Reg Div(Reg a, Reg b) { return _mm512_div_ps(a, b); }
  static Reg Fma(Reg a, Reg b, Reg c) { return _mm512_fmadd_ps(a, b, c); }
  static Reg Max(Reg a, Reg b) { return _mm512_max_ps(a, b); }
  static Reg Min(Reg a, Reg b) { return _mm512_min_ps(a, b); }
  static Reg Round(Reg a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static Reg TimesPowerOfTwo(Reg a, Reg n) { return _mm512_scalef_ps(a, n); }
  static Reg First(Reg a, int n) { return _mm512_maskz_mov_ps(Mask(n), a); }
  static Reg SwapPairs(Reg a) { return _mm512_permute_ps(a, 0xB1); }
  static float Sum(Reg a) { return _mm512_reduce_add_ps(a); }
  static float MaxOf(Reg a) { return _mm512_reduce_max_ps(a); }
  static Reg Exp(Reg x) { return ExpPolynomial<V>(x); }

  using IReg = __m512i;
  using Bytes = __m512i;
  static constexpr int kGroups = 1;
  static constexpr int kDot8Zero = 128;  // vpdpbusd takes codes as unsigned bytes
  static Bytes LoadBytes(const std::uint8_t* p) { return _mm512_loadu_si512(p); }
  static void StoreBytes(std::uint8_t* p, Bytes b) { _mm512_storeu_si512(p, b); }
  static Bytes LowNibbles(Bytes b) { return _mm512_and_si512(b, _mm512_set1_epi8(15)); }
  static Bytes HighNibbles(Bytes b) { return _mm512_and_si512(_mm512_srli_epi16(b, 4), _mm512_set1_epi8(15)); }
  template <int q>
  static Bytes Bits(Bytes b) {
    const __m512i moved = q < 2 ? _mm512_slli_epi16(b, 4 - 2 * q) : q == 2 ? b : _mm512_srli_epi16(b, 2);
    return _mm512_and_si512(moved, _mm512_set1_epi8(0x30));
  }
  static Bytes Or(Bytes a, Bytes b) { return _mm512_or_si512(a, b); }
  static Bytes Broadcast4(const std::int8_t* p) {
    int bits;
    __builtin_memcpy(&bits, p, 4);
    return _mm512_set1_epi32(bits);
  }
  static IReg Dot(IReg acc, Bytes codes, Bytes x) { return _mm512_dpbusd_epi32(acc, codes, x); }
  static IReg Dot8(IReg acc, Bytes codes, Bytes x) { return _mm512_dpbusd_epi32(acc, codes, x); }
  static Reg FmaOnce(Reg a, Reg b, Reg c) { return Fma(a, b, c); }
  static IReg SetInt(int i) { return _mm512_set1_epi32(i); }
  static IReg BroadcastInt(const std::int32_t* p) { return _mm512_set1_epi32(*p); }
  static Reg Broadcast(const float* p) { return _mm512_set1_ps(*p); }
  template <int n>
  static IReg ShiftRight(IReg a) {
    return _mm512_srai_epi32(a, n);
  }
  template <int n>
  static IReg ShiftLeft(IReg a) {
    return _mm512_slli_epi32(a, n);
  }
  static IReg AddInt(IReg a, IReg b) { return _mm512_add_epi32(a, b); }
  static std::int32_t SumInt(IReg a) { return _mm512_reduce_add_epi32(a); }
  static Reg ToFloat(IReg a) { return _mm512_cvtepi32_ps(a); }
  static Reg LoadHalf(const std::uint8_t* p) { return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
  static Reg LoadInt8(const std::uint8_t* p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
  }
  static Reg Abs(Reg a) { return _mm512_abs_ps(a); }
  static bool AnyNaN(Reg a) { return _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q) != 0; }
  static IReg RoundToInt(Reg a) { return _mm512_cvtps_epi32(a); }
  static void StoreCodes(std::int8_t* p, IReg a) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(a)); }
};

inline __m512bh AsBf16(__m512i v) { return reinterpret_cast<__m512bh>(v); }

// The tile. Rows address X through a few bases so that twelve rows need few registers.
template <int kRows, int kVectors>
struct Tile {
  __m512 sum[kRows][kVectors];

  inline void Begin(const GemmTile& t) {
    if (!t.resume) {
#pragma GCC unroll 12
      for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v) sum[i][v] = _mm512_setzero_ps();
      }
      return;
    }
#pragma GCC unroll 12
    for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) sum[i][v] = _mm512_maskz_loadu_ps(ColumnMask(t, v), t.y + i * t.ldy + v * 16);
    }
  }

  static inline __mmask16 ColumnMask(const GemmTile& t, int v) {
    const int left = t.columns - v * 16;
    return left >= 16 ? static_cast<__mmask16>(0xffff) : left <= 0 ? static_cast<__mmask16>(0) : V::Mask(left);
  }

  inline void Multiply(const GemmSegment& s) {
    const Bf16* const x0 = s.x;
    const std::size_t ld = s.ldx;
    const Bf16* w = s.w;
    const Bf16* const x3 = x0 + 3 * ld;
    const Bf16* const x6 = x0 + 6 * ld;
    const Bf16* const x9 = x0 + 9 * ld;
    const int pairs = s.k / 2;
    for (int pair = 0; pair < pairs; ++pair) {
      __m512i b[kVectors];
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) b[v] = _mm512_loadu_si512(w + (v / 2) * s.panel_stride + (v % 2) * 32);
#pragma GCC unroll 12
      for (int i = 0; i < kRows; ++i) {
        const Bf16* base = i < 3 ? x0 : i < 6 ? x3 : i < 9 ? x6 : x9;
        int bits;
        __builtin_memcpy(&bits, base + static_cast<std::size_t>(i % 3) * ld + 2 * pair, 4);
        const __m512i a = _mm512_set1_epi32(bits);
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v) sum[i][v] = _mm512_dpbf16_ps(sum[i][v], AsBf16(a), AsBf16(b[v]));
      }
      w += 2 * kPanel;
    }
  }

  // body(row, vector, mask, sum), unrolled: the sums never leave their registers.
  template <class Body>
  inline void ForEachSum(const GemmTile& t, Body body) {
#pragma GCC unroll 12
    for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) body(static_cast<std::size_t>(i), v, ColumnMask(t, v), sum[i][v]);
    }
  }

  inline void Finish(const GemmTile& t) {
    if (t.store == GemmStore::kF32) {
      ForEachSum(t, [&](std::size_t i, int v, __mmask16 mask, __m512 s) { _mm512_mask_storeu_ps(t.y + i * t.ldy + v * 16, mask, s); });
    } else if (t.store == GemmStore::kAddF32) {
      ForEachSum(t, [&](std::size_t i, int v, __mmask16 mask, __m512 s) {
        const __m512 r = _mm512_maskz_loadu_ps(mask, t.residual + i * t.ld_residual + v * 16);
        _mm512_mask_storeu_ps(t.y + i * t.ldy + v * 16, mask, _mm512_add_ps(r, s));
      });
    } else {
      const __m512 scale = _mm512_set1_ps(t.scale);
      ForEachSum(t, [&](std::size_t i, int v, __mmask16 mask, __m512 s) {
        _mm256_mask_storeu_epi16(t.y_bf16 + i * t.ldy_bf16 + v * 16, mask, V::Narrow(_mm512_mul_ps(s, scale)));
      });
    }
  }

  static void Run(const GemmTile& t) {
    Tile tile;
    tile.Begin(t);
    for (int s = 0; s < t.segment_count; ++s) tile.Multiply(t.segments[s]);
    tile.Finish(t);
  }
};

using TileFunction = void (*)(const GemmTile&);

// By height: half a panel, one panel, and the widest that registers allow.
constexpr TileFunction kHalf[kTileRows + 1] = {nullptr,          Tile<1, 1>::Run,  Tile<2, 1>::Run, Tile<3, 1>::Run, Tile<4, 1>::Run,
                                               Tile<5, 1>::Run,  Tile<6, 1>::Run,  Tile<7, 1>::Run, Tile<8, 1>::Run, Tile<9, 1>::Run,
                                               Tile<10, 1>::Run, Tile<11, 1>::Run, Tile<12, 1>::Run};
constexpr TileFunction kOne[kTileRows + 1] = {nullptr,          Tile<1, 2>::Run,  Tile<2, 2>::Run, Tile<3, 2>::Run, Tile<4, 2>::Run,
                                              Tile<5, 2>::Run,  Tile<6, 2>::Run,  Tile<7, 2>::Run, Tile<8, 2>::Run, Tile<9, 2>::Run,
                                              Tile<10, 2>::Run, Tile<11, 2>::Run, Tile<12, 2>::Run};
constexpr TileFunction kTwo[7] = {nullptr,         Tile<1, 4>::Run, Tile<2, 4>::Run, Tile<3, 4>::Run,
                                  Tile<4, 4>::Run, Tile<5, 4>::Run, Tile<6, 4>::Run};
constexpr TileFunction kFour[4] = {nullptr, Tile<1, 8>::Run, Tile<2, 8>::Run, Tile<3, 8>::Run};

int PanelsAtOnce(int rows) { return rows <= 3 ? 4 : rows <= 6 ? 2 : 1; }

void RunTile(const GemmTile& t) {
  if (t.panels == 1) {
    (t.columns <= 16 ? kHalf : kOne)[t.rows](t);
  } else if (t.panels == 2) {
    kTwo[t.rows](t);
  } else {
    kFour[t.rows](t);
  }
}

void PackRowsPanel(const Bf16* in, std::size_t ld, int rows, int columns, Bf16* panel) {
  const __mmask32 mask = columns >= 32 ? 0xffffffffu : (1u << columns) - 1u;
  // Words of rows t and t + 1, alternating: the low and the high sixteen columns.
  alignas(64) static constexpr std::uint16_t kLow[32] = {0, 32, 1, 33, 2,  34, 3,  35, 4,  36, 5,  37, 6,  38, 7,  39,
                                                         8, 40, 9, 41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47};
  const __m512i low = _mm512_load_si512(kLow);
  const __m512i high = _mm512_add_epi16(low, _mm512_set1_epi16(16));
  for (int row = 0; row < rows; row += 2) {
    const __m512i a = _mm512_maskz_loadu_epi16(mask, in + static_cast<std::size_t>(row) * ld);
    const __m512i b = row + 1 < rows ? _mm512_maskz_loadu_epi16(mask, in + static_cast<std::size_t>(row + 1) * ld) : _mm512_setzero_si512();
    _mm512_storeu_si512(panel + row * kPanel, _mm512_permutex2var_epi16(a, low, b));
    _mm512_storeu_si512(panel + row * kPanel + 32, _mm512_permutex2var_epi16(a, high, b));
  }
}

constexpr Kernels kTable = RowKernels<V>::Table("avx512_bf16", RunTile, PanelsAtOnce, PackRowsPanel);

}  // namespace

const Kernels* Avx512Bf16Kernels() { return &kTable; }

}  // namespace paw

#else

namespace paw {
const Kernels* Avx512Bf16Kernels() { return nullptr; }
}  // namespace paw

#endif
