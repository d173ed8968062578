// The weights of a llama-shaped model as fp32, read once from a GGUF.
//
// Thread rule: immutable after LoadWeights; share const ones.
// Errors: kRefused when a tensor is absent or of another shape; kUnimplemented for another architecture, or for a tensor that the
// llama shape does not have (a bias, rotary factors): leaving it out would give wrong numbers silently.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "gguf/gguf.h"
#include "lm/shape.h"
#include "paw/status.h"

namespace paw::reference {

struct LayerWeights {
  std::vector<float> attention_norm;                             // (width)
  std::vector<float> feed_norm;                                  // (width)
  std::array<std::vector<float>, kProjectionCount> projections;  // (outputs, inputs) each

  const std::vector<float>& projection(Projection p) const { return projections[static_cast<std::size_t>(p)]; }
};

struct Weights {
  ModelShape shape;
  std::vector<float> embedding;      // (vocabulary, width)
  std::vector<float> untied_output;  // (vocabulary, width); empty when the output is the embedding
  std::vector<float> output_norm;    // (width)
  std::vector<LayerWeights> layers;  // (layers)

  const std::vector<float>& output() const { return untied_output.empty() ? embedding : untied_output; }
};

Result<Weights> LoadWeights(const gguf::File& file);

}  // namespace paw::reference
