// Optimiser: AdamW over Parameters, a rate for each group, clipping by the global norm. The update is train/adamw.h's, over many threads.
//
// Thread rule: one thread at a time. Deterministic: every number is updated on its own; the norm is summed in one order.
#pragma once

#include <cstdint>

#include "kernels/thread_pool.h"
#include "tools/train_mapper/parameters.h"
#include "train/adamw.h"

namespace paw {

// Peak rates. A step of Adam moves an output by up to the rate times the number of inputs, of which the trunk has thousands (docs/training.md).
struct Rates {
  float trunk = 3e-5f, head = 1e-4f, bases = 5e-4f, shared = 8e-4f;
  float Of(Parameter::Group group) const;
};

struct OptimiserOptions {
  AdamWOptions adamw{.beta2 = 0.99};
  double clip_norm = 1.0;
};

struct OptimiserState {
  std::int64_t steps = 0;
  Parameters first, second;  // moments
};
OptimiserState BeginState(const Parameters& parameters);

class Optimiser {
 public:
  Optimiser(const OptimiserOptions& options, ThreadPool& pool) : options_(options), pool_(pool) {}

  // Returns the norm of the gradient before clipping. Groups of rate 0 stay as they are and do not count in it.
  double Step(const Parameters& gradient, const Rates& rates, Parameters& parameters, OptimiserState& state);

 private:
  OptimiserOptions options_;
  ThreadPool& pool_;
};

}  // namespace paw
