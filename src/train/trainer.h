// Train: gradient steps on a LoRA with the interpreter frozen ("compile by training", arXiv 2609.04199). The loop; not the maths.
//
// The maths is lm/train.h (forward, backward) and adamw.h. A step: pick rows (sampler.h), forward-backward, clip, AdamW with a
// warm-up and a linear decay. At scoring points a callback measures the weights as they would be exported; the best stay.
//
// Thread rule: one call at a time per TrainableModel. Deterministic: the same rows, settings, seed and number of steps give the
// same weights on a machine class. Errors: kFailed when the loss stops being a number, kInterrupted on cancel.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/interrupt.h"
#include "lm/lora.h"
#include "lm/train.h"
#include "paw/status.h"
#include "train/settings.h"

namespace paw {

// One example, tokenised; built by compiler/rows.h.
struct TrainingRow {
  std::vector<TokenId> tokens;    // after the prefix: rest of the prompt, then the output without its last token
  std::int32_t input_tokens = 0;  // the first so many tokens are the input
  std::int32_t output_begin = 0;  // tokens[output_begin - 1] predicts the first output token
  std::vector<TokenId> output;    // output tokens + EOS
  std::int32_t label = -1;        // index of the label of a closed set
};

struct TrainingSet {
  std::vector<TokenId> prefix;  // common to all rows
  std::vector<TrainingRow> rows;
  std::vector<std::vector<std::vector<TokenId>>> branches;  // (labels, output tokens) allowed children; empty where forced
};

struct TrainProgress {
  std::int64_t step = 0;    // finished steps
  std::int64_t steps = 0;   // planned
  double loss = 0;          // mean loss a target of the last steps
  std::int64_t tokens = 0;  // trained so far
};

struct TrainHooks {
  // After each step. May shorten or lengthen the plan by returning a new number of steps (to fit a wall-time budget).
  std::function<std::optional<std::int64_t>(const TrainProgress&)> on_step;
  // Held-out score of these weights, higher is better; absent = keep the last weights.
  std::function<Result<double>(const LoraWeights&, const TrainProgress&)> score;
  // Whether to score after this step; the last step is always scored when `score` is set.
  std::function<bool(const TrainProgress&)> score_now;
  // Earlier weights are kept only where they score better than later ones by more than this: what a score of few rows cannot tell apart
  // goes to the weights that were trained longer, at a lower rate.
  double score_margin = 0;
  const CancelFlag* cancel = nullptr;
};

struct TrainOutcome {
  LoraWeights weights;  // those with the best score, by score_margin
  std::int64_t best_step = 0;
  std::optional<double> best_score;
  std::int64_t steps = 0;
  std::int64_t tokens = 0;
  double last_loss = 0;
};

// `start`: the weights to begin from, of the settings' rank and scale; null: MakeLora's.
Result<TrainOutcome> Train(TrainableModel& model, const TrainingSet& set, const TrainSettings& settings, std::int64_t steps,
                           std::uint64_t seed, const TrainHooks& hooks, const LoraWeights* start = nullptr);

// The mean loss a target of the first `rows` rows that Train would see, under these weights. Nothing is trained.
Result<double> LossOf(TrainableModel& model, const TrainingSet& set, const TrainSettings& settings, const LoraWeights& weights,
                      std::int64_t rows, std::uint64_t seed);

// The rate at a step (0-based) of a plan.
float LearningRateAt(const TrainSettings& settings, std::int64_t step, std::int64_t steps);

}  // namespace paw
