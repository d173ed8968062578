#include "tools/train_mapper/gates.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "mapper/gelu.h"

namespace paw {
namespace {

constexpr int kRounds = 30;
constexpr double kRidge = 0.3;  // times the number of rows

double Distance(const float* a, const float* b, std::size_t columns) {
  double sum = 0;
  for (std::size_t i = 0; i < columns; ++i) sum += (static_cast<double>(a[i]) - b[i]) * (static_cast<double>(a[i]) - b[i]);
  return sum;
}

// k-means++: each further centre is drawn by its squared distance to those before.
std::vector<float> FirstCentres(const std::vector<float>& x, std::size_t rows, std::size_t columns, std::size_t clusters, Random& random) {
  std::vector<float> centres;
  std::vector<double> nearest(rows, std::numeric_limits<double>::max());
  std::size_t chosen = random.Below(rows);
  while (true) {
    centres.insert(centres.end(), x.begin() + static_cast<std::ptrdiff_t>(chosen * columns),
                   x.begin() + static_cast<std::ptrdiff_t>((chosen + 1) * columns));
    if (centres.size() == clusters * columns) return centres;
    double sum = 0;
    for (std::size_t r = 0; r < rows; ++r) {
      nearest[r] = std::min(nearest[r], Distance(&x[r * columns], &x[chosen * columns], columns));
      sum += nearest[r];
    }
    double left = random.Double() * sum;
    for (chosen = 0; chosen + 1 < rows && (left -= nearest[chosen]) > 0; ++chosen) {
    }
  }
}

// Solves A W = B in place by Cholesky; A (n, n) symmetric and positive, B (n, m) becomes W.
void Solve(std::vector<double>& a, std::size_t n, std::vector<double>& b, std::size_t m) {
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i == j ? std::sqrt(sum) : sum / a[j * n + j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t c = 0; c < m; ++c) {
      double sum = b[i * m + c];
      for (std::size_t k = 0; k < i; ++k) sum -= a[i * n + k] * b[k * m + c];
      b[i * m + c] = sum / a[i * n + i];
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t c = 0; c < m; ++c) {
      double sum = b[i * m + c];
      for (std::size_t k = i + 1; k < n; ++k) sum -= a[k * n + i] * b[k * m + c];
      b[i * m + c] = sum / a[i * n + i];
    }
  }
}

}  // namespace

std::vector<std::size_t> Cluster(const std::vector<float>& x, std::size_t rows, std::size_t columns, std::size_t clusters,
                                 std::uint64_t seed) {
  Random random(seed, "clusters");
  std::vector<float> centres = FirstCentres(x, rows, columns, clusters, random);
  std::vector<std::size_t> of(rows, clusters);
  for (int round = 0; round < kRounds; ++round) {
    bool moved = false;
    for (std::size_t r = 0; r < rows; ++r) {
      std::size_t best = 0;
      double least = std::numeric_limits<double>::max();
      for (std::size_t c = 0; c < clusters; ++c) {
        const double distance = Distance(&x[r * columns], &centres[c * columns], columns);
        if (distance < least) least = distance, best = c;
      }
      moved = moved || of[r] != best;
      of[r] = best;
    }
    if (!moved) break;
    std::vector<double> sums(clusters * columns);
    std::vector<std::size_t> counts(clusters);
    for (std::size_t r = 0; r < rows; ++r) {
      ++counts[of[r]];
      for (std::size_t i = 0; i < columns; ++i) sums[of[r] * columns + i] += x[r * columns + i];
    }
    for (std::size_t c = 0; c < clusters; ++c) {
      if (counts[c] == 0) continue;
      for (std::size_t i = 0; i < columns; ++i) {
        centres[c * columns + i] = static_cast<float>(sums[c * columns + i] / static_cast<double>(counts[c]));
      }
    }
  }
  return of;
}

std::vector<float> RidgeRegression(const std::vector<float>& z, const std::vector<float>& y, std::size_t rows, std::size_t inputs,
                                   std::size_t outputs, double ridge) {
  const std::size_t n = inputs + 1;
  std::vector<double> a(n * n), b(n * outputs);
  std::vector<double> row(n, 1.0);
  for (std::size_t r = 0; r < rows; ++r) {
    std::copy_n(&z[r * inputs], inputs, row.begin());
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j <= i; ++j) a[i * n + j] += row[i] * row[j];
      for (std::size_t o = 0; o < outputs; ++o) b[i * outputs + o] += row[i] * y[r * outputs + o];
    }
  }
  for (std::size_t i = 0; i < inputs; ++i) a[i * n + i] += ridge;
  a[inputs * n + inputs] += 1e-9;
  Solve(a, n, b, outputs);
  std::vector<float> w(outputs * n);
  for (std::size_t o = 0; o < outputs; ++o) {
    for (std::size_t i = 0; i < n; ++i) w[o * n + i] = static_cast<float>(b[i * outputs + o]);
  }
  return w;
}

void StartFromClusters(const std::vector<float>& x, std::size_t specs, std::uint64_t seed, Parameters& parameters) {
  const ParameterLayout& layout = parameters.layout;
  const auto features = static_cast<std::size_t>(layout.features), width = static_cast<std::size_t>(layout.width);
  const auto bases = static_cast<std::size_t>(layout.bases);
  const std::vector<std::size_t> of = Cluster(x, specs, features, bases, seed);
  std::vector<float> z(specs * width), y(specs * bases);
  for (std::size_t s = 0; s < specs; ++s) {
    y[s * bases + of[s]] = 1.0f;
    for (std::size_t o = 0; o < width; ++o) {
      double sum = parameters.trunk_bias()[o];
      for (std::size_t i = 0; i < features; ++i)
        sum += static_cast<double>(parameters.trunk_weight()[o * features + i]) * x[s * features + i];
      z[s * width + o] = Gelu(static_cast<float>(sum));
    }
  }
  const std::vector<float> w = RidgeRegression(z, y, specs, width, bases, kRidge * std::sqrt(static_cast<double>(specs)));
  const std::size_t blocks = layout.coefficients() / (bases * 2);  // layers * modules
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t n = 0; n < bases; ++n) {
      for (std::size_t half = 0; half < 2; ++half) {
        const std::size_t row = (block * bases + n) * 2 + half;
        std::copy_n(&w[n * (width + 1)], width, &parameters.head_weight()[row * width]);
        parameters.head_bias()[row] = w[n * (width + 1) + width];
      }
    }
  }
  for (std::size_t half = 0; half < layout.halves(); ++half) {
    std::fill(parameters.bases(half).begin(), parameters.bases(half).end(), 0.0f);
  }
}

}  // namespace paw
