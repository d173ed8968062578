// TrainingRun: the loop. Which specs and pairs a step sees, the schedule, validation, checkpoints, the log of losses.
//
// A step depends on the settings, the seed and its number alone: a run that was killed goes on from its last checkpoint to the same losses.
// `--out` gets metrics.jsonl (a line a step and a line a validation), mapper.safetensors and state.safetensors (checkpoint.h).
//
// Thread rule: one thread. Errors: what its parts say; kInterrupted on cancel, after a checkpoint.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "base/json.h"
#include "fs/fs.h"
#include "lm/tokenizer.h"
#include "paw/status.h"
#include "tools/train_mapper/checkpoint.h"
#include "tools/train_mapper/programs.h"
#include "tools/train_mapper/trainer.h"

namespace paw {

struct RunSettings {
  std::string corpus;  // a folder: train.jsonl, valid.jsonl, families_valid.jsonl
  std::string out;
  std::string base_sha256;      // of the base model's file: part of what the run is
  std::string from;             // a mapper.safetensors to begin from, mapped or a fixed LoRA; empty: none
  std::string prompt = "spec";  // what the interpreter reads before the input: "spec", or "chat": nothing, the LoRA alone is the program
  ParameterLayout layout;
  std::vector<std::int32_t> feature_layers;
  std::int64_t steps = 1000;
  std::int32_t specs_per_step = 8;
  std::int32_t rows_per_spec = 4;
  Rates rates;
  std::int64_t warmup_steps = 30;
  float branch_share = 0.5f;
  std::int64_t first_spec = 0;  // of the shuffled order: a run that goes on where another ended sees other specs
  std::int64_t validate_every = 100;
  std::int64_t validation_specs = 96;
  std::int64_t validation_answers = 24;  // of those, so many are also run as programs
  std::int64_t checkpoint_every = 100;
  std::uint64_t seed = 1;
  std::int32_t threads = 0;
};

struct StepReport {
  std::int64_t step = 0, steps = 0;
  double loss = 0, smooth_loss = 0, norm = 0;
  std::int64_t tokens = 0;  // so far
  double seconds = 0;
  std::optional<double> valid, families_valid;  // loss a token
  std::optional<double> exact, families_exact;  // share of answers that are right, as programs
};

// What a run computes with. `answers` may be absent where no answers are validated.
struct RunParts {
  std::unique_ptr<MapperTrainer> trainer;
  std::unique_ptr<FeatureSource> encoder;
  std::unique_ptr<AnswerCheck> answers;
};

class TrainingRun {
 public:
  TrainingRun(Fs& fs, RunSettings settings, const Tokenizer& tokenizer, RunParts parts);
  Status Run(const std::function<void(const StepReport&)>& on_step, const CancelFlag* cancel);

 private:
  struct Spec {
    CorpusSpec text;
    SpecRows rows;
    std::vector<float> features;  // standardised; empty until needed
  };
  Result<std::vector<Spec>> Load(const std::string& file, std::size_t specs_max);
  Status Begin();
  Status CheckLayers() const;
  Status FillFeatures(std::vector<Spec*> specs);
  Status Standardise();
  Result<std::vector<BatchSpec>> Batch(std::int64_t step);
  Result<double> Validate(std::vector<Spec>& specs);
  Result<double> ValidateAnswers(const std::vector<Spec>& specs);
  Status ValidateAll(StepReport& report, Json& line);
  Rates RatesAt(std::int64_t step) const;
  Status Log(const std::string& line);
  Status PublishMapper();  // mapper.safetensors alone
  Status Checkpoint();     // the mapper, then the state: a state never stands for a mapper that is not there
  std::string Identity() const;

  Fs& fs_;
  RunSettings settings_;
  Tokenizer tokenizer_;
  RunParts parts_;
  std::string corpus_digest_, from_digest_;
  std::vector<Spec> train_, valid_, families_valid_;
  std::vector<std::size_t> order_;
  Parameters parameters_;
  OptimiserState state_;
  Standardisation standard_;
  std::unique_ptr<WritableFile> log_;
  std::int64_t tokens_ = 0;
};

}  // namespace paw
