// Quantised products against plain double loops over the dequantised weights; every table against the scalar one, bit for bit.
#include "kernels/quant.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/test_blocks.h"

namespace paw {
namespace {

struct Case {
  int m, n, k;
  std::vector<std::byte> stored;
  std::vector<float> w;  // (n, k)
  std::vector<float> x;  // (m, k)
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
  c.x = numbers.Floats(static_cast<std::size_t>(c.m * c.k));
  ThreadPool pool(2);
  c.packed.Resize(type, c.n, c.k);
  QuantPackInto(type, c.stored, c.n, c.k, pool, c.packed.owned.get());
  return c;
}

QuantRows Round(const Kernels& kernels, const Case& c) {
  QuantRows rows;
  rows.Resize(c.m, c.k);
  for (int i = 0; i < c.m; ++i) {
    kernels.round_row(c.x.data() + static_cast<std::size_t>(i * c.k), c.k, 1.0f, rows.row(i));
  }
  return rows;
}

// y (m, n) by tiles of so many rows.
std::vector<float> Multiply(const Kernels& kernels, const Case& c, const QuantRows& rows, int tile_rows, bool expanded = false) {
  std::vector<float> y(static_cast<std::size_t>(c.m * c.n));
  for (int first = 0; first < c.m; first += tile_rows) {
    for (int p = 0; p < c.packed.panels(); ++p) {
      std::vector<std::uint8_t> codes(static_cast<std::size_t>(c.k) * kPanel);
      QuantTile tile;
      if (expanded && c.packed.type != DType::kQ8_0) {
        kernels.quant_expand(c.packed.type, c.packed.panel(p), c.k, codes.data());
        tile.codes = codes.data();
      }
      tile.x = rows.inputs().At(static_cast<std::size_t>(first));
      tile.type = c.packed.type;
      tile.w = c.packed.panel(p);
      tile.k = c.k;
      tile.rows = std::min(tile_rows, c.m - first);
      tile.columns = std::min(kPanel, c.n - p * kPanel);
      tile.out.y = y.data() + first * c.n + p * kPanel;
      tile.out.ldy = static_cast<std::size_t>(c.n);
      kernels.quant_tile(tile);
    }
  }
  return y;
}

TEST(QuantMatrix, HoldsTheFilesNumbers) {
  TestNumbers numbers(11);
  for (const DType type : kQuantTypes) {
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

TEST(QuantMatrix, ColumnsMoveToOtherPlaces) {
  TestNumbers numbers(15);
  for (const DType type : kQuantTypes) {
    const Case c = MakeCase(type, numbers, 1);
    QuantMatrix chosen;
    chosen.Resize(type, 40, c.k);
    std::memset(chosen.owned.get(), 0, 2 * chosen.panel_bytes());
    for (int to = 0; to < 40; ++to) QuantCopyColumn(c.packed, (7 * to) % c.n, chosen, to);
    std::vector<float> expected(static_cast<std::size_t>(c.k)), row(expected.size());
    for (int to = 0; to < 40; ++to) {
      QuantUnpackColumn(c.packed, (7 * to) % c.n, expected.data());
      QuantUnpackColumn(chosen, to, row.data());
      ASSERT_EQ(row, expected) << DTypeName(type) << " column " << to;
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
  for (const DType type : kQuantTypes) {
    for (int round = 0; round < 6; ++round) {
      const Case c = MakeCase(type, numbers, 9);
      const QuantRows rows = Round(*GetParam(), c);
      const std::vector<float> y = Multiply(*GetParam(), c, rows, kQuantTileRows);
      for (int i = 0; i < c.m; ++i) {
        for (int j = 0; j < c.n; ++j) {
          double sum = 0, size = 0;
          for (int l = 0; l < c.k; ++l) {
            const QuantInput& block = rows.row(i)[l / kQuantBlock];
            const double x = static_cast<double>(block.scale) * block.codes[l % kQuantBlock];
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
  for (const DType type : kQuantTypes) {
    for (int round = 0; round < 6; ++round) {
      const Case c = MakeCase(type, numbers, 13);
      const QuantRows expected_rows = Round(scalar, c), rows = Round(*GetParam(), c);
      const std::size_t bytes = static_cast<std::size_t>(c.m * c.k / kQuantBlock) * sizeof(QuantInput);
      ASSERT_EQ(std::memcmp(expected_rows.row(0), rows.row(0), bytes), 0);
      const std::vector<float> expected = Multiply(scalar, c, expected_rows, 1);
      for (int height = 1; height <= kQuantTileRows; ++height) {
        for (const bool expanded : {false, true}) {
          const std::vector<float> y = Multiply(*GetParam(), c, rows, height, expanded);
          ASSERT_EQ(std::memcmp(expected.data(), y.data(), y.size() * 4), 0)
              << DTypeName(type) << " " << height << " rows" << (expanded ? ", expanded" : "");
        }
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
  QuantInput blocks[3];
  kernels.round_row(x.data(), k, 0.5f, blocks);
  EXPECT_EQ(blocks[1].scale, 0.0f);
  for (int i = 0; i < k; ++i) {
    const QuantInput& block = blocks[i / 32];
    EXPECT_NEAR(block.scale * static_cast<float>(block.codes[i % 32]), 0.5f * x[static_cast<std::size_t>(i)], 0.501f * block.scale);
  }
  for (const QuantInput& block : blocks) {
    int sums[2] = {};
    for (int i = 0; i < 32; ++i) sums[i / 16] += block.codes[i];
    EXPECT_EQ(block.minus32[0], -32 * sums[0]);
    EXPECT_EQ(block.minus32[1], -32 * sums[1]);
    EXPECT_EQ(block.sum, block.scale * static_cast<float>(sums[0] + sums[1]));
  }
  x[70] = std::numeric_limits<float>::quiet_NaN();
  kernels.round_row(x.data(), k, 1.0f, blocks);
  EXPECT_TRUE(std::isfinite(blocks[0].scale));
  EXPECT_TRUE(std::isnan(blocks[2].scale)) << "a damaged input must not vanish";
  x[70] = std::numeric_limits<float>::infinity();
  kernels.round_row(x.data(), k, 1.0f, blocks);
  EXPECT_FALSE(std::isfinite(blocks[2].scale));
}

INSTANTIATE_TEST_SUITE_P(Isa, EveryQuantTable, testing::ValuesIn(AllKernels()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace paw
