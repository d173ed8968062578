#include "lm/native/weights.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "fs/posix_fs.h"
#include "gguf/gguf.h"
#include "tensor/dtype.h"

namespace paw::native {
namespace {

class Loader {
 public:
  Loader(const gguf::File& file, Weights& weights, ThreadPool& pool) : file_(file), weights_(weights), pool_(pool) {}

  Status Load() {
    const ModelShape& shape = weights_.shape;
    PAW_TRY(ReadMatrix("token_embd.weight", shape.width, shape.vocabulary, weights_.embedding));
    if (!shape.tied_output) PAW_TRY(ReadMatrix("output.weight", shape.width, shape.vocabulary, weights_.output));
    PAW_TRY(ReadVector("output_norm.weight", shape.width, weights_.output_norm));
    weights_.layers.resize(static_cast<std::size_t>(shape.layers));
    for (int l = 0; l < shape.layers; ++l) {
      LayerWeights& layer = weights_.layers[static_cast<std::size_t>(l)];
      const std::string block = "blk." + std::to_string(l) + ".";
      PAW_TRY(ReadVector(block + "attn_norm.weight", shape.width, layer.attention_norm));
      PAW_TRY(ReadVector(block + "ffn_norm.weight", shape.width, layer.feed_norm));
      if (shape.head_norms()) {
        PAW_TRY(ReadVector(block + "attn_q_norm.weight", shape.head_width, layer.query_norm));
        PAW_TRY(ReadVector(block + "attn_k_norm.weight", shape.head_width, layer.key_norm));
      }
      for (int i = 0; i < kProjectionCount; ++i) {
        const auto p = static_cast<Projection>(i);
        if (!shape.HasProjection(p)) continue;
        PAW_TRY(ReadMatrix(block + ProjectionName(p) + ".weight", shape.InputsOf(p), shape.OutputsOf(p),
                           layer.projections[static_cast<std::size_t>(i)]));
      }
    }
    // A tensor that this shape has no place for (a bias, rotary factors) would be left out of the sums silently.
    if (read_ != file_.tensors().size()) {
      return Unimplemented("reading " + file_.what() + ": found " + std::to_string(file_.tensors().size()) + " tensors, expected the " +
                           std::to_string(read_) + " of the plain " + shape.architecture + " shape");
    }
    return Ok();
  }

 private:
  Result<const gguf::Tensor*> Find(const std::string& name, std::int64_t inputs, std::int64_t outputs) {
    const gguf::Tensor* tensor = file_.Find(name);
    if (tensor == nullptr) return Refused("reading " + file_.what() + ": found no tensor " + name + ", expected one");
    std::vector<std::int64_t> ne = tensor->ne;
    while (!ne.empty() && ne.back() == 1) ne.pop_back();
    std::vector<std::int64_t> expected = {inputs, outputs};
    while (!expected.empty() && expected.back() == 1) expected.pop_back();
    if (ne != expected) {
      return Refused("reading tensor " + name + " of " + file_.what() + ": found another shape, expected (" + std::to_string(inputs) +
                     ", " + std::to_string(outputs) + ")");
    }
    ++read_;
    return tensor;
  }

  Status ReadVector(const std::string& name, std::int32_t width, std::vector<float>& out) {
    const gguf::Tensor* tensor = PAW_TRY(Find(name, width, 1));
    out.resize(static_cast<std::size_t>(width));
    Dequantize(tensor->dtype, tensor->data, out);
    return Ok();
  }

  Status ReadMatrix(const std::string& name, std::int32_t inputs, std::int32_t outputs, PackedMatrix& out) {
    const gguf::Tensor* tensor = PAW_TRY(Find(name, inputs, outputs));
    const std::int64_t row_bytes = PAW_TRY(BytesOf(tensor->dtype, inputs));
    out.Resize(outputs, inputs);
    pool_.Run(out.panels(), [&](int p, int) {
      const int rows = std::min(kPanel, outputs - p * kPanel);
      const auto count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(inputs);
      std::vector<float> values(count);
      std::vector<Bf16> rounded(count);
      Dequantize(tensor->dtype,
                 tensor->data.subspan(static_cast<std::size_t>(p) * kPanel * static_cast<std::size_t>(row_bytes),
                                      static_cast<std::size_t>(rows) * static_cast<std::size_t>(row_bytes)),
                 values);
      weights_.kernels->to_bf16(values.data(), static_cast<int>(count), 1.0f, rounded.data());
      PackColumnsPanel(rounded.data(), static_cast<std::size_t>(inputs), rows, inputs,
                       out.data.get() + static_cast<std::size_t>(p) * out.panel_stride());
    });
    return Ok();
  }

  const gguf::File& file_;
  Weights& weights_;
  ThreadPool& pool_;
  std::size_t read_ = 0;
};

Status CheckShape(const ModelShape& shape, const std::string& what) {
  if (shape.architecture != "llama" && shape.architecture != "qwen3") {
    return Unimplemented("opening " + what + " with the native engine: found architecture " + shape.architecture +
                         ", expected llama or qwen3");
  }
  const auto odd = [&](const char* name, int value) {
    return Unimplemented("opening " + what + " with the native engine: found " + name + " " + std::to_string(value) +
                         ", expected an even number");
  };
  if (shape.width % 2 != 0) return odd("width", shape.width);
  if (shape.ff_width % 2 != 0) return odd("feed-forward width", shape.ff_width);
  if (shape.head_width % 2 != 0) return odd("head width", shape.head_width);
  return Ok();
}

}  // namespace

Result<std::shared_ptr<const Weights>> LoadWeights(const std::string& gguf_path, const ModelOptions& options, const Kernels& kernels) {
  const Mapping mapping = PAW_TRY(PosixFs().Map(gguf_path));
  const gguf::File file = PAW_TRY(gguf::File::Open(mapping.bytes(), gguf_path));
  auto weights = std::make_shared<Weights>();
  weights->shape = PAW_TRY(ReadModelShape(file));
  weights->kernels = &kernels;
  PAW_TRY(CheckShape(weights->shape, gguf_path));
  ThreadPool pool(options.threads);
  PAW_TRY(Loader(file, *weights, pool).Load());
  return std::shared_ptr<const Weights>(std::move(weights));
}

void EmbedToken(const Weights& weights, TokenId token, float* h) {
  const PackedMatrix& embedding = weights.embedding;
  const Bf16* column = embedding.panel(token / kPanel) + (token % kPanel) * 2;
  for (int k = 0; k < weights.shape.width; k += 2) {
    h[k] = Bf16ToFloat(column[0]);
    h[k + 1] = Bf16ToFloat(column[1]);
    column += 2 * kPanel;
  }
}

void RopeTable::Reserve(int positions) {
  if (positions <= positions_) return;
  const int half = head_width_ / 2;
  const auto size = static_cast<std::size_t>(positions) * static_cast<std::size_t>(head_width_);
  cosine_.resize(size);
  sine_.resize(size);
  for (int i = 0; i < half; ++i) {
    const double frequency = std::pow(static_cast<double>(base_), -2.0 * i / head_width_);
    for (int position = positions_; position < positions; ++position) {
      const std::size_t at = static_cast<std::size_t>(position) * static_cast<std::size_t>(head_width_);
      const std::size_t first = at + static_cast<std::size_t>(halves_ ? i : 2 * i);
      const std::size_t second = first + static_cast<std::size_t>(halves_ ? half : 1);
      const double angle = position * frequency;
      cosine_[first] = cosine_[second] = static_cast<float>(std::cos(angle));
      sine_[second] = static_cast<float>(std::sin(angle));
      sine_[first] = -sine_[second];
    }
  }
  positions_ = positions;
}

}  // namespace paw::native
