// Gemm: products of bf16 matrices with fp32 sums, split over threads by rows and columns of the OUTPUT, never along a sum.
//
// A job is a chain of products into one output: y = x0 W0 + x1 W1 + ..., so a LoRA's second half (U B^T) is one more segment of its
// linear layer. Several jobs go in one call (q, k and v; gate and up).
// Thread rule: one call at a time a pool. Shapes are the caller's promise.
#pragma once

#include <span>

#include "kernels/buffer.h"
#include "kernels/kernels.h"
#include "kernels/thread_pool.h"

namespace paw {

inline int RoundUp(int n, int to) { return (n + to - 1) / to * to; }

// A matrix in panels: `columns` outputs, reduction `k` (even; zero padded).
struct PackedMatrix {
  Buffer<Bf16> data;
  int columns = 0;
  int k = 0;

  int panels() const { return (columns + kPanel - 1) / kPanel; }
  std::size_t panel_stride() const { return static_cast<std::size_t>(k) * kPanel; }
  const Bf16* panel(int p) const { return data.get() + p * panel_stride(); }
  GemmSegment Segment(const Bf16* x, std::size_t ldx) const { return {x, ldx, data.get(), panel_stride(), k}; }

  void Resize(int new_columns, int reduction) {
    columns = new_columns;
    k = RoundUp(reduction, 2);
    data.Reserve(static_cast<std::size_t>(panels()) * panel_stride());
  }
};

// One panel of the (columns, k) matrix whose row n is output n: y = x W^T for W (outputs, inputs). `columns` <= kPanel.
void PackColumnsPanel(const Bf16* w, std::size_t ld, int columns, int k, Bf16* panel);
void PackColumns(const Bf16* w, int columns, int k, PackedMatrix& out);                       // W (columns, k)
void PackRows(const Kernels& kernels, const Bf16* w, int k, int columns, PackedMatrix& out);  // W (k, columns)
// Row `column` of the unpacked (columns, k) matrix.
void UnpackColumn(const PackedMatrix& packed, int column, Bf16* row);

struct GemmJob : GemmOutput {
  GemmSegment segments[kSegmentsMax];
  int segment_count = 0;
  int rows = 0;
  int columns = 0;
  bool resume = false;

  GemmJob() = default;
  explicit GemmJob(const GemmOutput& out) : GemmOutput(out) {}
  void Add(const GemmSegment& segment) { segments[segment_count++] = segment; }
};

void Gemm(const Kernels& kernels, ThreadPool& pool, std::span<const GemmJob> jobs);

// One thread: rows x columns of a job, in tiles. Attention and the gradients' inner products use it inside their own tasks.
void GemmBlock(const Kernels& kernels, const GemmJob& job, int first_row, int rows, int first_panel, int panels);

}  // namespace paw
