// Sampler: in which order rows are trained. Deterministic by seed; every step's rows are fixed by (seed, settings).
//
// An epoch visits the rows in a shuffled order that spreads the labels evenly; `class_balance` repeats rare labels and thins out
// common ones.
//
// Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"

namespace paw {

class Sampler {
 public:
  struct Options {
    float class_balance = 0;
    std::uint64_t seed = 1;
  };
  // label_of[row]: the label index of each row, or -1 when outputs are not a closed set.
  Sampler(std::vector<std::int32_t> label_of, const Options& options);

  // The rows of the next step.
  std::vector<std::int32_t> NextStep(std::int32_t rows_per_step);
  std::int64_t epoch() const { return epoch_; }

 private:
  void BeginEpoch();
  std::vector<std::int32_t> Balanced();

  std::vector<std::int32_t> label_of_;
  Options options_;
  Random random_;
  std::vector<std::int32_t> order_;
  std::size_t next_ = 0;
  std::int64_t epoch_ = -1;
};

}  // namespace paw
