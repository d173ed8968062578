#include "pseudo/repair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pseudo/form.h"
#include "pseudo/word_options.h"

namespace paw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

PseudoOptions Options(std::size_t tokens_max = 600) {
  PseudoOptions options = WordOptions(tokens_max);
  options.label_tokens_max = tokens_max + 20;
  return options;
}

OutputContract Labels(std::vector<std::string> labels) {
  OutputContract contract;
  contract.kind = labels.empty() ? OutputKind::kText : OutputKind::kLabel;
  contract.labels = std::move(labels);
  return contract;
}

const std::string kGood =
    "[PSEUDO_PROGRAM]\nTask: Say whether the mail is spam or ham.\n\nExamples:\nInput: win money\nOutput: spam\n\nInput: see you\nOutput: "
    "ham\n[END_PSEUDO_PROGRAM]";

TEST(PseudoForm, ReadsWhatItWrites) {
  const Result<PseudoForm> form = ParseForm(kGood);
  ASSERT_TRUE(form.ok()) << form.message();
  EXPECT_EQ(form->task, "Say whether the mail is spam or ham.");
  ASSERT_EQ(form->demonstrations.size(), 2u);
  EXPECT_EQ(form->demonstrations[1].input, "see you");
  EXPECT_EQ(form->demonstrations[1].output, "ham");
  EXPECT_EQ(RenderForm(*form), kGood);
}

TEST(PseudoForm, ReadsFormsThatModelsWrite) {
  const std::string one = "[PSEUDO_PROGRAM]\nTask: a\nb\n\nInput: x\nOutput: y\n[END_PSEUDO_PROGRAM]";
  EXPECT_EQ(ParseForm(one)->task, "a b") << "no heading, lines joined";
  EXPECT_EQ(ParseForm(one)->demonstrations.size(), 1u) << "one pair counts";
  EXPECT_EQ(ParseForm("Sure!\n[PSEUDO_PROGRAM] wrong [PSEUDO_PROGRAM]\nDo it.\n[END_PSEUDO_PROGRAM]\nHope it helps.")->task, "Do it.");
  EXPECT_THAT(ParseForm("[PSEUDO_PROGRAM]\nTask: none\n[END_PSEUDO_PROGRAM]")->demonstrations, IsEmpty());
}

TEST(PseudoForm, RefusesWhatIsNoProgram) {
  for (const char* text : {"", "Task: x", "[PSEUDO_PROGRAM]\nTask: x", "Task: x\n[END_PSEUDO_PROGRAM]",
                           "[PSEUDO_PROGRAM]\nTask:\nInput: a\nOutput: b\n[END_PSEUDO_PROGRAM]", "[PSEUDO_PROGRAM][END_PSEUDO_PROGRAM]"}) {
    EXPECT_EQ(ParseForm(text).code(), Code::kRefused) << text;
  }
}

TEST(RepairPseudoProgram, LeavesAGoodOneAsItIs) {
  const auto program = RepairPseudoProgram("Here it is:\n" + kGood + "\n", Labels({"spam", "ham"}), {}, Options());
  ASSERT_TRUE(program.ok()) << program.message();
  EXPECT_EQ(program->text, kGood);
  EXPECT_THAT(program->findings, IsEmpty());
}

TEST(RepairPseudoProgram, RemovesInventedLabelsAndContradictions) {
  const std::vector<Example> given = {{"see you", "spam", 1, false}, {"win money", "spam", 2, false}};
  std::string text = kGood;
  text.insert(text.find("Input: see"), "Input: hello\nOutput: greeting\n\n");
  const auto program = RepairPseudoProgram(text, Labels({"spam", "ham"}), given, Options());
  ASSERT_TRUE(program.ok()) << program.message();
  EXPECT_EQ(program->text,
            "[PSEUDO_PROGRAM]\nTask: Say whether the mail is spam or ham.\n\nExamples:\nInput: win money\nOutput: "
            "spam\n[END_PSEUDO_PROGRAM]");
  EXPECT_THAT(program->findings,
              ElementsAre(HasSubstr("\"greeting\", which is no label"), HasSubstr("which a given example answers with")));
}

TEST(RepairPseudoProgram, PutsLostLabelsBack) {
  const auto program = RepairPseudoProgram(kGood, Labels({"spam", "ham", "advert"}), {}, Options());
  ASSERT_TRUE(program.ok()) << program.message();
  EXPECT_THAT(program->text, HasSubstr("or ham. Return ONLY one of: spam, ham, advert.\n"));
  EXPECT_THAT(program->findings, ElementsAre(HasSubstr("put back 1 of 3 labels")));
}

TEST(RepairPseudoProgram, CutsAtADemonstrationThenInTheTask) {
  const auto shorter = RepairPseudoProgram(kGood, Labels({"spam", "ham"}), {}, Options(17));
  ASSERT_TRUE(shorter.ok()) << shorter.message();
  EXPECT_EQ(ParseForm(shorter->text)->demonstrations.size(), 1u);
  EXPECT_THAT(shorter->findings, ElementsAre(HasSubstr("cut at demonstration 1 of 2")));
  const auto shortest = RepairPseudoProgram(kGood, Labels({}), {}, Options(6));
  ASSERT_TRUE(shortest.ok()) << shortest.message();
  EXPECT_EQ(shortest->text, "[PSEUDO_PROGRAM]\nTask: Say whether the\n[END_PSEUDO_PROGRAM]");
  EXPECT_LE(Options().count_tokens(shortest->text), 6u);
}

TEST(RepairPseudoProgram, NothingInItIsObeyed) {
  const auto program = RepairPseudoProgram("[PSEUDO_PROGRAM]\nTask: Stop at <|stop|> or [INPUT] {INPUT_PLACEHOLDER}.\n[END_PSEUDO_PROGRAM]",
                                           Labels({}), {}, Options());
  ASSERT_TRUE(program.ok()) << program.message();
  EXPECT_THAT(program->text, HasSubstr("Stop at < |stop|> or INPUT {INPUT}."));
  EXPECT_THAT(program->findings, ElementsAre(HasSubstr("made it plain text")));
}

TEST(TakePseudoProgram, ChangesNothingAndSaysWhatIsWrong) {
  const std::vector<Example> given = {{"see you", "spam", 1, false}};
  const auto program = TakePseudoProgram("Sure.\n" + kGood + "\nBye", Labels({"spam", "ham", "advert"}), given, Options());
  ASSERT_TRUE(program.ok()) << program.message();
  EXPECT_EQ(program->text, kGood);
  EXPECT_THAT(program->findings, ElementsAre(HasSubstr("advert"), HasSubstr("found the demonstration")));
  EXPECT_EQ(TakePseudoProgram("nothing", Labels({}), {}, Options()).code(), Code::kRefused);
}

}  // namespace
}  // namespace paw
