// Metrics: what counts as right, and how sure a score is. Definitions: the data pack's README (exact, json_equal, macro_f1).
//
// Thread rule: pure functions; what is drawn comes from a seed. Errors: none (an answer that does not parse is wrong).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "paw/status.h"

namespace paw {

enum class Metric : std::uint8_t { kExact, kJsonEqual, kMacroF1 };
std::string_view MetricName(Metric metric);  // "exact", "json_equal", "macro_f1"
Result<Metric> ParseMetric(std::string_view name);

// Equal after removing white space at both ends.
bool ExactEqual(std::string_view expected, std::string_view got);
// Both parse as JSON and are equal as values: order of members and blanks do not matter, order of list items does, 1 equals 1.0. Where
// `expected` is not JSON (NONE) the texts are compared.
bool JsonEqual(std::string_view expected, std::string_view got);
// The rule of tool tasks (task.json "answer_check"): `got` is {"name", "arguments"}, the name is a key of `acceptable`, every parameter
// listed there has one of the values listed, "" among them: may be left out; an object among them holds a list of values per key; and no
// unlisted parameter is given. Values are compared exactly (the original checker is laxer with strings), 1 equals 1.0.
bool CallAccepted(const Json& acceptable, std::string_view got);

struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};
// The middle 95 % of what a bootstrap drew, one or more numbers in any order.
Interval PercentileInterval(std::vector<double> draws);
// 95 % interval of a share (Wilson 1927). {0, 1} for no rows.
Interval WilsonInterval(std::int64_t right, std::int64_t rows);

// Mean of the F1 of the labels that are expected or answered at least once. An answer outside `labels` is wrong and counts as no
// label's answer.
double MacroF1(std::span<const std::string> labels, std::span<const std::string> expected, std::span<const std::string> got);
// 95 % percentile bootstrap over rows.
Interval MacroF1Interval(std::span<const std::string> labels, std::span<const std::string> expected, std::span<const std::string> got,
                         std::uint64_t seed, int draws = 1000);

struct Confusion {
  std::string expected;
  std::string got;
  std::int64_t count = 0;
};
// Pairs that differ, most frequent first (then by text), at most `count`.
std::vector<Confusion> TopConfusions(std::span<const std::string> expected, std::span<const std::string> got, std::size_t count);

}  // namespace paw
