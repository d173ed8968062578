#include "pseudo/lm_writer.h"

#include <vector>

#include "base/text.h"
#include "decode/generate.h"
#include "prompt/row.h"
#include "pseudo/form.h"
#include "pseudo/pseudo_prompt.h"

namespace paw {

Result<std::string> AskForPseudoProgram(const LanguageModel& model, const Tokenizer& tokenizer, std::string_view spec,
                                        const PseudoAsk& ask) {
  const std::string question = PAW_TRY(RenderPseudoPrompt(ask.prompt.empty() ? DefaultPseudoPrompt() : std::string_view(ask.prompt), spec));
  const PreparedTemplate prepared = PAW_TRY(PreparedTemplate::Create(tokenizer, PAW_TRY(UserTurn(ask.style))));
  const std::vector<TokenId> row = PAW_TRY(TokenizeRow(prepared, question));
  std::vector<TokenId> tokens = prepared.prefix();
  tokens.insert(tokens.end(), row.begin(), row.end());
  PAW_TRY(CheckFits(0, tokens.size(), static_cast<std::size_t>(ask.tokens_max), static_cast<std::size_t>(model.shape().context_max)));

  ContextOptions context_options;
  context_options.threads = ask.threads;
  context_options.context_max = static_cast<std::int32_t>(tokens.size()) + ask.tokens_max;
  const auto context = PAW_TRY(model.NewContext(context_options));
  GenerateRow asked;
  asked.prefix = PAW_TRY(context->NewSequence());
  asked.tokens = tokens;
  asked.keep_going = [&ask](std::string_view text, std::int32_t written) {
    if (ask.on_text) ask.on_text(text, written);
    return text.find(kPseudoClose) == std::string_view::npos;
  };
  GenerateOptions options;
  options.tokens_max = ask.tokens_max;
  options.cancel = ask.cancel;
  std::vector<Result<Generated>> answers = PAW_TRY(Generate(*context, tokenizer, {&asked, 1}, options));
  Generated answer = PAW_TRY(std::move(answers.front()));
  if (answer.text.find(kPseudoClose) == std::string::npos) {
    return Refused("writing a pseudo-program: found " + std::to_string(answer.tokens.size()) + " tokens of the language model without " +
                   std::string(kPseudoClose) + ", expected it within " + std::to_string(ask.tokens_max));
  }
  if (!IsUtf8(answer.text)) return Refused("writing a pseudo-program: found an answer of the language model that is not UTF-8");
  return std::move(answer.text);
}

}  // namespace paw
