// TrainPass, the way back.
#include <algorithm>
#include <cstring>

#include "lm/native/train_pass.h"

namespace paw::native {
namespace {

constexpr int kRowGrain = 16;

std::size_t Size(int rows, int columns) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }

}  // namespace

void TrainPass::NormBackward(const float* dx, const float* h, const std::vector<float>& weight, const float* rstd, int rows, float* dh) {
  const int width = shape_.width;
  block_.pool().RunRanges(rows, kRowGrain, [&](int first, int last, int) {
    for (int t = first; t < last; ++t) {
      block_.kernels().rms_norm_backward(dx + Size(t, width), h + Size(t, width), weight.data(), rstd[t], width, dh + Size(t, width));
    }
  });
}

void TrainPass::BackwardLow(int layer, std::span<const BackProduct> products) {
  std::vector<GemmJob> jobs;
  for (const BackProduct& product : products) {
    const auto outputs = static_cast<std::size_t>(shape_.OutputsOf(product.projection));
    for (const Span& span : product.spans) {
      if (span.count == 0 || span.lora == nullptr || !span.lora->pair(layer, product.projection).present) continue;
      const PackedPair& pair = span.lora->pair(layer, product.projection);
      GemmJob job;
      job.rows = span.count;
      job.columns = span.lora->rank;
      job.Add(pair.b_back.Segment(product.dy + static_cast<std::size_t>(span.first) * outputs, outputs));
      job.ToBf16(product.v + static_cast<std::size_t>(span.first) * Ldu(), Ldu(), span.lora->scale);
      jobs.push_back(job);
    }
  }
  if (!jobs.empty()) Gemm(block_.kernels(), block_.pool(), jobs);
}

void TrainPass::BackwardInput(int layer, std::span<const BackProduct> products, const GemmJob& to) {
  std::vector<GemmJob> jobs;
  for (std::size_t i = 0; i < products[0].spans.size(); ++i) {
    const Span& span = products[0].spans[i];
    if (span.count == 0) continue;
    GemmJob job = Shifted(to, span.first);
    job.rows = span.count;
    job.columns = shape_.InputsOf(products[0].projection);
    for (const BackProduct& product : products) {
      const auto outputs = static_cast<std::size_t>(shape_.OutputsOf(product.projection));
      job.Add(weights_.projection_back(layer, product.projection)
                  .Segment(product.dy + static_cast<std::size_t>(span.first) * outputs, outputs));
    }
    for (const BackProduct& product : products) {
      if (span.lora == nullptr || !span.lora->pair(layer, product.projection).present) continue;
      job.Add(span.lora->pair(layer, product.projection).a_back.Segment(product.v + static_cast<std::size_t>(span.first) * Ldu(), Ldu()));
    }
    jobs.push_back(job);
  }
  Gemm(block_.kernels(), block_.pool(), jobs);
}

// dh_active_ or dh_: from the gradient of the layer's output to that of its middle.
void TrainPass::BackwardFeed(int layer, const TokenSet& rows, const LayerActivations& kept, std::span<LoraWeights* const> gradients) {
  const int width = shape_.width, ff_width = shape_.ff_width;
  float* dh = (IsLast(layer) ? dh_active_ : dh_).get();
  Bf16* dy = dy_.Reserve(Size(rows.count, width));
  block_.ToBf16(dh, rows.count, width, dy);
  const auto u = [&](Projection p) { return kept.u[static_cast<std::size_t>(p)].get(); };
  const auto v = [&](Projection p) { return v_[static_cast<std::size_t>(p)].Reserve(Size(rows.count, ldu_)); };
  Bf16* act = act_.Reserve(Size(rows.count, ff_width));
  Bf16* d_act = d_act_.Reserve(Size(rows.count, ff_width));
  Bf16* d_gate = d_gate_.Reserve(Size(rows.count, ff_width));
  Bf16* d_up = d_up_.Reserve(Size(rows.count, ff_width));
  const BackProduct products[3] = {{Projection::kDown, act, u(Projection::kDown), dy, rows.spans, v(Projection::kDown)},
                                   {Projection::kGate, kept.x2.get(), u(Projection::kGate), d_gate, rows.spans, v(Projection::kGate)},
                                   {Projection::kUp, kept.x2.get(), u(Projection::kUp), d_up, rows.spans, v(Projection::kUp)}};
  BackwardLow(layer, {products, 1});
  BackwardInput(layer, {products, 1}, GemmJob().ToBf16(d_act, static_cast<std::size_t>(ff_width)));
  block_.pool().RunRanges(rows.count, kRowGrain, [&](int first, int last, int) {
    const std::size_t at = Size(first, ff_width);
    block_.kernels().silu_gate_backward(d_act + at, kept.gate.get() + at, kept.up.get() + at, (last - first) * ff_width, d_gate + at,
                                        d_up + at, act + at);
  });
  BackwardLow(layer, {products + 1, 2});
  float* dx = dx_.Reserve(Size(rows.count, width));
  BackwardInput(layer, {products + 1, 2}, GemmJob().ToF32(dx, static_cast<std::size_t>(width)));
  AddGradients(layer, products, gradients);
  const LayerWeights& weights = weights_.forward->layers[static_cast<std::size_t>(layer)];
  NormBackward(dx, kept.middle.get(), weights.feed_norm, kept.feed_rstd.get(), rows.count, dh);
}

// d_attended_ -> q32_, k32_, v32_: the gradients of the rotated queries and keys and of the values.
void TrainPass::BackwardAttention(const TrainBatch& batch, bool last, const LayerActivations& kept) {
  const AttentionShape shape{shape_.heads / shape_.kv_heads, shape_.head_width};
  const auto query_width = static_cast<std::size_t>(shape_.query_width()), kv_width = static_cast<std::size_t>(shape_.kv_width());
  const auto heads = static_cast<std::size_t>(shape_.heads), head_width = static_cast<std::size_t>(shape_.head_width);
  const TokenSet& rows = last ? batch.active : batch.all;
  float* dq = q32_.Reserve(Size(rows.count, shape_.query_width()));
  float* dk = k32_.Reserve(Size(batch.all.count, shape_.kv_width()));
  float* dv = v32_.Reserve(Size(batch.all.count, shape_.kv_width()));
  const std::size_t partial_size = batch.partial_tokens * head_width;  // of one head
  float* dk_partial = dk_partial_.Reserve(partial_size * static_cast<std::size_t>(shape_.kv_heads));
  float* dv_partial = dv_partial_.Reserve(partial_size * static_cast<std::size_t>(shape_.kv_heads));
  block_.pool().Run(static_cast<int>(batch.sequences.size()) * shape_.kv_heads, [&](int task, int thread) {
    const TrainSequence& s = batch.sequences[static_cast<std::size_t>(task / shape_.kv_heads)];
    const auto kv_head = static_cast<std::size_t>(task % shape_.kv_heads);
    const auto first = static_cast<std::size_t>(last ? s.active_first : s.first);
    const int count = last ? s.active_count : s.count;
    const std::size_t column = kv_head * static_cast<std::size_t>(shape.heads) * head_width, at = first * query_width + column;
    const AttentionQueries queries{count,
                                   kept.q.get() + at,
                                   query_width,
                                   std::span(rows.visible).subspan(first, static_cast<std::size_t>(count)),
                                   const_cast<Bf16*>(kept.attended.get()) + at,
                                   query_width,
                                   const_cast<float*>(kept.lse.get()) + first * heads + kv_head * static_cast<std::size_t>(shape.heads),
                                   heads};
    const std::size_t own = static_cast<std::size_t>(s.first) * kv_width + kv_head * head_width;
    AttentionKeys keys{kept.k.get() + own, kept.v.get() + own, nullptr, nullptr, kv_width, s.prefix_count, s.count};
    AttentionGradient gradient{d_attended_.get() + at, query_width, dq + at, query_width, dk + own, dv + own, kv_width,
                               s.prefix_count,         nullptr,     nullptr};
    if (s.prefix >= 0) {
      const std::size_t prefix =
          static_cast<std::size_t>(batch.sequences[static_cast<std::size_t>(s.prefix)].first) * kv_width + kv_head * head_width;
      keys.k_prefix = kept.k.get() + prefix;
      keys.v_prefix = kept.v.get() + prefix;
      gradient.dk_prefix = dk_partial + kv_head * partial_size + s.partial_first * head_width;
      gradient.dv_prefix = dv_partial + kv_head * partial_size + s.partial_first * head_width;
    }
    AttendBackward(block_.kernels(), shape, queries, keys, gradient, scratch_[static_cast<std::size_t>(thread)].attention);
  });
  // The rows' shares of their prefix's gradient, in the order of the rows.
  block_.pool().Run(shape_.kv_heads, [&](int task, int) {
    const auto kv_head = static_cast<std::size_t>(task);
    for (const TrainSequence& s : batch.sequences) {
      if (s.prefix < 0) continue;
      const int prefix_first = batch.sequences[static_cast<std::size_t>(s.prefix)].first;
      for (int j = 0; j < s.prefix_count; ++j) {
        const std::size_t from = kv_head * partial_size + (s.partial_first + static_cast<std::size_t>(j)) * head_width;
        const std::size_t to = static_cast<std::size_t>(prefix_first + j) * kv_width + kv_head * head_width;
        block_.kernels().add(dk_partial + from, shape_.head_width, dk + to);
        block_.kernels().add(dv_partial + from, shape_.head_width, dv + to);
      }
    }
  });
}

void TrainPass::BackwardLayer(const TrainBatch& batch, int layer, bool need_input, const float* h, const LayerActivations& kept,
                              std::span<LoraWeights* const> gradients) {
  const bool last = IsLast(layer);
  const TokenSet& all = batch.all;
  const TokenSet& rows = last ? batch.active : batch.all;
  const int width = shape_.width, query_width = shape_.query_width(), kv_width = shape_.kv_width();
  const auto ld = [](int columns) { return static_cast<std::size_t>(columns); };
  const auto u = [&](Projection p) { return kept.u[static_cast<std::size_t>(p)].get(); };
  const auto v = [&](Projection p) { return v_[static_cast<std::size_t>(p)].Reserve(Size(all.count, ldu_)); };
  BackwardFeed(layer, rows, kept, gradients);

  float* dh = (last ? dh_active_ : dh_).get();
  Bf16* dy = dy_.Reserve(Size(rows.count, width));
  block_.ToBf16(dh, rows.count, width, dy);
  const BackProduct output{Projection::kOutput, kept.attended.get(), u(Projection::kOutput), dy, rows.spans, v(Projection::kOutput)};
  BackwardLow(layer, {&output, 1});
  BackwardInput(layer, {&output, 1}, GemmJob().ToBf16(d_attended_.Reserve(Size(rows.count, query_width)), ld(query_width)));

  BackwardAttention(batch, last, kept);
  Bf16* dq = dq_.Reserve(Size(rows.count, query_width));
  Bf16* dk = dk_.Reserve(Size(all.count, kv_width));
  Bf16* dv = dv_.Reserve(Size(all.count, kv_width));
  const LayerWeights& weights = weights_.forward->layers[static_cast<std::size_t>(layer)];
  block_.ShapeHeadsBackward(q32_.get(), weights.query_norm, rope_, rows.positions, query_width, kept.q_heads, dq);
  block_.ShapeHeadsBackward(k32_.get(), weights.key_norm, rope_, all.positions, kv_width, kept.k_heads, dk);
  block_.ToBf16(v32_.get(), all.count, kv_width, dv);
  const Bf16* x1_rows = last ? kept.active_x1.get() : kept.x1.get();
  const BackProduct products[4] = {{Projection::kQ, x1_rows, u(Projection::kQ), dq, rows.spans, v(Projection::kQ)},
                                   {Projection::kK, kept.x1.get(), u(Projection::kK), dk, all.spans, v(Projection::kK)},
                                   {Projection::kV, kept.x1.get(), u(Projection::kV), dv, all.spans, v(Projection::kV)},
                                   output};
  BackwardLow(layer, {products, 3});
  AddGradients(layer, products, gradients);
  if (!need_input) return;

  float* dx = dx_.Reserve(Size(all.count, width));
  if (!last) {
    BackwardInput(layer, {products, 3}, GemmJob().ToF32(dx, ld(width)));
  } else {
    float* dx_active = dx_active_.Reserve(Size(rows.count, width));
    BackwardInput(layer, {products, 1}, GemmJob().ToF32(dx_active, ld(width)));
    BackwardInput(layer, {products + 1, 2}, GemmJob().ToF32(dx, ld(width)));
    float* dh_all = dh_.Reserve(Size(all.count, width));
    std::fill_n(dh_all, Size(all.count, width), 0.0f);
    for (std::size_t i = 0; i < batch.active_tokens.size(); ++i) {
      const std::size_t token = Size(batch.active_tokens[i], width);
      block_.kernels().add(dx_active + i * ld(width), width, dx + token);
      std::memcpy(dh_all + token, dh_active_.get() + i * ld(width), ld(width) * sizeof(float));
    }
    dh = dh_all;
  }
  NormBackward(dx, h, weights.attention_norm, kept.attention_rstd.get(), all.count, dh);
}

}  // namespace paw::native
