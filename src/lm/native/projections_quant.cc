#include <algorithm>
#include <array>
#include <cstring>

#include "kernels/quant_gemm.h"
#include "lm/native/projections.h"

namespace paw::native {
namespace {

std::size_t Size(int rows, int columns) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }

class QuantProjections final : public Projections {
 public:
  QuantProjections(const Weights& weights, Block& block)
      : weights_(weights), block_(block), rows_of_threads_(static_cast<std::size_t>(block.pool().threads())) {}

  void TakeNorm(const float* h, const NormWeights& norm, int rows) override {
    const int width = weights_.shape.width;
    x_.Resize(rows, width);
    ForRows(rows, width, [&](int row, float* scratch) {
      block_.NormRow(h + Size(row, width), norm, scratch);
      RoundRow(row, scratch);
    });
  }

  void Take(const float* x, int rows, int width) override {
    x_.Resize(rows, width);
    ForRows(rows, 0, [&](int row, float*) { RoundRow(row, x + Size(row, width)); });
  }

  void TakeActivation(const float* gate, const float* up, int rows) override {
    const int width = weights_.shape.ff_width;
    x_.Resize(rows, width);
    ForRows(rows, width, [&](int row, float* scratch) {
      block_.ActivateRow(gate == nullptr ? nullptr : gate + Size(row, width), up + Size(row, width), scratch);
      RoundRow(row, scratch);
    });
  }

  void Project(int layer, std::span<const Span> spans, std::span<const ProjectionOut> wanted) override {
    MultiplyLowRank(layer, spans, wanted);
    const QuantLayer& matrices = weights_.quant->layers[static_cast<std::size_t>(layer)];
    jobs_.clear();
    for (const ProjectionOut& one : wanted) {
      const auto at = static_cast<std::size_t>(one.projection);
      QuantJob job(one.to);
      job.x = x_.inputs();
      job.w = &matrices.projections[at];
      job.rows = x_.rows;
      if (!matrices.biases[at].empty()) job.bias = matrices.biases[at].data();
      job.parts = parts_[at];
      jobs_.push_back(job);
    }
    QuantGemm(block_.kernels(), block_.pool(), jobs_);
  }

  void Logits(int first, int rows, std::span<const TokenId> ids, float* logits) override {
    QuantJob job;
    job.x = x_.inputs().At(static_cast<std::size_t>(first));
    job.w = ids.empty() ? &weights_.quant->output_matrix() : &Chosen(ids);
    job.rows = rows;
    job.y = logits;
    job.ldy = static_cast<std::size_t>(job.w->columns);
    QuantGemm(block_.kernels(), block_.pool(), {&job, 1});
  }

 private:
  // body(row, scratch) for all rows; the scratch has `width` numbers.
  template <class Body>
  void ForRows(int rows, int width, Body body) {
    block_.pool().RunRanges(rows, kRowGrain, [&](int first, int last, int thread) {
      float* scratch = rows_of_threads_[static_cast<std::size_t>(thread)].Reserve(static_cast<std::size_t>(width));
      for (int row = first; row < last; ++row) body(row, scratch);
    });
  }

  void RoundRow(int row, const float* x) { block_.kernels().round_row(x, x_.k, 1.0f, x_.row(row)); }

  // What lies between A and B of one projection's adapters: u = (alpha / rank) * x A^T of all rows, and rounded.
  struct Middle {
    Buffer<float> sums;  // (rows, rank)
    QuantRows rounded;
  };
  // A run of rows of one projection that have the same adapter.
  struct LowRank {
    std::size_t projection = 0;
    const Span* span = nullptr;
    const QuantPair* pair = nullptr;
  };

  void MultiplyLowRank(int layer, std::span<const Span> spans, std::span<const ProjectionOut> wanted) {
    for (auto& parts : parts_) parts.clear();
    low_rank_.clear();
    int rank = 0;
    for (const Span& span : spans) {
      if (span.count == 0 || span.quant == nullptr) continue;
      rank = std::max(rank, span.quant->rank);
      for (const ProjectionOut& one : wanted) {
        const QuantPair& pair = span.quant->pair(layer, one.projection);
        if (pair.present()) low_rank_.push_back({static_cast<std::size_t>(one.projection), &span, &pair});
      }
    }
    if (low_rank_.empty()) return;
    for (const ProjectionOut& one : wanted) {
      Middle& middle = middles_[static_cast<std::size_t>(one.projection)];
      middle.sums.Reserve(Size(x_.rows, rank));
      middle.rounded.Resize(x_.rows, rank);
    }
    MultiplyA(rank);
    RoundMiddles(rank);
    for (const LowRank& low : low_rank_) {
      const QuantInputs u = middles_[low.projection].rounded.inputs().At(static_cast<std::size_t>(low.span->first));
      parts_[low.projection].push_back({low.span->first, low.span->count, u, &low.pair->b});
    }
  }

  void MultiplyA(int rank) {
    jobs_.clear();
    for (const LowRank& low : low_rank_) {
      QuantJob job;
      job.x = x_.inputs().At(static_cast<std::size_t>(low.span->first));
      job.w = &low.pair->a;
      job.rows = low.span->count;
      job.y = middles_[low.projection].sums.get() + Size(low.span->first, rank);
      job.ldy = static_cast<std::size_t>(rank);
      jobs_.push_back(job);
    }
    QuantGemm(block_.kernels(), block_.pool(), jobs_);
  }

  // Long spans in pieces; many short ones together.
  void RoundMiddles(int rank) {
    struct Piece {
      const LowRank* low;
      int first, last;
    };
    std::vector<Piece> pieces;
    for (const LowRank& low : low_rank_) {
      const int end = low.span->first + low.span->count;
      for (int first = low.span->first; first < end; first += 4 * kRowGrain)
        pieces.push_back({&low, first, std::min(end, first + 4 * kRowGrain)});
    }
    const int grain = low_rank_.size() > 16 ? 8 : 1;
    block_.pool().RunRanges(static_cast<int>(pieces.size()), grain, [&](int first, int last, int) {
      for (int i = first; i < last; ++i) {
        const Piece& piece = pieces[static_cast<std::size_t>(i)];
        for (int row = piece.first; row < piece.last; ++row) RoundMiddle(*piece.low, row, rank);
      }
    });
  }

  void RoundMiddle(const LowRank& low, int row, int rank) {
    Middle& middle = middles_[low.projection];
    block_.kernels().round_row(middle.sums.get() + Size(row, rank), low.pair->a.columns, low.span->quant->scale, middle.rounded.row(row));
  }

  // The chosen columns of the output matrix, kept while the same are asked for.
  const QuantMatrix& Chosen(std::span<const TokenId> ids) {
    if (std::equal(ids.begin(), ids.end(), chosen_ids_.begin(), chosen_ids_.end())) return chosen_;
    const QuantMatrix& output = weights_.quant->output_matrix();
    chosen_ids_.assign(ids.begin(), ids.end());
    chosen_.Resize(output.type, static_cast<int>(ids.size()), output.k);
    const std::size_t before_last = static_cast<std::size_t>(chosen_.panels() - 1) * chosen_.panel_bytes();
    std::memset(chosen_.owned.get() + before_last, 0, chosen_.panel_bytes());
    for (std::size_t i = 0; i < ids.size(); ++i) QuantCopyColumn(output, ids[i], chosen_, static_cast<int>(i));
    return chosen_;
  }

  const Weights& weights_;
  Block& block_;
  QuantRows x_;
  std::vector<Buffer<float>> rows_of_threads_;
  std::array<Middle, kProjectionCount> middles_;
  std::array<std::vector<QuantPart>, kProjectionCount> parts_;
  std::vector<LowRank> low_rank_;
  std::vector<QuantJob> jobs_;
  QuantMatrix chosen_;
  std::vector<TokenId> chosen_ids_;
};

}  // namespace

std::unique_ptr<Projections> MakeQuantProjections(const Weights& weights, Block& block) {
  return std::make_unique<QuantProjections>(weights, block);
}

}  // namespace paw::native
