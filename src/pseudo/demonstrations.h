// ChooseDemonstrations: which examples a pseudo-program shows. Inside pseudo/ only.
//
// Closed sets: one row a label, the most frequent labels first, then second rows. Other outputs: rows spread over the lengths of the
// shorter half, an empty or literal answer ("NONE", "[]") among them. Always rows of ordinary length: a demonstration is read at every
// call. Thread rule: a pure function; the same rows in the same order every time.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "spec/outputs.h"

namespace paw {

// Indices into `examples`, best first; more than are needed, so that the caller can pass over what does not fit.
std::vector<std::size_t> ChooseDemonstrations(std::span<const Example> examples, const OutputContract& contract,
                                              const std::function<bool(const Example&)>& may_show);

}  // namespace paw
