// AdamW over numbers and over LoraWeights: Adam with decoupled weight decay and bias correction, and clipping by the global norm.
//
//   m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2
//   w = (1 - rate * decay) w  -  rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
//
// The order of operations is torch.optim.AdamW's; adamw_test.cc holds it to three recorded PyTorch steps. Every number is updated on
// its own and the norm is summed in double in the order of storage: equal calls give equal bits.
// Thread rule: one AdamW belongs to one thread. Owner: it copies the layout, never the weights.
// Errors: kUsage when weights or gradient have another layout than the one it was made for; nothing is changed then.
// Source: Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2.
#pragma once

#include <cstdint>
#include <span>

#include "lm/lora.h"
#include "paw/status.h"

namespace paw {

struct AdamWOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.0;
  double b_rate_ratio = 1.0;  // the rate of B over that of A (LoRA+, arXiv 2402.12354)
};

// The factors of step `step` (from 1), rounded to fp32 once, as torch rounds its scalars. b_rate_ratio does not count.
struct AdamWFactors {
  float keep;        // 1 - rate * decay
  float beta1_rest;  // 1 - beta1
  float beta2;
  float beta2_rest;   // 1 - beta2
  float rate;         // rate / (1 - beta1^t)
  float second_root;  // sqrt(1 - beta2^t)
  float epsilon;
};
AdamWFactors FactorsAt(const AdamWOptions& options, std::int64_t step, double learning_rate);

// One step of so many numbers, each on its own: any cut of them into parts gives the same bits. All spans have one length.
void StepNumbers(const AdamWFactors& factors, float gradient_factor, std::span<const float> gradient, std::span<float> first,
                 std::span<float> second, std::span<float> weights);

// The factor that torch.nn.utils.clip_grad_norm_ puts on a gradient of that norm: 1 when it is small enough or norm_max <= 0.
float ClipFactor(double norm, double norm_max);

class AdamW {
 public:
  // Moments at zero for weights laid out as `weights`.
  AdamW(const LoraWeights& weights, const AdamWOptions& options);

  // learning_rate is that of A; B takes b_rate_ratio times as much.
  Status Step(const LoraWeights& gradient, double learning_rate, LoraWeights& weights);
  std::int64_t steps() const { return steps_; }

 private:
  AdamWOptions options_;
  std::int64_t steps_ = 0;
  LoraWeights first_;   // m
  LoraWeights second_;  // v
};

// The square root of the sum of squares over every A and B.
double GlobalNorm(const LoraWeights& weights);

// Scales the gradient down to `norm_max` when its norm is larger; returns the norm before. norm_max <= 0 leaves it as it is.
double ClipGradient(double norm_max, LoraWeights& gradient);

}  // namespace paw
