// TrainPass: forward with kept activations and backward of one chunk of a training batch, through the layers from the lowest adapted one.
//
// A layer, forward:   x1 = norm(h)  q,k,v = heads(project(x1))  h' = h + o(attend(q,k,v))  x2 = norm(h')  h = h' + down(activate(x2))
// Backward runs the same lines from the last to the first. Inputs of products are bf16, sums and the residual stream fp32.
// In the last layer only the active rows (targets) go past the keys and values.
//
// Every reduction over tokens (LoRA gradients, gradients of a prefix's keys) runs in the order of the batch, in one thread an output.
// Thread rule: one call at a time. Memory is kept between calls. Source of the low-rank algebra: packed_lora.h.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "kernels/attention.h"
#include "lm/native/block.h"
#include "lm/native/loss.h"
#include "lm/native/train_batch.h"
#include "lm/native/train_weights.h"

namespace paw::native {

// What backward needs of a layer; shapes are (tokens or active rows, columns).
struct LayerActivations {
  Buffer<float> middle, out;                      // h after attention; h after the layer
  Buffer<NormStats> attention_stats, feed_stats;  // of the two norms
  Buffer<float> lse;                              // (rows, heads) of the softmax
  HeadRows heads;                                 // what attention read, in the buffers below
  Buffer<Bf16> x1, q, k, v, qkv, attended, x2, gate, up;
  HeadActivations q_heads, k_heads;
  Buffer<float> active_in;  // last layer: h and x1 of the active rows
  Buffer<Bf16> active_x1;
  std::array<Buffer<Bf16>, kProjectionCount> u;  // the middle of each low-rank half
};

class TrainPass {
 public:
  TrainPass(const TrainWeights& weights, Block& block);

  // Layers [0, last) without adapters, keeping nothing: h (tokens, width) in place.
  void RunFrozen(const TrainBatch& batch, int last, float* h);

  // Layers [first, layers) on h (tokens, width), the loss, and the gradients of every adapter. The spans of `batch` hold the adapters;
  // gradients[i] belongs to span i.
  void ForwardBackward(const TrainBatch& batch, int first, const float* h, float loss_scale, std::span<LoraWeights* const> gradients,
                       TrainLoss& loss);

 private:
  // One adapted projection on the way back.
  struct BackProduct {
    Projection projection = Projection::kQ;
    const Bf16* x = nullptr;   // (rows, inputs) the projection's input
    const Bf16* u = nullptr;   // (rows, ldu)
    const Bf16* dy = nullptr;  // (rows, outputs)
    std::span<const Span> spans;
    Bf16* v = nullptr;  // (rows, ldu) = scale * dy B
  };

  struct ThreadScratch {
    AttentionScratch attention;
    Buffer<Bf16> panel;
    Buffer<float> tile;
  };
  // One pair's half: gradient += left^T right, summed over tokens.
  struct GradientTerm {
    const Bf16* left = nullptr;       // (tokens, ldu)
    Bf16* left_transposed = nullptr;  // (rank, tokens rounded up to even)
    int rank = 0;
    float* gradient = nullptr;  // (rank, columns), or (columns, rank) where by_columns
    bool by_columns = false;
  };
  // A right side and the terms that read it: x1 serves q, k and v.
  struct GradientMatrix {
    const Bf16* right = nullptr;  // (tokens, columns)
    int tokens = 0;
    int columns = 0;
    int first_task = 0;
    std::vector<GradientTerm> terms;
  };

  // Where attention's backward puts the gradients of what it read: rows as HeadRows has them.
  struct HeadGradients {
    float* q = nullptr;
    float* k = nullptr;
    float* v = nullptr;
    std::size_t ldq = 0;
    std::size_t ldkv = 0;
  };

  void ForwardLayer(const TrainBatch& batch, int layer, const float* h, LayerActivations& kept);
  // kept.x1 -> kept.heads: through three projections, or through one (gpt2).
  void ForwardHeads(const TrainBatch& batch, int layer, LayerActivations& kept);
  void ForwardHeadsInOne(const TrainBatch& batch, int layer, LayerActivations& kept);
  void Attend(const TrainBatch& batch, bool last, LayerActivations& kept);
  void ForwardFeed(int layer, const TokenSet& rows, LayerActivations& kept);
  void BackwardLayer(const TrainBatch& batch, int layer, bool need_input, const float* h, const LayerActivations& kept,
                     std::span<LoraWeights* const> gradients);
  void BackwardFeed(int layer, const TokenSet& rows, const LayerActivations& kept, std::span<LoraWeights* const> gradients);
  HeadGradients ReserveHeadGradients(const TrainBatch& batch, bool last);
  void BackwardAttention(const TrainBatch& batch, bool last, const LayerActivations& kept);
  // From d_heads_ to the gradients of A and B of the heads' projections and of `output`, and to dx_ (tokens, width), that of x1, where it is
  // needed.
  void BackwardHeads(const TrainBatch& batch, int layer, bool need_input, const LayerActivations& kept, const BackProduct& output,
                     std::span<LoraWeights* const> gradients);
  void BackwardHeadsInOne(const TrainBatch& batch, int layer, bool need_input, const LayerActivations& kept, const BackProduct& output,
                          std::span<LoraWeights* const> gradients);
  void BackwardLow(int layer, std::span<const BackProduct> products);
  // to (+)= sum over products of dy W + v A; all products have the same rows.
  void BackwardInput(int layer, std::span<const BackProduct> products, const GemmOutput& to);
  void AddGradients(int layer, std::span<const BackProduct> products, std::span<LoraWeights* const> gradients);
  void AddTerm(const Bf16* right, int tokens, int columns, const GradientTerm& term);
  void TransposeLefts();
  void RunGradientTask(const GradientMatrix& matrix, int panel, ThreadScratch& scratch);
  void RunLoss(const TrainBatch& batch, float loss_scale, TrainLoss& loss);

  bool IsLast(int layer) const { return layer + 1 == shape_.layers; }
  std::size_t Ldu() const { return static_cast<std::size_t>(ldu_); }

  const TrainWeights& weights_;
  Block& block_;
  const ModelShape& shape_;
  LossHead loss_head_;
  RopeTable rope_;
  int ldu_ = 2;

  std::vector<LayerActivations> kept_;
  std::vector<ThreadScratch> scratch_;
  Buffer<float> q32_, k32_, v32_, qkv32_;  // before rotation; on the way back the gradients
  HeadGradients d_heads_;                  // in these
  Buffer<Bf16> act_, final_x_;
  Buffer<NormStats> final_stats_;
  Buffer<float> dh_, dh_active_, dx_, dx_active_;
  Buffer<Bf16> dy_, d_act_, d_gate_, d_up_, d_attended_, dq_, dk_, dv_, dqkv_;
  Buffer<float> dk_partial_, dv_partial_;  // (kv_heads, partial tokens, head_width)
  std::array<Buffer<Bf16>, kProjectionCount> v_;
  std::vector<Buffer<Bf16>> transposed_;
  std::vector<GradientMatrix> gradient_matrices_;
};

}  // namespace paw::native
