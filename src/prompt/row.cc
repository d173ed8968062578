#include "prompt/row.h"

#include <utility>

#include "base/limits.h"
#include "base/text.h"

namespace paw {

Result<PreparedTemplate> PreparedTemplate::Create(const Tokenizer& tokenizer, const PromptTemplate& prompt, Compat compat) {
  PreparedTemplate prepared(tokenizer, compat);
  prepared.prefix_ = PAW_TRY(tokenizer.Encode(prompt.head(), SpecialTokens::kParse));
  const std::string_view tail = prompt.tail();
  const std::size_t first_special = compat == Compat::kOfficial ? std::string_view::npos : tokenizer.FindSpecial(tail);
  prepared.joined_tail_ = tail.substr(0, first_special);
  if (first_special != std::string_view::npos) {
    prepared.suffix_ = PAW_TRY(tokenizer.Encode(tail.substr(first_special), SpecialTokens::kParse));
  }
  return prepared;
}

Result<std::vector<TokenId>> TokenizeRow(const PreparedTemplate& prepared, std::string_view input) {
  PAW_TRY(CheckText(input, kInputBytesMax, "the input"));
  const SpecialTokens special = prepared.compat() == Compat::kOfficial ? SpecialTokens::kParse : SpecialTokens::kPlain;
  std::string joined(input);
  joined += prepared.joined_tail();
  std::vector<TokenId> tokens = PAW_TRY(prepared.tokenizer().Encode(joined, special));
  tokens.insert(tokens.end(), prepared.suffix().begin(), prepared.suffix().end());
  if (tokens.empty()) return Refused("making the tokens of a row: found none after the template's head, expected at least one");
  return tokens;
}

Result<std::vector<TokenId>> TokenizeOutput(const Tokenizer& tokenizer, std::string_view output) {
  PAW_TRY(CheckText(output, kOutputBytesMax, "the output"));
  std::vector<TokenId> tokens = PAW_TRY(tokenizer.Encode(output, SpecialTokens::kPlain));
  if (tokenizer.Decode(tokens) != output) {
    return Refused("making the tokens of the output " + Quoted(output) +
                   ": found a character that the base has no token for, expected one");
  }
  tokens.push_back(tokenizer.eos());
  return tokens;
}

Status CheckFits(std::size_t prefix_tokens, std::size_t row_tokens, std::size_t output_tokens, std::size_t context_max) {
  const std::size_t needed = prefix_tokens + row_tokens + output_tokens;
  if (needed <= context_max) return Ok();
  return Refused("fitting an input into the context: found " + std::to_string(needed) + " tokens (" + std::to_string(prefix_tokens) +
                 " of the template, " + std::to_string(row_tokens) + " of the input, " + std::to_string(output_tokens) +
                 " for the answer), expected at most " + std::to_string(context_max));
}

}  // namespace paw
