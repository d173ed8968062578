// TokenChooser: the next token of an answer from its logits, under rules.
//
// The model's free choice is tried first. Where the rules forbid it, the set of all allowed tokens is read off the vocabulary's tree in
// one walk (token_trie.h), and the choice is made among those: the most likely one (ties to the smaller id), or a draw from
// softmax(logits / temperature) renormalised over them. EOS is allowed where the rules say the answer is complete; control tokens other
// than EOS never are. Without rules every token is.
//
// Thread rule: one thread; the trie may be shared. Errors: kNoToken where nothing is allowed.
#pragma once

#include <optional>
#include <span>

#include "base/random.h"
#include "decode/output_rules.h"
#include "decode/token_trie.h"
#include "lm/tokenizer.h"

namespace paw {

class TokenChooser {
 public:
  // `trie` may be null: one is built where it is needed.
  TokenChooser(const Tokenizer& tokenizer, const LazyTokenTrie* trie) : tokenizer_(tokenizer), trie_(trie) {}
  TokenId Best(const OutputRules* rules, std::span<const float> logits);
  TokenId Draw(const OutputRules* rules, std::span<const float> logits, float temperature, Random& random);

 private:
  bool IsAllowed(const OutputRules* rules, TokenId token) const;
  const TokenMask& Allowed(const OutputRules& rules);

  const Tokenizer& tokenizer_;
  const LazyTokenTrie* trie_;
  std::optional<LazyTokenTrie> own_trie_;
  std::optional<TokenMask> mask_;
};

}  // namespace paw
