// MapperTrainer: a training step with its update, wherever parameters and moments lie; FeatureSource: what the encoder reads of specs.
// What TrainingRun (run.h) drives.
//
// Two back-ends: the host's (step.h and optimiser.h; spec_features.h) and libtorch's, which keeps everything on its device
// (torch/step_torch.h).
//
// Thread rule: one call at a time. Errors: what their parts say; kFailed when the loss is not a number.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/thread_pool.h"
#include "lm/lm.h"
#include "lm/tokenizer.h"
#include "paw/status.h"
#include "tools/train_mapper/optimiser.h"
#include "tools/train_mapper/step.h"

namespace paw {

struct TrainedStep {
  StepLoss loss;
  double norm = 0;  // of the gradient, before it was clipped
};

class MapperTrainer {
 public:
  virtual ~MapperTrainer() = default;
  // Trains these from now on. Both are the caller's, lie still until the next Begin, and are up to date after Sync alone.
  virtual Status Begin(Parameters& parameters, OptimiserState& state) = 0;
  virtual Result<TrainedStep> Step(std::span<const BatchSpec> batch, float branch_share, const Rates& rates) = 0;
  // The loss alone, its plain part; nothing changes.
  virtual Result<StepLoss> Loss(std::span<const BatchSpec> batch) = 0;
  // Brings what Begin was given up to date.
  virtual Status Sync() = 0;
};

class FeatureSource {
 public:
  virtual ~FeatureSource() = default;
  // Of each spec (layers * width), as spec_features.h has them.
  virtual Result<std::vector<std::vector<float>>> Features(std::span<const std::string_view> specs) = 0;
};

// The pool outlives the trainer.
std::unique_ptr<MapperTrainer> OpenHostTrainer(std::unique_ptr<MapperStep> step, ThreadPool& pool);
std::unique_ptr<FeatureSource> OpenHostFeatures(std::shared_ptr<LanguageModel> base, const Tokenizer& tokenizer,
                                                std::vector<std::int32_t> layers, std::int32_t threads);

}  // namespace paw
