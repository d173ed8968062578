// The quantisers of tensor/dtype.h against ggml's own (ggml_quantize_chunk, which runs quantize_row_*_ref), byte for byte.
//
// A block whose scale has no finite inverse is left out: ggml multiplies by infinity there and casts the result, which is undefined; ours
// stores zeros (tensor/dtype_test.cc). So are numbers too large to store, which ours refuses.
#include <ggml.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/random.h"
#include "tensor/dtype.h"

namespace paw {
namespace {

constexpr std::size_t kBlock = 32;

struct Format {
  DType dtype;
  ggml_type type;
  float levels;  // between zero and the peak of a block
};

class GgmlQuantize : public testing::TestWithParam<Format> {
 protected:
  // What both store of these numbers, compared; numbers (blocks, 32)
  void ExpectEqual(const std::vector<float>& numbers, const std::string& what) {
    const Format format = GetParam();
    std::vector<std::byte> ours(static_cast<std::size_t>(*BytesOf(format.dtype, static_cast<std::int64_t>(numbers.size()))));
    const Status status = Quantize(format.dtype, numbers, ours);
    ASSERT_TRUE(status.ok()) << status.message();
    std::vector<std::byte> theirs(ours.size());
    const auto blocks = static_cast<std::int64_t>(numbers.size() / kBlock);
    const std::size_t bytes = ggml_quantize_chunk(format.type, numbers.data(), theirs.data(), 0, blocks, kBlock, nullptr);
    EXPECT_EQ(bytes, ours.size());
    EXPECT_EQ(ours, theirs) << what;
    std::vector<float> our_numbers(numbers.size()), their_numbers(numbers.size());
    Dequantize(format.dtype, ours, our_numbers);
    ggml_get_type_traits(format.type)->to_float(ours.data(), their_numbers.data(), static_cast<std::int64_t>(numbers.size()));
    EXPECT_EQ(our_numbers, their_numbers) << what;
  }
};

TEST_P(GgmlQuantize, RandomNumbersOfEverySize) {
  Random random(7, "ggml");
  for (int exponent = -30; exponent <= 15; ++exponent) {
    std::vector<float> numbers(64 * kBlock);
    for (float& number : numbers) {
      const float unit = random.Uniform(-1.0f, 1.0f);
      number = std::ldexp(unit * unit * unit, exponent);  // of many sizes in one block
    }
    ExpectEqual(numbers, "up to 2^" + std::to_string(exponent));
  }
}

TEST_P(GgmlQuantize, BlocksAtTheEdges) {
  const float largest = 65504.0f * GetParam().levels;
  const auto block_of = [](float all) { return std::vector<float>(kBlock, all); };
  ExpectEqual(block_of(0.0f), "zeros");
  ExpectEqual(block_of(-0.0f), "negative zeros");
  ExpectEqual(block_of(1.0f), "all equal");
  ExpectEqual(block_of(-1.0f), "all equal, negative");
  for (const float peak : {largest, -largest, 100.0f, -100.0f}) {
    for (const std::size_t place : {std::size_t{0}, std::size_t{15}, std::size_t{16}, std::size_t{31}}) {
      std::vector<float> numbers = block_of(0.5f);
      numbers[place] = peak;
      ExpectEqual(numbers, "one huge number " + std::to_string(peak));
    }
  }
  // Two peaks of one magnitude: the sign of the first decides.
  for (const float sign : {1.0f, -1.0f}) {
    std::vector<float> numbers = block_of(0.25f);
    numbers[3] = 2.0f * sign;
    numbers[20] = -2.0f * sign;
    ExpectEqual(numbers, "two peaks");
  }
}

TEST_P(GgmlQuantize, HalfwayBetweenTwoSteps) {
  const float levels = GetParam().levels;
  for (const float sign : {1.0f, -1.0f}) {
    for (const float step : {1.0f, 0.125f, 3.0f, 1.0f / 3.0f}) {
      std::vector<float> numbers(4 * kBlock);
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        const float steps = std::fmod(static_cast<float>(i) * 0.5f, levels) - levels / 2;  // whole and half steps
        numbers[i] = steps * step;
        if (i % kBlock == 5) numbers[i] = sign * levels * step;  // fixes the scale at exactly one step
        if (i % 3 == 1) numbers[i] = std::nextafter(numbers[i], 1e9f);
        if (i % 3 == 2) numbers[i] = std::nextafter(numbers[i], -1e9f);
      }
      ExpectEqual(numbers, "ties");
    }
  }
}

// Scales that are subnormal halves, or halves of zero, and numbers that are subnormal themselves beside a larger one.
TEST_P(GgmlQuantize, SubnormalNumbers) {
  const float levels = GetParam().levels;
  for (int exponent = -40; exponent <= -14; ++exponent) {
    std::vector<float> numbers(kBlock);
    for (std::size_t i = 0; i < kBlock; ++i) numbers[i] = std::ldexp(levels * (static_cast<float>(i) - 20.0f) / 20.0f, exponent);
    ExpectEqual(numbers, "a scale of about 2^" + std::to_string(exponent));
  }
  std::vector<float> numbers(kBlock, std::numeric_limits<float>::denorm_min());
  numbers[9] = -1.0f;
  ExpectEqual(numbers, "subnormal numbers");
}

INSTANTIATE_TEST_SUITE_P(All, GgmlQuantize,
                         testing::Values(Format{DType::kQ4_0, GGML_TYPE_Q4_0, 8}, Format{DType::kQ5_0, GGML_TYPE_Q5_0, 16},
                                         Format{DType::kQ8_0, GGML_TYPE_Q8_0, 127}, Format{DType::kF16, GGML_TYPE_F16, 1}),
                         [](const auto& each) { return std::string(DTypeName(each.param.dtype)); });

}  // namespace
}  // namespace paw
