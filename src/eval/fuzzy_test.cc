#include "eval/fuzzy.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "eval/fuzzy_report.h"
#include "fs/memory_fs.h"

namespace paw {
namespace {

using testing::HasSubstr;
using testing::Not;

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
  point.run = {system, "paw bench fuzzy F --name " + system, {}};
  point.family = "f" + id;
  point.area = id == "1" ? "core" : "code";
  point.kind = "text";
  point.exact = point.normalised = point.similarity = std::move(exact);
  point.answers.resize(point.exact.size());
  return point;
}

CaseAnswers AnswersOf(const std::vector<std::string>& texts) {
  CaseAnswers answers;
  for (const std::string& text : texts) {
    RunResult result;
    result.output = text;
    answers.emplace_back(std::move(result));
  }
  return answers;
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
  b.front().contents = "another text under the same id";
  EXPECT_EQ(DifferenceOf(Pointers(a), Pointers(b), FuzzyMetric::kExact, 1).specs, 59);
}

TEST(FuzzyScores, AnAnswerThatFailedIsWrongWhateverWasExpected) {
  CorpusSpec spec;
  spec.id = "x/1";
  spec.kind = OutputKind::kJson;
  spec.pairs = {{"in", "out"}, {"in2", R"({"a": 1})"}, {"in3", ""}};
  CaseAnswers answers = AnswersOf({"out", R"({"a":1})"});
  answers.emplace_back(Refused("too long"));
  const FuzzyPoint point = ScoreSpec(spec, answers);
  EXPECT_EQ(point.exact, (std::vector<double>{1, 0, 0}));
  EXPECT_EQ(point.normalised, (std::vector<double>{1, 1, 0}));
  EXPECT_EQ(point.similarity.back(), 0);
  EXPECT_EQ(point.answers, (std::vector<std::string>{"out", R"({"a":1})", ""}));
  EXPECT_EQ(point.failed, 1u);
  EXPECT_EQ(point.failure, "too long");
  EXPECT_EQ(point.kind, "json");
  const FuzzyPoint none = UnansweredSpec(spec, 2, "it cannot be");
  EXPECT_EQ(none.problem, "it cannot be");
  EXPECT_EQ(none.exact, (std::vector<double>{0, 0}));
  EXPECT_EQ(none.answers.size(), 2u);
  EXPECT_EQ(none.contents, point.contents);
}

TEST(FuzzyScores, ContentsAreAllThatIsAsked) {
  CorpusSpec spec;
  spec.spec = "s";
  spec.pairs = {{"i", "o"}};
  const std::string before = ContentsOf(spec);
  spec.family = "another";
  EXPECT_EQ(ContentsOf(spec), before);
  for (const auto& change : std::vector<void (*)(CorpusSpec&)>{[](CorpusSpec& s) { s.spec = "t"; }, [](CorpusSpec& s) { s.labels = {"o"}; },
                                                               [](CorpusSpec& s) { s.kind = OutputKind::kText; },
                                                               [](CorpusSpec& s) { s.pairs[0].output = "p"; }}) {
    CorpusSpec other = spec;
    change(other);
    EXPECT_NE(ContentsOf(other), before);
  }
}

TEST(FuzzyReports, GroupAndCompare) {
  const std::vector<FuzzyPoint> points = {PointOf("1", "mapper", {1, 1}), PointOf("2", "mapper", {0, 1}), PointOf("1", "base & co", {0, 0}),
                                          PointOf("2", "base & co", {0, 0})};
  const FuzzyReport report = MakeFuzzyReport(points, 1);
  const std::string text = FuzzyMarkdown(report);
  EXPECT_THAT(text, HasSubstr("| mapper     |     2 |     4 | 75.0"));
  EXPECT_THAT(text, HasSubstr("+75.0 (+50.0 to +100.0) over 2 specs"));
  EXPECT_THAT(text, HasSubstr("### base"));
  EXPECT_THAT(text, HasSubstr("| core "));
  EXPECT_THAT(text, HasSubstr("* mapper: `paw bench fuzzy F --name mapper`\n* base \\& co: `paw bench fuzzy F --name base & co`\n"));
  EXPECT_THAT(text, Not(HasSubstr("left out")));
  const std::string page = FuzzyHtml(report, "a <title>");
  EXPECT_THAT(page, HasSubstr("a &lt;title&gt;"));
  EXPECT_THAT(page, HasSubstr("<code>paw bench fuzzy F --name base &amp; co</code>"));
  EXPECT_THAT(page, HasSubstr("width:75.00%"));
}

TEST(FuzzyReports, SayWhatCouldNotBeRunAndWhatCannotBeCompared) {
  std::vector<FuzzyPoint> points = {PointOf("1", "a", {1}), PointOf("2", "a", {0}), PointOf("3", "b", {1})};
  EXPECT_THAT(FuzzyMarkdown(MakeFuzzyReport(points, 1)), Not(HasSubstr("could not be run")));
  points[1].problem = "reading <the> spec: found none";
  const FuzzyReport report = MakeFuzzyReport(points, 1);
  EXPECT_THAT(FuzzyMarkdown(report),
              HasSubstr("* a: 1 of 2 specs could not be run and count as wrong; the first, \"2\": reading \\<the\\> spec"));
  EXPECT_THAT(FuzzyHtml(report, "t"), HasSubstr("&lt;the&gt; spec: found none"));
  EXPECT_THAT(FuzzyMarkdown(report), HasSubstr("no spec in common"));
}

TEST(FuzzyReports, SayWhichAnswersFailedAndWhatWasLeftOut) {
  std::vector<FuzzyPoint> points = {PointOf("1", "a", {1, 1}), PointOf("2", "a", {0, 0, 1}), PointOf("3", "a", {0})};
  EXPECT_TRUE(RemarksOn(Pointers(points)).empty());
  points[1].failed = 2;
  points[1].failure = "found no end";
  points[2].failed = 1;
  points[2].failure = "too long";
  const std::string remark = "3 of 6 answers failed and count as wrong; the first, of \"2\": found no end";
  EXPECT_EQ(RemarksOn(Pointers(points)), (std::vector<std::string>{remark}));
  FuzzyReport report = MakeFuzzyReport(points, 1);
  report.left_out = 7;
  EXPECT_THAT(FuzzyMarkdown(report), HasSubstr("* a: " + remark + "\n* 7 points of other specs left out\n"));
  EXPECT_THAT(FuzzyHtml(report, "t"), HasSubstr("<p>7 points of other specs left out</p>"));
  EXPECT_THAT(FuzzyHtml(report, "t"), HasSubstr("<p>3 of 6 answers failed"));
}

TEST(FuzzyReports, NameTheSettingsInWhichSystemsDiffer) {
  std::vector<FuzzyPoint> points = {PointOf("1", "a", {1}), PointOf("1", "b", {1}), PointOf("1", "c", {1})};
  points[0].run.settings = {{"base", "B1"}, {"engine", "native 1"}, {"mapper", "m1"}, {"outputs", "corpus"}};
  points[1].run.settings = {{"base", "B1"}, {"engine", "native 1"}, {"mapper", "m2"}, {"outputs", "corpus"}};
  points[2].run.settings = {{"base", "B2"}, {"mapper", "m1"}, {"outputs", "free"}};
  const FuzzyReport report = MakeFuzzyReport(points, 1);
  const std::string difference = "c has base B2, engine unknown, outputs free, where a has base B1, engine native 1, outputs corpus";
  EXPECT_EQ(report.differences, (std::vector<std::string>{difference}));
  EXPECT_THAT(FuzzyMarkdown(report), HasSubstr("* " + difference + "\n"));
  EXPECT_THAT(FuzzyHtml(report, "t"), HasSubstr("<p>" + difference + "</p>"));
}

TEST(FuzzyReports, ShowNamesAndCommandsAsTheyAre) {
  std::vector<FuzzyPoint> points = {PointOf("1", "*a* | <b>", {1}), PointOf("1", "a_b _c_", {1})};
  points[0].run.command = "paw bench fuzzy 'a`b'";
  points[1].run.command = "paw bench fuzzy 'a\n# b'";
  const std::string text = FuzzyMarkdown(MakeFuzzyReport(points, 1));
  EXPECT_THAT(text, HasSubstr("| \\*a\\* \\| \\<b\\> "));
  EXPECT_THAT(text, HasSubstr("* \\*a\\* | \\<b\\>: `` paw bench fuzzy 'a`b' ``\n"));
  EXPECT_THAT(text, HasSubstr("### a_b \\_c\\_\n"));
  EXPECT_THAT(text, HasSubstr(": `paw bench fuzzy 'a # b'`\n"));
}

TEST(FuzzyReports, ShowTheFamiliesAtBothEndsAndAllOnThePage) {
  std::vector<FuzzyPoint> points;
  for (int i = 0; i < 30; ++i) points.push_back(PointOf(std::to_string(100 + i), "a", {i / 30.0}));
  const FuzzyReport report = MakeFuzzyReport(points, 1);
  const std::string text = FuzzyMarkdown(report), page = FuzzyHtml(report, "t");
  EXPECT_THAT(text, HasSubstr("| family (lowest and highest) "));
  for (const char* name : {"f100", "f111", "f118", "f129"}) EXPECT_THAT(text, HasSubstr(name));
  for (const char* name : {"f112", "f117"}) {
    EXPECT_THAT(text, Not(HasSubstr(name)));
    EXPECT_THAT(page, HasSubstr(name));
  }
}

TEST(FuzzyReports, DrawTheNoise) {
  std::vector<FuzzyPoint> points;
  for (const char* noise : {"", "typos/light", "typos/medium", "typos/heavy"}) {
    points.push_back(PointOf("1", "a", {1}));
    points.back().noise = noise;
  }
  const FuzzyReport report = MakeFuzzyReport(points, 1);
  EXPECT_THAT(FuzzyHtml(report, "t"), HasSubstr("Noise in the spec"));
  EXPECT_THAT(FuzzyMarkdown(report), HasSubstr("| typos/heavy  |"));
}

// Without the spec that has no noisy version all of the curve is at one height.
TEST(FuzzyReports, CompareTheNoiseWithTheSameSpecsClean) {
  std::vector<FuzzyPoint> points = {PointOf("1", "a", {1}), PointOf("1", "a", {1}), PointOf("1", "a", {1})};
  points[1].noise = "typos/light";
  points[2].noise = "typos/heavy";
  const std::string alone = FuzzyHtml(MakeFuzzyReport(points, 1), "t");
  points.push_back(PointOf("2", "a", {0}));
  const std::string more = FuzzyHtml(MakeFuzzyReport(points, 1), "t");
  const auto svg = [](const std::string& page) { return page.substr(page.find("<svg"), page.find("</svg>") - page.find("<svg")); };
  EXPECT_THAT(svg(alone), HasSubstr("<polyline"));
  EXPECT_EQ(svg(more), svg(alone));
  points.erase(points.begin());  // no clean version is left of spec 1
  EXPECT_NE(svg(FuzzyHtml(MakeFuzzyReport(points, 1), "t")), svg(alone));
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
  EXPECT_FALSE((*specs)[1].id.empty());
  EXPECT_EQ((*specs)[2].id, "n");
  EXPECT_EQ(ReadCorpus(fs, "/c.jsonl", 1)->size(), 1u);
}

TEST(CorpusFiles, RowsWithoutANameAreOneSpecByTheirText) {
  MemoryFs fs;
  ASSERT_TRUE(fs.PublishFile("/c.jsonl", std::string_view(R"({"spec":"s","input":"1","output":"a"}
{"spec":"t","input":"2","output":"b"}
{"spec":"s","input":"3","output":"c"}
{"spec":"u","input":"4","output":"d"}
)"))
                  .ok());
  const auto all = ReadCorpus(fs, "/c.jsonl", 100), two = ReadCorpus(fs, "/c.jsonl", 2), one = ReadCorpus(fs, "/c.jsonl", 1);
  ASSERT_TRUE(all.ok() && two.ok() && one.ok()) << all.message();
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[0].id, "043a718774c572bd") << "of the text's SHA-256";
  EXPECT_NE((*all)[0].id, (*all)[1].id);
  EXPECT_FALSE((*all)[0].kind.has_value());
  ASSERT_EQ((*all)[0].pairs.size(), 2u);
  EXPECT_EQ((*all)[0].pairs[1].output, "c");
  EXPECT_EQ(two->size(), 2u);
  ASSERT_EQ(one->size(), 1u);
  EXPECT_EQ((*one)[0].pairs.size(), 2u) << "a limit of specs leaves those it takes whole";
}

TEST(CorpusFiles, ALimitLeavesAnUnnamedSpecWholeAmongNamedOnes) {
  MemoryFs fs;
  ASSERT_TRUE(fs.PublishFile("/c.jsonl", std::string_view(R"({"spec":"s","input":"1","output":"a"}
{"id":"n/1","spec":"t","input":"2","output":"b"}
{"id":"n/2","spec":"u","input":"3","output":"c"}
{"spec":"s","input":"4","output":"d"}
{"spec":"v","input":"5","output":"e"}
)"))
                  .ok());
  for (const std::size_t limit : {1, 2}) {
    const auto specs = ReadCorpus(fs, "/c.jsonl", limit);
    ASSERT_TRUE(specs.ok()) << specs.message();
    ASSERT_EQ(specs->size(), limit);
    EXPECT_EQ((*specs)[0].pairs.size(), 2u);
  }
}

TEST(CorpusFiles, LabelsWithoutAKindAreALabelSpecs) {
  MemoryFs fs;
  ASSERT_TRUE(fs.PublishFile("/c.jsonl", std::string_view(R"({"id":"1","labels":["a","b"],"spec":"s","input":"1","output":"a"}
{"id":"2","labels":null,"spec":"s","input":"1","output":"a"}
{"id":"3","kind":"text","labels":["a","b"],"spec":"s","input":"1","output":"a"}
)"))
                  .ok());
  const auto specs = ReadCorpus(fs, "/c.jsonl", 9);
  ASSERT_TRUE(specs.ok()) << specs.message();
  EXPECT_EQ((*specs)[0].kind, OutputKind::kLabel);
  EXPECT_FALSE((*specs)[1].kind.has_value());
  EXPECT_EQ((*specs)[2].kind, OutputKind::kText);
}

TEST(CorpusFiles, RefuseASecondSpecOfOneNameAndRowsOfOneTextThatDiffer) {
  MemoryFs fs;
  const std::string named = R"({"id":"n","spec":"s","input":"1","output":"a"})",
                    noisy = R"({"id":"n","noise":"typos/light",)" + named.substr(10);
  const std::string unnamed = R"({"spec":"s","input":"1","output":"a"})";
  const auto read = [&fs](const std::vector<std::string>& lines) {
    EXPECT_TRUE(fs.PublishFile("/c.jsonl", Join(lines, "\n")).ok());
    return ReadCorpus(fs, "/c.jsonl", 9);
  };
  EXPECT_EQ(read({named, noisy})->size(), 2u);
  const auto twice = read({named, noisy, named}), noisy_twice = read({named, noisy, noisy});
  EXPECT_EQ(twice.code(), Code::kRefused);
  EXPECT_EQ(twice.message(), "reading /c.jsonl, line 3: found the spec \"n\" twice, expected one of each id and noise");
  EXPECT_THAT(noisy_twice.message(), HasSubstr("line 3: found the spec \"n\" with noise \"typos/light\" twice"));
  EXPECT_EQ(read({unnamed, unnamed})->size(), 1u);
  for (const char* other : {R"({"kind":"text",)", R"({"labels":["a","b"],)", R"({"noise":"typos/light",)"}) {
    const auto mixed = read({unnamed, other + unnamed.substr(1)});
    EXPECT_EQ(mixed.code(), Code::kRefused) << other;
    EXPECT_THAT(mixed.message(), HasSubstr("line 2: found another kind, labels or noise than an earlier row of the same text"));
  }
}

TEST(CorpusFiles, RefuseWhatIsNone) {
  MemoryFs fs;
  for (const auto& [line, message] :
       {std::pair(R"({"spec":"s"})", "input"), std::pair(R"({"spec":"s","pairs":[]})", "found no pair"),
        std::pair(R"({"spec":"s","pairs":[["a"]]})", "two texts"), std::pair("{", "line 1"),
        std::pair(R"({"spec":"s","kind":"odd","pairs":[["a","b"]]})", "label, json or text"),
        std::pair(R"({"spec":"s","examples":-1,"pairs":[["a","b"]]})", "0 or more"), std::pair("", "no spec")}) {
    ASSERT_TRUE(fs.PublishFile("/c.jsonl", std::string_view(line)).ok());
    EXPECT_THAT(ReadCorpus(fs, "/c.jsonl", 9).message(), HasSubstr(message)) << line;
  }
}

}  // namespace
}  // namespace paw
