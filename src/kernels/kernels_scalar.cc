// The scalar table: a vector of one lane. Plain loops, any machine; the oracle of the fast tables.
#include <cmath>
#include <cstring>

#include "kernels/kernels.h"
#include "kernels/kernels_isa.h"
#include "kernels/rows_template.h"

namespace paw {
namespace {

float Widen(Bf16 half) {
  const std::uint32_t bits = static_cast<std::uint32_t>(half) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

Bf16 Narrow(float value) {  // to nearest, ties to even
  std::uint32_t bits;
  std::memcpy(&bits, &value, 4);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<Bf16>((bits >> 16) | 0x40u);
  return static_cast<Bf16>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

struct V {
  using Reg = float;
  static constexpr int kWidth = 1;
  static constexpr int kRegisters = 16;
  static Reg Load(const float* p) { return *p; }
  static Reg LoadN(const float*, int) { return 0.0f; }
  static void Store(float* p, Reg v) { *p = v; }
  static void StoreN(float*, Reg, int) {}
  static Reg LoadBf16(const Bf16* p) { return Widen(*p); }
  static Reg LoadBf16N(const Bf16*, int) { return 0.0f; }
  static void StoreBf16(Bf16* p, Reg v) { *p = Narrow(v); }
  static void StoreBf16N(Bf16*, Reg, int) {}
  static Reg Set(float f) { return f; }
  static Reg Add(Reg a, Reg b) { return a + b; }
  static Reg Sub(Reg a, Reg b) { return a - b; }
  static Reg Mul(Reg a, Reg b) { return a * b; }
  static Reg Div(Reg a, Reg b) { return a / b; }
  static Reg Fma(Reg a, Reg b, Reg c) { return a * b + c; }
  static Reg First(Reg a, int) { return a; }
  static Reg Max(Reg a, Reg b) { return a > b ? a : b; }
  static Reg Min(Reg a, Reg b) { return a < b ? a : b; }
  static Reg SwapPairs(Reg a) { return a; }  // Rope is written out below
  static float Sum(Reg a) { return a; }
  static float MaxOf(Reg a) { return a; }
  static Reg Exp(Reg x) { return std::exp(x); }

  using IReg = std::int32_t;
  using Bytes = std::uint32_t;  // four codes
  static constexpr int kGroups = 1;
  static constexpr int kDot8Zero = 128;
  static Bytes LoadBytes(const std::uint8_t* p) {
    Bytes b;
    std::memcpy(&b, p, 4);
    return b;
  }
  static void StoreBytes(std::uint8_t* p, Bytes b) { std::memcpy(p, &b, 4); }
  static Bytes LowNibbles(Bytes b) { return b & 0x0f0f0f0fu; }
  static Bytes HighNibbles(Bytes b) { return b >> 4 & 0x0f0f0f0fu; }
  template <int q>
  static Bytes Bits(Bytes b) {
    return (q <= 2 ? b << (4 - 2 * q) : b >> 2) & 0x30303030u;
  }
  static Bytes Or(Bytes a, Bytes b) { return a | b; }
  static Bytes Broadcast4(const std::int8_t* p) { return LoadBytes(reinterpret_cast<const std::uint8_t*>(p)); }
  static IReg Dot(IReg acc, Bytes codes, Bytes x) {
    for (int i = 0; i < 4; ++i) {
      acc += static_cast<std::int32_t>(codes >> (8 * i) & 0xff) * static_cast<std::int8_t>(static_cast<std::uint8_t>(x >> (8 * i)));
    }
    return acc;
  }
  static IReg Dot8(IReg acc, Bytes codes, Bytes x) { return Dot(acc, codes, x); }
  static Reg FmaOnce(Reg a, Reg b, Reg c) { return std::fma(a, b, c); }
  static IReg SetInt(int i) { return i; }
  static IReg BroadcastInt(const std::int32_t* p) { return *p; }
  static Reg Broadcast(const float* p) { return *p; }
  template <int n>
  static IReg ShiftRight(IReg a) {
    return a >> n;
  }
  template <int n>
  static IReg ShiftLeft(IReg a) {
    return a * (1 << n);
  }
  static IReg AddInt(IReg a, IReg b) { return a + b; }
  static std::int32_t SumInt(IReg a) { return a; }
  static Reg ToFloat(IReg a) { return static_cast<float>(a); }
  static Reg LoadHalf(const std::uint8_t* p) {
    std::uint16_t half;
    std::memcpy(&half, p, 2);
    return HalfToFloat(half);
  }
  static Reg LoadInt8(const std::uint8_t* p) { return static_cast<float>(static_cast<std::int8_t>(*p)); }
  static Reg Abs(Reg a) { return std::fabs(a); }
  static bool AnyNaN(Reg a) { return std::isnan(a); }
  static IReg RoundToInt(Reg a) { return static_cast<std::int32_t>(std::lrint(a)); }
  static void StoreCodes(std::int8_t* p, IReg a) { *p = static_cast<std::int8_t>(a); }
};

void Rope(const float* x, const float* cosine, const float* sine, int n, int head_width, float direction, Bf16* y) {
  for (int head = 0; head < n; head += head_width) {
    for (int i = 0; i < head_width; i += 2) {
      const float c = cosine[i];
      const float s = direction * sine[i + 1];
      y[head + i] = Narrow(x[head + i] * c - x[head + i + 1] * s);
      y[head + i + 1] = Narrow(x[head + i + 1] * c + x[head + i] * s);
    }
  }
}

int PanelsAtOnce(int) { return 1; }

void RunTile(const GemmTile& t) {
  for (int i = 0; i < t.rows; ++i) {
    for (int j = 0; j < t.columns; ++j) {
      float sum = t.resume ? t.y[i * t.ldy + j] : 0.0f;
      for (int s = 0; s < t.segment_count; ++s) {
        const GemmSegment& segment = t.segments[s];
        const Bf16* x = segment.x + i * segment.ldx;
        const Bf16* w = segment.w + static_cast<std::size_t>(j / kPanel) * segment.panel_stride + (j % kPanel) * 2;
        for (int k = 0; k < segment.k; ++k) sum += Widen(x[k]) * Widen(w[(k / 2) * 2 * kPanel + k % 2]);
      }
      if (t.store == GemmStore::kF32) t.y[i * t.ldy + j] = sum;
      if (t.store == GemmStore::kAddF32) t.y[i * t.ldy + j] = t.residual[i * t.ld_residual + j] + sum;
      if (t.store == GemmStore::kBf16) t.y_bf16[i * t.ldy_bf16 + j] = Narrow(t.scale * sum);
    }
  }
}

void PackRowsPanel(const Bf16* in, std::size_t ld, int rows, int columns, Bf16* panel) {
  for (int row = 0; row < rows + rows % 2; ++row) {
    for (int c = 0; c < kPanel; ++c) {
      const bool inside = row < rows && c < columns;
      panel[(row / 2) * 2 * kPanel + 2 * c + row % 2] = inside ? in[static_cast<std::size_t>(row) * ld + c] : static_cast<Bf16>(0);
    }
  }
}

// std::fma rounds once on every machine, with the instruction or without it.
void FmaPanel(const float* x, std::size_t ldx, int rows, const float* w, int k, float* y) {
  for (int n = 0; n < k; ++n) {
    for (int i = 0; i < rows; ++i) {
      for (int c = 0; c < kPanel; ++c) {
        float& sum = y[i * kPanel + c];
        sum = std::fma(x[static_cast<std::size_t>(n) * ldx + static_cast<std::size_t>(i)], w[n * kPanel + c], sum);
      }
    }
  }
}

constexpr Kernels MakeTable() {
  Kernels table = RowKernels<V>::Table("scalar", RunTile, PanelsAtOnce, PackRowsPanel);
  table.rope = Rope;
  table.fma_panel = FmaPanel;
  return table;
}
constexpr Kernels kTable = MakeTable();

}  // namespace

const Kernels* ScalarKernels() { return &kTable; }

}  // namespace paw
