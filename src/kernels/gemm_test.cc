#include "kernels/gemm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "kernels/test_numbers.h"

namespace paw {
namespace {

std::vector<double> Product(const std::vector<Bf16>& x, const std::vector<Bf16>& w, int m, int n, int k) {  // x (m, k), w (n, k)
  std::vector<double> y(static_cast<std::size_t>(m * n), 0.0);
  for (int i = 0; i < m; ++i) {
    for (int j = 0; j < n; ++j) {
      for (int l = 0; l < k; ++l) {
        y[static_cast<std::size_t>(i * n + j)] +=
            static_cast<double>(Bf16ToFloat(x[static_cast<std::size_t>(i * k + l)])) * Bf16ToFloat(w[static_cast<std::size_t>(j * k + l)]);
      }
    }
  }
  return y;
}

class EveryGemmTable : public testing::TestWithParam<const Kernels*> {};

TEST_P(EveryGemmTable, ChainedProductsEqualPlainLoops) {
  const Kernels& kernels = *GetParam();
  TestNumbers numbers(3);
  ThreadPool pool(2);
  for (int round = 0; round < 30; ++round) {
    const int m = numbers.Int(1, 40), n = numbers.Int(1, 140), k = 2 * numbers.Int(1, 40), r = 2 * numbers.Int(1, 8);
    const auto x = numbers.Bf16s(static_cast<std::size_t>(m * k)), w = numbers.Bf16s(static_cast<std::size_t>(n * k));
    const auto u = numbers.Bf16s(static_cast<std::size_t>(m * r)), b = numbers.Bf16s(static_cast<std::size_t>(n * r));
    const auto residual = numbers.Floats(static_cast<std::size_t>(m * n));
    PackedMatrix packed_w, packed_b;
    PackColumns(w.data(), n, k, packed_w);
    PackColumns(b.data(), n, r, packed_b);
    std::vector<double> expected = Product(x, w, m, n, k);
    const std::vector<double> second = Product(u, b, m, n, r);
    GemmJob job;
    job.rows = m;
    job.columns = n;
    job.Add(packed_w.Segment(x.data(), static_cast<std::size_t>(k)));
    job.Add(packed_b.Segment(u.data(), static_cast<std::size_t>(r)));
    std::vector<float> plain(residual.size()), added(residual.size()), resumed = residual;
    std::vector<Bf16> rounded(residual.size());
    std::vector<GemmJob> jobs(4, job);
    jobs[0].ToF32(plain.data(), static_cast<std::size_t>(n));
    jobs[1].ToResidual(residual.data(), added.data(), static_cast<std::size_t>(n));
    jobs[2].ToBf16(rounded.data(), static_cast<std::size_t>(n), 0.5f);
    jobs[3].ToF32(resumed.data(), static_cast<std::size_t>(n));
    jobs[3].resume = true;
    Gemm(kernels, pool, jobs);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double y = expected[i] + second[i];
      ASSERT_NEAR(plain[i], y, 1e-4) << kernels.name << " " << m << " " << n << " " << k << " at " << i;
      ASSERT_NEAR(added[i], y + residual[i], 1e-4);
      ASSERT_NEAR(resumed[i], y + residual[i], 1e-4);
      ASSERT_NEAR(Bf16ToFloat(rounded[i]), 0.5 * y, 0.004 * std::fabs(y) + 1e-4);
    }
  }
}

TEST_P(EveryGemmTable, BitsDependOnNothingButTheRow) {
  const Kernels& kernels = *GetParam();
  TestNumbers numbers(5);
  const int m = 61, n = 330, k = 96;
  const auto x = numbers.Bf16s(static_cast<std::size_t>(m * k)), w = numbers.Bf16s(static_cast<std::size_t>(n * k));
  PackedMatrix packed;
  PackColumns(w.data(), n, k, packed);
  std::vector<float> whole(static_cast<std::size_t>(m * n)), part(whole.size());
  ThreadPool one(1), two(2);
  GemmJob job;
  job.rows = m;
  job.columns = n;
  job.Add(packed.Segment(x.data(), static_cast<std::size_t>(k)));
  job.ToF32(whole.data(), static_cast<std::size_t>(n));
  Gemm(kernels, one, {&job, 1});
  job.ToF32(part.data(), static_cast<std::size_t>(n));
  Gemm(kernels, two, {&job, 1});
  EXPECT_EQ(std::memcmp(whole.data(), part.data(), whole.size() * 4), 0) << "threads changed the bits";
  for (const int rows : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}) {
    std::fill(part.begin(), part.end(), 0.0f);
    for (int first = 0; first < m; first += rows) {
      GemmJob piece = job;
      piece.segments[0].x += first * k;
      piece.rows = std::min(rows, m - first);
      piece.y += first * n;
      Gemm(kernels, two, {&piece, 1});
    }
    EXPECT_EQ(std::memcmp(whole.data(), part.data(), whole.size() * 4), 0) << "batches of " << rows << " rows changed the bits";
  }
}

TEST_P(EveryGemmTable, PacksByRowsAsByColumns) {
  const Kernels& kernels = *GetParam();
  TestNumbers numbers(6);
  for (const int k : {1, 2, 7, 32}) {
    for (const int n : {1, 31, 32, 70}) {
      const auto w = numbers.Bf16s(static_cast<std::size_t>(n * k));  // (n, k)
      std::vector<Bf16> transposed(w.size());                         // (k, n)
      for (int i = 0; i < n; ++i) {
        for (int j = 0; j < k; ++j) transposed[static_cast<std::size_t>(j * n + i)] = w[static_cast<std::size_t>(i * k + j)];
      }
      PackedMatrix columns, rows;
      PackColumns(w.data(), n, k, columns);
      PackRows(kernels, transposed.data(), k, n, rows);
      ASSERT_EQ(columns.k, rows.k);
      EXPECT_EQ(std::memcmp(columns.data.get(), rows.data.get(), static_cast<std::size_t>(rows.panels()) * rows.panel_stride() * 2), 0);
      std::vector<Bf16> row(static_cast<std::size_t>(columns.k));
      UnpackColumn(columns, n - 1, row.data());
      EXPECT_EQ(std::memcmp(row.data(), w.data() + (n - 1) * k, static_cast<std::size_t>(k) * 2), 0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Isa, EveryGemmTable, testing::ValuesIn(AllKernels()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace paw
