// The mapper against PyTorch step by step, against plain chains of std::fma bit by bit, and against checkpoints that do not fit.
#include "mapper/mapper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>

#include "fs/posix_fs.h"
#include "kernels/test_numbers.h"
#include "mapper/gelu.h"
#include "mapper/mapper_test_support.h"

namespace paw {
namespace {

using testing::HasSubstr;

// The interpreters of scripts/make_mapper_fixtures.py.
ModelShape FixtureShape(const std::string& name) {
  if (name == "gpt2") return TestShape("gpt2", 2, 24, 4, 4, 6, 40);
  if (name == "llama") return TestShape("llama", 2, 24, 4, 2, 6, 32);
  if (name == "ablations") return TestShape("qwen3", 2, 12, 2, 1, 6, 16);
  return SmallQwen3();
}

std::shared_ptr<const safetensors::Checkpoint> OpenFixture(const std::string& file) {
  auto checkpoint = safetensors::Checkpoint::Open(PosixFs(), std::string(PAW_SOURCE_DIR) + "/src/mapper/testdata/" + file);
  EXPECT_TRUE(checkpoint.ok()) << checkpoint.message();
  return std::make_shared<safetensors::Checkpoint>(std::move(checkpoint).value());
}

std::vector<float> Expected(const safetensors::Checkpoint& expected, const std::string& name) {
  const safetensors::Tensor* tensor = expected.Find(name);
  EXPECT_NE(tensor, nullptr) << name;
  return tensor == nullptr ? std::vector<float>() : *safetensors::ReadFloats(*tensor, name);
}

// Within 1e-5 of the number itself, or of the tensor's typical size where the number is a small difference of large ones.
void ExpectEqualToTorch(const std::vector<float>& expected, std::span<const float> found, const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  double squares = 0;
  for (const float value : expected) squares += static_cast<double>(value) * value;
  const double typical = std::sqrt(squares / static_cast<double>(expected.size()));
  ASSERT_GT(typical, 0) << what;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], 1e-5 * std::max(typical, std::fabs(static_cast<double>(expected[i])))) << what << " at " << i;
  }
}

class Fixture : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    checkpoint_ = OpenFixture(std::string(GetParam()) + ".mapper.safetensors");
    expected_ = OpenFixture(std::string(GetParam()) + ".expected.safetensors");
    const safetensors::Tensor* states = expected_->Find("states");
    ASSERT_NE(states, nullptr);
    encoding_ = {static_cast<int>(states->shape[0]), static_cast<int>(states->shape[1]), static_cast<int>(states->shape[2]),
                 Expected(*expected_, "states")};
  }

  ThreadPool pool_{2};
  ModelShape interpreter_ = FixtureShape(GetParam());
  std::shared_ptr<const safetensors::Checkpoint> checkpoint_, expected_;
  Encoding encoding_;
};

TEST_P(Fixture, EveryStepEqualsTorch) {
  const auto mapper = Mapper::Open(checkpoint_, interpreter_, pool_);
  ASSERT_TRUE(mapper.ok()) << mapper.message();
  const auto pooled = mapper->Pool(encoding_, pool_);
  ASSERT_TRUE(pooled.ok()) << pooled.message();
  ExpectEqualToTorch(Expected(*expected_, "pooled"), *pooled, "pooled");
  const auto z = mapper->Trunk(*pooled, pool_);
  ASSERT_TRUE(z.ok()) << z.message();
  ExpectEqualToTorch(Expected(*expected_, "z"), *z, "z");
  const auto coefficients = mapper->Coefficients(*z, pool_);
  ASSERT_TRUE(coefficients.ok()) << coefficients.message();
  ExpectEqualToTorch(Expected(*expected_, "coefficients"), *coefficients, "coefficients");
  const auto lora = mapper->Mix(*coefficients, pool_);
  ASSERT_TRUE(lora.ok()) << lora.message();
  EXPECT_EQ(lora->layers, interpreter_.layers);
  EXPECT_EQ(lora->alpha, 16.0f);
  for (const MapperModule& module : MapperModules(interpreter_)) {
    std::vector<float> a, b;
    for (int layer = 0; layer < interpreter_.layers; ++layer) {
      const LoraPair& pair = lora->pair(layer, module.projection);
      a.insert(a.end(), pair.a.begin(), pair.a.end());
      b.insert(b.end(), pair.b.begin(), pair.b.end());
    }
    const std::string name(module.name);
    ExpectEqualToTorch(Expected(*expected_, "A." + name), a, "A." + name);
    ExpectEqualToTorch(Expected(*expected_, "B." + name), b, "B." + name);
  }
  ExpectSameLora(*lora, *mapper->Map(encoding_, pool_), "Map");
}

TEST_P(Fixture, SameBytesOnEveryInstructionSetAndForAnyThreads) {
  std::optional<LoraWeights> first;
  for (const Kernels* kernels : AllKernels()) {
    for (const int threads : {1, 2, 3}) {
      ThreadPool pool(threads);
      const auto mapper = Mapper::Open(checkpoint_, interpreter_, pool, *kernels);
      ASSERT_TRUE(mapper.ok()) << mapper.message();
      const auto lora = mapper->Map(encoding_, pool);
      ASSERT_TRUE(lora.ok()) << lora.message();
      if (!first) first = *lora;
      ExpectSameLora(*first, *lora, std::string(kernels->name) + " with " + std::to_string(threads) + " threads");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Mapper, Fixture, testing::Values("qwen3", "gpt2", "llama", "ablations"),
                         [](const auto& tested) { return std::string(tested.param); });

// y = b + W x, in index order from the bias.
std::vector<float> LinearChain(TestCheckpoint& checkpoint, const std::string& stem, const std::vector<float>& x) {
  std::vector<float> y = checkpoint.Numbers(stem + ".bias");
  const std::vector<float>& w = checkpoint.Numbers(stem + ".weight");
  for (std::size_t o = 0; o < y.size(); ++o) {
    for (std::size_t i = 0; i < x.size(); ++i) y[o] = std::fma(w[o * x.size() + i], x[i], y[o]);
  }
  return y;
}

// Sizes that are no multiple of a vector, a panel or a task; the widths of several of them.
TEST(MapperOrder, EveryNumberIsOneChainInIndexOrder) {
  constexpr int kHidden = 333, kBases = 37, kRank = 5, kPositions = 3;
  const ModelShape interpreter = TestShape("qwen3", 5, 150, 4, 2, 34, 270);
  TestCheckpoint checkpoint = RandomMapper(interpreter, kHidden, kBases, kRank);
  const auto opened = checkpoint.Open();
  const Encoding encoding = RandomEncoding(interpreter.layers, kPositions, kHidden, 1);
  std::vector<float> pooled(kHidden, 0.0f);
  for (std::size_t row = 0; row < 5 * kPositions; ++row) {
    for (std::size_t i = 0; i < kHidden; ++i) pooled[i] += encoding.states[row * kHidden + i];
  }
  for (float& value : pooled) value /= 5 * kPositions;
  std::vector<float> z = LinearChain(checkpoint, "trunk.0", pooled);
  for (float& value : z) value = Gelu(value);
  const std::vector<float> coefficients = LinearChain(checkpoint, "coeff_head", z);
  for (const Kernels* kernels : AllKernels()) {
    ThreadPool pool(3);
    const auto mapper = Mapper::Open(opened, interpreter, pool, *kernels);
    ASSERT_TRUE(mapper.ok()) << mapper.message();
    EXPECT_TRUE(SameBytes(*mapper->Pool(encoding, pool), pooled)) << kernels->name;
    EXPECT_TRUE(SameBytes(*mapper->Trunk(pooled, pool), z)) << kernels->name;
    EXPECT_TRUE(SameBytes(*mapper->Coefficients(z, pool), coefficients)) << kernels->name;
    const auto lora = mapper->Mix(coefficients, pool);
    ASSERT_TRUE(lora.ok()) << lora.message();
    const std::span<const MapperModule> modules = MapperModules(interpreter);
    for (std::size_t l = 0; l < 5; ++l) {
      for (std::size_t m = 0; m < modules.size(); ++m) {
        const LoraPair& pair = lora->pair(static_cast<int>(l), modules[m].projection);
        for (std::size_t half = 0; half < 2; ++half) {
          const std::vector<float>& bases = checkpoint.Numbers((half == 0 ? "A_bases_" : "B_bases_") + std::string(modules[m].name));
          std::vector<float> mixture(bases.size() / kBases, 0.0f);
          for (std::size_t n = 0; n < kBases; ++n) {
            const float c = coefficients[((l * modules.size() + m) * kBases + n) * 2 + half];
            for (std::size_t i = 0; i < mixture.size(); ++i) mixture[i] = std::fma(c, bases[n * mixture.size() + i], mixture[i]);
          }
          ASSERT_TRUE(SameBytes(half == 0 ? pair.a : pair.b, mixture)) << kernels->name << " layer " << l << " " << modules[m].name;
        }
      }
    }
  }
}

TEST(MapperRows, LlamaRowsOfQueriesAndKeysArePermutedFromHfOnly) {
  const ModelShape interpreter = TestShape("llama", 2, 24, 4, 2, 6, 32);
  ThreadPool pool(2);
  TestCheckpoint checkpoint = RandomMapper(interpreter, 16, 3, 4);
  const Encoding encoding = RandomEncoding(2, 4, 16, 2);
  const auto hf = *Mapper::Open(checkpoint.Open(), interpreter, pool)->Map(encoding, pool);
  checkpoint.metadata["row_order"] = "gguf";
  const auto gguf = *Mapper::Open(checkpoint.Open(), interpreter, pool)->Map(encoding, pool);
  for (const MapperModule& module : MapperModules(interpreter)) {
    const LoraPair& permuted = hf.pair(1, module.projection);
    const LoraPair& plain = gguf.pair(1, module.projection);
    EXPECT_EQ(permuted.a, plain.a) << module.name;
    if (module.projection != Projection::kQ && module.projection != Projection::kK) {
      EXPECT_EQ(permuted.b, plain.b) << module.name;
      continue;
    }
    // Head width 6: a GGUF head holds rows 0 3 1 4 2 5 of transformers' head.
    constexpr std::size_t kFrom[6] = {0, 3, 1, 4, 2, 5};
    for (std::size_t row = 0; row < plain.b.size() / 4; ++row) {
      const std::size_t from = row / 6 * 6 + kFrom[row % 6];
      for (std::size_t i = 0; i < 4; ++i) ASSERT_EQ(permuted.b[row * 4 + i], plain.b[from * 4 + i]) << module.name << " row " << row;
    }
  }
  checkpoint.metadata.erase("row_order");
  EXPECT_THAT(Mapper::Open(checkpoint.Open(), interpreter, pool).message(), HasSubstr("\"row_order\": found none, expected hf or gguf"));
}

TEST(MapperRows, OtherArchitecturesKeepTheirRows) {
  ThreadPool pool(1);
  for (const ModelShape& interpreter : {SmallQwen3(), FixtureShape("gpt2")}) {
    TestCheckpoint checkpoint = RandomMapper(interpreter, 16, 3, 4);
    const Encoding encoding = RandomEncoding(interpreter.layers, 4, 16, 2);
    const auto hf = *Mapper::Open(checkpoint.Open(), interpreter, pool)->Map(encoding, pool);
    for (const char* order : {"gguf", ""}) {
      checkpoint.metadata["row_order"] = order;
      if (*order == '\0') checkpoint.metadata.erase("row_order");
      ExpectSameLora(hf, *Mapper::Open(checkpoint.Open(), interpreter, pool)->Map(encoding, pool), interpreter.architecture);
    }
  }
}

TEST(MapperShapes, TheTrueSizesOfThePublishedMapper) {
  EXPECT_EQ(MapperModules(SmallQwen3()).size(), 7u);
  EXPECT_EQ(MapperModules(FixtureShape("gpt2")).size(), 4u);
  for (const ModelShape& interpreter : {SmallQwen3(), FixtureShape("gpt2")}) {
    const std::span<const MapperModule> modules = MapperModules(interpreter);
    EXPECT_TRUE(std::is_sorted(modules.begin(), modules.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
  }
  MapperShape published;
  published.layers = 28, published.modules = 7, published.bases = 64;
  EXPECT_EQ(published.coefficients(), 25'088u);
  published.layers = 12, published.modules = 4;
  EXPECT_EQ(published.coefficients(), 6'144u);
}

TEST(MapperShapes, WhatAMapperSaysOfItself) {
  ThreadPool pool(1);
  const auto mapper = Mapper::Open(OpenFixture("ablations.mapper.safetensors"), FixtureShape("ablations"), pool);
  ASSERT_TRUE(mapper.ok()) << mapper.message();
  const MapperShape& shape = mapper->shape();
  EXPECT_EQ(shape.hidden, 24);
  EXPECT_EQ(shape.trunk, (std::vector<std::int32_t>{20, 36, 24}));
  EXPECT_EQ(shape.bases, 6);
  EXPECT_EQ(shape.rank, 3);
  EXPECT_TRUE(shape.input_norm);
  EXPECT_TRUE(shape.layer_bases);
  EXPECT_EQ(shape.parameters, 12'440);
  TestCheckpoint checkpoint = RandomMapper(SmallQwen3(), 16, 3, 4);
  checkpoint.metadata["lora_alpha"] = "32.5";
  EXPECT_EQ(Mapper::Open(checkpoint.Open(), SmallQwen3(), pool)->shape().alpha, 32.5f);
}

// Each change makes a checkpoint that was good bad; the line says what was found and what was expected.
TEST(MapperRefuses, CheckpointsThatDoNotFit) {
  ThreadPool pool(2);
  const ModelShape interpreter = SmallQwen3();
  const TestCheckpoint good = RandomMapper(interpreter, 16, 3, 4);
  ASSERT_TRUE(Mapper::Open(good.Open(), interpreter, pool).ok());
  struct Case {
    std::string line;
    void (*spoil)(TestCheckpoint&);
  };
  static constexpr auto put = [](TestCheckpoint& c, const std::string& name, std::vector<std::int64_t> shape) {
    Random random(1);
    c.Add(name, std::move(shape), random);
  };
  const std::vector<Case> cases = {
      {"tensor \"trunk.0.weight\": found none, expected one of shape (width, hidden)", [](auto& c) { c.tensors.erase("trunk.0.weight"); }},
      {"tensor \"trunk.0.bias\": found none, expected (16)", [](auto& c) { c.tensors.erase("trunk.0.bias"); }},
      {"tensor \"trunk.0.weight\": found shape (16), expected (width, hidden)", [](auto& c) { put(c, "trunk.0.weight", {16}); }},
      {"tensor \"trunk.0.weight\": found 0 inputs, expected 1 to",
       [](auto& c) {
         put(c, "trunk.0.weight", {16, 0});
       }},
      {"tensor \"trunk.0.bias\": found shape (15), expected (16)", [](auto& c) { put(c, "trunk.0.bias", {15}); }},
      {"tensor \"trunk.2.weight\": found shape (8, 15), expected (8, 16)",
       [](auto& c) {
         put(c, "trunk.2.weight", {8, 15});
       }},
      {"tensor \"trunk.4.weight\": found one of shape (16, 16), expected no tensor beyond",
       [](auto& c) {
         put(c, "trunk.4.weight", {16, 16});
       }},
      {"tensor \"trunk.1.weight\": found one of shape (16), expected no tensor beyond", [](auto& c) { put(c, "trunk.1.weight", {16}); }},
      {"tensor \"coeff_head.weight\": found shape (125, 16), expected (126, 16)",
       [](auto& c) {
         put(c, "coeff_head.weight", {125, 16});
       }},
      {"tensor \"coeff_head.bias\": found shape (126, 1), expected (126)",
       [](auto& c) {
         put(c, "coeff_head.bias", {126, 1});
       }},
      {"tensor \"A_bases_down_proj\": found none, expected one of shape (bases, rank, inputs)",
       [](auto& c) { c.tensors.erase("A_bases_down_proj"); }},
      {"tensor \"A_bases_down_proj\": found shape (12, 28), expected (bases, rank, inputs)",
       [](auto& c) {
         put(c, "A_bases_down_proj", {12, 28});
       }},
      {"tensor \"A_bases_down_proj\": found shape (3, 4, 27), expected (3, 4, 28)",
       [](auto& c) {
         put(c, "A_bases_down_proj", {3, 4, 27});
       }},
      {"tensor \"A_bases_down_proj\": found 0 bases, expected 1 to",
       [](auto& c) {
         put(c, "A_bases_down_proj", {0, 4, 28});
       }},
      {"tensor \"A_bases_down_proj\": found 257 as rank, expected 1 to 256",
       [](auto& c) {
         put(c, "A_bases_down_proj", {1, 257, 28});
       }},
      {"tensor \"A_bases_q_proj\": found shape (2, 4, 20), expected (3, 4, 20)",
       [](auto& c) {
         put(c, "A_bases_q_proj", {2, 4, 20});
       }},
      {"tensor \"A_bases_q_proj\": found shape (3, 3, 4, 20), expected (3, 4, 20)",
       [](auto& c) {
         put(c, "A_bases_q_proj", {3, 3, 4, 20});
       }},
      {"tensor \"B_bases_v_proj\": found shape (3, 4, 12), expected (3, 12, 4)",
       [](auto& c) {
         put(c, "B_bases_v_proj", {3, 4, 12});
       }},
      {"tensor \"B_bases_up_proj\": found none", [](auto& c) { c.tensors.erase("B_bases_up_proj"); }},
      {"tensor \"A_bases_x_proj\": found one of shape (1), expected no tensor beyond", [](auto& c) { put(c, "A_bases_x_proj", {1}); }},
      {"tensor \"input_norm.weight\": found none, expected (16)", [](auto& c) { put(c, "input_norm.bias", {16}); }},
      {"tensor \"B_bases_q_proj\": found a number that is not finite at 5, expected finite ones",
       [](auto& c) { c.Numbers("B_bases_q_proj")[5] = std::numeric_limits<float>::quiet_NaN(); }},
      {"tensor \"coeff_head.bias\": found a number that is not finite at 125",
       [](auto& c) { c.Numbers("coeff_head.bias")[125] = -std::numeric_limits<float>::infinity(); }},
      {"metadata \"row_order\": found \"rows\", expected hf or gguf", [](auto& c) { c.metadata["row_order"] = "rows"; }},
      {"metadata \"lora_alpha\": found \"-1\", expected a number above 0", [](auto& c) { c.metadata["lora_alpha"] = "-1"; }},
      {"metadata \"lora_alpha\": found \"x\", expected a number above 0", [](auto& c) { c.metadata["lora_alpha"] = "x"; }},
  };
  for (const Case& spoiled : cases) {
    TestCheckpoint checkpoint = good;
    spoiled.spoil(checkpoint);
    const auto mapper = Mapper::Open(checkpoint.Open(), interpreter, pool);
    ASSERT_FALSE(mapper.ok()) << spoiled.line;
    EXPECT_EQ(mapper.code(), Code::kRefused);
    EXPECT_THAT(mapper.message(), HasSubstr("reading /mapper.safetensors"));
    EXPECT_THAT(mapper.message(), HasSubstr(spoiled.line));
  }
}

TEST(MapperRefuses, AMapperForAnotherInterpreter) {
  ThreadPool pool(1);
  const auto gpt2 = RandomMapper(FixtureShape("gpt2"), 16, 3, 4).Open();
  EXPECT_THAT(Mapper::Open(gpt2, SmallQwen3(), pool).message(), HasSubstr("tensor \"A_bases_down_proj\": found none"));
  ModelShape deeper = SmallQwen3();
  deeper.layers = 4;
  const auto qwen3 = RandomMapper(SmallQwen3(), 16, 3, 4).Open();
  EXPECT_THAT(Mapper::Open(qwen3, deeper, pool).message(), HasSubstr("\"coeff_head.weight\": found shape (126, 16), expected (168, 16)"));
  ModelShape unknown = SmallQwen3();
  unknown.architecture = "mamba";
  EXPECT_THAT(Mapper::Open(qwen3, unknown, pool).message(), HasSubstr("architecture \"mamba\", expected qwen3, llama or gpt2"));
}

TEST(MapperRefuses, EncodingsThatDoNotFit) {
  ThreadPool pool(1);
  const auto mapper = *Mapper::Open(RandomMapper(SmallQwen3(), 16, 3, 4).Open(), SmallQwen3(), pool);
  const Encoding good = RandomEncoding(3, 4, 16, 1);
  ASSERT_TRUE(mapper.Map(good, pool).ok());
  const auto line = [&](const Encoding& encoding) {
    const auto lora = mapper.Map(encoding, pool);
    EXPECT_EQ(lora.code(), Code::kRefused);
    return lora.message();
  };
  EXPECT_THAT(line(RandomEncoding(2, 4, 16, 1)), HasSubstr("found states (2, 4, 16), expected (3, 1 or more, 16) of /mapper.safetensors"));
  EXPECT_THAT(line(RandomEncoding(3, 4, 15, 1)), HasSubstr("found states (3, 4, 15)"));
  EXPECT_THAT(line(RandomEncoding(3, 0, 16, 1)), HasSubstr("found states (3, 0, 16)"));
  Encoding spoiled = good;
  spoiled.states.pop_back();
  EXPECT_THAT(line(spoiled), HasSubstr("found 191 states, expected 192"));
  spoiled = good;
  spoiled.states[70] = std::numeric_limits<float>::infinity();
  EXPECT_THAT(line(spoiled), HasSubstr("mean is not finite"));
  TestCheckpoint loud = RandomMapper(SmallQwen3(), 16, 3, 4);
  for (const char* name : {"trunk.0.weight", "coeff_head.weight"}) {
    for (float& weight : loud.Numbers(name)) weight *= 1e30f;
  }
  const auto overflow = (*Mapper::Open(loud.Open(), SmallQwen3(), pool)).Map(good, pool);
  EXPECT_THAT(overflow.message(), HasSubstr("found a coefficient that is not finite"));
  EXPECT_EQ(mapper.Trunk(std::vector<float>(15), pool).code(), Code::kRefused);
  EXPECT_EQ(mapper.Coefficients(std::vector<float>(17), pool).code(), Code::kRefused);
  EXPECT_EQ(mapper.Mix(std::vector<float>(125), pool).code(), Code::kRefused);
}

TEST(Gelu, IsTheExactForm) {
  EXPECT_EQ(Gelu(0.0f), 0.0f);
  EXPECT_EQ(Gelu(100.0f), 100.0f);
  EXPECT_EQ(Gelu(-100.0f), 0.0f);
  for (double x = -9.0; x < 9.0; x += 1.0 / 512) {
    const double exact = 0.5 * x * std::erfc(-x / std::sqrt(2.0));
    ASSERT_NEAR(Gelu(static_cast<float>(x)), exact, 5e-8 + 6e-8 * std::fabs(exact)) << x;
  }
}

}  // namespace
}  // namespace paw
