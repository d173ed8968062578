#include <algorithm>
#include <array>
#include <cstring>

#include "lm/native/layer_reader.h"
#include "lm/native/projections.h"

namespace paw::native {
namespace {

std::size_t Size(int rows, int columns) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }

class Bf16Projections final : public Projections {
 public:
  Bf16Projections(const Weights& weights, Block& block)
      : weights_(weights),
        block_(block),
        layers_(weights, block.pool()),
        rows_of_threads_(static_cast<std::size_t>(block.pool().threads())) {}

  void TakeNorm(const float* h, const NormWeights& norm, int rows) override {
    Bf16* x = x_own_.Reserve(Size(rows, weights_.shape.width));
    block_.Norm(h, norm, rows, x, nullptr);
    x_ = x;
  }

  void Take(const float* x, int rows, int width) override {
    Bf16* rounded = x_own_.Reserve(Size(rows, width));
    block_.ToBf16(x, rows, width, rounded);
    x_ = rounded;
  }

  void TakeActivation(const float* gate, const float* up, int rows) override {
    const int width = weights_.shape.ff_width;
    Bf16* x = x_own_.Reserve(Size(rows, width));
    block_.pool().RunRanges(rows, kRowGrain, [&](int first, int last, int thread) {
      float* act = rows_of_threads_[static_cast<std::size_t>(thread)].Reserve(static_cast<std::size_t>(width));
      for (int row = first; row < last; ++row) {
        block_.ActivateRow(gate == nullptr ? nullptr : gate + Size(row, width), up + Size(row, width), act);
        block_.kernels().to_bf16(act, width, 1.0f, x + Size(row, width));
      }
    });
    x_ = x;
  }

  void Project(int layer, std::span<const Span> spans, std::span<const ProjectionOut> wanted) override {
    const LayerMatrices& matrices = layers_.At(layer);
    int rows = 0, rank = 2;
    for (const Span& span : spans) {
      rows = span.first + span.count;
      if (span.lora != nullptr) rank = std::max(rank, span.lora->rank);
    }
    products_.clear();
    for (const ProjectionOut& one : wanted) {
      Bf16* u = u_[static_cast<std::size_t>(one.projection)].Reserve(Size(rows, rank));
      products_.push_back({one.projection, x_, u, static_cast<std::size_t>(rank), spans, one.to});
    }
    block_.Project(matrices, layer, products_);
  }

  void Logits(int first, int rows, std::span<const TokenId> ids, float* logits) override {
    const PackedMatrix& matrix = ids.empty() ? weights_.output_matrix() : Chosen(ids);
    GemmJob job;
    job.rows = rows;
    job.columns = matrix.columns;
    job.Add(matrix.Segment(x_ + Size(first, weights_.shape.width), static_cast<std::size_t>(weights_.shape.width)));
    job.ToF32(logits, static_cast<std::size_t>(matrix.columns));
    Gemm(block_.kernels(), block_.pool(), {&job, 1});
  }

 private:
  // The chosen columns of the output matrix, kept while the same are asked for.
  const PackedMatrix& Chosen(std::span<const TokenId> ids) {
    if (std::equal(ids.begin(), ids.end(), chosen_ids_.begin(), chosen_ids_.end())) return chosen_;
    const PackedMatrix& output = weights_.output_matrix();
    chosen_ids_.assign(ids.begin(), ids.end());
    chosen_.Resize(static_cast<int>(ids.size()), output.k);
    std::memset(chosen_.data.get() + static_cast<std::size_t>(chosen_.panels() - 1) * chosen_.panel_stride(), 0,
                chosen_.panel_stride() * sizeof(Bf16));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const Bf16* from = output.panel(ids[i] / kPanel) + (ids[i] % kPanel) * 2;
      Bf16* to = chosen_.data.get() + (i / kPanel) * chosen_.panel_stride() + (i % kPanel) * 2;
      for (int pair = 0; pair < output.k / 2; ++pair) std::memcpy(to + pair * 2 * kPanel, from + pair * 2 * kPanel, 2 * sizeof(Bf16));
    }
    return chosen_;
  }

  const Weights& weights_;
  Block& block_;
  LayerReader layers_;
  const Bf16* x_ = nullptr;  // the rows taken
  Buffer<Bf16> x_own_;
  std::vector<Buffer<float>> rows_of_threads_;
  std::array<Buffer<Bf16>, kProjectionCount> u_;
  std::vector<Product> products_;
  PackedMatrix chosen_;
  std::vector<TokenId> chosen_ids_;
};

}  // namespace

std::unique_ptr<Projections> MakeBf16Projections(const Weights& weights, Block& block) {
  return std::make_unique<Bf16Projections>(weights, block);
}

}  // namespace paw::native
