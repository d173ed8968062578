// BuildLabelTrie: a closed label set as the trie of its tokens, as a program answers them. Training and running build the same one.
//
// Thread rule: a pure function. Errors: what TokenizeOutput and LabelTrie::Build say (labels of equal tokens, too many labels).
#pragma once

#include <string>
#include <vector>

#include "decode/label_trie.h"
#include "lm/tokenizer.h"
#include "paw/status.h"

namespace paw {

Result<LabelTrie> BuildLabelTrie(const Tokenizer& tokenizer, const std::vector<std::string>& labels);

}  // namespace paw
