#include "adapter/adapter.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <utility>

#include "adapter/spread.h"
#include "base/limits.h"
#include "base/text.h"
#include "gguf/writer.h"
#include "lm/adapter_check.h"

namespace paw {
namespace {

Status CheckWeights(const LoraWeights& weights, const ModelShape& shape) {
  const auto bad = [](const std::string& found, const std::string& expected) {
    return Internal("writing an adapter: found " + found + ", expected " + expected);
  };
  if (weights.layers != shape.layers) return bad(std::to_string(weights.layers) + " layers", std::to_string(shape.layers));
  if (weights.pairs.size() != static_cast<std::size_t>(shape.layers) * kProjectionCount) {
    return bad(std::to_string(weights.pairs.size()) + " pairs", std::to_string(kProjectionCount) + " a layer");
  }
  if (weights.LowestAdaptedLayer() == weights.layers) return Ok();
  if (weights.rank < 1 || weights.rank > kAdapterRankMax) return bad("rank " + std::to_string(weights.rank), "1 to 256");
  if (!(weights.alpha > 0.0f)) return bad("alpha " + std::to_string(weights.alpha), "a number above 0");
  for (std::int32_t layer = 0; layer < shape.layers; ++layer) {
    for (int i = 0; i < kProjectionCount; ++i) {
      const auto projection = static_cast<Projection>(i);
      const LoraPair& pair = weights.pair(layer, projection);
      const auto rank = static_cast<std::size_t>(weights.rank);
      if (!pair.present() && pair.b.empty()) continue;
      if (pair.a.size() != rank * static_cast<std::size_t>(shape.InputsOf(projection)) ||
          pair.b.size() != rank * static_cast<std::size_t>(shape.OutputsOf(projection))) {
        return bad("another size of layer " + std::to_string(layer) + " " + ProjectionName(projection), "rank times the base's widths");
      }
    }
  }
  return Ok();
}

// The same map with `rank` rows of A and columns of B, the new ones zero, and the scale kept.
LoraWeights Padded(const LoraWeights& weights, std::int32_t rank) {
  LoraWeights padded = weights;
  if (rank == weights.rank) return padded;
  padded.rank = rank;
  padded.alpha = weights.alpha * (static_cast<float>(rank) / static_cast<float>(weights.rank));
  const auto from = static_cast<std::size_t>(weights.rank);
  const auto to = static_cast<std::size_t>(rank);
  for (LoraPair& pair : padded.pairs) {
    if (!pair.present()) continue;
    pair.a.resize(pair.a.size() / from * to, 0.0f);
    std::vector<float> b(pair.b.size() / from * to, 0.0f);
    for (std::size_t row = 0; row < pair.b.size() / from; ++row) {
      std::copy_n(pair.b.begin() + static_cast<std::ptrdiff_t>(row * from), from, b.begin() + static_cast<std::ptrdiff_t>(row * to));
    }
    pair.b = std::move(b);
  }
  return padded;
}

// One pair of zeros in the last layer, on the narrow value projection where there is one.
LoraWeights ZeroWeights(const ModelShape& shape, float alpha) {
  LoraWeights weights;
  weights.rank = 1;
  weights.alpha = alpha > 0.0f ? alpha : 16.0f;
  weights.layers = shape.layers;
  weights.pairs.resize(static_cast<std::size_t>(shape.layers) * kProjectionCount);
  const Projection place = shape.HasProjection(Projection::kV) ? Projection::kV : Projection::kOutput;
  LoraPair& pair = weights.pair(shape.layers - 1, place);
  pair.a.assign(static_cast<std::size_t>(shape.InputsOf(place)), 0.0f);
  pair.b.assign(static_cast<std::size_t>(shape.OutputsOf(place)), 0.0f);
  return weights;
}

DType StoredAs(DType dtype, std::int64_t row) { return row % BlockWeights(dtype) == 0 ? dtype : DType::kF16; }

// Whether rows of `row` numbers lose nothing by being stored.
bool Holds(DType dtype, std::int32_t row, const std::vector<float>& numbers) {
  const DType stored = StoredAs(dtype, row);
  const Result<std::int64_t> bytes = BytesOf(stored, static_cast<std::int64_t>(numbers.size()));
  if (!bytes.ok()) return false;
  std::vector<std::byte> blocks(static_cast<std::size_t>(*bytes));
  if (!Quantize(stored, numbers, blocks).ok()) return false;
  std::vector<float> back(numbers.size());
  Dequantize(stored, blocks, back);
  return back == numbers;
}

double LevelsOf(DType dtype) { return dtype == DType::kQ8_0 ? 127.0 : dtype == DType::kQ5_0 ? 16.0 : 8.0; }

// Each pair on its own: the result does not depend on the number of threads.
void SpreadAll(LoraWeights& weights, DType dtype, std::int32_t threads) {
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const std::size_t workers = std::min(weights.pairs.size(), threads > 0 ? static_cast<std::size_t>(threads) : cores);
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < weights.pairs.size(); i = next++) {
      LoraPair& pair = weights.pairs[i];
      if (!pair.present()) continue;
      const auto inputs = static_cast<std::int32_t>(pair.a.size() / static_cast<std::size_t>(weights.rank));
      if (Holds(dtype, inputs, pair.a) && Holds(dtype, weights.rank, pair.b)) continue;
      SpreadOverRanks(pair, weights.rank, LevelsOf(dtype));
    }
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < workers; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
}

Result<std::vector<std::byte>> Write(const LoraWeights& weights, const ModelShape& shape, DType dtype) {
  gguf::Writer writer;
  writer.SetString("general.architecture", shape.architecture);
  writer.SetString("general.type", "adapter");
  writer.SetString("adapter.type", "lora");
  writer.SetF32("adapter.lora.alpha", weights.alpha);
  for (std::int32_t layer = 0; layer < shape.layers; ++layer) {
    for (int i = 0; i < kProjectionCount; ++i) {
      const auto projection = static_cast<Projection>(i);
      const LoraPair& pair = weights.pair(layer, projection);
      if (!pair.present()) continue;
      const std::string stem = "blk." + std::to_string(layer) + "." + ProjectionName(projection) + ".weight.lora_";
      const std::array<std::int64_t, 2> ne_a = {shape.InputsOf(projection), weights.rank};
      const std::array<std::int64_t, 2> ne_b = {weights.rank, shape.OutputsOf(projection)};
      PAW_TRY(writer.AddTensor(stem + "a", StoredAs(dtype, ne_a[0]), ne_a, std::span<const float>(pair.a)));
      PAW_TRY(writer.AddTensor(stem + "b", StoredAs(dtype, ne_b[0]), ne_b, std::span<const float>(pair.b)));
    }
  }
  return writer.Finish();
}

// More zero ranks until the official validator's least size is reached; toy shapes need it, real ones do not.
Result<std::vector<std::byte>> WriteLargeEnough(LoraWeights& weights, const ModelShape& shape, DType dtype) {
  std::vector<std::byte> bytes = PAW_TRY(Write(weights, shape, dtype));
  while (bytes.size() < kAdapterBytesMin && weights.rank * 2 <= kAdapterRankMax) {
    weights = Padded(weights, weights.rank * 2);
    bytes = PAW_TRY(Write(weights, shape, dtype));
  }
  return bytes;
}

struct NamedType {
  std::string_view name;
  DType dtype;
};
constexpr std::array<NamedType, 4> kAdapterTypes = {
    {{"q4_0", DType::kQ4_0}, {"q5_0", DType::kQ5_0}, {"q8_0", DType::kQ8_0}, {"f16", DType::kF16}}};

}  // namespace

Result<DType> ParseAdapterType(std::string_view name) {
  for (const NamedType& type : kAdapterTypes) {
    if (type.name == name) return type.dtype;
  }
  return Usage("choosing the number format of an adapter: found " + Quoted(name) + ", expected q4_0, q5_0, q8_0 or f16");
}

std::string AdapterTypeName(DType dtype) {
  for (const NamedType& type : kAdapterTypes) {
    if (type.dtype == dtype) return std::string(type.name);
  }
  return std::string(DTypeName(dtype));
}

Result<DType> AdapterTypeOf(const Json& training, std::string_view what) {
  const std::string name = PAW_TRY(FindString(training, "adapter_type", what)).value_or("q4_0");
  Result<DType> type = ParseAdapterType(name);
  if (type.ok()) return type;
  return Refused(std::string(what) + ": key \"adapter_type\": found " + Quoted(name) + ", expected q4_0, q5_0, q8_0 or f16");
}

Result<Adapter> ExportAdapter(const LoraWeights& weights, const ModelShape& shape, const ExportOptions& options) {
  PAW_TRY(CheckWeights(weights, shape));
  Adapter adapter;
  adapter.dtype = options.dtype;
  LoraWeights stored;
  if (weights.LowestAdaptedLayer() == weights.layers) {
    adapter.dtype = DType::kF16;
    stored = ZeroWeights(shape, weights.alpha);
  } else {
    const auto block = static_cast<std::int32_t>(BlockWeights(options.dtype));
    stored = Padded(weights, (weights.rank + block - 1) / block * block);
    if (block > 1 && options.spread) SpreadAll(stored, options.dtype, options.threads);
  }
  adapter.gguf = PAW_TRY(WriteLargeEnough(stored, shape, adapter.dtype));
  adapter.rank = stored.rank;
  adapter.alpha = stored.alpha;
  PAW_TRY(CheckAdapter(adapter.gguf, shape, "an adapter just written"));
  return adapter;
}

Result<Adapter> ExportAdapter(const LoraWeights& weights, const ModelShape& shape, DType dtype) {
  ExportOptions options;
  options.dtype = dtype;
  return ExportAdapter(weights, shape, options);
}

Result<LoraWeights> ImportAdapter(std::span<const std::byte> gguf_bytes, const ModelShape& shape, std::string_view what) {
  return ReadAdapter(gguf_bytes, shape, what);
}

}  // namespace paw
