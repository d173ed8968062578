#include "teacher/reading.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/limits.h"
#include "teacher/task.h"

namespace paw {
namespace {

TEST(ReadCompletion, TakesTheTextAndTheCount) {
  const Completion whole =
      ReadCompletion(R"({"choices":[{"message":{"role":"assistant","content":"hi"}}],"usage":{"total_tokens":42}})", 900);
  EXPECT_EQ(whole.text, "hi");
  EXPECT_EQ(whole.tokens, 42);
  const std::string bare = R"({"choices":[{"message":{"content":"hi"}}]})";
  EXPECT_EQ(ReadCompletion(bare, 900).tokens, EstimatedTokens(900, bare.size()));
  EXPECT_EQ(EstimatedTokens(1, 3), 2);
  const std::string free = R"({"choices":[{"message":{"content":"hi"}}],"usage":{"total_tokens":0}})";
  EXPECT_EQ(ReadCompletion(free, 900).tokens, EstimatedTokens(900, free.size())) << "a limit must come to an end";
  const std::string lying = R"({"choices":[{"message":{"content":"hi"}}],"usage":{"total_tokens":-5}})";
  EXPECT_EQ(ReadCompletion(lying, 0).tokens, EstimatedTokens(0, lying.size()));
}

TEST(ReadCompletion, WithoutATextSaysWhy) {
  for (const char* body :
       {"", "<html>busy</html>", "[]", "{}", R"({"choices":[]})", R"({"choices":{"message":1}})", R"({"choices":[{}]})",
        R"({"choices":[{"message":{"content":null}}]})", R"({"choices":[{"message":{"content":["x"]}}]})", "{\"a\":1,\"a\":2}"}) {
    const Completion completion = ReadCompletion(body, 10);
    EXPECT_FALSE(completion.text) << body;
    EXPECT_FALSE(completion.problem.empty()) << body;
    EXPECT_GT(completion.tokens, 0) << body;
  }
}

TEST(ReadPairs, ForgivesFencesAndThoughts) {
  const std::string plain = R"({"pairs":[{"input":" a ","output":" x "},{"input":"b","output":{"k":[1]}},{"input":"c","output":7}]})";
  for (const std::string& text : {plain, "```json\n" + plain + "\n```", "Here they are:\n```\n" + plain + "\n```\nMore?",
                                  " \n" + plain + "\n", "<think>{\"pairs\": []}</think>\n" + plain}) {
    const auto read = ReadPairs(text);
    ASSERT_TRUE(read.ok()) << read.message() << text;
    ASSERT_EQ(read->pairs.size(), 3u);
    EXPECT_EQ(read->pairs[0].input, " a ");
    EXPECT_EQ(read->pairs[0].output, "x");
    EXPECT_EQ(read->pairs[1].output, R"({"k":[1]})");
    EXPECT_EQ(read->pairs[2].output, "7");
    EXPECT_EQ(read->malformed, 0);
  }
}

TEST(ReadPairs, CountsWhatIsNoPairAndRefusesWhatIsNoJson) {
  const auto read = ReadPairs(
      R"({"pairs":[{"input":"a"},{"output":"x"},1,{"input":2,"output":"x"},{"input":"a","output":null},{"input":"b","output":1.5}]})");
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->pairs.empty());
  EXPECT_EQ(read->malformed, 6);
  for (const char* text : {"", "I cannot do that.", "{\"pairs\": [{\"input\": \"cut o", "```json\n```", "```", "[]", "{\"pairs\": {}}",
                           "{\"Pairs\": []}", "{\"pairs\": []} {\"pairs\": []}"}) {
    EXPECT_EQ(ReadPairs(text).code(), Code::kRefused) << text;
  }
  Json many = Json::array();
  for (int i = 0; i < 1000; ++i) many.push_back({{"input", std::to_string(i)}, {"output", "x"}});
  EXPECT_EQ(ReadPairs(WriteJson({{"pairs", many}}))->pairs.size(), kTeacherRowsPerReplyMax);
}

TEST(ReadOutputs, GoesByNumber) {
  const auto read = ReadOutputs(
      R"({"outputs":[{"number":2,"output":"b"},{"number":1,"output":"a"},{"number":3,"output":"c"},{"number":3,"output":"d"},)"
      R"({"number":4,"output":"out of range"},{"number":0,"output":"x"},{"number":"1","output":"x"},{"output":"x"},{"number":2,"output":"b"}]})",
      3);
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(*read, (std::map<std::size_t, std::string>{{1, "a"}, {2, "b"}}));
  EXPECT_FALSE(ReadOutputs("[]", 3).ok());
}

TeacherTask Task(const std::string& spec, const std::vector<Example>& examples = {}) {
  auto task = MakeTeacherTask(spec, examples, 1);
  EXPECT_TRUE(task.ok()) << task.message();
  return task.ok() ? *task : TeacherTask();
}

TEST(WhyRefused, HoldsAPairToTheContract) {
  const TeacherTask labels = Task("Say which animal speaks. Return one of: cat, cow, dog.");
  EXPECT_EQ(WhyRefused(labels, "moo", "cow"), "");
  EXPECT_EQ(WhyRefused(labels, "moo", "Cow"), "no label");
  EXPECT_EQ(WhyRefused(labels, " \n", "cow"), "empty");
  EXPECT_EQ(WhyRefused(labels, "moo", ""), "empty");
  EXPECT_EQ(WhyRefused(labels, "two\nlines\tand a tab", "cow"), "");
  for (const std::string& input : {std::string("a\x1b[2J"), std::string("a\0b", 3), std::string("a\x7f"), std::string("a\xC2\x85"),
                                   std::string("a\rb"), std::string("\xFF")}) {
    EXPECT_EQ(WhyRefused(labels, input, "cow"), "control characters");
  }
  EXPECT_EQ(WhyRefused(labels, std::string(kTeacherTextBytesMax + 1, 'x'), "cow"), "too long");
  const TeacherTask text = Task("Write the input backwards.");
  EXPECT_EQ(WhyRefused(text, "ab", "ba"), "");
  EXPECT_EQ(WhyRefused(text, "ab", "b\x07"), "control characters");
}

std::vector<Example> JsonRows(int count) {
  std::vector<Example> rows;
  for (int i = 0; i < count; ++i) rows.push_back({"row " + std::to_string(i), R"({"b":)" + std::to_string(i) + R"(,"a":"x"})", i + 1});
  return rows;
}

TEST(WhyRefused, KnowsJsonAndItsKeys) {
  std::vector<Example> rows = JsonRows(8);
  rows.push_back({"nothing", "NONE", 9});
  rows.push_back({"nothing at all", "NONE", 10});
  const TeacherTask task = Task("Take the facts out of the line, as JSON.", rows);
  EXPECT_EQ(task.json_keys, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(WhyRefused(task, "in", R"({"a": 1, "b": 2})"), "");
  EXPECT_EQ(WhyRefused(task, "in", "NONE"), "");
  EXPECT_EQ(WhyRefused(task, "in", R"({"a": 1})"), "other keys");
  EXPECT_EQ(WhyRefused(task, "in", R"([1])"), "other keys");
  EXPECT_EQ(WhyRefused(task, "in", "none"), "not JSON");
  EXPECT_EQ(WhyRefused(task, "in", "3"), "not JSON");
  EXPECT_TRUE(Task("Take the facts out of the line, as JSON.", JsonRows(3)).json_keys.empty()) << "three rows make no rule";
}

TEST(Agree, ByTheKindOfOutput) {
  const TeacherTask labels = Task("Say which animal speaks. Return one of: cat, cow, dog.");
  EXPECT_TRUE(Agree(labels, "cow", "cow"));
  EXPECT_FALSE(Agree(labels, "cow", "cow "));
  const TeacherTask json = Task("Take the facts out of the line, as JSON.", JsonRows(8));
  EXPECT_TRUE(Agree(json, R"({"a":1,"b":[2]})", R"({ "b": [2.0], "a": 1 })"));
  EXPECT_FALSE(Agree(json, R"({"a":1})", R"({"a":"1"})"));
  EXPECT_FALSE(Agree(json, R"({"a":1})", "nonsense"));
  const TeacherTask text = Task("Write the input backwards.");
  EXPECT_TRUE(Agree(text, "one  two\n three", " one two three\n"));
  EXPECT_FALSE(Agree(text, "One", "one"));
}

TEST(TeacherTask, ShowsNoRowThatWillBeHeldOut) {
  std::vector<Example> rows;
  for (int i = 0; i < 100; ++i) rows.push_back({"row " + std::to_string(i), i % 2 == 0 ? "cat" : "cow", i + 1});
  const TeacherTask task = Task("Say which animal speaks. Return one of: cat, cow.", rows);
  EXPECT_EQ(task.own.size(), 100u);
  EXPECT_EQ(task.shown.size(), 80u);
  rows.resize(30);
  EXPECT_EQ(Task("Say which animal speaks. Return one of: cat, cow.", rows).shown.size(), 30u);
}

}  // namespace
}  // namespace paw
