#include "adapter/adapter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "adapter/spread.h"
#include "base/limits.h"
#include "base/random.h"
#include "gguf/gguf.h"

namespace paw {
namespace {

constexpr double kLevels = 8;  // of Q4_0

ModelShape Shape() {
  ModelShape shape;
  shape.architecture = "llama";
  shape.layers = 2;
  shape.width = 64;
  shape.ff_width = 96;
  shape.heads = 4;
  shape.kv_heads = 2;
  shape.head_width = 16;
  shape.vocabulary = 300;
  return shape;
}

// Approximately normal: the sum of twelve uniforms less its mean.
float Normal(Random& random) {
  float sum = -6.0f;
  for (int i = 0; i < 12; ++i) sum += random.Float();
  return sum;
}

// A as training leaves it (uniform), B of falling singular values in mixed directions, and an outlier here and there.
LoraWeights TrainedWeights(const ModelShape& shape, std::int32_t rank, std::uint64_t seed) {
  LoraWeights lora = MakeLora(shape, rank, 16.0f, 0, seed);
  Random random(seed);
  const auto n = static_cast<std::size_t>(rank);
  for (LoraPair& pair : lora.pairs) {
    std::vector<float> mix(n * n);
    for (std::size_t i = 0; i < mix.size(); ++i) mix[i] = Normal(random) * std::exp(-static_cast<float>(i / n) / 6.0f);
    for (std::size_t row = 0; row < pair.b.size() / n; ++row) {
      for (std::size_t k = 0; k < n; ++k) {
        const float draw = 0.01f * Normal(random);
        for (std::size_t j = 0; j < n; ++j) pair.b[row * n + j] += draw * mix[k * n + j];
      }
    }
    for (std::size_t i = 0; i < pair.a.size(); i += 997) pair.a[i] *= 10.0f;
  }
  return lora;
}

// scale * B A  (outputs, inputs)
std::vector<double> Change(const LoraWeights& lora, int layer, Projection projection, const ModelShape& shape) {
  const LoraPair& pair = lora.pair(layer, projection);
  const auto n = static_cast<std::size_t>(lora.rank);
  const auto inputs = static_cast<std::size_t>(shape.InputsOf(projection));
  const auto outputs = static_cast<std::size_t>(shape.OutputsOf(projection));
  std::vector<double> change(outputs * inputs, 0.0);
  for (std::size_t o = 0; o < outputs; ++o) {
    for (std::size_t k = 0; k < n; ++k) {
      const double factor = static_cast<double>(lora.alpha) / lora.rank * pair.b[o * n + k];
      for (std::size_t i = 0; i < inputs; ++i) change[o * inputs + i] += factor * pair.a[k * inputs + i];
    }
  }
  return change;
}

// |B A - B'A'| / |B A| over all pairs.
double RelativeError(const LoraWeights& exact, const LoraWeights& stored, const ModelShape& shape) {
  double error = 0.0;
  double norm = 0.0;
  for (int layer = 0; layer < shape.layers; ++layer) {
    for (int p = 0; p < kProjectionCount; ++p) {
      const std::vector<double> a = Change(exact, layer, static_cast<Projection>(p), shape);
      const std::vector<double> b = Change(stored, layer, static_cast<Projection>(p), shape);
      for (std::size_t i = 0; i < a.size(); ++i) {
        error += (a[i] - b[i]) * (a[i] - b[i]);
        norm += a[i] * a[i];
      }
    }
  }
  return std::sqrt(error / norm);
}

double ErrorOf(const LoraWeights& weights, const ModelShape& shape, const ExportOptions& options) {
  const Result<Adapter> adapter = ExportAdapter(weights, shape, options);
  EXPECT_TRUE(adapter.ok()) << adapter.message();
  if (!adapter.ok()) return 1.0;
  const Result<LoraWeights> read = ImportAdapter(adapter->gguf, shape, "test");
  EXPECT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->rank, adapter->rank);
  EXPECT_EQ(read->alpha, adapter->alpha);
  return RelativeError(weights, *read, shape);
}

TEST(AdapterExport, EveryFormatKeepsTheChangeToItsPrecision) {
  const ModelShape shape = Shape();
  const LoraWeights weights = TrainedWeights(shape, 32, 3);
  EXPECT_EQ(ErrorOf(weights, shape, {.dtype = DType::kF32}), 0.0);
  EXPECT_LT(ErrorOf(weights, shape, {.dtype = DType::kF16}), 1e-3);
  EXPECT_LT(ErrorOf(weights, shape, {.dtype = DType::kBF16}), 1e-2);
  EXPECT_LT(ErrorOf(weights, shape, {.dtype = DType::kQ8_0}), 1e-2);
  EXPECT_LT(ErrorOf(weights, shape, {.dtype = DType::kQ5_0}), 6e-2);
  EXPECT_LT(ErrorOf(weights, shape, {.dtype = DType::kQ4_0}), 1.1e-1);
}

TEST(AdapterExport, SpreadingLowersTheErrorOfQ4_0) {
  const ModelShape shape = Shape();
  struct Bar {
    std::int32_t rank;
    double ratio;
  };
  for (const Bar bar : {Bar{8, 0.85}, Bar{32, 0.6}, Bar{64, 0.5}, Bar{96, 0.45}}) {
    const LoraWeights weights = TrainedWeights(shape, bar.rank, 5);
    const double with = ErrorOf(weights, shape, {.dtype = DType::kQ4_0, .spread = true});
    const double without = ErrorOf(weights, shape, {.dtype = DType::kQ4_0, .spread = false});
    EXPECT_LT(with, bar.ratio * without) << "rank " << bar.rank << ": " << with << " against " << without;
  }
}

TEST(AdapterExport, SpreadingHelpsEveryBlockType) {
  const ModelShape shape = Shape();
  const LoraWeights weights = TrainedWeights(shape, 32, 5);
  for (const DType dtype : {DType::kQ4_0, DType::kQ5_0, DType::kQ8_0}) {
    const double with = ErrorOf(weights, shape, {.dtype = dtype, .spread = true});
    const double without = ErrorOf(weights, shape, {.dtype = dtype, .spread = false});
    EXPECT_LT(with, 0.8 * without) << DTypeName(dtype) << ": " << with << " against " << without;
  }
}

// A mapper's program, or an official one, is stored without spreading: reading it and writing it again must not change it.
TEST(AdapterExport, WhatTheFormatHoldsExactlyStaysAsItIs) {
  const ModelShape shape = Shape();
  const LoraWeights weights = TrainedWeights(shape, 32, 7);
  for (const DType dtype : {DType::kF16, DType::kQ8_0, DType::kQ5_0, DType::kQ4_0}) {
    for (const bool spread : {false, true}) {
      const Result<Adapter> first = ExportAdapter(weights, shape, {.dtype = dtype, .spread = spread});
      ASSERT_TRUE(first.ok()) << first.message();
      const Result<LoraWeights> read = ImportAdapter(first->gguf, shape, "test");
      ASSERT_TRUE(read.ok()) << read.message();
      const Result<Adapter> again = ExportAdapter(*read, shape, {.dtype = dtype});
      ASSERT_TRUE(again.ok()) << again.message();
      EXPECT_EQ(again->gguf, first->gguf) << DTypeName(dtype);
    }
  }
}

TEST(AdapterType, HasAName) {
  for (const auto& [name, dtype] :
       {std::pair("q4_0", DType::kQ4_0), std::pair("q5_0", DType::kQ5_0), std::pair("q8_0", DType::kQ8_0), std::pair("f16", DType::kF16)}) {
    const Result<DType> parsed = ParseAdapterType(name);
    ASSERT_TRUE(parsed.ok()) << parsed.message();
    EXPECT_EQ(*parsed, dtype);
    EXPECT_EQ(AdapterTypeName(dtype), name);
  }
  EXPECT_EQ(ParseAdapterType("Q4_0").code(), Code::kUsage);
  EXPECT_EQ(ParseAdapterType("").code(), Code::kUsage);
}

TEST(AdapterExport, SpreadingKeepsTheProduct) {
  const ModelShape shape = Shape();
  for (const std::int32_t rank : {2, 3, 24, 64}) {
    const LoraWeights weights = TrainedWeights(shape, rank, 9);
    LoraWeights spread = weights;
    for (LoraPair& pair : spread.pairs) SpreadOverRanks(pair, rank, kLevels);
    EXPECT_NE(spread.pairs[0].a, weights.pairs[0].a);
    EXPECT_LT(RelativeError(weights, spread, shape), 1e-5) << "rank " << rank;
  }
}

TEST(AdapterExport, SpreadingLeavesAloneWhatIsSpread) {
  LoraWeights weights = TrainedWeights(Shape(), 32, 6);
  for (LoraPair& pair : weights.pairs) {
    if (!pair.present()) continue;
    EXPECT_TRUE(SpreadOverRanks(pair, 32, kLevels));
    const std::vector<float> before = pair.a;
    EXPECT_FALSE(SpreadOverRanks(pair, 32, kLevels));
    EXPECT_EQ(pair.a, before);
  }
}

TEST(AdapterExport, SpreadingCopesWithUnusedAndEqualRanks) {
  const ModelShape shape = Shape();
  LoraWeights weights = TrainedWeights(shape, 16, 11);
  for (LoraPair& pair : weights.pairs) {
    if (!pair.present()) continue;
    const std::size_t inputs = pair.a.size() / 16;
    std::fill_n(pair.a.begin() + static_cast<std::ptrdiff_t>(3 * inputs), inputs, 0.0f);            // an unused rank
    std::copy_n(pair.a.begin(), inputs, pair.a.begin() + static_cast<std::ptrdiff_t>(5 * inputs));  // two equal ones
    for (std::size_t row = 0; row < pair.b.size() / 16; ++row) pair.b[row * 16 + 7] = 0.0f;         // another unused one
  }
  LoraWeights spread = weights;
  for (LoraPair& pair : spread.pairs) SpreadOverRanks(pair, 16, kLevels);
  EXPECT_LT(RelativeError(weights, spread, shape), 1e-4);
  LoraPair zero{std::vector<float>(64, 1.0f), std::vector<float>(64, 0.0f)};
  SpreadOverRanks(zero, 4, kLevels);
  EXPECT_EQ(zero.a, std::vector<float>(64, 1.0f));
}

TEST(AdapterExport, OddRanksArePaddedAndKeepTheirScale) {
  const ModelShape shape = Shape();
  const LoraWeights weights = TrainedWeights(shape, 12, 4);
  const Result<Adapter> adapter = ExportAdapter(weights, shape);
  ASSERT_TRUE(adapter.ok()) << adapter.message();
  EXPECT_EQ(adapter->rank, 32);
  EXPECT_FLOAT_EQ(adapter->alpha / static_cast<float>(adapter->rank), weights.scale());
  const Result<Adapter> plain = ExportAdapter(weights, shape, DType::kF16);
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->rank, 12);
}

TEST(AdapterExport, NamesAndOrderAreTheOfficialOnes) {
  const ModelShape shape = Shape();
  LoraWeights weights = TrainedWeights(shape, 64, 4);
  weights.pair(0, Projection::kQ) = {};
  const Result<Adapter> adapter = ExportAdapter(weights, shape);
  ASSERT_TRUE(adapter.ok()) << adapter.message();
  const Result<gguf::File> file = gguf::File::Open(adapter->gguf, "test");
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(file->tensors().size(), 26u);
  EXPECT_EQ(file->tensors()[0].name, "blk.0.attn_k.weight.lora_a");
  EXPECT_EQ(file->tensors()[1].name, "blk.0.attn_k.weight.lora_b");
  EXPECT_EQ(file->tensors()[25].name, "blk.1.ffn_down.weight.lora_b");
  EXPECT_EQ(file->tensors()[0].ne, (std::vector<std::int64_t>{64, 64}));
  EXPECT_EQ(file->tensors()[1].ne, (std::vector<std::int64_t>{64, 32}));
  EXPECT_EQ(file->values().size(), 4u);
  EXPECT_EQ(*file->Float("adapter.lora.alpha"), 16.0);
}

TEST(AdapterExport, RowsWithoutWholeBlocksFallBackToHalves) {
  ModelShape shape = Shape();
  shape.ff_width = 100;
  const LoraWeights weights = TrainedWeights(shape, 32, 4);
  const Result<Adapter> adapter = ExportAdapter(weights, shape);
  ASSERT_TRUE(adapter.ok()) << adapter.message();
  const Result<gguf::File> file = gguf::File::Open(adapter->gguf, "test");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->Find("blk.0.ffn_down.weight.lora_a")->dtype, DType::kF16);
  EXPECT_EQ(file->Find("blk.0.ffn_down.weight.lora_b")->dtype, DType::kQ4_0);
}

TEST(AdapterExport, NoPairsBecomeTheLeastAdapter) {
  const ModelShape shape = Shape();
  LoraWeights none;
  none.layers = shape.layers;
  none.pairs.resize(static_cast<std::size_t>(shape.layers) * kProjectionCount);
  const Result<Adapter> adapter = ExportAdapter(none, shape);
  ASSERT_TRUE(adapter.ok()) << adapter.message();
  EXPECT_GE(adapter->gguf.size(), kAdapterBytesMin);
  EXPECT_LT(adapter->gguf.size(), 2 * kAdapterBytesMin);
  const Result<LoraWeights> read = ImportAdapter(adapter->gguf, shape, "test");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->LowestAdaptedLayer(), 1);
  for (const LoraPair& pair : read->pairs) {
    EXPECT_EQ(pair.a, std::vector<float>(pair.a.size(), 0.0f));
    EXPECT_EQ(pair.b, std::vector<float>(pair.b.size(), 0.0f));
  }
}

TEST(AdapterExport, EqualWeightsGiveEqualBytesOnAnyNumberOfThreads) {
  const ModelShape shape = Shape();
  const LoraWeights weights = TrainedWeights(shape, 32, 8);
  const Result<Adapter> one = ExportAdapter(weights, shape, ExportOptions{.threads = 1});
  const Result<Adapter> three = ExportAdapter(weights, shape, ExportOptions{.threads = 3});
  ASSERT_TRUE(one.ok() && three.ok());
  EXPECT_EQ(one->gguf, three->gguf);
}

TEST(AdapterExport, WeightsThatDoNotFitAreErrors) {
  const ModelShape shape = Shape();
  LoraWeights weights = TrainedWeights(shape, 32, 8);
  weights.pair(0, Projection::kUp).a.pop_back();
  EXPECT_EQ(ExportAdapter(weights, shape).code(), Code::kInternal);
  weights = TrainedWeights(shape, 32, 8);
  weights.pair(1, Projection::kUp).b[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(ExportAdapter(weights, shape).code(), Code::kRefused);
  weights = TrainedWeights(shape, 32, 8);
  weights.layers = 3;
  EXPECT_EQ(ExportAdapter(weights, shape).code(), Code::kInternal);
  weights.layers = 2;
  weights.alpha = 0.0f;
  EXPECT_EQ(ExportAdapter(weights, shape).code(), Code::kInternal);
}

}  // namespace
}  // namespace paw
