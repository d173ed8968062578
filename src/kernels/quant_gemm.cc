#include "kernels/quant_gemm.h"

#include <algorithm>
#include <vector>

namespace paw {
namespace {

constexpr int kInputBytesMax = 192 << 10;  // of x in one block of rows: stays in a core's second-level cache
// From so many rows on, a panel is taken in parts whose codes, unpacked once, stay in the first cache while all tiles go over them.
constexpr int kTallRows = 3 * kQuantTileRows;
constexpr int kInputsAtOnce = 512;               // whole blocks of every type
constexpr int kRowsAtOnce = 96;                  // whose sums wait
constexpr std::size_t kLinesATile = 12;          // of the next panel, asked for with each tile
constexpr std::int64_t kTaskProducts = 1 << 17;  // multiplications a task is worth, at least

struct Plan {
  int row_blocks = 1;
  int panel_blocks = 1;
  int first_task = 0;
  int tasks() const { return row_blocks * panel_blocks; }
};

int Cut(int n, int parts, int part) { return static_cast<int>(std::int64_t{n} * part / parts); }

std::int64_t PanelProducts(const QuantJob& job, int rows) { return std::int64_t{kPanel} * job.w->k * rows; }

Plan MakePlan(const QuantJob& job, std::int64_t task_products) {
  Plan plan;
  if (job.rows == 0) return {0, 0, 0};
  const int rows_max = std::max(kQuantTileRows, kInputBytesMax / job.w->k);
  plan.row_blocks = (job.rows + rows_max - 1) / rows_max;
  const std::int64_t panel = PanelProducts(job, (job.rows + plan.row_blocks - 1) / plan.row_blocks);
  const auto chunk = std::clamp<std::int64_t>(task_products / panel, 1, job.w->panels());
  plan.panel_blocks = static_cast<int>((job.w->panels() + chunk - 1) / chunk);
  return plan;
}

// Memory that is read next, asked for a few lines at a time while something else is computed.
class Ahead {
 public:
  Ahead() = default;
  Ahead(const std::uint8_t* first, std::size_t bytes) : first_(first), bytes_(bytes) {}
  void Ask(std::size_t lines) {
    for (const std::size_t end = std::min(bytes_, at_ + lines * kLine); at_ < end; at_ += kLine) __builtin_prefetch(first_ + at_, 0, 2);
  }
  void AskAll() { Ask(bytes_ / kLine + 1); }

 private:
  static constexpr std::size_t kLine = 64;
  const std::uint8_t* first_ = nullptr;
  std::size_t bytes_ = 0, at_ = 0;
};

// One panel of a job for some of its rows. While it is computed the next panel is asked for (`more`: there is one): weights come from
// memory, and a chip's own read-ahead ends with each panel of a small matrix.
class PanelRun {
 public:
  PanelRun(const Kernels& kernels, const QuantJob& job, int panel, bool more) : kernels_(kernels), job_(job), panel_(panel), more_(more) {
    if (more) next_ = Ahead(job.w->panel(panel + 1), job.w->panel_bytes());
  }

  void Run(int first, int end) {
    for (int row = first; row < end; row += kRowsAtOnce) RunRows(row, std::min(end, row + kRowsAtOnce));
  }

 private:
  static int End(const QuantPart& part) { return part.first + part.count; }

  void RunRows(int first, int end) {
    first_ = first;
    const bool tall = end - first >= kTallRows;
    const int k = job_.w->k, step = tall ? kInputsAtOnce : k;
    for (int at = 0; at < k; at += step) {
      const int inputs = std::min(step, k - at);
      const QuantTile part = PartOf(at, inputs, tall && job_.w->type != DType::kQ8_0);
      ForRuns(first, end, [&](int row, int stop, std::size_t low_rank) {
        const bool out = at + inputs == k && low_rank == kNone;
        ForTiles(row, stop, [&](int r, int count) { Multiply(part, at, r, count, out); });
      });
    }
    ForRuns(first, end, [&](int row, int stop, std::size_t low_rank) {
      if (low_rank != kNone) AddParts(row, stop, low_rank);
    });
  }

  // Inputs [at, at + inputs) of the panel, their codes expanded or not. Blocks stand at equal distances.
  QuantTile PartOf(int at, int inputs, bool expand) {
    QuantTile tile = TileOf(*job_.w);
    tile.w += job_.w->panel_bytes() * static_cast<std::size_t>(at) / static_cast<std::size_t>(job_.w->k);
    tile.k = inputs;
    if (expand) {
      kernels_.quant_expand(tile.type, tile.w, inputs, codes_);
      tile.codes = codes_;
    }
    return tile;
  }

  QuantTile TileOf(const QuantMatrix& w) const {
    QuantTile tile;
    tile.type = w.type;
    tile.w = w.panel(panel_);
    tile.k = w.k;
    tile.columns = kPanel;  // those beyond the last are zeros of the panel
    return tile;
  }

  // body(row, stop, low_rank) for runs of rows without adapters (kNone) and with them (the first one's index among the parts).
  template <class Body>
  void ForRuns(int first, int end, Body body) const {
    std::size_t part = 0;
    for (int row = first; row < end;) {
      while (part < job_.parts.size() && End(job_.parts[part]) <= row) ++part;
      if (part == job_.parts.size() || job_.parts[part].first > row) {
        const int stop = part < job_.parts.size() ? std::min(end, job_.parts[part].first) : end;
        body(row, stop, kNone);
        row = stop;
        continue;
      }
      std::size_t last = part;
      while (last + 1 < job_.parts.size() && job_.parts[last + 1].first == End(job_.parts[last])) ++last;
      const int stop = std::min(end, End(job_.parts[last]));
      body(row, stop, part);
      row = stop;
    }
  }

  // Tiles of nearly equal height: 7 rows are 4 + 3, not 6 + 1. The bits are the same either way.
  template <class Body>
  static void ForTiles(int first, int end, Body body) {
    const int rows = end - first, tiles = (rows + kQuantTileRows - 1) / kQuantTileRows;
    for (int t = 0; t < tiles; ++t) body(first + Cut(rows, tiles, t), Cut(rows, tiles, t + 1) - Cut(rows, tiles, t));
  }

  float* Sums(int row) { return sums_ + (row - first_) * kPanel; }

  void ToOutput(int row, QuantTile& tile) const {
    tile.out = job_.At(static_cast<std::size_t>(row), static_cast<std::size_t>(panel_) * kPanel);
    tile.columns = std::min(kPanel, job_.w->columns - panel_ * kPanel);
  }

  // x W^T of the inputs from `at` on, going on from the sums (at 0 from the bias), to the output or the sums.
  void Multiply(const QuantTile& part, int at, int row, int count, bool out) {
    QuantTile tile = part;
    tile.x = job_.x.At(static_cast<std::size_t>(row));
    tile.x.blocks += at / kQuantBlock;
    tile.rows = count;
    if (job_.rows >= kQuantTileRows) next_.Ask(kLinesATile);
    if (at > 0) {
      tile.begin = Sums(row);
      tile.ld_begin = kPanel;
    } else if (job_.bias != nullptr) {
      tile.begin = job_.bias + panel_ * kPanel;
    }
    if (out)
      ToOutput(row, tile);
    else
      tile.out.ToF32(Sums(row), kPanel);
    kernels_.quant_tile(tile);
  }

  void AddParts(int row, int stop, std::size_t part) {
    for (int at = row; at < stop; ++part) {
      const QuantPart& p = job_.parts[part];
      const int end = std::min(stop, End(p));
      if (end <= at) continue;
      if (more_) Ahead(p.b->panel(panel_ + 1), p.b->panel_bytes()).AskAll();
      ForTiles(at, end, [&](int r, int count) {
        QuantTile tile = TileOf(*p.b);
        tile.x = p.u.At(static_cast<std::size_t>(r - p.first));
        tile.rows = count;
        tile.begin = Sums(r);
        tile.ld_begin = kPanel;
        ToOutput(r, tile);
        kernels_.quant_tile(tile);
      });
      at = end;
    }
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  const Kernels& kernels_;
  const QuantJob& job_;
  int panel_;
  bool more_;
  Ahead next_;
  int first_ = 0;  // row of the sums
  alignas(64) float sums_[kRowsAtOnce * kPanel];
  alignas(64) std::uint8_t codes_[kInputsAtOnce * kPanel];
};

void RunTask(const Kernels& kernels, const QuantJob& job, const Plan& plan, int task) {
  const int row_block = task / plan.panel_blocks, panel_block = task % plan.panel_blocks;
  const int first = Cut(job.rows, plan.row_blocks, row_block), end = Cut(job.rows, plan.row_blocks, row_block + 1);
  const int last_panel = Cut(job.w->panels(), plan.panel_blocks, panel_block + 1);
  for (int panel = Cut(job.w->panels(), plan.panel_blocks, panel_block); panel < last_panel; ++panel) {
    PanelRun(kernels, job, panel, panel + 1 < last_panel).Run(first, end);
  }
}

}  // namespace

void QuantGemm(const Kernels& kernels, ThreadPool& pool, std::span<const QuantJob> jobs) {
  std::int64_t products = 0;
  for (const QuantJob& job : jobs) products += PanelProducts(job, job.rows) * job.w->panels();
  // A few tasks a thread: enough that they end together, not more, for each costs a hand-over.
  const std::int64_t task_products = std::max(kTaskProducts, products / (pool.threads() == 1 ? 1 : 4 * pool.threads()));
  std::vector<Plan> plans;
  plans.reserve(jobs.size());
  int tasks = 0;
  for (const QuantJob& job : jobs) {
    plans.push_back(MakePlan(job, task_products));
    plans.back().first_task = tasks;
    tasks += plans.back().tasks();
  }
  pool.Run(tasks, [&](int task, int) {
    const auto after = std::upper_bound(plans.begin(), plans.end(), task, [](int t, const Plan& plan) { return t < plan.first_task; });
    const auto j = static_cast<std::size_t>(after - plans.begin()) - 1;
    RunTask(kernels, jobs[j], plans[j], task - plans[j].first_task);
  });
}

}  // namespace paw
