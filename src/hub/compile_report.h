// What a hub keeps of a compile, beside the program: the curve of the training, and how the held-out answers came out.
//
//   {"curve": [{"step", "loss", "held_out"}], "confusion": {"labels": [], "rows": [[n]]} | null,
//    "reliability": [{"low", "high", "mean_probability", "accuracy", "n"}] | null, "wrong": [{"input", "expected", "output", "probability"}]}
//
// confusion.rows[i][j]: held-out rows of label i that were answered with label j. "wrong" holds the user's own rows: only those who hold the
// program are shown it.
// Thread rule: pure functions. Errors: none.
#pragma once

#include "base/json.h"
#include "compiler/compiler.h"

namespace paw::hub {

Json CompileReportJson(const CompileReport& report);
// One event, as jobs and their streams say it.
Json EventFields(const CompileEvent& event);

}  // namespace paw::hub
