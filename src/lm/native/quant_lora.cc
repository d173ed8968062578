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

// Whether the blocks of the file are those of a (rows, columns) matrix of panels.
bool AsItIs(const StoredMatrix& stored, int rows, int columns) {
  return stored.rows == rows && stored.columns == columns && CanQuantPack(stored.dtype, columns);
}

// The matrix without its panels.
QuantMatrix Outline(const StoredMatrix& stored, int rows, int columns) {
  QuantMatrix matrix;
  matrix.Refer(AsItIs(stored, rows, columns) ? stored.dtype : DType::kQ8_0, rows, columns, nullptr);
  return matrix;
}

// Packs to `panels`, and moves that on.
Status Pack(const StoredMatrix& stored, ThreadPool& pool, QuantMatrix& matrix, std::uint8_t*& panels) {
  if (AsItIs(stored, matrix.columns, matrix.k)) {
    QuantPackInto(matrix.type, stored.data, matrix.columns, matrix.k, pool, panels);
  } else {
    QuantPackInto(matrix.type, PAW_TRY(AsQ8(stored, matrix.columns, matrix.k)), matrix.columns, matrix.k, pool, panels);
  }
  matrix.panels_at = panels;
  panels += matrix.bytes();
  return Ok();
}

}  // namespace

Result<QuantLora> PackQuantLora(const StoredLora& stored) {
  QuantLora lora;
  lora.rank = RoundUp(stored.rank, kQuantBlock);
  lora.scale = stored.alpha / static_cast<float>(stored.rank);
  lora.pairs.resize(stored.pairs.size());
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < stored.pairs.size(); ++i) {
    const StoredPair& from = stored.pairs[i];
    if (from.a.rows == 0 || AllZero(from.a) || AllZero(from.b)) continue;
    lora.pairs[i].a = Outline(from.a, lora.rank, static_cast<int>(from.a.columns));
    lora.pairs[i].b = Outline(from.b, static_cast<int>(from.b.rows), lora.rank);
    bytes += lora.pairs[i].a.bytes() + lora.pairs[i].b.bytes();
  }
  std::uint8_t* panels = lora.panels.Reserve(bytes);
  ThreadPool pool(1);  // a registration is rare and small; the contexts' threads are busy elsewhere
  for (std::size_t i = 0; i < stored.pairs.size(); ++i) {
    QuantPair& pair = lora.pairs[i];
    if (!pair.present()) continue;
    Status status = Pack(stored.pairs[i].a, pool, pair.a, panels);
    if (status.ok()) status = Pack(stored.pairs[i].b, pool, pair.b, panels);
    if (!status.ok()) return status.WithContext("registering an adapter");
  }
  return lora;
}

}  // namespace paw::native
