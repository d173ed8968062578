#include "encode/compiler_prompt.h"

#include <algorithm>
#include <string>

#include "base/limits.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr std::string_view kTurnStart = "<|im_start|>";
constexpr std::string_view kTurnEnd = "<|im_end|>";
constexpr std::string_view kBeforeSpec = "user\n[SPEC]\n";
constexpr std::string_view kAfterSpec = "\n[END_SPEC]\n\n[PSEUDO_PROGRAM]";
constexpr std::string_view kAnswerStart = "<|im_end|>\n<|im_start|>assistant\n";
constexpr std::string_view kEmptyThinkBlock = "<think>\n\n</think>\n\n";

Result<TokenId> FindSpecialToken(const Tokenizer& tokenizer, const std::string& name) {
  const std::vector<TokenId> tokens = PAW_TRY(tokenizer.Encode(name, SpecialTokens::kParse));
  if (tokens.size() == 1 && tokenizer.IsSpecial(tokens[0])) return tokens[0];
  return Refused("looking for the special token " + Quoted(name) + " of the compiler's tokenizer: found " + std::to_string(tokens.size()) +
                 " ordinary tokens in its place, expected one special token");
}

Status Append(const Tokenizer& tokenizer, std::string_view text, SpecialTokens special, std::vector<TokenId>* tokens) {
  const std::vector<TokenId> more = PAW_TRY(tokenizer.Encode(text, special));
  tokens->insert(tokens->end(), more.begin(), more.end());
  return Ok();
}

// The user's turn and the beginning of the answer.
Status AppendChat(const Tokenizer& tokenizer, std::string_view spec, const CompilerPromptOptions& options, std::vector<TokenId>* tokens) {
  std::string turn(kBeforeSpec);
  turn.append(spec).append(kAfterSpec);
  std::string answer(kAnswerStart);
  if (options.think == ThinkBlock::kEmpty) answer += kEmptyThinkBlock;
  if (options.compat == Compat::kOfficial) {
    return Append(tokenizer, std::string(kTurnStart) + turn + answer, SpecialTokens::kParse, tokens);
  }
  PAW_TRY(Append(tokenizer, kTurnStart, SpecialTokens::kParse, tokens));
  PAW_TRY(Append(tokenizer, turn, SpecialTokens::kPlain, tokens));
  return Append(tokenizer, answer, SpecialTokens::kParse, tokens);
}

// <prefix_1> .. <prefix_T>, in this order whatever their ids are.
Result<std::vector<TokenId>> FindPrefix(const Tokenizer& tokenizer, std::int32_t count) {
  std::vector<TokenId> prefix;
  for (std::int32_t i = 1; i <= count; ++i) {
    Result<TokenId> token = FindSpecialToken(tokenizer, "<prefix_" + std::to_string(i) + ">");
    if (!token.ok()) {
      return token.status().WithContext("found " + std::to_string(i - 1) + " of " + std::to_string(count) + " prefix tokens");
    }
    prefix.push_back(*token);
  }
  return prefix;
}

}  // namespace

ThinkBlock ThinkBlockOf(std::string_view chat_template) {
  return chat_template.find("enable_thinking is false") == std::string_view::npos ? ThinkBlock::kNone : ThinkBlock::kEmpty;
}

Result<std::vector<TokenId>> BuildCompilerPrompt(const Tokenizer& tokenizer, std::string_view spec, std::string_view pseudo_program,
                                                 const CompilerPromptOptions& options) {
  PAW_TRY(CheckText(spec, kSpecBytesMax, "the spec"));
  PAW_TRY(CheckText(pseudo_program, kPseudoProgramBytesMax, "the pseudo-program"));
  PAW_TRY(FindSpecialToken(tokenizer, std::string(kTurnStart)));
  if (const TokenId end = PAW_TRY(FindSpecialToken(tokenizer, std::string(kTurnEnd))); end != tokenizer.eos()) {
    return Refused("reading the compiler's tokenizer: found the end token " + Quoted(tokenizer.PieceOf(tokenizer.eos())) + ", expected " +
                   Quoted(kTurnEnd));
  }
  const std::vector<TokenId> prefix = PAW_TRY(FindPrefix(tokenizer, options.prefix_tokens));
  std::vector<TokenId> tokens;
  PAW_TRY(AppendChat(tokenizer, spec, options, &tokens));
  const std::size_t chat_tokens = tokens.size();
  const SpecialTokens special = options.compat == Compat::kOfficial ? SpecialTokens::kParse : SpecialTokens::kPlain;
  PAW_TRY(Append(tokenizer, pseudo_program, special, &tokens));
  const std::size_t pseudo_tokens = tokens.size() - chat_tokens;
  tokens.push_back(tokenizer.eos());
  tokens.insert(tokens.end(), prefix.begin(), prefix.end());
  if (tokens.size() <= options.tokens_max) return tokens;
  return Refused("making the compiler's prompt: found " + std::to_string(tokens.size()) + " tokens (" + std::to_string(chat_tokens) +
                 " around and of the spec, " + std::to_string(pseudo_tokens) + " of the pseudo-program, " +
                 std::to_string(prefix.size() + 1) + " after it), expected at most " + std::to_string(options.tokens_max));
}

Result<std::vector<std::int32_t>> SelectHiddenStates(std::int32_t compiler_layers, std::int32_t interpreter_layers) {
  if (std::min(compiler_layers, interpreter_layers) < 1 || std::max(compiler_layers, interpreter_layers) > kLayersMax) {
    return Usage("selecting the compiler's hidden states: found " + std::to_string(compiler_layers) + " compiler and " +
                 std::to_string(interpreter_layers) + " interpreter layers, expected 1 to " + std::to_string(kLayersMax));
  }
  std::vector<std::int32_t> states;  // (interpreter_layers)
  for (std::int32_t l = 0; l < interpreter_layers; ++l) {
    const std::int32_t number = std::max((l + 1) * compiler_layers / interpreter_layers, 1);  // in transformers' hidden_states
    states.push_back(number == compiler_layers ? compiler_layers : number - 1);
  }
  return states;
}

}  // namespace paw
