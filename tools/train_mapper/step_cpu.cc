#include <cmath>

#include "kernels/thread_pool.h"
#include "tools/train_mapper/generator.h"
#include "tools/train_mapper/step.h"

namespace paw {
namespace {

class CpuStep final : public MapperStep {
 public:
  CpuStep(std::unique_ptr<TrainableModel> model, std::int32_t threads) : model_(std::move(model)), pool_(threads), generator_(pool_) {}

  Result<StepLoss> ForwardBackward(const Parameters& parameters, std::span<const BatchSpec> batch, float branch_share,
                                   Parameters& gradient) override {
    GatherFeatures(parameters, batch);
    generator_.Forward(parameters, features_, batch.size(), loras_);
    ShapeGradients();
    GatherRows(batch, branch_share);
    const TrainLoss loss = PAW_TRY(model_->ForwardBackward(groups_, 1.0f));
    if (!std::isfinite(loss.loss_sum)) return Failed("training: the loss is no longer a number; lower rates may help");
    generator_.Backward(parameters, std::span(gradients_).first(loras_.size()), gradient);
    StepLoss out;
    out.loss = loss.loss_sum;
    out.token_loss = loss.token_loss_sum;
    out.targets = loss.targets;
    out.tokens = loss.tokens;
    for (const BatchSpec& spec : batch) out.rows += static_cast<std::int64_t>(spec.rows.size());
    return out;
  }

 private:
  void GatherFeatures(const Parameters& parameters, std::span<const BatchSpec> batch) {
    features_.clear();
    if (!parameters.mapped()) return;
    for (const BatchSpec& spec : batch) features_.insert(features_.end(), spec.features.begin(), spec.features.end());
  }

  void ShapeGradients() {
    if (gradients_.size() < loras_.size()) gradients_.resize(loras_.size());
    for (std::size_t i = 0; i < loras_.size(); ++i) {
      LoraWeights& gradient = gradients_[i];
      gradient.rank = loras_[i].rank;
      gradient.alpha = loras_[i].alpha;
      gradient.layers = loras_[i].layers;
      gradient.pairs.resize(loras_[i].pairs.size());
    }
    const std::size_t pairs = loras_.front().pairs.size();
    pool_.Run(static_cast<int>(loras_.size() * pairs), [&](int task, int) {
      const std::size_t i = static_cast<std::size_t>(task) / pairs, p = static_cast<std::size_t>(task) % pairs;
      gradients_[i].pairs[p].a.assign(loras_[i].pairs[p].a.size(), 0.0f);
      gradients_[i].pairs[p].b.assign(loras_[i].pairs[p].b.size(), 0.0f);
    });
  }

  // The groups of the batch: one a spec, its LoRA its own or the shared one.
  void GatherRows(std::span<const BatchSpec> batch, float branch_share) {
    std::size_t count = 0;
    for (const BatchSpec& spec : batch) count += spec.rows.size();
    targets_.clear();
    targets_.reserve(count);
    rows_.clear();
    rows_.reserve(count);
    groups_.clear();
    for (std::size_t s = 0; s < batch.size(); ++s) {
      const std::size_t first = rows_.size(), lora = loras_.size() == 1 ? 0 : s;
      for (const std::size_t row : batch[s].rows) {
        const SpecRow& from = batch[s].spec->rows[row];
        targets_.push_back(TargetsOf(from, count, branch_share));
        rows_.push_back({from.tokens, targets_.back(), -1});
      }
      groups_.push_back({&loras_[lora], &gradients_[lora], batch[s].spec->prefix, std::span(rows_).subspan(first)});
    }
  }

  std::unique_ptr<TrainableModel> model_;
  ThreadPool pool_;
  Generator generator_;
  std::vector<float> features_;
  std::vector<LoraWeights> loras_, gradients_;
  std::vector<std::vector<TrainTarget>> targets_;
  std::vector<TrainRow> rows_;
  std::vector<TrainGroup> groups_;
};

}  // namespace

std::unique_ptr<MapperStep> OpenCpuStep(std::unique_ptr<TrainableModel> model, std::int32_t threads) {
  return std::make_unique<CpuStep>(std::move(model), threads);
}

}  // namespace paw
