#include "compiler/label_lean.h"

#include <gmock/gmock.h>

#include <cmath>

#include "compiler/spec_compiler.h"
#include "compiler/toy_task.h"

namespace paw {
namespace {

constexpr char kColours[] =
    "Name the colour.\n\nInput: a red thing\nOutput: red\n\nInput: the blue one\nOutput: blue\n\n"
    "Input: so blue\nOutput: blue\n\nInput: so red\nOutput: red\n\nInput: blue again\nOutput: blue";

class LabelLean : public ToyTask {
 protected:
  void SetUp() override {
    ToyTask::SetUp();
    base_ = *BaseModel::Open(options_.base_path, EngineKind::kNative, 1);
    hooks_.threads = 1;
  }
  // The calibration of the base prompted with the spec, evened.
  std::optional<Calibration> Evened(const std::string& text, const std::vector<std::string>& labels, OutputKind kind = OutputKind::kLabel) {
    OutputContract contract;
    contract.kind = kind;
    contract.labels = labels;
    Bundle bundle = *MakeSpecBundle(*base_, {text, "spec", DType::kQ4_0, 1}, contract, nullptr);
    status_ = EvenLabels(base_, *ParseSpec(text), {}, hooks_, bundle);
    return bundle.manifest.paw->calibration;
  }

  std::shared_ptr<BaseModel> base_;
  StageHooks hooks_;
  Status status_ = Ok();
};

TEST_F(LabelLean, OfASpecWithoutExamplesIsSeenOnTextsOfNoTask) {
  const auto calibration = Evened("Name the colour. Return ONLY one of: red, blue", {"red", "blue"});
  ASSERT_TRUE(calibration) << status_.message();
  EXPECT_FALSE(calibration->offsets.empty());
  EXPECT_TRUE(calibration->other.empty());
}

TEST_F(LabelLean, OfASpecWithTwoExamplesOfEveryLabelIsSeenOnThem) {
  std::vector<std::int64_t> seen;
  hooks_.progress = [&seen](std::string_view stage, std::int64_t done, std::int64_t total) {
    EXPECT_EQ(stage, "even");
    EXPECT_EQ(total, 5);
    seen.push_back(done);
  };
  const auto calibration = Evened(kColours, {"red", "blue"});
  ASSERT_TRUE(calibration) << status_.message();
  EXPECT_EQ(calibration->engine_id, "native");
  EXPECT_EQ(calibration->other.at("examples"), 5);
  EXPECT_THAT(calibration->other.at("share").get<double>(), testing::AnyOf(0.0, 0.5, 1.0));
  EXPECT_THAT(seen, testing::ElementsAre(1, 2, 3, 4, 5));
  for (const double offset : calibration->offsets) EXPECT_TRUE(std::isfinite(offset));
  EXPECT_EQ(Evened(kColours, {"red", "blue"}), calibration) << "the same request, the same numbers";
}

TEST_F(LabelLean, IsNotKnownWhereALabelHasFewerExamples) {
  EXPECT_FALSE(Evened(kColours, {"red", "blue", "green"}));
  EXPECT_TRUE(status_.ok());
  EXPECT_FALSE(Evened(std::string(kColours) + "\n\nInput: grass\nOutput: green", {"red", "blue", "green"}));
  EXPECT_TRUE(status_.ok());
}

TEST_F(LabelLean, IsOfClosedSetsAlone) {
  EXPECT_FALSE(Evened(kColours, {}, OutputKind::kText));
  EXPECT_TRUE(status_.ok());
}

TEST_F(LabelLean, IsLeftWhenInterrupted) {
  CancelFlag cancel;
  cancel.Cancel();
  hooks_.cancel = &cancel;
  EXPECT_FALSE(Evened(kColours, {"red", "blue"}));
  EXPECT_EQ(status_.code(), Code::kInterrupted);
}

}  // namespace
}  // namespace paw
