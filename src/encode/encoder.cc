#include "encode/encoder.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace paw {

Result<Encoding> Encode(const LanguageModel& compiler, const Tokenizer& tokenizer, std::string_view spec, std::string_view pseudo_program,
                        const EncodeOptions& options) {
  if (tokenizer.vocabulary() > compiler.shape().vocabulary) {
    return Refused("encoding a spec: found a tokenizer of " + std::to_string(tokenizer.vocabulary()) + " tokens, expected at most the " +
                   std::to_string(compiler.shape().vocabulary) + " of the compiler's embedding");
  }
  const std::vector<TokenId> tokens = PAW_TRY(BuildCompilerPrompt(tokenizer, spec, pseudo_program, options.prompt));
  return EncodeTokens(compiler, tokens, options);
}

Result<Encoding> EncodeTokens(const LanguageModel& compiler, std::span<const TokenId> tokens, const EncodeOptions& options) {
  const std::vector<std::int32_t> layers = PAW_TRY(SelectHiddenStates(compiler.shape().layers, options.interpreter_layers));
  ContextOptions context_options;
  context_options.threads = options.threads;
  context_options.context_max = static_cast<std::int32_t>(tokens.size());
  const auto context = PAW_TRY(compiler.NewContext(context_options));
  ForwardRow row;
  row.sequence = PAW_TRY(context->NewSequence());
  row.tokens = tokens;
  row.logits = LogitsAt::kNone;
  row.hidden_layers = layers;
  row.hidden_last = options.prompt.prefix_tokens;
  std::vector<RowOutput> outputs = PAW_TRY(context->Forward({&row, 1}));
  Encoding encoding;
  encoding.layers = options.interpreter_layers;
  encoding.positions = options.prompt.prefix_tokens;
  encoding.hidden = compiler.shape().width;
  encoding.states = std::move(outputs.front().hidden);
  if (!std::all_of(encoding.states.begin(), encoding.states.end(), [](float state) { return std::isfinite(state); })) {
    return Refused("encoding a spec: found hidden states that are not finite, expected numbers: the compiler's weights are damaged");
  }
  return encoding;
}

}  // namespace paw
