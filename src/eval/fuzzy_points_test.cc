#include "eval/fuzzy_points.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "fs/memory_fs.h"

namespace paw {
namespace {

using testing::HasSubstr;

constexpr const char* kPath = "/points.jsonl";

CorpusSpec SpecOf(const std::string& id, const std::string& noise = "") {
  CorpusSpec spec;
  spec.id = id;
  spec.family = "f";
  spec.noise = noise;
  spec.spec = "the text of " + id;
  spec.pairs = {{"1", "a"}, {"2", "b"}};
  return spec;
}

FuzzyRun RunOf(const std::string& system, const std::string& mapper = "m1") {
  return {system, "paw bench fuzzy F", {{"mapper", mapper}, {"pairs", "all"}}};
}

FuzzyPoint PointOf(const CorpusSpec& spec, const FuzzyRun& run) {
  FuzzyPoint point = UnansweredSpec(spec, 2, "");
  point.run = run;
  point.exact = {1, 0};
  point.normalised = {1, 1};
  point.similarity = {1, 0.25};
  point.answers = {"a", "c"};
  return point;
}

// Points of two specs of system "s" in the file.
class FuzzyPointsFile : public testing::Test {
 protected:
  void SetUp() override {
    auto points = *FuzzyPoints::Open(fs_, kPath);
    ASSERT_TRUE(points.Add(PointOf(SpecOf("1"), RunOf("s"))).ok());
    ASSERT_TRUE(points.Add(PointOf(SpecOf("2"), RunOf("s"))).ok());
  }
  std::string Text() { return *fs_.ReadText(kPath, 1 << 20); }

  MemoryFs fs_;
};

TEST_F(FuzzyPointsFile, BringsBackWhatItWasGiven) {
  {
    auto points = *FuzzyPoints::Open(fs_, kPath);
    EXPECT_TRUE(points.Add(UnansweredSpec(SpecOf("3"), 1, "too long")).ok());
    FuzzyPoint failed = PointOf(SpecOf("4"), RunOf("t"));
    failed.failed = 1;
    failed.failure = "no end";
    EXPECT_TRUE(points.Add(failed).ok());
  }
  const FuzzySelection read = FuzzyPoints::Open(fs_, kPath)->Among(std::vector{SpecOf("1"), SpecOf("2"), SpecOf("3"), SpecOf("4")});
  ASSERT_EQ(read.points.size(), 4u);
  EXPECT_EQ(read.left_out, 0u);
  const FuzzyPoint& first = read.points[0];
  EXPECT_EQ(first.run.settings, RunOf("s").settings);
  EXPECT_EQ(first.run.command, "paw bench fuzzy F");
  EXPECT_EQ(first.contents, ContentsOf(SpecOf("1")));
  EXPECT_EQ(first.similarity, (std::vector<double>{1, 0.25}));
  EXPECT_EQ(first.answers, (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(first.problem, "");
  EXPECT_EQ(first.failed, 0u);
  EXPECT_EQ(read.points[2].problem, "too long");
  EXPECT_EQ(read.points[3].failed, 1u);
  EXPECT_EQ(read.points[3].failure, "no end");
}

TEST_F(FuzzyPointsFile, GivesThePointsOfTheSpecsAskedForAlone) {
  auto points = *FuzzyPoints::Open(fs_, kPath);
  ASSERT_TRUE(points.Add(PointOf(SpecOf("1"), RunOf("t"))).ok());
  ASSERT_TRUE(points.Add(PointOf(SpecOf("1", "typos/light"), RunOf("t"))).ok());
  CorpusSpec changed = SpecOf("2");
  changed.pairs[0].output = "z";
  CorpusSpec moved = SpecOf("1");
  moved.family = "another";
  moved.examples = 3;
  const FuzzySelection chosen = points.Among(std::vector{moved, changed, SpecOf("9")});
  ASSERT_EQ(chosen.points.size(), 2u);
  EXPECT_EQ(chosen.points[0].run.system, "s");
  EXPECT_EQ(chosen.points[1].run.system, "t");
  for (const FuzzyPoint& point : chosen.points) {
    EXPECT_EQ(point.id, "1");
    EXPECT_EQ(point.noise, "");
    EXPECT_EQ(point.family, "another") << "groups are those of the corpus today";
    EXPECT_EQ(point.examples, 3u);
  }
  EXPECT_EQ(chosen.left_out, 2u);
}

TEST_F(FuzzyPointsFile, IsOneRunsAtATime) {
  {
    const auto first = FuzzyPoints::Open(fs_, kPath), second = FuzzyPoints::Open(fs_, kPath);
    ASSERT_TRUE(first.ok()) << first.message();
    EXPECT_EQ(second.code(), Code::kUnavailable);
    EXPECT_EQ(second.message(), "resuming /points.jsonl: found another run at work on it, expected none");
    EXPECT_TRUE(FuzzyPoints::Open(fs_, "/others.jsonl").ok());
  }
  EXPECT_TRUE(FuzzyPoints::Open(fs_, kPath).ok());
}

TEST_F(FuzzyPointsFile, HasOnePointOfASpecAndOneSetOfSettingsASystem) {
  const std::string whole = Text();
  const std::string first = whole.substr(0, whole.find('\n') + 1);
  ASSERT_TRUE(fs_.PublishFile(kPath, whole + first).ok());
  const Status twice = FuzzyPoints::Open(fs_, kPath).status();
  EXPECT_EQ(twice.code(), Code::kRefused);
  EXPECT_EQ(twice.message(), "resuming /points.jsonl, line 3: found the spec \"1\" of system \"s\" a second time, expected it once");
  EXPECT_EQ(Text(), whole + first);
  ASSERT_TRUE(fs_.PublishFile(kPath, first + ReplaceAll(whole.substr(first.size()), R"("mapper":"m1")", R"("mapper":"m2")")).ok());
  EXPECT_THAT(FuzzyPoints::Open(fs_, kPath).message(), HasSubstr("line 2: system \"s\": found \"mapper\" m2, expected m1"));
  ASSERT_TRUE(fs_.PublishFile(kPath, whole + ReplaceAll(first, R"("system":"s")", R"("system":"t")")).ok());
  EXPECT_TRUE(FuzzyPoints::Open(fs_, kPath).ok());
}

TEST_F(FuzzyPointsFile, LeavesAForeignFileAlone) {
  const std::string whole = Text();
  for (const std::string& text : {std::string("a report of hours"), std::string(R"({"answers":1})"), std::string("{}"), whole + "text"}) {
    ASSERT_TRUE(fs_.PublishFile(kPath, text).ok());
    const Status refused = FuzzyPoints::Open(fs_, kPath).status();
    EXPECT_EQ(refused.code(), Code::kRefused) << text;
    EXPECT_THAT(refused.message(), HasSubstr("without a line end, expected lines of points"));
    EXPECT_EQ(Text(), text);
  }
}

TEST_F(FuzzyPointsFile, GoesOnWhereARunWasKilled) {
  const std::string whole = Text();
  const std::size_t second = whole.find('\n') + 1;
  const std::vector<CorpusSpec> specs = {SpecOf("1"), SpecOf("2")};
  for (const std::size_t kept : {std::size_t{0}, std::size_t{1}, second - 1, second, second + 1, whole.size() - 1, whole.size()}) {
    ASSERT_TRUE(fs_.PublishFile(kPath, std::string_view(whole).substr(0, kept)).ok());
    auto points = FuzzyPoints::Open(fs_, kPath);
    ASSERT_TRUE(points.ok()) << kept << ": " << points.message();
    const auto missing = points->Missing(RunOf("s"), specs);
    ASSERT_TRUE(missing.ok()) << missing.message();
    EXPECT_EQ(missing->size(), kept < second ? 2u : kept < whole.size() ? 1u : 0u) << kept;
    for (const CorpusSpec* spec : *missing) ASSERT_TRUE(points->Add(PointOf(*spec, RunOf("s"))).ok());
    EXPECT_EQ(Text(), whole) << kept;
  }
}

TEST_F(FuzzyPointsFile, IsNotTakenForOneOfOtherSettings) {
  const auto points = *FuzzyPoints::Open(fs_, kPath);
  const std::vector<CorpusSpec> specs = {SpecOf("1"), SpecOf("2"), SpecOf("1", "typos/light")};
  const auto missing = points.Missing(RunOf("s"), specs);
  ASSERT_TRUE(missing.ok()) << missing.message();
  ASSERT_EQ(missing->size(), 1u);
  EXPECT_EQ(missing->front()->noise, "typos/light");
  EXPECT_EQ(points.Missing(RunOf("other", "m2"), specs)->size(), 3u);
  const auto retrained = points.Missing(RunOf("s", "m2"), specs);
  EXPECT_EQ(retrained.code(), Code::kRefused);
  EXPECT_EQ(retrained.message(),
            "resuming /points.jsonl: system \"s\": found \"mapper\" m1, expected m2: give this run another --name, or another file to "
            "--resume");
  FuzzyRun more = RunOf("s"), fewer = RunOf("s");
  more.settings["base"] = "b";
  fewer.settings.erase("pairs");
  EXPECT_THAT(points.Missing(more, specs).message(), HasSubstr("found \"base\" none, expected b"));
  EXPECT_EQ(points.Missing(fewer, specs).code(), Code::kRefused);
}

TEST_F(FuzzyPointsFile, IsNotTakenForOneOfAnotherText) {
  const auto points = *FuzzyPoints::Open(fs_, kPath);
  std::vector<CorpusSpec> specs = {SpecOf("1"), SpecOf("2")};
  specs[1].pairs[0].output = "z";
  EXPECT_THAT(points.Missing(RunOf("s"), specs).message(), HasSubstr("found the spec \"2\" with another text or other pairs"));
  EXPECT_EQ(points.Missing(RunOf("new"), specs)->size(), 2u);
}

TEST_F(FuzzyPointsFile, RefusesLinesThatAreNoPoints) {
  const std::string whole = Text();
  std::string published;
  const auto opened = [this, &whole, &published](const std::string& from, const std::string& to) {
    published = whole;
    const std::size_t at = published.rfind(from);
    EXPECT_NE(at, std::string::npos) << from;
    EXPECT_TRUE(fs_.PublishFile(kPath, published.replace(at, from.size(), to)).ok());
    return FuzzyPoints::Open(fs_, kPath).status();
  };
  for (const auto& [from, to, message] :
       {std::tuple(R"("exact":[1.0,0.0])", R"("exact":[1.0,"0"])", "found \"0\" in \"exact\", expected numbers from 0 to 1"),
        std::tuple(R"("exact":[1.0,0.0])", R"("exact":[1.0,null])", "found null in \"exact\""),
        std::tuple(R"("exact":[1.0,0.0])", R"("exact":[1.0,1.5])", "found 1.5"),
        std::tuple(R"("answers":["a","c"])", R"("answers":["a"])", "found 1 in \"answers\", expected 2 as in \"exact\""),
        std::tuple(R"("normalised":[1.0,1.0])", R"("normalised":[1.0,1.0,1.0])", "found 3 in \"normalised\""),
        std::tuple(R"("examples":0)", R"("examples":-1)", "0 or more"),
        std::tuple(R"("examples":0)", R"("examples":0,"failed":-1)", "0 or more"),
        std::tuple(R"("mapper":"m1")", R"("mapper":1)", "mapper"), std::tuple(R"("settings")", R"("sittings")", "settings"),
        std::tuple(R"(,"system":"s"})", "}", "system"), std::tuple(R"(,"system":"s"})", "", "line 2")}) {
    const Status refused = opened(from, to);
    EXPECT_EQ(refused.code(), Code::kRefused);
    EXPECT_THAT(refused.message(), HasSubstr(message));
    EXPECT_THAT(refused.message(), HasSubstr("resuming /points.jsonl, line 2"));
    EXPECT_EQ(Text(), published) << "what is refused is left as it was";
  }
}

TEST_F(FuzzyPointsFile, IsNotNeeded) {
  auto points = *FuzzyPoints::Open(fs_, "");
  ASSERT_TRUE(points.Add(PointOf(SpecOf("1"), RunOf("s"))).ok());
  EXPECT_EQ(points.Among(std::vector{SpecOf("1")}).points.size(), 1u);
}

}  // namespace
}  // namespace paw
