// SpreadOverRanks: the choice among equal factorisations B A = (B M) (M^-1 A) that suffers least from block quantisation.
//
// A block type adds to row k of A, and to column k of B, an error in proportion to its size, so the error of B A is about
// e^2 sum_k |b_k|^2 |a_k|^2. That sum is least, (s_1 + ... + s_r)^2 / r with s the singular values of B A, when both factors carry the
// square roots of the singular values and the directions are then mixed evenly over all ranks. On trained adapters, whose singular
// values fall off, this halves the error of Q4_0 (adapter_test.cc, AdapterExport.SpreadingLowersTheErrorOfQ4_0).
//
// An outlier in a column of A is mixed into all ranks, so the pair is changed only where the error foreseen from the blocks falls.
//
// Thread rule: a pure function; equal inputs give equal bits. Owner: the caller's pair is changed in place. Errors: none; a pair that
// is zero, absent or not finite stays as it is.
#pragma once

#include <cstdint>

#include "lm/lora.h"

namespace paw {

// a (rank, inputs), b (outputs, rank); B A is kept to fp32 rounding. Returns whether the pair was changed.
// `levels`: how many rounding steps lie between zero and the peak of a block: 8 for Q4_0, 16 for Q5_0, 127 for Q8_0.
bool SpreadOverRanks(LoraPair& pair, std::int32_t rank, double levels);

}  // namespace paw
