#include "lm/reference/weights.h"

#include <string>

#include "tensor/dtype.h"

namespace paw::reference {

namespace {

std::string DimensionsOf(const std::vector<std::int64_t>& ne) {
  std::string text = "(";
  for (std::size_t i = 0; i < ne.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(ne[i]);
  return text + ")";
}

// Reads tensors by name and counts them, so that one left over is noticed.
class TensorReader {
 public:
  explicit TensorReader(const gguf::File& file) : file_(file) {}

  // `ne` as GGUF has it: the contiguous dimension first.
  Result<std::vector<float>> Read(const std::string& name, const std::vector<std::int64_t>& ne) {
    const gguf::Tensor* tensor = file_.Find(name);
    if (tensor == nullptr) return Refused("reading " + file_.what() + ": found no tensor " + name + ", expected one");
    std::vector<std::int64_t> found = tensor->ne;
    while (found.size() > ne.size() && found.back() == 1) found.pop_back();
    if (found != ne) {
      return Refused("reading tensor " + name + " of " + file_.what() + ": found shape " + DimensionsOf(found) + ", expected " +
                     DimensionsOf(ne));
    }
    std::size_t count = 1;
    for (const std::int64_t dimension : ne) count *= static_cast<std::size_t>(dimension);
    std::vector<float> values(count);
    Dequantize(tensor->dtype, tensor->data, values);
    ++read_;
    return values;
  }

  // The norm NAME.weight of `width` numbers, with NAME.bias where `biased`.
  Result<Norm> ReadNorm(const std::string& name, std::int32_t width, bool biased) {
    Norm norm;
    norm.weight = PAW_TRY(Read(name + ".weight", {width}));
    if (biased) norm.bias = PAW_TRY(Read(name + ".bias", {width}));
    return norm;
  }

  Status ExpectAllRead(const ModelShape& shape) const {
    if (read_ == file_.tensors().size()) return Ok();
    return Unimplemented("reading " + file_.what() + ": found " + std::to_string(file_.tensors().size()) + " tensors, expected the " +
                         std::to_string(read_) + " of the plain " + shape.architecture + " shape");
  }

 private:
  const gguf::File& file_;
  std::size_t read_ = 0;
};

Result<LayerWeights> ReadLayer(const ModelShape& shape, std::int32_t index, TensorReader& reader) {
  const std::string block = "blk." + std::to_string(index) + ".";
  LayerWeights layer;
  layer.attention_norm = PAW_TRY(reader.ReadNorm(block + "attn_norm", shape.width, shape.biases()));
  layer.feed_norm = PAW_TRY(reader.ReadNorm(block + "ffn_norm", shape.width, shape.biases()));
  if (shape.head_norms()) {
    layer.query_norm = PAW_TRY(reader.ReadNorm(block + "attn_q_norm", shape.head_width, false));
    layer.key_norm = PAW_TRY(reader.ReadNorm(block + "attn_k_norm", shape.head_width, false));
  }
  for (int i = 0; i < kProjectionCount; ++i) {
    const auto p = static_cast<Projection>(i);
    if (!shape.HasProjection(p)) continue;
    const std::string name = block + ProjectionName(p);
    const auto at = static_cast<std::size_t>(i);
    layer.projections[at] = PAW_TRY(reader.Read(name + ".weight", {shape.InputsOf(p), shape.OutputsOf(p)}));
    if (shape.biases()) layer.biases[at] = PAW_TRY(reader.Read(name + ".bias", {shape.OutputsOf(p)}));
  }
  return layer;
}

}  // namespace

Result<Weights> LoadWeights(const gguf::File& file) {
  Weights weights;
  weights.shape = PAW_TRY(ReadModelShape(file));
  const ModelShape& shape = weights.shape;
  if (shape.architecture != "llama" && shape.architecture != "qwen3" && shape.architecture != "gpt2") {
    return Unimplemented("reading " + file.what() + ": found architecture " + shape.architecture +
                         ", expected llama, qwen3 or gpt2 (reference engine)");
  }
  TensorReader reader(file);
  weights.embedding = PAW_TRY(reader.Read("token_embd.weight", {shape.width, shape.vocabulary}));
  if (!shape.tied_output) weights.untied_output = PAW_TRY(reader.Read("output.weight", {shape.width, shape.vocabulary}));
  if (shape.rotation() == Rotation::kNone) {
    weights.positions = PAW_TRY(reader.Read("position_embd.weight", {shape.width, shape.context_max}));
  }
  weights.output_norm = PAW_TRY(reader.ReadNorm("output_norm", shape.width, shape.biases()));
  for (std::int32_t l = 0; l < shape.layers; ++l) weights.layers.push_back(PAW_TRY(ReadLayer(shape, l, reader)));
  PAW_TRY(reader.ExpectAllRead(shape));
  return weights;
}

}  // namespace paw::reference
