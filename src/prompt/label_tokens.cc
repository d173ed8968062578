#include "prompt/label_tokens.h"

#include "prompt/row.h"

namespace paw {

Result<LabelTrie> BuildLabelTrie(const Tokenizer& tokenizer, const std::vector<std::string>& labels) {
  std::vector<std::vector<TokenId>> tokens;
  tokens.reserve(labels.size());
  for (const std::string& label : labels) {
    tokens.push_back(PAW_TRY(TokenizeOutput(tokenizer, label)));
    tokens.back().pop_back();  // its EOS; the trie adds its own
  }
  return LabelTrie::Build(tokens, tokenizer.eos());
}

}  // namespace paw
