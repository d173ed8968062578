// What the native engine's tests share: a toy model on disk, adapters as bytes, one call a row.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gguf/toy_model.h"
#include "gguf/writer.h"
#include "lm/lm.h"
#include "lm/lora.h"
#include "lm/native/native.h"

namespace paw::native {

template <typename T>
T Must(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.message();
  return result.ok() ? std::move(result).value() : T();
}

// A toy GGUF in the test's temporary folder.
inline std::string ToyPath(const gguf::ToyModelOptions& options = {}) {
  static int count = 0;
  const std::string path = testing::TempDir() + "native_toy_" + std::to_string(::getpid()) + "_" + std::to_string(count++) + ".gguf";
  const std::vector<std::byte> bytes = gguf::MakeToyModelGguf(options);
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return path;
}

// A toy of an architecture, or of "ARCHITECTURE_TYPE" with quantised matrices; qwen3's heads are together wider than the model.
inline gguf::ToyModelOptions ToyOf(const std::string& name) {
  gguf::ToyModelOptions options;
  options.architecture = name.substr(0, name.find('_'));
  if (name.ends_with("_q4_0")) options.dtype = DType::kQ4_0;
  if (name.ends_with("_q8_0")) options.dtype = DType::kQ8_0;
  if (options.architecture == "qwen3") options.head_width = 24;
  return options;
}

// A LoRA with random A and B from `first_layer` up.
inline LoraWeights RandomLora(const ModelShape& shape, std::int32_t rank, std::int32_t first_layer, std::uint32_t seed,
                              float b_size = 0.05f) {
  LoraWeights lora = MakeLora(shape, rank, 16.0f, first_layer, seed);
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> uniform(-b_size, b_size);
  for (LoraPair& pair : lora.pairs) {
    for (float& value : pair.b) value = uniform(engine);
  }
  return lora;
}

inline std::vector<std::byte> LoraBytes(const ModelShape& shape, const LoraWeights& lora) {
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
      const std::string name = "blk." + std::to_string(l) + "." + ProjectionName(p) + ".weight";
      const std::int64_t a[] = {shape.InputsOf(p), lora.rank}, b[] = {lora.rank, shape.OutputsOf(p)};
      EXPECT_TRUE(writer.AddTensor(name + ".lora_a", DType::kF32, a, std::span<const float>(pair.a)).ok());
      EXPECT_TRUE(writer.AddTensor(name + ".lora_b", DType::kF32, b, std::span<const float>(pair.b)).ok());
    }
  }
  return writer.Finish();
}

inline std::vector<TokenId> RandomTokens(int count, int vocabulary, std::uint32_t seed) {
  std::mt19937 engine(seed);
  std::vector<TokenId> tokens(static_cast<std::size_t>(count));
  for (TokenId& id : tokens) id = std::uniform_int_distribution<TokenId>(0, vocabulary - 1)(engine);
  return tokens;
}

// All logits of one row appended to `sequence`.
inline std::vector<float> AllLogits(Context& context, SequenceId sequence, std::span<const TokenId> tokens, AdapterId adapter = kNoAdapter,
                                    std::span<const std::int32_t> parents = {}) {
  ForwardRow row;
  row.sequence = sequence;
  row.adapter = adapter;
  row.tokens = tokens;
  row.parents = parents;
  row.logits = LogitsAt::kAll;
  std::vector<RowOutput> outputs = Must(context.Forward({&row, 1}));
  return outputs.empty() ? std::vector<float>() : std::move(outputs[0].logits);
}

inline bool SameBits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

}  // namespace paw::native
