#include "compiler/measure_spec.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "compiler/toy_task.h"

namespace paw {
namespace {

using testing::HasSubstr;

CorpusSpec Colours() {
  CorpusSpec spec;
  spec.id = "colour/1";
  spec.spec = "Name the colour. Return ONLY one of: red, blue";
  spec.kind = OutputKind::kLabel;
  spec.labels = {"red", "blue"};
  spec.pairs = {{"a red thing", "red"}, {"a blue thing", "blue"}, {"the red one", "red"}};
  return spec;
}

TEST(MeasuredOutputs, AreThoseOfTheCorpusOrOfTheText) {
  CorpusSpec spec = Colours();
  EXPECT_EQ(ContractOf(spec, {OutputsFrom::kCorpus})->labels, spec.labels);
  EXPECT_EQ(ContractOf(spec, {OutputsFrom::kNowhere})->kind, OutputKind::kText);
  spec.labels = {"red", "blue", "none"};
  EXPECT_EQ(ContractOf(spec, {OutputsFrom::kCorpus})->labels.size(), 3u);
  EXPECT_EQ(ContractOf(spec, {OutputsFrom::kSpec})->labels, (std::vector<std::string>{"red", "blue"}));
  spec.kind.reset();
  spec.labels.clear();
  EXPECT_EQ(ContractOf(spec, {OutputsFrom::kCorpus})->labels, (std::vector<std::string>{"red", "blue"})) << "the corpus does not say";
}

TEST(MeasuredOutputs, OfASetOfLabelsAreAllExpectedOnes) {
  CorpusSpec spec = Colours();
  spec.labels = {"red", "green", "none"};
  const auto refused = ContractOf(spec, {OutputsFrom::kCorpus});
  EXPECT_EQ(refused.code(), Code::kRefused);
  EXPECT_EQ(refused.message(), "reading the labels: found the expected output \"blue\" outside of them, expected one of the 3");
  EXPECT_TRUE(ContractOf(spec, {OutputsFrom::kSpec}).ok()) << "the row's labels are not used";
  EXPECT_TRUE(ContractOf(spec, {OutputsFrom::kNowhere}).ok());
  spec.labels.push_back("blue");
  EXPECT_EQ(ContractOf(spec, {OutputsFrom::kCorpus})->labels, spec.labels);
  spec.pairs.back().output = "red\n";
  EXPECT_TRUE(ContractOf(spec, {OutputsFrom::kCorpus}).ok()) << "an answer is compared without the blanks at its ends";
}

TEST(MeasuredOutputs, CanGiveEveryExpectedOutput) {
  CorpusSpec spec = Colours();
  spec.labels = {"red"};
  EXPECT_EQ(ContractOf(spec, {OutputsFrom::kCorpus})->kind, OutputKind::kText) << "one label is no choice";
  spec.kind = OutputKind::kJson;
  for (const auto& [output, kind] : {std::pair(R"({"a":1})", OutputKind::kJson), std::pair("[]", OutputKind::kJson),
                                     std::pair("12", OutputKind::kText), std::pair("NONE", OutputKind::kText)}) {
    spec.pairs = {{"i", "{}"}, {"j", output}};
    EXPECT_EQ(ContractOf(spec, {OutputsFrom::kCorpus})->kind, kind) << output;
  }
}

class MeasuredSpecs : public ToyTask {
 protected:
  void SetUp() override {
    ToyTask::SetUp();
    base_ = *BaseModel::Open(options_.base_path, EngineKind::kNative, 1);
    measure_.threads = 1;
  }
  Result<FuzzyPoint> Measure(const CorpusSpec& spec) const { return MeasureSpec(base_, nullptr, spec, measure_); }

  std::shared_ptr<BaseModel> base_;
  MeasureOptions measure_;
};

TEST_F(MeasuredSpecs, AnswerTheirPairs) {
  const auto point = Measure(Colours());
  ASSERT_TRUE(point.ok()) << point.message();
  EXPECT_EQ(point->id, "colour/1");
  EXPECT_EQ(point->problem, "");
  ASSERT_EQ(point->answers.size(), 3u);
  for (const std::string& answer : point->answers) EXPECT_THAT(answer, testing::AnyOf("red", "blue"));
  measure_.pairs_max = 2;
  EXPECT_EQ(Measure(Colours())->exact.size(), 2u);
  measure_.outputs = OutputsFrom::kNowhere;
  EXPECT_NE(Measure(Colours())->answers, point->answers) << "a toy that is free babbles";
}

TEST_F(MeasuredSpecs, ThatAreRefusedAreWrongAndSayWhy) {
  std::vector<std::pair<CorpusSpec, const char*>> bad(5, {Colours(), ""});
  bad[0].first.spec += " {INPUT_PLACEHOLDER}";
  bad[0].second = "found {INPUT_PLACEHOLDER} 2 times";
  for (int i = 0; i < 3000; ++i) bad[1].first.spec += " so";
  bad[1].second = "tokens";
  bad[2].first.labels = {"red", "blue", "red"};
  bad[2].second = "have the same tokens";
  bad[3].first.kind.reset();
  bad[3].first.spec += "\n\nInput: a red thing\nOutput: red\n\nInput: sky\nOutput: azure\n\nInput: sea\nOutput: blue";
  bad[4].first.labels = {"red", "green"};
  bad[4].second = "found the expected output \"blue\" outside of them";
  bad[3].second = "\"azure\"";
  for (const auto& [spec, reason] : bad) {
    const auto point = Measure(spec);
    ASSERT_TRUE(point.ok()) << point.message();
    EXPECT_THAT(point->problem, HasSubstr(reason));
    EXPECT_EQ(point->exact, std::vector<double>(3, 0.0));
    EXPECT_EQ(point->contents, ContentsOf(spec));
  }
}

TEST_F(MeasuredSpecs, AreNoPointsWhenInterrupted) {
  CancelFlag cancel;
  cancel.Cancel();
  measure_.cancel = &cancel;
  EXPECT_EQ(Measure(Colours()).code(), Code::kInterrupted);
}

}  // namespace
}  // namespace paw
