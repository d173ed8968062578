// The reader of answer sets that paw ships, end to end on the real base (PAW_TEST_BASE): which specs close their set, and what overrules it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/text.h"
#include "compiler/answer_set.h"
#include "compiler/built_in.h"
#include "compiler/compiler.h"
#include "compiler/measure_spec.h"
#include "fs/posix_fs.h"

namespace paw {
namespace {

constexpr char kNatural[] = "Is the recipe vegetarian? yes or no please";
constexpr char kExtraction[] = "Extract the phone number exactly as written. Return N/A if there is no phone number.";

class ShippedReader : public testing::Test {
 protected:
  void SetUp() override {
    const char* path = std::getenv("PAW_TEST_BASE");
    if (path == nullptr) GTEST_SKIP() << "PAW_TEST_BASE is not set";
    ASSERT_FALSE(BuiltInReaderFingerprint().empty()) << "compilers/smollm2-135m.reader.paw is not built in";
    auto base = BaseModel::Open(path, EngineKind::kNative, 0);
    ASSERT_TRUE(base.ok()) << base.message();
    base_ = *base;
    options_.base_path = path;
    options_.base_sha256 = base_->sha256();
    options_.base_name = "smollm2-135m";
    options_.base_file = "base.gguf";
    options_.base_bytes = PosixFs().Stat(path)->bytes;
  }

  PawRecord Make(const std::string& spec, const std::vector<Example>& examples = {}) {
    const auto report = Compile(spec, examples, options_, {});
    EXPECT_TRUE(report.ok()) << report.message();
    return report.ok() ? *report->bundle.manifest.paw : PawRecord();
  }

  CompileOptions options_;
  std::shared_ptr<BaseModel> base_;
};

TEST_F(ShippedReader, ClosesTheSetOfANaturalSpec) {
  ASSERT_EQ(DeduceOutputs(*ParseSpec(kNatural), {})->kind, OutputKind::kText) << "rules find it by now: take another spec";
  const auto report = Compile(kNatural, {}, options_, {});
  ASSERT_TRUE(report.ok()) << report.message();
  const PawRecord& record = *report->bundle.manifest.paw;
  EXPECT_EQ(record.labels, (std::vector<std::string>{"yes", "no"}));
  EXPECT_EQ(record.training["labels_read"]["reader"], BuiltInReaderFingerprint());
  EXPECT_TRUE(record.calibration.has_value()) << "a set that was read is evened like any other";
  EXPECT_NE(Join(report->warnings, "\n").find("--outputs text"), std::string::npos);
  EXPECT_EQ(*WriteBundle(Replay(report->bundle, {}, options_, {})->bundle), *WriteBundle(report->bundle));
  // A corpus spec is measured in the same way.
  CorpusSpec measured;
  measured.spec = kNatural;
  EXPECT_EQ(ContractOf(measured, {OutputsFrom::kSpec})->kind, OutputKind::kText);
  const auto reader = AnswerSetReader::OpenBuiltIn(base_);
  MeasureOptions measure;
  measure.outputs = OutputsFrom::kSpec;
  measure.reader = reader->get();
  EXPECT_EQ(ContractOf(measured, measure)->labels, record.labels);
}

TEST_F(ShippedReader, ReadsSpecsOfTheLengthItKnows) {
  const auto reader = AnswerSetReader::OpenBuiltIn(base_);
  const std::string longest = kNatural + std::string(kReadSpecBytesMax - std::string(kNatural).size(), ' ');
  const auto readings = (*reader)->Read(std::vector<std::string>{longest, longest + " "}, 0);
  ASSERT_TRUE(readings.ok()) << readings.message();
  EXPECT_FALSE((*readings)[0].answer.empty());
  EXPECT_TRUE((*readings)[1].answer.empty());
}

TEST_F(ShippedReader, LeavesAnExtractionOpen) {
  const PawRecord record = Make(kExtraction);
  EXPECT_EQ(record.output_kind, OutputKind::kText);
  EXPECT_FALSE(record.training.contains("labels_read"));
}

TEST_F(ShippedReader, IsOverruled) {
  options_.budget.kind = CompileBudget::Kind::kSteps;
  options_.budget.steps = 1;
  EXPECT_EQ(Make(kNatural, {{"Lentil soup", "yes", 1}}).labels.size(), 2u) << "an example of the set";
  EXPECT_EQ(Make(kNatural, {{"Mushroom risotto", "perhaps", 1}}).output_kind, OutputKind::kText) << "an example outside it";
  const std::string pairs = "\n\nInput: Lentil soup\nOutput: yes\n\nInput: Mushroom risotto\nOutput: perhaps";
  EXPECT_EQ(Make(kNatural + pairs).output_kind, OutputKind::kText) << "an example of the spec's own";
  options_.outputs = OutputsAsked::kText;
  EXPECT_EQ(Make(kNatural).output_kind, OutputKind::kText);
  options_.outputs = OutputsAsked::kAuto;
  options_.no_built_in_mapper = true;
  EXPECT_EQ(Make(kNatural).output_kind, OutputKind::kText) << "--no-mapper goes without it";
}

}  // namespace
}  // namespace paw
