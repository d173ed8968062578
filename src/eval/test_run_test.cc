#include "eval/test_run.h"

#include <gtest/gtest.h>

#include "eval/report.h"
#include "eval/task_folder.h"
#include "fs/memory_fs.h"
#include "runtime/toy_program.h"

namespace paw {
namespace {

const std::vector<std::string> kLabels = {"yes", "no", "not sure", "maybe"};

std::vector<TestCase> Cases(Session& session) {
  std::vector<TestCase> cases;
  for (int i = 0; i < 40; ++i) {
    TestCase test;
    test.input = "text number " + std::to_string(i * i);
    test.output = session.Run(test.input, {})->output;                  // what the toy says is right by definition ...
    if (i % 4 == 0) test.output = test.output == "yes" ? "no" : "yes";  // ... but for every fourth row
    cases.push_back(test);
  }
  cases[1].input = std::string(3000, 'x');  // too long: wrong
  return cases;
}

TEST(RunTest, CountsWhatIsRight) {
  const auto base = ToyBase();
  const auto program = OpenToy(ToyBundle(*base, OutputKind::kLabel, kLabels), base);
  Session session = OpenSession(*program);
  const auto cases = Cases(session);
  TestOptions options;
  options.metric = Metric::kMacroF1;
  options.rows_per_batch = 7;
  const auto report = RunTest(session, kLabels, cases, options);
  ASSERT_TRUE(report.ok()) << report.message();
  EXPECT_EQ(report->rows, 40);
  EXPECT_EQ(report->right, 29);
  EXPECT_EQ(report->failed_rows, 1);
  EXPECT_NEAR(report->accuracy, 29.0 / 40, 1e-12);
  EXPECT_EQ(report->accuracy_interval, WilsonInterval(29, 40));
  EXPECT_EQ(report->score, *report->macro_f1);
  EXPECT_EQ(report->failures.size(), 11u);
  EXPECT_EQ(report->failures[1].row, 1u);
  EXPECT_NE(report->failures[1].error, "");
  EXPECT_EQ(report->scored.size(), 39u);
  EXPECT_EQ(report->answers.size(), 40u);
  EXPECT_NEAR(report->abstain_curve.back().coverage, 1, 1e-12);
  EXPECT_NEAR(report->abstain_curve.back().accuracy, 29.0 / 39, 1e-12);
  EXPECT_EQ(ReportJson(*report)["right"], 29);
  const std::string svg = PlotSvg({AbstainSeries("toy", *report)}, {.title = "t"});
  EXPECT_NE(svg.find("polyline"), std::string::npos);
}

TEST(RunTest, AbstentionsAreWrongAndCounted) {
  const auto base = ToyBase();
  const auto program = OpenToy(ToyBundle(*base, OutputKind::kLabel, kLabels), base);
  Session session = OpenSession(*program);
  const auto cases = Cases(session);
  TestOptions options;
  options.run.abstain_below = 1.0;
  options.failures_max = 3;
  const auto report = RunTest(session, kLabels, cases, options);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->right, 0);
  EXPECT_EQ(report->abstained, 39);
  EXPECT_EQ(report->failures.size(), 3u);
  CancelFlag cancel;
  cancel.Cancel();
  options.cancel = &cancel;
  EXPECT_EQ(RunTest(session, kLabels, cases, options).code(), Code::kInterrupted);
  EXPECT_EQ(RunTest(session, kLabels, {}, {}).code(), Code::kUsage);
  EXPECT_EQ(RunTest(session, {}, cases, {.metric = Metric::kMacroF1}).code(), Code::kUsage);
}

TEST(RunTest, AcceptableAnswersAreRight) {
  const TestCase texts{"", "a", Json::parse(R"(["b", "c"])")};
  EXPECT_TRUE(IsRight(Metric::kExact, texts, "a"));
  EXPECT_TRUE(IsRight(Metric::kExact, texts, " c"));
  EXPECT_FALSE(IsRight(Metric::kExact, texts, "d"));
  const TestCase call{"", R"({"name":"f","arguments":{"x":1}})", Json::parse(R"({"f":{"x":[1,2]}})")};
  EXPECT_TRUE(IsRight(Metric::kJsonEqual, call, R"({"name":"f","arguments":{"x":2}})"));
  EXPECT_FALSE(IsRight(Metric::kJsonEqual, call, R"({"name":"f","arguments":{"x":3}})"));
  const TestCase none{"", "NONE"};
  EXPECT_TRUE(IsRight(Metric::kJsonEqual, none, "NONE"));
}

TEST(TaskFolder, LoadsTheFormatOfThePack) {
  MemoryFs fs;
  ASSERT_TRUE(fs.MakeFolder("/t").ok());
  const char* facts = R"({"name":"t","kind":"classify","labels":["a","b"],"metric":"macro_f1","use":"train+eval","seed":1})";
  ASSERT_TRUE(fs.PublishFile("/t/task.json", facts).ok());
  ASSERT_TRUE(fs.PublishFile("/t/spec.txt", "Say a or b.\n").ok());
  ASSERT_TRUE(fs.PublishFile("/t/train.jsonl", "{\"input\":\"x\",\"output\":\"a\"}\n").ok());
  ASSERT_TRUE(fs.PublishFile("/t/test.jsonl", "{\"input\":\"y\",\"output\":\"b\",\"acceptable\":[\"a\"]}\n").ok());
  auto task = LoadTaskFolder(fs, "/t");
  ASSERT_TRUE(task.ok()) << task.message();
  EXPECT_EQ(task->labels.size(), 2u);
  EXPECT_TRUE(task->trainable);
  EXPECT_EQ(task->metric, Metric::kMacroF1);
  EXPECT_EQ(task->train[0].input, "x");
  EXPECT_EQ(task->test[0].acceptable[0], "a");
  ASSERT_TRUE(fs.PublishFile("/t/test.jsonl", "{\"input\":\"y\"}\n").ok());
  task = LoadTaskFolder(fs, "/t");
  EXPECT_EQ(task.code(), Code::kRefused);
  EXPECT_NE(task.message().find("test.jsonl line 1"), std::string::npos) << task.message();
  ASSERT_TRUE(fs.PublishFile("/t/task.json", R"({"name":"t","kind":"c","labels":null,"metric":"exact","use":"eval_only"})").ok());
  ASSERT_TRUE(fs.PublishFile("/t/test.jsonl", "").ok());
  task = LoadTaskFolder(fs, "/t");
  ASSERT_TRUE(task.ok()) << task.message();
  EXPECT_TRUE(task->labels.empty());
  EXPECT_FALSE(task->trainable);
  EXPECT_EQ(LoadTaskFolder(fs, "/absent").code(), Code::kNotFound);
}

TEST(Report, TableIsAlignedAndEscaped) {
  EXPECT_EQ(MarkdownTable({"task", "F1"}, {{"a|b", "92.0 (90.1-93.4)"}, {"caf\u00e9", "1"}}),
            "| task |               F1 |\n"
            "|------|-----------------:|\n"
            "| a\\|b | 92.0 (90.1-93.4) |\n"
            "| caf\u00e9 |                1 |\n");
  EXPECT_EQ(PerCent(0.92, {0.901, 0.934}), "92.0 (90.1-93.4)");
}

TEST(Report, PlotHasAxesTicksAndEscapedText) {
  const std::vector<PlotSeries> series = {{"a < b", {1, 10, 100}, {0.5, 0.7, 0.9}}, {"other", {0, 1}, {0.6, 0.6}}};
  const std::string svg = PlotSvg(series, {.title = "Learning & curve", .x_label = "rows", .y_label = "accuracy", .x_logarithmic = true});
  for (const char* part : {"a &lt; b", "Learning &amp; curve", ">rows<", ">accuracy<", ">10<", ">100<", ">0.6<", "rotate(-90"}) {
    EXPECT_NE(svg.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(PlotSvg({}, {}).find("nan"), std::string::npos);
  EXPECT_EQ(PlotSvg({{"flat", {1, 1}, {2, 2}}}, {}).find("nan"), std::string::npos);
}

}  // namespace
}  // namespace paw
