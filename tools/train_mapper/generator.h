// Generator: the mapper with gradients. Features of specs become their LoRAs; the gradients of the LoRAs become those of the parameters.
//
//   z = GELU(W x + b)              (specs, width)
//   c = W z + b                    (specs, layers, modules, bases, 2)
//   A[s,l,m] = A_shared_m[l] + sum over n of c[s,l,m,n,0] A_bases_m[n]         B likewise
//
// Without bases there is one LoRA, the shared one, whatever the specs.
// Every sum has one order, whatever the number of threads: equal calls give equal bits.
//
// Thread rule: one call at a time; the pool is the caller's. Owner: keeps what the way back needs of the last Forward.
// Oracles: mapper/mapper.h (the same LoRA from the checkpoint), differences of the loss (generator_test.cc, run_test.cc), the libtorch
// back-end, which leaves its gradients to autograd (torch/step_torch_test.cc).
// Source: paper section 2.4; the shared term is ours (docs/adr/0007).
#pragma once

#include <span>
#include <vector>

#include "kernels/buffer.h"
#include "kernels/kernels.h"
#include "kernels/thread_pool.h"
#include "lm/lora.h"
#include "tools/train_mapper/parameters.h"

namespace paw {

class Generator {
 public:
  explicit Generator(ThreadPool& pool, const Kernels& kernels = BestKernels()) : pool_(pool), kernels_(kernels) {}

  // x: (specs, features). One LoRA a spec into `loras`, whose memory is reused; one alone without bases.
  void Forward(const Parameters& parameters, std::span<const float> x, std::size_t specs, std::vector<LoraWeights>& loras);

  // gradients[i]: of loras[i] of the last Forward. Adds to `to`.
  void Backward(const Parameters& parameters, std::span<const LoraWeights> gradients, Parameters& to);

 private:
  void Mix(const Parameters& parameters, std::size_t half, std::vector<LoraWeights>& loras);
  void MixBackward(const Parameters& parameters, std::size_t half, std::span<const LoraWeights> gradients, Parameters& to);
  // The coefficients of a half as (bases, specs * layers), or the other way round.
  void GatherFactors(const ParameterLayout& layout, std::size_t half);

  ThreadPool& pool_;
  const Kernels& kernels_;
  std::size_t specs_ = 0;
  std::vector<float> x_, a_, z_, c_, d_c_;  // a: before GELU
  std::vector<float> factors_, factors_back_, d_factors_;
  std::vector<Buffer<float>> scratch_;
};

}  // namespace paw
