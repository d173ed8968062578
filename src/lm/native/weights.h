// The native engine's weights: norms and learned positions as fp32, the matrices in one of two forms.
//   quant   all of them in the blocks of their file (kernels/quant.h), where the file has blocks that QuantTile multiplies
//   else    all of them as bf16 panels (kernels/kernels.h). A bias is a matrix too then: two bf16 numbers an output, whose sum is the
//           bias to 16 bits, so that it joins the chain of its product
//
// Resident: all of them, packed once. Streamed (bf16): the matrices of the layers stay in the mapped file and are packed when a pass reaches
// them (layer_reader.h), token embeddings are read one by one, and there is no output matrix: hidden states only.
//
// Thread rule: immutable after Load; share const ones. Errors: Load refuses tensors that are absent or of the wrong shape.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "kernels/gemm.h"
#include "kernels/quant.h"
#include "lm/lm.h"
#include "lm/native/panel_store.h"
#include "lm/shape.h"
#include "lm/weight_source.h"

namespace paw::native {

enum class Residency : std::uint8_t {
  kResident,      // as quantised blocks where the file has them all so
  kResidentBf16,  // as bf16 panels, whatever the file has: for training
  kStreamed,
};

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

struct QuantLayer {
  std::array<QuantMatrix, kProjectionCount> projections;    // empty where the shape has none
  std::array<std::vector<float>, kProjectionCount> biases;  // (whole panels of outputs); empty without biases
};

struct QuantWeights {
  std::vector<QuantLayer> layers;
  std::unique_ptr<const PanelStore> panels;  // of all matrices
  QuantMatrix embedding;                     // columns = vocabulary, k = width: gathered by column, multiplied as a matrix
  QuantMatrix output;                        // the same, when the model does not tie it to the embedding

  const QuantMatrix& output_matrix() const { return output.empty() ? embedding : output; }
};

struct Weights {
  ModelShape shape;
  const Kernels* kernels = nullptr;
  std::vector<LayerWeights> layers;
  PackedMatrix embedding;        // columns = vocabulary, k = width: gathered by column, multiplied as a matrix; empty when streamed
  PackedMatrix output;           // the same, when the model does not tie it to the embedding
  std::vector<float> positions;  // (context_max, width) learned ones; empty for a shape that rotates
  NormWeights output_norm;
  std::unique_ptr<const QuantWeights> quant;       // then the bf16 matrices are empty
  std::shared_ptr<const WeightSource> source;      // where they came from
  const StoredTensor* stored_embedding = nullptr;  // when streamed: (vocabulary, width)

  bool streamed() const { return stored_embedding != nullptr; }
  const PackedMatrix& output_matrix() const { return shape.tied_output ? embedding : output; }
};

// `kernels` is the table that every product of the model will use; tests pass the slower ones.
Result<std::shared_ptr<const Weights>> LoadWeights(const std::string& path, Residency residency, const ModelOptions& options,
                                                   const Kernels& kernels = BestKernels());
// The same from a file that is open already.
Result<std::shared_ptr<const Weights>> LoadWeights(std::shared_ptr<const WeightSource> source, Residency residency,
                                                   const ModelOptions& options, const Kernels& kernels);

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
