#include "lm/tokenizer_bpe.h"

#include <algorithm>

namespace paw {
namespace {

constexpr bool StandsForItself(int byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE && byte <= 0xFF);
}

struct Alphabet {
  std::array<std::string, 256> characters;
  std::array<std::int16_t, 0x144> bytes;  // by code point; -1 = outside the alphabet

  Alphabet() {
    bytes.fill(-1);
    int next_code_point = 0x100;
    for (int byte = 0; byte < 256; ++byte) {
      const int code_point = StandsForItself(byte) ? byte : next_code_point++;
      bytes[static_cast<std::size_t>(code_point)] = static_cast<std::int16_t>(byte);
      std::string& character = characters[static_cast<std::size_t>(byte)];
      if (code_point < 0x80) {
        character = static_cast<char>(code_point);
      } else {
        character = {static_cast<char>(0xC0 | (code_point >> 6)), static_cast<char>(0x80 | (code_point & 0x3F))};
      }
    }
  }
};

const Alphabet& TheAlphabet() {
  static const Alphabet alphabet;
  return alphabet;
}

std::uint64_t PairKey(TokenId left, TokenId right) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
}

// Heap order: the lowest rank on top, the leftmost first among equals.
bool Later(const BpeMerger::Candidate& a, const BpeMerger::Candidate& b) { return a.rank != b.rank ? a.rank > b.rank : a.left > b.left; }

}  // namespace

const std::string& ByteCharacter(std::uint8_t byte) { return TheAlphabet().characters[byte]; }

std::optional<std::string> BytesOfVocabularyText(std::string_view text) {
  const Alphabet& alphabet = TheAlphabet();
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::size_t code_point = static_cast<std::uint8_t>(text[at]);
    if (code_point >= 0x80) {
      if ((code_point & 0xE0) != 0xC0 || at + 1 == text.size()) return std::nullopt;
      code_point = (code_point & 0x1F) << 6 | (static_cast<std::uint8_t>(text[++at]) & 0x3F);
    }
    if (code_point >= alphabet.bytes.size() || alphabet.bytes[code_point] < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(alphabet.bytes[code_point]));
  }
  return bytes;
}

void BpeMerger::AddRule(TokenId left, TokenId right, TokenId merged) {
  const auto rank = static_cast<std::int32_t>(rules_.size());
  rules_.push_back({left, right, merged});
  if (FindRule(left, right) < 0) index_.Insert(PairKey(left, right), rank);
}

std::int32_t BpeMerger::FindRule(TokenId left, TokenId right) const {
  return index_.Find(PairKey(left, right), [&](std::int32_t rank) {
    const Rule& rule = rules_[static_cast<std::size_t>(rank)];
    return rule.left == left && rule.right == right;
  });
}

void BpeMerger::Propose(Scratch* scratch, std::int32_t left, std::int32_t right) const {
  if (left < 0 || right < 0) return;
  const TokenId left_token = scratch->symbols[static_cast<std::size_t>(left)].token;
  const TokenId right_token = scratch->symbols[static_cast<std::size_t>(right)].token;
  const std::int32_t rank = FindRule(left_token, right_token);
  if (rank < 0) return;
  scratch->heap.push_back({rank, left, right, left_token, right_token, rules_[static_cast<std::size_t>(rank)].merged});
  std::push_heap(scratch->heap.begin(), scratch->heap.end(), Later);
}

void BpeMerger::MergeWord(std::string_view word, Scratch* scratch, std::vector<TokenId>* tokens) const {
  constexpr TokenId kMerged = -2;  // a symbol that its left neighbour has taken in
  auto& symbols = scratch->symbols;
  symbols.clear();
  scratch->heap.clear();
  const auto count = static_cast<std::int32_t>(word.size());
  for (std::int32_t i = 0; i < count; ++i) {
    const auto byte = static_cast<std::uint8_t>(word[static_cast<std::size_t>(i)]);
    symbols.push_back({byte_tokens_[byte], i - 1, i + 1 < count ? i + 1 : -1});
  }
  for (std::int32_t i = 1; i < count; ++i) Propose(scratch, i - 1, i);

  while (!scratch->heap.empty()) {
    std::pop_heap(scratch->heap.begin(), scratch->heap.end(), Later);
    const Candidate best = scratch->heap.back();
    scratch->heap.pop_back();
    Symbol& left = symbols[static_cast<std::size_t>(best.left)];
    Symbol& right = symbols[static_cast<std::size_t>(best.right)];
    if (left.token != best.left_token || right.token != best.right_token) continue;
    left.token = best.merged;
    left.next = right.next;
    right.token = kMerged;
    if (left.next >= 0) symbols[static_cast<std::size_t>(left.next)].previous = best.left;
    Propose(scratch, left.previous, best.left);
    Propose(scratch, best.left, left.next);
  }
  for (const Symbol& symbol : symbols) {
    if (symbol.token >= 0) tokens->push_back(symbol.token);
  }
}

}  // namespace paw
