#include "decode/token_trie.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "decode/json_scalars.h"

namespace paw {
namespace {

constexpr std::int32_t kMaskedCharacters = 16;  // strings with less room than this are as fast as those without a limit

struct Entry {
  std::string_view bytes;
  TokenId token = kNoToken;
};

// The characters of a piece that is plain content of a string from a boundary on; kNotPlain for any other.
std::int32_t PlainCharacters(std::string_view bytes) {
  JsonStringCursor cursor;
  for (const char c : bytes) {
    if (c == '\\' || cursor.Advance(static_cast<unsigned char>(c)) != JsonStringCursor::Step::kInside) return kNotPlain;
  }
  return static_cast<std::int32_t>(cursor.characters());
}

bool BeginsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

std::size_t CommonBytes(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

TokenTrie::Tree BuildTree(std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.bytes != b.bytes ? a.bytes < b.bytes : a.token < b.token; });
  TokenTrie::Tree tree;
  std::vector<std::size_t> path;  // the nodes from the root to the last token
  const auto close_to = [&](std::size_t depth) {
    for (; path.size() > depth; path.pop_back()) tree.nodes[path.back()].end = static_cast<std::uint32_t>(tree.nodes.size());
  };
  std::string_view before;
  for (const Entry& entry : entries) {
    close_to(CommonBytes(before, entry.bytes));
    while (path.size() < entry.bytes.size()) {
      const auto byte = static_cast<unsigned char>(entry.bytes[path.size()]);
      path.push_back(tree.nodes.size());
      tree.nodes.push_back(
          {.tokens = static_cast<std::uint32_t>(tree.tokens.size()), .depth = static_cast<std::uint16_t>(path.size()), .byte = byte});
    }
    std::uint16_t below = 0;
    for (std::size_t depth = path.size(); depth-- > 0;) {
      TokenTrie::Node& node = tree.nodes[path[depth]];
      node.characters_below = std::max(node.characters_below, below);
      below = static_cast<std::uint16_t>(below + (BeginsCharacter(static_cast<char>(node.byte)) ? 1 : 0));
    }
    tree.tokens.push_back(entry.token);
    before = entry.bytes;
  }
  close_to(0);
  tree.nodes.push_back({.tokens = static_cast<std::uint32_t>(tree.tokens.size())});
  return tree;
}

}  // namespace

void TokenMask::Add(const TokenMask& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
}

TokenTrie TokenTrie::Build(const Tokenizer& tokenizer) {
  TokenTrie trie;
  trie.vocabulary_ = tokenizer.vocabulary();
  std::vector<Entry> plain, others, endings;
  trie.plain_masks_.assign(kMaskedCharacters, TokenMask(trie.vocabulary_));
  for (TokenId token = 0; token < trie.vocabulary_; ++token) {
    const std::string& bytes = tokenizer.PieceOf(token);
    if (token == tokenizer.eos() || tokenizer.IsControl(token) || bytes.empty()) continue;
    trie.depth_max_ = std::max(trie.depth_max_, bytes.size());
    const std::int32_t characters = PlainCharacters(bytes);
    (characters == kNotPlain ? others : plain).push_back({bytes, token});
    trie.characters_max_ =
        std::max(trie.characters_max_, static_cast<std::int32_t>(std::count_if(bytes.begin(), bytes.end(), BeginsCharacter)));
    if (characters == kNotPlain) {
      const std::size_t end = bytes.find_first_of("\"\\");
      if (end != std::string::npos && IsUtf8(bytes.substr(0, end)) &&
          PlainCharacters(std::string_view(bytes).substr(0, end)) != kNotPlain) {
        endings.push_back({std::string_view(bytes).substr(end), token});
      }
      continue;
    }
    if (characters >= kMaskedCharacters) trie.long_plain_.push_back({token, characters});
    for (std::int32_t n = characters; n < kMaskedCharacters; ++n) trie.plain_masks_[static_cast<std::size_t>(n)].Add(token);
  }
  std::stable_sort(trie.long_plain_.begin(), trie.long_plain_.end(),
                   [](const LongToken& a, const LongToken& b) { return a.characters < b.characters; });
  trie.plain_ = BuildTree(std::move(plain));
  trie.others_ = BuildTree(std::move(others));
  trie.endings_ = BuildTree(std::move(endings));
  return trie;
}

void TokenTrie::AddPlain(std::int32_t characters, TokenMask& mask) const {
  if (characters < 0) return;
  mask.Add(plain_masks_[static_cast<std::size_t>(std::min(characters, kMaskedCharacters - 1))]);
  for (const LongToken& token : long_plain_) {
    if (token.characters > characters) break;
    mask.Add(token.token);
  }
}

const TokenTrie& LazyTokenTrie::Get() const {
  std::call_once(once_, [this] { trie_ = std::make_unique<const TokenTrie>(TokenTrie::Build(tokenizer_)); });
  return *trie_;
}

}  // namespace paw
