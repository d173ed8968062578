#include "compiler/answer_set.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/text.h"
#include "compiler/toy_task.h"
#include "runtime/toy_program.h"

namespace paw {
namespace {

constexpr char kBody[] = "Return company if it names a business, person if it names a human being, and not_known otherwise.";

TEST(CheckedAnswerSets, AreLabelsThatStandInTheSpec) {
  EXPECT_EQ(CheckedAnswerSet("company | person | not_known", kBody), (LabelSet{"company", "person", "not_known"}));
  EXPECT_EQ(CheckedAnswerSet("person | company", kBody), (LabelSet{"person", "company"})) << "in the order of the answer";
  EXPECT_EQ(CheckedAnswerSet("a business | human being", kBody), (LabelSet{"a business", "human being"})) << "labels of several words";
  EXPECT_EQ(CheckedAnswerSet("- | = | +", "before the date -, on it =, after it +"), (LabelSet{"-", "=", "+"}));
  EXPECT_EQ(CheckedAnswerSet("open | shut", "Say open or shut."), (LabelSet{"open", "shut"})) << "\"open\" alone means something else";
  EXPECT_EQ(CheckedAnswerSet("yes | no", "Answer \xE2\x80\x9Cyes\xE2\x80\x9D or \xC2\xABno\xC2\xBB."), (LabelSet{"yes", "no"}))
      << "in quotes";
  EXPECT_EQ(CheckedAnswerSet("gr\xC3\xBCn | rot", "gr\xC3\xBCn oder rot"), (LabelSet{"gr\xC3\xBCn", "rot"}));
}

TEST(CheckedAnswerSets, HaveNoLabelThatTheSpecDoesNotState) {
  for (const char* answer : {"company | robot", "Company | person", "company | persons", "company | pers", "company | an", "known | person",
                             "company | person if it names a human being, and not"}) {
    EXPECT_FALSE(CheckedAnswerSet(answer, kBody)) << answer;
  }
  EXPECT_FALSE(CheckedAnswerSet("no | yes", "notify, yes or nothing")) << "a part of a word";
  EXPECT_FALSE(CheckedAnswerSet("gr | rot", "gr\xC3\xBCn oder rot")) << "a part of a word, cut before a letter that is not ASCII";
  EXPECT_FALSE(CheckedAnswerSet("n | rot", "gr\xC3\xBCn oder rot"));
  EXPECT_TRUE(CheckedAnswerSet("no | yes", "notify: no, yes")) << "it stands there as a word too";
}

TEST(CheckedAnswerSets, AreTwoOrMoreDifferentLabelsOfOneLine) {
  for (const char* answer :
       {"", "open", "company", "company | company", "company | person | company", "company |", "company | ", " | company",
        "company |  | person", "company | person | ", "company|person", "company  | person", "company |  person"}) {
    EXPECT_FALSE(CheckedAnswerSet(answer, kBody)) << '"' << answer << '"';
  }
  EXPECT_FALSE(CheckedAnswerSet("yes | Yes", "yes or Yes")) << "different by their case alone";
  EXPECT_FALSE(CheckedAnswerSet("a\nb | c", "a\nb or c"));
  const std::string longest(64, 'a');
  const std::string longer(65, 'b');
  EXPECT_TRUE(CheckedAnswerSet(longest + " | c", longest + " or c"));
  EXPECT_FALSE(CheckedAnswerSet(longer + " | c", longer + " or c"));
}

TEST(CheckedAnswerSets, AreOfSixtyFourLabelsAtMost) {
  std::vector<std::string> labels;
  for (int i = 0; i < 64; ++i) labels.push_back("l" + std::to_string(i));
  const std::string most = Join(labels, " | ");
  EXPECT_EQ(CheckedAnswerSet(most, most), labels);
  EXPECT_FALSE(CheckedAnswerSet(most + " | l64", most + " | l64"));
}

TEST(AnswerSets, AreReadWhereFewExamplesLeaveTheOutputsOpen) {
  OutputContract contract;
  EXPECT_TRUE(LeavesOutputsOpen(contract, 0));
  EXPECT_TRUE(LeavesOutputsOpen(contract, kClosedRowsMin - 1));
  EXPECT_FALSE(LeavesOutputsOpen(contract, kClosedRowsMin)) << "so many outputs show themselves that they are open";
  contract.kind = OutputKind::kJson;
  EXPECT_FALSE(LeavesOutputsOpen(contract, 0));
  contract.kind = OutputKind::kLabel;
  EXPECT_FALSE(LeavesOutputsOpen(contract, 0));
}

TEST(AnswerSets, AreOverruledByAnExample) {
  Spec spec = *ParseSpec(kBody);
  const LabelSet labels = {"company", "person", "not_known"};
  ASSERT_EQ(DeduceOutputs(spec, {})->kind, OutputKind::kText) << "the rules do not read this spec";
  Spec alone = spec;
  EXPECT_EQ(DeduceOutputsWith(labels, alone, {})->labels, labels);
  Spec inside = spec;
  EXPECT_EQ(DeduceOutputsWith(labels, inside, std::vector<Example>{{"Bob", "person"}})->labels, labels);
  Spec outside = spec;
  const auto open = DeduceOutputsWith(labels, outside, std::vector<Example>{{"Bob", "person"}, {"R2-D2", "robot"}});
  ASSERT_TRUE(open.ok()) << open.message();
  EXPECT_EQ(open->kind, OutputKind::kText);
}

// A reader that answers with one of these, whatever the spec: a closed set of sets. `temperature`: how sure it is.
Bundle ToyReader(const BaseModel& base, const std::vector<std::string>& answers, double temperature = 1) {
  Bundle bundle = ToyBundle(base, OutputKind::kLabel, answers);
  bundle.manifest.paw->calibration.emplace();
  bundle.manifest.paw->calibration->temperature = temperature;
  return bundle;
}

TEST(AnswerSetReaders, ReadWhatHoldsForTheSpec) {
  const auto base = ToyBase();
  const auto reader = AnswerSetReader::Open(ToyReader(*base, {"red | blue", "blue | red"}), base);
  ASSERT_TRUE(reader.ok()) << reader.message();
  const std::vector<std::string> bodies = {"Say red or blue.", "Say red or green.", "red or blue" + std::string(kReadSpecBytesMax, '.')};
  const auto readings = (*reader)->Read(bodies, 1);
  ASSERT_TRUE(readings.ok()) << readings.message();
  EXPECT_EQ(Join((*readings)[0].labels, " | "), (*readings)[0].answer);
  EXPECT_EQ((*readings)[0].labels.size(), 2u);
  EXPECT_GT((*readings)[0].probability, 0.5);
  EXPECT_NEAR((*readings)[0].label_certainty(), std::sqrt((*readings)[0].probability), 1e-12) << "of two labels";
  EXPECT_EQ((*readings)[1].label_certainty(), 0);
  EXPECT_TRUE((*readings)[1].labels.empty()) << "blue does not stand there";
  EXPECT_FALSE((*readings)[1].answer.empty());
  EXPECT_TRUE((*readings)[2].answer.empty()) << "too long to be read";
  EXPECT_TRUE((*readings)[2].labels.empty());
  CancelFlag cancel;
  cancel.Cancel();
  EXPECT_EQ((*reader)->Read(bodies, 1, &cancel).code(), Code::kInterrupted);
}

TEST(AnswerSetReaders, AreBelievedWhereTheyAreSure) {
  const auto base = ToyBase();
  const Spec spec = *ParseSpec("Say red or blue.");
  const auto unsure = AnswerSetReader::Open(ToyReader(*base, {"red | blue", "blue | red"}, 1000), base);
  EXPECT_TRUE(ReadLabels(**unsure, spec, 1, nullptr)->empty());
  const auto sure = AnswerSetReader::Open(ToyReader(*base, {"red | blue", "blue | red"}, 1e-4), base);
  EXPECT_EQ(ReadLabels(**sure, spec, 1, nullptr)->size(), 2u);
  EXPECT_TRUE(ReadLabels(**sure, *ParseSpec("Say red."), 1, nullptr)->empty());
}

TEST(AnswerSetReaders, AreOfTheirBase) {
  const auto base = ToyBase();
  EXPECT_EQ(AnswerSetReader::Open(ToyReader(*ToyBase(2), {"red | blue", "open"}), base).code(), Code::kRefused);
  const auto built_in = AnswerSetReader::OpenBuiltIn(base);
  ASSERT_TRUE(built_in.ok()) << built_in.message();
  EXPECT_EQ(*built_in, nullptr) << "the one that paw ships is of another base";
}

// What a record says was read is what a replay makes, without a reader.
class ReadSets : public ToyTask {
 protected:
  void SetUp() override {
    ToyTask::SetUp();
    options_.no_built_in_mapper = true;
  }
  Bundle Recorded(const std::vector<Example>& rows, const std::vector<std::string>& labels) {
    Bundle bundle = Compile(kBody, rows, options_, {})->bundle;
    EXPECT_EQ(bundle.manifest.paw->output_kind, OutputKind::kText);
    bundle.manifest.paw->training["labels_read"] = {{"reader", "0123456789abcdef"}, {"labels", labels}};
    return bundle;
  }
};

TEST_F(ReadSets, AreReplayed) {
  const Bundle recorded = Recorded({}, {"company", "person"});
  const auto report = Replay(recorded, {}, options_, {});
  ASSERT_TRUE(report.ok()) << report.message();
  const PawRecord& made = *report->bundle.manifest.paw;
  EXPECT_EQ(made.labels, (std::vector<std::string>{"company", "person"}));
  EXPECT_EQ(made.training["labels_read"], recorded.manifest.paw->training["labels_read"]);
  EXPECT_NE(report->program_id, recorded.manifest.program_id) << "other labels are another program";
  EXPECT_NE(Join(report->warnings, "\n").find("only answers are company, person;"), std::string::npos) << Join(report->warnings, "\n");
  EXPECT_EQ(*WriteBundle(Replay(report->bundle, {}, options_, {})->bundle), *WriteBundle(report->bundle));
  EXPECT_EQ(Replay(Recorded({}, {"company", "robot"}), {}, options_, {}).code(), Code::kRefused) << "not in the spec";
  EXPECT_EQ(Replay(Recorded({}, {"company", "company"}), {}, options_, {}).code(), Code::kRefused);
}

TEST_F(ReadSets, AreOverruledAndThenNotRecorded) {
  const std::vector<Example> rows = {{"R2-D2", "robot", 1}};
  const auto report = Replay(Recorded(rows, {"company", "person"}), rows, options_, {});
  ASSERT_TRUE(report.ok()) << report.message();
  EXPECT_EQ(report->bundle.manifest.paw->output_kind, OutputKind::kText);
  EXPECT_FALSE(report->bundle.manifest.paw->training.contains("labels_read"));
  EXPECT_EQ(Join(report->warnings, "\n").find("only answers"), std::string::npos);
}

TEST_F(ReadSets, AndRulesGiveWayToOutputsThatAreText) {
  const std::string spec = "Name the colour. Return ONLY one of: red, blue";
  ASSERT_EQ(Compile(spec, {}, options_, {})->bundle.manifest.paw->output_kind, OutputKind::kLabel);
  const std::string closed_id = Compile(spec, {}, options_, {})->program_id;
  options_.outputs = OutputsAsked::kText;
  const auto report = Compile(spec, {}, options_, {});
  ASSERT_TRUE(report.ok()) << report.message();
  EXPECT_EQ(report->bundle.manifest.paw->output_kind, OutputKind::kText);
  EXPECT_TRUE(report->bundle.manifest.paw->labels.empty());
  EXPECT_NE(report->program_id, closed_id);
  options_.outputs = OutputsAsked::kAuto;
  EXPECT_EQ(*WriteBundle(Replay(report->bundle, {}, options_, {})->bundle), *WriteBundle(report->bundle));
}

}  // namespace
}  // namespace paw
