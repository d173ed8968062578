#include "tools/train_mapper/optimiser.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace paw {
namespace {

constexpr int kNumbersPerTask = 1 << 16;

double SumOfSquares(ThreadPool& pool, const std::vector<float>& numbers) {
  const int count = static_cast<int>(numbers.size());
  std::vector<double> parts(static_cast<std::size_t>((count + kNumbersPerTask - 1) / kNumbersPerTask));
  pool.RunRanges(count, kNumbersPerTask, [&](int first, int last, int) {
    double sums[8] = {};
    int i = first;
    for (; i + 8 <= last; i += 8) {
      for (int k = 0; k < 8; ++k)
        sums[k] +=
            static_cast<double>(numbers[static_cast<std::size_t>(i + k)]) * static_cast<double>(numbers[static_cast<std::size_t>(i + k)]);
    }
    for (; i < last; ++i)
      sums[0] += static_cast<double>(numbers[static_cast<std::size_t>(i)]) * static_cast<double>(numbers[static_cast<std::size_t>(i)]);
    for (const double sum : sums) parts[static_cast<std::size_t>(first / kNumbersPerTask)] += sum;
  });
  double sum = 0;
  for (const double part : parts) sum += part;
  return sum;
}

}  // namespace

float Rates::Of(Parameter::Group group) const {
  switch (group) {
    case Parameter::Group::kTrunk:
      return trunk;
    case Parameter::Group::kHead:
      return head;
    case Parameter::Group::kBases:
      return bases;
    case Parameter::Group::kShared:
      return shared;
  }
  return 0;
}

OptimiserState BeginState(const Parameters& parameters) { return {0, ZerosLike(parameters), ZerosLike(parameters)}; }

double Optimiser::Step(const Parameters& gradient, const Rates& rates, Parameters& parameters, OptimiserState& state) {
  double square = 0;
  for (const Parameter& parameter : gradient.all) {
    if (rates.Of(parameter.group) > 0) square += SumOfSquares(pool_, parameter.numbers);
  }
  const double norm = std::sqrt(square);
  const bool clip = options_.clip_norm > 0 && norm > options_.clip_norm;
  const auto factor = static_cast<float>(clip ? options_.clip_norm / (norm + 1e-6) : 1.0);
  const auto t = static_cast<double>(++state.steps);
  const auto beta1_rest = static_cast<float>(1.0 - options_.beta1), beta2 = static_cast<float>(options_.beta2);
  const auto beta2_rest = static_cast<float>(1.0 - options_.beta2), epsilon = static_cast<float>(options_.epsilon);
  const auto second_root = static_cast<float>(std::sqrt(1.0 - std::pow(options_.beta2, t)));
  for (std::size_t i = 0; i < parameters.all.size(); ++i) {
    const float group_rate = rates.Of(parameters.all[i].group);
    if (group_rate <= 0) continue;
    const auto rate = static_cast<float>(group_rate / (1.0 - std::pow(options_.beta1, t)));
    const float* g = gradient.all[i].numbers.data();
    float* m = state.first.all[i].numbers.data();
    float* v = state.second.all[i].numbers.data();
    float* w = parameters.all[i].numbers.data();
    pool_.RunRanges(static_cast<int>(parameters.all[i].numbers.size()), kNumbersPerTask, [&](int first, int last, int) {
      for (int k = first; k < last; ++k) {
        const float scaled = g[k] * factor;
        m[k] += beta1_rest * (scaled - m[k]);
        v[k] = v[k] * beta2 + beta2_rest * scaled * scaled;
        w[k] -= rate * (m[k] / (std::sqrt(v[k]) / second_root + epsilon));
      }
    });
  }
  return norm;
}

}  // namespace paw
