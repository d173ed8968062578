// The two norms of the shapes, forward and backward: RMSNorm (llama, qwen3) and LayerNorm (gpt2).
//
//   RMSNorm     y = x / sqrt(mean(x^2) + epsilon) * weight
//   LayerNorm   y = c / sqrt(mean(c^2) + epsilon) * weight + bias    with c = x - mean(x)
//
// A norm of w weights takes every w numbers of a row by themselves: the whole row when w is its width, each head when w is the head width.
//
// Thread rule: pure functions of their arguments.
// Source: Zhang and Sennrich 2019 (arXiv 1910.07467), Ba, Kiros and Hinton 2016 (arXiv 1607.06450).
#pragma once

#include <vector>

#include "lm/reference/math.h"

namespace paw::reference {

struct Norm {
  std::vector<float> weight;  // (w)
  std::vector<float> bias;    // (w) LayerNorm; empty: RMSNorm
};

// x (n, columns), columns a multiple of w -> the same shape.
Matrix Normalise(const Matrix& x, const Norm& norm, float epsilon);
void NormaliseBackward(const Matrix& x, const Norm& norm, float epsilon, const Matrix& d_y, Matrix& d_x);  // adds to d_x

}  // namespace paw::reference
