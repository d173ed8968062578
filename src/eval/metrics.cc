#include "eval/metrics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/random.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr double kZ95 = 1.959963984540054;  // the normal quantile of 97.5 %

bool ValueAccepted(const Json& accepted, const Json& got);

// Objects inside `acceptable` hold a list of values per key, lists hold items of either form.
bool ObjectAccepted(const Json& accepted, const Json& got) {
  if (!got.is_object()) return false;
  for (const auto& [key, value] : got.items()) {
    if (!accepted.contains(key)) return false;
  }
  for (const auto& [key, values] : accepted.items()) {
    if (!values.is_array()) return false;
    const Json* given = got.contains(key) ? &got.at(key) : nullptr;
    const bool fits = std::any_of(values.begin(), values.end(), [given](const Json& value) {
      return given != nullptr ? ValueAccepted(value, *given) : value == Json("");
    });
    if (!fits) return false;
  }
  return true;
}

bool ValueAccepted(const Json& accepted, const Json& got) {
  if (accepted == got) return true;
  if (accepted.is_object()) return ObjectAccepted(accepted, got);
  if (!accepted.is_array() || !got.is_array() || accepted.size() != got.size()) return false;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!ValueAccepted(accepted[i], got[i])) return false;
  }
  return true;
}

// Label index of each text, -1 for one outside the labels.
std::vector<std::int32_t> IndicesOf(std::span<const std::string> labels, std::span<const std::string> texts) {
  std::map<std::string_view, std::int32_t> index;
  for (std::size_t i = 0; i < labels.size(); ++i) index.emplace(Trim(labels[i]), static_cast<std::int32_t>(i));
  std::vector<std::int32_t> indices;
  for (const std::string& text : texts) {
    const auto found = index.find(Trim(text));
    indices.push_back(found == index.end() ? -1 : found->second);
  }
  return indices;
}

// `rows` picks rows with repetition: the bootstrap's sample.
double MacroF1OfRows(std::size_t labels, std::span<const std::int32_t> expected, std::span<const std::int32_t> got,
                     std::span<const std::size_t> rows) {
  std::vector<std::int64_t> right(labels), wanted(labels), answered(labels);
  for (std::size_t row : rows) {
    if (expected[row] >= 0) ++wanted[expected[row]];
    if (got[row] >= 0) ++answered[got[row]];
    if (got[row] >= 0 && got[row] == expected[row]) ++right[got[row]];
  }
  double sum = 0;
  std::int64_t counted = 0;
  for (std::size_t i = 0; i < labels; ++i) {
    if (wanted[i] + answered[i] == 0) continue;
    ++counted;
    sum += 2.0 * static_cast<double>(right[i]) / static_cast<double>(wanted[i] + answered[i]);
  }
  return counted == 0 ? 0 : sum / static_cast<double>(counted);
}

}  // namespace

std::string_view MetricName(Metric metric) {
  switch (metric) {
    case Metric::kExact:
      return "exact";
    case Metric::kJsonEqual:
      return "json_equal";
    case Metric::kMacroF1:
      break;
  }
  return "macro_f1";
}

Result<Metric> ParseMetric(std::string_view name) {
  for (Metric metric : {Metric::kExact, Metric::kJsonEqual, Metric::kMacroF1}) {
    if (name == MetricName(metric)) return metric;
  }
  return Usage("choosing a metric: found " + Quoted(name) + ", expected exact, json_equal or macro_f1");
}

bool ExactEqual(std::string_view expected, std::string_view got) { return Trim(expected) == Trim(got); }

bool JsonEqual(std::string_view expected, std::string_view got) {
  const auto left = ParseJson(expected, "the expected answer");
  if (!left.ok()) return ExactEqual(expected, got);
  const auto right = ParseJson(got, "the answer");
  return right.ok() && *left == *right;
}

bool CallAccepted(const Json& acceptable, std::string_view got) {
  const auto call = ParseJson(got, "the call");
  if (!call.ok() || !call->is_object() || call->size() != 2) return false;
  const Json* name = FindMember(*call, "name");
  const Json* arguments = FindMember(*call, "arguments");
  if (name == nullptr || !name->is_string() || arguments == nullptr) return false;
  const Json* parameters = FindMember(acceptable, name->get_ref<const std::string&>());
  return parameters != nullptr && parameters->is_object() && ObjectAccepted(*parameters, *arguments);
}

Interval PercentileInterval(std::vector<double> draws) {
  std::sort(draws.begin(), draws.end());
  const auto at = [&](double share) { return draws[static_cast<std::size_t>(std::lround(share * static_cast<double>(draws.size() - 1)))]; };
  return {at(0.025), at(0.975)};
}

Interval WilsonInterval(std::int64_t right, std::int64_t rows) {
  if (rows <= 0) return {0, 1};
  const double n = static_cast<double>(rows);
  const double p = static_cast<double>(right) / n;
  const double z2 = kZ95 * kZ95;
  const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kZ95 * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
  // The interval contains p; rounding must not say otherwise when p is 0 or 1.
  return {std::clamp(centre - half, 0.0, p), std::clamp(centre + half, p, 1.0)};
}

double MacroF1(std::span<const std::string> labels, std::span<const std::string> expected, std::span<const std::string> got) {
  std::vector<std::size_t> rows(expected.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
  return MacroF1OfRows(labels.size(), IndicesOf(labels, expected), IndicesOf(labels, got), rows);
}

Interval MacroF1Interval(std::span<const std::string> labels, std::span<const std::string> expected, std::span<const std::string> got,
                         std::uint64_t seed, int draws) {
  if (expected.empty() || draws <= 0) return {0, 1};
  const std::vector<std::int32_t> right_answers = IndicesOf(labels, expected);
  const std::vector<std::int32_t> answers = IndicesOf(labels, got);
  Random random(seed, "macro F1");
  std::vector<double> scores;
  std::vector<std::size_t> rows(expected.size());
  for (int draw = 0; draw < draws; ++draw) {
    for (std::size_t& row : rows) row = random.Below(rows.size());
    scores.push_back(MacroF1OfRows(labels.size(), right_answers, answers, rows));
  }
  return PercentileInterval(std::move(scores));
}

std::vector<Confusion> TopConfusions(std::span<const std::string> expected, std::span<const std::string> got, std::size_t count) {
  std::map<std::pair<std::string, std::string>, std::int64_t> pairs;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!ExactEqual(expected[i], got[i])) ++pairs[{expected[i], got[i]}];
  }
  std::vector<Confusion> confusions;
  for (const auto& [pair, times] : pairs) confusions.push_back({pair.first, pair.second, times});
  std::stable_sort(confusions.begin(), confusions.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  if (confusions.size() > count) confusions.resize(count);
  return confusions;
}

}  // namespace paw
