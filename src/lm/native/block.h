// The parts of a transformer block that inference and training share: norms, adapted projections, rotation, the gated feed-forward.
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

class Block {
 public:
  Block(const Weights& weights, ThreadPool& pool) : weights_(weights), shape_(weights.shape), kernels_(*weights.kernels), pool_(pool) {}

  void Norm(const float* h, const std::vector<float>& weight, int tokens, Bf16* x, float* rstd);
  void Project(int layer, std::span<const Product> products);
  // q, k: fp32 -> rotated bf16.  rows of `width`; positions (tokens). direction -1 rotates back.
  void Rotate(const float* in, const RopeTable& rope, std::span<const int> positions, int width, float direction, Bf16* out);
  void ToBf16(const float* in, int tokens, int width, Bf16* out);
  void Gate(const Bf16* gate, const Bf16* up, int tokens, Bf16* act);

  const Weights& weights() const { return weights_; }
  const ModelShape& shape() const { return shape_; }
  const Kernels& kernels() const { return kernels_; }
  ThreadPool& pool() { return pool_; }

 private:
  const Weights& weights_;
  const ModelShape& shape_;
  const Kernels& kernels_;
  ThreadPool& pool_;
  std::vector<GemmJob> low_rank_, jobs_;
};

// A copy of `to` whose outputs begin `rows` rows further down.
GemmJob Shifted(const GemmJob& to, int rows);

}  // namespace paw::native
