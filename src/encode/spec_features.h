// SpecFeatures: what the base itself reads of a spec, as the few numbers that our own mapper starts from. The embedded default has no
// second model: the interpreter, without an adapter, is the encoder.
//
//   <|im_start|>user\n{spec}<|im_end|>\n<|im_start|>assistant\n  |  the prefix: kPrefixText, of which the hidden states are read
//   features = for each chosen layer the mean over the prefix positions               (chosen layers, width)
//
// Layers are numbered as ForwardRow::hidden_layers (lm/lm.h): number n is the state after block n, counted from 0, so that 8 is the state
// after the ninth block; the number of layers itself is the state after the final norm.
// Special-token text in the spec stays plain text.
// Thread rule: as lm/lm.h says. Errors: kRefused for a spec that is not UTF-8, holds NUL or is too long for the context, and for states
// that are not finite. Source: paper section 2.3; the frozen encoder is its ablation of table 12.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lm/lm.h"
#include "lm/tokenizer.h"
#include "paw/status.h"

namespace paw {

inline constexpr std::string_view kPrefixText = "In one sentence: this function reads a text and returns the";

// Tokens of the prompt; the last `prefix` of them are the prefix.
struct FeaturePrompt {
  std::vector<TokenId> tokens;
  std::int32_t prefix = 0;
};
Result<FeaturePrompt> BuildFeaturePrompt(const Tokenizer& tokenizer, std::string_view spec);

// Features of several specs in one pass, each (layers.size() * width).
Result<std::vector<std::vector<float>>> SpecFeatures(const LanguageModel& base, const Tokenizer& tokenizer,
                                                     std::span<const std::string_view> specs, std::span<const std::int32_t> layers,
                                                     std::int32_t threads);

}  // namespace paw
