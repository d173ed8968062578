#include "encode/spec_features.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr std::string_view kBeforeSpec = "<|im_start|>user\n";
constexpr std::string_view kAfterSpec = "<|im_end|>\n<|im_start|>assistant\n";

Status Append(const Tokenizer& tokenizer, std::string_view text, SpecialTokens special, std::vector<TokenId>& tokens) {
  const std::vector<TokenId> more = PAW_TRY(tokenizer.Encode(text, special));
  tokens.insert(tokens.end(), more.begin(), more.end());
  return Ok();
}

// (layers, positions, width) -> (layers, width)
std::vector<float> MeanOverPositions(const std::vector<float>& states, std::size_t layers, std::size_t positions, std::size_t width) {
  std::vector<float> means(layers * width);
  for (std::size_t l = 0; l < layers; ++l) {
    float* mean = means.data() + l * width;
    for (std::size_t p = 0; p < positions; ++p) {
      const float* state = states.data() + (l * positions + p) * width;
      for (std::size_t i = 0; i < width; ++i) mean[i] += state[i];
    }
    for (std::size_t i = 0; i < width; ++i) mean[i] /= static_cast<float>(positions);
  }
  return means;
}

}  // namespace

Result<FeaturePrompt> BuildFeaturePrompt(const Tokenizer& tokenizer, std::string_view spec) {
  PAW_TRY(CheckText(spec, kSpecBytesMax, "the spec"));
  FeaturePrompt prompt;
  PAW_TRY(Append(tokenizer, kBeforeSpec, SpecialTokens::kParse, prompt.tokens));
  PAW_TRY(Append(tokenizer, spec, SpecialTokens::kPlain, prompt.tokens));
  PAW_TRY(Append(tokenizer, kAfterSpec, SpecialTokens::kParse, prompt.tokens));
  const std::size_t before = prompt.tokens.size();
  PAW_TRY(Append(tokenizer, kPrefixText, SpecialTokens::kPlain, prompt.tokens));
  prompt.prefix = static_cast<std::int32_t>(prompt.tokens.size() - before);
  return prompt;
}

Result<std::vector<std::vector<float>>> SpecFeatures(const LanguageModel& base, const Tokenizer& tokenizer,
                                                     std::span<const std::string_view> specs, std::span<const std::int32_t> layers,
                                                     std::int32_t threads) {
  std::vector<FeaturePrompt> prompts;
  std::size_t longest = 0;
  for (const std::string_view spec : specs) {
    prompts.push_back(PAW_TRY(BuildFeaturePrompt(tokenizer, spec)));
    longest = std::max(longest, prompts.back().tokens.size());
  }
  if (longest > static_cast<std::size_t>(base.shape().context_max)) {
    return Refused("encoding a spec: found " + std::to_string(longest) + " tokens, expected at most the " +
                   std::to_string(base.shape().context_max) + " of the base's context");
  }
  ContextOptions options;
  options.threads = threads;
  options.context_max = static_cast<std::int32_t>(longest);
  const auto context = PAW_TRY(base.NewContext(options));
  std::vector<ForwardRow> rows(prompts.size());
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    rows[i].sequence = PAW_TRY(context->NewSequence());
    rows[i].tokens = prompts[i].tokens;
    rows[i].logits = LogitsAt::kNone;
    rows[i].hidden_layers = layers;
    rows[i].hidden_last = prompts[i].prefix;
  }
  const std::vector<RowOutput> outputs = PAW_TRY(context->Forward(rows));
  std::vector<std::vector<float>> features;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    features.push_back(MeanOverPositions(outputs[i].hidden, layers.size(), static_cast<std::size_t>(prompts[i].prefix),
                                         static_cast<std::size_t>(base.shape().width)));
    if (!std::all_of(features.back().begin(), features.back().end(), [](float value) { return std::isfinite(value); })) {
      return Refused("encoding a spec: found hidden states that are not finite, expected numbers: the base's weights are damaged");
    }
  }
  return features;
}

}  // namespace paw
