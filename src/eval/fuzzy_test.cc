#include "eval/fuzzy.h"

#include "eval/fuzzy_report.h"

#include <gmock/gmock.h>

#include "fs/memory_fs.h"

namespace paw {
namespace {

using testing::HasSubstr;

TEST(FuzzyMetrics, NormalisedForgivesBlanksAndJsonForm) {
  EXPECT_TRUE(NormalisedEqual("a b", " a  b\n"));
  EXPECT_TRUE(NormalisedEqual(R"({"a":1,"b":[2]})", R"({ "b": [2], "a": 1 })"));
  EXPECT_FALSE(NormalisedEqual("a b", "ab"));
  EXPECT_FALSE(NormalisedEqual(R"([1,2])", R"([2,1])"));
  EXPECT_FALSE(NormalisedEqual("yes", "Yes"));
  EXPECT_TRUE(NormalisedEqual("", "  "));
}

TEST(FuzzyMetrics, EditSimilarityIsOneMinusTheShareOfEdits) {
  EXPECT_EQ(EditSimilarity("", ""), 1);
  EXPECT_EQ(EditSimilarity("abc", ""), 0);
  EXPECT_NEAR(EditSimilarity("kitten", "sitting"), 1 - 3.0 / 7, 1e-12);
  EXPECT_EQ(EditSimilarity("same", "same"), 1);
}

FuzzyPoint PointOf(const std::string& id, const std::string& system, std::vector<double> exact) {
  FuzzyPoint point;
  point.id = id;
  point.system = system;
  point.family = "f" + id;
  point.area = id == "1" ? "core" : "code";
  point.kind = "text";
  point.exact = point.normalised = point.similarity = std::move(exact);
  point.answers.resize(point.exact.size());
  return point;
}

std::vector<const FuzzyPoint*> Pointers(const std::vector<FuzzyPoint>& points) {
  std::vector<const FuzzyPoint*> pointers;
  for (const FuzzyPoint& point : points) pointers.push_back(&point);
  return pointers;
}

TEST(FuzzyScores, TheMeanIsOverPairsAndTheIntervalOverSpecs) {
  std::vector<FuzzyPoint> points;
  for (int i = 0; i < 100; ++i)
    points.push_back(PointOf(std::to_string(i), "a", i % 2 == 0 ? std::vector<double>{1, 1} : std::vector<double>{0, 0}));
  const FuzzyScore score = ScoreOf(Pointers(points), FuzzyMetric::kExact, 1);
  EXPECT_EQ(score.mean, 0.5);
  EXPECT_EQ(score.specs, 100);
  EXPECT_EQ(score.pairs, 200);
  // 100 independent specs, not 200 pairs: about 0.5 +- 0.098.
  EXPECT_NEAR(score.interval.low, 0.402, 0.02);
  EXPECT_NEAR(score.interval.high, 0.598, 0.02);
}

TEST(FuzzyScores, ADifferenceIsPairedBySpec) {
  std::vector<FuzzyPoint> a, b;
  for (int i = 0; i < 60; ++i) {
    const double easy = i % 2;  // specs differ much; the systems differ by one pair in four on every spec
    a.push_back(PointOf(std::to_string(i), "a", {easy, easy, easy, 1}));
    b.push_back(PointOf(std::to_string(i), "b", {easy, easy, easy, 0}));
  }
  b.push_back(PointOf("only in b", "b", {0, 0, 0, 0}));
  const FuzzyScore difference = DifferenceOf(Pointers(a), Pointers(b), FuzzyMetric::kExact, 1);
  EXPECT_EQ(difference.specs, 60);
  EXPECT_DOUBLE_EQ(difference.mean, 0.25);
  EXPECT_DOUBLE_EQ(difference.interval.low, 0.25);
}

TEST(FuzzyReports, GroupAndCompare) {
  const std::vector<FuzzyPoint> points = {PointOf("1", "mapper", {1, 1}), PointOf("2", "mapper", {0, 1}), PointOf("1", "base", {0, 0}),
                                          PointOf("2", "base", {0, 0})};
  const std::string text = FuzzyMarkdown(points, 1);
  EXPECT_THAT(text, HasSubstr("| mapper |     2 |     4 | 75.0"));
  EXPECT_THAT(text, HasSubstr("+75.0"));
  EXPECT_THAT(text, HasSubstr("### base"));
  EXPECT_THAT(text, HasSubstr("| core "));
  const std::string page = FuzzyHtml(points, "a <title>", "paw & co", 1);
  EXPECT_THAT(page, HasSubstr("a &lt;title>"));
  EXPECT_THAT(page, HasSubstr("paw &amp; co"));
  EXPECT_THAT(page, HasSubstr("width:75.00%"));
}

TEST(FuzzyPoints, SurviveTheirFile) {
  CorpusSpec spec;
  spec.id = "x/1";
  spec.family = "x";
  spec.pairs = {{"in", "out"}, {"in2", R"({"a": 1})"}};
  const std::vector<std::string> answers = {"out", R"({"a":1})"};
  const FuzzyPoint point = ScoreSpec(spec, "mapper", answers);
  EXPECT_EQ(point.exact, (std::vector<double>{1, 0}));
  EXPECT_EQ(point.normalised, (std::vector<double>{1, 1}));
  const auto read = PointFromJson(PointToJson(point), "a point");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(PointToJson(*read), PointToJson(point));
  EXPECT_FALSE(PointFromJson(Json::object(), "a point").ok());
}

TEST(CorpusFiles, ReadOurFormAndRowsOfOnePair) {
  MemoryFs fs;
  ASSERT_TRUE(fs.PublishFile("/c.jsonl",
                             std::string_view(
                                 R"({"id":"a/1","family":"a","area":"core","kind":"label","labels":["x","y"],"spec":"s","pairs":[["i","x"]]}

{"spec":"t","input":"1","output":"2"}
{"spec":"t","input":"3","output":"4"}
{"name":"n","spec":"u","cases":[{"input":"5","output":"6"}]}
)"))
                  .ok());
  const auto specs = ReadCorpus(fs, "/c.jsonl", 100);
  ASSERT_TRUE(specs.ok()) << specs.message();
  ASSERT_EQ(specs->size(), 3u);
  EXPECT_EQ((*specs)[0].labels, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ((*specs)[0].kind, OutputKind::kLabel);
  EXPECT_EQ((*specs)[1].pairs.size(), 2u);
  EXPECT_EQ((*specs)[2].id, "n");
  EXPECT_EQ(ReadCorpus(fs, "/c.jsonl", 1)->size(), 1u);
}

TEST(CorpusFiles, RefuseWhatIsNone) {
  MemoryFs fs;
  for (const auto& [line, message] :
       {std::pair(R"({"spec":"s"})", "input"), std::pair(R"({"spec":"s","pairs":[]})", "found no pair"),
        std::pair(R"({"spec":"s","pairs":[["a"]]})", "two texts"), std::pair("{", "line 1"),
        std::pair(R"({"spec":"s","kind":"odd","pairs":[["a","b"]]})", "label, json or text"), std::pair("", "no spec")}) {
    ASSERT_TRUE(fs.PublishFile("/c.jsonl", std::string_view(line)).ok());
    EXPECT_THAT(ReadCorpus(fs, "/c.jsonl", 9).message(), HasSubstr(message)) << line;
  }
}

}  // namespace
}  // namespace paw
