// HashContext: a Context for tests whose logits are a hash of the tokens so far, so that any answer can be recomputed by hand.
//
// Chains, trees and forks behave as lm.h says. `levels` small makes ties common; `memory` above 0 makes the hash forget all but so many
// last tokens, so that answers repeat themselves. Thread rule: one thread. Owner: the test.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "lm/lm.h"

namespace paw {

class HashContext final : public Context {
 public:
  explicit HashContext(std::int32_t vocabulary, std::uint32_t levels = 1u << 20, float spread = 6.0f, std::size_t memory = 0)
      : vocabulary_(vocabulary), levels_(levels), spread_(spread), memory_(memory) {}

  Result<SequenceId> NewSequence() override {
    histories_[next_] = {};
    return next_++;
  }
  Result<SequenceId> Fork(SequenceId parent) override {
    if (!histories_.contains(parent)) return Refused("no such sequence");
    histories_[next_] = histories_[parent];
    return next_++;
  }
  void Drop(SequenceId sequence) override { histories_.erase(sequence); }
  Result<std::int32_t> Length(SequenceId sequence) const override {
    if (!histories_.contains(sequence)) return Refused("no such sequence");
    return static_cast<std::int32_t>(histories_.at(sequence).size());
  }
  Status Truncate(SequenceId sequence, std::int32_t length) override {
    if (!histories_.contains(sequence)) return Refused("no such sequence");
    if (length < 0 || static_cast<std::size_t>(length) > histories_.at(sequence).size()) return Usage("no such length");
    histories_.at(sequence).resize(static_cast<std::size_t>(length));
    return Ok();
  }
  std::size_t live_sequences() const { return histories_.size(); }

  // The logit of `token` after `history`: also the oracle of the tests.
  float Logit(const std::vector<TokenId>& history, TokenId token) const {
    std::uint64_t hash = 1469598103934665603u;
    const std::size_t kept = memory_ == 0 ? history.size() : std::min(memory_, history.size());
    for (TokenId t : std::span(history).last(kept)) hash = (hash ^ static_cast<std::uint64_t>(t + 1)) * 1099511628211u;
    hash = (hash ^ static_cast<std::uint64_t>(token + 7)) * 1099511628211u;
    hash ^= hash >> 31;
    hash *= 0x9E3779B97F4A7C15u;
    return static_cast<float>((hash >> 33) % levels_) / static_cast<float>(levels_) * spread_;
  }

  Result<std::vector<RowOutput>> Forward(std::span<const ForwardRow> rows) override {
    ++calls;
    std::vector<RowOutput> outputs;
    for (const ForwardRow& row : rows) {
      if (!histories_.contains(row.sequence)) return Refused("no such sequence");
      if (fail_after >= 0 && calls > fail_after) return Failed("asked to fail");
      std::vector<TokenId>& history = histories_[row.sequence];
      std::vector<std::vector<TokenId>> paths;
      for (std::size_t i = 0; i < row.tokens.size(); ++i) {
        const bool root = row.parents.empty() ? i == 0 : row.parents[i] < 0;
        paths.push_back(root ? history : paths[row.parents.empty() ? i - 1 : row.parents[i]]);
        paths.back().push_back(row.tokens[i]);
      }
      tokens += static_cast<std::int64_t>(row.tokens.size());
      RowOutput output;
      for (std::size_t i = 0; i < paths.size(); ++i) {
        if (row.logits == LogitsAt::kAll || (row.logits == LogitsAt::kLast && i + 1 == paths.size())) Append(paths[i], row, output);
      }
      if (row.parents.empty()) history = paths.back();
      outputs.push_back(std::move(output));
    }
    return outputs;
  }

  std::int64_t calls = 0;        // of Forward
  std::int64_t tokens = 0;       // that went through it
  std::int64_t fail_after = -1;  // calls that succeed; -1 = all

 private:
  void Append(const std::vector<TokenId>& history, const ForwardRow& row, RowOutput& output) const {
    for (TokenId token : row.logit_ids) output.logits.push_back(Logit(history, token));
    if (!row.logit_ids.empty()) return;
    for (TokenId token = 0; token < vocabulary_; ++token) output.logits.push_back(Logit(history, token));
  }

  std::int32_t vocabulary_;
  std::uint32_t levels_;
  float spread_;
  std::size_t memory_;
  std::map<SequenceId, std::vector<TokenId>> histories_;
  SequenceId next_ = 0;
};

}  // namespace paw
