#include "lm/reference/norm.h"

#include <cmath>
#include <numeric>

namespace paw::reference {

namespace {

float Mean(const std::vector<float>& x) {
  return static_cast<float>(std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size()));
}

// The numbers that are normalised together.
struct Run {
  std::vector<float> centred;  // (w) without their mean for LayerNorm, as they are for RMSNorm
  float inverse = 0;           // 1 / sqrt(mean(centred^2) + epsilon)
};

Run RunAt(const float* x, const Norm& norm, float epsilon) {
  const int width = static_cast<int>(norm.weight.size());
  Run run{{x, x + width}, 0};
  if (!norm.bias.empty()) {
    const float mean = Mean(run.centred);
    for (float& number : run.centred) number -= mean;
  }
  run.inverse = 1.0f / std::sqrt(Dot(run.centred.data(), run.centred.data(), width) / static_cast<float>(width) + epsilon);
  return run;
}

}  // namespace

Matrix Normalise(const Matrix& x, const Norm& norm, float epsilon) {
  const std::size_t width = norm.weight.size();
  Matrix y(x.rows, x.columns);
  for (std::size_t first = 0; first < x.values.size(); first += width) {
    const Run run = RunAt(x.values.data() + first, norm, epsilon);
    for (std::size_t i = 0; i < width; ++i) {
      y.values[first + i] = run.centred[i] * run.inverse * norm.weight[i] + (norm.bias.empty() ? 0.0f : norm.bias[i]);
    }
  }
  return y;
}

// With s = weight * d_y and c the centred run:  d_x = inverse * (s - mean(s)) - c * inverse^3 * mean(s c); no mean(s) for RMSNorm.
void NormaliseBackward(const Matrix& x, const Norm& norm, float epsilon, const Matrix& d_y, Matrix& d_x) {
  const int width = static_cast<int>(norm.weight.size());
  std::vector<float> scaled(norm.weight.size());
  for (std::size_t first = 0; first < x.values.size(); first += scaled.size()) {
    const Run run = RunAt(x.values.data() + first, norm, epsilon);
    for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] = norm.weight[i] * d_y.values[first + i];
    const float along = Dot(scaled.data(), run.centred.data(), width) * run.inverse * run.inverse * run.inverse / static_cast<float>(width);
    if (!norm.bias.empty()) {
      const float mean = Mean(scaled);
      for (float& number : scaled) number -= mean;
    }
    AddScaled(run.inverse, scaled.data(), width, d_x.values.data() + first);
    AddScaled(-along, run.centred.data(), width, d_x.values.data() + first);
  }
}

}  // namespace paw::reference
