#include "apps/paw/quality_points.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

const std::vector<std::string> kColumns = {"task",     "train",    "tokens", "test",     "metric",    "score (95 %)",
                                           "accuracy", "macro F1", "ECE",    "held-out", "compile s", "rows/s"};

std::string Number(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

// The keys of what came from a file are looked at once, here; the rest of this file takes them as given.
Status CheckPoint(const QualityPoint& point, const std::string& what) {
  for (const char* key : {"task", "budget", "metric"}) PAW_TRY(GetString(point, key, what));
  for (const char* key : {"seed", "n_train", "n", "tokens"}) PAW_TRY(GetInt(point, key, what));
  for (const char* key : {"score", "accuracy", "compile_seconds", "seconds"}) PAW_TRY(GetDouble(point, key, what));
  for (const char* key : {"macro_f1", "calibration_error", "held_out"}) PAW_TRY(FindDouble(point, key, what));
  const Json& interval = *PAW_TRY(GetArray(point, "score_ci95", what));
  if (interval.size() != 2 || !interval[0].is_number() || !interval[1].is_number()) {
    return Refused(what + ": score_ci95: found " + WriteJson(interval).substr(0, 60) + ", expected two numbers");
  }
  return Ok();
}

std::string PerCentOrDash(const QualityPoint& point, const char* key) {
  const Json* value = FindMember(point, key);
  return value == nullptr ? "-" : PerCent(value->get<double>());
}

std::vector<std::string> Cells(const QualityPoint& point) {
  const Json* calibration = FindMember(point, "calibration_error");
  const Interval interval{point["score_ci95"][0].get<double>(), point["score_ci95"][1].get<double>()};
  const double seconds = point["seconds"].get<double>();
  return {point["task"].get<std::string>(),
          std::to_string(point["n_train"].get<std::int64_t>()),
          std::to_string(point["tokens"].get<std::int64_t>()),
          std::to_string(point["n"].get<std::int64_t>()),
          point["metric"].get<std::string>(),
          PerCent(point["score"].get<double>(), interval),
          PerCentOrDash(point, "accuracy"),
          PerCentOrDash(point, "macro_f1"),
          calibration == nullptr ? "-" : Number("%.3f", calibration->get<double>()),
          PerCentOrDash(point, "held_out"),
          Number("%.0f", point["compile_seconds"].get<double>()),
          seconds > 0 ? Number("%.1f", point["n"].get<double>() / seconds) : "-"};
}

}  // namespace

Result<QualityPoints> QualityPoints::Open(const std::string& path) {
  QualityPoints points;
  points.path_ = path;
  if (path.empty()) return points;
  const auto bytes = PosixFs().Read(path, kJsonBytesMax);
  if (bytes.code() == Code::kNotFound) return points;
  if (!bytes.ok()) return bytes.status();
  std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string what = path + ":" + std::to_string(line);
    if (end > 0) {
      points.points_.push_back(PAW_TRY(ParseJson(text.substr(0, end), what)));
      PAW_TRY(CheckPoint(points.points_.back(), what));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return points;
}

const QualityPoint* QualityPoints::Find(const QualityKey& key) const {
  const auto same = [&key](const QualityPoint& point) {
    return point["task"] == key.task && point["budget"] == key.budget && point["seed"] == key.seed && point["n_train"] == key.train_rows &&
           point["n"] == key.test_rows;
  };
  const auto found = std::find_if(points_.begin(), points_.end(), same);
  return found == points_.end() ? nullptr : &*found;
}

Status QualityPoints::Add(QualityPoint point) {
  points_.push_back(std::move(point));
  if (path_.empty()) return Ok();
  std::string text;
  for (const QualityPoint& one : points_) text += WriteJson(one) + "\n";
  return PosixFs().PublishFile(path_, text);
}

std::string QualityTable(const std::vector<QualityPoint>& points) {
  std::vector<std::vector<std::string>> cells;
  for (const QualityPoint& point : points) cells.push_back(Cells(point));
  return MarkdownTable(kColumns, cells);
}

std::string LearningCurves(const std::vector<QualityPoint>& points) {
  std::vector<PlotSeries> series;
  for (const QualityPoint& point : points) {
    const std::string task = point["task"].get<std::string>();
    if (series.empty() || series.back().name != task) series.push_back({task, {}, {}});
    series.back().x.push_back(point["tokens"].get<double>());
    series.back().y.push_back(point["score"].get<double>());
  }
  PlotOptions options;
  options.title = "score on the test rows by training tokens";
  options.x_label = "training tokens";
  options.y_label = "score";
  options.x_logarithmic = true;
  return PlotSvg(series, options);
}

}  // namespace paw::cli
