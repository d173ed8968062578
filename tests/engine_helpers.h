// What the tests of language-model engines share: a fixture's batch as the contract's types, differences, short cuts.
//
// Thread rule: plain functions and values, for one test at a time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gguf/writer.h"
#include "lm/lm.h"
#include "lm/train.h"
#include "tests/fixture.h"

namespace paw {

// A training batch that owns what TrainGroup only views. Moving it keeps the views good, copying would not.
struct OwnedBatch {
  OwnedBatch() = default;
  OwnedBatch(OwnedBatch&&) = default;
  OwnedBatch& operator=(OwnedBatch&&) = default;

  std::vector<TokenId> tokens;  // the fixture's tokens for plain forward calls
  std::vector<TokenId> prefix;
  std::vector<std::vector<TokenId>> row_tokens;
  std::vector<std::vector<std::vector<TokenId>>> branches;  // (rows, targets)
  std::vector<std::vector<TrainTarget>> targets;
  std::vector<TrainRow> rows;

  TrainGroup Group(const LoraWeights& adapter, LoraWeights& gradient) const { return {&adapter, &gradient, prefix, rows}; }
};

inline OwnedBatch ReadBatch(const Json& json) {
  OwnedBatch batch;
  batch.tokens = json.at("tokens").get<std::vector<TokenId>>();
  batch.prefix = json.at("prefix").get<std::vector<TokenId>>();
  for (const Json& row : json.at("rows")) {
    batch.row_tokens.push_back(row.at("tokens").get<std::vector<TokenId>>());
    batch.branches.emplace_back();
    batch.targets.emplace_back();
    for (const Json& target : row.at("targets")) {
      batch.branches.back().push_back(target.at("branch").get<std::vector<TokenId>>());
      batch.targets.back().push_back({target.at("position").get<std::int32_t>(),
                                      target.at("token").get<TokenId>(),
                                      target.at("weight").get<float>(),
                                      target.at("branch_weight").get<float>(),
                                      {}});
    }
  }
  for (std::size_t r = 0; r < batch.targets.size(); ++r) {
    for (std::size_t t = 0; t < batch.targets[r].size(); ++t) batch.targets[r][t].branch = batch.branches[r][t];
    batch.rows.push_back({batch.row_tokens[r], batch.targets[r], -1});
  }
  return batch;
}

// The largest |x - y| over the largest |y|.
inline double Difference(const std::vector<float>& x, const std::vector<float>& y) {
  EXPECT_EQ(x.size(), y.size());
  double largest = 0;
  double scale = 1e-30;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(x[i]) - static_cast<double>(y[i])));
    scale = std::max(scale, std::abs(static_cast<double>(y[i])));
  }
  return largest / scale;
}

// Every A and B behind one another.
inline std::vector<float> Flat(const LoraWeights& lora) {
  std::vector<float> flat;
  for (const LoraPair& pair : lora.pairs) {
    flat.insert(flat.end(), pair.a.begin(), pair.a.end());
    flat.insert(flat.end(), pair.b.begin(), pair.b.end());
  }
  return flat;
}

inline double Cosine(const std::vector<float>& x, const std::vector<float>& y) {
  EXPECT_EQ(x.size(), y.size());
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    xy += static_cast<double>(x[i]) * static_cast<double>(y[i]);
    xx += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    yy += static_cast<double>(y[i]) * static_cast<double>(y[i]);
  }
  return xx == 0 && yy == 0 ? 1.0 : xy / std::sqrt(std::max(xx * yy, 1e-60));
}

// The value of a Result, or a failed test and a default.
template <typename T>
T Must(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  ADD_FAILURE() << result.message();
  return T();
}

// One row through a sequence of its own.
inline RowOutput ForwardOnce(const LanguageModel& model, ForwardRow row, std::int32_t threads = 0) {
  const std::unique_ptr<Context> context = Must(model.NewContext({threads, 2048}));
  if (context == nullptr) return {};
  row.sequence = Must(context->NewSequence());
  std::vector<RowOutput> outputs = Must(context->Forward({&row, 1}));
  return outputs.empty() ? RowOutput() : std::move(outputs.front());
}

// The base model for checks on real weights; empty when there is none (the test then says how to supply one).
inline std::string TestBasePath() {
  const char* path = std::getenv("PAW_TEST_BASE");
  return path == nullptr ? std::string() : std::string(path);
}
#define PAW_SKIP_WITHOUT_BASE() \
  if (TestBasePath().empty()) GTEST_SKIP() << "needs the base model: set PAW_TEST_BASE to its GGUF (paw base pull fetches it)"

// What PyTorch found on the real weights.
inline Json ReadBaseReport() {
  const std::vector<std::byte> bytes = ReadFixtureBytes("smollm2.json");
  return Must(ParseJson({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "smollm2.json"));
}

// The fixture script's `seeded`: numbers in [-size, size) from an integer hash of their index.
inline std::vector<float> Seeded(std::size_t count, std::uint32_t stream, float size) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t x = static_cast<std::uint32_t>(i) * 2654435761u + stream * 2246822519u;
    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    x *= 3266489917u;
    x ^= x >> 16;
    values[i] = (static_cast<float>(x >> 8) * (2.0f / 16777216.0f) - 1.0f) * size;
  }
  return values;
}

// All pairs present, A and B both random: the script's LoRA on the real weights, in the same row order.
inline LoraWeights SeededLora(const ModelShape& shape, std::int32_t rank, float alpha, float a_size, float b_size) {
  LoraWeights lora;
  lora.rank = rank;
  lora.alpha = alpha;
  lora.layers = shape.layers;
  lora.pairs.resize(static_cast<std::size_t>(shape.layers) * kProjectionCount);
  constexpr std::int32_t kStreamsPerLayer = 7;  // as the script counts
  for (std::int32_t l = 0; l < shape.layers; ++l) {
    for (int i = 0; i < kProjectionCount; ++i) {
      const auto p = static_cast<Projection>(i);
      if (!shape.HasProjection(p)) continue;
      const auto stream = static_cast<std::uint32_t>(2 * (l * kStreamsPerLayer + i));
      const auto ranks = static_cast<std::size_t>(rank);
      lora.pair(l, p) = {Seeded(ranks * static_cast<std::size_t>(shape.InputsOf(p)), stream, a_size),
                         Seeded(ranks * static_cast<std::size_t>(shape.OutputsOf(p)), stream + 1, b_size)};
    }
  }
  return lora;
}

// A LoRA as an adapter GGUF.
inline std::vector<std::byte> AdapterBytes(const LoraWeights& lora, const ModelShape& shape, DType dtype = DType::kF32) {
  gguf::Writer writer;
  writer.SetString("general.architecture", shape.architecture);
  writer.SetString("general.type", "adapter");
  writer.SetString("adapter.type", "lora");
  writer.SetF32("adapter.lora.alpha", lora.alpha);
  for (int l = 0; l < lora.layers; ++l) {
    for (int i = 0; i < kProjectionCount; ++i) {
      const auto p = static_cast<Projection>(i);
      const LoraPair& pair = lora.pair(l, p);
      if (!pair.present()) continue;
      const std::string name = "blk." + std::to_string(l) + "." + ProjectionName(p) + ".weight.lora_";
      const std::int64_t a_ne[] = {shape.InputsOf(p), lora.rank};
      const std::int64_t b_ne[] = {lora.rank, shape.OutputsOf(p)};
      EXPECT_TRUE(writer.AddTensor(name + "a", dtype, a_ne, std::span<const float>(pair.a)).ok());
      EXPECT_TRUE(writer.AddTensor(name + "b", dtype, b_ne, std::span<const float>(pair.b)).ok());
    }
  }
  return writer.Finish();
}

inline std::string WriteTemporary(const std::string& name, const std::vector<std::byte>& bytes) {
  const std::string path = testing::TempDir() + "paw_engines_" + name;
  std::ofstream stream(path, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return path;
}

// Tokens without meaning, the same for the same seed.
inline std::vector<TokenId> SomeTokens(int count, int vocabulary, std::uint32_t seed) {
  std::vector<TokenId> tokens;
  for (const float number : Seeded(static_cast<std::size_t>(count), seed, 1.0f)) {
    tokens.push_back(std::min(vocabulary - 1, static_cast<TokenId>((number + 1.0f) * 0.5f * static_cast<float>(vocabulary))));
  }
  return tokens;
}

inline ForwardRow AllLogits(std::span<const TokenId> tokens, AdapterId adapter) {
  ForwardRow row;
  row.tokens = tokens;
  row.adapter = adapter;
  row.logits = LogitsAt::kAll;
  return row;
}

}  // namespace paw
