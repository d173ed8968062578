// The native engine's weights: every matrix as bf16 panels (kernels/kernels.h), norms and learned positions as fp32.
// A bias is a matrix too: two bf16 numbers an output, whose sum is the bias to 16 bits, so that it joins the chain of its product.
//
// Resident: all of them, packed once. Streamed: the matrices of the layers stay in the mapped file and are packed when a pass reaches
// them (layer_reader.h), token embeddings are read one by one, and there is no output matrix: hidden states only.
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
#include "lm/weight_source.h"

namespace paw::native {

enum class Residency : std::uint8_t { kResident, kStreamed };

using LayerMatrices = std::array<PackedMatrix, kProjectionCount>;  // columns = outputs, k = inputs; empty where the shape has none

struct NormWeights {
  std::vector<float> weight;  // (width)
  std::vector<float> bias;    // (width) LayerNorm; empty: RMSNorm
};

struct LayerWeights {
  NormWeights attention_norm, feed_norm;
  std::vector<float> query_norm, key_norm;                        // (head_width) of every head, where shape.head_norms(); else empty
  LayerMatrices projections;                                      // empty when streamed
  LayerMatrices biases;                                           // k = 2: multiplied by ones (BiasSegment); empty without biases
  std::array<const StoredTensor*, kProjectionCount> stored = {};  // when streamed: where they lie; null where the shape has none
};

struct Weights {
  ModelShape shape;
  const Kernels* kernels = nullptr;
  std::vector<LayerWeights> layers;
  PackedMatrix embedding;        // columns = vocabulary, k = width: gathered by column, multiplied as a matrix; empty when streamed
  PackedMatrix output;           // the same, when the model does not tie it to the embedding
  std::vector<float> positions;  // (context_max, width) learned ones; empty for a shape that rotates
  NormWeights output_norm;
  std::shared_ptr<const WeightSource> source;      // when streamed, else null
  const StoredTensor* stored_embedding = nullptr;  // when streamed: (vocabulary, width)

  bool streamed() const { return source != nullptr; }
  const PackedMatrix& output_matrix() const { return shape.tied_output ? embedding : output; }
};

// `kernels` is the table that every product of the model will use; tests pass the slower ones.
Result<std::shared_ptr<const Weights>> LoadWeights(const std::string& path, Residency residency, const ModelOptions& options,
                                                   const Kernels& kernels = BestKernels());

// A stored matrix as panels, its numbers rounded to bf16.
void PackStored(const StoredTensor& tensor, const Kernels& kernels, ThreadPool& pool, PackedMatrix& out);

// A projection's bias as one more product of its chain: the same for every row.
GemmSegment BiasSegment(const PackedMatrix& bias);

// h (width) = the embedding of a token.
void EmbedToken(const Weights& weights, TokenId token, float* h);

// cos and sin of every position, in the form that Kernels::rope or (Rotation::kHalves) rope_halves takes: (positions, head_width) each.
class RopeTable {
 public:
  explicit RopeTable(const ModelShape& shape) : head_width_(shape.head_width), rotation_(shape.rotation()), base_(shape.rope_base) {}
  void Reserve(int positions);  // nothing for a shape without rotation
  const float* cosine(int position) const {
    return cosine_.data() + static_cast<std::size_t>(position) * static_cast<std::size_t>(head_width_);
  }
  const float* sine(int position) const {
    return sine_.data() + static_cast<std::size_t>(position) * static_cast<std::size_t>(head_width_);
  }

 private:
  int head_width_;
  Rotation rotation_;
  float base_;
  int positions_ = 0;
  std::vector<float> cosine_, sine_;
};

}  // namespace paw::native
