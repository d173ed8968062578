// MapperWeights: the tensors of a mapper checkpoint, every size checked against the interpreter that it writes adapters for.
//
//   input_norm.{weight,bias}  (hidden)                                    optional: LayerNorm of the pooled vector
//   trunk.0.{weight,bias}     (width, hidden), (width)                    trunk.2, trunk.4, ... follow in a deeper trunk
//   coeff_head.{weight,bias}  (layers * modules * bases * 2, width), (layers * modules * bases * 2)
//   A_bases_<module>          (bases, rank, inputs) shared by all layers, or (layers, bases, rank, inputs)
//   B_bases_<module>          (bases, outputs, rank), or (layers, bases, outputs, rank)
//   A_shared_<module>         (layers, rank, inputs)     optional: one LoRA that every mixture stands on, with coefficient 1
//   B_shared_<module>         (layers, outputs, rank)
//
// A file of the shared tensors alone is one fixed LoRA for every spec: a mapper of no bases, the control that the others are held to.
//
// Modules stand in sorted name order: down_proj gate_proj k_proj o_proj q_proj up_proj v_proj (llama, qwen3), attn_c_proj c_attn c_fc
// mlp_c_proj (gpt2). gpt2's Conv1D keeps its weight as (inputs, outputs), but its LoRA is A (rank, inputs) and B (outputs, rank) all
// the same: PEFT makes two Linear layers for a Conv1D too (scripts/make_mapper_fixtures.py checks it).
//
// Metadata, all optional but where it says otherwise:
//   feature_layers  "8,16,24": the mapper reads states of the interpreter itself (encode/spec_features.h) in place of an Encoding, and the
//                   first layer of its trunk is (width, features). 1 to layers, numbered as ForwardRow::hidden_layers (lm/lm.h): 8 is the
//                   state after the ninth block; the number of layers itself, 30 for SmolLM2-135M, is the state after the final norm
//   prefix_text     the words whose states those are (kPrefixText of encode/spec_features.h when it was trained)
//   layout          the prompt that its programs were trained behind; compiler/spec_compiler.h reads it and prefix_text
//   lora_alpha      16 when absent
//   row_order       hf | gguf, the order of the rows of q and k inside a head. Only llama's GGUF files permute them (transformers rotates
//                   halves, llama.cpp adjacent pairs), so only there is it required and acted upon
//
// fp32 tensors are read where they lie in the mapped file; fp16 and bf16 ones are widened into memory.
// Thread rule: immutable after ReadMapperWeights. Owner: shares the file's bytes, owns the widened tensors.
// Errors: kRefused for a tensor that is missing, left over, of another shape or not finite; the message names it, found and expected.
// Source: paper sections 2.4, 2.7 and 3.2 to 3.4.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/thread_pool.h"
#include "lm/shape.h"
#include "paw/status.h"
#include "tensor/safetensors.h"

namespace paw {

enum class RowOrder : std::uint8_t { kHf, kGguf };

// A kind of projection that the mapper writes for every layer.
struct MapperModule {
  std::string_view name;  // "q_proj"
  Projection projection;
};

// In sorted name order; empty for an architecture that the mapper does not know.
std::span<const MapperModule> MapperModules(const ModelShape& interpreter);

struct MapperShape {
  std::int32_t hidden = 0;                   // width of the compiler's states, or number of features; 0: a fixed LoRA
  std::vector<std::int32_t> trunk;           // widths after each layer of the trunk
  std::int32_t layers = 0;                   // of the interpreter
  std::int32_t modules = 0;                  // MapperModules
  std::int32_t bases = 0;                    // matrices mixed into one A or B
  std::int32_t rank = 0;                     // of the LoRA
  float alpha = 16.0f;                       // of the LoRA
  bool input_norm = false;                   // LayerNorm before the trunk
  bool layer_bases = false;                  // every layer has its own bases
  bool shared = false;                       // a LoRA that every mixture stands on
  std::vector<std::int32_t> feature_layers;  // as ForwardRow::hidden_layers; empty: the mapper reads an Encoding
  RowOrder row_order = RowOrder::kGguf;      // kHf: rows of q and k are permuted after mixing
  std::int64_t parameters = 0;               // numbers in the checkpoint

  // (layers, modules, bases, 2)
  std::size_t coefficients() const { return static_cast<std::size_t>(layers) * modules * bases * 2; }
};

// fp32 numbers that lie in the mapped file or in `widened`. Moving keeps `numbers` valid.
struct MapperTensor {
  std::span<const float> numbers;
  std::vector<float> widened;

  MapperTensor() = default;
  MapperTensor(MapperTensor&&) = default;
  MapperTensor& operator=(MapperTensor&&) = default;
};

// y = W x + b
struct MapperLinear {
  MapperTensor weight;  // (outputs, inputs)
  MapperTensor bias;    // (outputs)
};

// The tensors of a mapper's file, whatever its container: safetensors, or a GGUF of ours (mapper/mapper_gguf.h).
struct MapperFile {
  std::string what;  // for messages
  std::map<std::string, safetensors::Tensor, std::less<>> tensors;
  std::map<std::string, std::string> metadata;
  std::shared_ptr<const void> owner;  // of the tensors' bytes
};
MapperFile MapperFileOf(std::shared_ptr<const safetensors::Checkpoint> checkpoint);

struct MapperWeights {
  MapperFile file;
  MapperShape shape;
  MapperTensor norm_weight, norm_bias;  // (hidden); empty without input_norm
  std::vector<MapperLinear> trunk;
  MapperLinear head;
  std::vector<MapperTensor> bases;   // (modules, 2): A and B of each module
  std::vector<MapperTensor> shared;  // the same; empty without a shared LoRA
};

Result<MapperWeights> ReadMapperWeights(MapperFile file, const ModelShape& interpreter, ThreadPool& pool);

}  // namespace paw
