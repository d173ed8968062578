// RandomAdapter: the bytes of a LoRA with random A and B on every projection, in Q4_0, of any rank that is a multiple of 32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "gguf/writer.h"
#include "lm/shape.h"

namespace paw {

// Empty where it cannot be stored.
inline std::vector<std::byte> RandomAdapter(const ModelShape& shape, int rank, std::uint64_t seed) {
  Random random(seed, "adapter");
  gguf::Writer writer;
  writer.SetString("general.architecture", shape.architecture);
  writer.SetString("general.type", "adapter");
  writer.SetString("adapter.type", "lora");
  writer.SetF32("adapter.lora.alpha", static_cast<float>(rank));
  const auto add = [&](const std::string& name, std::int64_t inputs, std::int64_t outputs) {
    std::vector<float> numbers(static_cast<std::size_t>(inputs * outputs));
    for (float& number : numbers) number = random.Uniform(-0.02f, 0.02f);
    const std::int64_t ne[] = {inputs, outputs};
    return writer.AddTensor(name, DType::kQ4_0, ne, std::span<const float>(numbers));
  };
  for (int layer = 0; layer < shape.layers; ++layer) {
    for (int i = 0; i < kProjectionCount; ++i) {
      const auto p = static_cast<Projection>(i);
      if (!shape.HasProjection(p)) continue;
      const std::string name = "blk." + std::to_string(layer) + "." + ProjectionName(p) + ".weight.lora_";
      if (!add(name + "a", shape.InputsOf(p), rank).ok() || !add(name + "b", rank, shape.OutputsOf(p)).ok()) return {};
    }
  }
  return writer.Finish();
}

}  // namespace paw
