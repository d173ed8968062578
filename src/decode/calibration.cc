#include "decode/calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace paw {
namespace {

// One decision on the path of the right label: the logits of the allowed children and the right one among them.
struct Decision {
  std::span<const float> logits;
  std::size_t right = 0;
};

std::vector<Decision> DecisionsOf(const LabelTrie& trie, const CalibrationRow& row) {
  std::vector<Decision> decisions;
  LabelTrie::NodeId child = trie.leaf(row.label);
  for (auto node = trie.parent(child); node != LabelTrie::kNoNode; child = node, node = trie.parent(node)) {
    if (!trie.branching(node)) continue;
    const auto children = trie.children(node);
    const std::size_t right = std::find(children.begin(), children.end(), child) - children.begin();
    decisions.push_back({std::span(row.branch_logits).subspan(trie.first_edge(node), children.size()), right});
  }
  return decisions;
}

double NegativeLogLikelihood(std::span<const Decision> decisions, double temperature) {
  double total = 0;
  for (const Decision& decision : decisions) {
    const double top = *std::max_element(decision.logits.begin(), decision.logits.end());
    double sum = 0;
    for (float logit : decision.logits) sum += std::exp((logit - top) / temperature);
    total += std::log(sum) - (decision.logits[decision.right] - top) / temperature;
  }
  return total;
}

}  // namespace

Result<double> FitTemperature(const LabelTrie& trie, std::span<const CalibrationRow> rows) {
  if (rows.empty()) return Refused("fitting the calibration: found no rows, expected at least one");
  std::vector<Decision> decisions;
  for (const CalibrationRow& row : rows) {
    if (row.label < 0 || static_cast<std::size_t>(row.label) >= trie.label_count() || row.branch_logits.size() != trie.edge_count()) {
      return Refused("fitting the calibration: found a row with label " + std::to_string(row.label) + " and " +
                     std::to_string(row.branch_logits.size()) + " logits, expected a label below " + std::to_string(trie.label_count()) +
                     " and " + std::to_string(trie.edge_count()) + " logits");
    }
    const auto more = DecisionsOf(trie, row);
    decisions.insert(decisions.end(), more.begin(), more.end());
  }
  const auto cost = [&](double log_temperature) {
    return NegativeLogLikelihood(decisions, std::exp(log_temperature)) + 0.5 * log_temperature * log_temperature;
  };
  constexpr double kGolden = 0.6180339887498949;
  double low = std::log(kTemperatureMin);
  double high = std::log(kTemperatureMax);
  double left = high - kGolden * (high - low);
  double right = low + kGolden * (high - low);
  double left_cost = cost(left);
  double right_cost = cost(right);
  for (int step = 0; step < 40; ++step) {
    if (left_cost <= right_cost) {
      high = right;
      right = left;
      right_cost = left_cost;
      left = high - kGolden * (high - low);
      left_cost = cost(left);
    } else {
      low = left;
      left = right;
      left_cost = right_cost;
      right = low + kGolden * (high - low);
      right_cost = cost(right);
    }
  }
  return std::exp(0.5 * (low + high));
}

double MeanNegativeLogLikelihood(const LabelTrie& trie, std::span<const CalibrationRow> rows, double temperature) {
  if (rows.empty()) return 0;
  double total = 0;
  for (const CalibrationRow& row : rows) total += NegativeLogLikelihood(DecisionsOf(trie, row), temperature);
  return total / static_cast<double>(rows.size());
}

double ExpectedCalibrationError(std::span<const ScoredAnswer> answers, int bins) {
  std::vector<ScoredAnswer> sorted(answers.begin(), answers.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.probability < b.probability; });
  double error = 0;
  for (int bin = 0; bin < bins; ++bin) {
    const std::size_t begin = sorted.size() * bin / bins;
    const std::size_t end = sorted.size() * (bin + 1) / bins;
    double difference = 0;
    for (std::size_t i = begin; i < end; ++i) difference += sorted[i].probability - (sorted[i].right ? 1.0 : 0.0);
    error += std::abs(difference);
  }
  return sorted.empty() ? 0 : error / static_cast<double>(sorted.size());
}

double BrierScore(std::span<const ScoredAnswer> answers) {
  double total = 0;
  for (const ScoredAnswer& answer : answers) {
    const double difference = answer.probability - (answer.right ? 1.0 : 0.0);
    total += difference * difference;
  }
  return answers.empty() ? 0 : total / static_cast<double>(answers.size());
}

std::vector<AbstainPoint> AbstainCurve(std::span<const ScoredAnswer> answers) {
  std::vector<ScoredAnswer> sorted(answers.begin(), answers.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.probability > b.probability; });
  std::vector<AbstainPoint> curve;
  double right = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    right += sorted[i].right ? 1 : 0;
    if (i + 1 < sorted.size() && sorted[i + 1].probability == sorted[i].probability) continue;
    const double given = static_cast<double>(i + 1);
    curve.push_back({sorted[i].probability, given / static_cast<double>(sorted.size()), right / given});
  }
  return curve;
}

AbstainPoint AbstainAt(std::span<const AbstainPoint> curve, double accuracy) {
  AbstainPoint best{.threshold = 1.0, .coverage = 0, .accuracy = 0};
  for (const AbstainPoint& point : curve) {
    if (point.accuracy >= accuracy && point.coverage > best.coverage) best = point;
  }
  return best;
}

}  // namespace paw
