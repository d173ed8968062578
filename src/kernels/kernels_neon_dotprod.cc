// NEON with the dot products of Armv8.2: SDOT, 16 products an instruction. Compiled with its own flags; chosen by dispatch.cc only.
#include "kernels/kernels.h"
#include "kernels/kernels_isa.h"

#if defined(__aarch64__) && defined(__ARM_FEATURE_DOTPROD)
#include "kernels/neon_template.h"

namespace paw {
namespace {

struct V : NeonDotprodVector<V> {};

constexpr Kernels kTable = NeonTile<V>::Table("neon_dotprod");

}  // namespace

const Kernels* NeonDotprodKernels() { return &kTable; }

}  // namespace paw

#else

namespace paw {
const Kernels* NeonDotprodKernels() { return nullptr; }
}  // namespace paw

#endif
