#include "tools/train_mapper/torch/loss_torch.h"

#include <algorithm>
#include <limits>

namespace paw {
namespace {

constexpr std::int64_t kTargetsAtOnce = 4096;

// The targets of a pass on the device, and their branches.
struct Targets {
  at::Tensor tokens, weights;                                            // (targets)
  at::Tensor branch_targets, branch_ids, branch_counts, branch_weights;  // (branches), (branches, widest) twice, (branches)
};

Targets Upload(const TorchBase& base, const PackedBatch& packed) {
  const PackedBranches& branches = packed.branches;
  Targets targets;
  targets.tokens = base.Upload(packed.target_tokens);
  targets.weights = base.Upload(packed.weights);
  targets.branch_targets = base.Upload(branches.targets);
  targets.branch_ids = base.Upload(branches.ids).view({-1, std::max<std::int64_t>(1, branches.widest)});
  targets.branch_counts = base.Upload(branches.counts).view({-1, std::max<std::int64_t>(1, branches.widest)}).to(at::kBool);
  targets.branch_weights = base.Upload(branches.weights);
  return targets;
}

// -log softmax(logits restricted to the allowed tokens)[token] of branches [from, to), each times its weight. logits: of the targets from
// `first` on.
at::Tensor BranchLoss(const Targets& targets, const at::Tensor& logits, std::int64_t first, std::int64_t from, std::int64_t to) {
  const at::Tensor at = targets.branch_targets.slice(0, from, to);
  const at::Tensor rows = logits.index_select(0, at - first);  // (branches, vocabulary)
  const at::Tensor allowed =
      rows.gather(1, targets.branch_ids.slice(0, from, to))
          .masked_fill(targets.branch_counts.slice(0, from, to).logical_not(), -std::numeric_limits<double>::infinity());
  const at::Tensor own = rows.gather(1, targets.tokens.index_select(0, at).unsqueeze(1)).squeeze(1);
  return (at::logsumexp(allowed, {1}) - own).mul(targets.branch_weights.slice(0, from, to));
}

// Branches stand in the order of their targets: those of targets before `target`.
std::int64_t BranchesBefore(const PackedBranches& branches, std::int64_t target) {
  return std::lower_bound(branches.targets.begin(), branches.targets.end(), target) - branches.targets.begin();
}

}  // namespace

TorchLoss LossAtTargets(const TorchBase& base, const PackedBatch& packed, const at::Tensor& x, bool backward) {
  const Targets targets = Upload(base, packed);
  const auto count = static_cast<std::int64_t>(packed.places.size());
  const at::Tensor states = base.FinalNorm(x.flatten(0, 1).index_select(0, base.Upload(packed.places)));  // (targets, width)
  const at::Tensor leaf = states.detach().set_requires_grad(backward);
  const auto fp64 = at::TensorOptions(base.device()).dtype(at::kDouble);
  TorchLoss sum{at::zeros({}, fp64), at::zeros({}, fp64)};
  for (std::int64_t first = 0; first < count; first += kTargetsAtOnce) {
    const std::int64_t last = std::min(count, first + kTargetsAtOnce);
    const std::int64_t from = BranchesBefore(packed.branches, first), to = BranchesBefore(packed.branches, last);
    const at::Tensor logits = at::linear(leaf.slice(0, first, last), base.output());  // (some targets, vocabulary)
    const at::Tensor own = logits.gather(1, targets.tokens.slice(0, first, last).unsqueeze(1)).squeeze(1);
    const at::Tensor plain = at::logsumexp(logits, {1}) - own;
    at::Tensor loss = plain.mul(targets.weights.slice(0, first, last)).sum(at::kDouble);
    if (to > from) loss = loss + BranchLoss(targets, logits, first, from, to).sum(at::kDouble);
    if (backward) loss.backward();
    sum.loss += loss.detach();
    sum.token_loss += plain.detach().sum(at::kDouble);
  }
  if (backward) states.backward(leaf.grad());
  return sum;
}

}  // namespace paw
