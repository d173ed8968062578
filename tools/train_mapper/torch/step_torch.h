// The trainer's back-end on libtorch: the frozen llama-shape base on a GPU (or, for tests, on the CPU), the mapper with autograd, AdamW and
// the features of the encoder beside it. The same numbers as the host's back-end within the rounding of bf16 (step_torch_test.cc).
//
//   interpreter   weights and products in bf16 with fp32 sums; residual stream, norms, rotation, softmax and the loss in fp32
//   mapper        fp32 parameters, gradients and moments; on a GPU its products and those of the vocabulary take tf32 inputs
//   a batch       one padded sequence a spec: its prefix once, then its rows, which see the prefix and themselves (batch_torch.h)
//
// Under kFp32 everything is fp32: how the back-end is held to its oracle. On a GPU a run is not the same to the bit when it is run
// again: torch's fused attention adds up its gradients in no fixed order.
//
// Thread rule: one call at a time for everything of one base; torch's own settings (threads, tf32) are the process's.
// Owner: each handle shares the base. Errors: kUsage for a device that is not there, kUnimplemented for a base of another shape than
// llama's, kRefused for a token outside the vocabulary, kFailed for what torch says (memory above all) and a loss that is not a number.
// This header knows nothing of torch: its users are compiled without its headers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fs/fs.h"
#include "lm/tokenizer.h"
#include "paw/status.h"
#include "tools/train_mapper/trainer.h"

namespace paw {

// Of the interpreter's products. kTf32: numbers of fp32, products with tf32 inputs where the device has them: twice the memory and time of
// kBf16. kFp32: fp32 everywhere.
enum class TorchPrecision : std::uint8_t { kBf16, kTf32, kFp32 };

struct TorchOptions {
  std::string device = "cuda";  // or "cpu"
  TorchPrecision precision = TorchPrecision::kBf16;
  std::int64_t tokens_max = 65536;  // padded tokens of one pass: some 0.8 MB a token for a base of 30 layers of 576
  std::int32_t threads = 0;         // of the device cpu; 0: torch's choice
};

class TorchBase;
Result<std::shared_ptr<const TorchBase>> OpenTorchBase(Fs& fs, const std::string& path, const TorchOptions& options);
const ModelShape& ShapeOf(const TorchBase& base);

// Parameters and gradient travel at every call: for comparisons. Training takes OpenTorchTrainer.
std::unique_ptr<MapperStep> OpenTorchStep(std::shared_ptr<const TorchBase> base);
// Parameters and moments lie on the device from Begin on; Sync brings them back.
std::unique_ptr<MapperTrainer> OpenTorchTrainer(std::shared_ptr<const TorchBase> base);
std::unique_ptr<FeatureSource> OpenTorchFeatures(std::shared_ptr<const TorchBase> base, const Tokenizer& tokenizer,
                                                 std::vector<std::int32_t> layers);

}  // namespace paw
