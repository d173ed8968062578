// EvenLabels: takes from a closed-set program its lean to some labels, where not one example tells whether the lean is right.
//
// The lean is what the program answers to texts that have nothing to do with any task (decode/label_prior.h): short texts of many kinds,
// written for this. Written into the manifest's calibration; the program's answers and probabilities change, its weights do not.
//
// Thread rule: one thread. Errors: what opening and running the program say. A program with open outputs is left as it is.
#pragma once

#include <memory>

#include "bundle/bundle.h"
#include "runtime/program.h"

namespace paw {

Status EvenLabels(const std::shared_ptr<BaseModel>& base, int threads, Bundle& bundle);

}  // namespace paw
