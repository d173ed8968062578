// TorchParameters: the mapper's parameters on a device, how they make LoRAs of features, and AdamW on them. The same sums as generator.h
// and optimiser.h, with autograd as their way back.
//
// Thread rule: one call at a time. Owner: the tensors are the holder's. Errors: throws as torch does (Guarded, base_torch.h).
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "tools/train_mapper/optimiser.h"
#include "tools/train_mapper/parameters.h"
#include "tools/train_mapper/torch/base_torch.h"

namespace paw {

// In the order of Parameters::all, fp32, each a leaf that takes a gradient.
struct TorchParameters {
  ParameterLayout layout;
  std::vector<Parameter::Group> groups;
  std::vector<at::Tensor> all;

  static TorchParameters Of(const Parameters& parameters, const TorchBase& base);
  bool mapped() const { return layout.bases > 0; }
  const at::Tensor& bases(std::size_t half) const { return all[4 + half]; }
  const at::Tensor& shared(std::size_t half) const { return all[(mapped() ? 4 + layout.halves() : 0) + half]; }
  void ClearGradients();
};

// features (specs, layout.features); unused without bases, when one LoRA is everyone's. A as dtype.
TorchLora MakeLora(const TorchParameters& parameters, const at::Tensor& features, at::ScalarType dtype);

// AdamW with its moments on the device: optimiser.h's update.
class OptimiserOnDevice {
 public:
  OptimiserOnDevice(const OptimiserOptions& options, const OptimiserState& state, const TorchBase& base);
  // Returns the norm of the gradients before clipping. Groups of rate 0 stay as they are and do not count in it.
  double Step(TorchParameters& parameters, const Rates& rates);
  void Give(OptimiserState& state) const;

 private:
  OptimiserOptions options_;
  std::int64_t steps_ = 0;
  std::vector<at::Tensor> first_, second_;
};

// A tensor's numbers into a vector of as many.
void Download(const at::Tensor& from, std::vector<float>& to);

}  // namespace paw
