// What transformers calls the parts of a qwen3 checkpoint: config.json as a ModelShape, tensor names as GGUF's.
//
// Thread rule: pure functions and one read. Errors: kRefused for a config.json that is malformed or out of limits.h, kUnimplemented for
// another architecture or a switch that changes the sums (attention_bias, rope scaling, a sliding window), naming key and value.
// Source: transformers, models/qwen3/configuration_qwen3.py and modeling_qwen3.py; gguf-py, gguf/tensor_mapping.py.
#pragma once

#include <string>
#include <string_view>

#include "fs/fs.h"
#include "lm/shape.h"
#include "paw/status.h"

namespace paw {

// The shape that FOLDER/config.json states. Not proved against the tensors: engines do that as they take them.
Result<ModelShape> ReadHfShape(Fs& fs, const std::string& folder);

// "model.layers.3.self_attn.q_proj.weight" -> "blk.3.attn_q.weight"; the leading "model." may be missing. Empty for the output matrix
// of a tied shape, which transformers ignores too. kUnimplemented for a name that the shape has no place for.
Result<std::string> GgufNameOf(std::string_view name, const ModelShape& shape, std::string_view what);

}  // namespace paw
