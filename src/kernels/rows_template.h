// The loops over one row (norms, rotation, activations, softmax), written once over a vector type V and compiled once an instruction
// set. V lives in an anonymous namespace of its file, so no instantiation is ever shared between files built with other flags; for the
// same reason nothing from the standard library is called here.
//
// V: Reg, kWidth, kRegisters (of the instruction set); Load/Store (full) and LoadN/StoreN (first n lanes, the rest zero); the same for bf16;
//    Set Add Sub Mul Fma Max Min Div Exp SwapPairs; First keeps the first n lanes, the rest zero; Sum and MaxOf reduce in one fixed order.
#pragma once

#include "kernels/kernels.h"
#include "kernels/quant_template.h"

namespace paw {

template <class V>
struct RowKernels {
  using Reg = typename V::Reg;
  static constexpr int kWidth = V::kWidth;

  // body(i, lanes): the loads and stores inside see how many lanes are real.
  template <class Body>
  static inline void ForEach(int n, Body body) {
    int i = 0;
    for (; i + kWidth <= n; i += kWidth) body(i, kWidth);
    if (i < n) body(i, n - i);
  }
  static inline Reg Load(const float* p, int lanes) { return lanes == kWidth ? V::Load(p) : V::LoadN(p, lanes); }
  static inline Reg Load(const Bf16* p, int lanes) { return lanes == kWidth ? V::LoadBf16(p) : V::LoadBf16N(p, lanes); }
  static inline void Store(float* p, Reg v, int lanes) { lanes == kWidth ? V::Store(p, v) : V::StoreN(p, v, lanes); }
  static inline void Store(Bf16* p, Reg v, int lanes) { lanes == kWidth ? V::StoreBf16(p, v) : V::StoreBf16N(p, v, lanes); }

  static void ToBf16(const float* in, int n, float scale, Bf16* out) {
    const Reg factor = V::Set(scale);
    ForEach(n, [&](int i, int lanes) { Store(out + i, V::Mul(Load(in + i, lanes), factor), lanes); });
  }

  static void AddRow(const float* in, int n, float* out) {
    ForEach(n, [&](int i, int lanes) { Store(out + i, V::Add(Load(out + i, lanes), Load(in + i, lanes)), lanes); });
  }

  static float ReciprocalRms(const float* h, int n, float epsilon) {
    Reg sum = V::Set(0.0f);
    ForEach(n, [&](int i, int lanes) {
      const Reg v = Load(h + i, lanes);
      sum = V::Fma(v, v, sum);
    });
    return 1.0f / __builtin_sqrtf(V::Sum(sum) / static_cast<float>(n) + epsilon);
  }

  template <class Out>
  static float RmsNorm(const float* h, const float* weight, int n, float epsilon, Out* y) {
    const float rstd = ReciprocalRms(h, n, epsilon);
    const Reg factor = V::Set(rstd);
    ForEach(n, [&](int i, int lanes) { Store(y + i, V::Mul(V::Mul(Load(h + i, lanes), factor), Load(weight + i, lanes)), lanes); });
    return rstd;
  }
  static float RmsNormBf16(const float* h, const float* weight, int n, float epsilon, Bf16* y) { return RmsNorm(h, weight, n, epsilon, y); }
  static float RmsNormF32(const float* h, const float* weight, int n, float epsilon, float* y) { return RmsNorm(h, weight, n, epsilon, y); }

  static void RmsNormBackward(const float* dy, const float* h, const float* weight, float rstd, int n, float* dh) {
    Reg sum = V::Set(0.0f);
    ForEach(n, [&](int i, int lanes) { sum = V::Fma(V::Mul(Load(dy + i, lanes), Load(weight + i, lanes)), Load(h + i, lanes), sum); });
    // d/dh of h * rstd(h): rstd * (g - h * rstd^2 * mean(g h)), g = dy * weight.
    const Reg r = V::Set(rstd);
    const Reg back = V::Set(-(V::Sum(sum) / static_cast<float>(n)) * rstd * rstd * rstd);
    ForEach(n, [&](int i, int lanes) {
      const Reg g = V::Mul(Load(dy + i, lanes), Load(weight + i, lanes));
      const Reg through = V::Fma(g, r, V::Mul(Load(h + i, lanes), back));
      Store(dh + i, V::Add(Load(dh + i, lanes), through), lanes);
    });
  }

  // Two passes over the row: a large mean costs no digits.
  static NormStats RowStats(const float* h, int n, float epsilon) {
    Reg sum = V::Set(0.0f);
    ForEach(n, [&](int i, int lanes) { sum = V::Add(sum, Load(h + i, lanes)); });
    const float mean = V::Sum(sum) / static_cast<float>(n);
    const Reg centre = V::Set(mean);
    Reg squares = V::Set(0.0f);
    ForEach(n, [&](int i, int lanes) {
      Reg v = V::Sub(Load(h + i, lanes), centre);
      if (lanes < kWidth) v = V::First(v, lanes);
      squares = V::Fma(v, v, squares);
    });
    return {mean, 1.0f / __builtin_sqrtf(V::Sum(squares) / static_cast<float>(n) + epsilon)};
  }

  template <class Out>
  static NormStats LayerNorm(const float* h, const float* weight, const float* bias, int n, float epsilon, Out* y) {
    const NormStats stats = RowStats(h, n, epsilon);
    const Reg centre = V::Set(stats.mean);
    const Reg factor = V::Set(stats.rstd);
    ForEach(n, [&](int i, int lanes) {
      const Reg v = V::Mul(V::Sub(Load(h + i, lanes), centre), factor);
      Store(y + i, V::Fma(v, Load(weight + i, lanes), Load(bias + i, lanes)), lanes);
    });
    return stats;
  }
  static NormStats LayerNormBf16(const float* h, const float* weight, const float* bias, int n, float epsilon, Bf16* y) {
    return LayerNorm(h, weight, bias, n, epsilon, y);
  }
  static NormStats LayerNormF32(const float* h, const float* weight, const float* bias, int n, float epsilon, float* y) {
    return LayerNorm(h, weight, bias, n, epsilon, y);
  }

  static void LayerNormBackward(const float* dy, const float* h, const float* weight, NormStats stats, int n, float* dh) {
    const Reg centre = V::Set(stats.mean);
    const Reg factor = V::Set(stats.rstd);
    Reg sum = V::Set(0.0f), along = V::Set(0.0f);
    ForEach(n, [&](int i, int lanes) {
      const Reg g = V::Mul(Load(dy + i, lanes), Load(weight + i, lanes));
      sum = V::Add(sum, g);
      along = V::Fma(g, V::Mul(V::Sub(Load(h + i, lanes), centre), factor), along);
    });
    // rstd * (g - mean(g) - v * mean(g v)), g = dy * weight, v = (h - mean) * rstd.
    const Reg mean_g = V::Set(V::Sum(sum) / static_cast<float>(n));
    const Reg mean_gv = V::Set(V::Sum(along) / static_cast<float>(n));
    ForEach(n, [&](int i, int lanes) {
      const Reg g = V::Mul(Load(dy + i, lanes), Load(weight + i, lanes));
      const Reg v = V::Mul(V::Sub(Load(h + i, lanes), centre), factor);
      const Reg through = V::Sub(V::Sub(g, mean_g), V::Mul(v, mean_gv));
      Store(dh + i, V::Fma(through, factor, Load(dh + i, lanes)), lanes);
    });
  }

  static void Rope(const float* x, const float* cosine, const float* sine, int n, int head_width, float direction, Bf16* y) {
    const Reg sign = V::Set(direction);
    for (int head = 0; head < n; head += head_width) {
      ForEach(head_width, [&](int i, int lanes) {
        const Reg v = Load(x + head + i, lanes);
        const Reg s = V::Mul(Load(sine + i, lanes), sign);
        Store(y + head + i, V::Fma(v, Load(cosine + i, lanes), V::Mul(V::SwapPairs(v), s)), lanes);
      });
    }
  }

  static void RopeHalves(const float* x, const float* cosine, const float* sine, int n, int head_width, float direction, float* y) {
    const Reg sign = V::Set(direction);
    const int half = head_width / 2;
    for (int head = 0; head < n; head += head_width) {
      ForEach(half, [&](int i, int lanes) {
        const Reg low = Load(x + head + i, lanes);
        const Reg high = Load(x + head + half + i, lanes);
        const Reg low_sine = V::Mul(Load(sine + i, lanes), sign);
        const Reg high_sine = V::Mul(Load(sine + half + i, lanes), sign);
        Store(y + head + i, V::Fma(low, Load(cosine + i, lanes), V::Mul(high, low_sine)), lanes);
        Store(y + head + half + i, V::Fma(high, Load(cosine + half + i, lanes), V::Mul(low, high_sine)), lanes);
      });
    }
  }

  static inline Reg Sigmoid(Reg x) {
    const Reg one = V::Set(1.0f);
    return V::Div(one, V::Add(one, V::Exp(V::Sub(V::Set(0.0f), x))));
  }

  template <class Number>
  static void SiluGate(const Number* gate, const Number* up, int n, Number* act) {
    ForEach(n, [&](int i, int lanes) {
      const Reg g = Load(gate + i, lanes);
      Store(act + i, V::Mul(V::Mul(g, Sigmoid(g)), Load(up + i, lanes)), lanes);
    });
  }

  static void SiluGateBackward(const Bf16* d_act, const Bf16* gate, const Bf16* up, int n, Bf16* d_gate, Bf16* d_up, Bf16* act) {
    const Reg one = V::Set(1.0f);
    ForEach(n, [&](int i, int lanes) {
      const Reg d = Load(d_act + i, lanes);
      const Reg g = Load(gate + i, lanes);
      const Reg u = Load(up + i, lanes);
      const Reg sigmoid = Sigmoid(g);
      const Reg silu = V::Mul(g, sigmoid);
      // silu' = sigmoid + silu (1 - sigmoid)
      const Reg slope = V::Fma(silu, V::Sub(one, sigmoid), sigmoid);
      Store(act + i, V::Mul(silu, u), lanes);
      Store(d_up + i, V::Mul(d, silu), lanes);
      Store(d_gate + i, V::Mul(V::Mul(d, u), slope), lanes);
    });
  }

  // 0.5 (1 + tanh(u / 2)) is sigmoid(u), so gelu(x) = x sigmoid(u) with u = x (a + b x^2), a = 2 sqrt(2 / pi), b = 0.044715 a.
  static constexpr float kGeluA = 1.5957691216057308f;
  static constexpr float kGeluB = 0.071354816272600247f;
  // Beyond x^2 = 10^4 the sigmoid is 0 or 1 whatever the square is; cut there, nothing overflows.
  static inline Reg GeluSquare(Reg x) { return V::Min(V::Mul(x, x), V::Set(1e4f)); }

  template <class Number>
  static void Gelu(const Number* up, int n, Number* act) {
    ForEach(n, [&](int i, int lanes) {
      const Reg x = Load(up + i, lanes);
      const Reg sigmoid = Sigmoid(V::Mul(x, V::Fma(GeluSquare(x), V::Set(kGeluB), V::Set(kGeluA))));
      Store(act + i, V::Mul(x, sigmoid), lanes);
    });
  }

  static void GeluBackward(const Bf16* d_act, const Bf16* up, int n, Bf16* d_up, Bf16* act) {
    const Reg one = V::Set(1.0f);
    ForEach(n, [&](int i, int lanes) {
      const Reg x = Load(up + i, lanes);
      const Reg square = GeluSquare(x);
      const Reg sigmoid = Sigmoid(V::Mul(x, V::Fma(square, V::Set(kGeluB), V::Set(kGeluA))));
      const Reg gelu = V::Mul(x, sigmoid);
      // gelu' = sigmoid + gelu (1 - sigmoid) u', u' = a + 3 b x^2
      const Reg inner = V::Fma(square, V::Set(3.0f * kGeluB), V::Set(kGeluA));
      const Reg slope = V::Fma(V::Mul(gelu, V::Sub(one, sigmoid)), inner, sigmoid);
      Store(act + i, gelu, lanes);
      Store(d_up + i, V::Mul(Load(d_act + i, lanes), slope), lanes);
    });
  }

  static float MaxOfRow(const float* x, int n) {
    float best = x[0];
    int i = 0;
    if (n >= kWidth) {
      Reg top = V::Load(x);
      for (i = kWidth; i + kWidth <= n; i += kWidth) top = V::Max(top, V::Load(x + i));
      best = V::MaxOf(top);
    }
    for (; i < n; ++i) best = x[i] > best ? x[i] : best;
    return best;
  }

  static float Softmax(const float* s, int n, int n_padded, float scale, Bf16* p, float* max) {
    const float top = MaxOfRow(s, n);
    const Reg factor = V::Set(scale);
    const Reg offset = V::Set(-top * scale);
    Reg sum = V::Set(0.0f);
    ForEach(n, [&](int i, int lanes) {
      Reg e = V::Exp(V::Fma(Load(s + i, lanes), factor, offset));
      if (lanes < kWidth) e = V::First(e, lanes);
      sum = V::Add(sum, e);
      Store(p + i, e, lanes);
    });
    for (int i = n; i < n_padded; ++i) p[i] = 0;
    *max = top;
    return V::Sum(sum);
  }

  static void SoftmaxBackward(const float* s, const float* dp, int n, int n_padded, float scale, float lse, float delta, Bf16* p,
                              Bf16* ds) {
    const Reg factor = V::Set(scale);
    const Reg offset = V::Set(-lse);
    const Reg shift = V::Set(delta);
    ForEach(n, [&](int i, int lanes) {
      const Reg e = V::Exp(V::Fma(Load(s + i, lanes), factor, offset));
      Store(p + i, e, lanes);
      Store(ds + i, V::Mul(V::Mul(e, factor), V::Sub(Load(dp + i, lanes), shift)), lanes);
    });
    for (int i = n; i < n_padded; ++i) {
      p[i] = 0;
      ds[i] = 0;
    }
  }

  static float Dot(const Bf16* a, const Bf16* b, int n) {
    Reg sum = V::Set(0.0f);
    ForEach(n, [&](int i, int lanes) { sum = V::Fma(Load(a + i, lanes), Load(b + i, lanes), sum); });
    return V::Sum(sum);
  }

  static float LogSumExp(const float* x, int n) {
    const float top = MaxOfRow(x, n);
    const Reg offset = V::Set(top);
    Reg sum = V::Set(0.0f);
    ForEach(n, [&](int i, int lanes) {
      Reg e = V::Exp(V::Sub(Load(x + i, lanes), offset));
      if (lanes < kWidth) e = V::First(e, lanes);
      sum = V::Add(sum, e);
    });
    return top + __builtin_logf(V::Sum(sum));
  }

  static void SoftmaxGradient(const float* x, int n, float lse, float factor, Bf16* d) {
    const Reg offset = V::Set(lse);
    const Reg scale = V::Set(factor);
    ForEach(n, [&](int i, int lanes) { Store(d + i, V::Mul(V::Exp(V::Sub(Load(x + i, lanes), offset)), scale), lanes); });
  }

  // kRows rows by two vectors: every sum in a register of its own.
  template <int kRows>
  static inline void FmaTile(const float* x, std::size_t ldx, const float* w, int k, float* y) {
    Reg sum[kRows][2];
#pragma GCC unroll 12
    for (int i = 0; i < kRows; ++i) {
      sum[i][0] = V::Load(y + i * kPanel);
      sum[i][1] = V::Load(y + i * kPanel + kWidth);
    }
    for (int n = 0; n < k; ++n, x += ldx, w += kPanel) {
      const Reg low = V::Load(w);
      const Reg high = V::Load(w + kWidth);
#pragma GCC unroll 12
      for (int i = 0; i < kRows; ++i) {
        const Reg factor = V::Set(x[i]);
        sum[i][0] = V::Fma(factor, low, sum[i][0]);
        sum[i][1] = V::Fma(factor, high, sum[i][1]);
      }
    }
#pragma GCC unroll 12
    for (int i = 0; i < kRows; ++i) {
      V::Store(y + i * kPanel, sum[i][0]);
      V::Store(y + i * kPanel + kWidth, sum[i][1]);
    }
  }

  // V::Fma rounds once in every table that takes this from here; the scalar one has its own.
  static void FmaPanel(const float* x, std::size_t ldx, int rows, const float* w, int k, float* y) {
    constexpr int kTall = V::kRegisters >= 32 ? 12 : 6;  // 24 of 32 registers, or 12 of 16, hold sums
    for (int column = 0; column < kPanel; column += 2 * kWidth) {
      int row = 0;
      for (; row + kTall <= rows; row += kTall) FmaTile<kTall>(x + row, ldx, w + column, k, y + row * kPanel + column);
      for (; row + 4 <= rows; row += 4) FmaTile<4>(x + row, ldx, w + column, k, y + row * kPanel + column);
      for (; row < rows; ++row) FmaTile<1>(x + row, ldx, w + column, k, y + row * kPanel + column);
    }
  }

  // The row part of the table; the file of the instruction set adds its products.
  static constexpr Kernels Table(const char* name, void (*gemm_tile)(const GemmTile&), int (*panels_at_once)(int),
                                 void (*pack_rows_panel)(const Bf16*, std::size_t, int, int, Bf16*)) {
    return Kernels{name,
                   gemm_tile,
                   panels_at_once,
                   QuantKernels<V>::RunTile,
                   QuantKernels<V>::Expand,
                   QuantKernels<V>::RoundRow,
                   pack_rows_panel,
                   ToBf16,
                   AddRow,
                   RmsNormBf16,
                   RmsNormF32,
                   RmsNormBackward,
                   LayerNormBf16,
                   LayerNormF32,
                   LayerNormBackward,
                   Rope,
                   RopeHalves,
                   SiluGate<Bf16>,
                   SiluGate<float>,
                   SiluGateBackward,
                   Gelu<Bf16>,
                   Gelu<float>,
                   GeluBackward,
                   Softmax,
                   SoftmaxBackward,
                   Dot,
                   LogSumExp,
                   SoftmaxGradient,
                   FmaPanel};
  }
};

// exp(x) for |x| < 88 after clamping: 2^n * exp(r), r in +-ln2/2, a degree-6 polynomial (Cephes expf); about 1 ulp.
template <class V>
inline typename V::Reg ExpPolynomial(typename V::Reg x) {
  x = V::Max(V::Min(x, V::Set(88.3762626647949f)), V::Set(-87.3365478515625f));
  const typename V::Reg n = V::Round(V::Mul(x, V::Set(1.44269504088896341f)));
  typename V::Reg r = V::Fma(n, V::Set(-0.693359375f), x);
  r = V::Fma(n, V::Set(2.12194440e-4f), r);
  typename V::Reg p = V::Set(1.9875691500e-4f);
  p = V::Fma(p, r, V::Set(1.3981999507e-3f));
  p = V::Fma(p, r, V::Set(8.3334519073e-3f));
  p = V::Fma(p, r, V::Set(4.1665795894e-2f));
  p = V::Fma(p, r, V::Set(1.6666665459e-1f));
  p = V::Fma(p, r, V::Set(5.0000001201e-1f));
  p = V::Fma(p, V::Mul(r, r), V::Add(r, V::Set(1.0f)));
  return V::TimesPowerOfTwo(p, n);
}

}  // namespace paw
