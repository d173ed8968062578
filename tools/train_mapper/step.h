// MapperStep: one training step without its update. Negative log-likelihood of the outputs through the frozen interpreter under the LoRA
// that the mapper makes of each spec (paper, equation 4), and its gradient with respect to the mapper's parameters.
//
// Two back-ends have this interface: OpenCpuStep (lm/train.h and generator.h) and OpenTorchStep (libtorch, step_torch.cc, where it was
// built). On the same batch they agree within bf16's rounding (torch/step_torch_test.cc).
//
// Thread rule: one call at a time. Errors: what the interpreter says; kFailed when the loss is not a number.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lm/train.h"
#include "paw/status.h"
#include "tools/train_mapper/parameters.h"
#include "tools/train_mapper/spec_rows.h"

namespace paw {

// One spec of a batch and which of its pairs are in it.
struct BatchSpec {
  std::span<const float> features;  // (features) of the encoder
  const SpecRows* spec = nullptr;
  std::vector<std::size_t> rows;
};

struct StepLoss {
  double loss = 0;        // of the objective: mean over rows
  double token_loss = 0;  // sum of -log p over output tokens
  std::int64_t targets = 0;
  std::int64_t tokens = 0;  // through the interpreter
  std::int64_t rows = 0;
};

class MapperStep {
 public:
  virtual ~MapperStep() = default;
  // Adds the gradient to `gradient`, which has the layout of `parameters`.
  virtual Result<StepLoss> ForwardBackward(const Parameters& parameters, std::span<const BatchSpec> batch, float branch_share,
                                           Parameters& gradient) = 0;
};

std::unique_ptr<MapperStep> OpenCpuStep(std::unique_ptr<TrainableModel> model, std::int32_t threads);

}  // namespace paw
