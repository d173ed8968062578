#include "lm/reference/embedding.h"

namespace paw::reference {

Matrix Embed(const Weights& weights, std::span<const TokenId> tokens) {
  const int width = weights.shape.width;
  Matrix rows(static_cast<int>(tokens.size()), width);
  for (int t = 0; t < rows.rows; ++t) {
    const auto first = static_cast<std::size_t>(tokens[static_cast<std::size_t>(t)]) * static_cast<std::size_t>(width);
    AddScaled(1.0f, weights.embedding.data() + first, width, rows.row(t));
  }
  return rows;
}

void AddPositions(const Weights& weights, const RowPlaces& places, Matrix& x) {
  if (weights.positions.empty()) return;
  for (int t = 0; t < x.rows; ++t) {
    const auto first = static_cast<std::size_t>(places.positions[static_cast<std::size_t>(t)]) * static_cast<std::size_t>(x.columns);
    AddScaled(1.0f, weights.positions.data() + first, x.columns, x.row(t));
  }
}

}  // namespace paw::reference
