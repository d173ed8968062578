#include "tensor/dtype.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace paw {
namespace {

using Bytes = std::vector<std::byte>;

// The vectors of scripts/make_dtype_vectors.py: name -> bytes.
std::map<std::string, Bytes> Vectors() {
  std::ifstream file(std::string(PAW_SOURCE_DIR) + "/src/tensor/testdata/dtype_vectors.txt");
  std::map<std::string, Bytes> vectors;
  std::string name;
  std::string hex;
  while (file >> name >> hex) {
    Bytes& bytes = vectors[name];
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return vectors;
}

std::vector<float> Floats(const Bytes& bytes) {
  std::vector<float> floats(bytes.size() / sizeof(float));
  std::memcpy(floats.data(), bytes.data(), floats.size() * sizeof(float));
  return floats;
}

struct Case {
  DType dtype;
  bool stores;
};

class DTypeVectors : public testing::TestWithParam<Case> {};

TEST_P(DTypeVectors, AreReadAndWrittenBitForBit) {
  const DType dtype = GetParam().dtype;
  std::map<std::string, Bytes> vectors = Vectors();
  const std::string name(DTypeName(dtype));
  const Bytes& stored = vectors[name + ".stored"];
  const std::vector<float> expected = Floats(vectors[name + ".read"]);
  ASSERT_FALSE(stored.empty());
  ASSERT_EQ(*BytesOf(dtype, static_cast<std::int64_t>(expected.size())), static_cast<std::int64_t>(stored.size()));

  std::vector<float> read(expected.size());
  Dequantize(dtype, stored, read);
  EXPECT_EQ(read, expected);

  const std::vector<float> weights = Floats(vectors["weights"]);
  Bytes written(static_cast<std::size_t>(*BytesOf(dtype, static_cast<std::int64_t>(weights.size() / 256 * 256))));
  const Status status = Quantize(dtype, weights, written);
  if (!GetParam().stores) {
    EXPECT_EQ(status.code(), Code::kUnimplemented);
    return;
  }
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(written, stored);
}

INSTANTIATE_TEST_SUITE_P(All, DTypeVectors,
                         testing::Values(Case{DType::kF16, true}, Case{DType::kBF16, true}, Case{DType::kQ4_0, true},
                                         Case{DType::kQ4_1, false}, Case{DType::kQ5_0, true}, Case{DType::kQ8_0, true},
                                         Case{DType::kQ6_K, false}),
                         [](const auto& each) { return std::string(DTypeName(each.param.dtype)); });

TEST(DType, EveryHalfSurvivesTheRoundTrip) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = HalfToFloat(half);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(HalfToFloat(FloatToHalf(value)))) << bits;
    } else {
      EXPECT_EQ(FloatToHalf(value), half) << bits;
    }
  }
}

TEST(DType, HalvesRoundToNearestEven) {
  for (std::uint16_t half = 0; half < 0x7bff; ++half) {
    const float below = HalfToFloat(half);
    const float above = HalfToFloat(static_cast<std::uint16_t>(half + 1));
    const float middle = below + (above - below) / 2.0f;  // exact in fp32
    EXPECT_EQ(FloatToHalf(middle), half % 2 == 0 ? half : half + 1) << half;
    EXPECT_EQ(FloatToHalf(std::nextafter(middle, 0.0f)), half) << half;
    EXPECT_EQ(FloatToHalf(std::nextafter(middle, 1e9f)), half + 1) << half;
  }
  EXPECT_EQ(FloatToHalf(65519.0f), 0x7bff);
  EXPECT_EQ(FloatToHalf(65520.0f), 0x7c00);
  EXPECT_EQ(FloatToHalf(-1e30f), 0xfc00);
  EXPECT_EQ(HalfToFloat(0x7c00), std::numeric_limits<float>::infinity());
}

TEST(DType, Bf16RoundsToNearestEven) {
  EXPECT_EQ(FloatToBf16(std::bit_cast<float>(0x3f808000u)), 0x3f80);
  EXPECT_EQ(FloatToBf16(std::bit_cast<float>(0x3f818000u)), 0x3f82);
  EXPECT_EQ(FloatToBf16(std::bit_cast<float>(0x3f808001u)), 0x3f81);
  EXPECT_TRUE(std::isnan(Bf16ToFloat(FloatToBf16(std::numeric_limits<float>::quiet_NaN()))));
  EXPECT_TRUE(std::isnan(Bf16ToFloat(FloatToBf16(std::bit_cast<float>(0x7f800001u)))));
  EXPECT_EQ(Bf16ToFloat(0xc020), -2.5f);
}

TEST(DType, SizesRefusePartialBlocksAndOverflow) {
  EXPECT_EQ(*BytesOf(DType::kQ4_0, 64), 36);
  EXPECT_EQ(*BytesOf(DType::kQ6_K, 512), 420);
  EXPECT_EQ(*BytesOf(DType::kF32, 0), 0);
  EXPECT_EQ(BytesOf(DType::kQ4_0, 33).code(), Code::kRefused);
  EXPECT_EQ(BytesOf(DType::kQ6_K, 32).code(), Code::kRefused);
  EXPECT_EQ(BytesOf(DType::kF32, -1).code(), Code::kRefused);
  EXPECT_EQ(BytesOf(DType::kF32, std::numeric_limits<std::int64_t>::max()).code(), Code::kRefused);
  EXPECT_EQ(BytesOf(static_cast<DType>(26), 4).code(), Code::kRefused);
  EXPECT_TRUE(IsKnownDType(14));
  EXPECT_FALSE(IsKnownDType(4));
  EXPECT_EQ(DTypeName(static_cast<DType>(4)), "unknown");
}

TEST(DType, NumbersThatCannotBeStoredAreRefused) {
  Bytes out(18);
  std::vector<float> weights(32, 1.0f);
  weights[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(Quantize(DType::kQ4_0, weights, out).code(), Code::kRefused);
  weights[5] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(Quantize(DType::kQ4_0, weights, out).code(), Code::kRefused);
  weights[5] = 65504.0f * 8.0f;
  EXPECT_TRUE(Quantize(DType::kQ4_0, weights, out).ok());
  weights[5] *= 1.01f;  // its scale would be an infinite half
  EXPECT_EQ(Quantize(DType::kQ4_0, weights, out).code(), Code::kRefused);
  weights[5] = std::numeric_limits<float>::denorm_min();
  EXPECT_TRUE(Quantize(DType::kQ4_0, weights, out).ok());
  weights.assign(32, std::numeric_limits<float>::denorm_min());  // 1 / scale overflows
  EXPECT_TRUE(Quantize(DType::kQ4_0, weights, out).ok());
  EXPECT_EQ(Quantize(DType::kQ4_0, weights, std::span(out).first(17)).code(), Code::kInternal);
  const std::vector<float> huge = {3.4e38f};  // rounds to an infinite bf16
  EXPECT_EQ(Quantize(DType::kBF16, huge, std::span(out).first(2)).code(), Code::kRefused);
}

TEST(DType, ShortSpansAreNeverOverrun) {
  const Bytes one_block(18);
  std::vector<float> out(64, 7.0f);
  Dequantize(DType::kQ4_0, one_block, out);
  EXPECT_EQ(out[31], 0.0f);
  EXPECT_EQ(out[32], 7.0f);
}

}  // namespace
}  // namespace paw
