// The parts of a transformer block that inference and training share: norms, adapted projections, heads, activations, positions.
//
// All tokens of a call lie behind one another in row-major matrices (tokens, columns). Spans say which tokens use which adapter.
// Thread rule: one call at a time a pool.
#pragma once

#include <span>
#include <vector>

#include "lm/native/packed_lora.h"
#include "lm/native/quant_lora.h"
#include "lm/native/weights.h"

namespace paw::native {

inline constexpr int kRowGrain = 16;  // rows of one task of the row loops

// Tokens [first, first + count) under one adapter (null: none).
struct Span {
  int first = 0;
  int count = 0;
  const PackedLora* lora = nullptr;  // of bf16 weights
  const QuantLora* quant = nullptr;  // of quantised ones

  bool SameAdapter(const Span& other) const { return lora == other.lora && quant == other.quant; }
};

// One adapted projection of all tokens: `to` says where token 0's result goes.
struct Product {
  Projection projection = Projection::kQ;
  const Bf16* x = nullptr;  // (tokens, inputs)
  Bf16* u = nullptr;        // (tokens, ldu): written, the low-rank half's middle; may be null when no span has an adapter
  std::size_t ldu = 0;      // at least every span's rank
  std::span<const Span> spans;
  GemmOutput to;
};

// The queries, keys and values that attention reads: matrices of their own, or columns of one that holds all three (gpt2).
struct HeadRows {
  const Bf16* q = nullptr;
  const Bf16* k = nullptr;
  const Bf16* v = nullptr;
  std::size_t ldq = 0;   // elements between rows of q
  std::size_t ldkv = 0;  // of k and of v

  // The columns of qkv (tokens, query_width + 2 kv_width).
  static HeadRows InOne(const ModelShape& shape, const Bf16* qkv) {
    const auto ld = static_cast<std::size_t>(shape.OutputsOf(Projection::kQkv));
    return {qkv, qkv + shape.query_width(), qkv + shape.query_width() + shape.kv_width(), ld, ld};
  }
};

// What the norms of query or key heads need on the way back; empty for a shape without them.
struct HeadActivations {
  Buffer<Bf16> x;      // (tokens, heads * head_width) before the norm
  Buffer<float> rstd;  // (tokens, heads)
};

class Block {
 public:
  Block(const Weights& weights, ThreadPool& pool) : weights_(weights), shape_(weights.shape), kernels_(*weights.kernels), pool_(pool) {}

  // RMSNorm or LayerNorm of rows h (tokens, width) -> x; `stats` (tokens) may be null.
  void Norm(const float* h, const NormWeights& norm, int tokens, Bf16* x, NormStats* stats);
  NormStats NormRow(const float* h, const NormWeights& norm, Bf16* x) const;
  NormStats NormRow(const float* h, const NormWeights& norm, float* x) const;
  // dh (tokens, width) += what arrives of dx (tokens, width) through the norm.
  void NormBackward(const float* dx, const float* h, const NormWeights& norm, const NormStats* stats, int tokens, float* dh);
  // h (positions, width) += the learned vectors of the positions; nothing for a shape that rotates.
  void AddPositions(std::span<const int> positions, float* h);
  // `matrices`: those of `layer`, which names the biases and the adapters' pairs.
  void Project(const LayerMatrices& matrices, int layer, std::span<const Product> products);
  // From a projection to what attention reads, for queries or keys: x (positions, width) -> out, every head through its RMSNorm where
  // the shape has one (`norm`: its weights), then rotated. x is overwritten; `kept` may be null.
  void ShapeHeads(float* x, const std::vector<float>& norm, const RopeTable& rope, std::span<const int> positions, int width,
                  HeadActivations* kept, Bf16* out);
  // The way back: the gradient of ShapeHeads' out, d (positions, width), overwritten -> the gradient of its x.
  void ShapeHeadsBackward(float* d, const std::vector<float>& norm, const RopeTable& rope, std::span<const int> positions, int width,
                          const HeadActivations& kept, Bf16* dx);
  void ToBf16(const float* in, int tokens, int width, Bf16* out);
  // The feed-forward's activation, all (tokens, ff_width): silu(gate) * up, or gelu(up) where `gate` is null.
  void Activate(const Bf16* gate, const Bf16* up, int tokens, Bf16* act);
  // One row of it in fp32.
  void ActivateRow(const float* gate, const float* up, float* act) const;
  // The way back; writes the activation again. Without a gate d_gate is not touched.
  void ActivateBackward(const Bf16* d_act, const Bf16* gate, const Bf16* up, int tokens, Bf16* d_gate, Bf16* d_up, Bf16* act);

  const Weights& weights() const { return weights_; }
  const ModelShape& shape() const { return shape_; }
  const Kernels& kernels() const { return kernels_; }
  ThreadPool& pool() { return pool_; }

 private:
  // direction -1 rotates back.
  void RotatePairs(const float* in, const RopeTable& rope, std::span<const int> positions, int width, float direction, Bf16* out);

  const Weights& weights_;
  const ModelShape& shape_;
  const Kernels& kernels_;
  ThreadPool& pool_;
  std::vector<GemmJob> low_rank_, jobs_;
};

}  // namespace paw::native
