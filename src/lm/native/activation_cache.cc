#include "lm/native/activation_cache.h"

namespace paw::native {
namespace {

std::uint64_t Digest(std::span<const TokenId> prefix, std::span<const TokenId> tokens) {  // FNV-1a over both, lengths included
  std::uint64_t digest = 0xcbf29ce484222325ull;
  const auto add = [&](std::uint64_t value) { digest = (digest ^ value) * 0x100000001b3ull; };
  add(prefix.size());
  for (const TokenId id : prefix) add(static_cast<std::uint32_t>(id));
  for (const TokenId id : tokens) add(static_cast<std::uint32_t>(id));
  return digest;
}

}  // namespace

void ActivationCache::SetLayer(int layer) {
  if (layer != layer_) Clear();
  layer_ = layer;
}

void ActivationCache::Clear() {
  rows_.clear();
  prefixes_.clear();
  numbers_ = 0;
}

const float* ActivationCache::FindRow(std::int64_t key, std::span<const TokenId> prefix, std::span<const TokenId> tokens) const {
  const auto found = key < 0 ? rows_.end() : rows_.find(key);
  return found != rows_.end() && found->second.digest == Digest(prefix, tokens) ? found->second.h.data() : nullptr;
}

const float* ActivationCache::FindPrefix(std::span<const TokenId> prefix) const {
  const auto found = prefixes_.find(std::vector<TokenId>(prefix.begin(), prefix.end()));
  return found == prefixes_.end() ? nullptr : found->second.data();
}

void ActivationCache::AddRow(std::int64_t key, std::span<const TokenId> prefix, std::span<const TokenId> tokens, std::span<const float> h) {
  if (key < 0) return;
  if (const auto old = rows_.find(key); old != rows_.end()) {
    numbers_ -= old->second.h.size();
    rows_.erase(old);
  }
  if (!Room(h.size())) return;
  numbers_ += h.size();
  rows_.emplace(key, Row{Digest(prefix, tokens), {h.begin(), h.end()}});
}

void ActivationCache::AddPrefix(std::span<const TokenId> prefix, std::span<const float> h) {
  if (!Room(h.size()) || FindPrefix(prefix) != nullptr) return;
  numbers_ += h.size();
  prefixes_.emplace(std::vector<TokenId>(prefix.begin(), prefix.end()), std::vector<float>(h.begin(), h.end()));
}

}  // namespace paw::native
