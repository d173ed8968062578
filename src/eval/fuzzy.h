// Fuzzy: scores of programs over many specs, as the paper measures them: exact match, normalised exact match, edit similarity.
//
// A FuzzyPoint is one spec under one system, a line of JSON in a file that a run can go on from (eval/fuzzy_report.h makes tables of
// them). Intervals are 95 % percentile bootstraps over SPECS, whose pairs belong together; a difference between two
// systems is taken spec by spec (paired).
//
// Thread rule: pure functions on values; what is drawn comes from a seed. Errors: kRefused for a line that is no point.
// Source: paper sections 4 and 5.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "eval/corpus_file.h"
#include "eval/metrics.h"
#include "paw/status.h"

namespace paw {

// Equal when blanks are collapsed and both ends trimmed, or as JSON values.
bool NormalisedEqual(std::string_view expected, std::string_view got);
// 1 - edit distance / longer length, over bytes; 1 for two empty texts.
double EditSimilarity(std::string_view expected, std::string_view got);

struct FuzzyPoint {
  std::string id, system, family, area, theme, difficulty, style, noise;
  std::size_t examples = 0;
  std::string kind;
  std::vector<double> exact, normalised, similarity;  // one a pair, in order
  std::vector<std::string> answers;
};

FuzzyPoint ScoreSpec(const CorpusSpec& spec, std::string system, std::span<const std::string> answers);
Json PointToJson(const FuzzyPoint& point);
Result<FuzzyPoint> PointFromJson(const Json& json, const std::string& what);

// The mean of a metric over all pairs of the points, with its interval.
struct FuzzyScore {
  double mean = 0;
  Interval interval;
  std::int64_t specs = 0, pairs = 0;
};
enum class FuzzyMetric : std::uint8_t { kExact, kNormalised, kSimilarity };
FuzzyScore ScoreOf(std::span<const FuzzyPoint* const> points, FuzzyMetric metric, std::uint64_t seed);

// Mean of (a - b) over the pairs of the specs that both have.
FuzzyScore DifferenceOf(std::span<const FuzzyPoint* const> a, std::span<const FuzzyPoint* const> b, FuzzyMetric metric, std::uint64_t seed);

}  // namespace paw
