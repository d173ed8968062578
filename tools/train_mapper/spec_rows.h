// SpecRows: a spec of the corpus as tokens: the interpreter's prompt up to the input (once a spec), and a row a pair.
//
// Thread rule: plain values and pure functions. Errors: what prompt/ says; kRefused for a spec of which no pair fits.
#pragma once

#include <cstdint>
#include <vector>

#include "eval/corpus_file.h"
#include "lm/tokenizer.h"
#include "lm/train.h"
#include "paw/status.h"
#include "prompt/template.h"

namespace paw {

struct SpecRow {
  std::vector<TokenId> tokens;                 // rest of the prompt, then the output without its last token
  std::vector<TokenId> output;                 // with EOS
  std::vector<std::vector<TokenId>> branches;  // (output tokens) allowed children of a closed set; empty where forced
};

struct SpecRows {
  std::vector<TokenId> prefix;
  std::vector<SpecRow> rows;
};

struct RowLimits {
  std::size_t prefix_tokens_max = 400;
  std::size_t row_tokens_max = 300;
};

// Pairs beyond the limits are left out. kRefused when the prefix is beyond its limit or no pair is left.
Result<SpecRows> TokenizeSpec(const Tokenizer& tokenizer, const PromptTemplate& prompt, const CorpusSpec& spec, const RowLimits& limits);

// The targets of a row. Each row weighs 1 / rows: `1 - branch_share` of it spread over its output tokens (the mean-token likelihood of the
// paper's objective), `branch_share` over the branching nodes of its label's path; rows without branches have the first part alone.
std::vector<TrainTarget> TargetsOf(const SpecRow& row, std::size_t rows, float branch_share);

}  // namespace paw
