#include "hub/compile_report.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace paw::hub {
namespace {

constexpr std::size_t kCurvePointsMax = 400;
constexpr std::size_t kConfusionLabelsMax = 200;
constexpr std::size_t kWrongMax = 200;
constexpr std::size_t kBins = 10;

Json Curve(const std::vector<CompileEvent>& events) {
  Json curve = Json::array();
  const std::size_t every = std::max<std::size_t>(1, (events.size() + kCurvePointsMax - 1) / kCurvePointsMax);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const CompileEvent& event = events[i];
    if (i % every != 0 && !event.held_out && i + 1 != events.size()) continue;
    curve.push_back({{"step", event.step},
                     {"loss", event.stage == "train" ? Json(event.loss) : Json()},
                     {"held_out", event.held_out ? Json(*event.held_out) : Json()}});
  }
  return curve;
}

Json ConfusionOf(const std::vector<std::string>& labels, const HeldOutAnswers& held_out) {
  if (labels.empty() || labels.size() > kConfusionLabelsMax) return nullptr;
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < labels.size(); ++i) index[labels[i]] = i;
  std::vector<std::vector<std::int64_t>> rows(labels.size(), std::vector<std::int64_t>(labels.size()));
  for (std::size_t row = 0; row < held_out.expected.size(); ++row) {
    const auto expected = index.find(held_out.expected[row]), got = index.find(held_out.report.answers[row]);
    if (expected != index.end() && got != index.end()) ++rows[expected->second][got->second];
  }
  return {{"labels", labels}, {"rows", rows}};
}

// Equal widths: what a plot of accuracy against probability shows.
Json Reliability(const std::vector<ScoredAnswer>& answers) {
  if (answers.empty()) return nullptr;
  struct Bin {
    double sum = 0;
    std::int64_t n = 0, right = 0;
  };
  std::vector<Bin> bins(kBins);
  for (const ScoredAnswer& answer : answers) {
    Bin& bin = bins[std::min(kBins - 1, static_cast<std::size_t>(std::max(0.0, answer.probability) * kBins))];
    bin.sum += answer.probability;
    ++bin.n;
    bin.right += answer.right;
  }
  Json list = Json::array();
  for (std::size_t i = 0; i < kBins; ++i) {
    if (bins[i].n == 0) continue;
    const auto n = static_cast<double>(bins[i].n);
    list.push_back({{"low", static_cast<double>(i) / kBins},
                    {"high", static_cast<double>(i + 1) / kBins},
                    {"mean_probability", bins[i].sum / n},
                    {"accuracy", static_cast<double>(bins[i].right) / n},
                    {"n", bins[i].n}});
  }
  return list;
}

Json Wrong(const TestReport& report) {
  Json wrong = Json::array();
  for (const TestFailure& failure : report.failures) {
    if (wrong.size() == kWrongMax) break;
    wrong.push_back({{"input", failure.input},
                     {"expected", failure.expected},
                     {"output", failure.got},
                     {"probability", failure.probability ? Json(*failure.probability) : Json()}});
  }
  return wrong;
}

}  // namespace

Json CompileReportJson(const CompileReport& report) {
  Json json = {{"curve", Curve(report.curve)}, {"confusion", nullptr}, {"reliability", nullptr}, {"wrong", Json::array()}};
  if (!report.held_out) return json;
  const auto& record = report.bundle.manifest.paw;
  json["confusion"] = ConfusionOf(record ? record->labels : std::vector<std::string>(), *report.held_out);
  json["reliability"] = Reliability(report.held_out->report.scored);
  json["wrong"] = Wrong(report.held_out->report);
  return json;
}

Json EventFields(const CompileEvent& event) {
  return {{"stage", event.stage},
          {"step", event.step},
          {"steps", event.steps},
          {"loss", event.stage == "train" && event.step > 0 ? Json(event.loss) : Json()},
          {"held_out_now", event.held_out ? Json(*event.held_out) : Json()},
          {"seconds", event.seconds},
          {"note", event.note}};
}

}  // namespace paw::hub
