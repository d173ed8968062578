// Kernels: the table of number loops that an instruction set provides; the best one for this machine is chosen once, at run time.
//
// Matrices: X row-major bf16. W packed in panels of kPanel columns whose pairs of the reduction stand together:
//   panel p of a (columns n, reduction k) matrix = (k/2, kPanel, 2) bf16, zero beyond column n.
// The same layout serves every instruction set, the scalar one included. One tile routine carries all products of the engine
// (linear layers, LoRA, attention, vocabulary): an output is ONE chain of additions over its segments in order, so its bits depend
// neither on the tile's height, nor on the other rows, nor on the threads.
//
// Thread rule: pure functions of their arguments. Oracle: the scalar table, itself held against plain double loops in the tests.
// Non-goals: shapes are trusted here (callers checked them); nothing allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "kernels/gemm_output.h"
#include "kernels/quant_tile.h"
#include "paw/status.h"

namespace paw {

inline constexpr int kPanel = 32;        // columns of a packed panel
inline constexpr int kTileRows = 12;     // the tallest tile
inline constexpr int kSegmentsMax = 16;  // products chained into one output by the linear layers

// One product of a chain: X (rows, k) times a packed W; k is even.
struct GemmSegment {
  const Bf16* x = nullptr;       // first row of the tile
  std::size_t ldx = 0;           // elements between rows; 0: all rows are the same one
  const Bf16* w = nullptr;       // first panel of the tile
  std::size_t panel_stride = 0;  // elements between panels
  int k = 0;
};

// rows (1..kTileRows) x panels of an output.
struct GemmTile : GemmOutput {
  const GemmSegment* segments = nullptr;
  int segment_count = 0;
  int rows = 0;
  int panels = 1;       // 1, or as many as panels_at_once(rows) allows
  int columns = 0;      // valid columns of the tile, <= panels * kPanel
  bool resume = false;  // the chain goes on from y (fp32) instead of zero
};

// What a norm took from a row and multiplied it by; a plain struct, for buffers of them.
struct NormStats {
  float mean;  // 0 for RMSNorm
  float rstd;  // 1 / sqrt(mean square of what is left + epsilon)
};

struct Kernels {
  const char* name;

  void (*gemm_tile)(const GemmTile& tile);
  int (*panels_at_once)(int rows);  // the widest tile for this height
  void (*quant_tile)(const QuantTile& tile);
  // A panel's codes (k, kPanel) as bytes, in groups: worth it for many tiles of one panel. Nothing to do for kQ8_0.
  void (*quant_expand)(DType type, const std::uint8_t* panel, int k, std::uint8_t* codes);

  // A row of n inputs (a multiple of kQuantBlock), its numbers times `factor`: code = round(127 x / largest |x| of the block). Every table
  // gives the same bits. A block with a NaN or an infinity has the scale NaN.
  void (*round_row)(const float* x, int n, float factor, QuantInput* blocks);

  // One panel from up to kPanel columns of a row-major (rows, columns) matrix whose ROWS are the reduction.
  void (*pack_rows_panel)(const Bf16* in, std::size_t ld, int rows, int columns, Bf16* panel);

  void (*to_bf16)(const float* in, int n, float scale, Bf16* out);
  void (*add)(const float* in, int n, float* out);  // out += in

  // y = bf16(h * rstd * weight); returns rstd = 1 / sqrt(mean(h^2) + epsilon).
  float (*rms_norm)(const float* h, const float* weight, int n, float epsilon, Bf16* y);
  float (*rms_norm_f32)(const float* h, const float* weight, int n, float epsilon, float* y);  // y may be h
  // dh += the gradient that arrives through the norm.
  void (*rms_norm_backward)(const float* dy, const float* h, const float* weight, float rstd, int n, float* dh);

  // y = bf16((h - mean) * rstd * weight + bias).
  NormStats (*layer_norm)(const float* h, const float* weight, const float* bias, int n, float epsilon, Bf16* y);
  NormStats (*layer_norm_f32)(const float* h, const float* weight, const float* bias, int n, float epsilon, float* y);   // y may be h
  void (*layer_norm_backward)(const float* dy, const float* h, const float* weight, NormStats stats, int n, float* dh);  // dh +=

  // Rotates adjacent pairs: y[2i] = x[2i] c - x[2i+1] s, y[2i+1] = x[2i+1] c + x[2i] s. `cosine` holds each c twice, `sine` holds
  // -s, s. direction -1 rotates back. n is a multiple of head_width; the tables serve one head.
  void (*rope)(const float* x, const float* cosine, const float* sine, int n, int head_width, float direction, Bf16* y);
  // The same for the pairs (i, i + head_width / 2) of a head: `sine` holds -s in its first half and s in its second. y may be x.
  void (*rope_halves)(const float* x, const float* cosine, const float* sine, int n, int head_width, float direction, float* y);

  // act = silu(gate) * up
  void (*silu_gate)(const Bf16* gate, const Bf16* up, int n, Bf16* act);
  void (*silu_gate_f32)(const float* gate, const float* up, int n, float* act);
  void (*silu_gate_backward)(const Bf16* d_act, const Bf16* gate, const Bf16* up, int n, Bf16* d_gate, Bf16* d_up, Bf16* act);
  // act = gelu(up) in the tanh form: 0.5 up (1 + tanh(sqrt(2 / pi) (up + 0.044715 up^3)))
  void (*gelu)(const Bf16* up, int n, Bf16* act);
  void (*gelu_f32)(const float* up, int n, float* act);
  void (*gelu_backward)(const Bf16* d_act, const Bf16* up, int n, Bf16* d_up, Bf16* act);

  // p = bf16(exp(scale * (s - max))) over n, zero up to n_padded; returns the sum of the exponentials before rounding and the max of s.
  float (*softmax)(const float* s, int n, int n_padded, float scale, Bf16* p, float* max);
  // p = exp(scale * s - lse);  ds = scale * p * (dp - delta); both zero from n to n_padded.
  void (*softmax_backward)(const float* s, const float* dp, int n, int n_padded, float scale, float lse, float delta, Bf16* p, Bf16* ds);
  float (*dot)(const Bf16* a, const Bf16* b, int n);

  // log(sum(exp(x)))
  float (*log_sum_exp)(const float* x, int n);
  // d = bf16(factor * exp(x - lse))
  void (*softmax_gradient)(const float* x, int n, float lse, float factor, Bf16* d);

  // y += X^T W in fp32: X (k, rows) with rows ldx apart, W (k, kPanel), y (rows, kPanel). An element is ONE chain of fused
  // multiply-adds from what y holds, reduction 0..k-1 in order, so every table gives the same bits.
  void (*fma_panel)(const float* x, std::size_t ldx, int rows, const float* w, int k, float* y);
};

enum class Isa : std::uint8_t { kScalar, kAvx2, kAvx512Bf16, kNeon, kNeonDotprod, kNeonI8mm };

// Null when this machine (or this build) cannot run it.
const Kernels* KernelsFor(Isa isa);
// Every table that this machine runs, from the scalar one to the one meant to be fastest.
std::vector<const Kernels*> AllKernels();
// The one of this name; the last of all for an empty name. kUsage for a name that is none of them.
Result<const Kernels*> KernelsByName(std::string_view name);
// The one that PAW_KERNELS names, for tests and comparisons, else the last. Decided at the first call.
const Kernels& BestKernels();
// What KernelsByName says of the value of PAW_KERNELS; where it is an error BestKernels takes the last.
Status CheckKernelsAsked();

}  // namespace paw
