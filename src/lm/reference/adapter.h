// Reads a LoRA adapter GGUF (llama.cpp's layout) into LoraWeights.
//
// general.type "adapter", adapter.type "lora", general.architecture as the base, adapter.lora.alpha a positive float, and pairs
// blk.N.<projection>.weight.lora_a, ne {inputs, rank}, and .lora_b, ne {rank, outputs}, in any known dtype. One rank for all pairs.
// Thread rule: a pure function. Errors: kRefused for anything else: a half pair, an unknown name, a wrong shape, a number not finite.
// Source: llama.cpp src/llama-adapter.cpp and convert_lora_to_gguf.py.
#pragma once

#include "gguf/gguf.h"
#include "lm/lora.h"
#include "lm/shape.h"
#include "paw/status.h"

namespace paw::reference {

Result<LoraWeights> ReadAdapter(const gguf::File& file, const ModelShape& shape);

}  // namespace paw::reference
