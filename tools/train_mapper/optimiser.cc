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
  const float factor = ClipFactor(norm, options_.clip_norm);
  ++state.steps;
  for (std::size_t i = 0; i < parameters.all.size(); ++i) {
    const float rate = rates.Of(parameters.all[i].group);
    if (rate <= 0) continue;
    const AdamWFactors factors = FactorsAt(options_.adamw, state.steps, static_cast<double>(rate));
    const std::span<const float> g = gradient.all[i].numbers;
    const std::span<float> m = state.first.all[i].numbers, v = state.second.all[i].numbers, w = parameters.all[i].numbers;
    pool_.RunRanges(static_cast<int>(w.size()), kNumbersPerTask, [&](int first, int last, int) {
      const auto from = static_cast<std::size_t>(first), count = static_cast<std::size_t>(last - first);
      StepNumbers(factors, factor, g.subspan(from, count), m.subspan(from, count), v.subspan(from, count), w.subspan(from, count));
    });
  }
  return norm;
}

}  // namespace paw
