#include "adapter/spread.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

namespace paw {
namespace {

constexpr std::size_t kBlock = 32;        // numbers that share a scale
constexpr double kWorthwhile = 0.9;       // of the error before: for less the numbers stay as training left them
constexpr int kSweepsMax = 30;            // one-sided Jacobi settles in about 8
constexpr double kOrthogonal = 1e-10;     // cosine below which two rows count as orthogonal
constexpr double kRegularisation = 1e-8;  // of the mean diagonal: keeps M invertible when ranks are unused

// A small dense matrix, row-major.
struct Matrix {
  explicit Matrix(std::size_t n) : size(n), values(n * n, 0.0) {}
  double* row(std::size_t i) { return values.data() + i * size; }
  const double* row(std::size_t i) const { return values.data() + i * size; }
  std::size_t size;
  std::vector<double> values;
};

Matrix Transposed(const Matrix& m) {
  Matrix out(m.size);
  for (std::size_t i = 0; i < m.size; ++i) {
    for (std::size_t j = 0; j < m.size; ++j) out.row(j)[i] = m.row(i)[j];
  }
  return out;
}

Matrix Product(const Matrix& a, const Matrix& b) {
  Matrix out(a.size);
  for (std::size_t i = 0; i < a.size; ++i) {
    for (std::size_t k = 0; k < a.size; ++k) {
      const double factor = a.row(i)[k];
      for (std::size_t j = 0; j < a.size; ++j) out.row(i)[j] += factor * b.row(k)[j];
    }
  }
  return out;
}

// rows (count, n) -> the sum of their outer products (n, n). fp32 inside a row of the result is exact enough: M need not be exact.
Matrix GramOfRows(const float* rows, std::size_t count, std::size_t n) {
  std::vector<float> sums(n * n, 0.0f);
  for (std::size_t r = 0; r < count; ++r, rows += n) {
    for (std::size_t i = 0; i < n; ++i) {
      const float factor = rows[i];
      float* sum = sums.data() + i * n;
      for (std::size_t j = 0; j < n; ++j) sum[j] += factor * rows[j];
    }
  }
  Matrix gram(n);
  std::copy(sums.begin(), sums.end(), gram.values.begin());
  return gram;
}

std::vector<float> TransposedRows(const std::vector<float>& rows, std::size_t count, std::size_t n) {
  std::vector<float> out(rows.size());
  for (std::size_t r = 0; r < count; ++r) {
    for (std::size_t i = 0; i < n; ++i) out[i * count + r] = rows[r * n + i];
  }
  return out;
}

double Trace(const Matrix& m) {
  double trace = 0.0;
  for (std::size_t i = 0; i < m.size; ++i) trace += m.row(i)[i];
  return trace;
}

// The lower L with L L^T = gram + a little of the identity; false when it is not positive even so.
bool Cholesky(const Matrix& gram, Matrix& lower) {
  const std::size_t n = gram.size;
  const double ridge = kRegularisation * Trace(gram) / static_cast<double>(n);
  // fp32 sums can leave the smallest eigenvalue a little below zero: the ridge is raised until it covers that.
  for (double raised = ridge; raised < ridge * 1e7; raised *= 10.0) {
    bool positive = true;
    for (std::size_t i = 0; i < n && positive; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = gram.row(i)[j] + (i == j ? raised : 0.0);
        for (std::size_t k = 0; k < j; ++k) sum -= lower.row(i)[k] * lower.row(j)[k];
        if (i == j) {
          positive = sum > raised * 0.5;
          lower.row(i)[i] = std::sqrt(std::max(sum, 0.0));
        } else {
          lower.row(i)[j] = sum / lower.row(j)[j];
        }
      }
    }
    if (positive) return true;
  }
  return false;
}

// X with L^T X = m: back substitution, column by column at once.
Matrix SolveTransposed(const Matrix& lower, const Matrix& m) {
  const std::size_t n = m.size;
  Matrix x = m;
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t j = 0; j < n; ++j) x.row(i)[j] /= lower.row(i)[i];
    for (std::size_t k = 0; k < i; ++k) {
      const double factor = lower.row(i)[k];
      for (std::size_t j = 0; j < n; ++j) x.row(k)[j] -= factor * x.row(i)[j];
    }
  }
  return x;
}

// One-sided Jacobi (Hestenes 1958): rotates rows of `k` until they are orthogonal. Returns U^T and the singular values of k = U S V^T.
std::pair<Matrix, std::vector<double>> LeftSingular(Matrix k) {
  const std::size_t n = k.size;
  Matrix left(n);
  for (std::size_t i = 0; i < n; ++i) left.row(i)[i] = 1.0;
  const auto dot = [n](const double* a, const double* b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
    return sum;
  };
  const auto rotate = [n](double* a, double* b, double cosine, double sine) {
    for (std::size_t i = 0; i < n; ++i) {
      const double old = a[i];
      a[i] = cosine * old - sine * b[i];
      b[i] = sine * old + cosine * b[i];
    }
  };
  bool rotated = true;
  for (int sweep = 0; sweep < kSweepsMax && rotated; ++sweep) {
    rotated = false;
    for (std::size_t p = 0; p + 1 < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        const double pp = dot(k.row(p), k.row(p));
        const double qq = dot(k.row(q), k.row(q));
        const double pq = dot(k.row(p), k.row(q));
        if (std::abs(pq) <= kOrthogonal * std::sqrt(pp * qq)) continue;
        const double slope = (qq - pp) / (2.0 * pq);
        const double tangent = std::copysign(1.0, slope) / (std::abs(slope) + std::sqrt(1.0 + slope * slope));
        const double cosine = 1.0 / std::sqrt(1.0 + tangent * tangent);
        rotate(k.row(p), k.row(q), cosine, cosine * tangent);
        rotate(left.row(p), left.row(q), cosine, cosine * tangent);
        rotated = true;
      }
    }
  }
  std::vector<double> singular(n);
  for (std::size_t i = 0; i < n; ++i) singular[i] = std::sqrt(dot(k.row(i), k.row(i)));
  return {std::move(left), std::move(singular)};
}

// An orthogonal matrix whose entries are as equal in size as can be: Hadamard for the power of two in n, a cosine transform for the rest.
Matrix EvenMix(std::size_t n) {
  std::size_t power = 1;
  while (n % (2 * power) == 0) power *= 2;
  const std::size_t rest = n / power;
  Matrix mix(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const bool negative = __builtin_parityll((i / rest) & (j / rest)) != 0;
      const auto frequency = static_cast<double>(i % rest);
      const double angle = std::numbers::pi * (static_cast<double>(j % rest) + 0.5) * frequency / static_cast<double>(rest);
      const double norm = std::sqrt((i % rest == 0 ? 1.0 : 2.0) / static_cast<double>(n));
      mix.row(i)[j] = (negative ? -norm : norm) * std::cos(angle);
    }
  }
  return mix;
}

// rows (count, n) times m (n, n), in fp32.
std::vector<float> RowsTimes(const std::vector<float>& rows, std::size_t count, const Matrix& m) {
  const std::size_t n = m.size;
  const std::vector<float> factors(m.values.begin(), m.values.end());
  std::vector<float> out(rows.size(), 0.0f);
  for (std::size_t r = 0; r < count; ++r) {
    float* to = out.data() + r * n;
    for (std::size_t k = 0; k < n; ++k) {
      const float factor = rows[r * n + k];
      const float* from = factors.data() + k * n;
      for (std::size_t j = 0; j < n; ++j) to[j] += factor * from[j];
    }
  }
  return out;
}

// The squared error that a block's scale causes in each of its numbers: uniform rounding at step peak / levels, or the whole number
// where the step swallows it. errors (count)
void BlockErrors(const float* numbers, std::size_t count, double levels, double* errors) {
  float peak = 0.0f;
  for (std::size_t i = 0; i < count; ++i) peak = std::max(peak, std::abs(numbers[i]));
  const double rounding = static_cast<double>(peak) * peak / (levels * levels * 12.0);
  for (std::size_t i = 0; i < count; ++i) errors[i] = std::min(rounding, static_cast<double>(numbers[i]) * numbers[i]);
}

// The squared error of B A that a block type of so many levels would cause.
double ForeseenError(const std::vector<float>& a, const std::vector<float>& b, std::size_t n, double levels) {
  const std::size_t inputs = a.size() / n;
  std::vector<double> a_norms(n, 0.0);   // |a_k|^2
  std::vector<double> a_errors(n, 0.0);  // |error of a_k|^2
  std::array<double, kBlock> errors{};
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t start = 0; start < inputs; start += kBlock) {
      const float* block = a.data() + k * inputs + start;
      const std::size_t count = std::min(kBlock, inputs - start);
      BlockErrors(block, count, levels, errors.data());
      for (std::size_t i = 0; i < count; ++i) {
        a_norms[k] += static_cast<double>(block[i]) * block[i];
        a_errors[k] += errors[i];
      }
    }
  }
  double error = 0.0;
  for (std::size_t row = 0; row < b.size(); row += n) {
    for (std::size_t start = 0; start < n; start += kBlock) {
      const float* block = b.data() + row + start;
      const std::size_t count = std::min(kBlock, n - start);
      BlockErrors(block, count, levels, errors.data());
      for (std::size_t i = 0; i < count; ++i) {
        error += static_cast<double>(block[i]) * block[i] * a_errors[start + i] + errors[i] * a_norms[start + i];
      }
    }
  }
  return error;
}

bool AllFinite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

}  // namespace

bool SpreadOverRanks(LoraPair& pair, std::int32_t rank, double levels) {
  const auto n = static_cast<std::size_t>(rank);
  if (!pair.present() || n < 2) return false;
  const std::size_t inputs = pair.a.size() / n;
  const std::size_t outputs = pair.b.size() / n;
  const std::vector<float> a_columns = TransposedRows(pair.a, n, inputs);  // (inputs, rank)
  const Matrix gram_b = GramOfRows(pair.b.data(), outputs, n);             // B^T B
  const Matrix gram_a = GramOfRows(a_columns.data(), inputs, n);           // A A^T
  if (!(Trace(gram_b) > 0.0) || !(Trace(gram_a) > 0.0) || !std::isfinite(Trace(gram_b) * Trace(gram_a))) return false;
  Matrix lower_b(n);
  Matrix lower_a(n);
  if (!Cholesky(gram_b, lower_b) || !Cholesky(gram_a, lower_a)) return false;

  // With B = Q_b L_b^T and A = L_a Q_a^T: B A = Q_b (L_b^T L_a) Q_a^T, whose core is U S V^T. Then M = L_b^-T U S^(1/2) R gives
  // B M = Q_b U S^(1/2) R, and M^-1 A = R^T S^(-1/2) U^T L_b^T A.
  const auto [left, singular] = LeftSingular(Product(Transposed(lower_b), lower_a));
  Matrix u_root = Transposed(left);          // U S^(1/2)
  Matrix u_inverse_root = Transposed(left);  // U S^(-1/2)
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      if (!(singular[j] > 0.0)) return false;
      u_root.row(i)[j] *= std::sqrt(singular[j]);
      u_inverse_root.row(i)[j] /= std::sqrt(singular[j]);
    }
  }
  const Matrix mix = EvenMix(n);
  const Matrix m = SolveTransposed(lower_b, Product(u_root, mix));
  const Matrix m_inverse_transposed = Product(lower_b, Product(u_inverse_root, mix));
  std::vector<float> b = RowsTimes(pair.b, outputs, m);
  std::vector<float> a = TransposedRows(RowsTimes(a_columns, inputs, m_inverse_transposed), inputs, n);
  if (!AllFinite(a) || !AllFinite(b)) return false;
  if (!(ForeseenError(a, b, n, levels) < kWorthwhile * ForeseenError(pair.a, pair.b, n, levels))) return false;
  pair.a = std::move(a);
  pair.b = std::move(b);
  return true;
}

}  // namespace paw
