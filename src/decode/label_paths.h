// ReadLabelPaths: the branch logits of rows whose right label is known, on that label's own path. What a temperature is fitted on.
//
// One chain a row, prompt and label together, so that a row costs one evaluation however many labels there are.
// Thread rule: the caller's Context; the sequences made here are dropped before it returns, also on error. Errors: what Forward says;
// kInternal for a logit that is not finite.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decode/calibration.h"
#include "decode/label_search.h"
#include "decode/label_trie.h"
#include "lm/lm.h"
#include "paw/status.h"

namespace paw {

struct LabelPathRow {
  LabelRow row;
  std::int32_t label = -1;  // the right one
};

// One CalibrationRow a row, in order: logits at the branching nodes on the path of `label`, 0 elsewhere. The rows of a call are one batch.
Result<std::vector<CalibrationRow>> ReadLabelPaths(Context& context, const LabelTrie& trie, std::span<const LabelPathRow> rows);

}  // namespace paw
