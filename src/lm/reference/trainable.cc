#include <algorithm>
#include <string>

#include "lm/reference/backward.h"
#include "lm/reference/model.h"
#include "lm/reference/reference.h"

namespace paw::reference {

namespace {

Status BadBatch(const std::string& what) { return Usage("training on a batch: " + what); }

Status CheckTokens(const ModelShape& shape, std::span<const TokenId> tokens) {
  for (const TokenId id : tokens) {
    if (id < 0 || id >= shape.vocabulary) {
      return Refused("training on a batch: found token id " + std::to_string(id) + ", expected 0 to " +
                     std::to_string(shape.vocabulary - 1));
    }
  }
  return Ok();
}

Status CheckLora(const ModelShape& shape, const LoraWeights& lora) {
  if (lora.layers != shape.layers || lora.pairs.size() != static_cast<std::size_t>(shape.layers) * kProjectionCount) {
    return BadBatch("found an adapter of " + std::to_string(lora.layers) + " layers, expected " + std::to_string(shape.layers));
  }
  for (int l = 0; l < lora.layers; ++l) {
    for (int i = 0; i < kProjectionCount; ++i) {
      const auto p = static_cast<Projection>(i);
      const LoraPair& pair = lora.pair(l, p);
      const auto rank = static_cast<std::size_t>(pair.present() ? lora.rank : 0);
      if (pair.a.size() != rank * static_cast<std::size_t>(shape.InputsOf(p)) ||
          pair.b.size() != rank * static_cast<std::size_t>(shape.OutputsOf(p))) {
        return BadBatch("found a pair of another size in layer " + std::to_string(l) + ", expected rank " + std::to_string(lora.rank));
      }
    }
  }
  return Ok();
}

Status CheckSameLayout(const LoraWeights& adapter, const LoraWeights& gradient) {
  bool same = adapter.pairs.size() == gradient.pairs.size();
  for (std::size_t i = 0; same && i < adapter.pairs.size(); ++i) {
    same = adapter.pairs[i].a.size() == gradient.pairs[i].a.size() && adapter.pairs[i].b.size() == gradient.pairs[i].b.size();
  }
  return same ? Ok() : BadBatch("found a gradient of another layout than its adapter");
}

Status CheckTargets(const ModelShape& shape, const TrainRow& row) {
  std::int32_t previous = 0;
  for (const TrainTarget& target : row.targets) {
    if (target.position < previous || target.position >= static_cast<std::int32_t>(row.tokens.size())) {
      return BadBatch("found a target at position " + std::to_string(target.position) + ", expected " + std::to_string(previous) +
                      " or more and less than " + std::to_string(row.tokens.size()));
    }
    previous = target.position;
    const TokenId wanted[] = {target.token};
    PAW_TRY(CheckTokens(shape, wanted));
    PAW_TRY(CheckTokens(shape, target.branch));
    if (target.branch_weight != 0 && std::find(target.branch.begin(), target.branch.end(), target.token) == target.branch.end()) {
      return BadBatch("found a branch without its target token " + std::to_string(target.token));
    }
  }
  return Ok();
}

Status CheckGroup(const ModelShape& shape, const TrainGroup& group) {
  if (group.adapter == nullptr || group.gradient == nullptr) return BadBatch("found a group without adapter or gradient");
  PAW_TRY(CheckLora(shape, *group.adapter));
  PAW_TRY(CheckSameLayout(*group.adapter, *group.gradient));
  PAW_TRY(CheckTokens(shape, group.prefix));
  for (const TrainRow& row : group.rows) {
    if (row.tokens.empty()) return BadBatch("found a row without tokens");
    const std::size_t length = group.prefix.size() + row.tokens.size();
    if (length > static_cast<std::size_t>(shape.context_max)) {
      return Failed("training on a batch: found a row of " + std::to_string(length) + " tokens, expected at most " +
                    std::to_string(shape.context_max));
    }
    PAW_TRY(CheckTokens(shape, row.tokens));
    PAW_TRY(CheckTargets(shape, row));
  }
  return Ok();
}

class ReferenceTrainable final : public TrainableModel {
 public:
  explicit ReferenceTrainable(std::shared_ptr<const Weights> weights) : weights_(std::move(weights)) {}

  const ModelShape& shape() const override { return weights_->shape; }
  void ClearActivationCache() override {}  // nothing is ever kept

  // The prefix is computed again with every row: the sum of the gradients is the same, and nothing is shared.
  Result<TrainLoss> ForwardBackward(std::span<const TrainGroup> groups, float loss_scale) override {
    for (const TrainGroup& group : groups) PAW_TRY(CheckGroup(shape(), group));
    TrainLoss total;
    for (const TrainGroup& group : groups) {
      total.tokens += static_cast<std::int64_t>(group.prefix.size());
      for (const TrainRow& row : group.rows) {
        std::vector<TokenId> tokens(group.prefix.begin(), group.prefix.end());
        tokens.insert(tokens.end(), row.tokens.begin(), row.tokens.end());
        const RowLoss loss = ForwardBackwardRow(*weights_, *group.adapter, Embed(*weights_, tokens), static_cast<int>(group.prefix.size()),
                                                row.targets, loss_scale, group.gradient, nullptr);
        total.loss_sum += loss.loss;
        total.token_loss_sum += loss.token_loss;
        total.targets += static_cast<std::int64_t>(row.targets.size());
        total.tokens += static_cast<std::int64_t>(row.tokens.size());
      }
    }
    return total;
  }

 private:
  std::shared_ptr<const Weights> weights_;
};

}  // namespace

}  // namespace paw::reference

namespace paw {

Result<std::unique_ptr<TrainableModel>> OpenReferenceTrainable(const std::shared_ptr<LanguageModel>& model) {
  const auto reference_model = std::dynamic_pointer_cast<reference::ReferenceModel>(model);
  if (reference_model == nullptr) {
    return Usage("opening a trainable reference model: found another engine's model, expected OpenReference's");
  }
  return std::unique_ptr<TrainableModel>(std::make_unique<reference::ReferenceTrainable>(reference_model->weights()));
}

}  // namespace paw
