// Attention of some queries of one sequence to its keys, for the heads that share one key/value head; forward and backward.
//
// Keys and values stand in pages of kPanel keys, counted from the sequence's first token, so a number does not depend on how the
// sequence was cut into calls:   keys of a page (head_width/2, kPanel, 2)   values (panels of head_width, kPanel/2, kPanel, 2)
// Beyond the last key a page is zero. Query i sees the first visible[i] keys. head_width is even.
//
// Sums are fp32; probabilities are rounded to bf16 before they meet the values (as in PyTorch's bf16 attention).
// Thread rule: pure functions; a Scratch belongs to one thread at a time.
#pragma once

#include <span>
#include <vector>

#include "kernels/buffer.h"
#include "kernels/kernels.h"

namespace paw {

struct AttentionShape {
  int heads = 0;  // query heads that share this key/value head
  int head_width = 0;
  std::size_t page_key_size() const { return static_cast<std::size_t>(head_width) * kPanel; }
  int value_panels() const { return (head_width + kPanel - 1) / kPanel; }
  std::size_t page_value_size() const { return static_cast<std::size_t>(value_panels()) * kPanel * kPanel; }
};

// A query or output matrix: row i, head h begins at p + i * ld + h * head_width.
struct AttentionQueries {
  int count = 0;
  const Bf16* q = nullptr;
  std::size_t ldq = 0;
  std::span<const int> visible;  // (count), not decreasing
  Bf16* out = nullptr;
  std::size_t ldo = 0;
  float* lse = nullptr;  // (count, ld_lse): log of the softmax's denominator a head; may be null
  std::size_t ld_lse = 0;
  float* out_f32 = nullptr;  // in place of `out`, which is null then; rows ldo apart too
};

struct AttentionScratch {
  Buffer<float> scores, d_scores, out_rows, dk_transposed, dv_transposed;
  Buffer<Bf16> p, ds, panels, q_transposed, d_out_transposed;
  Buffer<Bf16> k_rows, v_rows, k_pages, v_pages, k_row_panels;
  std::vector<const Bf16*> k_list, v_list;
  std::vector<GemmSegment> segments;
};

// Writes one key or value (head_width) at `slot` (0..kPanel-1) of a page.
void PutKey(const AttentionShape& shape, const Bf16* k, int slot, Bf16* page);
void PutValue(const AttentionShape& shape, const Bf16* v, int slot, Bf16* page);

void AttendForward(const Kernels& kernels, const AttentionShape& shape, const AttentionQueries& queries, const Bf16* const* k_pages,
                   const Bf16* const* v_pages, AttentionScratch& scratch);

struct AttentionGradient {
  const Bf16* d_out = nullptr;  // (count, heads), rows ld apart
  std::size_t ld_d_out = 0;
  float* dq = nullptr;  // (count, heads) written
  std::size_t ld_dq = 0;
  float* dk = nullptr;  // (keys, head_width) written, rows ld apart, for keys from prefix_keys on
  float* dv = nullptr;
  std::size_t ld_dkv = 0;
  int prefix_keys = 0;  // the first keys' gradients go here instead: (prefix_keys, head_width), dense
  float* dk_prefix = nullptr;
  float* dv_prefix = nullptr;
};

// k and v row-major (keys, head_width): the sequence's own keys after `prefix_keys` others. `queries.out` and `queries.lse` are what
// AttendForward wrote.
struct AttentionKeys {
  const Bf16* k = nullptr;  // own keys, rows ld apart
  const Bf16* v = nullptr;
  const Bf16* k_prefix = nullptr;  // rows ld apart too
  const Bf16* v_prefix = nullptr;
  std::size_t ld = 0;
  int prefix_keys = 0;
  int own_keys = 0;
  int keys() const { return prefix_keys + own_keys; }
};

// Packs into the scratch and attends.
void AttendForward(const Kernels& kernels, const AttentionShape& shape, const AttentionQueries& queries, const AttentionKeys& keys,
                   AttentionScratch& scratch);
void AttendBackward(const Kernels& kernels, const AttentionShape& shape, const AttentionQueries& queries, const AttentionKeys& keys,
                    const AttentionGradient& gradient, AttentionScratch& scratch);

}  // namespace paw
