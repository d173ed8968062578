// GemmOutput: where the products of a tile or a job go, and in which form.
//
// Thread rule: a plain value. Owner: the caller owns the memory.
#pragma once

#include <cstddef>
#include <cstdint>

namespace paw {

using Bf16 = std::uint16_t;

enum class GemmStore : std::uint8_t {
  kF32,     // y = sum
  kAddF32,  // y = residual + sum
  kBf16,    // y_bf16 = bf16(scale * sum)
};

struct GemmOutput {
  GemmStore store = GemmStore::kF32;
  float scale = 1.0f;  // kBf16 only
  float* y = nullptr;
  std::size_t ldy = 0;  // elements between rows
  const float* residual = nullptr;
  std::size_t ld_residual = 0;
  Bf16* y_bf16 = nullptr;
  std::size_t ldy_bf16 = 0;

  GemmOutput& ToF32(float* out, std::size_t ld) {
    store = GemmStore::kF32, y = out, ldy = ld;
    return *this;
  }
  GemmOutput& ToResidual(const float* in, float* out, std::size_t ld) {
    store = GemmStore::kAddF32, residual = in, ld_residual = ld, y = out, ldy = ld;
    return *this;
  }
  GemmOutput& ToBf16(Bf16* out, std::size_t ld, float factor = 1.0f) {
    store = GemmStore::kBf16, y_bf16 = out, ldy_bf16 = ld, scale = factor;
    return *this;
  }
  // The same, begun at another element.
  GemmOutput At(std::size_t row, std::size_t column) const {
    GemmOutput out = *this;
    if (y != nullptr) out.y += row * ldy + column;
    if (residual != nullptr) out.residual += row * ld_residual + column;
    if (y_bf16 != nullptr) out.y_bf16 += row * ldy_bf16 + column;
    return out;
  }
};

}  // namespace paw
