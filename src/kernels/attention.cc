#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/gemm.h"

namespace paw {
namespace {

constexpr int kBackwardQueries = 48;  // queries of one block: the reduction length of dK and dV's products

// Some rows that share one set of keys: queries of one head, or the heads of one query.
struct Rows {
  int count = 0;
  const Bf16* x = nullptr;
  std::size_t ldx = 0;
  const int* visible = nullptr;  // of row i: visible[i * visible_step]
  int visible_step = 0;
  Bf16* out = nullptr;
  std::size_t ldo = 0;
  float* lse = nullptr;
  std::size_t ld_lse = 0;
  float* out_f32 = nullptr;
};

void AttendRows(const Kernels& kernels, const AttentionShape& shape, const Rows& rows, const Bf16* const* k_pages,
                const Bf16* const* v_pages, AttentionScratch& scratch) {
  const int pages = (rows.visible[(rows.count - 1) * rows.visible_step] + kPanel - 1) / kPanel;
  const auto ld = static_cast<std::size_t>(pages) * kPanel;
  const auto width = static_cast<std::size_t>(shape.head_width);
  float* scores = scratch.scores.Reserve(kTileRows * ld);
  Bf16* p = scratch.p.Reserve(kTileRows * ld);
  float* out = scratch.out_rows.Reserve(kTileRows * width);
  GemmTile tile;
  tile.rows = rows.count;
  tile.segment_count = 1;
  tile.columns = kPanel;
  tile.ldy = ld;
  for (int page = 0; page < pages; ++page) {
    const GemmSegment segment{rows.x, rows.ldx, k_pages[page], 0, shape.head_width};
    tile.segments = &segment;
    tile.y = scores + page * kPanel;
    kernels.gemm_tile(tile);
  }
  const float scale = 1.0f / std::sqrt(static_cast<float>(shape.head_width));
  float sums[kTileRows];
  for (int i = 0; i < rows.count; ++i) {
    float max = 0.0f;
    sums[i] = kernels.softmax(scores + i * ld, rows.visible[i * rows.visible_step], static_cast<int>(ld), scale, p + i * ld, &max);
    if (rows.lse != nullptr) rows.lse[i * rows.ld_lse] = max * scale + std::log(sums[i]);
  }
  scratch.segments.resize(static_cast<std::size_t>(pages));
  tile.segments = scratch.segments.data();
  tile.segment_count = pages;
  tile.ldy = width;
  for (int panel = 0; panel < shape.value_panels(); ++panel) {
    for (int page = 0; page < pages; ++page) {
      scratch.segments[static_cast<std::size_t>(page)] = {p + page * kPanel, ld, v_pages[page] + panel * kPanel * kPanel, 0, kPanel};
    }
    tile.columns = std::min(kPanel, shape.head_width - panel * kPanel);
    tile.y = out + panel * kPanel;
    kernels.gemm_tile(tile);
  }
  for (int i = 0; i < rows.count; ++i) {
    const std::size_t to = static_cast<std::size_t>(i) * rows.ldo;
    const float* from = out + static_cast<std::size_t>(i) * width;
    const float scale_out = 1.0f / sums[i];
    if (rows.out != nullptr) kernels.to_bf16(from, shape.head_width, scale_out, rows.out + to);
    if (rows.out_f32 != nullptr) std::transform(from, from + width, rows.out_f32 + to, [&](float sum) { return scale_out * sum; });
  }
}

// All keys and values of a sequence as dense rows (keys, head_width).
void GatherRows(const AttentionShape& shape, const AttentionKeys& keys, AttentionScratch& scratch) {
  const auto width = static_cast<std::size_t>(shape.head_width);
  Bf16* k = scratch.k_rows.Reserve(static_cast<std::size_t>(keys.keys()) * width);
  Bf16* v = scratch.v_rows.Reserve(static_cast<std::size_t>(keys.keys()) * width);
  for (int j = 0; j < keys.keys(); ++j) {
    const bool own = j >= keys.prefix_keys;
    const std::size_t row = static_cast<std::size_t>(own ? j - keys.prefix_keys : j) * keys.ld;
    std::memcpy(k + static_cast<std::size_t>(j) * width, (own ? keys.k : keys.k_prefix) + row, width * sizeof(Bf16));
    std::memcpy(v + static_cast<std::size_t>(j) * width, (own ? keys.v : keys.v_prefix) + row, width * sizeof(Bf16));
  }
}

// Pages of keys in the score layout, one behind the other; zero beyond `keys`.
Bf16* PackScorePages(const AttentionShape& shape, const Bf16* rows, int keys, Buffer<Bf16>& pages) {
  const int count = (keys + kPanel - 1) / kPanel;
  Bf16* out = pages.Reserve(static_cast<std::size_t>(count) * shape.page_key_size());
  for (int page = 0; page < count; ++page) {
    PackColumnsPanel(rows + static_cast<std::size_t>(page) * kPanel * static_cast<std::size_t>(shape.head_width),
                     static_cast<std::size_t>(shape.head_width), std::min(kPanel, keys - page * kPanel), shape.head_width,
                     out + static_cast<std::size_t>(page) * shape.page_key_size());
  }
  return out;
}

// `rows` dense rows of `width`, transposed: out (width, ld); ld is even and columns beyond `rows` up to it are zero.
void Transpose(const Bf16* in, std::size_t ld_in, int rows, int width, Bf16* out, int ld) {
  for (int d = 0; d < width; ++d) {
    Bf16* to = out + static_cast<std::size_t>(d) * static_cast<std::size_t>(ld);
    for (int i = 0; i < rows; ++i) to[i] = in[static_cast<std::size_t>(i) * ld_in + static_cast<std::size_t>(d)];
    for (int i = rows; i < ld; ++i) to[i] = 0;
  }
}

// The state of one AttendBackward call.
struct Backward {
  const Kernels& kernels;
  const AttentionShape& shape;
  const AttentionQueries& queries;
  const AttentionGradient& gradient;
  AttentionScratch& scratch;
  int pages = 0;
  int keys_padded = 0;

  // dT (head_width, keys_padded) += xT (head_width, rows) * m (rows, columns)
  void AddProduct(const Bf16* x_transposed, int rows, const Bf16* m, int columns, float* d_transposed) {
    const int k = RoundUp(rows, 2);
    Bf16* panel = scratch.panels.Reserve(static_cast<std::size_t>(k) * kPanel);
    for (int column = 0; column < columns; column += kPanel) {
      kernels.pack_rows_panel(m + column, static_cast<std::size_t>(columns), rows, kPanel, panel);
      GemmJob job;
      job.rows = shape.head_width;
      job.columns = kPanel;
      job.Add({x_transposed, static_cast<std::size_t>(k), panel, 0, k});
      job.resume = true;
      job.ToF32(d_transposed + column, static_cast<std::size_t>(keys_padded));
      GemmBlock(kernels, job, 0, shape.head_width, 0, 1);
    }
  }

  // out (rows, columns) = x (rows, k) W
  void Product(const Bf16* x, std::size_t ldx, int rows, const Bf16* w, std::size_t stride, int k, int columns, float* out,
               std::size_t ld) {
    GemmJob job;
    job.rows = rows;
    job.columns = columns;
    job.Add({x, ldx, w, stride, k});
    job.ToF32(out, ld);
    GemmBlock(kernels, job, 0, rows, 0, (columns + kPanel - 1) / kPanel);
  }

  void Block(int head, int first, int rows) {
    const int width = shape.head_width;
    const std::size_t head_offset = static_cast<std::size_t>(head) * static_cast<std::size_t>(width);
    const int seen = queries.visible[static_cast<std::size_t>(first + rows - 1)];
    const int columns = RoundUp(seen, kPanel);
    const auto ld = static_cast<std::size_t>(columns);
    const Bf16* q = queries.q + static_cast<std::size_t>(first) * queries.ldq + head_offset;
    const Bf16* d_out = gradient.d_out + static_cast<std::size_t>(first) * gradient.ld_d_out + head_offset;
    const Bf16* out = queries.out + static_cast<std::size_t>(first) * queries.ldo + head_offset;
    float* scores = scratch.scores.Reserve(kBackwardQueries * ld);
    float* d_scores = scratch.d_scores.Reserve(kBackwardQueries * ld);
    Bf16* p = scratch.p.Reserve(kBackwardQueries * ld);
    Bf16* ds = scratch.ds.Reserve(kBackwardQueries * ld);
    Product(q, queries.ldq, rows, scratch.k_pages.get(), shape.page_key_size(), width, columns, scores, ld);
    Product(d_out, gradient.ld_d_out, rows, scratch.v_pages.get(), shape.page_key_size(), width, columns, d_scores, ld);
    const float scale = 1.0f / std::sqrt(static_cast<float>(width));
    for (int i = 0; i < rows; ++i) {
      const auto row = static_cast<std::size_t>(i);
      const float delta = kernels.dot(d_out + row * gradient.ld_d_out, out + row * queries.ldo, width);
      const float lse = queries.lse[static_cast<std::size_t>(first + i) * queries.ld_lse + static_cast<std::size_t>(head)];
      kernels.softmax_backward(scores + row * ld, d_scores + row * ld, queries.visible[static_cast<std::size_t>(first + i)], columns, scale,
                               lse, delta, p + row * ld, ds + row * ld);
    }
    Product(ds, ld, rows, scratch.k_row_panels.get(), static_cast<std::size_t>(keys_padded) * kPanel, columns, width,
            gradient.dq + static_cast<std::size_t>(first) * gradient.ld_dq + head_offset, gradient.ld_dq);
    const int even = RoundUp(rows, 2);
    Bf16* q_transposed = scratch.q_transposed.Reserve(static_cast<std::size_t>(width) * kBackwardQueries);
    Bf16* d_out_transposed = scratch.d_out_transposed.Reserve(static_cast<std::size_t>(width) * kBackwardQueries);
    Transpose(q, queries.ldq, rows, width, q_transposed, even);
    Transpose(d_out, gradient.ld_d_out, rows, width, d_out_transposed, even);
    AddProduct(q_transposed, rows, ds, columns, scratch.dk_transposed.get());
    AddProduct(d_out_transposed, rows, p, columns, scratch.dv_transposed.get());
  }

  void WriteKeyGradients(const AttentionKeys& keys) {
    const auto width = static_cast<std::size_t>(shape.head_width);
    for (int j = 0; j < keys.keys(); ++j) {
      const bool own = j >= keys.prefix_keys;
      const std::size_t row = static_cast<std::size_t>(own ? j - keys.prefix_keys : j);
      float* dk = own ? gradient.dk + row * gradient.ld_dkv : gradient.dk_prefix + row * width;
      float* dv = own ? gradient.dv + row * gradient.ld_dkv : gradient.dv_prefix + row * width;
      for (std::size_t d = 0; d < width; ++d) {
        dk[d] = scratch.dk_transposed[d * static_cast<std::size_t>(keys_padded) + static_cast<std::size_t>(j)];
        dv[d] = scratch.dv_transposed[d * static_cast<std::size_t>(keys_padded) + static_cast<std::size_t>(j)];
      }
    }
  }
};

}  // namespace

void PutKey(const AttentionShape& shape, const Bf16* k, int slot, Bf16* page) {
  for (int pair = 0; pair < shape.head_width / 2; ++pair) std::memcpy(page + (pair * kPanel + slot) * 2, k + 2 * pair, 2 * sizeof(Bf16));
}

void PutValue(const AttentionShape& shape, const Bf16* v, int slot, Bf16* page) {
  for (int d = 0; d < shape.head_width; ++d) {
    page[(d / kPanel) * kPanel * kPanel + ((slot / 2) * kPanel + d % kPanel) * 2 + slot % 2] = v[d];
  }
}

void AttendForward(const Kernels& kernels, const AttentionShape& shape, const AttentionQueries& queries, const Bf16* const* k_pages,
                   const Bf16* const* v_pages, AttentionScratch& scratch) {
  const auto width = static_cast<std::size_t>(shape.head_width);
  if (queries.count == 1 && shape.heads <= kTileRows) {
    AttendRows(kernels, shape,
               {shape.heads, queries.q, width, queries.visible.data(), 0, queries.out, width, queries.lse, 1, queries.out_f32}, k_pages,
               v_pages, scratch);
    return;
  }
  for (int first = 0; first < queries.count; first += kTileRows) {
    const auto row = static_cast<std::size_t>(first);
    for (int head = 0; head < shape.heads; ++head) {
      const auto h = static_cast<std::size_t>(head);
      Rows rows{std::min(kTileRows, queries.count - first),
                queries.q + row * queries.ldq + h * width,
                queries.ldq,
                queries.visible.data() + first,
                1,
                queries.out == nullptr ? nullptr : queries.out + row * queries.ldo + h * width,
                queries.ldo,
                nullptr,
                queries.ld_lse,
                queries.out_f32 == nullptr ? nullptr : queries.out_f32 + row * queries.ldo + h * width};
      if (queries.lse != nullptr) rows.lse = queries.lse + row * queries.ld_lse + h;
      AttendRows(kernels, shape, rows, k_pages, v_pages, scratch);
    }
  }
}

void AttendForward(const Kernels& kernels, const AttentionShape& shape, const AttentionQueries& queries, const AttentionKeys& keys,
                   AttentionScratch& scratch) {
  if (queries.count == 0) return;
  GatherRows(shape, keys, scratch);
  const int pages = (keys.keys() + kPanel - 1) / kPanel;
  PackScorePages(shape, scratch.k_rows.get(), keys.keys(), scratch.k_pages);
  Bf16* v_pages = scratch.v_pages.Reserve(static_cast<std::size_t>(pages) * shape.page_value_size());
  std::memset(v_pages + static_cast<std::size_t>(pages - 1) * shape.page_value_size(), 0, shape.page_value_size() * sizeof(Bf16));
  scratch.k_list.clear();
  scratch.v_list.clear();
  for (int page = 0; page < pages; ++page) {
    Bf16* values = v_pages + static_cast<std::size_t>(page) * shape.page_value_size();
    for (int panel = 0; panel < shape.value_panels(); ++panel) {
      kernels.pack_rows_panel(scratch.v_rows.get() + static_cast<std::size_t>(page) * kPanel * static_cast<std::size_t>(shape.head_width) +
                                  static_cast<std::size_t>(panel) * kPanel,
                              static_cast<std::size_t>(shape.head_width), std::min(kPanel, keys.keys() - page * kPanel),
                              std::min(kPanel, shape.head_width - panel * kPanel), values + panel * kPanel * kPanel);
    }
    scratch.k_list.push_back(scratch.k_pages.get() + static_cast<std::size_t>(page) * shape.page_key_size());
    scratch.v_list.push_back(values);
  }
  AttendForward(kernels, shape, queries, scratch.k_list.data(), scratch.v_list.data(), scratch);
}

void AttendBackward(const Kernels& kernels, const AttentionShape& shape, const AttentionQueries& queries, const AttentionKeys& keys,
                    const AttentionGradient& gradient, AttentionScratch& scratch) {
  Backward work{kernels, shape, queries, gradient, scratch};
  work.pages = (keys.keys() + kPanel - 1) / kPanel;
  work.keys_padded = work.pages * kPanel;
  const auto width = static_cast<std::size_t>(shape.head_width);
  const auto padded = static_cast<std::size_t>(work.keys_padded);
  GatherRows(shape, keys, scratch);
  PackScorePages(shape, scratch.k_rows.get(), keys.keys(), scratch.k_pages);
  PackScorePages(shape, scratch.v_rows.get(), keys.keys(), scratch.v_pages);
  // k as the right side of dQ = dS K: panels of head_width whose reduction is the keys, zero beyond the last.
  Bf16* k_row_panels = scratch.k_row_panels.Reserve(static_cast<std::size_t>(shape.value_panels()) * padded * kPanel);
  for (int panel = 0; panel < shape.value_panels(); ++panel) {
    Bf16* out = k_row_panels + static_cast<std::size_t>(panel) * padded * kPanel;
    kernels.pack_rows_panel(scratch.k_rows.get() + static_cast<std::size_t>(panel) * kPanel, width, keys.keys(),
                            std::min(kPanel, shape.head_width - panel * kPanel), out);
    const std::size_t packed = static_cast<std::size_t>(RoundUp(keys.keys(), 2)) * kPanel;
    std::memset(out + packed, 0, (padded * kPanel - packed) * sizeof(Bf16));
  }
  std::fill_n(scratch.dk_transposed.Reserve(width * padded), width * padded, 0.0f);
  std::fill_n(scratch.dv_transposed.Reserve(width * padded), width * padded, 0.0f);
  for (int head = 0; head < shape.heads; ++head) {
    for (int first = 0; first < queries.count; first += kBackwardQueries) {
      work.Block(head, first, std::min(kBackwardQueries, queries.count - first));
    }
  }
  work.WriteKeyGradients(keys);
}

}  // namespace paw
