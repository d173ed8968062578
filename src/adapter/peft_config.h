// PeftConfig: adapter_config.json of a PEFT folder, read strictly and written.
//
// Taken are plain LoRAs of one rank: peft_type LORA, bias none, task_type CAUSAL_LM or none. rslora's scale, alpha / sqrt(r), is folded
// into alpha. Keys without an effect on the answer are skipped (lora_dropout, inference_mode, ...). Every other key must be absent or
// empty (null, false, "", [], {}): DoRA, patterns of ranks, saved modules, and what a later version of peft adds.
//
// Thread rule: plain values and pure functions. Errors: kRefused with the key, what was found and what was expected.
// Source: peft's LoraConfig (peft/tuners/lora/config.py) and its choice of modules (peft/tuners/tuners_utils.py).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paw/status.h"

namespace paw {

struct PeftConfig {
  std::string base_model;  // base_model_name_or_path; may be empty
  std::int32_t rank = 0;
  float alpha = 0.0f;  // alpha / rank is the scale
  // Which modules have a pair, each a name or the end of one behind a dot ("q_proj", "layers.3.mlp.up_proj"). Nullopt: the file does
  // not say it so that it can be told (no list, a regular expression, exclude_modules).
  std::optional<std::vector<std::string>> targets;
  bool all_linear = false;                          // every projection, in place of `targets`
  std::optional<std::vector<std::int64_t>> layers;  // layers_to_transform; nullopt: all
  std::string layers_name;                          // layers_pattern; empty: any
  bool fan_in_fan_out = false;                      // written only: the base keeps its weights as (inputs, outputs); no effect on a LoRA

  // Whether the module of `layer` gets a pair; `path` as "model.layers.3.mlp.up_proj". Only where targets or all_linear tell.
  bool Targets(std::string_view path, std::int64_t layer) const;
};

// `what` names the text in messages: "reading DIR/adapter_config.json".
Result<PeftConfig> ReadPeftConfig(std::string_view text, std::string_view what);
// With two spaces of indentation; equal configurations give equal bytes.
std::string WritePeftConfig(const PeftConfig& config);

}  // namespace paw
