// LossCurve: the validation losses of runs, drawn over the tokens that were trained on.
//
// A line of the plot is a chain of runs, each begun from the one before (`train --from`): their tokens add up. A chain gives two lines, one
// for each validation file.
//
// Thread rule: pure functions but for reading. Errors: what fs/ says; kRefused for a metrics.jsonl whose lines are not a run's, with the
// line's number.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "eval/report.h"
#include "fs/fs.h"
#include "paw/status.h"

namespace paw {

struct RunChain {
  std::string name;
  std::vector<std::string> folders;  // of runs, in order; each with a metrics.jsonl
};
// "mapper=fixed,run": a name and folders.
Result<RunChain> ParseRunChain(const std::string& text);

// Two lines a chain: new functions of trained families, unseen families. x: millions of tokens; y: loss a token, natural logarithm.
Result<std::vector<PlotSeries>> ReadLossCurve(Fs& fs, const RunChain& chain);

// The plot as SVG.
Result<std::string> DrawLossCurves(Fs& fs, std::span<const RunChain> chains);

}  // namespace paw
