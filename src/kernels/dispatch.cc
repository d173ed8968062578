#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "kernels/kernels.h"
#include "kernels/kernels_isa.h"

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

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
    default:
      return false;
  }
#elif defined(__aarch64__) && defined(__linux__)
  const bool dotprod = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
  switch (isa) {
    case Isa::kScalar:
    case Isa::kNeon:  // every 64-bit Arm chip has it
      return true;
    case Isa::kNeonDotprod:
      return dotprod;
    case Isa::kNeonI8mm:
      return dotprod && (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0;
    default:
      return false;
  }
#else
  return isa == Isa::kScalar;
#endif
}

const Kernels* TableOf(Isa isa) {
  switch (isa) {
    case Isa::kScalar:
      return ScalarKernels();
    case Isa::kAvx2:
      return Avx2Kernels();
    case Isa::kAvx512Bf16:
      return Avx512Bf16Kernels();
    case Isa::kNeon:
      return NeonKernels();
    case Isa::kNeonDotprod:
      return NeonDotprodKernels();
    case Isa::kNeonI8mm:
      return NeonI8mmKernels();
  }
  return nullptr;
}

std::string_view Asked() {
  const char* const asked = std::getenv("PAW_KERNELS");
  return asked == nullptr ? std::string_view() : asked;
}

}  // namespace

const Kernels* KernelsFor(Isa isa) { return MachineRuns(isa) ? TableOf(isa) : nullptr; }

std::vector<const Kernels*> AllKernels() {
  std::vector<const Kernels*> all;
  for (const Isa isa : {Isa::kScalar, Isa::kAvx2, Isa::kAvx512Bf16, Isa::kNeon, Isa::kNeonDotprod, Isa::kNeonI8mm}) {
    if (const Kernels* kernels = KernelsFor(isa); kernels != nullptr) all.push_back(kernels);
  }
  return all;
}

Result<const Kernels*> KernelsByName(std::string_view name) {
  const std::vector<const Kernels*> all = AllKernels();
  if (name.empty()) return all.back();
  std::string names;
  for (const Kernels* kernels : all) {
    if (kernels->name == name) return kernels;
    names += (names.empty() ? "" : ", ") + std::string(kernels->name);
  }
  return Usage("choosing the kernels: found PAW_KERNELS " + Printable(name) + ", expected one of " + names);
}

const Kernels& BestKernels() {
  static const Kernels* const best = KernelsByName(Asked()).value_or(AllKernels().back());
  return *best;
}

Status CheckKernelsAsked() { return KernelsByName(Asked()).status(); }

}  // namespace paw
