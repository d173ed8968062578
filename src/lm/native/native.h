// The native engine: the llama, qwen3 and gpt2 shapes on this machine's CPU in bf16 with fp32 sums, forward (lm.h) and forward with
// backward (train.h).
//
// A row's numbers depend neither on the batch it is in, nor on how its sequence was cut into calls, nor on the number of threads:
// every output is one chain of additions in one order (kernels/kernels.h), and a label tree's branch has the bits of the same tokens
// in a chain. They do depend on the instruction set, which engine_version() names.
//
// Thread rule: as lm.h and train.h say. Owner: contexts and trainable models keep the weights alive.
// Errors: kUnimplemented for an architecture or a shape that this engine does not run; kRefused for a bad file; kFailed for a row beyond
// gpt2's learned positions.
// Non-goals: quantised arithmetic, paging, other architectures (the engine issue).
#pragma once

#include <memory>
#include <string>

#include "lm/lm.h"
#include "lm/train.h"
#include "paw/status.h"

namespace paw {

// Reads a model (lm/weight_source.h) and keeps its matrices as packed bf16 (two bytes a weight).
Result<std::shared_ptr<LanguageModel>> OpenNative(const std::string& path, const ModelOptions& options);

// The same numbers with the memory of one layer: each is packed from the mapped file when a pass reaches it. For few long rows of
// which only hidden states are wanted (the LoRA compiler); a row that asks for logits is kUnimplemented.
Result<std::shared_ptr<LanguageModel>> OpenNativeStreamed(const std::string& path, const ModelOptions& options);

// The same weights with gradients, plus a second packing of each matrix for the way back (two more bytes a weight).
// `model` is one that OpenNative returned; anything else is kUsage.
Result<std::unique_ptr<TrainableModel>> OpenNativeTrainable(const std::shared_ptr<LanguageModel>& model, const TrainOptions& options);

}  // namespace paw
