// FuzzyPoint: how well a program answered the pairs of one spec, and the scores of many points, as the paper measures them: exact match,
// normalised exact match, edit similarity.
//
// Intervals are 95 % percentile bootstraps over SPECS, whose pairs belong together; a difference between two systems is taken spec by
// spec (paired). eval/fuzzy_points.h keeps points in a file, eval/fuzzy_report.h makes tables of them.
//
// Thread rule: pure functions on values; what is drawn comes from a seed. Errors: none. Source: paper sections 4 and 5.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eval/corpus_file.h"
#include "eval/metrics.h"
#include "eval/test_run.h"

namespace paw {

// Equal when blanks are collapsed and both ends trimmed, or as JSON values.
bool NormalisedEqual(std::string_view expected, std::string_view got);
// 1 - edit distance / longer length, over bytes; 1 for two empty texts.
double EditSimilarity(std::string_view expected, std::string_view got);

// What measured a point.
struct FuzzyRun {
  std::string system;                           // its name in reports
  std::string command;                          // that a reader can repeat
  std::map<std::string, std::string> settings;  // all that answers depend on beside the spec; files by their digests
};

struct FuzzyPoint {
  FuzzyRun run;
  std::string id, family, area, difficulty, style, noise;  // of the spec
  std::size_t examples = 0;
  std::string kind;                                   // "label", "json", "text"; "unknown" where the corpus does not say
  std::string contents;                               // ContentsOf the spec
  std::string problem;                                // why the spec could not be run at all, in words; empty: it was
  std::size_t failed = 0;                             // answers that failed (a row too long, JSON without an end); wrong, and empty
  std::string failure;                                // of the first of them, in words
  std::vector<double> exact, normalised, similarity;  // 0 to 1, one a pair, in order
  std::vector<std::string> answers;                   // as many; empty where there was none
};

// Some digits of the digest of what is asked: text, pairs and outputs.
std::string ContentsOf(const CorpusSpec& spec);

// Gives a point what reports group by, and its answers do not depend on: family, area, difficulty, style, examples.
void TakeGroups(const CorpusSpec& spec, FuzzyPoint& point);

// Of the first pairs, one an answer. An answer that failed is wrong. `run` is left to the caller.
FuzzyPoint ScoreSpec(const CorpusSpec& spec, const CaseAnswers& answers);
// Of a spec that no program could be made of: wrong answers to its first `pairs` pairs.
FuzzyPoint UnansweredSpec(const CorpusSpec& spec, std::size_t pairs, std::string problem);

enum class FuzzyMetric : std::uint8_t { kExact, kNormalised, kSimilarity };

// Over all pairs of the points; 0 for none.
double MeanOf(std::span<const FuzzyPoint* const> points, FuzzyMetric metric);

// The same with its interval.
struct FuzzyScore {
  double mean = 0;
  Interval interval;
  std::int64_t specs = 0, pairs = 0;
};
FuzzyScore ScoreOf(std::span<const FuzzyPoint* const> points, FuzzyMetric metric, std::uint64_t seed);

// Mean of (a - b) over the pairs of the specs that both have, as many of each.
FuzzyScore DifferenceOf(std::span<const FuzzyPoint* const> a, std::span<const FuzzyPoint* const> b, FuzzyMetric metric, std::uint64_t seed);

}  // namespace paw
