#include "eval/fuzzy.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "base/random.h"
#include "base/sha256.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr int kDraws = 1000;
constexpr std::size_t kContentsDigits = 16;

std::string Collapse(std::string_view text) {
  std::string out;
  for (const char c : Trim(text)) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) {
      out += c;
    } else if (out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

const std::vector<double>& NumbersOf(const FuzzyPoint& point, FuzzyMetric metric) {
  switch (metric) {
    case FuzzyMetric::kExact:
      return point.exact;
    case FuzzyMetric::kNormalised:
      return point.normalised;
    case FuzzyMetric::kSimilarity:
      break;
  }
  return point.similarity;
}

struct SpecSum {
  double sum = 0;
  std::int64_t pairs = 0;
};

SpecSum SumOf(const FuzzyPoint& point, FuzzyMetric metric) {
  const std::vector<double>& numbers = NumbersOf(point, metric);
  return {std::accumulate(numbers.begin(), numbers.end(), 0.0), static_cast<std::int64_t>(numbers.size())};
}

std::vector<SpecSum> SumsOf(std::span<const FuzzyPoint* const> points, FuzzyMetric metric) {
  std::vector<SpecSum> sums;
  for (const FuzzyPoint* point : points) sums.push_back(SumOf(*point, metric));
  return sums;
}

double MeanOf(std::span<const SpecSum> specs) {
  SpecSum all;
  for (const SpecSum& spec : specs) all = {all.sum + spec.sum, all.pairs + spec.pairs};
  return all.pairs == 0 ? 0 : all.sum / static_cast<double>(all.pairs);
}

FuzzyScore Bootstrap(std::span<const SpecSum> specs, std::uint64_t seed) {
  FuzzyScore score;
  score.specs = static_cast<std::int64_t>(specs.size());
  for (const SpecSum& spec : specs) score.pairs += spec.pairs;
  score.mean = MeanOf(specs);
  if (specs.empty()) return score;
  Random random(seed, "fuzzy bootstrap");
  std::vector<double> means;
  std::vector<SpecSum> drawn(specs.size());
  for (int draw = 0; draw < kDraws; ++draw) {
    for (SpecSum& one : drawn) one = specs[random.Below(specs.size())];
    means.push_back(MeanOf(drawn));
  }
  score.interval = PercentileInterval(std::move(means));
  return score;
}

FuzzyPoint PointOf(const CorpusSpec& spec) {
  FuzzyPoint point;
  point.id = spec.id;
  point.noise = spec.noise;
  TakeGroups(spec, point);
  point.kind = spec.kind ? OutputKindName(*spec.kind) : "unknown";
  point.contents = ContentsOf(spec);
  return point;
}

}  // namespace

bool NormalisedEqual(std::string_view expected, std::string_view got) {
  return Collapse(expected) == Collapse(got) || JsonEqual(expected, got);
}

double EditSimilarity(std::string_view expected, std::string_view got) {
  const std::size_t longer = std::max(expected.size(), got.size());
  if (longer == 0) return 1;
  std::vector<std::size_t> row(got.size() + 1);
  for (std::size_t j = 0; j <= got.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= expected.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= got.size(); ++j) {
      const std::size_t replaced = corner + (expected[i - 1] == got[j - 1] ? 0 : 1);
      corner = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return 1.0 - static_cast<double>(row.back()) / static_cast<double>(longer);
}

std::string ContentsOf(const CorpusSpec& spec) {
  Json contents = {spec.spec, spec.kind ? Json(OutputKindName(*spec.kind)) : Json(), spec.labels};
  for (const CorpusPair& pair : spec.pairs) contents.push_back({pair.input, pair.output});
  return Sha256Hex(WriteJson(contents)).substr(0, kContentsDigits);
}

void TakeGroups(const CorpusSpec& spec, FuzzyPoint& point) {
  point.family = spec.family;
  point.area = spec.area;
  point.difficulty = spec.difficulty;
  point.style = spec.style;
  point.examples = spec.examples;
}

FuzzyPoint ScoreSpec(const CorpusSpec& spec, const CaseAnswers& answers) {
  FuzzyPoint point = PointOf(spec);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::string& expected = spec.pairs[i].output;
    const bool answered = answers[i].ok();
    const std::string got = answered ? answers[i]->output : "";
    point.exact.push_back(answered && ExactEqual(expected, got) ? 1 : 0);
    point.normalised.push_back(answered && NormalisedEqual(expected, got) ? 1 : 0);
    point.similarity.push_back(answered ? EditSimilarity(Trim(expected), Trim(got)) : 0);
    point.answers.push_back(got);
    if (!answered && point.failed++ == 0) point.failure = answers[i].message();
  }
  return point;
}

FuzzyPoint UnansweredSpec(const CorpusSpec& spec, std::size_t pairs, std::string problem) {
  FuzzyPoint point = PointOf(spec);
  point.problem = std::move(problem);
  point.exact = point.normalised = point.similarity = std::vector<double>(pairs, 0.0);
  point.answers.resize(pairs);
  return point;
}

double MeanOf(std::span<const FuzzyPoint* const> points, FuzzyMetric metric) { return MeanOf(SumsOf(points, metric)); }

FuzzyScore ScoreOf(std::span<const FuzzyPoint* const> points, FuzzyMetric metric, std::uint64_t seed) {
  return Bootstrap(SumsOf(points, metric), seed);
}

FuzzyScore DifferenceOf(std::span<const FuzzyPoint* const> a, std::span<const FuzzyPoint* const> b, FuzzyMetric metric,
                        std::uint64_t seed) {
  const auto key = [](const FuzzyPoint& point) { return point.id + "\n" + point.noise + "\n" + point.contents; };
  std::map<std::string, const FuzzyPoint*> others;
  for (const FuzzyPoint* point : b) others[key(*point)] = point;
  std::vector<SpecSum> specs;
  for (const FuzzyPoint* point : a) {
    const auto other = others.find(key(*point));
    if (other == others.end()) continue;
    SpecSum mine = SumOf(*point, metric);
    const SpecSum theirs = SumOf(*other->second, metric);
    if (mine.pairs != theirs.pairs) continue;
    mine.sum -= theirs.sum;
    specs.push_back(mine);
  }
  return Bootstrap(specs, seed);
}

}  // namespace paw
