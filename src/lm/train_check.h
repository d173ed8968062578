// CheckTrainGroups: what every trainer refuses in a ForwardBackward call before it computes anything. One definition, so that an engine
// cannot be laxer than another.
//
// Thread rule: pure function. Errors: kUsage for groups that do not fit together, kRefused for a token id outside the vocabulary, kFailed
// for a row longer than the model reads.
#pragma once

#include <span>

#include "lm/shape.h"
#include "lm/train.h"
#include "paw/status.h"

namespace paw {

Status CheckTrainGroups(const ModelShape& shape, std::span<const TrainGroup> groups);

}  // namespace paw
