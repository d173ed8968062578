// How a call's options and its result stand in JSON.
//
// Thread rule: pure functions. Errors: kUsage and kRefused name the field, what was found, what was expected.
// Source: the official /infer ({output, tokens_generated, latency_ms}); the rest is ours.
#pragma once

#include <cstdint>

#include "base/json.h"
#include "runtime/program.h"

namespace paw::hub {

inline constexpr std::int64_t kOutputTokensMax = 4096;

// max_tokens, temperature, seed, probabilities, abstain_below, json_schema.
Result<RunOptions> RunOptionsOf(const Json& body);
// A JSON Schema from outside, as an object or as text.
Result<std::shared_ptr<const JsonSchema>> SchemaOf(const Json& schema);
Json ResultJson(const RunResult& result, bool labels);

}  // namespace paw::hub
