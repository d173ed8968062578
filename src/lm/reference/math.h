// The few matrix loops of the reference engine, forward and backward, in fp32.
//
// Every sum is taken in a fixed order that depends on the lengths alone, so a row of a product never depends on the other rows.
// Dot products run over sixteen partial sums that are added up at the end: more exact than one running sum, and a compiler can
// vectorise it without being allowed to reorder anything.
//
// Thread rule: pure functions of their arguments.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "lm/lora.h"
#include "lm/shape.h"

namespace paw::reference {

struct Matrix {
  int rows = 0;
  int columns = 0;
  std::vector<float> values;  // (rows, columns), row-major

  Matrix() = default;
  Matrix(int row_count, int column_count)
      : rows(row_count), columns(column_count), values(static_cast<std::size_t>(row_count) * static_cast<std::size_t>(column_count)) {}
  float* row(int r) { return values.data() + static_cast<std::size_t>(r) * static_cast<std::size_t>(columns); }
  const float* row(int r) const { return values.data() + static_cast<std::size_t>(r) * static_cast<std::size_t>(columns); }
};

float Dot(const float* a, const float* b, int length);
void AddScaled(float factor, const float* x, int length, float* y);  // y += factor * x
void Add(const Matrix& x, Matrix& y);                                // y += x
void AddToRows(std::span<const float> x, Matrix& y);                 // every row of y += x (columns); an empty x adds nothing

// x (n, inputs), weight (outputs, inputs) -> (n, outputs): x times the transpose of weight.
Matrix Multiply(const Matrix& x, std::span<const float> weight, int outputs);
// d_x (n, inputs) += factor * d_y (n, outputs) times weight (outputs, inputs).
void AddInputGradient(float factor, const Matrix& d_y, std::span<const float> weight, Matrix& d_x);
// d_weight (outputs, inputs) += factor * transpose of d_y (n, outputs) times x (n, inputs).
void AddWeightGradient(float factor, const Matrix& d_y, const Matrix& x, std::span<float> d_weight);

// One projection with its low-rank change: y = W x + scale * B (A x). `pair` may be null or absent.
Matrix Project(const Matrix& x, std::span<const float> weight, int outputs, const LoraPair* pair, float scale);
// Its backward: adds to d_x, and to the pair's gradient when there is one.
void ProjectBackward(const Matrix& x, std::span<const float> weight, const LoraPair* pair, float scale, const Matrix& d_y, Matrix& d_x,
                     LoraPair* d_pair);

// Rotates every head of one row: its i-th pair of numbers, which lie as `rotation` says, by position * base^(-2i/head_width).
// direction -1 undoes it. kNone leaves the row as it is.
void Rotate(float* row, int heads, int head_width, Rotation rotation, float base, int position, int direction);

}  // namespace paw::reference
