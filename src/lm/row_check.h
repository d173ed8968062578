// CheckRowContents: what every engine refuses in a row of a Forward call before it computes anything. One definition, so that an engine
// cannot be laxer than another.
//
// Thread rule: pure functions. Errors: kUsage for a row that does not fit together, kRefused for a token id outside the vocabulary.
#pragma once

#include <cstddef>
#include <string>

#include "lm/lm.h"
#include "paw/status.h"

namespace paw {

// An error about one row: "computing a row of sequence 3: <what>".
Status BadRow(const ForwardRow& row, Code code, const std::string& what);

// `tokens`: how many the row has, counted in tokens or in embeddings. What depends on a context (lengths, adapters) is the engine's.
Status CheckRowContents(const ForwardRow& row, std::size_t tokens, const ModelShape& shape);

// Whether a sequence of `now` tokens may be cut to `length`.
Status CheckTruncate(SequenceId sequence, std::int32_t now, std::int32_t length);

// How many of a row's `tokens` have their hidden states in RowOutput::hidden: the last ones.
inline std::size_t HiddenTokens(const ForwardRow& row, std::size_t tokens) {
  return row.hidden_last == 0 ? tokens : static_cast<std::size_t>(row.hidden_last);
}

}  // namespace paw
