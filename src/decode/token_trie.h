// TokenTrie: the tokens of a vocabulary by their bytes, so that the tokens which rules allow are found in one walk. TokenMask: a set of
// tokens.
//
// Plain tokens, those that are ordinary content of a JSON string wherever one is being read (no quote, backslash or control character),
// are nine in ten of a vocabulary. They have a tree of their own: inside a string all of them are allowed at once, and only the others
// are walked, where what came before the string's end makes no difference by the bytes of that end alone. Control tokens, EOS and tokens without bytes stand in neither tree.
//
// Thread rule: const after Build, safe to share. Owner: whoever built it; LazyTokenTrie builds on first use. Errors: none.
// Cost: a tenth of a second for 150,000 tokens, 30 bytes a token and byte of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "lm/tokenizer.h"

namespace paw {

inline constexpr std::int32_t kPlainUnlimited = std::numeric_limits<std::int32_t>::max();
inline constexpr std::int32_t kNotPlain = -1;

class TokenMask {
 public:
  explicit TokenMask(std::int32_t tokens) : words_((static_cast<std::size_t>(tokens) + 63) / 64) {}
  void Clear() { words_.assign(words_.size(), 0); }
  void Add(TokenId token) { words_[static_cast<std::size_t>(token) / 64] |= std::uint64_t{1} << (token % 64); }
  void Add(const TokenMask& other);
  bool Has(TokenId token) const { return (words_[static_cast<std::size_t>(token) / 64] >> (token % 64) & 1) != 0; }
  std::span<const std::uint64_t> words() const { return words_; }  // bit i of word w: token 64 * w + i
  bool operator==(const TokenMask&) const = default;

 private:
  std::vector<std::uint64_t> words_;
};

class TokenTrie {
 public:
  // A byte of some tokens. Nodes stand in depth-first order, children by byte.
  struct Node {
    std::uint32_t end = 0;               // the first node behind this one's subtree
    std::uint32_t tokens = 0;            // the first token of the subtree in Tree::tokens; the tokens that end here come first
    std::uint16_t depth = 0;             // bytes up to here
    std::uint16_t characters_below = 0;  // that begin behind this node, at most (plain tree)
    unsigned char byte = 0;
  };
  struct Tree {
    std::vector<Node> nodes;      // and one more behind the last
    std::vector<TokenId> tokens;  // by their bytes
    std::size_t node_count() const { return nodes.size() - 1; }
  };

  static TokenTrie Build(const Tokenizer& tokenizer);
  const Tree& plain() const { return plain_; }
  const Tree& others() const { return others_; }
  // Of the others those that are plain up to a first quote or backslash, by their bytes from there on: inside a string these are the ones
  // that may be allowed, and those that end it alike stand together.
  const Tree& endings() const { return endings_; }
  std::int32_t characters_max() const { return characters_max_; }  // of a token
  // Adds the plain tokens of at most `characters` characters.
  void AddPlain(std::int32_t characters, TokenMask& mask) const;
  std::int32_t vocabulary() const { return vocabulary_; }
  std::size_t depth_max() const { return depth_max_; }

 private:
  TokenTrie() = default;
  std::int32_t vocabulary_ = 0;
  std::size_t depth_max_ = 0;
  Tree plain_, others_, endings_;
  struct LongToken {
    TokenId token = kNoToken;
    std::int32_t characters = 0;
  };
  std::vector<TokenMask> plain_masks_;  // [n]: plain tokens of at most n characters
  std::vector<LongToken> long_plain_;   // of more characters than the masks count, fewest first
  std::int32_t characters_max_ = 0;
};

// The TokenTrie of one tokenizer, built when it is first asked for. Safe to share.
class LazyTokenTrie {
 public:
  explicit LazyTokenTrie(Tokenizer tokenizer) : tokenizer_(std::move(tokenizer)) {}
  const TokenTrie& Get() const;

 private:
  Tokenizer tokenizer_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<const TokenTrie> trie_;
};

}  // namespace paw
