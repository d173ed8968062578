// TrainPass, the gradients of A and B: sums over the tokens of a span, in their order, one thread an output.
//
//   dB = dy^T u  (u holds the scale)      dA = v^T x  (so does v)
#include <algorithm>

#include "lm/native/train_pass.h"

namespace paw::native {
namespace {

std::size_t Size(int rows, int columns) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }

}  // namespace

void TrainPass::AddTerm(const Bf16* right, int tokens, int columns, const GradientTerm& term) {
  for (GradientMatrix& matrix : gradient_matrices_) {
    if (matrix.right != right || matrix.tokens != tokens || matrix.columns != columns) continue;
    matrix.terms.push_back(term);
    return;
  }
  gradient_matrices_.push_back({right, tokens, columns, 0, {term}});
}

void TrainPass::TransposeLefts() {
  std::vector<std::pair<GradientTerm*, int>> terms;
  for (GradientMatrix& matrix : gradient_matrices_) {
    for (GradientTerm& term : matrix.terms) terms.emplace_back(&term, matrix.tokens);
  }
  if (transposed_.size() < terms.size()) transposed_.resize(terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    terms[i].first->left_transposed = transposed_[i].Reserve(Size(terms[i].first->rank, RoundUp(terms[i].second, 2)));
  }
  block_.pool().Run(static_cast<int>(terms.size()), [&](int task, int) {
    const auto& [term, tokens] = terms[static_cast<std::size_t>(task)];
    const int even = RoundUp(tokens, 2);
    for (int r = 0; r < term->rank; ++r) {
      Bf16* out = term->left_transposed + Size(r, even);
      for (int t = 0; t < tokens; ++t) out[t] = term->left[static_cast<std::size_t>(t) * Ldu() + static_cast<std::size_t>(r)];
      if (even != tokens) out[tokens] = 0;
    }
  });
}

// Columns [panel * kPanel, ...) of every term of one right side.
void TrainPass::RunGradientTask(const GradientMatrix& matrix, int panel, ThreadScratch& scratch) {
  const int column = panel * kPanel;
  const int columns = std::min(kPanel, matrix.columns - column);
  const int even = RoundUp(matrix.tokens, 2);
  Bf16* packed = scratch.panel.Reserve(Size(even, kPanel));
  block_.kernels().pack_rows_panel(matrix.right + column, static_cast<std::size_t>(matrix.columns), matrix.tokens, columns, packed);
  for (const GradientTerm& term : matrix.terms) {
    GemmJob job;
    job.rows = term.rank;
    job.columns = columns;
    job.Add({term.left_transposed, static_cast<std::size_t>(even), packed, 0, even});
    if (!term.by_columns) {
      float* gradient = term.gradient + column;
      job.ToResidual(gradient, gradient, static_cast<std::size_t>(matrix.columns));
      GemmBlock(block_.kernels(), job, 0, term.rank, 0, 1);
      continue;
    }
    float* tile = scratch.tile.Reserve(Size(term.rank, kPanel));
    job.ToF32(tile, kPanel);
    GemmBlock(block_.kernels(), job, 0, term.rank, 0, 1);
    for (int c = 0; c < columns; ++c) {
      float* gradient = term.gradient + Size(column + c, term.rank);
      for (int r = 0; r < term.rank; ++r) gradient[r] += tile[r * kPanel + c];
    }
  }
}

void TrainPass::AddGradients(int layer, std::span<const BackProduct> products, std::span<LoraWeights* const> gradients) {
  gradient_matrices_.clear();
  for (const BackProduct& product : products) {
    const int inputs = shape_.InputsOf(product.projection), outputs = shape_.OutputsOf(product.projection);
    for (std::size_t i = 0; i < product.spans.size(); ++i) {
      const Span& span = product.spans[i];
      if (span.count == 0 || span.lora == nullptr || !span.lora->pair(layer, product.projection).present) continue;
      LoraPair& gradient = gradients[i]->pair(layer, product.projection);
      const int rank = static_cast<int>(gradient.a.size() / static_cast<std::size_t>(inputs));
      const std::size_t low = static_cast<std::size_t>(span.first) * Ldu();
      AddTerm(product.dy + Size(span.first, outputs), span.count, outputs, {product.u + low, nullptr, rank, gradient.b.data(), true});
      AddTerm(product.x + Size(span.first, inputs), span.count, inputs, {product.v + low, nullptr, rank, gradient.a.data(), false});
    }
  }
  if (gradient_matrices_.empty()) return;
  TransposeLefts();
  int tasks = 0;
  for (GradientMatrix& matrix : gradient_matrices_) {
    matrix.first_task = tasks;
    tasks += (matrix.columns + kPanel - 1) / kPanel;
  }
  block_.pool().Run(tasks, [&](int task, int thread) {
    std::size_t i = 0;
    while (i + 1 < gradient_matrices_.size() && gradient_matrices_[i + 1].first_task <= task) ++i;
    const GradientMatrix& matrix = gradient_matrices_[i];
    RunGradientTask(matrix, task - matrix.first_task, scratch_[static_cast<std::size_t>(thread)]);
  });
}

}  // namespace paw::native
