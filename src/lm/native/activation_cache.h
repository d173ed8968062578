// ActivationCache: the residual stream below the lowest adapted layer, kept over the epochs of a training run.
//
// An entry belongs to a row's cache_key (or to a prefix's tokens) and to one layer; it also holds a digest of the tokens it was made
// from, so that a key used for another row is noticed and computed again. When full it keeps what it has: an epoch visits every row
// once, and throwing old ones out would leave none to hit. Numbers are fp32: a run with the cache has the bits of one without.
// Thread rule: one thread at a time. Owner: the trainable model.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "lm/shape.h"

namespace paw::native {

class ActivationCache {
 public:
  explicit ActivationCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Entries of another layer are forgotten.
  void SetLayer(int layer);
  void Clear();

  // Null when absent or made from other tokens.
  const float* FindRow(std::int64_t key, std::span<const TokenId> prefix, std::span<const TokenId> tokens) const;
  const float* FindPrefix(std::span<const TokenId> prefix) const;
  void AddRow(std::int64_t key, std::span<const TokenId> prefix, std::span<const TokenId> tokens, std::span<const float> h);
  void AddPrefix(std::span<const TokenId> prefix, std::span<const float> h);

 private:
  struct Row {
    std::uint64_t digest = 0;
    std::vector<float> h;  // (tokens, width)
  };
  bool Room(std::size_t numbers) const { return (numbers_ + numbers) * sizeof(float) <= bytes_max_; }

  std::size_t bytes_max_;
  std::size_t numbers_ = 0;
  int layer_ = -1;
  std::map<std::int64_t, Row> rows_;
  std::map<std::vector<TokenId>, std::vector<float>> prefixes_;
};

}  // namespace paw::native
