// WordOptions: a tokenizer for the tests of pseudo/: one token a word; "<|stop|>" is special.
//
// Thread rule: a pure function. For tests only.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/text.h"
#include "pseudo/pseudo_program.h"

namespace paw {

inline PseudoOptions WordOptions(std::size_t tokens_max) {
  PseudoOptions options;
  options.count_tokens = [](std::string_view text) {
    std::size_t words = 0;
    for (const std::string_view line : SplitLines(text)) {
      for (const std::string_view word : Split(line, ' ')) words += word.empty() ? 0 : 1;
    }
    return words;
  };
  options.find_special = [](std::string_view text) { return text.find("<|stop|>"); };
  options.tokens_max = tokens_max;
  return options;
}

}  // namespace paw
