#include "mapper/gelu.h"

namespace paw {
namespace {

// erf by its power series, 2 / sqrt(pi) * sum of (-1)^n t^(2n+1) / (n! (2n+1)). At |t| = 4 the largest term is 1e5, so cancellation
// leaves 2e-11, and erf is 1 to the last bit of fp32; the terms past kTerms are below 1e-16 there.
constexpr double kTMax = 4.0;
constexpr int kTerms = 80;
constexpr double kTwoOverSqrtPi = 1.1283791670955126;
constexpr double kSqrtHalf = 0.70710678118654752;

double Erf(double t) {
  if (t >= kTMax) return 1.0;
  if (t <= -kTMax) return -1.0;
  const double square = t * t;
  double power = t;  // (-1)^n t^(2n+1) / n!
  double sum = t;
  for (int n = 1; n < kTerms; ++n) {
    power *= -square / n;
    sum += power / (2 * n + 1);
  }
  return kTwoOverSqrtPi * sum;
}

}  // namespace

float Gelu(float x) {
  const double wide = x;
  return static_cast<float>(0.5 * wide * (1.0 + Erf(wide * kSqrtHalf)));
}

}  // namespace paw
