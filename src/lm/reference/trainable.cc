#include "lm/reference/backward.h"
#include "lm/reference/embedding.h"
#include "lm/reference/model.h"
#include "lm/reference/reference.h"
#include "lm/train_check.h"

namespace paw::reference {

namespace {

class ReferenceTrainable final : public TrainableModel {
 public:
  explicit ReferenceTrainable(std::shared_ptr<const Weights> weights) : weights_(std::move(weights)) {}

  const ModelShape& shape() const override { return weights_->shape; }
  void ClearActivationCache() override {}  // nothing is ever kept

  // The prefix is computed again with every row: the sum of the gradients is the same, and nothing is shared.
  Result<TrainLoss> ForwardBackward(std::span<const TrainGroup> groups, float loss_scale) override {
    PAW_TRY(CheckTrainGroups(shape(), groups));
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
