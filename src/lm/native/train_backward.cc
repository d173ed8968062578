// TrainPass, the way back.
#include <algorithm>
#include <array>

#include "lm/native/train_pass.h"

namespace paw::native {
namespace {

std::size_t Size(int rows, int columns) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }

}  // namespace

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

void TrainPass::BackwardInput(int layer, std::span<const BackProduct> products, const GemmOutput& to) {
  std::vector<GemmJob> jobs;
  for (std::size_t i = 0; i < products[0].spans.size(); ++i) {
    const Span& span = products[0].spans[i];
    if (span.count == 0) continue;
    GemmJob job(to.At(static_cast<std::size_t>(span.first), 0));
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
  const bool gated = shape_.HasProjection(Projection::kGate);
  Bf16* d_gate = gated ? d_gate_.Reserve(Size(rows.count, ff_width)) : nullptr;
  Bf16* d_up = d_up_.Reserve(Size(rows.count, ff_width));
  const Bf16* x2 = kept.x2.get();
  std::array<BackProduct, 3> all;
  std::size_t count = 0;
  all[count++] = {Projection::kDown, act, u(Projection::kDown), dy, rows.spans, v(Projection::kDown)};
  if (gated) all[count++] = {Projection::kGate, x2, u(Projection::kGate), d_gate, rows.spans, v(Projection::kGate)};
  all[count++] = {Projection::kUp, x2, u(Projection::kUp), d_up, rows.spans, v(Projection::kUp)};
  const std::span<const BackProduct> products = std::span(all).first(count), down = products.first(1), inner = products.subspan(1);
  BackwardLow(layer, down);
  BackwardInput(layer, down, GemmOutput().ToBf16(d_act, static_cast<std::size_t>(ff_width)));
  block_.ActivateBackward(d_act, gated ? kept.gate.get() : nullptr, kept.up.get(), rows.count, d_gate, d_up, act);
  BackwardLow(layer, inner);
  float* dx = dx_.Reserve(Size(rows.count, width));
  BackwardInput(layer, inner, GemmOutput().ToF32(dx, static_cast<std::size_t>(width)));
  AddGradients(layer, products, gradients);
  const LayerWeights& weights = weights_.forward->layers[static_cast<std::size_t>(layer)];
  block_.NormBackward(dx, kept.middle.get(), weights.feed_norm, kept.feed_stats.get(), rows.count, dh);
}

TrainPass::HeadGradients TrainPass::ReserveHeadGradients(const TrainBatch& batch, bool last) {
  const int all = batch.all.count, query_width = shape_.query_width(), kv_width = shape_.kv_width();
  const auto ldq = static_cast<std::size_t>(query_width), ldkv = static_cast<std::size_t>(kv_width);
  if (!shape_.HasProjection(Projection::kQkv)) {
    return {q32_.Reserve(Size(last ? batch.active.count : all, query_width)), k32_.Reserve(Size(all, kv_width)),
            v32_.Reserve(Size(all, kv_width)), ldq, ldkv};
  }
  const int columns = shape_.OutputsOf(Projection::kQkv);
  const auto ld = static_cast<std::size_t>(columns);
  float* qkv = qkv32_.Reserve(Size(all, columns));
  HeadGradients gradients{qkv, qkv + query_width, qkv + query_width + kv_width, ld, ld};
  if (last) {  // of the active rows alone, to be put among all later
    gradients.q = q32_.Reserve(Size(batch.active.count, query_width));
    gradients.ldq = ldq;
  }
  return gradients;
}

// d_attended_ -> d_heads_: the gradients of what attention read.
void TrainPass::BackwardAttention(const TrainBatch& batch, bool last, const LayerActivations& kept) {
  const AttentionShape shape{shape_.heads / shape_.kv_heads, shape_.head_width};
  const HeadRows& read = kept.heads;
  const HeadGradients& d = d_heads_ = ReserveHeadGradients(batch, last);
  const auto query_width = static_cast<std::size_t>(shape_.query_width());
  const auto heads = static_cast<std::size_t>(shape_.heads), head_width = static_cast<std::size_t>(shape_.head_width);
  const TokenSet& rows = last ? batch.active : batch.all;
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
                                   read.q + first * read.ldq + column,
                                   read.ldq,
                                   std::span(rows.visible).subspan(first, static_cast<std::size_t>(count)),
                                   const_cast<Bf16*>(kept.attended.get()) + at,
                                   query_width,
                                   const_cast<float*>(kept.lse.get()) + first * heads + kv_head * static_cast<std::size_t>(shape.heads),
                                   heads};
    const std::size_t kv_column = kv_head * head_width, own_row = static_cast<std::size_t>(s.first);
    const std::size_t own = own_row * read.ldkv + kv_column, d_own = own_row * d.ldkv + kv_column;
    AttentionKeys keys{read.k + own, read.v + own, nullptr, nullptr, read.ldkv, s.prefix_count, s.count};
    AttentionGradient gradient{d_attended_.get() + at,
                               query_width,
                               d.q + first * d.ldq + column,
                               d.ldq,
                               d.k + d_own,
                               d.v + d_own,
                               d.ldkv,
                               s.prefix_count,
                               nullptr,
                               nullptr};
    if (s.prefix >= 0) {
      const std::size_t prefix =
          static_cast<std::size_t>(batch.sequences[static_cast<std::size_t>(s.prefix)].first) * read.ldkv + kv_column;
      keys.k_prefix = read.k + prefix;
      keys.v_prefix = read.v + prefix;
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
        const std::size_t to = static_cast<std::size_t>(prefix_first + j) * d.ldkv + kv_head * head_width;
        block_.kernels().add(dk_partial + from, shape_.head_width, d.k + to);
        block_.kernels().add(dv_partial + from, shape_.head_width, d.v + to);
      }
    }
  });
}

void TrainPass::BackwardHeads(const TrainBatch& batch, int layer, bool need_input, const LayerActivations& kept, const BackProduct& output,
                              std::span<LoraWeights* const> gradients) {
  const bool last = IsLast(layer);
  const TokenSet& all = batch.all;
  const TokenSet& rows = last ? batch.active : batch.all;
  const int width = shape_.width, query_width = shape_.query_width(), kv_width = shape_.kv_width();
  const auto ld = static_cast<std::size_t>(width);
  const auto u = [&](Projection p) { return kept.u[static_cast<std::size_t>(p)].get(); };
  const auto v = [&](Projection p) { return v_[static_cast<std::size_t>(p)].Reserve(Size(all.count, ldu_)); };
  Bf16* dq = dq_.Reserve(Size(rows.count, query_width));
  Bf16* dk = dk_.Reserve(Size(all.count, kv_width));
  Bf16* dv = dv_.Reserve(Size(all.count, kv_width));
  const LayerWeights& weights = weights_.forward->layers[static_cast<std::size_t>(layer)];
  block_.ShapeHeadsBackward(d_heads_.q, weights.query_norm, rope_, rows.positions, query_width, kept.q_heads, dq);
  block_.ShapeHeadsBackward(d_heads_.k, weights.key_norm, rope_, all.positions, kv_width, kept.k_heads, dk);
  block_.ToBf16(d_heads_.v, all.count, kv_width, dv);
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
    BackwardInput(layer, {products, 3}, GemmOutput().ToF32(dx, ld));
    return;
  }
  float* dx_active = dx_active_.Reserve(Size(rows.count, width));
  BackwardInput(layer, {products, 1}, GemmOutput().ToF32(dx_active, ld));
  BackwardInput(layer, {products + 1, 2}, GemmOutput().ToF32(dx, ld));
  for (std::size_t i = 0; i < batch.active_tokens.size(); ++i) {
    block_.kernels().add(dx_active + i * ld, width, dx + Size(batch.active_tokens[i], width));
  }
}

void TrainPass::BackwardHeadsInOne(const TrainBatch& batch, int layer, bool need_input, const LayerActivations& kept,
                                   const BackProduct& output, std::span<LoraWeights* const> gradients) {
  constexpr auto kQkv = static_cast<std::size_t>(Projection::kQkv);
  const int all = batch.all.count, columns = shape_.OutputsOf(Projection::kQkv), query_width = shape_.query_width();
  if (IsLast(layer)) {  // a query that nothing read has no gradient
    for (int t = 0; t < all; ++t) std::fill_n(qkv32_.get() + Size(t, columns), query_width, 0.0f);
    for (std::size_t i = 0; i < batch.active_tokens.size(); ++i) {
      std::copy_n(d_heads_.q + i * d_heads_.ldq, query_width, qkv32_.get() + Size(batch.active_tokens[i], columns));
    }
  }
  Bf16* dqkv = dqkv_.Reserve(Size(all, columns));
  block_.ToBf16(qkv32_.get(), all, columns, dqkv);
  const BackProduct products[2] = {
      {Projection::kQkv, kept.x1.get(), kept.u[kQkv].get(), dqkv, batch.all.spans, v_[kQkv].Reserve(Size(all, ldu_))}, output};
  BackwardLow(layer, {products, 1});
  AddGradients(layer, products, gradients);
  if (!need_input) return;
  BackwardInput(layer, {products, 1}, GemmOutput().ToF32(dx_.Reserve(Size(all, shape_.width)), static_cast<std::size_t>(shape_.width)));
}

void TrainPass::BackwardLayer(const TrainBatch& batch, int layer, bool need_input, const float* h, const LayerActivations& kept,
                              std::span<LoraWeights* const> gradients) {
  const bool last = IsLast(layer);
  const TokenSet& all = batch.all;
  const TokenSet& rows = last ? batch.active : batch.all;
  const int width = shape_.width, query_width = shape_.query_width();
  const auto ld = [](int columns) { return static_cast<std::size_t>(columns); };
  constexpr auto kOutput = static_cast<std::size_t>(Projection::kOutput);
  BackwardFeed(layer, rows, kept, gradients);

  float* dh = (last ? dh_active_ : dh_).get();
  Bf16* dy = dy_.Reserve(Size(rows.count, width));
  block_.ToBf16(dh, rows.count, width, dy);
  const BackProduct output{
      Projection::kOutput, kept.attended.get(), kept.u[kOutput].get(), dy, rows.spans, v_[kOutput].Reserve(Size(all.count, ldu_))};
  BackwardLow(layer, {&output, 1});
  BackwardInput(layer, {&output, 1}, GemmOutput().ToBf16(d_attended_.Reserve(Size(rows.count, query_width)), ld(query_width)));

  BackwardAttention(batch, last, kept);
  if (shape_.HasProjection(Projection::kQkv)) {
    BackwardHeadsInOne(batch, layer, need_input, kept, output, gradients);
  } else {
    BackwardHeads(batch, layer, need_input, kept, output, gradients);
  }
  if (!need_input) return;
  if (last) {
    dh = dh_.Reserve(Size(all.count, width));
    std::fill_n(dh, Size(all.count, width), 0.0f);
    for (std::size_t i = 0; i < batch.active_tokens.size(); ++i) {
      std::copy_n(dh_active_.get() + i * ld(width), width, dh + Size(batch.active_tokens[i], width));
    }
  }
  const LayerWeights& weights = weights_.forward->layers[static_cast<std::size_t>(layer)];
  block_.NormBackward(dx_.get(), h, weights.attention_norm, kept.attention_stats.get(), all.count, dh);
}

}  // namespace paw::native
