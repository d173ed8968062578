// Optimiser: AdamW over Parameters, a rate for each group, clipping by the global norm. The update is train/adamw.h's, over many threads.
//
// Thread rule: one thread at a time. Deterministic: every number is updated on its own; the norm is summed in one order.
#pragma once

#include <cstdint>

#include "kernels/thread_pool.h"
#include "tools/train_mapper/parameters.h"

namespace paw {

struct Rates {
  float trunk = 1e-3f, head = 1e-3f, bases = 1e-3f, shared = 1e-3f;
  float Of(Parameter::Group group) const;
};

struct OptimiserOptions {
  double beta1 = 0.9, beta2 = 0.99, epsilon = 1e-8;
  double clip_norm = 1.0;
};

struct OptimiserState {
  std::int64_t steps = 0;
  Parameters first, second;  // moments
};

class Optimiser {
 public:
  Optimiser(const Parameters& parameters, const OptimiserOptions& options, ThreadPool& pool);

  // gradient is scaled in place when it is clipped. Returns its norm before. Groups of rate 0 stay as they are.
  double Step(Parameters& gradient, const Rates& rates, Parameters& parameters);

  OptimiserState& state() { return state_; }

 private:
  OptimiserOptions options_;
  ThreadPool& pool_;
  OptimiserState state_;
};

}  // namespace paw
