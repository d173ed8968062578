#include "lm/native/weights.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "fs/posix_fs.h"
#include "tensor/dtype.h"

namespace paw::native {
namespace {

// Dimensions of 1 at the end may be missing.
int OutputsOf(const StoredTensor& tensor) { return tensor.ne.size() < 2 ? 1 : static_cast<int>(tensor.ne[1]); }

class Loader {
 public:
  Loader(std::shared_ptr<const WeightSource> source, Weights& weights, const ModelOptions& options)
      : source_(std::move(source)), tensors_(*source_), weights_(weights), options_(options), pool_(options.threads) {}

  Status Load(Residency residency) {
    const ModelShape& shape = weights_.shape;
    weights_.source = source_;
    if (residency == Residency::kResident) {
      quant_ = std::make_unique<QuantWeights>();
      quant_->layers.resize(static_cast<std::size_t>(shape.layers));
    }
    const bool resident = residency != Residency::kStreamed;
    const StoredTensor* embedding = PAW_TRY(tensors_.Take("token_embd.weight", {shape.width, shape.vocabulary}));
    if (resident)
      Pack(*embedding, weights_.embedding, quant_ == nullptr ? nullptr : &quant_->embedding);
    else
      weights_.stored_embedding = embedding;
    if (!shape.tied_output) {
      const StoredTensor* output = PAW_TRY(tensors_.Take("output.weight", {shape.width, shape.vocabulary}));
      if (resident) Pack(*output, weights_.output, quant_ == nullptr ? nullptr : &quant_->output);
    }
    if (shape.rotation() == Rotation::kNone) {
      weights_.positions = PAW_TRY(tensors_.TakeFloats("position_embd.weight", {shape.width, shape.context_max}));
    }
    weights_.output_norm = PAW_TRY(LoadNorm("output_norm"));
    weights_.layers.resize(static_cast<std::size_t>(shape.layers));
    for (int l = 0; l < shape.layers; ++l) PAW_TRY(LoadLayer(l, resident));
    PAW_TRY(tensors_.ExpectAllTaken());
    PackAll();
    return Ok();
  }

 private:
  Status LoadLayer(int index, bool resident) {
    const ModelShape& shape = weights_.shape;
    LayerWeights& layer = weights_.layers[static_cast<std::size_t>(index)];
    const std::string block = "blk." + std::to_string(index) + ".";
    layer.attention_norm = PAW_TRY(LoadNorm(block + "attn_norm"));
    layer.feed_norm = PAW_TRY(LoadNorm(block + "ffn_norm"));
    if (shape.head_norms()) {
      layer.query_norm = PAW_TRY(tensors_.TakeFloats(block + "attn_q_norm.weight", {shape.head_width}));
      layer.key_norm = PAW_TRY(tensors_.TakeFloats(block + "attn_k_norm.weight", {shape.head_width}));
    }
    for (int i = 0; i < kProjectionCount; ++i) {
      const auto p = static_cast<Projection>(i);
      const auto at = static_cast<std::size_t>(i);
      if (!shape.HasProjection(p)) continue;
      const std::string name = block + ProjectionName(p);
      const StoredTensor* stored = PAW_TRY(tensors_.Take(name + ".weight", {shape.InputsOf(p), shape.OutputsOf(p)}));
      QuantLayer* quant = quant_ == nullptr ? nullptr : &quant_->layers[static_cast<std::size_t>(index)];
      if (resident)
        Pack(*stored, layer.projections[at], quant == nullptr ? nullptr : &quant->projections[at]);
      else
        layer.stored[at] = stored;
      if (!shape.biases()) continue;
      const std::vector<float> bias = PAW_TRY(tensors_.TakeFloats(name + ".bias", {shape.OutputsOf(p)}));
      if (quant != nullptr) {
        quant->biases[at] = bias;
        quant->biases[at].resize(static_cast<std::size_t>(RoundUp(shape.OutputsOf(p), kPanel)));
      }
      PackBias(bias, layer.biases[at]);
    }
    return Ok();
  }

  // NAME.weight, and NAME.bias where the shape has biases.
  Result<NormWeights> LoadNorm(const std::string& name) {
    NormWeights norm;
    norm.weight = PAW_TRY(tensors_.TakeFloats(name + ".weight", {weights_.shape.width}));
    if (weights_.shape.biases()) norm.bias = PAW_TRY(tensors_.TakeFloats(name + ".bias", {weights_.shape.width}));
    return norm;
  }

  // A row of two bf16 numbers an output: the bias rounded, and what the rounding took.
  static void PackBias(const std::vector<float>& bias, PackedMatrix& out) {
    std::vector<Bf16> halves;
    for (const float number : bias) {
      halves.push_back(FloatToBf16(number));
      halves.push_back(FloatToBf16(number - Bf16ToFloat(halves.back())));
    }
    PackColumns(halves.data(), static_cast<int>(bias.size()), 2, out);
  }

  // Written down until all are known: whether they stay quantised is decided for all of them at once.
  void Pack(const StoredTensor& tensor, PackedMatrix& out, QuantMatrix* quant) { matrices_.push_back({&tensor, &out, quant}); }

  void PackAll() {
    const bool quantised = quant_ != nullptr && std::all_of(matrices_.begin(), matrices_.end(), [](const Matrix& m) {
                             return !m.stored->transposed && CanQuantPack(m.stored->dtype, static_cast<int>(m.stored->ne[0]));
                           });
    if (!quantised) {
      for (const Matrix& m : matrices_) PackStored(*m.stored, *weights_.kernels, pool_, *m.bf16);
      return;
    }
    std::size_t bytes = 0;
    for (const Matrix& m : matrices_) {
      m.quant->Refer(m.stored->dtype, OutputsOf(*m.stored), static_cast<int>(m.stored->ne[0]), nullptr);
      bytes += PanelStore::PieceBytes(m.quant->bytes());
    }
    auto panels = std::make_unique<PanelStore>(PosixFs(), options_.packed_path, options_.sha256, bytes);
    for (const Matrix& m : matrices_) {
      std::uint8_t* piece = panels->Take(m.quant->bytes());
      m.quant->panels_at = piece;
      if (panels->filled()) continue;
      QuantPackInto(m.quant->type, m.stored->data, m.quant->columns, m.quant->k, pool_, piece);
      source_->Hint(m.stored->data, Mapping::Access::kDone);
    }
    panels->Publish(PosixFs());
    quant_->panels = std::move(panels);
    weights_.quant = std::move(quant_);
  }

  struct Matrix {
    const StoredTensor* stored;
    PackedMatrix* bf16;
    QuantMatrix* quant;  // null where they cannot stay quantised
  };

  std::shared_ptr<const WeightSource> source_;
  TensorTaker tensors_;
  Weights& weights_;
  const ModelOptions& options_;
  std::unique_ptr<QuantWeights> quant_;  // null: bf16
  std::vector<Matrix> matrices_;
  ThreadPool pool_;
};

Status CheckShape(const ModelShape& shape, const std::string& what) {
  if (shape.architecture != "llama" && shape.architecture != "qwen3" && shape.architecture != "gpt2") {
    return Unimplemented("opening " + what + " with the native engine: found architecture " + shape.architecture +
                         ", expected llama, qwen3 or gpt2");
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

namespace {

// PackStored of a matrix that lies as (inputs, outputs): its rows are the reduction.
void PackTransposed(const StoredTensor& tensor, const Kernels& kernels, ThreadPool& pool, PackedMatrix& out) {
  const int inputs = static_cast<int>(tensor.ne[0]), outputs = OutputsOf(tensor);
  const std::size_t number_bytes = tensor.data.size() / (static_cast<std::size_t>(inputs) * static_cast<std::size_t>(outputs));
  out.Resize(outputs, inputs);
  pool.Run(out.panels(), [&](int p, int) {
    const int columns = std::min(kPanel, outputs - p * kPanel);
    std::vector<float> values(static_cast<std::size_t>(columns));
    std::vector<Bf16> rounded(static_cast<std::size_t>(inputs) * kPanel);
    for (int i = 0; i < inputs; ++i) {
      const std::size_t at = static_cast<std::size_t>(i) * static_cast<std::size_t>(outputs) + static_cast<std::size_t>(p) * kPanel;
      Dequantize(tensor.dtype, tensor.data.subspan(at * number_bytes, values.size() * number_bytes), values);
      kernels.to_bf16(values.data(), columns, 1.0f, rounded.data() + static_cast<std::size_t>(i) * kPanel);
    }
    kernels.pack_rows_panel(rounded.data(), kPanel, inputs, columns, out.data.get() + static_cast<std::size_t>(p) * out.panel_stride());
  });
}

}  // namespace

void PackStored(const StoredTensor& tensor, const Kernels& kernels, ThreadPool& pool, PackedMatrix& out) {
  if (tensor.transposed) {
    PackTransposed(tensor, kernels, pool, out);
    return;
  }
  const int inputs = static_cast<int>(tensor.ne[0]), outputs = OutputsOf(tensor);
  const std::size_t row_bytes = tensor.data.size() / static_cast<std::size_t>(outputs);
  const bool as_it_is = tensor.dtype == DType::kBF16 && reinterpret_cast<std::uintptr_t>(tensor.data.data()) % alignof(Bf16) == 0;
  out.Resize(outputs, inputs);
  pool.Run(out.panels(), [&](int p, int) {
    const int rows = std::min(kPanel, outputs - p * kPanel);
    const std::span<const std::byte> data =
        tensor.data.subspan(static_cast<std::size_t>(p) * kPanel * row_bytes, static_cast<std::size_t>(rows) * row_bytes);
    Bf16* panel = out.data.get() + static_cast<std::size_t>(p) * out.panel_stride();
    if (as_it_is) {
      PackColumnsPanel(reinterpret_cast<const Bf16*>(data.data()), static_cast<std::size_t>(inputs), rows, inputs, panel);
      return;
    }
    const auto count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(inputs);
    std::vector<float> values(count);
    std::vector<Bf16> rounded(count);
    Dequantize(tensor.dtype, data, values);
    kernels.to_bf16(values.data(), static_cast<int>(count), 1.0f, rounded.data());
    PackColumnsPanel(rounded.data(), static_cast<std::size_t>(inputs), rows, inputs, panel);
  });
}

Result<std::shared_ptr<const Weights>> LoadWeights(std::shared_ptr<const WeightSource> source, Residency residency,
                                                   const ModelOptions& options, const Kernels& kernels) {
  auto weights = std::make_shared<Weights>();
  weights->shape = source->shape();
  weights->kernels = &kernels;
  PAW_TRY(CheckShape(weights->shape, source->what()));
  PAW_TRY(Loader(std::move(source), *weights, options).Load(residency));
  return std::shared_ptr<const Weights>(std::move(weights));
}

Result<std::shared_ptr<const Weights>> LoadWeights(const std::string& path, Residency residency, const ModelOptions& options,
                                                   const Kernels& kernels) {
  return LoadWeights(PAW_TRY(WeightSource::Open(PosixFs(), path)), residency, options, kernels);
}

namespace {

// One row of the stored embedding, rounded as the packed one is.
void EmbedStored(const Weights& weights, TokenId token, float* h) {
  const StoredTensor& embedding = *weights.stored_embedding;
  const auto width = static_cast<std::size_t>(weights.shape.width);
  const std::size_t row_bytes = embedding.data.size() / static_cast<std::size_t>(weights.shape.vocabulary);
  const std::span<float> row(h, width);
  Dequantize(embedding.dtype, embedding.data.subspan(static_cast<std::size_t>(token) * row_bytes, row_bytes), row);
  for (float& number : row) number = Bf16ToFloat(FloatToBf16(number));
}

}  // namespace

GemmSegment BiasSegment(const PackedMatrix& bias) {
  static constexpr Bf16 kOnes[2] = {0x3f80, 0x3f80};
  return bias.Segment(kOnes, 0);
}

void EmbedToken(const Weights& weights, TokenId token, float* h) {
  if (weights.streamed()) {
    EmbedStored(weights, token, h);
    return;
  }
  if (weights.quant != nullptr) {
    QuantUnpackColumn(weights.quant->embedding, token, h);
    return;
  }
  const PackedMatrix& embedding = weights.embedding;
  const Bf16* column = embedding.panel(token / kPanel) + (token % kPanel) * 2;
  for (int k = 0; k < weights.shape.width; k += 2) {
    h[k] = Bf16ToFloat(column[0]);
    h[k + 1] = Bf16ToFloat(column[1]);
    column += 2 * kPanel;
  }
}

void RopeTable::Reserve(int positions) {
  if (rotation_ == Rotation::kNone || positions <= positions_) return;
  const bool halves = rotation_ == Rotation::kHalves;
  const int half = head_width_ / 2;
  const auto size = static_cast<std::size_t>(positions) * static_cast<std::size_t>(head_width_);
  cosine_.resize(size);
  sine_.resize(size);
  for (int i = 0; i < half; ++i) {
    const double frequency = std::pow(static_cast<double>(base_), -2.0 * i / head_width_);
    for (int position = positions_; position < positions; ++position) {
      const std::size_t at = static_cast<std::size_t>(position) * static_cast<std::size_t>(head_width_);
      const std::size_t first = at + static_cast<std::size_t>(halves ? i : 2 * i);
      const std::size_t second = first + static_cast<std::size_t>(halves ? half : 1);
      const double angle = position * frequency;
      cosine_[first] = cosine_[second] = static_cast<float>(std::cos(angle));
      sine_[second] = static_cast<float>(std::sin(angle));
      sine_[first] = -sine_[second];
    }
  }
  positions_ = positions;
}

}  // namespace paw::native
