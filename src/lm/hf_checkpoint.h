// What transformers calls the parts of a qwen3 or gpt2 checkpoint: config.json as a ModelShape, tensor names as GGUF's.
//
// Thread rule: pure functions and one read. Errors: kRefused for a config.json that is malformed or out of limits.h, kUnimplemented for
// another architecture or a switch that changes the sums (attention_bias, rope scaling, a sliding window, another activation), naming
// key and value.
// Source: transformers, models/{qwen3,gpt2}/configuration_*.py and modeling_*.py; gguf-py, gguf/tensor_mapping.py.
#pragma once

#include <string>
#include <string_view>

#include "fs/fs.h"
#include "lm/shape.h"
#include "paw/status.h"

namespace paw {

// The shape that FOLDER/config.json states. Not proved against the tensors: engines do that as they take them.
Result<ModelShape> ReadHfShape(Fs& fs, const std::string& folder);

// What a tensor of a checkpoint is in GGUF.
struct GgufPlace {
  std::string name;         // empty: none, transformers does without it too
  bool transposed = false;  // stored as (inputs, outputs): the weight of a Conv1D
};

// "model.layers.3.self_attn.q_proj.weight" -> "blk.3.attn_q.weight", "transformer.h.3.mlp.c_fc.weight" -> "blk.3.ffn_up.weight",
// transposed; the leading "model." or "transformer." may be missing. None for the output matrix of a tied shape and for gpt2's stored
// causal masks. kUnimplemented for a name that the shape has no place for.
Result<GgufPlace> GgufPlaceOf(std::string_view name, const ModelShape& shape, std::string_view what);

}  // namespace paw
