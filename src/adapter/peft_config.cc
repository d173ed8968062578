#include "adapter/peft_config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr std::array<std::string_view, 13> kUnderstood = {
    "peft_type",     "base_model_name_or_path", "r",          "lora_alpha",        "target_modules",  "bias",
    "task_type",     "fan_in_fan_out",          "use_rslora", "init_lora_weights", "exclude_modules", "layers_to_transform",
    "layers_pattern"};
// Whatever stands there, the answer is the same.
constexpr std::array<std::string_view, 9> kWithoutEffect = {"auto_mapping",   "ensure_weight_tying", "eva_config",
                                                            "inference_mode", "lora_dropout",        "megatron_core",
                                                            "peft_version",   "qalora_group_size",   "revision"};
// Ways to begin that leave the base as it is. The others (pissa, olora, corda, loftq) train against a changed base.
constexpr std::array<std::string_view, 3> kHarmlessStarts = {"gaussian", "eva", "orthogonal"};

Status Bad(std::string_view what, std::string_view key, const std::string& found, const std::string& expected) {
  return Refused(std::string(what) + ": key " + Quoted(key, 40) + ": found " + found + ", expected " + expected);
}

std::string Shown(const Json& value) { return Quoted(WriteJson(value), 60); }

bool IsEmpty(const Json& value) {
  return value.is_null() || (value.is_boolean() && !value.get<bool>()) ||
         (value.is_string() && value.get_ref<const std::string&>().empty()) || ((value.is_array() || value.is_object()) && value.empty());
}

template <std::size_t N>
bool Contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Status CheckKeys(const Json& object, std::string_view what) {
  for (const auto& [key, value] : object.items()) {
    if (Contains(kUnderstood, key) || Contains(kWithoutEffect, key) || IsEmpty(value)) continue;
    return Bad(what, key, Shown(value), "it absent or empty: a plain LoRA has none");
  }
  return Ok();
}

Status CheckKind(const Json& object, std::string_view what) {
  const std::string kind = PAW_TRY(GetString(object, "peft_type", what));
  if (kind != "LORA") return Bad(what, "peft_type", Quoted(kind), "\"LORA\"");
  const std::string bias = PAW_TRY(FindString(object, "bias", what)).value_or("none");
  if (bias != "none") return Bad(what, "bias", Quoted(bias), "\"none\"");
  const std::string task = PAW_TRY(FindString(object, "task_type", what)).value_or("CAUSAL_LM");
  if (task != "CAUSAL_LM") return Bad(what, "task_type", Quoted(task), "\"CAUSAL_LM\"");
  PAW_TRY(FindBool(object, "fan_in_fan_out", what));  // of the base's weights: a LoRA has the same shapes either way
  const Json* start = FindMember(object, "init_lora_weights");
  if (start == nullptr || start->is_boolean()) return Ok();
  if (start->is_string() && Contains(kHarmlessStarts, start->get_ref<const std::string&>())) return Ok();
  return Bad(what, "init_lora_weights", Shown(*start), "true, false, gaussian, eva or orthogonal: others change the base itself");
}

Status ReadScale(const Json& object, std::string_view what, PeftConfig& config) {
  const std::int64_t rank = PAW_TRY(GetInt(object, "r", what));
  if (rank < 1 || rank > kAdapterRankMax) {
    return Bad(what, "r", std::to_string(rank), "a rank of 1 to " + std::to_string(kAdapterRankMax));
  }
  config.rank = static_cast<std::int32_t>(rank);
  double alpha = PAW_TRY(GetDouble(object, "lora_alpha", what));
  if (PAW_TRY(FindBool(object, "use_rslora", what)).value_or(false)) alpha *= std::sqrt(static_cast<double>(rank));
  config.alpha = static_cast<float>(alpha);
  if (!(config.alpha > 0.0f) || !std::isfinite(config.alpha)) {
    return Bad(what, "lora_alpha", Shown(object.at("lora_alpha")), "a finite number above 0");
  }
  return Ok();
}

Status ReadLayers(const Json& object, std::string_view what, PeftConfig& config) {
  if (const Json* layers = FindMember(object, "layers_to_transform"); layers != nullptr && !IsEmpty(*layers)) {
    const Json list = layers->is_array() ? *layers : Json::array({*layers});
    config.layers.emplace();
    for (const Json& layer : list) {
      if (!layer.is_number_integer()) return Bad(what, "layers_to_transform", Shown(*layers), "whole numbers");
      config.layers->push_back(layer.get<std::int64_t>());
    }
  }
  const Json* pattern = FindMember(object, "layers_pattern");
  if (pattern == nullptr || IsEmpty(*pattern)) return Ok();
  const Json& name = pattern->is_array() && pattern->size() == 1 ? pattern->front() : *pattern;
  if (!name.is_string()) return Bad(what, "layers_pattern", Shown(*pattern), "one name");
  config.layers_name = name.get<std::string>();
  return Ok();
}

Status ReadTargets(const Json& object, std::string_view what, PeftConfig& config) {
  const Json* targets = FindMember(object, "target_modules");
  const Json* excluded = FindMember(object, "exclude_modules");
  if (targets == nullptr || (excluded != nullptr && !IsEmpty(*excluded))) return Ok();
  if (targets->is_string()) {
    config.all_linear = targets->get_ref<const std::string&>() == "all-linear";
    return Ok();
  }
  config.targets = PAW_TRY(GetStrings(object, "target_modules", what));
  if (config.targets->empty() || config.targets->size() > kAdapterTensorsMax) {
    return Bad(what, "target_modules", std::to_string(config.targets->size()) + " names", "1 to " + std::to_string(kAdapterTensorsMax));
  }
  return Ok();
}

// 16 and not 16.0 where it is whole, as peft's own type has it.
Json NumberJson(float number) {
  constexpr float kWholeMax = 16777216.0f;
  if (number == std::floor(number) && number < kWholeMax) return static_cast<std::int64_t>(number);
  return static_cast<double>(number);
}

}  // namespace

bool PeftConfig::Targets(std::string_view path, std::int64_t layer) const {
  if (layers && std::find(layers->begin(), layers->end(), layer) == layers->end()) return false;
  if (all_linear) return true;
  if (!targets) return false;
  return std::any_of(targets->begin(), targets->end(), [path](const std::string& target) {
    return path == target || (path.ends_with(target) && path[path.size() - target.size() - 1] == '.');
  });
}

Result<PeftConfig> ReadPeftConfig(std::string_view text, std::string_view what) {
  const Json object = PAW_TRY(ParseJson(text, what, kPeftConfigBytesMax));
  if (!object.is_object()) return Refused(std::string(what) + ": found " + std::string(JsonTypeName(object)) + ", expected an object");
  PeftConfig config;
  PAW_TRY(CheckKind(object, what));
  PAW_TRY(CheckKeys(object, what));
  PAW_TRY(ReadScale(object, what, config));
  PAW_TRY(ReadLayers(object, what, config));
  PAW_TRY(ReadTargets(object, what, config));
  config.base_model = PAW_TRY(FindString(object, "base_model_name_or_path", what)).value_or("");
  return config;
}

std::string WritePeftConfig(const PeftConfig& config) {
  Json object = {{"base_model_name_or_path", config.base_model},
                 {"bias", "none"},
                 {"fan_in_fan_out", config.fan_in_fan_out},
                 {"lora_alpha", NumberJson(config.alpha)},
                 {"peft_type", "LORA"},
                 {"r", config.rank},
                 {"target_modules", config.targets.value_or(std::vector<std::string>())},
                 {"task_type", "CAUSAL_LM"}};
  return WriteJsonIndented(object);
}

}  // namespace paw
