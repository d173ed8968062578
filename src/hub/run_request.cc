#include "hub/run_request.h"

#include "base/text.h"

namespace paw::hub {

Result<std::shared_ptr<const JsonSchema>> SchemaOf(const Json& schema) {
  return JsonSchema::Parse(schema.is_string() ? schema.get<std::string>() : WriteJson(schema), "field \"json_schema\"");
}

Result<RunOptions> RunOptionsOf(const Json& body) {
  constexpr const char* kWhat = "the request";
  RunOptions run;
  if (const auto tokens = PAW_TRY(FindInt(body, "max_tokens", kWhat))) {
    if (*tokens < 0 || *tokens > kOutputTokensMax) {
      return Usage("field \"max_tokens\": found " + std::to_string(*tokens) + ", expected 0 to " + std::to_string(kOutputTokensMax));
    }
    run.output_tokens_max = static_cast<std::int32_t>(*tokens);
  }
  if (const auto temperature = PAW_TRY(FindDouble(body, "temperature", kWhat))) {
    if (!(*temperature >= 0 && *temperature <= 2))
      return Usage("field \"temperature\": found " + WriteJson(*temperature) + ", expected 0 to 2");
    run.temperature = static_cast<float>(*temperature);
  }
  if (const auto seed = PAW_TRY(FindInt(body, "seed", kWhat))) run.seed = static_cast<std::uint64_t>(*seed);
  run.probabilities = PAW_TRY(FindBool(body, "probabilities", kWhat)).value_or(false);
  run.text_probability = run.probabilities;
  if (const auto below = PAW_TRY(FindDouble(body, "abstain_below", kWhat))) {
    if (!(*below >= 0 && *below <= 1)) return Usage("field \"abstain_below\": found " + WriteJson(*below) + ", expected 0 to 1");
    run.abstain_below = *below;
  }
  if (const Json* schema = FindMember(body, "json_schema"); schema != nullptr) run.schema = PAW_TRY(SchemaOf(*schema));
  return run;
}

Json ResultJson(const RunResult& result, bool labels) {
  Json json = {{"output", result.output},
               {"tokens_generated", result.tokens_out},
               {"tokens_in", result.tokens_in},
               {"latency_ms", result.milliseconds},
               {"probability", result.probability ? Json(*result.probability) : Json()},
               {"abstained", result.abstained},
               {"rejected", result.rejected}};
  if (!labels) return json;
  json["labels"] = Json::array();
  for (const LabelProbability& label : result.labels)
    json["labels"].push_back({{"label", label.label}, {"probability", label.probability}});
  return json;
}

}  // namespace paw::hub
