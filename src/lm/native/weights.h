// The native engine's weights: every matrix as bf16 panels (kernels/kernels.h), the norms as fp32.
//
// Thread rule: immutable after Load; share const ones. Errors: Load refuses tensors that are absent or of the wrong shape.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "kernels/gemm.h"
#include "lm/lm.h"
#include "lm/shape.h"

namespace paw::native {

struct LayerWeights {
  std::vector<float> attention_norm;                       // (width)
  std::vector<float> feed_norm;                            // (width)
  std::vector<float> query_norm, key_norm;                 // (head_width) of every head, where shape.head_norms(); else empty
  std::array<PackedMatrix, kProjectionCount> projections;  // columns = outputs, k = inputs

  const PackedMatrix& projection(Projection p) const { return projections[static_cast<std::size_t>(p)]; }
};

struct Weights {
  ModelShape shape;
  const Kernels* kernels = nullptr;
  std::vector<LayerWeights> layers;
  PackedMatrix embedding;          // columns = vocabulary, k = width: gathered by column, multiplied as a matrix
  PackedMatrix output;             // the same, when the model does not tie it to the embedding
  std::vector<float> output_norm;  // (width)

  const PackedMatrix& output_matrix() const { return shape.tied_output ? embedding : output; }
};

// `kernels` is the table that every product of the model will use; tests pass the slower ones.
Result<std::shared_ptr<const Weights>> LoadWeights(const std::string& gguf_path, const ModelOptions& options,
                                                   const Kernels& kernels = BestKernels());

// h (width) = the embedding of a token.
void EmbedToken(const Weights& weights, TokenId token, float* h);

// cos and sin of every position, in the form that Kernels::rope or (Rotation::kHalves) rope_halves takes: (positions, head_width) each.
class RopeTable {
 public:
  explicit RopeTable(const ModelShape& shape)
      : head_width_(shape.head_width), halves_(shape.rotation() == Rotation::kHalves), base_(shape.rope_base) {}
  void Reserve(int positions);
  const float* cosine(int position) const {
    return cosine_.data() + static_cast<std::size_t>(position) * static_cast<std::size_t>(head_width_);
  }
  const float* sine(int position) const {
    return sine_.data() + static_cast<std::size_t>(position) * static_cast<std::size_t>(head_width_);
  }

 private:
  int head_width_;
  bool halves_;
  float base_;
  int positions_ = 0;
  std::vector<float> cosine_, sine_;
};

}  // namespace paw::native
