// RunFile: a program over a JSONL file, one output line for every input line, in order; interrupted runs go on where they stopped.
//
//   in    {"input": "text", ...}                                             further keys are ignored
//   out   {"input": "text", "output": "label", "probability": 0.98}          probability: closed sets; "labels": {...} when asked for
//         {"input": "text", "output": "", "abstained": true, ...}
//         {"input": "text" | null, "error": {"code": "refused", "message": "line 7: ..."}}    a bad row: the run goes on
//
// Beside OUT lies OUT.paw-run while a run is under way: the digests of program, options and inputs. A run that finds it and the same
// digests cuts a half-written last line off and continues; other digests, or an OUT that no interrupted run left, are refused, so that
// nothing of the user's is overwritten and no two programs' answers are mixed. A kill at any moment loses at most the current batch.
// The lines of an interrupted and continued run are those of an uninterrupted one, byte for byte.
//
// Thread rule: one session, one thread. Errors: kUsage for an OUT that may not be continued, kInterrupted on cancel (what was answered
// is kept), else what the files and the engine say.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/interrupt.h"
#include "base/progress.h"
#include "fs/fs.h"
#include "paw/status.h"
#include "runtime/program.h"

namespace paw {

struct BulkOptions {
  RunOptions run;
  std::string input_path;
  std::string output_path;                            // empty: every line goes to `sink`, and nothing can be resumed
  std::function<Status(std::string_view line)> sink;  // gets each line with its end
  std::size_t rows_per_batch = 256;                   // answered and written at once
  const CancelFlag* cancel = nullptr;
  ProgressFn progress;  // stage "rows"
};

struct BulkReport {
  std::int64_t rows = 0;       // lines of the input file
  std::int64_t resumed = 0;    // of these, found in OUT
  std::int64_t answered = 0;   // in this run
  std::int64_t abstained = 0;  // of the answered
  std::int64_t failed = 0;     // error lines written in this run
  double seconds = 0;          // of this run
};

Result<BulkReport> RunFile(Fs& fs, const Program& program, Session& session, const BulkOptions& options);

}  // namespace paw
