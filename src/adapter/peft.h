// ReadPeft and WritePeft: LoRA weights as the peft library keeps them in adapter_model.safetensors.
//
//   base_model.model.<module>.lora_A.weight  (rank, inputs)
//   base_model.model.<module>.lora_B.weight  (outputs, rank)
//
//   llama, qwen3   model.layers.N.self_attn.{q,k,v,o}_proj, model.layers.N.mlp.{gate,up,down}_proj
//   gpt2           transformer.h.N.attn.{c_attn,c_proj}, transformer.h.N.mlp.{c_fc,c_proj}
//
// A is (rank, inputs) and B (outputs, rank) on gpt2's Conv1D too, whose own weight is (inputs, outputs). Rows of B on llama's q and k are
// permuted on the way (lm/lora.h, HasOwnRowOrder); qwen3's and gpt2's stand in GGUF as in transformers.
//
// Thread rule: pure functions. Errors: kRefused for a tensor that is missing, left over, of another shape or not finite, for a module
// that the base has not; kUnimplemented for another architecture. Held to peft itself by scripts/make_peft_fixtures.py.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/peft_config.h"
#include "lm/lora.h"
#include "lm/shape.h"
#include "paw/status.h"
#include "tensor/dtype.h"

namespace paw {

// The name of a projection inside the model, as transformers has it: "model.layers.3.mlp.up_proj". Empty for one that the shape lacks.
std::string PeftModulePath(const ModelShape& shape, std::int32_t layer, Projection projection);

// `file`: the bytes of adapter_model.safetensors; `what` names them ("reading DIR/adapter_model.safetensors").
Result<LoraWeights> ReadPeft(const PeftConfig& config, std::span<const std::byte> file, const ModelShape& shape, std::string_view what);

struct PeftFiles {
  std::string config;              // adapter_config.json
  std::vector<std::byte> tensors;  // adapter_model.safetensors
  std::size_t count = 0;           // tensors in it
};

// `dtype`: F32, F16 or BF16; `base_model`: what peft loads the base by. kRefused for numbers that the format cannot hold.
Result<PeftFiles> WritePeft(const LoraWeights& weights, const ModelShape& shape, DType dtype, const std::string& base_model);

}  // namespace paw
