// PromptLookup: guesses how an answer goes on from text that it may be copying. DraftPace: how long the next guess may be.
//
// A guess is the tokens that came after the last place, in the row's own prompt or in the answer so far, where the answer's last three
// tokens stand (else its last two). generate.h checks each guessed token against what it would have chosen, so a guess decides how
// fast an answer comes and never what it says. Source of the idea: prompt lookup decoding (A. Saxena, 2023).
//
// Thread rule: one answer, one thread. Owner: the answer. Errors: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "lm/shape.h"

namespace paw {

class PromptLookup {
 public:
  explicit PromptLookup(std::span<const TokenId> prompt) : history_(prompt.begin(), prompt.end()), answer_(prompt.size()) {}
  void Append(TokenId token) { history_.push_back(token); }
  // At most `most` tokens; none where nothing matches. Good until the next Append.
  std::span<const TokenId> Propose(std::size_t most) const;

 private:
  std::vector<TokenId> history_;  // prompt and answer
  std::size_t answer_;            // where the answer begins
};

// Doubles while everything is right, falls back to what was right, and pauses ever longer while nothing is.
class DraftPace {
 public:
  explicit DraftPace(std::size_t most) : most_(most), length_(std::min<std::size_t>(most, 4)) {}
  // How many tokens may be guessed in this step. One call a step.
  std::size_t Next() { return pause_ == 0 ? length_ : (--pause_, 0); }
  void Report(std::size_t guessed, std::size_t right);

 private:
  static constexpr std::size_t kPauseMax = 16;
  std::size_t most_;
  std::size_t length_;
  std::size_t misses_ = 0;  // guesses in a row of which nothing was right
  std::size_t pause_ = 0;   // steps without a guess still to come
};

}  // namespace paw
