#include "train/gradient_init.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace paw {
namespace {

// Row norm of PEFT's own start: uniform within +-1/sqrt(inputs) has variance 1 / (3 inputs).
const float kRowNorm = std::sqrt(1.0f / 3.0f);

void Zero(std::vector<float>& values) { std::fill(values.begin(), values.end(), 0.0f); }

Result<std::int64_t> Accumulate(TrainableModel& model, std::span<const TokenId> prefix, std::span<const std::vector<TrainRow>> batches,
                                const LoraWeights& weights, LoraWeights& gradient) {
  std::int64_t tokens = 0;
  for (LoraPair& pair : gradient.pairs) {
    Zero(pair.a);
    Zero(pair.b);
  }
  for (const std::vector<TrainRow>& rows : batches) {
    const TrainGroup group{&weights, &gradient, prefix, rows};
    tokens += PAW_TRY(model.ForwardBackward({&group, 1}, 1.0f)).tokens;
  }
  return tokens;
}

}  // namespace

void Orthonormalise(float* v, int count, int length, std::size_t vector_stride, std::size_t element_stride) {
  const auto at = [&](int vector, int element) -> float& {
    return v[static_cast<std::size_t>(vector) * vector_stride + static_cast<std::size_t>(element) * element_stride];
  };
  const auto dot = [&](int x, int y) {
    double sum = 0;
    for (int i = 0; i < length; ++i) sum += static_cast<double>(at(x, i)) * at(y, i);
    return sum;
  };
  for (int vector = 0; vector < count; ++vector) {
    const double before = std::sqrt(dot(vector, vector));
    for (int pass = 0; pass < 2; ++pass) {  // twice is enough (Kahan)
      for (int earlier = 0; earlier < vector; ++earlier) {
        const double share = dot(vector, earlier);
        for (int i = 0; i < length; ++i) at(vector, i) -= static_cast<float>(share * at(earlier, i));
      }
    }
    const double norm = std::sqrt(dot(vector, vector));
    const bool independent = norm > 1e-5 * before && norm > 0;
    for (int i = 0; i < length; ++i) at(vector, i) = independent ? static_cast<float>(at(vector, i) / norm) : 0.0f;
  }
}

Result<std::int64_t> GradientInit(TrainableModel& model, std::span<const TokenId> prefix, std::span<const std::vector<TrainRow>> batches,
                                  LoraWeights& weights, LoraWeights& gradient) {
  const ModelShape& shape = model.shape();
  const std::size_t rank = static_cast<std::size_t>(weights.rank);
  const LoraWeights start = weights;
  std::int64_t tokens = PAW_TRY(Accumulate(model, prefix, batches, weights, gradient));
  for (std::size_t p = 0; p < weights.pairs.size(); ++p) {
    LoraPair& pair = weights.pairs[p];
    if (!pair.present()) continue;
    pair.b = gradient.pairs[p].b;  // (outputs, rank): orthonormal columns
    Orthonormalise(pair.b.data(), weights.rank, static_cast<int>(pair.b.size() / rank), 1, rank);
    Zero(pair.a);
  }
  tokens += PAW_TRY(Accumulate(model, prefix, batches, weights, gradient));
  for (int layer = 0; layer < shape.layers; ++layer) {
    for (int p = 0; p < kProjectionCount; ++p) {
      const auto projection = static_cast<Projection>(p);
      LoraPair& pair = weights.pair(layer, projection);
      if (!pair.present()) continue;
      const int inputs = shape.InputsOf(projection);
      pair.a = gradient.pair(layer, projection).a;  // (rank, inputs): orthonormal rows
      Orthonormalise(pair.a.data(), weights.rank, inputs, static_cast<std::size_t>(inputs), 1);
      for (std::size_t r = 0; r < rank; ++r) {
        float* row = pair.a.data() + r * static_cast<std::size_t>(inputs);
        const bool found = std::any_of(row, row + inputs, [](float x) { return x != 0; });
        const float* random = start.pair(layer, projection).a.data() + r * static_cast<std::size_t>(inputs);
        for (int i = 0; i < inputs; ++i) row[i] = found ? row[i] * kRowNorm : random[i];
      }
      Zero(pair.b);
    }
  }
  return tokens;
}

}  // namespace paw
