// TrainSettings: every knob of compile by training, by name. compiler/compilation.cc sets what depends on the task and the budget, by the
// sweeps of docs/quality.md.
//
// A setting is a number or a word that goes into the bundle's training record, so that --replay can read it back.
// Thread rule: a plain value. Errors: ApplyOverrides refuses unknown names and values out of range, naming both.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "paw/status.h"

namespace paw {

struct TrainSettings {
  std::int32_t rank = 16;        // LoRA rank; the exported adapter is padded to a multiple of 32 for Q4_0
  float alpha = 16.0f;           // scale alpha / rank on B A x
  std::int32_t first_layer = 0;  // layers below it carry no adapter
  float learning_rate = 4e-3f;   // peak, for A and B
  float b_rate_ratio = 1.0f;     // B's rate over A's
  float beta1 = 0.9f;
  float beta2 = 0.99f;
  float weight_decay = 0.0f;
  float clip_norm = 1.0f;          // gradients are scaled down to this global norm; 0 = never
  std::int32_t warmup_steps = 20;  // linear from 0 to the peak; a count, so that the schedule can be fixed after it began
  float final_rate = 0.05f;        // share of the peak left at the last step; the decay between is linear
  std::int32_t rows_per_step = 8;
  std::int32_t init_rows = 0;  // rows whose gradient decides where A begins (gradient_init.h); 0 = at random
  float branch_share = 0.7f;   // share of the loss on the branching nodes of the label trie; closed sets only
  float input_dropout = 0.0f;  // share of a row's input tokens left out, drawn anew each time; closed sets only
  float class_balance = 0.0f;  // 0: rows as they come; 1: every label equally often; between: frequency^(1 - balance)
  float average_decay = 0.0f;  // exponential average of the weights that is scored and exported; 0 = the last weights
  std::string tail = "end";    // how a row goes on after its input: see compiler/rows.h
};

// Every field by its name.
nlohmann::json SettingsToJson(const TrainSettings& settings);

// Sets the named fields; `overrides` is an object or null.
Result<TrainSettings> ApplyOverrides(TrainSettings settings, const nlohmann::json& overrides);

}  // namespace paw
