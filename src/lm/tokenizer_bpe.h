// BpeMerger: the merge loop of byte-level BPE over one word, and the alphabet that GPT-2 vocabularies are written in.
//
// Thread rule: immutable after its rules are added; MergeWord is safe for concurrent use, each caller with its own Scratch.
// Source: Radford et al. 2019 (GPT-2), bytes_to_unicode; merge order and ties as llama.cpp's llm_tokenizer_bpe_session.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash_index.h"
#include "lm/shape.h"

namespace paw {

// The character (1 or 2 UTF-8 bytes) that stands for a byte in a vocabulary: itself when printable Latin-1, else U+0100 upwards.
const std::string& ByteCharacter(std::uint8_t byte);

// The bytes behind a vocabulary text; nothing when a character is outside the alphabet.
std::optional<std::string> BytesOfVocabularyText(std::string_view text);

class BpeMerger {
 public:
  struct Symbol {
    TokenId token;
    std::int32_t previous, next;  // -1 at the ends
  };
  // A merge that was possible when it was pushed; stale when either symbol has changed since.
  struct Candidate {
    std::int32_t rank, left, right;
    TokenId left_token, right_token, merged;
  };
  // Memory reused from word to word.
  struct Scratch {
    std::vector<Symbol> symbols;
    std::vector<Candidate> heap;
  };

  BpeMerger() { byte_tokens_.fill(-1); }
  // Room for so many rules, asked for once, before the first.
  void Reserve(std::size_t rules) {
    rules_.reserve(rules);
    index_.Reserve(rules);
  }
  void SetByteToken(std::uint8_t byte, TokenId token) { byte_tokens_[byte] = token; }
  // Rules come in order of preference; a pair that is there already keeps its rank.
  void AddRule(TokenId left, TokenId right, TokenId merged);

  // Appends the tokens of `word` (bytes). A byte without a token gives none. O(n log n).
  void MergeWord(std::string_view word, Scratch* scratch, std::vector<TokenId>* tokens) const;

 private:
  // In order of preference.
  struct Rule {
    TokenId left, right, merged;
  };
  std::int32_t FindRule(TokenId left, TokenId right) const;  // its rank; -1: none
  void Propose(Scratch* scratch, std::int32_t left, std::int32_t right) const;

  std::array<TokenId, 256> byte_tokens_;
  std::vector<Rule> rules_;
  HashIndex index_;
};

}  // namespace paw
