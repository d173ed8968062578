#include <algorithm>
#include <iterator>

#include "encode/spec_features.h"
#include "tools/train_mapper/trainer.h"

namespace paw {
namespace {

constexpr std::size_t kFeatureBatch = 16;  // specs in one pass of the encoder

class HostTrainer final : public MapperTrainer {
 public:
  HostTrainer(std::unique_ptr<MapperStep> step, ThreadPool& pool) : step_(std::move(step)), optimiser_(OptimiserOptions{}, pool) {}

  Status Begin(Parameters& parameters, OptimiserState& state) override {
    parameters_ = &parameters;
    state_ = &state;
    gradient_ = ZerosLike(parameters);
    return Ok();
  }

  Result<TrainedStep> Step(std::span<const BatchSpec> batch, float branch_share, const Rates& rates) override {
    SetZero(gradient_);
    TrainedStep out;
    out.loss = PAW_TRY(step_->ForwardBackward(*parameters_, batch, branch_share, gradient_));
    out.norm = optimiser_.Step(gradient_, rates, *parameters_, *state_);
    return out;
  }

  Result<StepLoss> Loss(std::span<const BatchSpec> batch) override { return step_->ForwardBackward(*parameters_, batch, 0.0f, gradient_); }

  Status Sync() override { return Ok(); }

 private:
  std::unique_ptr<MapperStep> step_;
  Optimiser optimiser_;
  Parameters* parameters_ = nullptr;
  OptimiserState* state_ = nullptr;
  Parameters gradient_;  // of the last call; a loss writes into it what nobody reads
};

class HostFeatures final : public FeatureSource {
 public:
  HostFeatures(std::shared_ptr<LanguageModel> base, const Tokenizer& tokenizer, std::vector<std::int32_t> layers, std::int32_t threads)
      : base_(std::move(base)), tokenizer_(tokenizer), layers_(std::move(layers)), threads_(threads) {}

  Result<std::vector<std::vector<float>>> Features(std::span<const std::string_view> specs) override {
    std::vector<std::vector<float>> all;
    for (std::size_t first = 0; first < specs.size(); first += kFeatureBatch) {
      const auto part = specs.subspan(first, std::min(kFeatureBatch, specs.size() - first));
      auto found = PAW_TRY(SpecFeatures(*base_, tokenizer_, part, layers_, threads_));
      std::move(found.begin(), found.end(), std::back_inserter(all));
    }
    return all;
  }

 private:
  std::shared_ptr<LanguageModel> base_;
  Tokenizer tokenizer_;
  std::vector<std::int32_t> layers_;
  std::int32_t threads_;
};

}  // namespace

std::unique_ptr<MapperTrainer> OpenHostTrainer(std::unique_ptr<MapperStep> step, ThreadPool& pool) {
  return std::make_unique<HostTrainer>(std::move(step), pool);
}

std::unique_ptr<FeatureSource> OpenHostFeatures(std::shared_ptr<LanguageModel> base, const Tokenizer& tokenizer,
                                                std::vector<std::int32_t> layers, std::int32_t threads) {
  return std::make_unique<HostFeatures>(std::move(base), tokenizer, std::move(layers), threads);
}

}  // namespace paw
