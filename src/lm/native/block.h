// The parts of a transformer block that inference and training share: norms, adapted projections, heads, the gated feed-forward.
//
// All tokens of a call lie behind one another in row-major matrices (tokens, columns). Spans say which tokens use which adapter.
// Thread rule: one call at a time a pool.
#pragma once

#include <span>
#include <vector>

#include "lm/native/packed_lora.h"
#include "lm/native/weights.h"

namespace paw::native {

// Tokens [first, first + count) under one adapter (null: none).
struct Span {
  int first = 0;
  int count = 0;
  const PackedLora* lora = nullptr;
};

// One adapted projection of all tokens: `to` says where token 0's result goes.
struct Product {
  Projection projection = Projection::kQ;
  const Bf16* x = nullptr;  // (tokens, inputs)
  Bf16* u = nullptr;        // (tokens, ldu): written, the low-rank half's middle; may be null when no span has an adapter
  std::size_t ldu = 0;      // at least every span's rank
  std::span<const Span> spans;
  GemmJob to;  // without segments
};

// What the norms of query or key heads need on the way back; empty for a shape without them.
struct HeadActivations {
  Buffer<Bf16> x;      // (tokens, heads * head_width) before the norm
  Buffer<float> rstd;  // (tokens, heads)
};

class Block {
 public:
  Block(const Weights& weights, ThreadPool& pool) : weights_(weights), shape_(weights.shape), kernels_(*weights.kernels), pool_(pool) {}

  void Norm(const float* h, const std::vector<float>& weight, int tokens, Bf16* x, float* rstd);
  // `matrices`: those of `layer`, which names the adapters' pairs.
  void Project(const LayerMatrices& matrices, int layer, std::span<const Product> products);
  // From a projection to what attention reads, for queries or keys: x (positions, width) -> out, every head through its RMSNorm where
  // the shape has one (`norm`: its weights), then rotated. x is overwritten; `kept` may be null.
  void ShapeHeads(float* x, const std::vector<float>& norm, const RopeTable& rope, std::span<const int> positions, int width,
                  HeadActivations* kept, Bf16* out);
  // The way back: the gradient of ShapeHeads' out, d (positions, width), overwritten -> the gradient of its x.
  void ShapeHeadsBackward(float* d, const std::vector<float>& norm, const RopeTable& rope, std::span<const int> positions, int width,
                          const HeadActivations& kept, Bf16* dx);
  void ToBf16(const float* in, int tokens, int width, Bf16* out);
  void Gate(const Bf16* gate, const Bf16* up, int tokens, Bf16* act);

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

// A copy of `to` whose outputs begin `rows` rows further down.
GemmJob Shifted(const GemmJob& to, int rows);

}  // namespace paw::native
