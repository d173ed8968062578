// Random numbers and bf16 helpers of the kernel tests.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "kernels/kernels.h"
#include "tensor/dtype.h"

namespace paw {

class TestNumbers {
 public:
  explicit TestNumbers(std::uint32_t seed) : engine_(seed) {}
  std::vector<float> Floats(std::size_t n, float scale = 1.0f) {
    std::normal_distribution<float> normal(0.0f, scale);
    std::vector<float> values(n);
    for (float& value : values) value = normal(engine_);
    return values;
  }
  std::vector<Bf16> Bf16s(std::size_t n, float scale = 1.0f) {
    std::vector<Bf16> values(n);
    std::size_t i = 0;
    for (const float value : Floats(n, scale)) values[i++] = FloatToBf16(value);
    return values;
  }
  int Int(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }

 private:
  std::mt19937 engine_;
};

}  // namespace paw
