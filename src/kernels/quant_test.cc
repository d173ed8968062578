// Quantised products against plain double loops over the dequantised weights; every table against the scalar one, bit for bit.
#include "kernels/quant.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/test_numbers.h"

namespace paw {
namespace {

constexpr DType kTypes[] = {DType::kQ4_0, DType::kQ4_1, DType::kQ8_0, DType::kQ6_K};

// Blocks of random codes whose scales are ordinary numbers.
std::vector<std::byte> RandomBlocks(DType type, int count, TestNumbers& numbers) {
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

struct Case {
  int m, n, k;
  std::vector<std::byte> stored;
  std::vector<float> w;  // (n, k)
  std::vector<Bf16> x;   // (m, k)
  QuantMatrix packed;
};

Case MakeCase(DType type, TestNumbers& numbers, int m_max) {
  Case c;
  c.m = numbers.Int(1, m_max);
  c.n = numbers.Int(1, 100);
  c.k = (type == DType::kQ6_K ? 256 : 32) * numbers.Int(1, type == DType::kQ6_K ? 2 : 9);
  c.stored = RandomBlocks(type, static_cast<int>(c.n * c.k / BlockWeights(type)), numbers);
  c.w.resize(static_cast<std::size_t>(c.n * c.k));
  Dequantize(type, c.stored, c.w);
  c.x = numbers.Bf16s(static_cast<std::size_t>(c.m * c.k));
  ThreadPool pool(2);
  QuantPack(type, c.stored, c.n, c.k, pool, c.packed);
  return c;
}

QuantRows Round(const Kernels& kernels, const Case& c) {
  QuantRows rows;
  rows.Resize(c.m, c.k);
  for (int i = 0; i < c.m; ++i) {
    kernels.round_row(c.x.data() + static_cast<std::size_t>(i * c.k), c.k, rows.codes_of(i), rows.scales_of(i), rows.sums_of(i));
  }
  return rows;
}

// y (m, n) by tiles of so many rows.
std::vector<float> Multiply(const Kernels& kernels, const Case& c, const QuantRows& rows, int tile_rows) {
  std::vector<float> y(static_cast<std::size_t>(c.m * c.n));
  for (int first = 0; first < c.m; first += tile_rows) {
    for (int p = 0; p < c.packed.panels(); ++p) {
      QuantSegment segment = rows.Segment(c.packed);
      segment.x += static_cast<std::size_t>(first) * segment.ldx;
      segment.scales += static_cast<std::size_t>(first) * (segment.ldx / kQuantBlock);
      segment.sums += static_cast<std::size_t>(first) * (segment.ldx / kQuantSumWidth);
      segment.w = c.packed.panel(p);
      float sums[kQuantTileRows * kPanel];
      QuantTile tile;
      tile.segments = &segment;
      tile.segment_count = 1;
      tile.rows = std::min(tile_rows, c.m - first);
      tile.y = sums;
      kernels.quant_tile(tile);
      for (int i = 0; i < tile.rows; ++i) {
        for (int j = p * kPanel; j < std::min(c.n, (p + 1) * kPanel); ++j) {
          y[static_cast<std::size_t>((first + i) * c.n + j)] = sums[i * kPanel + j % kPanel];
        }
      }
    }
  }
  return y;
}

TEST(QuantMatrix, HoldsTheFilesNumbers) {
  TestNumbers numbers(11);
  for (const DType type : kTypes) {
    for (int round = 0; round < 8; ++round) {
      const Case c = MakeCase(type, numbers, 1);
      std::vector<float> row(static_cast<std::size_t>(c.k));
      for (int j = 0; j < c.n; ++j) {
        QuantUnpackColumn(c.packed, j, row.data());
        for (int i = 0; i < c.k; ++i) {
          ASSERT_EQ(row[static_cast<std::size_t>(i)], c.w[static_cast<std::size_t>(j * c.k + i)])
              << DTypeName(type) << " " << j << " " << i;
        }
      }
    }
  }
}

TEST(QuantMatrix, TakesWholeBlocksOfFourTypes) {
  EXPECT_TRUE(CanQuantPack(DType::kQ4_0, 576));
  EXPECT_TRUE(CanQuantPack(DType::kQ6_K, 1024));
  EXPECT_FALSE(CanQuantPack(DType::kQ6_K, 576));
  EXPECT_FALSE(CanQuantPack(DType::kQ4_1, 48));
  EXPECT_FALSE(CanQuantPack(DType::kQ8_0, 0));
  EXPECT_FALSE(CanQuantPack(DType::kF16, 64));
}

class EveryQuantTable : public testing::TestWithParam<const Kernels*> {};

TEST_P(EveryQuantTable, ProductsEqualPlainLoopsOverRoundedInputs) {
  TestNumbers numbers(12);
  for (const DType type : kTypes) {
    for (int round = 0; round < 6; ++round) {
      const Case c = MakeCase(type, numbers, 9);
      const QuantRows rows = Round(*GetParam(), c);
      const std::vector<float> y = Multiply(*GetParam(), c, rows, kQuantTileRows);
      for (int i = 0; i < c.m; ++i) {
        for (int j = 0; j < c.n; ++j) {
          double sum = 0, size = 0;
          for (int l = 0; l < c.k; ++l) {
            const auto at = static_cast<std::size_t>(i * c.k + l);
            const double x = static_cast<double>(rows.scales[at / kQuantBlock]) * rows.codes[at];
            sum += x * c.w[static_cast<std::size_t>(j * c.k + l)];
            size += std::fabs(x * c.w[static_cast<std::size_t>(j * c.k + l)]);
          }
          ASSERT_NEAR(y[static_cast<std::size_t>(i * c.n + j)], sum, 2e-6 * size)
              << DTypeName(type) << " " << c.m << " " << c.n << " " << c.k;
        }
      }
    }
  }
}

TEST_P(EveryQuantTable, BitsAreTheScalarTablesForAnyHeight) {
  TestNumbers numbers(13);
  const Kernels& scalar = *KernelsFor(Isa::kScalar);
  for (const DType type : kTypes) {
    for (int round = 0; round < 6; ++round) {
      const Case c = MakeCase(type, numbers, 13);
      const QuantRows expected_rows = Round(scalar, c), rows = Round(*GetParam(), c);
      const auto numbers_of = static_cast<std::size_t>(c.m * c.k);
      ASSERT_EQ(std::memcmp(expected_rows.codes.get(), rows.codes.get(), numbers_of), 0);
      ASSERT_EQ(std::memcmp(expected_rows.scales.get(), rows.scales.get(), numbers_of / kQuantBlock * 4), 0);
      ASSERT_EQ(std::memcmp(expected_rows.sums.get(), rows.sums.get(), numbers_of / kQuantSumWidth * 4), 0);
      const std::vector<float> expected = Multiply(scalar, c, expected_rows, 1);
      for (int height = 1; height <= kQuantTileRows; ++height) {
        const std::vector<float> y = Multiply(*GetParam(), c, rows, height);
        ASSERT_EQ(std::memcmp(expected.data(), y.data(), y.size() * 4), 0) << DTypeName(type) << " " << height << " rows";
      }
    }
  }
}

TEST_P(EveryQuantTable, RoundsRowsToTheNearestCode) {
  const Kernels& kernels = *GetParam();
  TestNumbers numbers(14);
  const int k = 96;
  std::vector<float> x = numbers.Floats(k, 3.0f);
  for (int i = 32; i < 64; ++i) x[static_cast<std::size_t>(i)] = 0.0f;
  std::vector<std::int8_t> codes(k);
  std::vector<float> scales(3);
  std::vector<std::int32_t> sums(6);
  kernels.round_row_f32(x.data(), k, codes.data(), scales.data(), sums.data());
  EXPECT_EQ(scales[1], 0.0f);
  for (int i = 0; i < k; ++i) {
    const float scale = scales[static_cast<std::size_t>(i / 32)];
    EXPECT_NEAR(scale * codes[static_cast<std::size_t>(i)], x[static_cast<std::size_t>(i)], 0.501f * scale);
  }
  for (int i = 0; i < 6; ++i) {
    int sum = 0;
    for (int l = 16 * i; l < 16 * i + 16; ++l) sum += codes[static_cast<std::size_t>(l)];
    EXPECT_EQ(sums[static_cast<std::size_t>(i)], sum);
  }
  x[70] = std::numeric_limits<float>::quiet_NaN();
  kernels.round_row_f32(x.data(), k, codes.data(), scales.data(), sums.data());
  EXPECT_TRUE(std::isfinite(scales[0]));
  EXPECT_TRUE(std::isnan(scales[2])) << "a damaged input must not vanish";
  x[70] = std::numeric_limits<float>::infinity();
  kernels.round_row_f32(x.data(), k, codes.data(), scales.data(), sums.data());
  EXPECT_FALSE(std::isfinite(scales[2]));
}

INSTANTIATE_TEST_SUITE_P(Isa, EveryQuantTable, testing::ValuesIn(AllKernels()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace paw
