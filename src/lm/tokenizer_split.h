// PreSplitter: cuts text into the words that byte-level BPE merges inside, by one of a few fixed patterns known by name.
//
// Patterns and their order follow llama.cpp (llama-vocab.cpp, unicode.cpp: unicode_regex_split_custom_gpt2 and _qwen2), white space
// included: PCRE2's \s would add U+180E. Every stage cuts the pieces of the stage before it and cannot look past their ends.
// The two "hf-" patterns are those that a Hugging Face tokenizer.json of the Qwen2/3 and GPT-2 families spells out, as Oniguruma matches
// them in `tokenizers` 0.23: letters and numbers of Unicode 16, and 's in any case, for which a long s (U+017F) counts as well.
// The pattern texts are ours alone; nothing of a model file is ever compiled as a pattern.
//
// Thread rule: immutable after Create; Split is safe for concurrent use.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "paw/status.h"

namespace paw {

class PreSplitter {
 public:
  // `name` as in tokenizer.ggml.pre: "smollm", "gpt-2", "default", "qwen2"; or "hf-qwen2", "hf-gpt2". Anything else is kUnimplemented.
  static Result<PreSplitter> Create(std::string_view name);

  // The words of `text` (well-formed UTF-8), in order, nothing left out. Views into `text`. Time is linear in the text.
  Result<std::vector<std::string_view>> Split(std::string_view text) const;

 private:
  struct Stage;
  PreSplitter() = default;
  std::vector<std::shared_ptr<const Stage>> stages_;
};

}  // namespace paw
