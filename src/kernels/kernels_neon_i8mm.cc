// NEON with the byte matrix products of Armv8.6: SMMLA, 32 products an instruction, two rows by two columns by eight inputs. A single row
// has no second one to share it with: SDOT. Compiled with its own flags; chosen by dispatch.cc only.
#include "kernels/kernels.h"
#include "kernels/kernels_isa.h"

#if defined(__aarch64__) && defined(__ARM_FEATURE_DOTPROD) && defined(__ARM_FEATURE_MATMUL_INT8)
#include "kernels/neon_template.h"

namespace paw {
namespace {

struct Single : NeonDotprodVector<Single> {};

struct Pairs : NeonVector<Pairs> {
  static constexpr int kGroups = 2;
  // Two groups of four columns become eight inputs of columns 0 and 1, and of columns 2 and 3.
  static void ByColumns(Bytes& first, Bytes& second) {
    const uint32x4_t a = vreinterpretq_u32_u8(first), b = vreinterpretq_u32_u8(second);
    first = vreinterpretq_u8_u32(vzip1q_u32(a, b));
    second = vreinterpretq_u8_u32(vzip2q_u32(a, b));
  }
  // Eight inputs of two rows.
  static Bytes TwoRows(const std::int8_t* first, const std::int8_t* second) {
    return vreinterpretq_u8_s8(vcombine_s8(vld1_s8(first), vld1_s8(second)));
  }
  // acc: row 0 with columns 0 and 1, then row 1 with them.
  static IReg Dot(IReg acc, Bytes codes, Bytes x) { return vmmlaq_s32(acc, vreinterpretq_s8_u8(x), vreinterpretq_s8_u8(codes)); }
  static IReg Dot8(IReg acc, Bytes codes, Bytes x) { return vmmlaq_s32(acc, vreinterpretq_s8_u8(x), Signed(codes)); }
  static void SwapHalves(IReg& a, IReg& b) {
    const int64x2_t x = vreinterpretq_s64_s32(a), y = vreinterpretq_s64_s32(b);
    a = vreinterpretq_s32_s64(vzip1q_s64(x, y));
    b = vreinterpretq_s32_s64(vzip2q_s64(x, y));
  }
};

void RunQuantTile(const QuantTile& tile) { tile.rows == 1 ? QuantKernels<Single>::RunRows<1>(tile) : QuantKernels<Pairs>::RunTile(tile); }

constexpr Kernels MakeTable() {
  Kernels table = NeonTile<Pairs>::Table("neon_i8mm");
  table.quant_tile = RunQuantTile;
  return table;
}
constexpr Kernels kTable = MakeTable();

}  // namespace

const Kernels* NeonI8mmKernels() { return &kTable; }

}  // namespace paw

#else

namespace paw {
const Kernels* NeonI8mmKernels() { return nullptr; }
}  // namespace paw

#endif
