// DType: the number formats of stored tensors, and their conversion to and from fp32. Block layouts as ggml's (ggml-common.h).
//
// Thread rule: pure functions. Quantisers equal llama.cpp's reference quantisers bit for bit (quantize_row_*_ref).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "paw/status.h"

namespace paw {

// The values are ggml's type numbers, as they stand in a GGUF file.
enum class DType : std::uint32_t {
  kF32 = 0,
  kF16 = 1,
  kQ4_0 = 2,   // 32 weights: f16 scale, 16 bytes of nibbles
  kQ4_1 = 3,   // 32 weights: f16 scale, f16 minimum, 16 bytes of nibbles
  kQ5_0 = 6,   // 32 weights: f16 scale, 4 bytes of fifth bits, 16 bytes of nibbles
  kQ8_0 = 8,   // 32 weights: f16 scale, 32 int8
  kQ6_K = 14,  // 256 weights: 128 low nibbles, 64 upper pairs of bits, 16 int8 scales, f16 scale
  kBF16 = 30,
};

std::string_view DTypeName(DType dtype);
bool IsKnownDType(std::uint32_t type);
std::int64_t BlockWeights(DType dtype);  // weights a block: 1, 32 or 256
std::int64_t BlockBytes(DType dtype);    // bytes a block
// Bytes of `weights` numbers; kRefused on overflow or a partial block.
Result<std::int64_t> BytesOf(DType dtype, std::int64_t weights);

// out.size() weights, read from `bytes` (exactly BytesOf(dtype, out.size())).
void Dequantize(DType dtype, std::span<const std::byte> bytes, std::span<float> out);
// The reverse; kUnimplemented for Q6_K and Q4_1.
Status Quantize(DType dtype, std::span<const float> weights, std::span<std::byte> out);

float HalfToFloat(std::uint16_t half);
std::uint16_t FloatToHalf(float value);  // round to nearest even
inline float Bf16ToFloat(std::uint16_t bf16) { return std::bit_cast<float>(static_cast<std::uint32_t>(bf16) << 16); }
std::uint16_t FloatToBf16(float value);  // round to nearest even; NaN stays NaN

}  // namespace paw
