#include "runtime/bulk.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"
#include "fs/memory_fs.h"
#include "runtime/toy_program.h"

namespace paw {
namespace {

constexpr const char* kIn = "/in.jsonl";
constexpr const char* kOut = "/out.jsonl";

class BulkTest : public testing::Test {
 protected:
  BulkTest()
      : program_(OpenToy(ToyBundle(*base_, OutputKind::kLabel, {"yes", "no", "not sure"}), base_)), session_(OpenSession(*program_)) {
    for (int i = 0; i < 20; ++i) text_ += WriteJson({{"input", "text " + std::to_string(i)}, {"id", i}}) + "\n";
    text_ += "not json\n\n{\"other\": 1}\n{\"input\": \"" + std::string(3000, 'x') + "\"}\r\n{\"input\": \"last, no line end\"}";
    EXPECT_TRUE(fs_.PublishFile(kIn, text_).ok());
    options_.input_path = kIn;
    options_.output_path = kOut;
    options_.rows_per_batch = 4;
  }
  Result<BulkReport> Run() { return RunFile(fs_, *program_, session_, options_); }
  std::string Out() { return fs_.ReadText(kOut, 1 << 20).value_or("(none)"); }

  std::shared_ptr<BaseModel> base_ = ToyBase();
  std::shared_ptr<const Program> program_;
  Session session_;
  MemoryFs fs_;
  std::string text_;
  BulkOptions options_;
};

TEST_F(BulkTest, OneLineForEveryLineInOrder) {
  double last = -1;
  options_.progress = [&](const ProgressEvent& event) {
    EXPECT_GT(event.done, last);
    last = event.done;
    EXPECT_EQ(event.total, 25);
  };
  const auto report = Run();
  ASSERT_TRUE(report.ok()) << report.message();
  EXPECT_EQ(report->rows, 25);
  EXPECT_EQ(report->answered, 21);
  EXPECT_EQ(report->failed, 4);
  EXPECT_EQ(last, 25);
  const std::string out = Out();
  const auto lines = SplitLines(out);
  ASSERT_EQ(lines.size(), 25u);
  for (int i = 0; i < 20; ++i) {
    const Json line = ParseJson(lines[i], "line").value();
    EXPECT_EQ(line["input"], "text " + std::to_string(i));
    const auto alone = session_.Run("text " + std::to_string(i), {});
    EXPECT_EQ(line["output"], alone->output);
    EXPECT_EQ(line["probability"], *alone->probability);
  }
  for (int i = 20; i < 24; ++i) {
    const Json line = ParseJson(lines[i], "line").value();
    EXPECT_EQ(line["error"]["code"], "refused");
    EXPECT_NE(line["error"]["message"].get<std::string>().find("line " + std::to_string(i + 1)), std::string::npos);
  }
  EXPECT_EQ(ParseJson(lines[24], "line").value()["input"], "last, no line end");
  EXPECT_FALSE(fs_.Exists("/out.jsonl.paw-run"));
  EXPECT_FALSE(fs_.Exists("/out.jsonl.paw-run.lock"));
}

TEST_F(BulkTest, AnInterruptedRunGoesOnAndGivesTheSameBytes) {
  ASSERT_TRUE(Run().ok());
  const std::string whole = Out();
  for (const double stop_at : {0.0, 4.0, 12.0, 24.0}) {
    ASSERT_TRUE(fs_.RemoveFile(kOut).ok());
    CancelFlag cancel;
    options_.cancel = &cancel;
    options_.progress = [&](const ProgressEvent& event) {
      if (event.done >= stop_at) cancel.Cancel();
    };
    EXPECT_EQ(Run().code(), Code::kInterrupted);
    EXPECT_TRUE(whole.starts_with(Out()));
    // A kill in the middle of a write leaves half a line.
    ASSERT_TRUE(fs_.Append(kOut, Out().size()).value()->Write("{\"input\":\"te").ok());
    options_.cancel = nullptr;
    options_.progress = nullptr;
    const auto report = Run();
    ASSERT_TRUE(report.ok()) << report.message();
    EXPECT_EQ(report->resumed, static_cast<std::int64_t>(stop_at));
    EXPECT_EQ(report->answered + report->failed, 25 - report->resumed);
    EXPECT_EQ(Out(), whole);
  }
}

TEST_F(BulkTest, NothingOfTheUsersIsOverwrittenOrMixed) {
  ASSERT_TRUE(fs_.PublishFile(kOut, "mine\n").ok());
  EXPECT_EQ(Run().code(), Code::kUsage);
  EXPECT_EQ(Out(), "mine\n");
  ASSERT_TRUE(fs_.RemoveFile(kOut).ok());
  CancelFlag cancel;
  options_.cancel = &cancel;
  options_.progress = [&](const ProgressEvent& event) {
    if (event.done >= 8) cancel.Cancel();
  };
  EXPECT_EQ(Run().code(), Code::kInterrupted);
  const std::string part = Out();
  options_.cancel = nullptr;
  options_.progress = nullptr;
  options_.run.probabilities = true;
  EXPECT_EQ(Run().code(), Code::kUsage);
  options_.run.probabilities = false;
  options_.run.schema = *JsonSchema::Parse("true", "schema");
  EXPECT_EQ(Run().code(), Code::kUsage);
  options_.run.schema = nullptr;
  ASSERT_TRUE(fs_.PublishFile(kIn, text_ + "\n").ok());
  EXPECT_EQ(Run().code(), Code::kUsage);
  EXPECT_EQ(Out(), part);
  ASSERT_TRUE(fs_.PublishFile(kIn, text_).ok());
  EXPECT_TRUE(Run().ok());
  EXPECT_EQ(Run().code(), Code::kUsage);  // finished: not run over
}

TEST_F(BulkTest, SinkGetsWholeLines) {
  options_.output_path.clear();
  EXPECT_EQ(Run().code(), Code::kUsage);
  std::vector<std::string> lines;
  options_.sink = [&](std::string_view line) {
    lines.emplace_back(line);
    return Ok();
  };
  ASSERT_TRUE(Run().ok());
  ASSERT_EQ(lines.size(), 25u);
  for (const std::string& line : lines) EXPECT_TRUE(line.ends_with('\n') && CountOf(line, "\n") == 1);
  options_.sink = [&](std::string_view) { return Failed("the reader has gone"); };
  EXPECT_EQ(Run().code(), Code::kFailed);
}

TEST_F(BulkTest, EmptyFileGivesAnEmptyFile) {
  ASSERT_TRUE(fs_.PublishFile(kIn, "").ok());
  const auto report = Run();
  ASSERT_TRUE(report.ok()) << report.message();
  EXPECT_EQ(Out(), "");
  options_.input_path = "/absent";
  EXPECT_EQ(Run().code(), Code::kNotFound);
}

}  // namespace
}  // namespace paw
