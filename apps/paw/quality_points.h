// QualityPoint: what `paw bench quality` measured of one task at one budget, as the line of JSON that it prints and keeps.
//
// A measurement of hours is resumable: --resume keeps the points in a file, and a point of the same task, budget, seed and number of rows
// is not measured again. The file is JSONL, written anew and atomically after each point.
//
// Thread rule: one thread. Errors: kRefused for a file whose lines are no points, with the line's number; what reading and writing say.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "eval/report.h"
#include "paw/status.h"

namespace paw::cli {

using QualityPoint = Json;

// What tells one point from another.
struct QualityKey {
  std::string task, budget;  // "tokens 500000", "minutes 15", "steps 200", "effort normal"
  std::uint64_t seed = 1;
  std::size_t train_rows = 0, test_rows = 0;
};

class QualityPoints {
 public:
  // `path` empty: kept in memory only. A file that is not there yet is an empty one.
  static Result<QualityPoints> Open(const std::string& path);

  // Null when there is none. Valid until the next Add.
  const QualityPoint* Find(const QualityKey& key) const;
  Status Add(QualityPoint point);

 private:
  std::string path_;
  std::vector<QualityPoint> points_;
};

// One row a point: score with its interval, accuracy, macro F1, calibration, time.
std::string QualityTable(const std::vector<QualityPoint>& points);

// Score by training tokens, one curve a task, as SVG.
std::string LearningCurves(const std::vector<QualityPoint>& points);

}  // namespace paw::cli
