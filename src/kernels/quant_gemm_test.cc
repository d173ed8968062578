// Jobs against plain double loops, and the same bits for any threads, neighbours and cut.
#include "kernels/quant_gemm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "kernels/gemm.h"
#include "kernels/test_blocks.h"

namespace paw {
namespace {

struct Matrix {
  QuantMatrix packed;
  std::vector<float> w;  // (n, k)
};

Matrix MakeMatrix(DType type, int n, int k, TestNumbers& numbers) {
  Matrix m;
  const std::vector<std::byte> stored = RandomBlocks(type, static_cast<int>(n * k / BlockWeights(type)), numbers);
  m.w.resize(static_cast<std::size_t>(n) * static_cast<std::size_t>(k));
  Dequantize(type, stored, m.w);
  ThreadPool pool(1);
  m.packed.Resize(type, n, k);
  QuantPackInto(type, stored, n, k, pool, m.packed.owned.get());
  return m;
}

QuantRows MakeRows(int rows, int k, TestNumbers& numbers) {
  QuantRows out;
  out.Resize(rows, k);
  for (int i = 0; i < rows; ++i) {
    const std::vector<float> x = numbers.Floats(static_cast<std::size_t>(k), 1.0f);
    BestKernels().round_row(x.data(), k, 1.0f, out.row(i));
  }
  return out;
}

double Dot(const QuantRows& x, int row, const Matrix& m, int column) {
  double sum = 0;
  for (int i = 0; i < x.k; ++i) {
    const QuantInput& block = x.row(row)[i / kQuantBlock];
    sum += static_cast<double>(block.scale) * block.codes[i % kQuantBlock] * m.w[static_cast<std::size_t>(column * x.k + i)];
  }
  return sum;
}

// A linear layer of `rows` rows: the first `plain` of them without an adapter, then each of `parts` with its own.
struct Layer {
  int rows = 0, n = 0;
  Matrix w;
  QuantRows x;
  std::vector<float> bias, residual;
  std::vector<Matrix> b;
  std::vector<QuantRows> u;
  std::vector<QuantPart> parts;

  Layer(int plain, const std::vector<int>& counts, int columns, int k, TestNumbers& numbers) : rows(plain), n(columns) {
    w = MakeMatrix(DType::kQ4_1, n, k, numbers);
    for (const int count : counts) rows += count;
    x = MakeRows(rows, k, numbers);
    bias = numbers.Floats(static_cast<std::size_t>(RoundUp(n, kPanel)), 1.0f);
    residual = numbers.Floats(static_cast<std::size_t>(rows * n), 1.0f);
    for (const int count : counts) {
      b.push_back(MakeMatrix(DType::kQ4_0, n, 64, numbers));
      u.push_back(MakeRows(count, 64, numbers));
    }
    int first = plain;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      parts.push_back({first, counts[i], u[i].inputs(), &b[i].packed});
      first += counts[i];
    }
  }

  QuantJob Job(const GemmOutput& out) const {
    QuantJob job(out);
    job.x = x.inputs();
    job.w = &w.packed;
    job.rows = rows;
    job.bias = bias.data();
    job.parts = parts;
    return job;
  }

  double Expected(int row, int column) const {
    double sum = bias[static_cast<std::size_t>(column)] + Dot(x, row, w, column);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const int inside = row - parts[i].first;
      if (inside >= 0 && inside < parts[i].count) sum += Dot(u[i], inside, b[i], column);
    }
    return sum;
  }
};

TEST(QuantGemm, OutputsAreTheChainOfTheirProducts) {
  TestNumbers numbers(21);
  ThreadPool pool(2);
  for (const auto& counts : std::vector<std::vector<int>>{{}, {5}, {1, 1, 1, 1, 1, 1, 1, 1, 1}, {20, 1, 3, 40}}) {
    for (const int plain : {0, 1, 9}) {
      if (plain == 0 && counts.empty()) continue;
      const Layer layer(plain, counts, 70, 192, numbers);
      const auto size = static_cast<std::size_t>(layer.rows * layer.n), ld = static_cast<std::size_t>(layer.n);
      std::vector<float> y(size), added(size);
      std::vector<Bf16> rounded(size);
      const QuantJob jobs[] = {layer.Job(GemmOutput().ToF32(y.data(), ld)),
                               layer.Job(GemmOutput().ToResidual(layer.residual.data(), added.data(), ld)),
                               layer.Job(GemmOutput().ToBf16(rounded.data(), ld, 0.5f))};
      QuantGemm(BestKernels(), pool, jobs);
      for (int row = 0; row < layer.rows; ++row) {
        for (int column = 0; column < layer.n; ++column) {
          const auto at = static_cast<std::size_t>(row * layer.n + column);
          const double expected = layer.Expected(row, column), size_of = 1 + std::fabs(expected);
          ASSERT_NEAR(y[at], expected, 1e-4 * size_of) << plain << " plain rows, row " << row << " column " << column;
          ASSERT_EQ(added[at], layer.residual[at] + y[at]);
          ASSERT_EQ(rounded[at], FloatToBf16(0.5f * y[at]));
        }
      }
    }
  }
}

TEST(QuantGemm, BitsDependNeitherOnThreadsNorOnNeighbours) {
  TestNumbers numbers(22);
  const Layer layer(3, {1, 1, 7, 600, 1}, 100, 1536, numbers);
  const auto ld = static_cast<std::size_t>(layer.n);
  const auto run = [&](const Kernels& kernels, int threads, std::span<const QuantPart> parts) {
    std::vector<float> y(static_cast<std::size_t>(layer.rows) * ld);
    ThreadPool pool(threads);
    QuantJob job = layer.Job(GemmOutput().ToF32(y.data(), ld));
    job.parts = parts;
    QuantGemm(kernels, pool, {&job, 1});
    return y;
  };
  const std::vector<float> expected = run(BestKernels(), 1, layer.parts);
  for (const Kernels* kernels : AllKernels()) {
    for (const int threads : {1, 2, 5}) {
      const std::vector<float> y = run(*kernels, threads, layer.parts);
      ASSERT_EQ(std::memcmp(y.data(), expected.data(), y.size() * 4), 0) << kernels->name << ", " << threads << " threads";
    }
  }
  // One row alone, and rows whose neighbours have no adapter.
  for (const std::size_t chosen : {std::size_t{1}, std::size_t{2}}) {
    const QuantPart& part = layer.parts[chosen];
    const std::vector<float> y = run(BestKernels(), 2, {&part, 1});
    const std::size_t from = static_cast<std::size_t>(part.first) * ld, count = static_cast<std::size_t>(part.count) * ld;
    ASSERT_EQ(std::memcmp(y.data() + from, expected.data() + from, count * 4), 0);
    ASSERT_NE(std::memcmp(y.data(), expected.data(), y.size() * 4), 0) << "the other parts must matter";
  }
}

}  // namespace
}  // namespace paw
