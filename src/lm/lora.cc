#include "lm/lora.h"

#include <algorithm>
#include <cmath>

namespace paw {
namespace {

// splitmix64 (Steele, Lea, Flood 2014): one 64-bit state, every seed good. The stream is part of what a seed means; keep it.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15ull;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  // Uniform in [-1, 1), 24 bits.
  float NextSigned() { return static_cast<float>(Next() >> 40) * (2.0f / 16777216.0f) - 1.0f; }

 private:
  std::uint64_t state_;
};

// Part of what a seed means: it stays when a projection is added. kQkv shares its number with the next layer's kQ; no model has both.
constexpr std::uint64_t kStreamsPerLayer = 7;

constexpr std::int32_t kZeroLoraRank = 32;  // a block of every quantised format

// The row of transformers that stands at `row` of GGUF.
std::size_t HfRowOf(std::size_t row, std::size_t head_width) {
  const std::size_t in_head = row % head_width;
  return row - in_head + in_head % 2 * (head_width / 2) + in_head / 2;
}

}  // namespace

int LoraWeights::LowestAdaptedLayer() const {
  for (int layer = 0; layer < layers; ++layer) {
    for (int p = 0; p < kProjectionCount; ++p) {
      if (pair(layer, static_cast<Projection>(p)).present()) return layer;
    }
  }
  return layers;
}

LoraWeights MakeLora(const ModelShape& shape, std::int32_t rank, float alpha, std::int32_t first_layer, std::uint64_t seed) {
  LoraWeights lora;
  lora.rank = rank;
  lora.alpha = alpha;
  lora.layers = shape.layers;
  lora.pairs.resize(static_cast<std::size_t>(shape.layers) * kProjectionCount);
  for (std::int32_t layer = first_layer; layer < shape.layers; ++layer) {
    for (int i = 0; i < kProjectionCount; ++i) {
      const auto projection = static_cast<Projection>(i);
      if (!shape.HasProjection(projection)) continue;
      LoraPair& pair = lora.pair(layer, projection);
      const auto inputs = static_cast<std::size_t>(shape.InputsOf(projection));
      const auto outputs = static_cast<std::size_t>(shape.OutputsOf(projection));
      pair.a.resize(static_cast<std::size_t>(rank) * inputs);
      pair.b.assign(outputs * static_cast<std::size_t>(rank), 0.0f);
      // A stream of its own a pair: what a pair starts from does not depend on which other layers are adapted.
      SplitMix64 random(seed ^ (0xd1342543de82ef95ull * (static_cast<std::uint64_t>(layer) * kStreamsPerLayer + i + 1)));
      const float bound = 1.0f / std::sqrt(static_cast<float>(inputs));
      for (float& value : pair.a) value = random.NextSigned() * bound;
    }
  }
  return lora;
}

LoraWeights ZerosLike(const LoraWeights& other) {
  LoraWeights zeros;
  zeros.rank = other.rank;
  zeros.alpha = other.alpha;
  zeros.layers = other.layers;
  zeros.pairs.resize(other.pairs.size());
  for (std::size_t i = 0; i < other.pairs.size(); ++i) {
    zeros.pairs[i].a.assign(other.pairs[i].a.size(), 0.0f);
    zeros.pairs[i].b.assign(other.pairs[i].b.size(), 0.0f);
  }
  return zeros;
}

LoraWeights ZeroLora(const ModelShape& shape) { return MakeLora(shape, kZeroLoraRank, LoraWeights().alpha, shape.layers, 0); }

bool HasOwnRowOrder(const ModelShape& shape, Projection projection) {
  return shape.rotation() == Rotation::kPairs && (projection == Projection::kQ || projection == Projection::kK);
}

std::vector<float> RowsFromHf(const std::vector<float>& b, std::int32_t rank, std::int32_t head_width) {
  const auto width = static_cast<std::size_t>(rank);
  std::vector<float> out(b.size());
  for (std::size_t row = 0; row < b.size() / width; ++row) {
    std::copy_n(b.data() + HfRowOf(row, static_cast<std::size_t>(head_width)) * width, width, out.data() + row * width);
  }
  return out;
}

std::vector<float> RowsToHf(const std::vector<float>& b, std::int32_t rank, std::int32_t head_width) {
  const auto width = static_cast<std::size_t>(rank);
  std::vector<float> out(b.size());
  for (std::size_t row = 0; row < b.size() / width; ++row) {
    std::copy_n(b.data() + row * width, width, out.data() + HfRowOf(row, static_cast<std::size_t>(head_width)) * width);
  }
  return out;
}

}  // namespace paw
