// The reference engine: plain fp32 loops over the llama, qwen3 and gpt2 shapes, forward and backward. Slow and obvious: the oracle of
// the other engines.
//
// It is itself checked against tensors, gradients and AdamW steps dumped from PyTorch (scripts/make_fixtures.py, tests/reference_test.cc).
// One thread, no kernels, no cache tricks: every row is computed token by token in the order it is written, a training prefix is computed
// again for each row, and a fork copies its parent's keys and values. All of a row's numbers depend on that row alone.
//
// Thread rule and errors: lm/lm.h and lm/train.h. Owner: a Context and a TrainableModel keep the weights alive by themselves.
// Source: llama as in Touvron et al. 2023 (arXiv 2302.13971), qwen3 as in its technical report (arXiv 2505.09388), gpt2 as in Radford et
// al. 2019; LoRA as in Hu et al. 2021 (arXiv 2106.09685).
#pragma once

#include <memory>
#include <string>

#include "lm/lm.h"
#include "lm/train.h"
#include "paw/status.h"

namespace paw {

// Reads a model of one of the three shapes (lm/weight_source.h) and keeps every weight as fp32 (four bytes a weight in memory).
Result<std::shared_ptr<LanguageModel>> OpenReference(const std::string& path, const ModelOptions& options);

// The same weights with gradients. kUsage when `model` is not one of OpenReference. The model's registered adapters play no part:
// a TrainGroup brings its own.
Result<std::unique_ptr<TrainableModel>> OpenReferenceTrainable(const std::shared_ptr<LanguageModel>& model);

}  // namespace paw
