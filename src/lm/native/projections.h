// Projections: the matrix products of a model in one arithmetic, as inference needs them. Internal to this folder.
//
//   bf16       weights as bf16 panels, inputs rounded to bf16; resident or streamed
//   quantised  weights in the blocks of their file, inputs rounded to 8-bit blocks
//
// The rows that a product reads are taken once (q, k and v share them, gate and up too), then projected.
// Thread rule: one thread at a time, one pool. Owner: the weights must outlive it.
#pragma once

#include <memory>
#include <span>

#include "lm/native/block.h"
#include "lm/native/weights.h"

namespace paw::native {

// One adapted projection of all rows taken: `to` says where the first row's result goes.
struct ProjectionOut {
  Projection projection = Projection::kQ;
  GemmOutput to;
};

class Projections {
 public:
  virtual ~Projections() = default;
  // The rows, one of: the norm of h (rows, width); x (rows, width); the feed-forward's activation of gate and up (rows, ff_width), which is
  // silu(gate) * up, or gelu(up) where `gate` is null.
  virtual void TakeNorm(const float* h, const NormWeights& norm, int rows) = 0;
  virtual void Take(const float* x, int rows, int width) = 0;
  virtual void TakeActivation(const float* gate, const float* up, int rows) = 0;
  // Products of the rows taken, all of the same inputs. `spans` cover them.
  virtual void Project(int layer, std::span<const Span> spans, std::span<const ProjectionOut> wanted) = 0;
  // Rows [first, first + rows) of those taken times the output matrix: logits (rows, vocabulary), or (rows, ids) where ids are given. The
  // bits of a logit are the same either way.
  virtual void Logits(int first, int rows, std::span<const TokenId> ids, float* logits) = 0;
};

// Weights with `quant` have the second kind, all others the first.
std::unique_ptr<Projections> MakeBf16Projections(const Weights& weights, Block& block);
std::unique_ptr<Projections> MakeQuantProjections(const Weights& weights, Block& block);

}  // namespace paw::native
