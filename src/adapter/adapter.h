// Adapter: LoRA weights as the GGUF bytes that go into a bundle, written (ExportAdapter) and read back (ImportAdapter).
//
// The file is the official one: keys general.architecture, general.type = adapter, adapter.type = lora, adapter.lora.alpha; tensors
// blk.N.<projection>.weight.lora_a (rank, inputs) and .lora_b (outputs, rank) in the order of Projection. What ExportAdapter writes
// passes CheckAdapter, loads in llama.cpp and is at least as large as the official validator asks (1,024 bytes).
//
// Thread rule: pure functions; equal weights give equal bytes, whatever the number of threads. Owner: an Adapter owns its bytes.
// Errors: kInternal when the weights do not fit the shape, kRefused for numbers that cannot be stored (NaN, overflow).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "lm/lora.h"
#include "lm/shape.h"
#include "paw/status.h"
#include "tensor/dtype.h"

namespace paw {

struct Adapter {
  std::vector<std::byte> gguf;
  DType dtype = DType::kQ4_0;
  std::int32_t rank = 0;  // in the file; at least the weights' rank
  float alpha = 0.0f;     // in the file; alpha / rank is the weights' scale
};

// The number format of an adapter as users name it: "q4_0", "q5_0", "q8_0" or "f16". kUsage for any other name.
Result<DType> ParseAdapterType(std::string_view name);
std::string AdapterTypeName(DType dtype);
// The one in a program's training record (key "adapter_type"; Q4_0 where there is none). kRefused for any other name.
Result<DType> AdapterTypeOf(const Json& training, std::string_view what);

struct ExportOptions {
  DType dtype = DType::kQ4_0;
  bool spread = true;        // block types only: re-factor each pair so that it loses least (adapter/spread.h)
  std::int32_t threads = 1;  // 0 = all cores
};

// Ranks are padded with zeros up to whole blocks, alpha with them so that the scale stays. A row of A that is no whole number of
// blocks is stored as F16. Weights without any pair become one pair of zeros: the least adapter that everyone accepts. A pair that the
// format holds exactly, because it was read from such a file, stays as it is: reading and writing again gives the same bytes.
Result<Adapter> ExportAdapter(const LoraWeights& weights, const ModelShape& shape, const ExportOptions& options);
Result<Adapter> ExportAdapter(const LoraWeights& weights, const ModelShape& shape, DType dtype = DType::kQ4_0);

// The weights of an adapter file, checked against the base's shape (lm/adapter_check.h).
Result<LoraWeights> ImportAdapter(std::span<const std::byte> gguf_bytes, const ModelShape& shape, std::string_view what);

}  // namespace paw
