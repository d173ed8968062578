#include "teacher/prompts.h"

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "spec/split.h"

namespace paw {
namespace {

std::string QuestionOf(const Json& request) { return request["messages"][1]["content"].get<std::string>(); }

// A row that compile will hold out once the pairs are there is in no question, a pair of the specification neither.
TEST(AskForPairs, NothingThatWillBeHeldOutIsShown) {
  std::string spec = "Say what it is.\n\nExamples:\n";
  std::vector<Example> rows, taught;
  for (int i = 0; i < 50; ++i) {
    const Example row{"row <" + std::to_string(i) + ">", "label " + std::to_string(i < 48 ? i % 8 : i - 40), i + 1};
    if (i < 10) {
      spec += "\nInput: " + row.input + "\nOutput: " + row.output + "\n";
    } else {
      rows.push_back(row);
    }
  }
  for (int i = 0; i < 400; ++i) taught.push_back({"taught " + std::to_string(i), "label " + std::to_string(i % 10), i + 1, false, "m"});
  int held_out_of_spec = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const auto task = MakeTeacherTask(spec, rows, seed);
    ASSERT_TRUE(task.ok()) << task.message();
    ASSERT_EQ(task->own.size(), 50u);
    ASSERT_EQ(task->contract.kind, OutputKind::kText) << "too open a set, until the teacher's pairs are there";
    std::string questions;
    for (std::int64_t batch = 0; batch < 20; ++batch) {
      questions += QuestionOf(AskForPairs(*task, "m", batch, 20, {}, 0)) + QuestionOf(AskForOutputs(*task, "m", batch, taught, 0));
    }
    std::vector<Example> all = task->own;
    all.insert(all.end(), taught.begin(), taught.end());
    const auto contract = DeduceOutputs(task->spec, all);
    ASSERT_TRUE(contract.ok() && contract->kind == OutputKind::kLabel);
    const ExampleSplit split = SplitForCompile(task->spec, *contract, all, seed);
    ASSERT_GE(split.held_out.size(), 8u);
    for (const std::size_t i : split.held_out) {
      EXPECT_EQ(questions.find(all[i].input), std::string::npos) << all[i].input;
      held_out_of_spec += all[i].in_spec ? 1 : 0;
    }
    EXPECT_NE(questions.find("Say what it is."), std::string::npos);
    EXPECT_NE(questions.find("row <"), std::string::npos);
  }
  EXPECT_GT(held_out_of_spec, 0);
}

TEST(AskForPairs, ManyLabelsTakeTurns) {
  std::string spec = "Name the colour. Return one of: ";
  for (int i = 0; i < 40; ++i) spec += (i == 0 ? "colour" : ", colour") + std::to_string(i + 100);
  const auto task = MakeTeacherTask(spec + ".", {}, 3);
  ASSERT_TRUE(task.ok()) << task.message();
  ASSERT_EQ(task->contract.labels.size(), 40u);
  std::set<std::string> wanted;
  for (std::int64_t batch = 0; batch < 5; ++batch) {
    const std::string question = QuestionOf(AskForPairs(*task, "m", batch, 20, {}, 0));
    const std::size_t begin = question.find("evenly over ");
    ASSERT_NE(begin, std::string::npos) << question;
    for (const std::string_view label : Split(std::string_view(question).substr(begin, question.find(".\n", begin) - begin), '"')) {
      if (label.starts_with("colour")) wanted.insert(std::string(label));
    }
  }
  EXPECT_EQ(wanted.size(), 40u);
}

TEST(AskForPairs, SaysWhatAnOutputLooksLike) {
  std::vector<Example> rows;
  for (int i = 0; i < 6; ++i) rows.push_back({"row " + std::to_string(i), R"({"what":)" + std::to_string(i) + R"(,"when":null})", i + 1});
  const auto json = MakeTeacherTask("Take the facts out of the line, as JSON.", rows, 1);
  ASSERT_TRUE(json.ok()) << json.message();
  const std::string question = QuestionOf(AskForPairs(*json, "m", 0, 20, {}, 1));
  EXPECT_NE(question.find(R"(exactly the keys "what", "when")"), std::string::npos) << question;
  EXPECT_NE(question.find("could not be read"), std::string::npos);
  const auto text = MakeTeacherTask("Write the input backwards.", {}, 1);
  ASSERT_TRUE(text.ok());
  const std::vector<std::string> known = {"a \"strange\"\ninput"};
  EXPECT_NE(QuestionOf(AskForPairs(*text, "m", 0, 20, known, 0)).find(R"(- "a \"strange\"\ninput")"), std::string::npos);
}

// Replies are kept by what the questions draw: these are what kTeacherPromptVersion "2" has always drawn, whatever compiles it.
TEST(AskForPairs, DrawsWhatItAlwaysDrew) {
  ASSERT_EQ(kTeacherPromptVersion, "2") << "a new version may draw something else";
  const auto task = MakeTeacherTask("Write the input backwards.", {}, 1);
  ASSERT_TRUE(task.ok()) << task.message();
  const char* const lines[] = {
      "* Lean towards inputs that lie close to the border between two different outputs. Where a setting is left open, choose offices.\n",
      "* Lean towards rare and awkward cases that the specification still covers. Where a setting is left open, choose shops and "
      "deliveries.\n"};
  for (std::int64_t batch = 0; batch < 2; ++batch) {
    const std::string question = QuestionOf(AskForPairs(*task, "m", batch, 20, {}, 0));
    EXPECT_NE(question.find(lines[batch]), std::string::npos) << question;
  }
}

TEST(AskForVariedPairs, AsksForAllKindsAtOnce) {
  const auto task = MakeTeacherTask("Name the colour. Return one of: red, blue.\n\nExamples:\nInput: like blood\nOutput: red", {}, 1);
  ASSERT_TRUE(task.ok()) << task.message();
  std::set<std::string> questions;
  for (std::int64_t number = 0; number < 40; ++number) {
    const Json request = AskForVariedPairs(*task, "m", number, 8, 0);
    EXPECT_EQ(request, AskForVariedPairs(*task, "m", number, 8, 0)) << "drawn from the seed and the number";
    const std::string question = QuestionOf(request);
    questions.insert(question);
    for (const char* part : {"Name the colour.", R"({"input":"like blood","output":"red"})", "Write 8 new pairs.",
                             R"(evenly over "red", "blue")", "careless writing", R"({"pairs": [)"}) {
      EXPECT_NE(question.find(part), std::string::npos) << part << question;
    }
    EXPECT_EQ(question.find("could not be read"), std::string::npos);
  }
  EXPECT_GT(questions.size(), 8u) << "settings differ";
  EXPECT_NE(QuestionOf(AskForVariedPairs(*task, "m", 0, 8, 1)).find("could not be read"), std::string::npos);
}

TEST(NamedLines, DrawsSomeAndCutsThem) {
  const std::vector<std::string> texts = {"one", "two", "three\nlines", std::string(100, 'x')};
  Random random(1);
  EXPECT_EQ(NamedLines({}, 3, 20, random), "");
  const std::string all = NamedLines(texts, 9, 20, random);
  EXPECT_EQ(CountOf(all, "- "), 4u) << all;
  EXPECT_EQ(CountOf(all, "\n"), 4u) << all;
  EXPECT_EQ(all.find(std::string(30, 'x')), std::string::npos);
  EXPECT_EQ(CountOf(NamedLines(texts, 2, 20, random), "\n"), 2u);
}

}  // namespace
}  // namespace paw
