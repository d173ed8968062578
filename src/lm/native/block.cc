#include "lm/native/block.h"

#include <algorithm>

#include "tensor/dtype.h"

namespace paw::native {
namespace {

std::size_t At(int row, int width) { return static_cast<std::size_t>(row) * static_cast<std::size_t>(width); }

}  // namespace

NormStats Block::NormRow(const float* h, const NormWeights& norm, Bf16* x) const {
  const int width = shape_.width;
  if (norm.bias.empty()) return {0.0f, kernels_.rms_norm(h, norm.weight.data(), width, shape_.norm_epsilon, x)};
  return kernels_.layer_norm(h, norm.weight.data(), norm.bias.data(), width, shape_.norm_epsilon, x);
}

NormStats Block::NormRow(const float* h, const NormWeights& norm, float* x) const {
  const int width = shape_.width;
  if (norm.bias.empty()) return {0.0f, kernels_.rms_norm_f32(h, norm.weight.data(), width, shape_.norm_epsilon, x)};
  return kernels_.layer_norm_f32(h, norm.weight.data(), norm.bias.data(), width, shape_.norm_epsilon, x);
}

void Block::Norm(const float* h, const NormWeights& norm, int tokens, Bf16* x, NormStats* stats) {
  const int width = shape_.width;
  pool_.RunRanges(tokens, kRowGrain, [&](int first, int last, int) {
    for (int t = first; t < last; ++t) {
      const NormStats found = NormRow(h + At(t, width), norm, x + At(t, width));
      if (stats != nullptr) stats[t] = found;
    }
  });
}

void Block::NormBackward(const float* dx, const float* h, const NormWeights& norm, const NormStats* stats, int tokens, float* dh) {
  const int width = shape_.width;
  const float* weight = norm.weight.data();
  pool_.RunRanges(tokens, kRowGrain, [&](int first, int last, int) {
    for (int t = first; t < last; ++t) {
      const std::size_t at = At(t, width);
      if (norm.bias.empty()) {
        kernels_.rms_norm_backward(dx + at, h + at, weight, stats[t].rstd, width, dh + at);
      } else {
        kernels_.layer_norm_backward(dx + at, h + at, weight, stats[t], width, dh + at);
      }
    }
  });
}

void Block::AddPositions(std::span<const int> positions, float* h) {
  if (weights_.positions.empty()) return;
  const int width = shape_.width;
  pool_.RunRanges(static_cast<int>(positions.size()), kRowGrain, [&](int first, int last, int) {
    for (int t = first; t < last; ++t) {
      kernels_.add(weights_.positions.data() + At(positions[static_cast<std::size_t>(t)], width), width, h + At(t, width));
    }
  });
}

void Block::Project(const LayerMatrices& matrices, int layer, std::span<const Product> products) {
  const LayerMatrices& biases = weights_.layers[static_cast<std::size_t>(layer)].biases;
  low_rank_.clear();
  jobs_.clear();
  for (const Product& product : products) {
    const int inputs = shape_.InputsOf(product.projection);
    for (const Span& span : product.spans) {
      if (span.count == 0) continue;
      const Bf16* x = product.x + At(span.first, inputs);
      GemmJob job(product.to.At(static_cast<std::size_t>(span.first), 0));
      job.rows = span.count;
      job.columns = shape_.OutputsOf(product.projection);
      job.Add(matrices[static_cast<std::size_t>(product.projection)].Segment(x, static_cast<std::size_t>(inputs)));
      if (shape_.biases()) job.Add(BiasSegment(biases[static_cast<std::size_t>(product.projection)]));
      if (span.lora != nullptr) {
        const PackedPair& pair = span.lora->pair(layer, product.projection);
        if (pair.present) {
          Bf16* u = product.u + static_cast<std::size_t>(span.first) * product.ldu;
          GemmJob low;
          low.rows = span.count;
          low.columns = span.lora->rank;
          low.Add(pair.a.Segment(x, static_cast<std::size_t>(inputs)));
          low.ToBf16(u, product.ldu, span.lora->scale);
          low_rank_.push_back(low);
          job.Add(pair.b.Segment(u, product.ldu));
        }
      }
      jobs_.push_back(job);
    }
  }
  if (!low_rank_.empty()) Gemm(kernels_, pool_, low_rank_);
  Gemm(kernels_, pool_, jobs_);
}

void Block::RotatePairs(const float* in, const RopeTable& rope, std::span<const int> positions, int width, float direction, Bf16* out) {
  pool_.RunRanges(static_cast<int>(positions.size()), kRowGrain, [&](int first, int last, int) {
    for (int t = first; t < last; ++t) {
      const int position = positions[static_cast<std::size_t>(t)];
      kernels_.rope(in + At(t, width), rope.cosine(position), rope.sine(position), width, shape_.head_width, direction, out + At(t, width));
    }
  });
}

// Of the shapes whose heads come through here, llama rotates pairs and has no head norms, qwen3 rotates halves and has them.
void Block::ShapeHeads(float* x, const std::vector<float>& norm, const RopeTable& rope, std::span<const int> positions, int width,
                       HeadActivations* kept, Bf16* out) {
  if (!shape_.head_norms()) {
    RotatePairs(x, rope, positions, width, 1.0f, out);
    return;
  }
  const int tokens = static_cast<int>(positions.size()), head_width = shape_.head_width, heads = width / head_width;
  Bf16* before = kept == nullptr ? nullptr : kept->x.Reserve(At(tokens, width));
  float* rstd = kept == nullptr ? nullptr : kept->rstd.Reserve(At(tokens, heads));
  pool_.RunRanges(tokens, kRowGrain, [&](int first, int last, int) {
    for (int t = first; t < last; ++t) {
      const int position = positions[static_cast<std::size_t>(t)];
      float* row = x + At(t, width);
      if (kept != nullptr) kernels_.to_bf16(row, width, 1.0f, before + At(t, width));
      for (int head = 0; head < heads; ++head) {
        float* at = row + At(head, head_width);
        const float r = kernels_.rms_norm_f32(at, norm.data(), head_width, shape_.norm_epsilon, at);
        if (kept != nullptr) rstd[At(t, heads) + static_cast<std::size_t>(head)] = r;
      }
      kernels_.rope_halves(row, rope.cosine(position), rope.sine(position), width, head_width, 1.0f, row);
      kernels_.to_bf16(row, width, 1.0f, out + At(t, width));
    }
  });
}

void Block::ShapeHeadsBackward(float* d, const std::vector<float>& norm, const RopeTable& rope, std::span<const int> positions, int width,
                               const HeadActivations& kept, Bf16* dx) {
  if (!shape_.head_norms()) {
    RotatePairs(d, rope, positions, width, -1.0f, dx);
    return;
  }
  const int head_width = shape_.head_width, heads = width / head_width;
  pool_.RunRanges(static_cast<int>(positions.size()), kRowGrain, [&](int first, int last, int) {
    std::vector<float> before(static_cast<std::size_t>(width)), sum(before.size());
    for (int t = first; t < last; ++t) {
      const int position = positions[static_cast<std::size_t>(t)];
      float* row = d + At(t, width);
      kernels_.rope_halves(row, rope.cosine(position), rope.sine(position), width, head_width, -1.0f, row);
      std::transform(kept.x.get() + At(t, width), kept.x.get() + At(t + 1, width), before.begin(), Bf16ToFloat);
      std::fill(sum.begin(), sum.end(), 0.0f);
      for (int head = 0; head < heads; ++head) {
        const std::size_t at = At(head, head_width);
        const float rstd = kept.rstd.get()[At(t, heads) + static_cast<std::size_t>(head)];
        kernels_.rms_norm_backward(row + at, before.data() + at, norm.data(), rstd, head_width, sum.data() + at);
      }
      kernels_.to_bf16(sum.data(), width, 1.0f, dx + At(t, width));
    }
  });
}

void Block::ToBf16(const float* in, int tokens, int width, Bf16* out) {
  pool_.RunRanges(tokens, 4 * kRowGrain, [&](int first, int last, int) {
    kernels_.to_bf16(in + At(first, width), (last - first) * width, 1.0f, out + At(first, width));
  });
}

void Block::Activate(const Bf16* gate, const Bf16* up, int tokens, Bf16* act) {
  const int width = shape_.ff_width;
  pool_.RunRanges(tokens, kRowGrain, [&](int first, int last, int) {
    const std::size_t at = At(first, width);
    const int count = (last - first) * width;
    gate == nullptr ? kernels_.gelu(up + at, count, act + at) : kernels_.silu_gate(gate + at, up + at, count, act + at);
  });
}

void Block::ActivateRow(const float* gate, const float* up, float* act) const {
  const int width = shape_.ff_width;
  gate == nullptr ? kernels_.gelu_f32(up, width, act) : kernels_.silu_gate_f32(gate, up, width, act);
}

void Block::ActivateBackward(const Bf16* d_act, const Bf16* gate, const Bf16* up, int tokens, Bf16* d_gate, Bf16* d_up, Bf16* act) {
  const int width = shape_.ff_width;
  pool_.RunRanges(tokens, kRowGrain, [&](int first, int last, int) {
    const std::size_t at = At(first, width);
    const int count = (last - first) * width;
    if (gate == nullptr) {
      kernels_.gelu_backward(d_act + at, up + at, count, d_up + at, act + at);
    } else {
      kernels_.silu_gate_backward(d_act + at, gate + at, up + at, count, d_gate + at, d_up + at, act + at);
    }
  });
}

}  // namespace paw::native
