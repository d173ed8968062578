// The native engine: the llama, qwen3 and gpt2 shapes on this machine's CPU, forward (lm.h) and forward with backward (train.h).
//
// A file whose matrices all lie in Q4_0, Q4_1, Q8_0 or Q6_K blocks stays in them, adapters too: inputs are rounded to 8-bit blocks of 32,
// products are exact integers within a block, sums fp32 (kernels/quant_tile.h). Any other file is bf16 with fp32 sums; so are training and
// streamed layers, always.
//
// A row's numbers depend neither on the batch it is in, nor on how its sequence was cut into calls, nor on the number of threads:
// every output is one chain of additions in one order (kernels/kernels.h), and a label tree's branch has the bits of the same tokens
// in a chain. They do depend on the instruction set, which engine_version() names.
//
// Thread rule: as lm.h and train.h say. Owner: contexts and trainable models keep the weights alive.
// Errors: kUnimplemented for an architecture or a shape that this engine does not run; kRefused for a bad file; kFailed for a row beyond
// gpt2's learned positions.
#pragma once

#include <memory>
#include <string>

#include "lm/lm.h"
#include "lm/train.h"
#include "paw/status.h"

namespace paw {

// Reads a model (lm/weight_source.h) and packs its matrices: as blocks in the bytes they have in the file, or as bf16 in two a weight.
Result<std::shared_ptr<LanguageModel>> OpenNative(const std::string& path, const ModelOptions& options);

// In bf16 with the memory of one layer: each is packed from the mapped file when a pass reaches it. For few long rows of
// which only hidden states are wanted (the LoRA compiler); a row that asks for logits is kUnimplemented.
Result<std::shared_ptr<LanguageModel>> OpenNativeStreamed(const std::string& path, const ModelOptions& options);

// The same weights in bf16 with gradients, plus a second packing of each matrix for the way back: two and two bytes a weight beside the
// model's own. `model` is one that OpenNative returned; anything else is kUsage.
Result<std::unique_ptr<TrainableModel>> OpenNativeTrainable(const std::shared_ptr<LanguageModel>& model, const TrainOptions& options);

}  // namespace paw
