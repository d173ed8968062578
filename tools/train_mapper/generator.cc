#include "tools/train_mapper/generator.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/buffer.h"
#include "mapper/gelu.h"

namespace paw {
namespace {

constexpr int kBlocksPerTask = 6;        // of the way back; each task has sums of its own for the coefficients
constexpr std::size_t kBlockPanels = 8;  // 1 KiB of a row at a time: the rows lie far apart
constexpr std::size_t kBlockColumns = kBlockPanels * kPanel;
constexpr int kRowsPerTask = 512;

float GeluSlope(float x) {
  const double wide = x;
  const double density = std::exp(-0.5 * wide * wide) * 0.3989422804014327;
  return static_cast<float>(0.5 * std::erfc(-wide * 0.70710678118654752) + wide * density);
}

std::vector<float>& NumbersOf(LoraWeights& lora, const ParameterLayout& layout, std::size_t half, std::size_t layer) {
  LoraPair& pair = lora.pair(static_cast<int>(layer), layout.projection(half));
  return half % 2 == 0 ? pair.a : pair.b;
}

const std::vector<float>& NumbersOf(const LoraWeights& lora, const ParameterLayout& layout, std::size_t half, std::size_t layer) {
  const LoraPair& pair = lora.pair(static_cast<int>(layer), layout.projection(half));
  return half % 2 == 0 ? pair.a : pair.b;
}

void Shape(LoraWeights& lora, const ParameterLayout& layout) {
  lora.rank = layout.rank;
  lora.alpha = layout.alpha;
  lora.layers = layout.interpreter.layers;
  lora.pairs.resize(layout.layers() * kProjectionCount);
  for (std::size_t half = 0; half < layout.halves(); ++half) {
    for (std::size_t l = 0; l < layout.layers(); ++l) NumbersOf(lora, layout, half, l).resize(layout.elements(half));
  }
}

// out[s, o] = bias[o] + sum over i of weight[o, i] x[s, i]
void Linear(ThreadPool& pool, const std::vector<float>& weight, const std::vector<float>& bias, const std::vector<float>& x,
            std::size_t specs, std::size_t inputs, std::vector<float>& out) {
  const std::size_t outputs = bias.size();
  out.resize(specs * outputs);
  pool.RunRanges(static_cast<int>(outputs), kRowsPerTask, [&](int first, int last, int) {
    for (auto o = static_cast<std::size_t>(first); o < static_cast<std::size_t>(last); ++o) {
      const float* row = weight.data() + o * inputs;
      for (std::size_t s = 0; s < specs; ++s) {
        const float* in = x.data() + s * inputs;
        float sums[8] = {};
        std::size_t i = 0;
        for (; i + 8 <= inputs; i += 8) {
          for (std::size_t k = 0; k < 8; ++k) sums[k] += row[i + k] * in[i + k];
        }
        float sum = bias[o];
        for (; i < inputs; ++i) sum += row[i] * in[i];
        for (const float part : sums) sum += part;
        out[s * outputs + o] = sum;
      }
    }
  });
}

// d_weight[o, i] += sum over s of d_out[s, o] x[s, i]; d_bias likewise; d_x[s, i] = sum over o of d_out[s, o] weight[o, i].
void LinearBackward(ThreadPool& pool, const std::vector<float>& weight, const std::vector<float>& x, const std::vector<float>& d_out,
                    std::size_t specs, std::size_t inputs, std::vector<float>& d_weight, std::vector<float>& d_bias,
                    std::vector<float>* d_x) {
  const std::size_t outputs = d_bias.size();
  pool.RunRanges(static_cast<int>(outputs), kRowsPerTask, [&](int first, int last, int) {
    for (auto o = static_cast<std::size_t>(first); o < static_cast<std::size_t>(last); ++o) {
      float* to = d_weight.data() + o * inputs;
      for (std::size_t s = 0; s < specs; ++s) {
        const float d = d_out[s * outputs + o];
        const float* in = x.data() + s * inputs;
        d_bias[o] += d;
        for (std::size_t i = 0; i < inputs; ++i) to[i] += d * in[i];
      }
    }
  });
  if (d_x == nullptr) return;
  d_x->assign(specs * inputs, 0.0f);
  pool.Run(static_cast<int>(specs), [&](int task, int) {
    const auto s = static_cast<std::size_t>(task);
    float* to = d_x->data() + s * inputs;
    for (std::size_t o = 0; o < outputs; ++o) {
      const float d = d_out[s * outputs + o];
      const float* row = weight.data() + o * inputs;
      for (std::size_t i = 0; i < inputs; ++i) to[i] += d * row[i];
    }
  });
}

// `columns` numbers of each row as (panels, rows, kPanel), zeros behind the last column. row(i) points at the first number of row i.
template <class RowAt>
void PackBlock(const RowAt& row, std::size_t rows, std::size_t columns, float* packed) {
  for (std::size_t i = 0; i < rows; ++i) {
    const float* from = row(i);
    for (std::size_t c = 0; c < columns; c += kPanel) {
      float* to = packed + (c * rows + i * kPanel);
      const std::size_t width = std::min<std::size_t>(kPanel, columns - c);
      if (width == kPanel) {
        std::memcpy(to, from + c, kPanel * sizeof(float));
      } else {
        std::fill(std::copy_n(from + c, width, to), to + kPanel, 0.0f);
      }
    }
  }
}

// The reverse.
template <class RowAt>
void UnpackBlock(const float* packed, std::size_t rows, std::size_t columns, const RowAt& row) {
  for (std::size_t i = 0; i < rows; ++i) {
    float* to = row(i);
    for (std::size_t c = 0; c < columns; c += kPanel) {
      const float* from = packed + (c * rows + i * kPanel);
      if (columns - c >= kPanel) {
        std::memcpy(to + c, from, kPanel * sizeof(float));
      } else {
        std::copy_n(from, columns - c, to + c);
      }
    }
  }
}

// (rows, kPanel) -> (kPanel, rows)
void Transpose(const float* in, std::size_t rows, float* out) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t c = 0; c < kPanel; ++c) out[c * rows + row] = in[row * kPanel + c];
  }
}

}  // namespace

void Generator::Forward(const Parameters& parameters, std::span<const float> x, std::size_t specs, std::vector<LoraWeights>& loras) {
  const ParameterLayout& layout = parameters.layout;
  specs_ = parameters.mapped() ? specs : 1;
  loras.resize(specs_);
  for (LoraWeights& lora : loras) Shape(lora, layout);
  if (parameters.mapped()) {
    x_.assign(x.begin(), x.end());
    Linear(pool_, parameters.trunk_weight(), parameters.trunk_bias(), x_, specs, static_cast<std::size_t>(layout.features), a_);
    z_.resize(a_.size());
    std::transform(a_.begin(), a_.end(), z_.begin(), Gelu);
    Linear(pool_, parameters.head_weight(), parameters.head_bias(), z_, specs, static_cast<std::size_t>(layout.width), c_);
  }
  for (std::size_t half = 0; half < layout.halves(); ++half) {
    if (parameters.mapped()) {
      Mix(parameters, half, loras);
      continue;
    }
    const std::size_t elements = layout.elements(half);
    for (std::size_t l = 0; l < layout.layers(); ++l) {
      std::copy_n(parameters.shared(half).data() + l * elements, elements, NumbersOf(loras[0], layout, half, l).data());
    }
  }
}

void Generator::GatherFactors(const ParameterLayout& layout, std::size_t half) {
  const auto bases = static_cast<std::size_t>(layout.bases);
  const std::size_t layers = layout.layers(), modules = layout.halves() / 2, rows = specs_ * layers;
  factors_.resize(bases * rows);
  factors_back_.resize(rows * bases);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t n = 0; n < bases; ++n) {
      const float c = c_[((row * modules + half / 2) * bases + n) * 2 + half % 2];
      factors_[n * rows + row] = c;
      factors_back_[row * bases + n] = c;
    }
  }
}

void Generator::Mix(const Parameters& parameters, std::size_t half, std::vector<LoraWeights>& loras) {
  const ParameterLayout& layout = parameters.layout;
  GatherFactors(layout, half);
  const auto bases = static_cast<std::size_t>(layout.bases);
  const std::size_t elements = layout.elements(half), layers = layout.layers(), rows = specs_ * layers;
  const std::vector<float>& numbers = parameters.bases(half);
  const std::vector<float>& shared = parameters.shared(half);
  std::vector<float*> outputs(rows);
  for (std::size_t row = 0; row < rows; ++row) outputs[row] = NumbersOf(loras[row / layers], layout, half, row % layers).data();
  std::vector<Buffer<float>> scratch(static_cast<std::size_t>(pool_.threads()));
  pool_.RunRanges(static_cast<int>(elements), static_cast<int>(kBlockColumns), [&](int first, int last, int thread) {
    float* packed = scratch[static_cast<std::size_t>(thread)].Reserve((bases + rows) * kBlockColumns);  // (panels, bases, kPanel)
    float* sums = packed + bases * kBlockColumns;                                                       // (panels, rows, kPanel)
    const auto begin = static_cast<std::size_t>(first), columns = static_cast<std::size_t>(last - first);
    PackBlock([&](std::size_t n) { return numbers.data() + n * elements + begin; }, bases, columns, packed);
    PackBlock([&](std::size_t row) { return shared.data() + row % layers * elements + begin; }, rows, columns, sums);
    for (std::size_t c = 0; c < columns; c += kPanel) {
      kernels_.fma_panel(factors_.data(), rows, static_cast<int>(rows), packed + c * bases, layout.bases, sums + c * rows);
    }
    UnpackBlock(sums, rows, columns, [&](std::size_t row) { return outputs[row] + begin; });
  });
}

void Generator::MixBackward(const Parameters& parameters, std::size_t half, std::span<const LoraWeights> gradients, Parameters& to) {
  const ParameterLayout& layout = parameters.layout;
  GatherFactors(layout, half);
  const auto bases = static_cast<std::size_t>(layout.bases);
  const std::size_t elements = layout.elements(half), layers = layout.layers(), modules = layout.halves() / 2, rows = specs_ * layers;
  const std::size_t base_panels = (bases + kPanel - 1) / kPanel;
  const std::vector<float>& numbers = parameters.bases(half);
  float* d_bases = to.bases(half).data();
  float* d_shared = to.shared(half).data();
  std::vector<const float*> from(rows);
  for (std::size_t row = 0; row < rows; ++row) from[row] = NumbersOf(gradients[row / layers], layout, half, row % layers).data();
  const int grain = kBlocksPerTask * static_cast<int>(kBlockColumns);
  const std::size_t tasks = (elements + static_cast<std::size_t>(grain) - 1) / static_cast<std::size_t>(grain),
                    task_size = base_panels * rows * kPanel;
  d_factors_.assign(tasks * task_size, 0.0f);  // (tasks, base panels, rows, kPanel)
  scratch_.resize(static_cast<std::size_t>(pool_.threads()));
  pool_.RunRanges(static_cast<int>(elements), grain, [&](int first, int last, int thread) {
    float* g =
        scratch_[static_cast<std::size_t>(thread)].Reserve((rows + bases) * kBlockColumns + (rows + (base_panels + 1) * kPanel) * kPanel);
    float* packed = g + rows * kBlockColumns;        // (panels, bases, kPanel)
    float* g_back = packed + bases * kBlockColumns;  // (kPanel, rows)
    float* square = g_back + rows * kPanel;          // (kPanel, kPanel): a panel of bases, zeros below the last one
    float* packed_back = square + kPanel * kPanel;   // (base panels, kPanel, kPanel)
    float* d_task = d_factors_.data() + static_cast<std::size_t>(first / grain) * task_size;
    for (auto begin = static_cast<std::size_t>(first); begin < static_cast<std::size_t>(last); begin += kBlockColumns) {
      const std::size_t columns = std::min(kBlockColumns, static_cast<std::size_t>(last) - begin);
      PackBlock([&](std::size_t row) { return from[row] + begin; }, rows, columns, g);
      for (std::size_t row = 0; row < rows; ++row) {
        kernels_.add(from[row] + begin, static_cast<int>(columns), d_shared + row % layers * elements + begin);
      }
      PackBlock([&](std::size_t n) { return d_bases + n * elements + begin; }, bases, columns, packed);
      for (std::size_t c = 0; c < columns; c += kPanel) {
        kernels_.fma_panel(factors_back_.data(), bases, layout.bases, g + c * rows, static_cast<int>(rows), packed + c * bases);
      }
      UnpackBlock(packed, bases, columns, [&](std::size_t n) { return d_bases + n * elements + begin; });
      PackBlock([&](std::size_t n) { return numbers.data() + n * elements + begin; }, bases, columns, packed);
      for (std::size_t c = 0; c < columns; c += kPanel) {
        for (std::size_t b = 0; b < base_panels; ++b) {
          const std::size_t here = std::min<std::size_t>(kPanel, bases - b * kPanel);
          std::fill(std::copy_n(packed + c * bases + b * kPanel * kPanel, here * kPanel, square), square + kPanel * kPanel, 0.0f);
          Transpose(square, kPanel, packed_back + b * kPanel * kPanel);
        }
        Transpose(g + c * rows, rows, g_back);
        for (std::size_t b = 0; b < base_panels; ++b) {
          kernels_.fma_panel(g_back, rows, static_cast<int>(rows), packed_back + b * kPanel * kPanel, kPanel, d_task + b * rows * kPanel);
        }
      }
    }
  });
  pool_.RunRanges(static_cast<int>(rows), kRowsPerTask, [&](int first, int last, int) {
    for (auto row = static_cast<std::size_t>(first); row < static_cast<std::size_t>(last); ++row) {
      for (std::size_t n = 0; n < bases; ++n) {
        float sum = 0;
        for (std::size_t task = 0; task < tasks; ++task) {
          sum += d_factors_[task * task_size + (n / kPanel * rows + row) * kPanel + n % kPanel];
        }
        d_c_[((row * modules + half / 2) * bases + n) * 2 + half % 2] = sum;
      }
    }
  });
}

void Generator::Backward(const Parameters& parameters, std::span<const LoraWeights> gradients, Parameters& to) {
  const ParameterLayout& layout = parameters.layout;
  if (!parameters.mapped()) {
    for (std::size_t half = 0; half < layout.halves(); ++half) {
      const std::size_t elements = layout.elements(half);
      for (std::size_t l = 0; l < layout.layers(); ++l) {
        kernels_.add(NumbersOf(gradients[0], layout, half, l).data(), static_cast<int>(elements), to.shared(half).data() + l * elements);
      }
    }
    return;
  }
  d_c_.resize(c_.size());
  for (std::size_t half = 0; half < layout.halves(); ++half) MixBackward(parameters, half, gradients, to);
  std::vector<float> d_z;
  LinearBackward(pool_, parameters.head_weight(), z_, d_c_, specs_, static_cast<std::size_t>(layout.width), to.head_weight(),
                 to.head_bias(), &d_z);
  for (std::size_t i = 0; i < d_z.size(); ++i) d_z[i] *= GeluSlope(a_[i]);
  LinearBackward(pool_, parameters.trunk_weight(), x_, d_z, specs_, static_cast<std::size_t>(layout.features), to.trunk_weight(),
                 to.trunk_bias(), nullptr);
}

}  // namespace paw
