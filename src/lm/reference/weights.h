// The weights of a llama, qwen3 or gpt2 model as fp32, read once from a WeightSource.
//
// Thread rule: immutable after LoadWeights; share const ones.
// Errors: kRefused when a tensor is absent or of another shape; kUnimplemented for another architecture, or for a tensor that the
// architecture does not have (a bias in llama, rotary factors): leaving it out would give wrong numbers silently.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "lm/reference/norm.h"
#include "lm/shape.h"
#include "lm/weight_source.h"
#include "paw/status.h"

namespace paw::reference {

struct LayerWeights {
  Norm attention_norm;                                           // (width)
  Norm feed_norm;                                                // (width)
  Norm query_norm;                                               // (head_width); empty but in qwen3
  Norm key_norm;                                                 // (head_width); empty but in qwen3
  std::array<std::vector<float>, kProjectionCount> projections;  // (outputs, inputs) each; empty where the shape has none
  std::array<std::vector<float>, kProjectionCount> biases;       // (outputs) each; empty but in gpt2

  const std::vector<float>& projection(Projection p) const { return projections[static_cast<std::size_t>(p)]; }
  const std::vector<float>& bias(Projection p) const { return biases[static_cast<std::size_t>(p)]; }
};

struct Weights {
  ModelShape shape;
  std::vector<float> embedding;      // (vocabulary, width)
  std::vector<float> untied_output;  // (vocabulary, width); empty when the output is the embedding
  std::vector<float> positions;      // (context_max, width); empty but in gpt2
  Norm output_norm;                  // (width)
  std::vector<LayerWeights> layers;  // (layers)

  const std::vector<float>& output() const { return untied_output.empty() ? embedding : untied_output; }
};

Result<Weights> LoadWeights(const WeightSource& source);

}  // namespace paw::reference
