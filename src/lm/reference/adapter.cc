#include "lm/reference/adapter.h"

#include <cmath>
#include <string>

#include "tensor/dtype.h"

namespace paw::reference {

namespace {

Status Bad(const gguf::File& file, const std::string& what, const std::string& found, const std::string& expected) {
  return Refused("reading " + file.what() + ": " + what + ": found " + found + ", expected " + expected);
}

Status ExpectString(const gguf::File& file, const std::string& key, const std::string& expected) {
  const std::string found = PAW_TRY(file.String(key));
  return found == expected ? Ok() : Bad(file, key, found, expected);
}

Result<std::vector<float>> ReadMatrix(const gguf::File& file, const gguf::Tensor& tensor, std::int64_t columns, std::int64_t rows) {
  if (tensor.ne.size() != 2 || tensor.ne[0] != columns || tensor.ne[1] != rows) {
    return Bad(file, "tensor " + tensor.name, "another shape", "(" + std::to_string(columns) + ", " + std::to_string(rows) + ")");
  }
  std::vector<float> values(static_cast<std::size_t>(columns * rows));
  Dequantize(tensor.dtype, tensor.data, values);
  for (const float value : values) {
    if (!std::isfinite(value)) return Bad(file, "tensor " + tensor.name, "a number that is not finite", "finite numbers");
  }
  return values;
}

// The pair of one projection, absent when neither tensor is there. Counts the tensors it used.
Status ReadPair(const gguf::File& file, const ModelShape& shape, int layer, Projection p, LoraWeights& lora, std::size_t& used) {
  const std::string name = "blk." + std::to_string(layer) + "." + ProjectionName(p) + ".weight.lora_";
  const gguf::Tensor* a = file.Find(name + "a");
  const gguf::Tensor* b = file.Find(name + "b");
  if (a == nullptr && b == nullptr) return Ok();
  if (a == nullptr || b == nullptr) return Bad(file, name + (a == nullptr ? "a" : "b"), "none", "one: its other half is there");
  const std::int64_t rank = a->ne.size() == 2 ? a->ne[1] : 0;
  if (rank < 1 || rank > shape.width) {
    return Bad(file, "rank of " + a->name, std::to_string(rank), "1 to " + std::to_string(shape.width));
  }
  if (lora.rank != 0 && lora.rank != rank) return Bad(file, "rank of " + a->name, std::to_string(rank), std::to_string(lora.rank));
  lora.rank = static_cast<std::int32_t>(rank);
  LoraPair& pair = lora.pair(layer, p);
  pair.a = PAW_TRY(ReadMatrix(file, *a, shape.InputsOf(p), rank));
  pair.b = PAW_TRY(ReadMatrix(file, *b, rank, shape.OutputsOf(p)));
  used += 2;
  return Ok();
}

}  // namespace

Result<LoraWeights> ReadAdapter(const gguf::File& file, const ModelShape& shape) {
  PAW_TRY(ExpectString(file, "general.type", "adapter"));
  PAW_TRY(ExpectString(file, "adapter.type", "lora"));
  PAW_TRY(ExpectString(file, "general.architecture", shape.architecture));
  LoraWeights lora;
  lora.alpha = static_cast<float>(PAW_TRY(file.Float("adapter.lora.alpha")));
  if (!std::isfinite(lora.alpha) || lora.alpha <= 0) return Bad(file, "adapter.lora.alpha", std::to_string(lora.alpha), "a positive number");
  lora.layers = shape.layers;
  lora.pairs.resize(static_cast<std::size_t>(shape.layers) * kProjectionCount);
  std::size_t used = 0;
  for (int layer = 0; layer < shape.layers; ++layer) {
    for (int p = 0; p < kProjectionCount; ++p) PAW_TRY(ReadPair(file, shape, layer, static_cast<Projection>(p), lora, used));
  }
  if (used != file.tensors().size()) {
    return Bad(file, "tensors", std::to_string(file.tensors().size()), std::to_string(used) + ", the pairs of the base's projections");
  }
  return lora;
}

}  // namespace paw::reference
