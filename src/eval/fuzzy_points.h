// FuzzyPoints: the points of one or more systems, in a file that a measurement goes on from (`paw bench fuzzy --resume`).
//
// JSON lines, one a point, written as it is measured: a run that was killed loses the line it was writing. Each point carries what
// measured it, so that a point of another mapper, other settings or another text is never taken for one of this run.
//
// Thread rule: one thread; one process at a time, by the lock PATH.lock. Owner: holds the lock and the file open.
// Errors: kUnavailable where another run holds the lock; kRefused for a line that is no point or the second of one system, id and noise,
// by its number, and for points of a system's name that something else measured; what reading and writing say.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "eval/fuzzy.h"
#include "fs/fs.h"
#include "paw/status.h"

namespace paw {

// The points of some specs, and how many others there were.
struct FuzzySelection {
  std::vector<FuzzyPoint> points;
  std::size_t left_out = 0;
};

class FuzzyPoints {
 public:
  // `path` empty: kept in memory alone. A file that is not there is an empty one. A last line without its end is cut off where it begins
  // as a point does, else the file is refused as it stands.
  static Result<FuzzyPoints> Open(Fs& fs, const std::string& path);

  // Points of all systems whose id, noise and contents are those of one of `specs`, in the order of the file, with that spec's groups.
  FuzzySelection Among(std::span<const CorpusSpec> specs) const;

  // Those of `specs`, of which no two have one id and noise, that `run` has no point of, in order.
  Result<std::vector<const CorpusSpec*>> Missing(const FuzzyRun& run, std::span<const CorpusSpec> specs) const;
  Status Add(FuzzyPoint point);

 private:
  Status Read(std::string_view text);

  std::string path_;
  std::vector<FuzzyPoint> points_;
  std::unique_ptr<HeldLock> lock_;  // null in memory, as the file
  std::unique_ptr<WritableFile> file_;
};

}  // namespace paw
