// ChipLimits: what a machine can do at most, measured here and now: the numbers that a share "of the peak" is of.
//
//   int8       products of 8-bit numbers summed in 32 bits, in registers (VNNI where the chip has it, else AVX2), two operations each
//   bf16       the product routine itself on data of the first cache (bench/peak.h)
//   bandwidth  all threads read memory that no cache holds
//
// Each is the best of several tries with all threads at once. Thread rule: nothing else should run.
#pragma once

namespace paw {

struct ChipLimits {
  double int8_gops = 0;  // 0: this build has no measurement for this chip
  double bf16_gflops = 0;
  double bandwidth_gbs = 0;  // 10^9 bytes a second
};

ChipLimits MeasureChip(int threads);

}  // namespace paw
