#include "lm/native/loss.h"

#include <algorithm>
#include <cmath>

#include "tensor/dtype.h"

namespace paw::native {
namespace {

constexpr int kRowsMax = 128;           // rows of a block: 24 MiB of logits at a vocabulary of 49,152
constexpr int kVocabularyBlock = 1024;  // reduction of one step of dx: its slice of the output matrix stays in cache

float LogSumExp(const float* logits, std::span<const TokenId> ids) {
  float top = logits[ids[0]];
  for (const TokenId id : ids) top = std::max(top, logits[id]);
  double sum = 0;
  for (const TokenId id : ids) sum += std::exp(static_cast<double>(logits[id]) - top);
  return top + static_cast<float>(std::log(sum));
}

}  // namespace

// d_logits = loss_scale * ( sum of weights * softmax + branch terms - one-hot terms ).
LossHead::RowResult LossHead::Row(std::span<const BatchTarget> targets, float loss_scale, const float* logits, Bf16* d_logits) const {
  const int vocabulary = weights_.forward->shape.vocabulary;
  const Kernels& kernels = block_.kernels();
  const float lse = kernels.log_sum_exp(logits, vocabulary);
  RowResult result;
  float weights = 0;
  std::vector<std::pair<TokenId, float>> changes;  // what is added to the plain softmax term
  for (const BatchTarget& item : targets) {
    const TrainTarget& target = *item.target;
    const double token_loss = static_cast<double>(lse) - logits[target.token];
    result.token_loss += token_loss;
    result.loss += target.weight * token_loss;
    weights += target.weight;
    changes.emplace_back(target.token, -target.weight);
    if (target.branch_weight == 0) continue;
    const float branch_lse = LogSumExp(logits, target.branch);
    result.loss += target.branch_weight * (static_cast<double>(branch_lse) - logits[target.token]);
    changes.back().second -= target.branch_weight;
    for (const TokenId id : target.branch) changes.emplace_back(id, target.branch_weight * std::exp(logits[id] - branch_lse));
  }
  const float factor = loss_scale * weights;
  kernels.softmax_gradient(logits, vocabulary, lse, factor, d_logits);
  std::stable_sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < changes.size();) {
    const TokenId id = changes[i].first;
    float change = 0;
    for (; i < changes.size() && changes[i].first == id; ++i) change += changes[i].second;
    d_logits[id] = FloatToBf16(factor * std::exp(logits[id] - lse) + loss_scale * change);
  }
  return result;
}

void LossHead::ForwardBackward(const Bf16* x, int rows, std::span<const BatchTarget> targets, float loss_scale, float* dx,
                               TrainLoss& loss) {
  const ModelShape& shape = weights_.forward->shape;
  const PackedMatrix& output = weights_.forward->output_matrix();
  const auto width = static_cast<std::size_t>(shape.width);
  const auto padded = static_cast<std::size_t>(RoundUp(shape.vocabulary, 2));
  first_target_.assign(static_cast<std::size_t>(rows) + 1, static_cast<int>(targets.size()));
  for (std::size_t i = targets.size(); i-- > 0;) first_target_[static_cast<std::size_t>(targets[i].active)] = static_cast<int>(i);
  results_.assign(static_cast<std::size_t>(rows), {});
  for (int first = 0; first < rows; first += kRowsMax) {
    const int count = std::min(kRowsMax, rows - first);
    float* logits = logits_.Reserve(static_cast<std::size_t>(count) * padded);
    Bf16* d_logits = d_logits_.Reserve(static_cast<std::size_t>(count) * padded);
    GemmJob forward;
    forward.rows = count;
    forward.columns = shape.vocabulary;
    forward.Add(output.Segment(x + static_cast<std::size_t>(first) * width, width));
    forward.ToF32(logits, padded);
    Gemm(block_.kernels(), block_.pool(), {&forward, 1});
    block_.pool().Run(count, [&](int i, int) {
      const auto row = static_cast<std::size_t>(first + i);
      const auto begin = static_cast<std::size_t>(first_target_[row]);
      const auto end = static_cast<std::size_t>(first_target_[row + 1]);
      Bf16* d_row = d_logits + static_cast<std::size_t>(i) * padded;
      results_[row] = Row(targets.subspan(begin, end - begin), loss_scale, logits + static_cast<std::size_t>(i) * padded, d_row);
      if (padded != static_cast<std::size_t>(shape.vocabulary)) d_row[padded - 1] = 0;
    });
    for (int k = 0; k < weights_.output_back.k; k += kVocabularyBlock) {
      GemmJob back;
      back.rows = count;
      back.columns = shape.width;
      const PackedMatrix& turned = weights_.output_back;
      back.Add({d_logits + k, padded, turned.data.get() + static_cast<std::size_t>(k) * kPanel, turned.panel_stride(),
                std::min(kVocabularyBlock, turned.k - k)});
      back.resume = k > 0;
      back.ToF32(dx + static_cast<std::size_t>(first) * width, width);
      Gemm(block_.kernels(), block_.pool(), {&back, 1});
    }
  }
  for (const RowResult& result : results_) {
    loss.loss_sum += result.loss;
    loss.token_loss_sum += result.token_loss;
  }
  loss.targets += static_cast<std::int64_t>(targets.size());
}

}  // namespace paw::native
