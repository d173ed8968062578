// LogSoftmax: the probabilities of a choice, of a branch of the label tree or of a token. Inside decode/ only.
//
// Thread rule: a pure function.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace paw {

// log softmax(logits / temperature + offsets). Every value is at most 0, also after rounding: the largest term of the sum is exactly 1.
// `offsets` is empty or as long as the others.
inline void LogSoftmax(std::span<const float> logits, double temperature, std::span<const double> offsets, std::span<double> out) {
  const double top = *std::max_element(logits.begin(), logits.end());
  for (std::size_t i = 0; i < logits.size(); ++i) out[i] = (static_cast<double>(logits[i]) - top) / temperature;
  if (!offsets.empty()) {
    for (std::size_t i = 0; i < logits.size(); ++i) out[i] += offsets[i];
    const double shifted = *std::max_element(out.begin(), out.end());
    for (double& value : out) value -= shifted;
  }
  double sum = 0;
  for (const double value : out) sum += std::exp(value);
  const double log_sum = std::log(sum);
  for (double& value : out) value -= log_sum;
}

}  // namespace paw
