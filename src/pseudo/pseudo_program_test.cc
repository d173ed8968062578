#include "pseudo/pseudo_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "prompt/template.h"
#include "pseudo/word_options.h"
#include "spec/pairs.h"

namespace paw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

PseudoOptions Options(std::size_t tokens_max = 600) { return WordOptions(tokens_max); }

struct Case {
  Spec spec;
  OutputContract contract;
  std::vector<Example> examples;
};

Case CaseOf(std::string_view spec_text, std::vector<Example> examples) {
  Case c;
  c.spec = *ParseSpec(spec_text);
  examples.insert(examples.begin(), c.spec.examples.begin(), c.spec.examples.end());
  c.examples = CheckExamples(std::move(examples), "rows")->rows;
  c.contract = *DeduceOutputs(c.spec, c.examples);
  return c;
}

PseudoProgram Written(const Case& c, const PseudoOptions& options) {
  const Result<PseudoProgram> program = WriteTemplatePseudo(c.spec, c.contract, c.examples, options);
  EXPECT_TRUE(program.ok()) << program.message();
  return *program;
}

std::vector<FindingKind> KindsOf(std::string_view text, const Case& c, const PseudoOptions& options) {
  std::vector<FindingKind> kinds;
  for (const Finding& finding : CheckPseudoProgram(text, c.contract, c.examples, options)) kinds.push_back(finding.kind);
  return kinds;
}

const char* kFruitSpec =
    "Sort fruit by colour.\nReturn ONLY one of: red, green, blue.\n\nInput: one line.\nOutput: one label.\n\nExamples:\n"
    "Input: cherry\nOutput: red\n\nInput: lime\nOutput: green\n\nInput: plum\nOutput: blue";

TEST(TemplatePseudo, HasTheFormOfTheContract) {
  const PseudoProgram program = Written(CaseOf(kFruitSpec, {}), Options());
  EXPECT_THAT(program.text, StartsWith("[PSEUDO_PROGRAM]\nTask: Sort fruit by colour. Return ONLY one of: red, green, blue. "
                                       "Input: one line. Output: one label.\n\nExamples:\nInput: "));
  EXPECT_TRUE(program.text.ends_with("\n[END_PSEUDO_PROGRAM]"));
  EXPECT_THAT(program.findings, IsEmpty());
  EXPECT_TRUE(RenderTemplate(program.text, ChatStyle::kChatMl).ok());
}

TEST(TemplatePseudo, DemonstrationsCoverLabelsAndAreReadBack) {
  std::vector<Example> rows;
  const std::vector<std::string> colours = {"red", "green", "blue"};
  for (int i = 0; i < 60; ++i) rows.push_back({"thing number " + std::to_string(i), colours[static_cast<std::size_t>(i % 3)], i + 1});
  const Case c = CaseOf(kFruitSpec, rows);
  const PseudoProgram program = Written(c, Options());
  std::string inner = ReplaceAll(program.text, "[END_PSEUDO_PROGRAM]", "");
  const std::vector<Example> shown = ExtractPairs(inner).examples;
  ASSERT_EQ(shown.size(), 6u);
  std::set<std::string> outputs;
  for (const Example& example : shown) {
    outputs.insert(example.output);
    EXPECT_NE(std::find(c.examples.begin(), c.examples.end(), example), c.examples.end()) << example.input;
  }
  EXPECT_EQ(outputs.size(), 3u);
}

TEST(TemplatePseudo, LabelsKnownFromExamplesAreTold) {
  std::vector<Example> rows;
  for (int i = 0; i < 12; ++i) rows.push_back({"row " + std::to_string(i), i % 2 == 0 ? "hot" : "cold", i + 1});
  const PseudoProgram program = Written(CaseOf("Say how it feels.", rows), Options());
  EXPECT_THAT(program.text, HasSubstr("Return ONLY one of: cold, hot."));
  EXPECT_THAT(program.findings, IsEmpty());
}

TEST(TemplatePseudo, KeepsToTheBudgetAndKeepsTheLabels) {
  std::string text = "Sort letters. ";
  for (int i = 0; i < 40; ++i) text += "Rule " + std::to_string(i) + " says a little more about it. ";
  text += "Return ONLY one of: alpha, beta, gamma.";
  std::vector<Example> rows;
  for (int i = 0; i < 30; ++i) rows.push_back({"letter " + std::to_string(i), i % 2 == 0 ? "alpha" : "beta", i + 1});
  const Case c = CaseOf(text, rows);
  for (const std::size_t budget : {40u, 80u, 200u, 2000u}) {
    const PseudoOptions options = Options(budget);
    const PseudoProgram program = Written(c, options);
    EXPECT_LE(options.count_tokens(program.text), budget);
    EXPECT_THAT(program.findings, IsEmpty()) << budget;
    EXPECT_THAT(program.text, HasSubstr("Task: Sort letters. "));
  }
  EXPECT_THAT(Written(c, Options(2000)).text, HasSubstr("Rule 39 says"));
}

TEST(TemplatePseudo, SaysWhichLabelsDidNotFit) {
  std::string list;
  for (int i = 0; i < 300; ++i) list += (i > 0 ? ", name_" : "name_") + std::to_string(i);
  const Case c = CaseOf("Sort it.\nReturn ONLY one of: " + list + ".", {});
  PseudoOptions options = Options(60);
  options.label_tokens_max = 60;
  const PseudoProgram program = Written(c, options);
  EXPECT_LE(options.count_tokens(program.text), 60u);
  EXPECT_THAT(program.findings, ElementsAre(HasSubstr("no mention of 300 of 300 labels")));
  options.label_tokens_max = 400;
  EXPECT_THAT(Written(c, options).findings, IsEmpty());
  EXPECT_THAT(Written(c, options).text, HasSubstr("name_299"));
}

TEST(TemplatePseudo, ALongFirstSentenceIsCutAtAWord) {
  std::string text = "Rewrite";
  for (int i = 0; i < 500; ++i) text += " word" + std::to_string(i);
  const PseudoProgram program = Written(CaseOf(text, {}), Options(50));
  EXPECT_EQ(Options().count_tokens(program.text), 50u);
  EXPECT_THAT(program.text, HasSubstr("Task: Rewrite word0"));
  EXPECT_THAT(program.text, Not(HasSubstr("word500")));
}

TEST(TemplatePseudo, NothingInTheSpecOrRowsSpeaksAsThePrompt) {
  const Case c =
      CaseOf("Copy text <|stop|> and {INPUT_PLACEHOLDER} [END_PSEUDO_PROGRAM] as is.",
             {{"a <|stop|>", "x", 1}, {"{INPUT_PLACEHOLDER}", "y", 2}, {"[END_INPUT]", "z", 3}, {"Output: q", "v", 4}, {"plain", "w", 5}});
  const PseudoProgram program = Written(c, Options());
  EXPECT_THAT(program.findings, IsEmpty());
  EXPECT_THAT(program.text, HasSubstr("Task: Copy text < |stop|> and {INPUT} END_PSEUDO_PROGRAM as is."));
  EXPECT_THAT(program.text, HasSubstr("Input: plain\nOutput: w\n"));
  EXPECT_THAT(program.text, Not(HasSubstr("Output: x")));
  EXPECT_TRUE(RenderTemplate(program.text, ChatStyle::kChatMl).ok());
}

TEST(TemplatePseudo, IsDeterministicAndShowsAnEmptyAnswer) {
  std::vector<Example> rows;
  for (int i = 0; i < 50; ++i) {
    const std::string output = i == 40 ? "[]" : "[" + std::to_string(i) + "]";
    rows.push_back({"text " + std::string(static_cast<std::size_t>(i), 'x') + " end", output, i + 1});
  }
  const Case c = CaseOf("Find numbers and return JSON only.", rows);
  EXPECT_EQ(c.contract.kind, OutputKind::kJson);
  const PseudoProgram program = Written(c, Options());
  EXPECT_EQ(program.text, Written(c, Options()).text);
  EXPECT_THAT(program.text, HasSubstr("Output: []\n"));
}

TEST(TemplatePseudo, NeedsItsCallbacks) {
  const Case c = CaseOf(kFruitSpec, {});
  EXPECT_EQ(WriteTemplatePseudo(c.spec, c.contract, c.examples, PseudoOptions()).code(), Code::kUsage);
}

TEST(CheckPseudoProgram, FindsEachKindOfFault) {
  const Case c = CaseOf(kFruitSpec, {});
  const std::string good = Written(c, Options()).text;
  EXPECT_THAT(KindsOf(good, c, Options()), IsEmpty());
  EXPECT_THAT(KindsOf(good + "\n", c, Options()), IsEmpty());
  EXPECT_THAT(KindsOf(good.substr(1), c, Options()), ElementsAre(FindingKind::kMarkers));
  EXPECT_THAT(KindsOf(ReplaceAll(good, "[END_PSEUDO_PROGRAM]", ""), c, Options()), ElementsAre(FindingKind::kMarkers));
  EXPECT_THAT(KindsOf(good, c, Options(5)), ElementsAre(FindingKind::kLength));
  EXPECT_THAT(KindsOf(ReplaceAll(good, "blue", "green"), c, Options()),
              ElementsAre(FindingKind::kLabelMissing, FindingKind::kContradiction));
  EXPECT_THAT(KindsOf(ReplaceAll(good, "Output: blue", "Output: mauve"), c, Options()),
              ElementsAre(FindingKind::kContradiction, FindingKind::kLabelInvented));
  EXPECT_THAT(KindsOf(ReplaceAll(good, "one line", "<|stop|>"), c, Options()), ElementsAre(FindingKind::kSpecialText));
  EXPECT_THAT(KindsOf(ReplaceAll(good, "one line", kInputPlaceholder), c, Options()), ElementsAre(FindingKind::kPlaceholder));
}

}  // namespace
}  // namespace paw
