#include "lm/reference/weights.h"

#include <string>

namespace paw::reference {

namespace {

// The norm NAME.weight of `width` numbers, with NAME.bias where `biased`.
Result<Norm> ReadNorm(TensorTaker& tensors, const std::string& name, std::int32_t width, bool biased) {
  Norm norm;
  norm.weight = PAW_TRY(tensors.TakeFloats(name + ".weight", {width}));
  if (biased) norm.bias = PAW_TRY(tensors.TakeFloats(name + ".bias", {width}));
  return norm;
}

Result<LayerWeights> ReadLayer(const ModelShape& shape, std::int32_t index, TensorTaker& tensors) {
  const std::string block = "blk." + std::to_string(index) + ".";
  LayerWeights layer;
  layer.attention_norm = PAW_TRY(ReadNorm(tensors, block + "attn_norm", shape.width, shape.biases()));
  layer.feed_norm = PAW_TRY(ReadNorm(tensors, block + "ffn_norm", shape.width, shape.biases()));
  if (shape.head_norms()) {
    layer.query_norm = PAW_TRY(ReadNorm(tensors, block + "attn_q_norm", shape.head_width, false));
    layer.key_norm = PAW_TRY(ReadNorm(tensors, block + "attn_k_norm", shape.head_width, false));
  }
  for (int i = 0; i < kProjectionCount; ++i) {
    const auto p = static_cast<Projection>(i);
    if (!shape.HasProjection(p)) continue;
    const std::string name = block + ProjectionName(p);
    const auto at = static_cast<std::size_t>(i);
    layer.projections[at] = PAW_TRY(tensors.TakeFloats(name + ".weight", {shape.InputsOf(p), shape.OutputsOf(p)}));
    if (shape.biases()) layer.biases[at] = PAW_TRY(tensors.TakeFloats(name + ".bias", {shape.OutputsOf(p)}));
  }
  return layer;
}

}  // namespace

Result<Weights> LoadWeights(const WeightSource& source) {
  Weights weights;
  weights.shape = source.shape();
  const ModelShape& shape = weights.shape;
  if (shape.architecture != "llama" && shape.architecture != "qwen3" && shape.architecture != "gpt2") {
    return Unimplemented("reading " + source.what() + ": found architecture " + shape.architecture +
                         ", expected llama, qwen3 or gpt2 (reference engine)");
  }
  TensorTaker tensors(source);
  weights.embedding = PAW_TRY(tensors.TakeFloats("token_embd.weight", {shape.width, shape.vocabulary}));
  if (!shape.tied_output) weights.untied_output = PAW_TRY(tensors.TakeFloats("output.weight", {shape.width, shape.vocabulary}));
  if (shape.rotation() == Rotation::kNone) {
    weights.positions = PAW_TRY(tensors.TakeFloats("position_embd.weight", {shape.width, shape.context_max}));
  }
  weights.output_norm = PAW_TRY(ReadNorm(tensors, "output_norm", shape.width, shape.biases()));
  for (std::int32_t l = 0; l < shape.layers; ++l) weights.layers.push_back(PAW_TRY(ReadLayer(shape, l, tensors)));
  PAW_TRY(tensors.ExpectAllTaken());
  return weights;
}

}  // namespace paw::reference
