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

// The seven projections that an adapter may change, in the order of a layer's data flow.
enum class Projection : std::uint8_t { kQ = 0, kK, kV, kOutput, kGate, kUp, kDown };
inline constexpr int kProjectionCount = 7;

// The GGUF name of a projection inside its block: "attn_q", "ffn_gate", ...
const char* ProjectionName(Projection projection);

struct ModelShape {
  std::string architecture;      // "llama" (qwen3 and gpt2 come with the paper's compiler)
  std::int32_t layers = 0;       // transformer blocks
  std::int32_t width = 0;        // hidden size of the residual stream
  std::int32_t ff_width = 0;     // hidden size of the gated feed-forward
  std::int32_t heads = 0;        // query heads
  std::int32_t kv_heads = 0;     // key/value heads; heads % kv_heads == 0
  std::int32_t head_width = 0;   // width of one head
  std::int32_t vocabulary = 0;   // rows of the token embedding
  std::int32_t context_max = 0;  // positions the model was trained for
  float rope_base = 10000.0f;    // rotary frequency base; GGUF llama order: pairs (2i, 2i+1) of a head rotate together
  float norm_epsilon = 1e-5f;    // RMSNorm epsilon
  bool tied_output = true;       // the output matrix is the token embedding

  std::int32_t query_width() const { return heads * head_width; }
  std::int32_t kv_width() const { return kv_heads * head_width; }
  // (inputs, outputs) of a projection: W is stored (outputs, inputs).
  std::int32_t InputsOf(Projection p) const;
  std::int32_t OutputsOf(Projection p) const;
};

// Reads and checks the shape of a model GGUF.
Result<ModelShape> ReadModelShape(const gguf::File& file);

}  // namespace paw
