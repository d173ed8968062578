// Generate: answers token by token for many rows at once, greedy or sampled, under OutputRules.
//
// Up to rows_at_once unfinished rows advance together, one token a row and Forward, or several where a draft is right; when one ends, the
// next begins in the same call as the others go on. token_choice.h says which token is chosen. EOS needs no step of its own where
// nothing else may follow. Without rules the tokens are taken as they come until EOS, as the official client does.
//
// A draft is a guess at the next tokens: what the rules leave no choice about (jump-ahead: key names, colons, closing brackets), else what
// followed the last tokens where they stood before (draft.h). It goes through the model together with the token before it; the tokens
// chosen from its logits are compared with it, and what follows the first difference is taken back. So a draft changes the time, never
// the answer, on an engine whose numbers do not depend on how a chain is cut (lm.h); nothing else may be asked for with draft_max > 0.
//
// A row that is drawn gives the same answer alone and in a batch: its generator depends on the seed only. It has no drafts.
//
// Thread rule: one Context, one thread. Sequences made here are dropped before it returns.
// Errors of a call: what Forward says. Of a row: kFailed when no token is allowed (a vocabulary without single bytes),
// kInternal for logits that are not finite.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "base/limits.h"
#include "decode/output_rules.h"
#include "decode/token_trie.h"
#include "lm/lm.h"
#include "lm/tokenizer.h"
#include "paw/status.h"

namespace paw {

struct GenerateRow {
  SequenceId prefix = -1;  // holds the evaluated prompt prefix; not changed
  AdapterId adapter = kNoAdapter;
  std::span<const TokenId> tokens;                // the prompt after the prefix; not empty
  OutputRules* rules = nullptr;                   // advanced as the answer grows; null = free
  std::int32_t tokens_max = kGeneratedTokensMax;  // of this answer; the smaller of this and the options' counts
  // Shown the answer so far after each token; false ends it there. Empty: never asked.
  std::function<bool(std::string_view text, std::int32_t tokens)> keep_going = {};
};

struct GenerateOptions {
  std::int32_t tokens_max = 512;  // of an answer, EOS not counted
  float temperature = 0;          // 0 = greedy
  std::uint64_t seed = 0;
  std::size_t rows_at_once = 64;         // bounds the keys and values held
  std::size_t prompt_tokens_max = 2048;  // of rows that begin in one Forward; a longer one begins alone
  std::size_t draft_max = 0;             // tokens of a draft; 0 = none
  const LazyTokenTrie* trie = nullptr;   // of the tokenizer; null = one is built where it is needed
  bool log_probabilities = false;        // fill Generated::log_probability
  const CancelFlag* cancel = nullptr;
};

struct Generated {
  std::vector<TokenId> tokens;  // without EOS
  std::string text;             // their bytes
  std::int32_t steps = 0;       // Forward calls that it took
  bool ended = false;           // by EOS or because nothing may follow; false = stopped at tokens_max or by keep_going
  double log_probability = 0;   // of the tokens, an EOS that was chosen with them, among the whole vocabulary; only when asked for
};

Result<std::vector<Result<Generated>>> Generate(Context& context, const Tokenizer& tokenizer, std::span<const GenerateRow> rows,
                                                const GenerateOptions& options);

}  // namespace paw
