#include "train/adamw.h"

#include <cmath>
#include <vector>

namespace paw {

namespace {

bool SameLayout(const LoraWeights& x, const LoraWeights& y) {
  if (x.pairs.size() != y.pairs.size()) return false;
  for (std::size_t i = 0; i < x.pairs.size(); ++i) {
    if (x.pairs[i].a.size() != y.pairs[i].a.size() || x.pairs[i].b.size() != y.pairs[i].b.size()) return false;
  }
  return true;
}

double SumOfSquares(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return sum;
}

}  // namespace

AdamWFactors FactorsAt(const AdamWOptions& options, std::int64_t step, double learning_rate) {
  const auto t = static_cast<double>(step);
  AdamWFactors factors{};
  factors.keep = static_cast<float>(1.0 - learning_rate * options.weight_decay);
  factors.beta1_rest = static_cast<float>(1.0 - options.beta1);
  factors.beta2 = static_cast<float>(options.beta2);
  factors.beta2_rest = static_cast<float>(1.0 - options.beta2);
  factors.rate = static_cast<float>(learning_rate / (1.0 - std::pow(options.beta1, t)));
  factors.second_root = static_cast<float>(std::sqrt(1.0 - std::pow(options.beta2, t)));
  factors.epsilon = static_cast<float>(options.epsilon);
  return factors;
}

void StepNumbers(const AdamWFactors& f, float gradient_factor, std::span<const float> gradient, std::span<float> first,
                 std::span<float> second, std::span<float> weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const float g = gradient[i] * gradient_factor;
    const float m = first[i] + f.beta1_rest * (g - first[i]);
    const float v = second[i] * f.beta2 + f.beta2_rest * g * g;
    first[i] = m;
    second[i] = v;
    weights[i] = weights[i] * f.keep - f.rate * (m / (std::sqrt(v) / f.second_root + f.epsilon));
  }
}

float ClipFactor(double norm, double norm_max) {
  return norm_max > 0 && norm > norm_max ? static_cast<float>(norm_max / (norm + 1e-6)) : 1.0f;
}

AdamW::AdamW(const LoraWeights& weights, const AdamWOptions& options)
    : options_(options), first_(ZerosLike(weights)), second_(ZerosLike(weights)) {}

Status AdamW::Step(const LoraWeights& gradient, double learning_rate, LoraWeights& weights) {
  if (!SameLayout(first_, gradient) || !SameLayout(first_, weights)) {
    return Usage("an AdamW step: found weights or a gradient of another layout, expected the layout it was made for");
  }
  ++steps_;
  const AdamWFactors a_factors = FactorsAt(options_, steps_, learning_rate);
  const AdamWFactors b_factors = FactorsAt(options_, steps_, learning_rate * options_.b_rate_ratio);
  for (std::size_t i = 0; i < weights.pairs.size(); ++i) {
    StepNumbers(a_factors, 1.0f, gradient.pairs[i].a, first_.pairs[i].a, second_.pairs[i].a, weights.pairs[i].a);
    StepNumbers(b_factors, 1.0f, gradient.pairs[i].b, first_.pairs[i].b, second_.pairs[i].b, weights.pairs[i].b);
  }
  return Ok();
}

double GlobalNorm(const LoraWeights& weights) {
  double sum = 0;
  for (const LoraPair& pair : weights.pairs) sum += SumOfSquares(pair.a) + SumOfSquares(pair.b);
  return std::sqrt(sum);
}

double ClipGradient(double norm_max, LoraWeights& gradient) {
  const double norm = GlobalNorm(gradient);
  const float factor = ClipFactor(norm, norm_max);
  if (factor == 1.0f) return norm;
  for (LoraPair& pair : gradient.pairs) {
    for (float& value : pair.a) value *= factor;
    for (float& value : pair.b) value *= factor;
  }
  return norm;
}

}  // namespace paw
