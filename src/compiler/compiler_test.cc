#include "compiler/compiler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "base/text.h"
#include "compiler/toy_task.h"

namespace paw {
namespace {

class CompilerTest : public ToyTask {
 protected:
  static std::vector<Example> Rows(int count) { return ToyTask::Rows(count, {"red", "green", "blue"}); }
  Result<CompileReport> Make(const std::vector<Example>& rows) { return Compile(kSpec, rows, options_, {}); }
  static std::vector<std::byte> BytesOf(const CompileReport& report) {
    auto bytes = WriteBundle(report.bundle);
    EXPECT_TRUE(bytes.ok()) << bytes.message();
    return bytes.ok() ? *bytes : std::vector<std::byte>();
  }

  static constexpr char kSpec[] = "Name the colour of the item. Return ONLY one of: red, green, blue";
};

TEST_F(CompilerTest, TheSameStepsGiveTheSameBytesAndReplayRebuildsThem) {
  const std::vector<Example> rows = Rows(240);
  const Result<CompileReport> first = Make(rows);
  ASSERT_TRUE(first.ok()) << first.message();
  const Result<CompileReport> second = Make(rows);
  ASSERT_TRUE(second.ok()) << second.message();
  EXPECT_EQ(BytesOf(*first), BytesOf(*second));
  CompileOptions other = options_;
  other.seed = 99;  // replay takes the seed from the record
  const Result<CompileReport> again = Replay(first->bundle, rows, other, {});
  ASSERT_TRUE(again.ok()) << again.message();
  EXPECT_EQ(BytesOf(*first), BytesOf(*again));
  EXPECT_EQ(Replay(first->bundle, Rows(239), options_, {}).code(), Code::kRefused);
}

TEST_F(CompilerTest, ThreadsDoNotChangeTheBytes) {
  const Result<CompileReport> one = Make(Rows(240));
  options_.threads = 2;
  const Result<CompileReport> two = Make(Rows(240));
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(BytesOf(*one), BytesOf(*two));
}

TEST_F(CompilerTest, HeldOutScoreAndCalibrationAreRecorded) {
  const Result<CompileReport> report = Make(Rows(240));
  ASSERT_TRUE(report.ok()) << report.message();
  const PawRecord& record = *report->bundle.manifest.paw;
  EXPECT_EQ(record.output_kind, OutputKind::kLabel);
  EXPECT_EQ(record.labels, (std::vector<std::string>{"red", "green", "blue"}));
  ASSERT_TRUE(record.held_out.has_value());
  EXPECT_EQ(record.held_out->n, 48);
  EXPECT_LE(record.held_out->ci95_low, record.held_out->score);
  ASSERT_TRUE(record.calibration.has_value());
  EXPECT_GT(record.calibration->temperature, 0);
  EXPECT_EQ(record.calibration->engine_id, "native");
  EXPECT_EQ(report->program_id.size(), 20u);
}

TEST_F(CompilerTest, ARejectLabelGetsAThresholdThatReplayRebuilds) {
  EXPECT_FALSE(Make(Rows(240))->bundle.manifest.paw->reject.has_value()) << "no label of such a name";
  options_.reject_label = "blue";
  options_.budget.steps = 150;
  const Result<CompileReport> report = Make(Rows(1200));
  ASSERT_TRUE(report.ok()) << report.message();
  const auto& reject = report->bundle.manifest.paw->reject;
  ASSERT_TRUE(reject.has_value());
  EXPECT_EQ(reject->label, "blue");
  EXPECT_EQ(reject->other["rows"].get<int>() + reject->other["other_rows"].get<int>(), report->bundle.manifest.paw->held_out->n);
  const Json& before = reject->other["before"];
  const Json& after = reject->other["after"];
  EXPECT_GE(after["recall"].get<double>(), before["recall"].get<double>());
  EXPECT_GE(after["others_accuracy"].get<double>(), 0.96 * before["others_accuracy"].get<double>());
  // The held-out score is that of the answers with the threshold: both kinds of rows together.
  const double right = after["recall"].get<double>() * reject->other["rows"].get<int>() +
                       after["others_accuracy"].get<double>() * reject->other["other_rows"].get<int>();
  EXPECT_NEAR(report->bundle.manifest.paw->held_out->score, right / static_cast<double>(report->bundle.manifest.paw->held_out->n), 1e-9);
  CompileOptions plain = options_;
  plain.reject_label.reset();
  const Result<CompileReport> again = Replay(report->bundle, Rows(1200), plain, {});
  ASSERT_TRUE(again.ok()) << again.message();
  EXPECT_EQ(BytesOf(*report), BytesOf(*again));
}

TEST_F(CompilerTest, ARejectLabelMustBeALabelAndNeedsHeldOutRows) {
  options_.reject_label = "purple";
  EXPECT_EQ(Make(Rows(240)).code(), Code::kUsage);
  options_.reject_label = "blue";
  const Result<CompileReport> few = Make(Rows(60));
  ASSERT_TRUE(few.ok()) << few.message();
  EXPECT_FALSE(few->bundle.manifest.paw->reject.has_value());
  ASSERT_FALSE(few->warnings.empty());
  EXPECT_NE(few->warnings.back().find("no threshold"), std::string::npos);
}

TEST_F(CompilerTest, TrainingLearnsTheTask) {
  options_.budget.steps = 150;
  const Result<CompileReport> report = Make(Rows(240));
  ASSERT_TRUE(report.ok()) << report.message();
  EXPECT_GT(report->bundle.manifest.paw->held_out->score, 0.6);  // chance is one third
}

TEST_F(CompilerTest, ASpecWithoutExamplesCompilesAndSaysThatItsQualityIsUnmeasured) {
  const Result<CompileReport> report = Make({});
  ASSERT_TRUE(report.ok()) << report.message();
  EXPECT_FALSE(report->bundle.manifest.paw->held_out.has_value());
  ASSERT_FALSE(report->warnings.empty());
  EXPECT_NE(report->warnings[0].find("quality unmeasured"), std::string::npos);
  EXPECT_NE(report->bundle.prompt_template.find("Name the colour"), std::string::npos);
  EXPECT_TRUE(ReadBundle(BytesOf(*report), "the bundle").ok());
}

TEST_F(CompilerTest, AFewExamplesTrainWithoutAHeldOutScore) {
  const Result<CompileReport> report = Make(Rows(12));
  ASSERT_TRUE(report.ok()) << report.message();
  EXPECT_FALSE(report->bundle.manifest.paw->held_out.has_value());
  EXPECT_EQ(report->bundle.manifest.paw->training["steps"], 30);
}

TEST_F(CompilerTest, ARowThatIsTooLongIsNamedByWhereItComesFrom) {
  std::vector<Example> rows = Rows(12);
  const std::string input(4000, '~');
  rows.push_back({input, "red", 13});
  rows.push_back({input + "!", "red", 14, false, "teacher"});  // of a saved file
  rows.push_back({input + "?", "red", 17, false, "teacher", true});
  const Result<CompileReport> report = Make(rows);
  ASSERT_TRUE(report.ok()) << report.message();
  std::string warnings;
  for (const std::string& warning : report->warnings) warnings += warning + "\n";
  for (const char* place : {"examples, line 13: found", "examples, line 14: found", "examples, pair 17 of the teacher: found"}) {
    EXPECT_NE(warnings.find(place), std::string::npos) << warnings;
  }
}

TEST_F(CompilerTest, BadInputIsOneLine) {
  std::vector<Example> contradicting = Rows(3);
  contradicting.push_back({contradicting[0].input, "blue", 9, false});
  EXPECT_EQ(Make(contradicting).code(), Code::kRefused);
  EXPECT_NE(Make(contradicting).message().find('9'), std::string::npos);
  std::vector<Example> outside = Rows(60);
  outside[7].output = "purple";
  EXPECT_EQ(Make(outside).code(), Code::kRefused);
  EXPECT_EQ(Compile("", {}, options_, {}).code(), Code::kRefused);
  options_.overrides = {{"rank", -1}};
  EXPECT_EQ(Make(Rows(60)).code(), Code::kUsage);
}

TEST_F(CompilerTest, TheBaseWritesExamplesThatAreTrainedOnAndReplayWritesThemAgain) {
  options_.written_examples = 6;
  const std::string spec = "Which colour does the item have? Return one of: red, green.";
  const auto report = Compile(spec, {}, options_, {});
  ASSERT_TRUE(report.ok()) << report.message();
  const Json& rows = report->stages.at("write").at("rows");
  ASSERT_GE(rows.size(), 2u);  // the words of the labels at least
  EXPECT_EQ(rows.front().at("output"), "red");
  const Json& training = report->bundle.manifest.paw->training;
  EXPECT_EQ(training.at("written_examples").at("per_label"), 6);
  EXPECT_EQ(training.at("written_examples").at("rows"), rows.size());
  EXPECT_EQ(training.at("rows"), rows.size());
  EXPECT_FALSE(report->bundle.manifest.paw->held_out);  // what it wrote itself measures nothing
  options_.written_examples = 0;
  const auto again = Replay(report->bundle, {}, options_, {});
  ASSERT_TRUE(again.ok()) << again.message();
  EXPECT_EQ(*WriteBundle(again->bundle), *WriteBundle(report->bundle));
}

TEST_F(CompilerTest, ExamplesOfTheUserAreNotWrittenAgain) {
  options_.written_examples = 4;
  const std::vector<Example> known = {{"RED?", "green", 1, false}, {"a leaf", "green", 2, false}};
  const auto report = Compile("Which colour? Return one of: red, green.", known, options_, {});
  ASSERT_TRUE(report.ok()) << report.message();
  for (const Json& row : report->stages.at("write").at("rows")) EXPECT_NE(row.at("input"), "red");
}

TEST_F(CompilerTest, ManyLabelsWithoutExamplesAreToldThatTheBaseCanWriteSome) {
  std::string spec = "Which part is it? Return one of: part 0";
  for (int i = 1; i < 30; ++i) spec += ", part " + std::to_string(i);
  const auto report = Compile(spec, {}, options_, {});
  ASSERT_TRUE(report.ok()) << report.message();
  EXPECT_EQ(report->stages.at("spec").at("labels").size(), 30u);
  EXPECT_NE(Join(report->warnings, "\n").find("--write-examples 16"), std::string::npos) << Join(report->warnings, "\n");
  const auto few = Compile(kSpec, {}, options_, {});
  ASSERT_TRUE(few.ok()) << few.message();
  EXPECT_EQ(Join(few->warnings, "\n").find("--write-examples"), std::string::npos);
}

TEST_F(CompilerTest, ExamplesAreWrittenForClosedSetsOnly) {
  options_.written_examples = 4;
  const auto report = Compile("Shorten the text to one sentence.", {}, options_, {});
  EXPECT_EQ(report.status().code(), Code::kUsage);
  EXPECT_NE(report.message().find("expected one with a closed set of labels"), std::string::npos) << report.message();
}

TEST_F(CompilerTest, CancelEndsInInterrupted) {
  CancelFlag flag;
  options_.cancel = &flag;
  const auto report = Compile(kSpec, Rows(240), options_, [&](const CompileEvent& event) {
    if (event.step == 3) flag.Cancel();
  });
  EXPECT_EQ(report.code(), Code::kInterrupted);
}

}  // namespace
}  // namespace paw
