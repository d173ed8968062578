#include "decode/token_choice.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace paw {
namespace {

constexpr int kFreeDraws = 8;  // before the allowed tokens are looked for

template <typename Use>
void ForEach(const TokenMask& mask, const Use& use) {
  const auto words = mask.words();
  for (std::size_t w = 0; w < words.size(); ++w) {
    for (std::uint64_t left = words[w]; left != 0; left &= left - 1) use(static_cast<TokenId>(w * 64) + std::countr_zero(left));
  }
}

}  // namespace

bool TokenChooser::IsAllowed(const OutputRules* rules, TokenId token) const {
  if (rules == nullptr) return true;
  if (token == tokenizer_.eos()) return rules->IsComplete();
  return !tokenizer_.IsControl(token) && rules->Allows(tokenizer_.PieceOf(token));
}

const TokenMask& TokenChooser::Allowed(const OutputRules& rules) {
  if (trie_ == nullptr) trie_ = &own_trie_.emplace(tokenizer_);
  if (!mask_) mask_.emplace(tokenizer_.vocabulary());
  mask_->Clear();
  rules.AddAllowed(trie_->Get(), *mask_);
  if (rules.IsComplete()) mask_->Add(tokenizer_.eos());
  return *mask_;
}

TokenId TokenChooser::Best(const OutputRules* rules, std::span<const float> logits) {
  const auto free_choice = static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  if (IsAllowed(rules, free_choice)) return free_choice;
  TokenId best = kNoToken;
  ForEach(Allowed(*rules), [&](TokenId token) {
    if (best == kNoToken || logits[static_cast<std::size_t>(token)] > logits[static_cast<std::size_t>(best)]) best = token;
  });
  return best;
}

TokenId TokenChooser::Draw(const OutputRules* rules, std::span<const float> logits, float temperature, Random& random) {
  const double top = *std::max_element(logits.begin(), logits.end());
  std::vector<double> mass(logits.size());
  double total = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) total += mass[i] = std::exp((logits[i] - top) / temperature);
  const auto draw = [&] {
    double left = random.Double() * total;
    std::size_t token = 0;
    while (token + 1 < mass.size() && left >= mass[token]) left -= mass[token++];
    return token;
  };
  // By rejection: a forbidden token loses its mass and the draw is repeated over the rest.
  for (int tries = 0; tries < kFreeDraws; ++tries) {
    const std::size_t token = draw();
    if (mass[token] > 0 && IsAllowed(rules, static_cast<TokenId>(token))) return static_cast<TokenId>(token);
    total -= mass[token];
    mass[token] = 0;
  }
  std::vector<double> allowed(mass.size());
  total = 0;
  ForEach(Allowed(*rules), [&](TokenId token) {
    const auto i = static_cast<std::size_t>(token);
    total += allowed[i] = mass[i];
  });
  mass.swap(allowed);
  const std::size_t token = draw();
  return mass[token] > 0 ? static_cast<TokenId>(token) : Best(rules, logits);  // the model wants nothing that is allowed
}

}  // namespace paw
