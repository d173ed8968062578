#include "tensor/dtype.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

namespace paw {
namespace {

constexpr int kBlock = 32;        // weights a block of the "_0" and "_1" formats
constexpr int kHalfBlock = 16;    // low nibbles hold the first half of a block, high nibbles the second
constexpr int kSuperBlock = 256;  // weights a block of the "_K" formats

struct Format {
  DType dtype;
  std::string_view name;
  std::int64_t weights;
  std::int64_t bytes;
};

constexpr std::array<Format, 8> kFormats = {{
    {DType::kF32, "F32", 1, 4},
    {DType::kF16, "F16", 1, 2},
    {DType::kBF16, "BF16", 1, 2},
    {DType::kQ4_0, "Q4_0", kBlock, 18},
    {DType::kQ4_1, "Q4_1", kBlock, 20},
    {DType::kQ5_0, "Q5_0", kBlock, 22},
    {DType::kQ8_0, "Q8_0", kBlock, 34},
    {DType::kQ6_K, "Q6_K", kSuperBlock, 210},
}};

const Format* FindFormat(DType dtype) {
  for (const Format& format : kFormats) {
    if (format.dtype == dtype) return &format;
  }
  return nullptr;
}

// Files are little endian, and so is every machine that paw supports.
static_assert(std::endian::native == std::endian::little);

std::uint16_t LoadU16(const std::uint8_t* bytes) {
  std::uint16_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

void StoreU16(std::uint16_t value, std::uint8_t* bytes) { std::memcpy(bytes, &value, sizeof value); }

std::uint32_t LoadU32(const std::uint8_t* bytes) {
  std::uint32_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

void DequantizeQ4_0(const std::uint8_t* in, std::size_t blocks, float* out) {
  for (std::size_t b = 0; b < blocks; ++b, in += 18, out += kBlock) {
    const float scale = HalfToFloat(LoadU16(in));
    const std::uint8_t* nibbles = in + 2;
    for (int i = 0; i < kHalfBlock; ++i) {
      out[i] = static_cast<float>((nibbles[i] & 0x0f) - 8) * scale;
      out[i + kHalfBlock] = static_cast<float>((nibbles[i] >> 4) - 8) * scale;
    }
  }
}

void DequantizeQ4_1(const std::uint8_t* in, std::size_t blocks, float* out) {
  for (std::size_t b = 0; b < blocks; ++b, in += 20, out += kBlock) {
    const float scale = HalfToFloat(LoadU16(in));
    const float minimum = HalfToFloat(LoadU16(in + 2));
    const std::uint8_t* nibbles = in + 4;
    for (int i = 0; i < kHalfBlock; ++i) {
      out[i] = static_cast<float>(nibbles[i] & 0x0f) * scale + minimum;
      out[i + kHalfBlock] = static_cast<float>(nibbles[i] >> 4) * scale + minimum;
    }
  }
}

void DequantizeQ5_0(const std::uint8_t* in, std::size_t blocks, float* out) {
  for (std::size_t b = 0; b < blocks; ++b, in += 22, out += kBlock) {
    const float scale = HalfToFloat(LoadU16(in));
    const std::uint32_t fifth_bits = LoadU32(in + 2);
    const std::uint8_t* nibbles = in + 6;
    for (int i = 0; i < kHalfBlock; ++i) {
      const int low = (nibbles[i] & 0x0f) | static_cast<int>(((fifth_bits >> i) & 1u) << 4);
      const int high = (nibbles[i] >> 4) | static_cast<int>(((fifth_bits >> (i + kHalfBlock)) & 1u) << 4);
      out[i] = static_cast<float>(low - 16) * scale;
      out[i + kHalfBlock] = static_cast<float>(high - 16) * scale;
    }
  }
}

void DequantizeQ8_0(const std::uint8_t* in, std::size_t blocks, float* out) {
  for (std::size_t b = 0; b < blocks; ++b, in += 34, out += kBlock) {
    const float scale = HalfToFloat(LoadU16(in));
    for (int i = 0; i < kBlock; ++i) out[i] = static_cast<float>(static_cast<std::int8_t>(in[2 + i])) * scale;
  }
}

// A Q6_K block is two halves of 128 weights: 64 bytes of low nibbles, 32 bytes of upper bit pairs and 8 scales each.
void DequantizeQ6K(const std::uint8_t* in, std::size_t blocks, float* out) {
  for (std::size_t b = 0; b < blocks; ++b, in += 210) {
    const float block_scale = HalfToFloat(LoadU16(in + 208));
    for (int half = 0; half < 2; ++half, out += 128) {
      const std::uint8_t* nibbles = in + half * 64;
      const std::uint8_t* pairs = in + 128 + half * 32;
      const std::uint8_t* scales = in + 192 + half * 8;
      for (int i = 0; i < 128; ++i) {
        const int quarter = i / 32;  // 0, 1: low nibbles; 2, 3: high nibbles
        const int nibble = (nibbles[i % 64] >> (quarter < 2 ? 0 : 4)) & 0x0f;
        const int pair = (pairs[i % 32] >> (2 * quarter)) & 3;
        const float scale = block_scale * static_cast<float>(static_cast<std::int8_t>(scales[i / 16]));
        out[i] = scale * static_cast<float>((nibble | (pair << 4)) - 32);
      }
    }
  }
}

// The reference quantisers divide by the scale before it is rounded to a half; a scale too small to invert counts as zero.
float Inverse(float scale) {
  const float inverse = scale != 0.0f ? 1.0f / scale : 0.0f;
  return std::isfinite(inverse) ? inverse : 0.0f;
}

// The signed value of the largest magnitude, the first of equals. (32) -> 1
float SignedPeak(const float* block) {
  float magnitude = 0.0f;
  float peak = 0.0f;
  for (int i = 0; i < kBlock; ++i) {
    if (std::fabs(block[i]) > magnitude) {
      magnitude = std::fabs(block[i]);
      peak = block[i];
    }
  }
  return peak;
}

void QuantizeQ4_0(const float* in, std::size_t blocks, std::uint8_t* out) {
  for (std::size_t b = 0; b < blocks; ++b, in += kBlock, out += 18) {
    const float scale = SignedPeak(in) / -8.0f;
    const float inverse = Inverse(scale);
    StoreU16(FloatToHalf(scale), out);
    for (int i = 0; i < kHalfBlock; ++i) {
      const int low = std::min(15, static_cast<int>(in[i] * inverse + 8.5f));
      const int high = std::min(15, static_cast<int>(in[i + kHalfBlock] * inverse + 8.5f));
      out[2 + i] = static_cast<std::uint8_t>(low | (high << 4));
    }
  }
}

void QuantizeQ5_0(const float* in, std::size_t blocks, std::uint8_t* out) {
  for (std::size_t b = 0; b < blocks; ++b, in += kBlock, out += 22) {
    const float scale = SignedPeak(in) / -16.0f;
    const float inverse = Inverse(scale);
    StoreU16(FloatToHalf(scale), out);
    std::uint32_t fifth_bits = 0;
    for (int i = 0; i < kHalfBlock; ++i) {
      const int low = std::min(31, static_cast<int>(in[i] * inverse + 16.5f));
      const int high = std::min(31, static_cast<int>(in[i + kHalfBlock] * inverse + 16.5f));
      out[6 + i] = static_cast<std::uint8_t>((low & 0x0f) | ((high & 0x0f) << 4));
      fifth_bits |= static_cast<std::uint32_t>(low >> 4) << i;
      fifth_bits |= static_cast<std::uint32_t>(high >> 4) << (i + kHalfBlock);
    }
    std::memcpy(out + 2, &fifth_bits, sizeof fifth_bits);
  }
}

void QuantizeQ8_0(const float* in, std::size_t blocks, std::uint8_t* out) {
  for (std::size_t b = 0; b < blocks; ++b, in += kBlock, out += 34) {
    float magnitude = 0.0f;
    for (int i = 0; i < kBlock; ++i) magnitude = std::max(magnitude, std::fabs(in[i]));
    const float scale = magnitude / 127.0f;
    const float inverse = Inverse(scale);
    StoreU16(FloatToHalf(scale), out);
    for (int i = 0; i < kBlock; ++i) out[2 + i] = static_cast<std::uint8_t>(static_cast<std::int8_t>(std::round(in[i] * inverse)));
  }
}

// Numbers above this cannot be stored: they, or a block's half scale, would become infinite.
float LargestStored(DType dtype) {
  constexpr float kHalfMax = 65504.0f;
  switch (dtype) {
    case DType::kF16:
      return kHalfMax;
    case DType::kBF16:
      return Bf16ToFloat(0x7f7f);
    case DType::kQ4_0:
      return kHalfMax * 8.0f;
    case DType::kQ5_0:
      return kHalfMax * 16.0f;
    case DType::kQ8_0:
      return kHalfMax * 127.0f;
    default:
      return std::numeric_limits<float>::max();
  }
}

Status CheckStorable(DType dtype, std::span<const float> weights) {
  const float largest = LargestStored(dtype);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(std::fabs(weights[i]) <= largest)) {
      return Refused("storing weights as " + std::string(DTypeName(dtype)) + ": found " + std::to_string(weights[i]) + " at index " +
                     std::to_string(i) + ", expected a magnitude of at most " + std::to_string(largest));
    }
  }
  return Ok();
}

}  // namespace

std::string_view DTypeName(DType dtype) {
  const Format* format = FindFormat(dtype);
  return format != nullptr ? format->name : "unknown";
}

bool IsKnownDType(std::uint32_t type) { return FindFormat(static_cast<DType>(type)) != nullptr; }

std::int64_t BlockWeights(DType dtype) {
  const Format* format = FindFormat(dtype);
  return format != nullptr ? format->weights : 1;
}

std::int64_t BlockBytes(DType dtype) {
  const Format* format = FindFormat(dtype);
  return format != nullptr ? format->bytes : 0;
}

Result<std::int64_t> BytesOf(DType dtype, std::int64_t weights) {
  const Format* format = FindFormat(dtype);
  const auto found = [&] { return "sizing a tensor: found " + std::to_string(weights) + " weights of " + std::string(DTypeName(dtype)); };
  if (format == nullptr) return Refused(found() + ", expected a known number format");
  if (weights < 0 || weights % format->weights != 0) {
    return Refused(found() + ", expected a multiple of " + std::to_string(format->weights));
  }
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(weights / format->weights, format->bytes, &bytes)) {
    return Refused(found() + ", expected fewer than 2^63 bytes");
  }
  return bytes;
}

void Dequantize(DType dtype, std::span<const std::byte> bytes, std::span<float> out) {
  const Format* format = FindFormat(dtype);
  if (format == nullptr) return;
  const auto* in = reinterpret_cast<const std::uint8_t*>(bytes.data());
  // Never past either end, whatever the caller passed.
  const std::size_t blocks =
      std::min(bytes.size() / static_cast<std::size_t>(format->bytes), out.size() / static_cast<std::size_t>(format->weights));
  switch (dtype) {
    case DType::kF32:
      if (blocks > 0) std::memcpy(out.data(), in, blocks * sizeof(float));
      break;
    case DType::kF16:
      for (std::size_t i = 0; i < blocks; ++i) out[i] = HalfToFloat(LoadU16(in + 2 * i));
      break;
    case DType::kBF16:
      for (std::size_t i = 0; i < blocks; ++i) out[i] = Bf16ToFloat(LoadU16(in + 2 * i));
      break;
    case DType::kQ4_0:
      DequantizeQ4_0(in, blocks, out.data());
      break;
    case DType::kQ4_1:
      DequantizeQ4_1(in, blocks, out.data());
      break;
    case DType::kQ5_0:
      DequantizeQ5_0(in, blocks, out.data());
      break;
    case DType::kQ8_0:
      DequantizeQ8_0(in, blocks, out.data());
      break;
    case DType::kQ6_K:
      DequantizeQ6K(in, blocks, out.data());
      break;
  }
}

Status Quantize(DType dtype, std::span<const float> weights, std::span<std::byte> out) {
  if (dtype == DType::kQ6_K || dtype == DType::kQ4_1) {
    return Unimplemented("storing weights: found format " + std::string(DTypeName(dtype)) +
                         ", expected F32, F16, BF16, Q4_0, Q5_0 or Q8_0");
  }
  const std::int64_t bytes = PAW_TRY(BytesOf(dtype, static_cast<std::int64_t>(weights.size())));
  if (static_cast<std::size_t>(bytes) != out.size()) {
    return Internal("storing weights: found room for " + std::to_string(out.size()) + " bytes, expected " + std::to_string(bytes));
  }
  PAW_TRY(CheckStorable(dtype, weights));
  auto* to = reinterpret_cast<std::uint8_t*>(out.data());
  const std::size_t blocks = weights.size() / static_cast<std::size_t>(BlockWeights(dtype));
  switch (dtype) {
    case DType::kF32:
      if (blocks > 0) std::memcpy(to, weights.data(), blocks * sizeof(float));
      break;
    case DType::kF16:
      for (std::size_t i = 0; i < blocks; ++i) StoreU16(FloatToHalf(weights[i]), to + 2 * i);
      break;
    case DType::kBF16:
      for (std::size_t i = 0; i < blocks; ++i) StoreU16(FloatToBf16(weights[i]), to + 2 * i);
      break;
    case DType::kQ4_0:
      QuantizeQ4_0(weights.data(), blocks, to);
      break;
    case DType::kQ5_0:
      QuantizeQ5_0(weights.data(), blocks, to);
      break;
    case DType::kQ8_0:
      QuantizeQ8_0(weights.data(), blocks, to);
      break;
    default:
      break;
  }
  return Ok();
}

// IEEE binary16 <-> binary32 by the exponent trick: multiplying by a power of two lets the FPU normalise and round.
float HalfToFloat(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t magnitude = static_cast<std::uint32_t>(half & 0x7fffu) << 13;                           // exponent still biased by 15
  if (magnitude >= 0x0f800000u) return std::bit_cast<float>(sign | 0x7f800000u | (magnitude & 0x007fffffu));  // infinity, NaN
  constexpr float kRebias = 0x1p112f;                                                                         // 127 - 15
  return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) * kRebias));
}

std::uint16_t FloatToHalf(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);   // NaN
  if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u);  // rounds to 65520 or more: infinity
  if (magnitude < 0x38800000u) {
    // Below 2^-14: subnormal halves are multiples of 2^-24. Adding 0.5 puts them at the end of the mantissa, rounded to even.
    const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u));
  }
  const std::uint32_t to_even = 0x0fffu + ((magnitude >> 13) & 1u);
  return static_cast<std::uint16_t>(sign | ((magnitude + to_even - 0x38000000u) >> 13));
}

std::uint16_t FloatToBf16(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>((bits >> 16) | 0x40u);  // a quiet NaN
  return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

}  // namespace paw
