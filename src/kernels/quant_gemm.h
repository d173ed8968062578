// QuantGemm: products of quantised matrices and 8-bit inputs, split over threads by rows and columns of the OUTPUT, never along a sum.
//
//   out = bias + x W^T, and for some rows + u B^T: the second half of those rows' adapter, one chain with the first product
//
// All rows of a job go through a panel of W together, whichever adapters they have, so W is read once; then each part goes on from there.
// Thread rule: one call at a time a pool. Shapes are the caller's promise.
#pragma once

#include <span>

#include "kernels/quant.h"
#include "kernels/thread_pool.h"

namespace paw {

// Rows [first, first + count) of a job with their own matrix.
struct QuantPart {
  int first = 0;
  int count = 0;
  QuantInputs u;                   // from the part's first row
  const QuantMatrix* b = nullptr;  // as many columns as the job's W
};

struct QuantJob : GemmOutput {
  QuantInputs x;
  const QuantMatrix* w = nullptr;
  int rows = 0;
  const float* bias = nullptr;       // (whole panels of columns), or null
  std::span<const QuantPart> parts;  // in order of rows, each row in at most one

  QuantJob() = default;
  explicit QuantJob(const GemmOutput& out) : GemmOutput(out) {}
};

void QuantGemm(const Kernels& kernels, ThreadPool& pool, std::span<const QuantJob> jobs);

}  // namespace paw
