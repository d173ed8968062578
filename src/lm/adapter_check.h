// CheckAdapter and ReadAdapter: the strict validator of LoRA adapters in GGUF, run before any engine sees the bytes.
//
// llama.cpp's own loader aborts the process on an 832-byte file and takes sizes at their word, so here every key, type, name, shape,
// offset and number is proved first: what these functions accept is what docs/formats.md calls an adapter, and nothing else.
//   keys      general.architecture, general.type = "adapter", adapter.type = "lora", adapter.lora.alpha (f32, > 0); a few descriptive
//             general.* keys of exact type; strings printable; alignment 32
//   tensors   blk.N.<projection>.weight.lora_a (rank, inputs) and .lora_b (outputs, rank), in pairs, one rank of at most 256 for all;
//             F32, F16, BF16, Q8_0, Q5_0 or Q4_0; every number finite
//
// Thread rule: pure functions. Errors: kRefused, naming `what` ("adapter.gguf of x.paw"), what was found and what was expected.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "lm/lora.h"
#include "lm/shape.h"
#include "paw/status.h"
#include "tensor/dtype.h"

namespace paw {

// Proves the adapter fit for a base of this shape; memory beyond the bytes stays below 1 MiB.
Status CheckAdapter(std::span<const std::byte> gguf_bytes, const ModelShape& shape, std::string_view what);

// The tensors of an adapter as they lie in its bytes.
struct StoredMatrix {
  DType dtype = DType::kF32;
  std::int64_t rows = 0, columns = 0;  // columns contiguous
  std::span<const std::byte> data;
};
struct StoredPair {
  StoredMatrix a;  // (rank, inputs); no rows: absent
  StoredMatrix b;  // (outputs, rank)
};
struct StoredLora {
  std::int32_t rank = 0;
  float alpha = 0.0f;
  std::int32_t layers = 0;
  std::vector<StoredPair> pairs;  // (layers, kProjectionCount)
};

// The same check, and where the weights are. Valid while the bytes are.
Result<StoredLora> ReadStoredAdapter(std::span<const std::byte> gguf_bytes, const ModelShape& shape, std::string_view what);

// The same, and the weights as fp32.
Result<LoraWeights> ReadAdapter(std::span<const std::byte> gguf_bytes, const ModelShape& shape, std::string_view what);

}  // namespace paw
