#include "mapper/mapper.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "kernels/buffer.h"
#include "mapper/gelu.h"

namespace paw {
namespace {

constexpr int kPoolColumns = 256;      // of the hidden width, a task
constexpr int kLinearChunk = 128;      // inputs of a panel that are transposed at once: 16 KiB, in a core's first-level cache
constexpr int kLinearPanels = 4;       // a task
constexpr int kMixPanels = 16;         // a task: 2 KiB of each of 64 bases, 128 KiB packed, in a core's second-level cache
constexpr float kNormEpsilon = 1e-5f;  // torch.nn.LayerNorm

Status DoesNotFit(const std::string& found, const std::string& expected) {
  return Refused("mapping an encoding: found " + found + ", expected " + expected);
}

bool AllFinite(std::span<const float> numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](float number) { return std::isfinite(number); });
}

// The first `count` columns of W (rows, ld), rows <= kPanel, as (count, kPanel); columns beyond `rows` are left as they are.
void TransposePanel(const float* w, std::size_t ld, int rows, int count, float* panel) {
  for (int row = 0; row < rows; ++row) {
    const float* from = w + static_cast<std::size_t>(row) * ld;
    for (int i = 0; i < count; ++i) panel[i * kPanel + row] = from[i];
  }
}

// The whole row of a panel in the common case, whose size the compiler then knows (a few vector moves; else it takes slow rep movs).
void CopyRow(const float* from, std::size_t width, float* to) {
  if (width == kPanel) {
    std::memcpy(to, from, kPanel * sizeof(float));
  } else {
    std::memcpy(to, from, width * sizeof(float));
  }
}

// The first `columns` of each row of bases (rows, ld) as (panels, rows, kPanel); the last panel is filled with zeros. Long runs of a row
// at a time: the rows lie a power of two apart, so a processor's caches hold few of them side by side.
void PackBases(const float* from, std::size_t ld, std::size_t rows, std::size_t columns, float* packed) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t c = 0; c < columns; c += kPanel) {
      const std::size_t width = std::min<std::size_t>(kPanel, columns - c);
      float* to = packed + c * rows + row * kPanel;
      CopyRow(from + row * ld + c, width, to);
      std::fill(to + width, to + kPanel, 0.0f);
    }
  }
}

}  // namespace

Result<Mapper> Mapper::Open(std::shared_ptr<const safetensors::Checkpoint> checkpoint, const ModelShape& interpreter, ThreadPool& pool,
                            const Kernels& kernels) {
  return Open(MapperFileOf(std::move(checkpoint)), interpreter, pool, kernels);
}

Result<Mapper> Mapper::Open(MapperFile file, const ModelShape& interpreter, ThreadPool& pool, const Kernels& kernels) {
  return Mapper(PAW_TRY(ReadMapperWeights(std::move(file), interpreter, pool)), interpreter, kernels);
}

Result<LoraWeights> Mapper::Map(const Encoding& encoding, ThreadPool& pool) const {
  const std::vector<float> pooled = PAW_TRY(Pool(encoding, pool));
  const std::vector<float> z = PAW_TRY(Trunk(pooled, pool));
  return Mix(PAW_TRY(Coefficients(z, pool)), pool);
}

Result<std::vector<float>> Mapper::Pool(const Encoding& encoding, ThreadPool& pool) const {
  const MapperShape& shape = weights_.shape;
  if (encoding.layers != shape.layers || encoding.hidden != shape.hidden || encoding.positions < 1) {
    return DoesNotFit("states (" + std::to_string(encoding.layers) + ", " + std::to_string(encoding.positions) + ", " +
                          std::to_string(encoding.hidden) + ")",
                      "(" + std::to_string(shape.layers) + ", 1 or more, " + std::to_string(shape.hidden) + ") of " + weights_.file.what);
  }
  const std::size_t rows = static_cast<std::size_t>(encoding.layers) * static_cast<std::size_t>(encoding.positions);
  const auto hidden = static_cast<std::size_t>(encoding.hidden);
  if (encoding.states.size() != rows * hidden) {
    return DoesNotFit(std::to_string(encoding.states.size()) + " states", std::to_string(rows * hidden));
  }
  std::vector<float> pooled(hidden, 0.0f);
  pool.RunRanges(encoding.hidden, kPoolColumns, [&](int first, int last, int) {
    for (std::size_t row = 0; row < rows; ++row) kernels_->add(&encoding.states[row * hidden] + first, last - first, &pooled[0] + first);
    for (int i = first; i < last; ++i) pooled[static_cast<std::size_t>(i)] /= static_cast<float>(rows);
  });
  if (!AllFinite(pooled)) return DoesNotFit("states whose mean is not finite", "finite ones");
  return pooled;
}

void Mapper::Normalise(std::span<float> x) const {
  const auto count = static_cast<float>(x.size());
  float mean = 0.0f, variance = 0.0f;
  for (const float value : x) mean += value;
  mean /= count;
  for (const float value : x) variance = std::fma(value - mean, value - mean, variance);
  const float rstd = 1.0f / std::sqrt(variance / count + kNormEpsilon);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = std::fma((x[i] - mean) * rstd, weights_.norm_weight.numbers[i], weights_.norm_bias.numbers[i]);
  }
}

// Vectors run over outputs: 32 rows of W are transposed piece by piece, each output goes on from where the piece before ended.
std::vector<float> Mapper::Linear(const MapperLinear& linear, std::span<const float> x, ThreadPool& pool) const {
  const std::span<const float> bias = linear.bias.numbers;
  std::vector<float> y(bias.size());
  const auto inputs = static_cast<int>(x.size());
  const auto outputs = static_cast<int>(bias.size());
  pool.RunRanges(outputs, kLinearPanels * kPanel, [&](int first, int last, int) {
    alignas(64) float panel[kLinearChunk * kPanel] = {};
    for (int output = first; output < last; output += kPanel) {
      const int rows = std::min(kPanel, last - output);
      alignas(64) float sums[kPanel] = {};
      std::copy_n(bias.data() + output, rows, sums);
      const float* w = linear.weight.numbers.data() + static_cast<std::size_t>(output) * x.size();
      for (int input = 0; input < inputs; input += kLinearChunk) {
        const int count = std::min(kLinearChunk, inputs - input);
        TransposePanel(w + input, x.size(), rows, count, panel);
        kernels_->fma_panel(x.data() + input, 1, 1, panel, count, sums);
      }
      std::copy_n(sums, rows, y.data() + output);
    }
  });
  return y;
}

Result<std::vector<float>> Mapper::Trunk(std::span<const float> pooled, ThreadPool& pool) const {
  const MapperShape& shape = weights_.shape;
  if (pooled.size() != static_cast<std::size_t>(shape.hidden)) {
    return DoesNotFit("a pooled vector of " + std::to_string(pooled.size()), std::to_string(shape.hidden));
  }
  std::vector<float> z(pooled.begin(), pooled.end());
  if (shape.input_norm) Normalise(z);
  for (const MapperLinear& layer : weights_.trunk) {
    z = Linear(layer, z, pool);
    for (float& value : z) value = Gelu(value);
  }
  return z;
}

Result<std::vector<float>> Mapper::Coefficients(std::span<const float> z, ThreadPool& pool) const {
  const auto width = static_cast<std::size_t>(weights_.shape.trunk.back());
  if (z.size() != width) return DoesNotFit("a trunk output of " + std::to_string(z.size()), std::to_string(width));
  return Linear(weights_.head, z, pool);
}

Result<std::vector<float>> Mapper::CoefficientsOf(std::span<const float> features, ThreadPool& pool) const {
  if (weights_.shape.bases == 0) return std::vector<float>();
  return Coefficients(PAW_TRY(Trunk(features, pool)), pool);
}

Result<LoraWeights> Mapper::Mix(std::span<const float> coefficients, ThreadPool& pool) const {
  const MapperShape& shape = weights_.shape;
  if (coefficients.size() != shape.coefficients()) {
    return DoesNotFit(std::to_string(coefficients.size()) + " coefficients", std::to_string(shape.coefficients()));
  }
  if (!AllFinite(coefficients)) return DoesNotFit("a coefficient that is not finite", "finite ones");
  const std::span<const MapperModule> modules = MapperModules(interpreter_);
  const auto layers = static_cast<std::size_t>(shape.layers), bases = static_cast<std::size_t>(shape.bases);
  LoraWeights lora;
  lora.rank = shape.rank;
  lora.alpha = shape.alpha;
  lora.layers = shape.layers;
  lora.pairs.resize(layers * kProjectionCount);
  pool.Run(shape.layers * shape.modules, [&](int task, int) {
    const Projection projection = modules[static_cast<std::size_t>(task % shape.modules)].projection;
    LoraPair& pair = lora.pair(task / shape.modules, projection);
    pair.a.resize(static_cast<std::size_t>(shape.rank) * static_cast<std::size_t>(interpreter_.InputsOf(projection)));
    pair.b.resize(static_cast<std::size_t>(shape.rank) * static_cast<std::size_t>(interpreter_.OutputsOf(projection)));
  });
  std::vector<float> factors(bases * layers);  // (bases, layers) of one module's A or B
  for (std::size_t half = 0; half < 2 * modules.size(); ++half) {
    for (std::size_t l = 0; l < layers; ++l) {
      for (std::size_t n = 0; n < bases; ++n) {
        factors[n * layers + l] = coefficients[((l * modules.size() + half / 2) * bases + n) * 2 + half % 2];
      }
    }
    MixBases(factors, half, lora, pool);
  }
  if (shape.row_order == RowOrder::kHf) PermuteRows(lora, pool);
  return lora;
}

// `half`: 2 * module for A, 2 * module + 1 for B. Vectors run over the elements of the matrices; a panel of all bases serves all layers.
void Mapper::MixBases(std::span<const float> factors, std::size_t half, LoraWeights& lora, ThreadPool& pool) const {
  const MapperShape& shape = weights_.shape;
  const Projection projection = MapperModules(interpreter_)[half / 2].projection;
  std::vector<float*> outputs;  // (layers)
  for (int layer = 0; layer < shape.layers; ++layer) {
    LoraPair& pair = lora.pair(layer, projection);
    outputs.push_back(half % 2 == 0 ? pair.a.data() : pair.b.data());
  }
  const LoraPair& any = lora.pair(0, projection);
  const std::size_t elements = half % 2 == 0 ? any.a.size() : any.b.size();
  const auto layers = static_cast<std::size_t>(shape.layers), bases = static_cast<std::size_t>(shape.bases);
  // Bases of their own: one product a layer. Shared ones: one product for all layers.
  const std::size_t sets = shape.layer_bases ? layers : 1, rows = layers / sets;
  const std::span<const float> numbers = bases == 0 ? std::span<const float>() : weights_.bases[half].numbers;
  const float* shared = shape.shared ? weights_.shared[half].numbers.data() : nullptr;  // (layers, elements)
  std::vector<Buffer<float>> scratch(static_cast<std::size_t>(pool.threads()));
  pool.RunRanges(static_cast<int>((elements + kPanel - 1) / kPanel), kMixPanels, [&](int first, int last, int thread) {
    const std::size_t begin = static_cast<std::size_t>(first) * kPanel;
    const std::size_t columns = std::min(elements - begin, static_cast<std::size_t>(last - first) * kPanel);
    const auto panels = static_cast<std::size_t>(last - first);
    float* packed = scratch[static_cast<std::size_t>(thread)].Reserve((panels * bases + layers) * kPanel);  // (panels, bases, kPanel)
    float* sums = packed + panels * bases * kPanel;                                                         // (layers, kPanel)
    for (std::size_t set = 0; set < sets; ++set) {
      if (bases > 0) PackBases(numbers.data() + set * bases * elements + begin, elements, bases, columns, packed);
      for (std::size_t p = 0; p * kPanel < columns; ++p) {
        std::fill_n(sums, rows * kPanel, 0.0f);
        for (std::size_t row = 0; row < rows && shared != nullptr; ++row) {
          const std::size_t at = begin + p * kPanel;
          CopyRow(shared + (set * rows + row) * elements + at, std::min<std::size_t>(kPanel, elements - at), sums + row * kPanel);
        }
        kernels_->fma_panel(factors.data() + set * rows, layers, static_cast<int>(rows), packed + p * bases * kPanel, shape.bases, sums);
        const std::size_t width = std::min<std::size_t>(kPanel, columns - p * kPanel);
        for (std::size_t row = 0; row < rows; ++row) {
          CopyRow(sums + row * kPanel, width, outputs[set * rows + row] + begin + p * kPanel);
        }
      }
    }
  });
}

void Mapper::PermuteRows(LoraWeights& lora, ThreadPool& pool) const {
  pool.Run(2 * lora.layers, [&](int task, int) {
    std::vector<float>& b = lora.pair(task / 2, task % 2 == 0 ? Projection::kQ : Projection::kK).b;
    b = RowsFromHf(b, lora.rank, interpreter_.head_width);
  });
}

}  // namespace paw
