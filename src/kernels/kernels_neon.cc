// NEON as every 64-bit Arm chip has it: byte products by widening multiplications.
#include "kernels/kernels.h"
#include "kernels/kernels_isa.h"

#if defined(__aarch64__)
#include "kernels/neon_template.h"

namespace paw {
namespace {

struct V : NeonVector<V> {
  static IReg Dot(IReg acc, Bytes codes, Bytes x) { return DotSigned(acc, vreinterpretq_s8_u8(codes), x); }
  static IReg Dot8(IReg acc, Bytes codes, Bytes x) { return DotSigned(acc, Signed(codes), x); }
  // Sums of two products fit 16 bits: |code| at most 128, |input| at most 127.
  static IReg DotSigned(IReg acc, int8x16_t w, Bytes inputs) {
    const int8x16_t x = vreinterpretq_s8_u8(inputs);
    return vpadalq_s16(acc, vpaddq_s16(vmull_s8(vget_low_s8(w), vget_low_s8(x)), vmull_high_s8(w, x)));
  }
};

constexpr Kernels kTable = NeonTile<V>::Table("neon");

}  // namespace

const Kernels* NeonKernels() { return &kTable; }

}  // namespace paw

#else

namespace paw {
const Kernels* NeonKernels() { return nullptr; }
}  // namespace paw

#endif
