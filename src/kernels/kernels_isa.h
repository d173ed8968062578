// The tables of the single instruction sets, for dispatch.cc. A table may be absent from a build (null), never wrong for a machine:
// dispatch.cc asks the machine (cpuid, on Arm the kernel's list of features) before it hands one out.
#pragma once

#include "kernels/kernels.h"

namespace paw {

const Kernels* ScalarKernels();
const Kernels* Avx2Kernels();
const Kernels* Avx512Bf16Kernels();
const Kernels* NeonKernels();
const Kernels* NeonDotprodKernels();
const Kernels* NeonI8mmKernels();

}  // namespace paw
