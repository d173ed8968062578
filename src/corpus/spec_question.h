// AskForSpecs: the first stage of a corpus from a language model, in words: specs of one theme.
//
// Half of the questions want two to six examples with each spec. What is drawn (the wording's style, the kind of output to lean to, the
// setting, which specs are named as there already) comes from the seed and the number of the call. Inside corpus/ only.
//
// Thread rule: a pure function. Source: Program-as-Weights (arXiv 2607.02512), data section; the words are ours.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "corpus/themes.h"

namespace paw {

// A part of the key under which replies are kept: a change of the words, AskForVariedPairs's among them, or of what they are drawn from is a
// new number.
inline constexpr std::string_view kSynthPromptVersion = "2";
inline constexpr std::int64_t kSpecsPerCall = 8;

struct SpecCall {
  std::int64_t number = 0;  // of the call
  Theme theme;
  bool with_examples = false;
  std::string style;  // "terse", "casual", "detailed"
};
// The style is drawn.
SpecCall MakeSpecCall(std::int64_t number, const Theme& theme, bool with_examples, std::uint64_t seed);

// The body of a chat/completions request. `known`: wordings of the theme that are there already, some of which are named.
Json AskForSpecs(const SpecCall& call, const std::string& model, std::span<const std::string> known, std::uint64_t seed, int attempt);

}  // namespace paw
