// MakeToyModelGguf: a complete, small GGUF of the llama, qwen3 or gpt2 architecture with random weights, for tests, fuzzing and the kill suites.
//
// Its tokenizer keys are SmolLM2's: byte-level BPE, <|endoftext|> <|im_start|> <|im_end|> first, then one token a byte, then merges.
// It loads in every engine of ours and in llama.cpp. Equal options give equal bytes.
// Thread rule: a pure function. Errors: an empty vector when the options cannot be stored in the dtype (a width that is not a
// multiple of its block), which no default does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tensor/dtype.h"

namespace paw::gguf {

struct ToyModelOptions {
  std::int32_t layers = 4;
  std::int32_t width = 64;  // widths that are multiples of 32 allow every block type but Q6_K
  std::int32_t heads = 4;
  std::int32_t kv_heads = 2;
  std::int32_t ff_width = 96;
  std::int32_t context_max = 2048;
  std::uint64_t seed = 1;
  DType dtype = DType::kF32;           // of the matrices; norms stay F32
  float weight_scale = 1.0f;           // of the matrices; 1 keeps activations of order one
  std::string architecture = "llama";  // "qwen3" adds the norms of query and key heads; "gpt2": kv_heads and head_width do not count
  std::int32_t head_width = 0;         // 0: width / heads
  bool trailing_one = false;           // matrices of the layers have a third dimension of 1, as some writers leave it
  std::int32_t vocabulary = 0;         // filled up to so many tokens, with some that no text has
};

std::vector<std::byte> MakeToyModelGguf(const ToyModelOptions& options);

// The toy vocabulary, in order of id: 3 specials, 256 bytes, the merged pieces.
std::vector<std::string> ToyTokens();

}  // namespace paw::gguf
