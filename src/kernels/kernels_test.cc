// Every loop of every table against a plain double loop, over random lengths with tails.
#include "kernels/kernels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/test_numbers.h"

namespace paw {
namespace {

constexpr double kBf16Step = 1.0 / 256.0;  // half a unit in the last place of bf16, relative, doubled

void ExpectNear(const std::vector<double>& expected, const float* found, double relative, const std::string& what) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], relative * std::fabs(expected[i]) + 1e-6) << what << " at " << i;
  }
}
void ExpectNear(const std::vector<double>& expected, const Bf16* found, double absolute, const std::string& what) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(Bf16ToFloat(found[i]), expected[i], kBf16Step * std::fabs(expected[i]) + absolute) << what << " at " << i;
  }
}
double Sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

class EveryRowTable : public testing::TestWithParam<const Kernels*> {
 protected:
  const Kernels& kernels() { return *GetParam(); }
  TestNumbers numbers_{7};
};

TEST_P(EveryRowTable, ConvertsAndAdds) {
  for (int round = 0; round < 20; ++round) {
    const int n = numbers_.Int(1, 100);
    const std::vector<float> in = numbers_.Floats(static_cast<std::size_t>(n));
    std::vector<float> sum = numbers_.Floats(in.size());
    std::vector<Bf16> out(in.size() + 1, 77);
    std::vector<double> scaled, added;
    for (std::size_t i = 0; i < in.size(); ++i) scaled.push_back(0.5 * in[i]), added.push_back(static_cast<double>(in[i]) + sum[i]);
    kernels().to_bf16(in.data(), n, 0.5f, out.data());
    kernels().add(in.data(), n, sum.data());
    ExpectNear(scaled, out.data(), 0, "to_bf16");
    ExpectNear(added, sum.data(), 1e-6, "add");
    EXPECT_EQ(out.back(), 77) << "wrote beyond the row";
    for (std::size_t i = 0; i < in.size(); ++i) EXPECT_EQ(out[i], FloatToBf16(0.5f * in[i]));
  }
}

TEST_P(EveryRowTable, NormsAndTheirGradients) {
  for (int round = 0; round < 20; ++round) {
    const int n = numbers_.Int(1, 100);
    const auto size = static_cast<std::size_t>(n);
    const std::vector<float> h = numbers_.Floats(size), weight = numbers_.Floats(size), dy = numbers_.Floats(size);
    double squares = 0, through = 0;
    for (std::size_t i = 0; i < size; ++i)
      squares += static_cast<double>(h[i]) * h[i], through += static_cast<double>(dy[i]) * weight[i] * h[i];
    const double rstd = 1.0 / std::sqrt(squares / n + 1e-5);
    std::vector<double> y, dh;
    for (std::size_t i = 0; i < size; ++i) {
      y.push_back(h[i] * rstd * weight[i]);
      dh.push_back(1.0 + rstd * (dy[i] * weight[i] - h[i] * rstd * rstd * through / n));
    }
    std::vector<Bf16> found(size);
    std::vector<float> found_f32(size), found_dh(size, 1.0f);
    const float found_rstd = kernels().rms_norm(h.data(), weight.data(), n, 1e-5f, found.data());
    EXPECT_EQ(kernels().rms_norm_f32(h.data(), weight.data(), n, 1e-5f, found_f32.data()), found_rstd);
    kernels().rms_norm_backward(dy.data(), h.data(), weight.data(), found_rstd, n, found_dh.data());
    EXPECT_NEAR(found_rstd, rstd, 1e-5 * rstd);
    ExpectNear(y, found.data(), 0, "rms_norm");
    ExpectNear(y, found_f32.data(), 1e-5, "rms_norm_f32");
    for (std::size_t i = 0; i < size; ++i) ASSERT_NEAR(found_dh[i], dh[i], 2e-5 * (1 + std::fabs(dh[i]))) << i;
  }
}

TEST_P(EveryRowTable, LayerNormsAndTheirGradients) {
  for (int round = 0; round < 20; ++round) {
    const int n = numbers_.Int(1, 100);
    const auto size = static_cast<std::size_t>(n);
    std::vector<float> h = numbers_.Floats(size);
    for (float& value : h) value += 3.0f;  // a mean that matters
    const std::vector<float> weight = numbers_.Floats(size), bias = numbers_.Floats(size), dy = numbers_.Floats(size);
    double mean = 0, squares = 0, mean_g = 0, mean_gv = 0;
    for (const float value : h) mean += static_cast<double>(value) / n;
    for (const float value : h) squares += std::pow(value - mean, 2);
    const double rstd = 1.0 / std::sqrt(squares / n + 1e-5);
    for (std::size_t i = 0; i < size; ++i) {
      const double g = static_cast<double>(dy[i]) * weight[i];
      mean_g += g / n;
      mean_gv += g * (h[i] - mean) * rstd / n;
    }
    std::vector<double> y, dh;
    for (std::size_t i = 0; i < size; ++i) {
      const double v = (h[i] - mean) * rstd;
      y.push_back(v * weight[i] + bias[i]);
      dh.push_back(1.0 + rstd * (static_cast<double>(dy[i]) * weight[i] - mean_g - v * mean_gv));
    }
    std::vector<Bf16> found(size);
    std::vector<float> found_f32 = h, found_dh(size, 1.0f);
    const NormStats stats = kernels().layer_norm(h.data(), weight.data(), bias.data(), n, 1e-5f, found.data());
    kernels().layer_norm_backward(dy.data(), h.data(), weight.data(), stats, n, found_dh.data());
    const NormStats again = kernels().layer_norm_f32(found_f32.data(), weight.data(), bias.data(), n, 1e-5f, found_f32.data());
    EXPECT_EQ(again.mean, stats.mean);
    EXPECT_EQ(again.rstd, stats.rstd);
    EXPECT_NEAR(stats.mean, mean, 1e-6 * (1 + std::fabs(mean)));
    // One number has no spread: what is left of its mean's rounding is divided by sqrt(epsilon).
    const double slack = n == 1 ? 1e-3 : 2e-5;
    EXPECT_NEAR(stats.rstd, rstd, slack * rstd);
    ExpectNear(y, found.data(), slack, "layer_norm");
    for (std::size_t i = 0; i < size; ++i) {
      ASSERT_NEAR(found_f32[i], y[i], slack * (1 + std::fabs(y[i]))) << i;
      ASSERT_NEAR(found_dh[i], dh[i], slack * (1 + rstd) * (1 + std::fabs(dh[i]))) << i;
    }
  }
}

TEST_P(EveryRowTable, RotatesPairsAndBack) {
  for (const int width : {2, 6, 16, 64}) {
    const int heads = 3;
    const std::vector<float> x = numbers_.Floats(static_cast<std::size_t>(heads * width));
    std::vector<float> cosine, sine;
    for (int i = 0; i < width / 2; ++i) {
      const double angle = 0.3 + i;
      cosine.insert(cosine.end(), 2, static_cast<float>(std::cos(angle)));
      sine.push_back(static_cast<float>(-std::sin(angle)));
      sine.push_back(static_cast<float>(std::sin(angle)));
    }
    for (const float direction : {1.0f, -1.0f}) {
      std::vector<double> y(x.size());
      for (int i = 0; i < heads * width; i += 2) {
        const double angle = direction * (0.3 + i % width / 2);
        const auto at = static_cast<std::size_t>(i);
        y[at] = x[at] * std::cos(angle) - x[at + 1] * std::sin(angle);
        y[at + 1] = x[at + 1] * std::cos(angle) + x[at] * std::sin(angle);
      }
      std::vector<Bf16> found(x.size());
      kernels().rope(x.data(), cosine.data(), sine.data(), heads * width, width, direction, found.data());
      ExpectNear(y, found.data(), 1e-5, "rope");
    }
  }
}

TEST_P(EveryRowTable, RotatesHalvesAndBackInPlace) {
  for (const int width : {2, 6, 16, 30, 64, 128}) {
    const int heads = 3, half = width / 2;
    const std::vector<float> x = numbers_.Floats(static_cast<std::size_t>(heads * width));
    std::vector<float> cosine(static_cast<std::size_t>(width)), sine(cosine.size());
    for (int i = 0; i < width; ++i) {
      const double angle = 0.3 + i % half;
      cosine[static_cast<std::size_t>(i)] = static_cast<float>(std::cos(angle));
      sine[static_cast<std::size_t>(i)] = static_cast<float>(i < half ? -std::sin(angle) : std::sin(angle));
    }
    for (const float direction : {1.0f, -1.0f}) {
      std::vector<float> found = x;
      kernels().rope_halves(found.data(), cosine.data(), sine.data(), heads * width, width, direction, found.data());
      for (int i = 0; i < heads * width; ++i) {
        const double angle = direction * (0.3 + i % half);
        const bool low = i % width < half;
        const double partner = x[static_cast<std::size_t>(low ? i + half : i - half)];
        const double y = x[static_cast<std::size_t>(i)] * std::cos(angle) + (low ? -partner : partner) * std::sin(angle);
        ASSERT_NEAR(found[static_cast<std::size_t>(i)], y, 1e-5) << width << " " << i;
      }
    }
  }
}

TEST_P(EveryRowTable, GatesAndTheirGradients) {
  for (int round = 0; round < 20; ++round) {
    const int n = numbers_.Int(1, 100);
    const auto size = static_cast<std::size_t>(n);
    const std::vector<Bf16> gate = numbers_.Bf16s(size, 3.0f), up = numbers_.Bf16s(size), d = numbers_.Bf16s(size);
    std::vector<double> act, d_gate, d_up;
    for (std::size_t i = 0; i < size; ++i) {
      const double g = Bf16ToFloat(gate[i]), u = Bf16ToFloat(up[i]), da = Bf16ToFloat(d[i]);
      act.push_back(g * Sigmoid(g) * u);
      d_up.push_back(da * g * Sigmoid(g));
      d_gate.push_back(da * u * (Sigmoid(g) + g * Sigmoid(g) * (1 - Sigmoid(g))));
    }
    std::vector<Bf16> found(size), found_gate(size), found_up(size), again(size);
    kernels().silu_gate(gate.data(), up.data(), n, found.data());
    kernels().silu_gate_backward(d.data(), gate.data(), up.data(), n, found_gate.data(), found_up.data(), again.data());
    ExpectNear(act, found.data(), 1e-6, "silu_gate");
    ExpectNear(d_gate, found_gate.data(), 1e-6, "d_gate");
    ExpectNear(d_up, found_up.data(), 1e-6, "d_up");
    EXPECT_EQ(found, again);
  }
}

TEST_P(EveryRowTable, GeluInItsTanhForm) {
  for (int round = 0; round < 20; ++round) {
    const int n = numbers_.Int(1, 100);
    const auto size = static_cast<std::size_t>(n);
    const std::vector<Bf16> up = numbers_.Bf16s(size, 3.0f), d = numbers_.Bf16s(size);
    std::vector<double> act, d_up;
    for (std::size_t i = 0; i < size; ++i) {
      const double x = Bf16ToFloat(up[i]), root = std::sqrt(2.0 / M_PI);
      const double tanh = std::tanh(root * (x + 0.044715 * x * x * x));
      act.push_back(0.5 * x * (1 + tanh));
      d_up.push_back(Bf16ToFloat(d[i]) * (0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * root * (1 + 3 * 0.044715 * x * x)));
    }
    std::vector<Bf16> found(size), found_up(size), again(size);
    kernels().gelu(up.data(), n, found.data());
    kernels().gelu_backward(d.data(), up.data(), n, found_up.data(), again.data());
    ExpectNear(act, found.data(), 1e-6, "gelu");
    ExpectNear(d_up, found_up.data(), 1e-6, "d_up");
    EXPECT_EQ(found, again);
  }
  const std::vector<float> far = {1e3f, -1e3f, 1e25f, -1e25f};
  const std::vector<float> slopes = {1.0f, 0.0f, 1.0f, 0.0f};
  for (std::size_t i = 0; i < far.size(); ++i) {
    const Bf16 up = FloatToBf16(far[i]), one = FloatToBf16(1.0f);
    Bf16 slope = 0, act = 0;
    kernels().gelu_backward(&one, &up, 1, &slope, &act);
    EXPECT_NEAR(Bf16ToFloat(slope), slopes[i], 1e-6) << far[i];
    EXPECT_NEAR(Bf16ToFloat(act), far[i] > 0 ? Bf16ToFloat(up) : 0.0f, 1e-6) << far[i];
  }
}

TEST_P(EveryRowTable, SoftmaxesAndTheirGradients) {
  for (int round = 0; round < 20; ++round) {
    const int n = numbers_.Int(1, 100);
    const int padded = n + numbers_.Int(0, 40);
    const auto size = static_cast<std::size_t>(padded);
    const std::vector<float> s = numbers_.Floats(size, 4.0f), dp = numbers_.Floats(size);
    double top = -1e30, sum = 0;
    for (int i = 0; i < n; ++i) top = std::max(top, static_cast<double>(s[static_cast<std::size_t>(i)]));
    std::vector<double> p(size, 0.0), ds(size, 0.0);
    for (int i = 0; i < n; ++i) sum += p[static_cast<std::size_t>(i)] = std::exp(0.25 * (s[static_cast<std::size_t>(i)] - top));
    std::vector<Bf16> found(size, 99), found_ds(size, 99);
    float max = 0;
    const float found_sum = kernels().softmax(s.data(), n, padded, 0.25f, found.data(), &max);
    EXPECT_NEAR(found_sum, sum, 1e-5 * sum);
    EXPECT_EQ(max, static_cast<float>(top));
    ExpectNear(p, found.data(), 1e-6, "softmax");
    const double lse = 0.25 * top + std::log(sum);
    for (int i = 0; i < n; ++i) {
      const auto at = static_cast<std::size_t>(i);
      p[at] /= sum;
      ds[at] = 0.25 * p[at] * (dp[at] - 0.1);
    }
    kernels().softmax_backward(s.data(), dp.data(), n, padded, 0.25f, static_cast<float>(lse), 0.1f, found.data(), found_ds.data());
    ExpectNear(p, found.data(), 1e-6, "p");
    ExpectNear(ds, found_ds.data(), 1e-6, "ds");
  }
}

TEST_P(EveryRowTable, CrossEntropyRows) {
  for (const int n : {1, 15, 16, 17, 200, 1000}) {
    const auto size = static_cast<std::size_t>(n);
    const std::vector<float> x = numbers_.Floats(size, 5.0f);
    double sum = 0;
    for (const float value : x) sum += std::exp(static_cast<double>(value));
    const float lse = kernels().log_sum_exp(x.data(), n);
    EXPECT_NEAR(lse, std::log(sum), 1e-5 * (1 + std::fabs(lse)));
    std::vector<double> d;
    for (const float value : x) d.push_back(0.3 * std::exp(value - std::log(sum)));
    std::vector<Bf16> found(size);
    kernels().softmax_gradient(x.data(), n, lse, 0.3f, found.data());
    ExpectNear(d, found.data(), 1e-7, "softmax_gradient");
    const std::vector<Bf16> a = numbers_.Bf16s(size), b = numbers_.Bf16s(size);
    double dot = 0;
    for (std::size_t i = 0; i < size; ++i) dot += static_cast<double>(Bf16ToFloat(a[i])) * Bf16ToFloat(b[i]);
    EXPECT_NEAR(kernels().dot(a.data(), b.data(), n), dot, 1e-3);
  }
}

TEST_P(EveryRowTable, ExtremeScoresStayFinite) {
  const std::vector<float> s = {-1e30f, 0.0f, 1e4f, -1e4f, 3e38f};
  std::vector<Bf16> p(5);
  float max = 0;
  EXPECT_NEAR(kernels().softmax(s.data(), 5, 5, 1.0f, p.data(), &max), 1.0f, 1e-6f);
  EXPECT_EQ(p[4], FloatToBf16(1.0f));
  EXPECT_LT(Bf16ToFloat(p[2]), 1e-30f);
}

TEST_P(EveryRowTable, FmaPanelIsOneFusedChainAnElement) {
  for (int round = 0; round < 40; ++round) {
    const int rows = numbers_.Int(1, 30), k = numbers_.Int(0, 70), apart = rows + numbers_.Int(0, 5);
    const std::vector<float> x = numbers_.Floats(static_cast<std::size_t>(k * apart) + 1);
    const std::vector<float> w = numbers_.Floats(static_cast<std::size_t>(k * kPanel) + 1);
    std::vector<float> found = numbers_.Floats(static_cast<std::size_t>((rows + 1) * kPanel));
    std::vector<float> expected = found;
    for (int i = 0; i < rows; ++i) {
      for (int c = 0; c < kPanel; ++c) {
        float& sum = expected[static_cast<std::size_t>(i * kPanel + c)];
        for (int n = 0; n < k; ++n)
          sum = std::fma(x[static_cast<std::size_t>(n * apart + i)], w[static_cast<std::size_t>(n * kPanel + c)], sum);
      }
    }
    kernels().fma_panel(x.data(), static_cast<std::size_t>(apart), rows, w.data(), k, found.data());
    ASSERT_EQ(found, expected) << rows << " rows, reduction " << k;
  }
}

INSTANTIATE_TEST_SUITE_P(Isa, EveryRowTable, testing::ValuesIn(AllKernels()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace paw
