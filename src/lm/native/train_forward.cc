// TrainPass, the way forward.
#include <algorithm>
#include <array>
#include <cstring>

#include "lm/native/train_pass.h"

namespace paw::native {
namespace {

std::size_t Size(int rows, int columns) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }

// The first `width` numbers of these rows of `in`, which lie ld apart.
template <typename T>
void GatherRows(const T* in, std::size_t ld, std::span<const int> rows, int width, T* out) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::memcpy(out + i * static_cast<std::size_t>(width), in + static_cast<std::size_t>(rows[i]) * ld,
                static_cast<std::size_t>(width) * sizeof(T));
  }
}

int WidestRank(std::span<const Span> spans) {
  int rank = 2;
  for (const Span& span : spans) rank = std::max(rank, span.lora == nullptr ? 0 : span.lora->rank);
  return rank;
}

}  // namespace

TrainPass::TrainPass(const TrainWeights& weights, Block& block)
    : weights_(weights), block_(block), shape_(weights.forward->shape), loss_head_(weights, block), rope_(shape_) {
  kept_.resize(static_cast<std::size_t>(shape_.layers));
  scratch_.resize(static_cast<std::size_t>(block.pool().threads()));
}

void TrainPass::Attend(const TrainBatch& batch, bool last, LayerActivations& kept) {
  const AttentionShape shape{shape_.heads / shape_.kv_heads, shape_.head_width};
  const auto query_width = static_cast<std::size_t>(shape_.query_width());
  const auto heads = static_cast<std::size_t>(shape_.heads);
  const HeadRows& read = kept.heads;
  const TokenSet& rows = last ? batch.active : batch.all;
  block_.pool().Run(static_cast<int>(batch.sequences.size()) * shape_.kv_heads, [&](int task, int thread) {
    const TrainSequence& s = batch.sequences[static_cast<std::size_t>(task / shape_.kv_heads)];
    const auto kv_head = static_cast<std::size_t>(task % shape_.kv_heads);
    const auto first = static_cast<std::size_t>(last ? s.active_first : s.first);
    const int count = last ? s.active_count : s.count;
    if (count == 0) return;
    const std::size_t column = kv_head * static_cast<std::size_t>(shape.heads * shape.head_width);
    AttentionQueries queries{count,
                             read.q + first * read.ldq + column,
                             read.ldq,
                             std::span(rows.visible).subspan(first, static_cast<std::size_t>(count)),
                             kept.attended.get() + first * query_width + column,
                             query_width,
                             kept.lse.get() + first * heads + kv_head * static_cast<std::size_t>(shape.heads),
                             heads};
    const std::size_t kv_column = kv_head * static_cast<std::size_t>(shape.head_width);
    const std::size_t own = static_cast<std::size_t>(s.first) * read.ldkv + kv_column;
    AttentionKeys keys{read.k + own, read.v + own, nullptr, nullptr, read.ldkv, s.prefix_count, s.count};
    if (s.prefix >= 0) {
      const std::size_t prefix =
          static_cast<std::size_t>(batch.sequences[static_cast<std::size_t>(s.prefix)].first) * read.ldkv + kv_column;
      keys.k_prefix = read.k + prefix;
      keys.v_prefix = read.v + prefix;
    }
    AttendForward(block_.kernels(), shape, queries, keys, scratch_[static_cast<std::size_t>(thread)].attention);
  });
}

void TrainPass::ForwardHeads(const TrainBatch& batch, int layer, LayerActivations& kept) {
  const bool last = IsLast(layer);
  const LayerWeights& weights = weights_.forward->layers[static_cast<std::size_t>(layer)];
  const TokenSet& all = batch.all;
  const TokenSet& rows = last ? batch.active : batch.all;
  const int width = shape_.width, query_width = shape_.query_width(), kv_width = shape_.kv_width();
  const auto ldq = static_cast<std::size_t>(query_width), ldkv = static_cast<std::size_t>(kv_width);
  const auto u = [&](Projection p) { return kept.u[static_cast<std::size_t>(p)].get(); };
  const Bf16* x1 = kept.x1.get();
  const Bf16* x1_rows = x1;
  if (last) {
    GatherRows(x1, static_cast<std::size_t>(width), batch.active_tokens, width, kept.active_x1.Reserve(Size(rows.count, width)));
    x1_rows = kept.active_x1.get();
  }
  float* q32 = q32_.Reserve(Size(rows.count, query_width));
  float* k32 = k32_.Reserve(Size(all.count, kv_width));
  Bf16* v = kept.v.Reserve(Size(all.count, kv_width));
  const Product products[3] = {{Projection::kQ, x1_rows, u(Projection::kQ), Ldu(), rows.spans, GemmOutput().ToF32(q32, ldq)},
                               {Projection::kK, x1, u(Projection::kK), Ldu(), all.spans, GemmOutput().ToF32(k32, ldkv)},
                               {Projection::kV, x1, u(Projection::kV), Ldu(), all.spans, GemmOutput().ToBf16(v, ldkv)}};
  block_.Project(weights.projections, layer, products);
  Bf16* q = kept.q.Reserve(Size(rows.count, query_width));
  Bf16* k = kept.k.Reserve(Size(all.count, kv_width));
  block_.ShapeHeads(q32, weights.query_norm, rope_, rows.positions, query_width, &kept.q_heads, q);
  block_.ShapeHeads(k32, weights.key_norm, rope_, all.positions, kv_width, &kept.k_heads, k);
  kept.heads = {q, k, v, ldq, ldkv};
}

// Every token's query is computed, in the last layer too, where only those of the active rows are read.
void TrainPass::ForwardHeadsInOne(const TrainBatch& batch, int layer, LayerActivations& kept) {
  const LayerWeights& weights = weights_.forward->layers[static_cast<std::size_t>(layer)];
  const int columns = shape_.OutputsOf(Projection::kQkv), query_width = shape_.query_width();
  const auto ld = static_cast<std::size_t>(columns);
  Bf16* u = kept.u[static_cast<std::size_t>(Projection::kQkv)].get();
  Bf16* qkv = kept.qkv.Reserve(Size(batch.all.count, columns));
  const Product product{Projection::kQkv, kept.x1.get(), u, Ldu(), batch.all.spans, GemmOutput().ToBf16(qkv, ld)};
  block_.Project(weights.projections, layer, {&product, 1});
  kept.heads = HeadRows::InOne(shape_, qkv);
  if (!IsLast(layer)) return;
  Bf16* q = kept.q.Reserve(Size(batch.active.count, query_width));
  GatherRows(kept.heads.q, ld, batch.active_tokens, query_width, q);
  kept.heads.q = q;
  kept.heads.ldq = static_cast<std::size_t>(query_width);
}

// From kept.middle to kept.out.
void TrainPass::ForwardFeed(int layer, const TokenSet& rows, LayerActivations& kept) {
  const LayerWeights& weights = weights_.forward->layers[static_cast<std::size_t>(layer)];
  const int width = shape_.width, ff_width = shape_.ff_width;
  const auto ld = static_cast<std::size_t>(width), ld_ff = static_cast<std::size_t>(ff_width);
  const auto u = [&](Projection p) { return kept.u[static_cast<std::size_t>(p)].get(); };
  const float* middle = kept.middle.get();
  Bf16* x2 = kept.x2.Reserve(Size(rows.count, width));
  block_.Norm(middle, weights.feed_norm, rows.count, x2, kept.feed_stats.Reserve(Size(rows.count, 1)));
  Bf16* gate = shape_.HasProjection(Projection::kGate) ? kept.gate.Reserve(Size(rows.count, ff_width)) : nullptr;
  Bf16* up = kept.up.Reserve(Size(rows.count, ff_width));
  std::array<Product, 2> inner;
  std::size_t count = 0;
  if (gate != nullptr) inner[count++] = {Projection::kGate, x2, u(Projection::kGate), Ldu(), rows.spans, GemmOutput().ToBf16(gate, ld_ff)};
  inner[count++] = {Projection::kUp, x2, u(Projection::kUp), Ldu(), rows.spans, GemmOutput().ToBf16(up, ld_ff)};
  block_.Project(weights.projections, layer, std::span(inner).first(count));
  Bf16* act = act_.Reserve(Size(rows.count, ff_width));
  block_.Activate(gate, up, rows.count, act);
  float* out = kept.out.Reserve(Size(rows.count, width));
  const Product down{Projection::kDown, act, u(Projection::kDown), Ldu(), rows.spans, GemmOutput().ToResidual(middle, out, ld)};
  block_.Project(weights.projections, layer, {&down, 1});
}

void TrainPass::ForwardLayer(const TrainBatch& batch, int layer, const float* h, LayerActivations& kept) {
  const bool last = IsLast(layer);
  const LayerWeights& weights = weights_.forward->layers[static_cast<std::size_t>(layer)];
  const TokenSet& all = batch.all;
  const TokenSet& rows = last ? batch.active : batch.all;
  const int width = shape_.width;
  const auto ld = static_cast<std::size_t>(width);
  for (auto& u : kept.u) u.Reserve(Size(all.count, ldu_));

  Bf16* x1 = kept.x1.Reserve(Size(all.count, width));
  block_.Norm(h, weights.attention_norm, all.count, x1, kept.attention_stats.Reserve(Size(all.count, 1)));
  shape_.HasProjection(Projection::kQkv) ? ForwardHeadsInOne(batch, layer, kept) : ForwardHeads(batch, layer, kept);

  kept.attended.Reserve(Size(rows.count, shape_.query_width()));
  kept.lse.Reserve(Size(rows.count, shape_.heads));
  Attend(batch, last, kept);
  const float* h_rows = h;
  if (last) {
    GatherRows(h, ld, batch.active_tokens, width, kept.active_in.Reserve(Size(rows.count, width)));
    h_rows = kept.active_in.get();
  }
  float* middle = kept.middle.Reserve(Size(rows.count, width));
  Bf16* u = kept.u[static_cast<std::size_t>(Projection::kOutput)].get();
  const Product output{Projection::kOutput, kept.attended.get(), u, Ldu(), rows.spans, GemmOutput().ToResidual(h_rows, middle, ld)};
  block_.Project(weights.projections, layer, {&output, 1});
  ForwardFeed(layer, rows, kept);
}

void TrainPass::RunFrozen(const TrainBatch& batch, int last, float* h) {
  rope_.Reserve(batch.position_max);
  ldu_ = WidestRank(batch.all.spans);
  for (int layer = 0; layer < last; ++layer) {
    ForwardLayer(batch, layer, h, kept_[0]);
    std::memcpy(h, kept_[0].out.get(), Size(batch.all.count, shape_.width) * sizeof(float));
  }
}

void TrainPass::RunLoss(const TrainBatch& batch, float loss_scale, TrainLoss& loss) {
  const int rows = batch.active.count, width = shape_.width;
  const float* h = kept_.back().out.get();
  block_.Norm(h, weights_.forward->output_norm, rows, final_x_.Reserve(Size(rows, width)), final_stats_.Reserve(Size(rows, 1)));
  float* dx = dx_.Reserve(Size(rows, width));
  loss_head_.ForwardBackward(final_x_.get(), rows, batch.targets, loss_scale, dx, loss);
  float* dh = dh_active_.Reserve(Size(rows, width));
  std::fill_n(dh, Size(rows, width), 0.0f);
  block_.NormBackward(dx, h, weights_.forward->output_norm, final_stats_.get(), rows, dh);
}

void TrainPass::ForwardBackward(const TrainBatch& batch, int first, const float* h, float loss_scale,
                                std::span<LoraWeights* const> gradients, TrainLoss& loss) {
  loss.tokens += batch.all.count;
  if (batch.active.count == 0) return;  // no target, no gradient
  rope_.Reserve(batch.position_max);
  ldu_ = WidestRank(batch.all.spans);
  const auto input_of = [&](int layer) { return layer == first ? h : kept_[static_cast<std::size_t>(layer - 1)].out.get(); };
  for (int layer = first; layer < shape_.layers; ++layer) {
    ForwardLayer(batch, layer, input_of(layer), kept_[static_cast<std::size_t>(layer)]);
  }
  RunLoss(batch, loss_scale, loss);
  for (int layer = shape_.layers - 1; layer >= first; --layer) {
    BackwardLayer(batch, layer, layer > first, input_of(layer), kept_[static_cast<std::size_t>(layer)], gradients);
  }
}

}  // namespace paw::native
