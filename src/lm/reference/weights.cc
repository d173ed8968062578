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

  Status ExpectAllRead() const {
    if (read_ == file_.tensors().size()) return Ok();
    return Unimplemented("reading " + file_.what() + ": found " + std::to_string(file_.tensors().size()) + " tensors, expected the " +
                         std::to_string(read_) + " of the plain llama shape");
  }

 private:
  const gguf::File& file_;
  std::size_t read_ = 0;
};

}  // namespace

Result<Weights> LoadWeights(const gguf::File& file) {
  Weights weights;
  weights.shape = PAW_TRY(ReadModelShape(file));
  const ModelShape& shape = weights.shape;
  if (shape.architecture != "llama") {
    return Unimplemented("reading " + file.what() + ": found architecture " + shape.architecture + ", expected llama (reference engine)");
  }
  if (shape.head_width % 2 != 0) {
    return Refused("reading " + file.what() + ": found head width " + std::to_string(shape.head_width) + ", expected an even number");
  }
  TensorReader reader(file);
  weights.embedding = PAW_TRY(reader.Read("token_embd.weight", {shape.width, shape.vocabulary}));
  if (!shape.tied_output) weights.untied_output = PAW_TRY(reader.Read("output.weight", {shape.width, shape.vocabulary}));
  weights.output_norm = PAW_TRY(reader.Read("output_norm.weight", {shape.width}));
  for (std::int32_t l = 0; l < shape.layers; ++l) {
    const std::string block = "blk." + std::to_string(l) + ".";
    LayerWeights layer;
    layer.attention_norm = PAW_TRY(reader.Read(block + "attn_norm.weight", {shape.width}));
    layer.feed_norm = PAW_TRY(reader.Read(block + "ffn_norm.weight", {shape.width}));
    for (int i = 0; i < kProjectionCount; ++i) {
      const auto p = static_cast<Projection>(i);
      if (!shape.HasProjection(p)) continue;
      layer.projections[static_cast<std::size_t>(i)] =
          PAW_TRY(reader.Read(block + ProjectionName(p) + ".weight", {shape.InputsOf(p), shape.OutputsOf(p)}));
    }
    weights.layers.push_back(std::move(layer));
  }
  PAW_TRY(reader.ExpectAllRead());
  return weights;
}

}  // namespace paw::reference
