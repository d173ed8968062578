#include "lm/native/packed_lora.h"

#include <algorithm>
#include <cstring>

namespace paw::native {
namespace {

bool AllZero(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return value == 0.0f; });
}

// (rows, columns) fp32 -> (rows_padded, columns_padded) bf16 with zeros around.
void Round(const Kernels& kernels, const std::vector<float>& in, int rows, int columns, int rows_padded, int columns_padded,
           Buffer<Bf16>& out) {
  Bf16* to = out.Reserve(static_cast<std::size_t>(rows_padded) * static_cast<std::size_t>(columns_padded));
  std::memset(to, 0, static_cast<std::size_t>(rows_padded) * static_cast<std::size_t>(columns_padded) * sizeof(Bf16));
  if (columns == columns_padded) {
    kernels.to_bf16(in.data(), rows * columns, 1.0f, to);
    return;
  }
  for (int row = 0; row < rows; ++row) {
    kernels.to_bf16(in.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(columns), columns, 1.0f,
                    to + static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_padded));
  }
}

void PackPair(const Kernels& kernels, const LoraPair& pair, int inputs, int outputs, int rank, PackFor purpose, Buffer<Bf16>& scratch,
              PackedPair& out) {
  const int padded = RoundUp(rank, 2);
  Round(kernels, pair.a, rank, inputs, padded, inputs, scratch);  // (rank, inputs)
  PackColumns(scratch.get(), padded, inputs, out.a);
  if (purpose == PackFor::kTraining) PackRows(kernels, scratch.get(), padded, inputs, out.a_back);
  Round(kernels, pair.b, outputs, rank, outputs, padded, scratch);  // (outputs, rank)
  PackColumns(scratch.get(), outputs, padded, out.b);
  if (purpose == PackFor::kTraining) PackRows(kernels, scratch.get(), outputs, padded, out.b_back);
}

}  // namespace

bool PackedLora::empty() const {
  return std::none_of(pairs.begin(), pairs.end(), [](const PackedPair& pair) { return pair.present; });
}

void PackLora(const Kernels& kernels, ThreadPool& pool, const ModelShape& shape, const LoraWeights& lora, PackFor purpose,
              PackedLora& out) {
  out.rank = RoundUp(lora.rank, 2);
  out.scale = lora.scale();
  out.pairs.resize(lora.pairs.size());
  std::vector<Buffer<Bf16>> scratch(static_cast<std::size_t>(pool.threads()));
  pool.Run(static_cast<int>(lora.pairs.size()), [&](int i, int thread) {
    const LoraPair& pair = lora.pairs[static_cast<std::size_t>(i)];
    PackedPair& packed = out.pairs[static_cast<std::size_t>(i)];
    packed.present = pair.present() && (purpose == PackFor::kTraining || (!AllZero(pair.a) && !AllZero(pair.b)));
    const auto p = static_cast<Projection>(i % kProjectionCount);
    if (packed.present) {
      PackPair(kernels, pair, shape.InputsOf(p), shape.OutputsOf(p), lora.rank, purpose, scratch[static_cast<std::size_t>(thread)], packed);
    }
  });
}

}  // namespace paw::native
