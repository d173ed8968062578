#include "lm/native/quant_lora.h"

#include <algorithm>

#include "kernels/gemm.h"

namespace paw::native {
namespace {

std::vector<float> Numbers(const StoredMatrix& stored) {
  std::vector<float> numbers(static_cast<std::size_t>(stored.rows * stored.columns));
  Dequantize(stored.dtype, stored.data, numbers);
  return numbers;
}

bool AllZero(const StoredMatrix& stored) {
  const std::vector<float> numbers = Numbers(stored);
  return std::all_of(numbers.begin(), numbers.end(), [](float number) { return number == 0.0f; });
}

// (rows, columns) with zeros behind them, as Q8_0 blocks.
Result<std::vector<std::byte>> AsQ8(const StoredMatrix& stored, int rows, int columns) {
  const std::vector<float> numbers = Numbers(stored);
  std::vector<float> padded(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
  for (std::int64_t row = 0; row < stored.rows; ++row) {
    std::copy_n(numbers.begin() + row * stored.columns, stored.columns, padded.begin() + row * columns);
  }
  std::vector<std::byte> blocks(padded.size() / static_cast<std::size_t>(BlockWeights(DType::kQ8_0)) *
                                static_cast<std::size_t>(BlockBytes(DType::kQ8_0)));
  PAW_TRY(Quantize(DType::kQ8_0, padded, blocks));
  return blocks;
}

Status Pack(const StoredMatrix& stored, int rows, int columns, ThreadPool& pool, QuantMatrix& out) {
  const bool as_it_is = stored.columns == columns && CanQuantPack(stored.dtype, columns);
  if (as_it_is && stored.rows == rows) {
    QuantPack(stored.dtype, stored.data, rows, columns, pool, out);
  } else {
    QuantPack(DType::kQ8_0, PAW_TRY(AsQ8(stored, rows, columns)), rows, columns, pool, out);
  }
  return Ok();
}

}  // namespace

Result<QuantLora> PackQuantLora(const StoredLora& stored, ThreadPool& pool) {
  QuantLora lora;
  lora.rank = RoundUp(stored.rank, kQuantBlock);
  lora.scale = stored.alpha / static_cast<float>(stored.rank);
  lora.pairs.resize(stored.pairs.size());
  std::vector<Status> statuses(stored.pairs.size());
  pool.Run(static_cast<int>(stored.pairs.size()), [&](int i, int) {
    const StoredPair& from = stored.pairs[static_cast<std::size_t>(i)];
    if (from.a.rows == 0 || AllZero(from.a) || AllZero(from.b)) return;
    QuantPair& to = lora.pairs[static_cast<std::size_t>(i)];
    ThreadPool here(1);
    Status& status = statuses[static_cast<std::size_t>(i)];
    status = Pack(from.a, lora.rank, static_cast<int>(from.a.columns), here, to.a);
    if (status.ok()) status = Pack(from.b, static_cast<int>(from.b.rows), lora.rank, here, to.b);
  });
  for (const Status& status : statuses) {
    if (!status.ok()) return status.WithContext("registering an adapter");
  }
  return lora;
}

}  // namespace paw::native
