#include "train/trainer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/random.h"
#include "train/adamw.h"
#include "train/gradient_init.h"
#include "train/sampler.h"

namespace paw {
namespace {

// The targets of a row: every output token, with the branching nodes of its label's path weighted apart.
std::vector<TrainTarget> TargetsOf(const TrainingRow& row, const TrainingSet& set, float branch_share) {
  std::vector<TrainTarget> targets(row.output.size());
  const bool closed = row.label >= 0 && branch_share > 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    TrainTarget& target = targets[i];
    target.position = row.output_begin - 1 + static_cast<std::int32_t>(i);
    target.token = row.output[i];
    target.weight = closed ? 1.0f - branch_share : 1.0f;
    if (closed && !set.branches[row.label][i].empty()) {
      target.branch = set.branches[row.label][i];
      target.branch_weight = branch_share;
    }
  }
  return targets;
}

struct ThinnedRow {
  std::vector<TokenId> tokens;
  std::vector<TrainTarget> targets;
};

class Run {
 public:
  Run(TrainableModel& model, const TrainingSet& set, const TrainSettings& settings, std::uint64_t seed, const LoraWeights* start)
      : model_(model),
        set_(set),
        settings_(settings),
        sampler_(LabelsOf(set), {settings.class_balance, seed}),
        dropped_(seed, "input dropout") {
    weights_ = start != nullptr ? *start : MakeLora(model.shape(), settings.rank, settings.alpha, settings.first_layer, seed);
    random_start_ = start == nullptr;
    gradient_ = ZerosLike(weights_);
    if (settings.average_decay > 0) average_ = weights_;
    targets_.reserve(set.rows.size());
    for (const TrainingRow& row : set.rows) targets_.push_back(TargetsOf(row, set, settings.branch_share));
  }

  // Points A where the first rows' gradient points; a sampler of its own, so that the order of training stays.
  Status Begin(std::uint64_t seed) {
    if (settings_.init_rows == 0 || !random_start_) return Ok();
    Sampler sampler(LabelsOf(set_), {settings_.class_balance, seed});
    std::vector<std::vector<TrainRow>> batches;
    for (int left = std::min<int>(settings_.init_rows, static_cast<int>(set_.rows.size())); left > 0; left -= settings_.rows_per_step) {
      batches.push_back(RowsOf(sampler.NextStep(std::min(left, settings_.rows_per_step))));
    }
    tokens_ += PAW_TRY(GradientInit(model_, set_.prefix, batches, weights_, gradient_));
    if (settings_.average_decay > 0) average_ = weights_;
    return Ok();
  }

  // One optimiser step at `rate`; returns the mean loss a target.
  Result<double> Step(AdamW& optimiser, float rate) {
    const double loss = PAW_TRY(Loss(settings_.rows_per_step));
    if (!std::isfinite(loss)) return Failed("training: the loss is no longer a number; a lower learning_rate may help");
    ClipGradient(settings_.clip_norm, gradient_);
    PAW_TRY(optimiser.Step(gradient_, rate, weights_));
    if (settings_.average_decay > 0) Average();
    return loss;
  }

  // The mean loss a target of the next `count` rows; leaves their gradient in gradient_.
  Result<double> Loss(std::int64_t count) {
    const std::vector<TrainRow> rows = RowsOf(sampler_.NextStep(static_cast<int>(count)));
    std::int64_t target_count = 0;
    for (const TrainRow& row : rows) target_count += static_cast<std::int64_t>(row.targets.size());
    SetZero(gradient_);
    const TrainGroup group{&weights_, &gradient_, set_.prefix, rows};
    const TrainLoss loss = PAW_TRY(model_.ForwardBackward({&group, 1}, 1.0f / static_cast<float>(target_count)));
    tokens_ += loss.tokens;
    return loss.loss_sum / static_cast<double>(target_count);
  }

  LoraWeights& weights() { return weights_; }
  const LoraWeights& scored() const { return settings_.average_decay > 0 ? average_ : weights_; }
  std::int64_t tokens() const { return tokens_; }

 private:
  static std::vector<std::int32_t> LabelsOf(const TrainingSet& set) {
    std::vector<std::int32_t> labels;
    for (const TrainingRow& row : set.rows) labels.push_back(row.label);
    return labels;
  }
  std::vector<TrainRow> RowsOf(const std::vector<std::int32_t>& picked) {
    std::vector<TrainRow> rows(picked.size());
    thinned_.resize(picked.size());
    for (std::size_t i = 0; i < picked.size(); ++i) {
      const TrainingRow& row = set_.rows[picked[i]];
      if (settings_.input_dropout > 0 && row.label >= 0) {
        Thin(row, targets_[picked[i]], thinned_[i]);
        rows[i].tokens = thinned_[i].tokens;
        rows[i].targets = thinned_[i].targets;
        continue;
      }
      rows[i].tokens = row.tokens;
      rows[i].targets = targets_[picked[i]];
      rows[i].cache_key = settings_.first_layer > 0 ? picked[i] : -1;
    }
    return rows;
  }
  // The row with some of its input tokens left out; the last one of a drawn-out input stays, so that a row never loses all of it.
  void Thin(const TrainingRow& row, const std::vector<TrainTarget>& targets, ThinnedRow& thinned) {
    thinned.tokens.clear();
    for (std::int32_t t = 0; t < row.input_tokens; ++t) {
      const bool last_chance = t + 1 == row.input_tokens && thinned.tokens.empty();
      if (last_chance || dropped_.Double() >= settings_.input_dropout) thinned.tokens.push_back(row.tokens[t]);
    }
    const auto left_out = row.input_tokens - static_cast<std::int32_t>(thinned.tokens.size());
    thinned.tokens.insert(thinned.tokens.end(), row.tokens.begin() + row.input_tokens, row.tokens.end());
    thinned.targets = targets;
    for (TrainTarget& target : thinned.targets) target.position -= left_out;
  }
  static void SetZero(LoraWeights& weights) {
    for (LoraPair& pair : weights.pairs) {
      std::fill(pair.a.begin(), pair.a.end(), 0.0f);
      std::fill(pair.b.begin(), pair.b.end(), 0.0f);
    }
  }
  void Average() {
    const float keep = settings_.average_decay;
    for (std::size_t p = 0; p < weights_.pairs.size(); ++p) {
      for (std::size_t i = 0; i < weights_.pairs[p].a.size(); ++i) {
        average_.pairs[p].a[i] = keep * average_.pairs[p].a[i] + (1 - keep) * weights_.pairs[p].a[i];
      }
      for (std::size_t i = 0; i < weights_.pairs[p].b.size(); ++i) {
        average_.pairs[p].b[i] = keep * average_.pairs[p].b[i] + (1 - keep) * weights_.pairs[p].b[i];
      }
    }
  }

  TrainableModel& model_;
  const TrainingSet& set_;
  const TrainSettings& settings_;
  Sampler sampler_;
  Random dropped_;                   // draws which input tokens are left out
  std::vector<ThinnedRow> thinned_;  // of the step
  LoraWeights weights_, gradient_, average_;
  bool random_start_ = true;
  std::vector<std::vector<TrainTarget>> targets_;
  std::int64_t tokens_ = 0;
};

}  // namespace

float LearningRateAt(const TrainSettings& settings, std::int64_t step, std::int64_t steps) {
  const std::int64_t warmup = std::min<std::int64_t>(settings.warmup_steps, std::max<std::int64_t>(steps / 4, 1));
  if (step < warmup) return settings.learning_rate * static_cast<float>(step + 1) / static_cast<float>(settings.warmup_steps + 1);
  const double done = static_cast<double>(step - warmup + 1) / static_cast<double>(std::max<std::int64_t>(steps - warmup, 1));
  return settings.learning_rate * static_cast<float>(1.0 - (1.0 - settings.final_rate) * done);
}

Result<TrainOutcome> Train(TrainableModel& model, const TrainingSet& set, const TrainSettings& settings, std::int64_t steps,
                           std::uint64_t seed, const TrainHooks& hooks, const LoraWeights* start) {
  if (set.rows.empty()) return Usage("training: found no rows, expected at least one");
  if (start != nullptr && (start->rank != settings.rank || start->alpha != settings.alpha || start->layers != model.shape().layers)) {
    return Usage("training: found weights of rank " + std::to_string(start->rank) + " to begin from, expected rank " +
                 std::to_string(settings.rank) + " with the settings' alpha and the model's layers");
  }
  Run run(model, set, settings, seed, start);
  AdamW optimiser(run.weights(), {settings.beta1, settings.beta2, 1e-8, settings.weight_decay, settings.b_rate_ratio});
  PAW_TRY(run.Begin(seed));
  TrainOutcome best;
  TrainProgress progress;
  progress.steps = steps;
  double smoothed = 0;
  while (progress.step < progress.steps) {
    PAW_TRY(CheckCancelled(hooks.cancel, "training"));
    const double loss = PAW_TRY(run.Step(optimiser, LearningRateAt(settings, progress.step, progress.steps)));
    smoothed = progress.step == 0 ? loss : 0.9 * smoothed + 0.1 * loss;
    ++progress.step;
    progress.loss = smoothed;
    progress.tokens = run.tokens();
    if (hooks.on_step) {
      if (const std::optional<std::int64_t> plan = hooks.on_step(progress)) progress.steps = std::max(*plan, progress.step);
    }
    const bool last = progress.step == progress.steps;
    if (hooks.score && (last || (hooks.score_now && hooks.score_now(progress)))) {
      const double score = PAW_TRY(hooks.score(run.scored(), progress));
      if (!best.best_score || score >= *best.best_score - hooks.score_margin) {
        best.best_score = score;
        best.best_step = progress.step;
        best.weights = run.scored();
      }
    }
  }
  if (!best.best_score) {
    best.weights = run.scored();
    best.best_step = progress.step;
  }
  best.steps = progress.step;
  best.tokens = run.tokens();
  best.last_loss = smoothed;
  return best;
}

Result<double> LossOf(TrainableModel& model, const TrainingSet& set, const TrainSettings& settings, const LoraWeights& weights,
                      std::int64_t rows, std::uint64_t seed) {
  if (set.rows.empty()) return Usage("measuring a loss: found no rows, expected at least one");
  Run run(model, set, settings, seed, &weights);
  return run.Loss(std::min<std::int64_t>(rows, static_cast<std::int64_t>(set.rows.size())));
}

}  // namespace paw
