#include "lm/reference/math.h"

#include <cmath>

namespace paw::reference {

float Dot(const float* a, const float* b, int length) {
  constexpr int kLanes = 16;
  float sums[kLanes] = {};
  int i = 0;
  for (; i + kLanes <= length; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (int lane = 0; i < length; ++i, ++lane) sums[lane] += a[i] * b[i];
  float total = 0;
  for (int lane = 0; lane < kLanes; ++lane) total += sums[lane];
  return total;
}

void AddScaled(float factor, const float* x, int length, float* y) {
  for (int i = 0; i < length; ++i) y[i] += factor * x[i];
}

void Add(const Matrix& x, Matrix& y) {
  for (std::size_t i = 0; i < x.values.size(); ++i) y.values[i] += x.values[i];
}

void AddToRows(std::span<const float> x, Matrix& y) {
  if (x.empty()) return;
  for (int t = 0; t < y.rows; ++t) AddScaled(1.0f, x.data(), y.columns, y.row(t));
}

Matrix Multiply(const Matrix& x, std::span<const float> weight, int outputs) {
  Matrix y(x.rows, outputs);
  for (int o = 0; o < outputs; ++o) {
    const float* weight_row = weight.data() + static_cast<std::size_t>(o) * static_cast<std::size_t>(x.columns);
    for (int t = 0; t < x.rows; ++t) y.row(t)[o] = Dot(weight_row, x.row(t), x.columns);
  }
  return y;
}

void AddInputGradient(float factor, const Matrix& d_y, std::span<const float> weight, Matrix& d_x) {
  for (int o = 0; o < d_y.columns; ++o) {
    const float* weight_row = weight.data() + static_cast<std::size_t>(o) * static_cast<std::size_t>(d_x.columns);
    for (int t = 0; t < d_y.rows; ++t) AddScaled(factor * d_y.row(t)[o], weight_row, d_x.columns, d_x.row(t));
  }
}

void AddWeightGradient(float factor, const Matrix& d_y, const Matrix& x, std::span<float> d_weight) {
  for (int o = 0; o < d_y.columns; ++o) {
    float* gradient_row = d_weight.data() + static_cast<std::size_t>(o) * static_cast<std::size_t>(x.columns);
    for (int t = 0; t < d_y.rows; ++t) AddScaled(factor * d_y.row(t)[o], x.row(t), x.columns, gradient_row);
  }
}

Matrix Project(const Matrix& x, std::span<const float> weight, int outputs, const LoraPair* pair, float scale) {
  Matrix y = Multiply(x, weight, outputs);  // (n, outputs)
  if (pair == nullptr || !pair->present()) return y;
  const int rank = static_cast<int>(pair->a.size()) / x.columns;
  const Matrix low = Multiply(x, pair->a, rank);          // (n, rank)
  const Matrix change = Multiply(low, pair->b, outputs);  // (n, outputs)
  for (int t = 0; t < y.rows; ++t) AddScaled(scale, change.row(t), outputs, y.row(t));
  return y;
}

void ProjectBackward(const Matrix& x, std::span<const float> weight, const LoraPair* pair, float scale, const Matrix& d_y, Matrix& d_x,
                     LoraPair* d_pair) {
  AddInputGradient(1.0f, d_y, weight, d_x);
  if (pair == nullptr || !pair->present()) return;
  const int rank = static_cast<int>(pair->a.size()) / x.columns;
  Matrix d_low(x.rows, rank);  // (n, rank)
  AddInputGradient(scale, d_y, pair->b, d_low);
  AddInputGradient(1.0f, d_low, pair->a, d_x);
  if (d_pair == nullptr) return;
  const Matrix low = Multiply(x, pair->a, rank);  // (n, rank)
  AddWeightGradient(scale, d_y, low, d_pair->b);
  AddWeightGradient(1.0f, d_low, x, d_pair->a);
}

void Rotate(float* row, int heads, int head_width, Rotation rotation, float base, int position, int direction) {
  if (rotation == Rotation::kNone) return;
  const bool halves = rotation == Rotation::kHalves;
  for (int i = 0; i < head_width / 2; ++i) {
    const double angle = position * std::pow(static_cast<double>(base), -2.0 * i / head_width);
    const float cosine = static_cast<float>(std::cos(angle));
    const float sine = static_cast<float>(std::sin(angle)) * static_cast<float>(direction);
    for (int h = 0; h < heads; ++h) {
      float* head = row + h * head_width;
      float& x = head[halves ? i : 2 * i];
      float& y = head[halves ? i + head_width / 2 : 2 * i + 1];
      const float first = x;
      const float second = y;
      x = first * cosine - second * sine;
      y = first * sine + second * cosine;
    }
  }
}

}  // namespace paw::reference
