#include "kernels/gemm.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace paw {
namespace {

constexpr int kInputBytesMax =
    256 << 10;  // of X in one block: stays in a core's second-level cache, and leaves tasks small enough to end together
constexpr std::int64_t kTaskProducts = 1 << 22;  // multiplications a task is worth

struct Plan {
  int row_blocks = 1;
  int panel_blocks = 1;
  int panels = 1;
  int first_task = 0;
  int tasks() const { return row_blocks * panel_blocks; }
};

Plan MakePlan(const Kernels& kernels, const GemmJob& job, int threads) {
  int k = 0;
  for (int s = 0; s < job.segment_count; ++s) k += job.segments[s].k;
  Plan plan;
  plan.panels = (job.columns + kPanel - 1) / kPanel;
  const int rows_max = std::max(2 * kTileRows, kInputBytesMax / std::max(2 * k, 1));
  plan.row_blocks = std::max(1, (job.rows + rows_max - 1) / rows_max);
  const std::int64_t panel_products = std::int64_t{kPanel} * k * std::max(1, job.rows / plan.row_blocks);
  int chunk = static_cast<int>(std::max<std::int64_t>(1, kTaskProducts / std::max<std::int64_t>(panel_products, 1)));
  if (plan.row_blocks * plan.panels > threads) chunk = std::min(chunk, std::max(1, plan.row_blocks * plan.panels / (2 * threads)));
  const int at_once = kernels.panels_at_once(std::min(job.rows, kTileRows));
  if (chunk > at_once) chunk -= chunk % at_once;
  plan.panel_blocks = std::max(1, (plan.panels + chunk - 1) / chunk);
  return plan;
}

void RunTask(const Kernels& kernels, const GemmJob& job, const Plan& plan, int task) {
  const int row_block = task / plan.panel_blocks;
  const int panel_block = task % plan.panel_blocks;
  const auto cut = [](int n, int parts, int part) { return static_cast<int>(std::int64_t{n} * part / parts); };
  const int row = cut(job.rows, plan.row_blocks, row_block);
  const int row_end = cut(job.rows, plan.row_blocks, row_block + 1);
  const int chunk = (plan.panels + plan.panel_blocks - 1) / plan.panel_blocks;
  const int panel = std::min(plan.panels, panel_block * chunk);
  const int panel_end = std::min(plan.panels, panel + chunk);
  if (panel < panel_end && row < row_end) GemmBlock(kernels, job, row, row_end - row, panel, panel_end - panel);
}

}  // namespace

void PackColumnsPanel(const Bf16* w, std::size_t ld, int columns, int k, Bf16* panel) {
  // In blocks whose part of the panel stays in the first cache while its columns are filled in one by one.
  constexpr int kBlockPairs = 64;
  const int pairs = (k + 1) / 2;
  for (int first = 0; first < pairs; first += kBlockPairs) {
    const int last = std::min(first + kBlockPairs, pairs);
    for (int c = 0; c < kPanel; ++c) {
      const Bf16* row = w + static_cast<std::size_t>(std::min(c, columns - 1)) * ld;
      Bf16* out = panel + 2 * c;
      const int whole = c < columns ? std::min(last, k / 2) : first;
      for (int pair = first; pair < whole; ++pair) std::memcpy(out + static_cast<std::size_t>(pair) * 2 * kPanel, row + 2 * pair, 4);
      for (int pair = whole; pair < last; ++pair) std::memset(out + static_cast<std::size_t>(pair) * 2 * kPanel, 0, 4);
      if (c < columns && k % 2 != 0 && last == pairs) out[static_cast<std::size_t>(pairs - 1) * 2 * kPanel] = row[k - 1];
    }
  }
}

void PackColumns(const Bf16* w, int columns, int k, PackedMatrix& out) {
  out.Resize(columns, k);
  for (int p = 0; p < out.panels(); ++p) {
    PackColumnsPanel(w + static_cast<std::size_t>(p) * kPanel * k, static_cast<std::size_t>(k), std::min(kPanel, columns - p * kPanel), k,
                     out.data.get() + p * out.panel_stride());
  }
}

void PackRows(const Kernels& kernels, const Bf16* w, int k, int columns, PackedMatrix& out) {
  out.Resize(columns, k);
  for (int p = 0; p < out.panels(); ++p) {
    kernels.pack_rows_panel(w + p * kPanel, static_cast<std::size_t>(columns), k, std::min(kPanel, columns - p * kPanel),
                            out.data.get() + p * out.panel_stride());
  }
}

void UnpackColumn(const PackedMatrix& packed, int column, Bf16* row) {
  const Bf16* in = packed.panel(column / kPanel) + (column % kPanel) * 2;
  for (int pair = 0; pair < packed.k / 2; ++pair) std::memcpy(row + 2 * pair, in + static_cast<std::size_t>(pair) * 2 * kPanel, 4);
}

void GemmBlock(const Kernels& kernels, const GemmJob& job, int first_row, int rows, int first_panel, int panels) {
  std::array<GemmSegment, kSegmentsMax> local;
  GemmTile tile;
  tile.segments = local.data();
  tile.segment_count = job.segment_count;
  tile.resume = job.resume;
  // Tiles of nearly equal height: 25 rows are 9 + 8 + 8, not 12 + 12 + 1. The bits are the same either way.
  const int tiles = (rows + kTileRows - 1) / kTileRows;
  const int at_once = kernels.panels_at_once((rows + tiles - 1) / tiles);
  for (int p = first_panel; p < first_panel + panels;) {
    tile.panels = first_panel + panels - p >= at_once ? at_once : 1;
    const std::size_t column = static_cast<std::size_t>(p) * kPanel;
    tile.columns = std::min(tile.panels * kPanel, job.columns - static_cast<int>(column));
    for (int t = 0; t < tiles; ++t) {
      const std::size_t row = static_cast<std::size_t>(first_row + rows * t / tiles);
      tile.rows = rows * (t + 1) / tiles - rows * t / tiles;
      for (int s = 0; s < job.segment_count; ++s) {
        const GemmSegment& from = job.segments[s];
        local[static_cast<std::size_t>(s)] = {from.x + row * from.ldx, from.ldx, from.w + static_cast<std::size_t>(p) * from.panel_stride,
                                              from.panel_stride, from.k};
      }
      static_cast<GemmOutput&>(tile) = job.At(row, column);
      kernels.gemm_tile(tile);
    }
    p += tile.panels;
  }
}

void Gemm(const Kernels& kernels, ThreadPool& pool, std::span<const GemmJob> jobs) {
  std::vector<Plan> plans;
  plans.reserve(jobs.size());
  int tasks = 0;
  for (const GemmJob& job : jobs) {
    Plan plan = MakePlan(kernels, job, pool.threads());
    plan.first_task = tasks;
    tasks += plan.tasks();
    plans.push_back(plan);
  }
  pool.Run(tasks, [&](int task, int) {
    std::size_t j = 0;
    while (j + 1 < plans.size() && plans[j + 1].first_task <= task) ++j;
    RunTask(kernels, jobs[j], plans[j], task - plans[j].first_task);
  });
}

}  // namespace paw
