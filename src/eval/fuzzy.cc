#include "eval/fuzzy.h"

#include <algorithm>
#include <map>

#include "base/random.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr int kDraws = 1000;

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

SpecSum SumOf(const std::vector<double>& numbers) {
  SpecSum sum;
  for (const double number : numbers) sum.sum += number;
  sum.pairs = static_cast<std::int64_t>(numbers.size());
  return sum;
}

double MeanOf(std::span<const SpecSum> specs) {
  double sum = 0;
  std::int64_t pairs = 0;
  for (const SpecSum& spec : specs) sum += spec.sum, pairs += spec.pairs;
  return pairs == 0 ? 0 : sum / static_cast<double>(pairs);
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
  std::sort(means.begin(), means.end());
  score.interval = {means[static_cast<std::size_t>(kDraws * 0.025)], means[static_cast<std::size_t>(kDraws * 0.975) - 1]};
  return score;
}

std::vector<double> NumbersFrom(const Json& list) {
  std::vector<double> numbers;
  for (const Json& number : list) numbers.push_back(number.is_number() ? number.get<double>() : 0.0);
  return numbers;
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

FuzzyPoint ScoreSpec(const CorpusSpec& spec, std::string system, std::span<const std::string> answers) {
  FuzzyPoint point{spec.id,
                   std::move(system),
                   spec.family,
                   spec.area,
                   spec.theme,
                   spec.difficulty,
                   spec.style,
                   spec.noise,
                   spec.examples,
                   std::string(OutputKindName(spec.kind)),
                   {},
                   {},
                   {},
                   {}};
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::string& expected = spec.pairs[i].output;
    point.exact.push_back(ExactEqual(expected, answers[i]) ? 1 : 0);
    point.normalised.push_back(NormalisedEqual(expected, answers[i]) ? 1 : 0);
    point.similarity.push_back(EditSimilarity(Trim(expected), Trim(answers[i])));
    point.answers.push_back(answers[i]);
  }
  return point;
}

Json PointToJson(const FuzzyPoint& p) {
  return {{"id", p.id},
          {"system", p.system},
          {"family", p.family},
          {"area", p.area},
          {"theme", p.theme},
          {"difficulty", p.difficulty},
          {"style", p.style},
          {"noise", p.noise},
          {"examples", p.examples},
          {"kind", p.kind},
          {"exact", p.exact},
          {"normalised", p.normalised},
          {"similarity", p.similarity},
          {"answers", p.answers}};
}

Result<FuzzyPoint> PointFromJson(const Json& json, const std::string& what) {
  FuzzyPoint point;
  point.id = PAW_TRY(GetString(json, "id", what));
  point.system = PAW_TRY(GetString(json, "system", what));
  point.family = PAW_TRY(GetString(json, "family", what));
  point.area = PAW_TRY(GetString(json, "area", what));
  point.theme = PAW_TRY(GetString(json, "theme", what));
  point.difficulty = PAW_TRY(GetString(json, "difficulty", what));
  point.style = PAW_TRY(GetString(json, "style", what));
  point.noise = PAW_TRY(GetString(json, "noise", what));
  point.kind = PAW_TRY(GetString(json, "kind", what));
  point.examples = static_cast<std::size_t>(PAW_TRY(GetInt(json, "examples", what)));
  point.exact = NumbersFrom(*PAW_TRY(GetArray(json, "exact", what)));
  point.normalised = NumbersFrom(*PAW_TRY(GetArray(json, "normalised", what)));
  point.similarity = NumbersFrom(*PAW_TRY(GetArray(json, "similarity", what)));
  point.answers = PAW_TRY(GetStrings(json, "answers", what));
  if (point.normalised.size() != point.exact.size() || point.similarity.size() != point.exact.size()) {
    return Refused(what + ": found scores of different numbers of pairs, expected the same");
  }
  return point;
}

FuzzyScore ScoreOf(std::span<const FuzzyPoint* const> points, FuzzyMetric metric, std::uint64_t seed) {
  std::vector<SpecSum> specs;
  for (const FuzzyPoint* point : points) specs.push_back(SumOf(NumbersOf(*point, metric)));
  return Bootstrap(specs, seed);
}

FuzzyScore DifferenceOf(std::span<const FuzzyPoint* const> a, std::span<const FuzzyPoint* const> b, FuzzyMetric metric,
                        std::uint64_t seed) {
  const auto key = [](const FuzzyPoint& point) { return point.id + "\n" + point.noise; };
  std::map<std::string, const FuzzyPoint*> others;
  for (const FuzzyPoint* point : b) others[key(*point)] = point;
  std::vector<SpecSum> specs;
  for (const FuzzyPoint* point : a) {
    const auto other = others.find(key(*point));
    if (other == others.end()) continue;
    SpecSum mine = SumOf(NumbersOf(*point, metric));
    const SpecSum theirs = SumOf(NumbersOf(*other->second, metric));
    if (mine.pairs != theirs.pairs) continue;
    mine.sum -= theirs.sum;
    specs.push_back(mine);
  }
  return Bootstrap(specs, seed);
}

}  // namespace paw
