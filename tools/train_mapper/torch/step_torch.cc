#include "tools/train_mapper/torch/step_torch.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "encode/spec_features.h"
#include "tools/train_mapper/torch/base_torch.h"
#include "tools/train_mapper/torch/batch_torch.h"
#include "tools/train_mapper/torch/loss_torch.h"
#include "tools/train_mapper/torch/mapper_torch.h"

namespace paw {
namespace {

constexpr char kTraining[] = "training";

// (specs of the pass, features)
at::Tensor FeaturesOf(const TorchBase& base, const TorchParameters& parameters, std::span<const BatchSpec> batch, const PackedBatch& pass) {
  if (!parameters.mapped()) return {};
  std::vector<float> features;
  for (const std::int64_t s : pass.specs) {
    const auto mine = batch[static_cast<std::size_t>(s)].features;
    features.insert(features.end(), mine.begin(), mine.end());
  }
  return base.Upload(features).view({pass.count(), parameters.layout.features});
}

Status CheckFeatures(const TorchParameters& parameters, std::span<const BatchSpec> batch) {
  for (const BatchSpec& spec : batch) {
    const auto wanted = static_cast<std::size_t>(parameters.layout.features);
    if (parameters.mapped() && spec.features.size() != wanted) {
      return Usage("training on a batch: found " + std::to_string(spec.features.size()) + " features of a spec, expected " +
                   std::to_string(wanted));
    }
  }
  return Ok();
}

// The batch in passes. With `backward` the gradients are added to those of the parameters.
Result<StepLoss> RunBatch(const TorchBase& base, const TorchParameters& parameters, std::span<const BatchSpec> batch, float branch_share,
                          bool backward) {
  PAW_TRY(CheckFeatures(parameters, batch));
  const std::vector<PackedBatch> passes = PAW_TRY(PackSpecs(base.shape(), batch, branch_share, base.tokens_max()));
  const c10::AutoGradMode gradients(backward);
  StepLoss out;
  at::Tensor loss, token_loss;  // on the device: a number a pass would make the host wait
  for (const PackedBatch& pass : passes) {
    const TorchLora lora = MakeLora(parameters, FeaturesOf(base, parameters, batch, pass), base.dtype());
    const TorchLoss part = LossAtTargets(base, pass, base.Forward(base.Upload(pass), &lora), backward);
    loss = loss.defined() ? loss + part.loss : part.loss;
    token_loss = token_loss.defined() ? token_loss + part.token_loss : part.token_loss;
    out.targets += static_cast<std::int64_t>(pass.places.size());
    out.tokens += pass.used;
  }
  for (const BatchSpec& spec : batch) out.rows += static_cast<std::int64_t>(spec.rows.size());
  out.loss = loss.item<double>();
  out.token_loss = token_loss.item<double>();
  if (!std::isfinite(out.loss)) return Failed("training: the loss is no longer a number; lower rates may help");
  return out;
}

class TorchStep final : public MapperStep {
 public:
  explicit TorchStep(std::shared_ptr<const TorchBase> base) : base_(std::move(base)) {}

  Result<StepLoss> ForwardBackward(const Parameters& parameters, std::span<const BatchSpec> batch, float branch_share,
                                   Parameters& gradient) override {
    return Guarded(kTraining, [&]() -> Result<StepLoss> {
      const TorchParameters mine = TorchParameters::Of(parameters, *base_);
      const StepLoss loss = PAW_TRY(RunBatch(*base_, mine, batch, branch_share, true));
      for (std::size_t i = 0; i < mine.all.size(); ++i) {
        if (!mine.all[i].grad().defined()) continue;
        std::vector<float>& to = gradient.all[i].numbers;
        std::vector<float> more(to.size());
        Download(mine.all[i].grad(), more);
        std::transform(to.begin(), to.end(), more.begin(), to.begin(), std::plus<>());
      }
      return loss;
    });
  }

 private:
  std::shared_ptr<const TorchBase> base_;
};

class TorchTrainer final : public MapperTrainer {
 public:
  explicit TorchTrainer(std::shared_ptr<const TorchBase> base) : base_(std::move(base)) {}

  Status Begin(Parameters& parameters, OptimiserState& state) override {
    return Guarded(kTraining, [&]() -> Status {
      host_parameters_ = &parameters;
      host_state_ = &state;
      parameters_ = TorchParameters::Of(parameters, *base_);
      optimiser_.emplace(OptimiserOptions{}, state, *base_);
      return Ok();
    });
  }

  Result<TrainedStep> Step(std::span<const BatchSpec> batch, float branch_share, const Rates& rates) override {
    return Guarded(kTraining, [&]() -> Result<TrainedStep> {
      parameters_.ClearGradients();
      TrainedStep out;
      out.loss = PAW_TRY(RunBatch(*base_, parameters_, batch, branch_share, true));
      out.norm = optimiser_->Step(parameters_, rates);
      return out;
    });
  }

  Result<StepLoss> Loss(std::span<const BatchSpec> batch) override {
    return Guarded(kTraining, [&]() { return RunBatch(*base_, parameters_, batch, 0.0f, false); });
  }

  Status Sync() override {
    return Guarded(kTraining, [&]() -> Status {
      for (std::size_t i = 0; i < parameters_.all.size(); ++i) Download(parameters_.all[i], host_parameters_->all[i].numbers);
      optimiser_->Give(*host_state_);
      return Ok();
    });
  }

 private:
  std::shared_ptr<const TorchBase> base_;
  Parameters* host_parameters_ = nullptr;
  OptimiserState* host_state_ = nullptr;
  TorchParameters parameters_;
  std::optional<OptimiserOnDevice> optimiser_;
};

class TorchFeatures final : public FeatureSource {
 public:
  TorchFeatures(std::shared_ptr<const TorchBase> base, const Tokenizer& tokenizer, std::vector<std::int32_t> layers)
      : base_(std::move(base)), tokenizer_(tokenizer), layers_(std::move(layers)) {}

  Result<std::vector<std::vector<float>>> Features(std::span<const std::string_view> specs) override {
    for (const std::int32_t layer : layers_) {
      if (layer >= 0 && layer <= base_->shape().layers) continue;
      return Usage("encoding a spec: found feature layer " + std::to_string(layer) + ", expected 0 to " +
                   std::to_string(base_->shape().layers));
    }
    std::vector<FeaturePrompt> prompts;
    for (const std::string_view spec : specs) prompts.push_back(PAW_TRY(BuildFeaturePrompt(tokenizer_, spec)));
    std::vector<std::size_t> order(specs.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return prompts[a].tokens.size() > prompts[b].tokens.size(); });
    std::vector<std::vector<float>> all(specs.size());
    return Guarded("encoding a spec", [&]() -> Result<std::vector<std::vector<float>>> {
      for (std::size_t first = 0; first < order.size();) {
        const auto fit = static_cast<std::size_t>(
            std::max<std::int64_t>(1, base_->tokens_max() / static_cast<std::int64_t>(prompts[order[first]].tokens.size() + 16)));
        const std::size_t count = std::min(fit, order.size() - first);
        PAW_TRY(Pass(prompts, std::span(order).subspan(first, count), all));
        first += count;
      }
      return all;
    });
  }

 private:
  // The features of the chosen prompts into their places of `all`.
  Status Pass(const std::vector<FeaturePrompt>& prompts, std::span<const std::size_t> chosen, std::vector<std::vector<float>>& all) {
    const c10::NoGradGuard no_gradients;
    std::vector<std::vector<TokenId>> tokens;
    for (const std::size_t i : chosen) tokens.push_back(prompts[i].tokens);
    const PackedBatch packed = PAW_TRY(PackPrompts(base_->shape(), tokens));
    std::vector<float> shares;  // (specs, length) 1 / prefix at its positions
    for (const std::size_t i : chosen) {
      const auto end = prompts[i].tokens.size(), begin = end - static_cast<std::size_t>(prompts[i].prefix);
      for (std::size_t t = 0; t < static_cast<std::size_t>(packed.length); ++t) {
        shares.push_back(t >= begin && t < end ? 1.0f / static_cast<float>(prompts[i].prefix) : 0.0f);
      }
    }
    const at::Tensor weights = base_->Upload(shares).view({packed.count(), packed.length, 1});
    std::vector<at::Tensor> hidden;
    base_->Forward(base_->Upload(packed), nullptr, layers_, &hidden);
    for (at::Tensor& states : hidden) states = states.mul(weights).sum(1);  // (specs, width)
    const at::Tensor features = at::cat(hidden, 1);
    std::vector<float> numbers(static_cast<std::size_t>(features.numel()));
    Download(features, numbers);
    if (!std::all_of(numbers.begin(), numbers.end(), [](float value) { return std::isfinite(value); })) {
      return Refused("encoding a spec: found hidden states that are not finite, expected numbers: the base's weights are damaged");
    }
    const std::size_t each = numbers.size() / chosen.size();
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const auto from = numbers.begin() + static_cast<std::ptrdiff_t>(i * each);
      all[chosen[i]].assign(from, from + static_cast<std::ptrdiff_t>(each));
    }
    return Ok();
  }

  std::shared_ptr<const TorchBase> base_;
  Tokenizer tokenizer_;
  std::vector<std::int32_t> layers_;
};

}  // namespace

Result<std::shared_ptr<const TorchBase>> OpenTorchBase(Fs& fs, const std::string& path, const TorchOptions& options) {
  const auto source = PAW_TRY(WeightSource::Open(fs, path));
  return Guarded("opening a base", [&] { return TorchBase::Open(*source, options); });
}

const ModelShape& ShapeOf(const TorchBase& base) { return base.shape(); }

std::unique_ptr<MapperStep> OpenTorchStep(std::shared_ptr<const TorchBase> base) { return std::make_unique<TorchStep>(std::move(base)); }

std::unique_ptr<MapperTrainer> OpenTorchTrainer(std::shared_ptr<const TorchBase> base) {
  return std::make_unique<TorchTrainer>(std::move(base));
}

std::unique_ptr<FeatureSource> OpenTorchFeatures(std::shared_ptr<const TorchBase> base, const Tokenizer& tokenizer,
                                                 std::vector<std::int32_t> layers) {
  return std::make_unique<TorchFeatures>(std::move(base), tokenizer, std::move(layers));
}

}  // namespace paw
