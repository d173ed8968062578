// ModelShape: the numbers that fix a decoder-only transformer, read once from a GGUF and shared by every engine.
//
// Thread rule: a plain value. Errors: ReadModelShape refuses a GGUF whose keys are absent, of the wrong type or out of limits.h.
#pragma once

#include <cstdint>
#include <string>

#include "paw/status.h"

namespace paw {

namespace gguf {
class File;
}

using TokenId = std::int32_t;

// The projections that an adapter may change. llama and qwen3 have the first seven, in the order of a layer's data flow; gpt2 has
// kQkv (query, key and value in one), kOutput, kUp and kDown.
enum class Projection : std::uint8_t { kQ = 0, kK, kV, kOutput, kGate, kUp, kDown, kQkv };
inline constexpr int kProjectionCount = 8;

// The GGUF name of a projection inside its block: "attn_q", "ffn_gate", "attn_qkv", ...
const char* ProjectionName(Projection projection);

// Which pairs of a head's numbers rotate together: (2i, 2i+1) as llama's GGUF files store them, (i, i + half) as qwen3's; gpt2 has
// learned positions in place of rotation.
enum class Rotation : std::uint8_t { kPairs, kHalves, kNone };

struct ModelShape {
  std::string architecture;      // "llama", "qwen3", "gpt2"; an engine says which it computes
  std::int32_t layers = 0;       // transformer blocks
  std::int32_t width = 0;        // hidden size of the residual stream
  std::int32_t ff_width = 0;     // hidden size of the feed-forward
  std::int32_t heads = 0;        // query heads
  std::int32_t kv_heads = 0;     // key/value heads; heads % kv_heads == 0
  std::int32_t head_width = 0;   // width of one head
  std::int32_t vocabulary = 0;   // rows of the token embedding
  std::int32_t context_max = 0;  // positions the model was trained for
  float rope_base = 10000.0f;    // rotary frequency base
  float norm_epsilon = 1e-5f;    // RMSNorm (gpt2: LayerNorm) epsilon
  bool tied_output = true;       // the output matrix is the token embedding

  std::int32_t query_width() const { return heads * head_width; }
  std::int32_t kv_width() const { return kv_heads * head_width; }
  // What tells the architectures apart.
  Rotation rotation() const;
  bool head_norms() const { return architecture == "qwen3"; }  // RMSNorm of every query and key head before rotation
  bool biases() const { return architecture == "gpt2"; }       // LayerNorm with bias, biases on all projections, GELU, no gate
  bool HasProjection(Projection p) const;
  // (inputs, outputs) of a projection: W is stored (outputs, inputs). 0 for one that the architecture lacks.
  std::int32_t InputsOf(Projection p) const;
  std::int32_t OutputsOf(Projection p) const;
};

// Reads and checks the shape of a model GGUF.
Result<ModelShape> ReadModelShape(const gguf::File& file);

}  // namespace paw
