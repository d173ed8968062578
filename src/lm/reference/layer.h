// One transformer block of the llama, qwen3 or gpt2 shape, forward and backward, over the new tokens of one row:
//
//   middle = input + output(attention(norm(input)))      output = middle + feed(norm(middle))      attention.h, feed.h
//
// The keys and values of a row's attention are the past of its sequence followed by the row's own: key index j < past is position j of
// the past, past + i is token i of the row. `visible[i]` lists the key indices that token i may look at (its ancestors and itself).
// Gradients reach the row's own tokens only; the past is a constant.
//
// Thread rule: pure functions. Source of the order of operations: llama.cpp src/models/{llama,qwen3,gpt2}.cpp and transformers
// LlamaDecoderLayer, Qwen3DecoderLayer and GPT2Block.
#pragma once

#include <vector>

#include "lm/lora.h"
#include "lm/reference/math.h"
#include "lm/reference/weights.h"
#include "lm/shape.h"

namespace paw::reference {

// The keys (as attention uses them) and values of one layer: (length, kv_width) each.
struct KeyValues {
  std::vector<float> keys;
  std::vector<float> values;
};

// Where the tokens of a row stand. A chain and a tree look the same from here.
struct RowPlaces {
  int past = 0;                           // positions already in the sequence
  std::vector<int> positions;             // (n)
  std::vector<std::vector<int>> visible;  // (n, keys that it sees), ascending
};

// `parents` as ForwardRow has them; empty = a chain of n tokens.
RowPlaces PlacesOf(int past, int tokens, std::span<const std::int32_t> parents);

// What backward needs of one layer.
struct LayerActivations {
  Matrix input;                                   // (n, width)
  Matrix attention_input;                         // (n, width) normalised
  Matrix plain_queries;                           // (n, query_width) before their norm; empty without one
  Matrix plain_keys;                              // (n, kv_width) before their norm; empty without one
  Matrix queries;                                 // (n, query_width) normalised and rotated where the shape does so
  Matrix keys;                                    // (n, kv_width) the same
  Matrix values;                                  // (n, kv_width)
  std::vector<std::vector<float>> probabilities;  // (n * heads, visible keys)
  Matrix attended;                                // (n, query_width)
  Matrix middle;                                  // (n, width) after attention, before the feed-forward
  Matrix feed_input;                              // (n, width) normalised
  Matrix gate;                                    // (n, ff_width) before SiLU; empty in gpt2
  Matrix up;                                      // (n, ff_width)
  Matrix active;                                  // (n, ff_width) SiLU(gate) * up, or GELU(up)
};

// What one layer is made of for one call. `adapter` and `gradient` may be null.
struct LayerContext {
  const Weights* weights = nullptr;
  int layer = 0;
  const LoraWeights* adapter = nullptr;
  const RowPlaces* places = nullptr;

  const LayerWeights& layer_weights() const { return weights->layers[static_cast<std::size_t>(layer)]; }
  const LoraPair* pair(Projection p) const { return adapter == nullptr ? nullptr : &adapter->pair(layer, p); }
  float scale() const { return adapter == nullptr ? 0.0f : adapter->scale(); }
  // x (n, inputs) -> (n, outputs): a projection of the layer with its bias and its low-rank change.
  Matrix Project(Projection p, const Matrix& x) const;
  // Its backward: adds to d_x (n, inputs), and to the pair's gradient where `gradient` is not null.
  void ProjectBackward(Projection p, const Matrix& x, const Matrix& d_y, LoraWeights* gradient, Matrix& d_x) const;
};

// Returns the block's output (n, width); `past` holds the sequence so far; `activations` is filled (its keys and values are the new ones).
Matrix LayerForward(const LayerContext& context, const Matrix& input, const KeyValues& past, LayerActivations& activations);

// d_output (n, width) -> the gradient of the input (n, width). Adds the gradients of A and B to `gradient` where it is not null.
Matrix LayerBackward(const LayerContext& context, const KeyValues& past, const LayerActivations& activations, const Matrix& d_output,
                     LoraWeights* gradient);

}  // namespace paw::reference
