// What goes into the first layer: the token embeddings and, in gpt2, a learned vector for each position on top of them.
//
// Thread rule: pure functions of their arguments. The caller has checked ids and positions.
#pragma once

#include <span>

#include "lm/reference/layer.h"
#include "lm/reference/math.h"
#include "lm/reference/weights.h"

namespace paw::reference {

// The embeddings of `tokens`: (n, width).
Matrix Embed(const Weights& weights, std::span<const TokenId> tokens);

// x (n, width) += the learned vectors of the positions; nothing for a shape that rotates instead.
void AddPositions(const Weights& weights, const RowPlaces& places, Matrix& x);

}  // namespace paw::reference
