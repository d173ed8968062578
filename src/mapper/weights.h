// MapperWeights: the tensors of a mapper checkpoint, every size checked against the interpreter that it writes adapters for.
//
//   input_norm.{weight,bias}  (hidden)                                    optional: LayerNorm of the pooled vector
//   trunk.0.{weight,bias}     (width, hidden), (width)                    trunk.2, trunk.4, ... follow in a deeper trunk
//   coeff_head.{weight,bias}  (layers * modules * bases * 2, width), (layers * modules * bases * 2)
//   A_bases_<module>          (bases, rank, inputs) shared by all layers, or (layers, bases, rank, inputs)
//   B_bases_<module>          (bases, outputs, rank), or (layers, bases, outputs, rank)
//
// Modules stand in sorted name order: down_proj gate_proj k_proj o_proj q_proj up_proj v_proj (llama, qwen3), attn_c_proj c_attn c_fc
// mlp_c_proj (gpt2). gpt2's Conv1D keeps its weight as (inputs, outputs), but its LoRA is A (rank, inputs) and B (outputs, rank) all
// the same: PEFT makes two Linear layers for a Conv1D too (scripts/make_mapper_fixtures.py checks it).
//
// Metadata: "lora_alpha" (16 when absent); "row_order" hf | gguf, the order of the rows of q and k inside a head. Only llama's GGUF
// files permute them (transformers rotates halves, llama.cpp adjacent pairs), so only there is row_order required and acted upon.
//
// fp32 tensors are read where they lie in the mapped file; fp16 and bf16 ones are widened into memory.
// Thread rule: immutable after ReadMapperWeights. Owner: shares the checkpoint, owns the widened tensors.
// Errors: kRefused for a tensor that is missing, left over, of another shape or not finite; the message names it, found and expected.
// Source: paper sections 2.4, 2.7 and 3.2 to 3.4.
#pragma once

#include <cstdint>
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
  std::int32_t hidden = 0;               // width of the compiler's states
  std::vector<std::int32_t> trunk;       // widths after each layer of the trunk
  std::int32_t layers = 0;               // of the interpreter
  std::int32_t modules = 0;              // MapperModules
  std::int32_t bases = 0;                // matrices mixed into one A or B
  std::int32_t rank = 0;                 // of the LoRA
  float alpha = 16.0f;                   // of the LoRA
  bool input_norm = false;               // LayerNorm before the trunk
  bool layer_bases = false;              // every layer has its own bases
  RowOrder row_order = RowOrder::kGguf;  // kHf: rows of q and k are permuted after mixing
  std::int64_t parameters = 0;           // numbers in the checkpoint

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

struct MapperWeights {
  std::shared_ptr<const safetensors::Checkpoint> checkpoint;
  MapperShape shape;
  MapperTensor norm_weight, norm_bias;  // (hidden); empty without input_norm
  std::vector<MapperLinear> trunk;
  MapperLinear head;
  std::vector<MapperTensor> bases;  // (modules, 2): A and B of each module
};

Result<MapperWeights> ReadMapperWeights(std::shared_ptr<const safetensors::Checkpoint> checkpoint, const ModelShape& interpreter,
                                        ThreadPool& pool);

}  // namespace paw
