// Interpreter shapes, random mapper checkpoints and encodings of the mapper's tests.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "encode/encoding.h"
#include "fs/memory_fs.h"
#include "mapper/mapper.h"

namespace paw {

inline ModelShape TestShape(const std::string& architecture, int layers, int width, int heads, int kv_heads, int head_width, int ff_width) {
  ModelShape shape;
  shape.architecture = architecture;
  shape.layers = layers;
  shape.width = width;
  shape.heads = heads;
  shape.kv_heads = kv_heads;
  shape.head_width = head_width;
  shape.ff_width = ff_width;
  return shape;
}

inline ModelShape SmallQwen3() { return TestShape("qwen3", 3, 20, 4, 2, 6, 28); }

// A checkpoint as a test wants it: tensors by name, to be changed before Open.
struct TestCheckpoint {
  std::map<std::string, std::pair<std::vector<std::int64_t>, std::vector<float>>> tensors;
  std::map<std::string, std::string> metadata;

  std::vector<float>& Numbers(const std::string& name) { return tensors.at(name).second; }

  void Add(const std::string& name, std::vector<std::int64_t> shape, Random& random) {
    std::size_t count = 1;
    for (const std::int64_t n : shape) count *= static_cast<std::size_t>(n);
    std::vector<float> numbers(count);
    for (float& number : numbers) number = random.Uniform(-1.0f, 1.0f);
    tensors[name] = {std::move(shape), std::move(numbers)};
  }

  std::shared_ptr<const safetensors::Checkpoint> Open() const {
    std::vector<safetensors::Tensor> list;
    for (const auto& [name, tensor] : tensors) {
      list.push_back({name, DType::kF32, tensor.first, std::as_bytes(std::span<const float>(tensor.second))});
    }
    MemoryFs fs;
    const auto bytes = safetensors::Write(list, metadata);
    EXPECT_TRUE(bytes.ok()) << bytes.message();
    EXPECT_TRUE(fs.PublishFile("/mapper.safetensors", *bytes).ok());
    auto checkpoint = safetensors::Checkpoint::Open(fs, "/mapper.safetensors");
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.message();
    return std::make_shared<safetensors::Checkpoint>(std::move(checkpoint).value());
  }
};

// Random weights of every tensor that a mapper for this interpreter has; the trunk as wide as the states.
inline TestCheckpoint RandomMapper(const ModelShape& interpreter, int hidden, int bases, int rank) {
  Random random(7, interpreter.architecture);
  TestCheckpoint checkpoint;
  const std::span<const MapperModule> modules = MapperModules(interpreter);
  const std::int64_t coefficients = std::int64_t{interpreter.layers} * static_cast<std::int64_t>(modules.size()) * bases * 2;
  checkpoint.Add("trunk.0.weight", {hidden, hidden}, random);
  checkpoint.Add("trunk.0.bias", {hidden}, random);
  checkpoint.Add("coeff_head.weight", {coefficients, hidden}, random);
  checkpoint.Add("coeff_head.bias", {coefficients}, random);
  for (const MapperModule& module : modules) {
    const std::string name(module.name);
    checkpoint.Add("A_bases_" + name, {bases, rank, interpreter.InputsOf(module.projection)}, random);
    checkpoint.Add("B_bases_" + name, {bases, interpreter.OutputsOf(module.projection), rank}, random);
  }
  checkpoint.metadata = {{"row_order", "hf"}};
  return checkpoint;
}

inline Encoding RandomEncoding(int layers, int positions, int hidden, std::uint64_t seed) {
  Random random(seed, "states");
  Encoding encoding{layers, positions, hidden, {}};
  encoding.states.resize(static_cast<std::size_t>(layers) * static_cast<std::size_t>(positions) * static_cast<std::size_t>(hidden));
  for (float& state : encoding.states) state = random.Uniform(-2.0f, 2.0f);
  return encoding;
}

inline bool SameBytes(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

inline void ExpectSameLora(const LoraWeights& expected, const LoraWeights& found, const std::string& what) {
  EXPECT_EQ(found.rank, expected.rank) << what;
  EXPECT_EQ(found.alpha, expected.alpha) << what;
  ASSERT_EQ(found.pairs.size(), expected.pairs.size()) << what;
  for (std::size_t i = 0; i < found.pairs.size(); ++i) {
    ASSERT_TRUE(SameBytes(found.pairs[i].a, expected.pairs[i].a)) << what << ": A of pair " << i;
    ASSERT_TRUE(SameBytes(found.pairs[i].b, expected.pairs[i].b)) << what << ": B of pair " << i;
  }
}

}  // namespace paw
