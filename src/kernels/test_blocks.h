// Random quantised weights for tests.
#pragma once

#include <cstring>
#include <vector>

#include "kernels/test_numbers.h"
#include "tensor/dtype.h"

namespace paw {

inline constexpr DType kQuantTypes[] = {DType::kQ4_0, DType::kQ4_1, DType::kQ8_0, DType::kQ6_K};

// Blocks of random codes whose scales are ordinary numbers.
inline std::vector<std::byte> RandomBlocks(DType type, int count, TestNumbers& numbers) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(count * BlockBytes(type)));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(numbers.Int(0, 255));
  const auto put = [&](std::size_t at) {
    const std::uint16_t half = FloatToHalf(0.01f * static_cast<float>(numbers.Int(-100, 100)));
    std::memcpy(bytes.data() + at, &half, 2);
  };
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i * BlockBytes(type));
    put(type == DType::kQ6_K ? at + 208 : at);
    if (type == DType::kQ4_1) put(at + 2);
  }
  return bytes;
}

}  // namespace paw
