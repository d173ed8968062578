// Row tokens: the one place where a template and an input become tokens, for training and running alike.
//
//   prefix (template head, special tokens parsed)
//   | input + plain-text head of the tail, special tokens OFF     -> whatever the input says, it is never a control token
//   | rest of the tail, from its first special token on, parsed
//
// For an input without special-token text the ids equal the official SDK's (prefix alone; input and tail together, parsed). kOfficial
// does exactly what the SDK does, injection included, for comparisons only.
//
// Thread rule: PreparedTemplate is an immutable value; functions are pure.
// Errors: kRefused for an input that is not UTF-8, holds NUL or is too long (both numbers named).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lm/tokenizer.h"
#include "paw/status.h"
#include "prompt/template.h"

namespace paw {

enum class Compat : std::uint8_t { kNone, kOfficial };

// A template with the parts that do not depend on the input tokenised once.
class PreparedTemplate {
 public:
  static Result<PreparedTemplate> Create(const Tokenizer& tokenizer, const PromptTemplate& prompt, Compat compat = Compat::kNone);

  const std::vector<TokenId>& prefix() const { return prefix_; }  // common to all rows; may be empty
  const std::vector<TokenId>& suffix() const { return suffix_; }  // ends every row; empty under kOfficial
  const Tokenizer& tokenizer() const { return tokenizer_; }
  Compat compat() const { return compat_; }
  // What is joined to the input before it is tokenised.
  const std::string& joined_tail() const { return joined_tail_; }

 private:
  PreparedTemplate(Tokenizer tokenizer, Compat compat) : tokenizer_(std::move(tokenizer)), compat_(compat) {}
  Tokenizer tokenizer_;
  Compat compat_;
  std::vector<TokenId> prefix_;
  std::string joined_tail_;
  std::vector<TokenId> suffix_;
};

// The tokens of a row after the prefix: input, then the end of the prompt. Never empty together with the prefix.
Result<std::vector<TokenId>> TokenizeRow(const PreparedTemplate& prepared, std::string_view input);

// The tokens a program should answer: the output as plain text, then EOS. kRefused when the base has no tokens for all of its bytes.
Result<std::vector<TokenId>> TokenizeOutput(const Tokenizer& tokenizer, std::string_view output);

// kRefused, naming both numbers, when prefix + row + room for the answer exceed the context.
Status CheckFits(std::size_t prefix_tokens, std::size_t row_tokens, std::size_t output_tokens, std::size_t context_max);

}  // namespace paw
