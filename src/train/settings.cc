#include "train/settings.h"

#include <cmath>
#include <functional>
#include <map>

namespace paw {
namespace {

// A named number: where it lives and what is allowed.
struct Knob {
  std::function<double(const TrainSettings&)> read;
  std::function<void(TrainSettings&, double)> write;
  double least;
  double most;
  bool whole;
};

template <typename T>
Knob MakeKnob(T TrainSettings::*field, double least, double most) {
  return Knob{[field](const TrainSettings& s) { return static_cast<double>(s.*field); },
              [field](TrainSettings& s, double v) { s.*field = static_cast<T>(v); }, least, most, std::is_integral_v<T>};
}

const std::map<std::string, Knob>& Knobs() {
  static const std::map<std::string, Knob> knobs = {
      {"rank", MakeKnob(&TrainSettings::rank, 1, 256)},
      {"alpha", MakeKnob(&TrainSettings::alpha, 0.01, 4096)},
      {"first_layer", MakeKnob(&TrainSettings::first_layer, 0, 1024)},
      {"learning_rate", MakeKnob(&TrainSettings::learning_rate, 1e-7, 1)},
      {"b_rate_ratio", MakeKnob(&TrainSettings::b_rate_ratio, 0.01, 100)},
      {"beta1", MakeKnob(&TrainSettings::beta1, 0, 0.9999)},
      {"beta2", MakeKnob(&TrainSettings::beta2, 0, 0.99999)},
      {"weight_decay", MakeKnob(&TrainSettings::weight_decay, 0, 10)},
      {"clip_norm", MakeKnob(&TrainSettings::clip_norm, 0, 1e6)},
      {"warmup_steps", MakeKnob(&TrainSettings::warmup_steps, 0, 100000)},
      {"final_rate", MakeKnob(&TrainSettings::final_rate, 0, 1)},
      {"rows_per_step", MakeKnob(&TrainSettings::rows_per_step, 1, 1024)},
      {"init_rows", MakeKnob(&TrainSettings::init_rows, 0, 4096)},
      {"branch_share", MakeKnob(&TrainSettings::branch_share, 0, 1)},
      {"input_dropout", MakeKnob(&TrainSettings::input_dropout, 0, 0.9)},
      {"class_balance", MakeKnob(&TrainSettings::class_balance, 0, 1)},
      {"average_decay", MakeKnob(&TrainSettings::average_decay, 0, 0.99999)},
  };
  return knobs;
}

}  // namespace

nlohmann::json SettingsToJson(const TrainSettings& settings) {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [name, knob] : Knobs()) {
    if (knob.whole) {
      out[name] = static_cast<std::int64_t>(knob.read(settings));
    } else {
      out[name] = knob.read(settings);
    }
  }
  out["tail"] = settings.tail;
  return out;
}

Result<TrainSettings> ApplyOverrides(TrainSettings settings, const nlohmann::json& overrides) {
  if (overrides.is_null()) return settings;
  if (!overrides.is_object())
    return Usage("reading training settings: found " + std::string(overrides.type_name()) + ", expected an object");
  for (const auto& [name, value] : overrides.items()) {
    if (name == "tail") {
      if (!value.is_string()) return Usage("training setting tail: expected a word");
      settings.tail = value.get<std::string>();
      continue;
    }
    const auto knob = Knobs().find(name);
    if (knob == Knobs().end()) return Usage("training setting " + name + ": no such setting; see docs/quality.md");
    if (!value.is_number()) return Usage("training setting " + name + ": found " + std::string(value.type_name()) + ", expected a number");
    const double number = value.get<double>();
    const bool in_range = std::isfinite(number) && number >= knob->second.least && number <= knob->second.most;
    if (!in_range || (knob->second.whole && number != std::floor(number))) {
      return Usage("training setting " + name + ": found " + value.dump() + ", expected " +
                   (knob->second.whole ? "a whole number" : "a number") + " from " + nlohmann::json(knob->second.least).dump() + " to " +
                   nlohmann::json(knob->second.most).dump());
    }
    knob->second.write(settings, number);
  }
  return settings;
}

}  // namespace paw
