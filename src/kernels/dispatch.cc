#include "kernels/kernels.h"
#include "kernels/kernels_isa.h"

namespace paw {
namespace {

bool MachineRuns(Isa isa) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  switch (isa) {
    case Isa::kScalar:
      return true;
    case Isa::kAvx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");  // and so F16C, which clang 14 cannot ask for
    case Isa::kAvx512Bf16:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni");
  }
  return false;
#else
  return isa == Isa::kScalar;
#endif
}

}  // namespace

const Kernels* KernelsFor(Isa isa) {
  if (!MachineRuns(isa)) return nullptr;
  switch (isa) {
    case Isa::kScalar:
      return ScalarKernels();
    case Isa::kAvx2:
      return Avx2Kernels();
    case Isa::kAvx512Bf16:
      return Avx512Bf16Kernels();
  }
  return nullptr;
}

std::vector<const Kernels*> AllKernels() {
  std::vector<const Kernels*> all;
  for (const Isa isa : {Isa::kScalar, Isa::kAvx2, Isa::kAvx512Bf16}) {
    if (const Kernels* kernels = KernelsFor(isa); kernels != nullptr) all.push_back(kernels);
  }
  return all;
}

const Kernels& BestKernels() {
  static const Kernels* const best = [] {
    const Kernels* kernels = KernelsFor(Isa::kAvx512Bf16);
    if (kernels == nullptr) kernels = KernelsFor(Isa::kAvx2);
    return kernels != nullptr ? kernels : ScalarKernels();
  }();
  return *best;
}

}  // namespace paw
