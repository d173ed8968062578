#include "teacher/teacher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <semaphore>
#include <set>
#include <thread>

#include "base/json.h"
#include "base/text.h"
#include "fs/memory_fs.h"
#include "spec/outputs.h"
#include "spec/spec.h"

namespace paw {
namespace {

constexpr const char* kSpec =
    "Say which animal speaks. Return one of: cat, cow, dog.\n\nInput: moo\nOutput: cow\n\nInput: woof\nOutput: dog\n";

// A server in memory. What it answers is a function of the request alone, whatever thread it comes from, unless a test says otherwise.
class FakeHttp : public Http {
 public:
  using Answer = std::function<Result<HttpReply>(const Json& request, int number)>;
  explicit FakeHttp(Answer answer) : answer_(std::move(answer)) {}

  Result<HttpReply> Send(const HttpRequest& request, const CancelFlag*) override {
    const std::scoped_lock hold(mutex_);
    auto body = ParseJson(request.body, "a request");
    EXPECT_TRUE(body.ok()) << body.message();
    EXPECT_EQ(request.url, "http://127.0.0.1:9/v1/chat/completions");
    for (const HttpHeader& header : request.headers) {
      if (header.name == "Authorization") authorization = header.value;
    }
    ++sent;
    return answer_(*body, sent);
  }

  int sent = 0;
  std::string authorization;

 private:
  Answer answer_;
  std::mutex mutex_;
};

HttpReply Reply(const std::string& content, int tokens = 100) {
  const Json body = {{"choices", {{{"message", {{"content", content}}}}}}, {"usage", {{"total_tokens", tokens}}}};
  return HttpReply{200, {}, WriteJson(body)};
}

std::string QuestionOf(const Json& request) { return request["messages"][1]["content"].get<std::string>(); }

// The number after a phrase of the question; 0 where it does not stand there.
std::int64_t NumberAfter(const std::string& text, const std::string& phrase) {
  const std::size_t at = text.find(phrase);
  return at == std::string::npos ? 0 : std::strtoll(text.c_str() + at + phrase.size(), nullptr, 10);
}

// As many pairs as asked for, all different from those of other sets.
std::string GoodPairs(const Json& request, std::int64_t more = 0) {
  const std::string question = QuestionOf(request);
  const std::int64_t set = NumberAfter(question, "set number ");
  Json pairs = Json::array();
  for (std::int64_t i = 0; i < NumberAfter(question, "Write ") + more; ++i) {
    const char* labels[] = {"cat", "cow", "dog"};
    pairs.push_back({{"input", "sound " + std::to_string(set) + "/" + std::to_string(i)}, {"output", labels[i % 3]}});
  }
  return WriteJson({{"pairs", pairs}});
}

// The check model: as the teacher, but it disagrees about every tenth input.
std::string CheckedOutputs(const Json& request) {
  Json outputs = Json::array();
  const std::string question = QuestionOf(request);
  for (const std::string_view line : SplitLines(question)) {
    const std::size_t at = line.find(". \"sound ");
    if (at == std::string_view::npos) continue;
    const int i = std::atoi(std::string(line.substr(line.rfind('/') + 1)).c_str());
    const char* labels[] = {"cat", "cow", "dog"};
    outputs.push_back({{"number", std::atoi(std::string(line).c_str())}, {"output", labels[i % 10 == 9 ? (i + 1) % 3 : i % 3]}});
  }
  return WriteJson({{"outputs", outputs}});
}

Result<HttpReply> Good(const Json& request, int) {
  return Reply(request["model"] == "checker" ? CheckedOutputs(request) : GoodPairs(request));
}

class TeacherTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.url = "http://127.0.0.1:9/v1/";
    options_.model = "teacher";
    options_.pairs = 100;
    options_.root = "/cache";
  }

  Result<TeacherReport> Ask(FakeHttp& http, const std::vector<Example>& examples = {}) {
    return AskTeacher(fs_, http, spec_, examples, options_, [this](const TeacherProgress& progress) { events_.push_back(progress); });
  }

  TeacherReport MustAsk(FakeHttp& http) {
    auto report = Ask(http);
    EXPECT_TRUE(report.ok()) << report.message();
    return report.ok() ? *std::move(report) : TeacherReport();
  }

  MemoryFs fs_;
  std::string spec_ = kSpec;
  TeacherOptions options_;
  std::vector<TeacherProgress> events_;
};

TEST_F(TeacherTest, ComesToTheNumberAskedFor) {
  FakeHttp http(Good);
  const TeacherReport report = MustAsk(http);
  ASSERT_EQ(report.pairs.size(), 100u);
  EXPECT_EQ(http.sent, 5);
  std::set<std::string> inputs;
  for (const Example& pair : report.pairs) inputs.insert(pair.input);
  EXPECT_EQ(inputs.size(), 100u);
  EXPECT_EQ(report.pairs[0].teacher, "teacher");
  EXPECT_EQ(report.pairs[99].line, 100);
  EXPECT_EQ(report.progress.tokens, 500);
  EXPECT_TRUE(report.warnings.empty());
  EXPECT_EQ(http.authorization, "");
  ASSERT_EQ(events_.size(), 5u);
  EXPECT_EQ(events_.back().kept, 100);
}

TEST_F(TeacherTest, ThePairsDoNotDependOnHowManyAreUnderWay) {
  options_.pairs = 333;
  options_.check_model = "checker";
  std::vector<std::string> digests;
  for (const int parallel : {1, 2, 4}) {
    options_.parallel = parallel;
    options_.root = "/cache" + std::to_string(parallel);
    FakeHttp http(Good);
    digests.push_back(DigestOf(MustAsk(http).pairs));
  }
  EXPECT_EQ(digests[0], digests[1]);
  EXPECT_EQ(digests[0], digests[2]);
}

TEST_F(TeacherTest, ALargerNumberGoesOnFromASmaller) {
  for (const char* check : {"", "checker"}) {
    options_.check_model = check;
    std::set<std::string> asked[2];
    std::string digests[2];
    for (int steps = 0; steps < 2; ++steps) {
      options_.root = std::string("/cache") + check + std::to_string(steps);
      FakeHttp http([&](const Json& request, int number) {
        asked[steps].insert(WriteJson(request));
        return Good(request, number);
      });
      for (const std::int64_t pairs : {3, 30, 85}) {
        options_.pairs = pairs;
        if (steps == 0) continue;
        EXPECT_EQ(MustAsk(http).pairs.size(), static_cast<std::size_t>(pairs));
      }
      options_.pairs = 200;
      digests[steps] = DigestOf(MustAsk(http).pairs);
    }
    EXPECT_EQ(digests[0], digests[1]);
    EXPECT_EQ(asked[0], asked[1]);
  }
}

TEST_F(TeacherTest, DropsWhatBreaksTheContractAndWhatIsThereAlready) {
  options_.pairs = 20;
  FakeHttp http([](const Json& request, int) {
    Json answer = *ParseJson(GoodPairs(request), "pairs");
    answer["pairs"].push_back({{"input", " MOO "}, {"output", "cow"}});      // the user's own
    answer["pairs"].push_back({{"input", "SOUND 1/0"}, {"output", "cat"}});  // twice
    answer["pairs"].push_back({{"input", "howl"}, {"output", "wolf"}});
    answer["pairs"].push_back({{"input", "\x1b[31mpurr"}, {"output", "cat"}});
    answer["pairs"].push_back({{"input", 7}, {"output", "cat"}});
    answer["pairs"].erase(answer["pairs"].begin() + 1);
    return Result<HttpReply>(Reply("```json\n" + WriteJson(answer) + "\n```"));
  });
  const TeacherReport report = MustAsk(http);
  EXPECT_EQ(report.pairs.size(), 20u);
  for (const Example& pair : report.pairs) EXPECT_TRUE(pair.input.starts_with("sound ")) << pair.input;
  EXPECT_EQ(report.progress.dropped.at("no label"), 2);
  EXPECT_EQ(report.progress.dropped.at("control characters"), 2);
  EXPECT_EQ(report.progress.dropped.at("malformed"), 2);
  EXPECT_EQ(report.progress.dropped.at("twice"), 3) << "one is new in the second set";
  EXPECT_NE(DroppedText(report.progress.dropped).find("9 dropped: "), std::string::npos);
}

TEST_F(TeacherTest, KeepsWhatBothModelsSay) {
  options_.check_model = "checker";
  options_.pairs = 60;
  FakeHttp http(Good);
  const TeacherReport report = MustAsk(http);
  EXPECT_EQ(report.pairs.size(), 60u);
  EXPECT_EQ(report.pairs[0].teacher, "teacher checked by checker");
  EXPECT_GE(report.progress.dropped.at("no agreement"), 6);
  for (const Example& pair : report.pairs) EXPECT_NE(pair.input.substr(pair.input.rfind('/') + 1), "9");
}

TEST_F(TeacherTest, InputsWithoutACheckedOutputAreNotTaken) {
  options_.check_model = "checker";
  options_.pairs = 10;
  FakeHttp http([](const Json& request, int) {
    if (request["model"] != "checker") return Result<HttpReply>(Reply(GoodPairs(request)));
    return Result<HttpReply>(Reply(R"({"outputs":[{"number":1,"output":"cat"}]})"));
  });
  const TeacherReport report = MustAsk(http);
  EXPECT_EQ(report.pairs.size(), 10u);
  EXPECT_GT(report.progress.dropped.at("not checked"), 30);
}

TEST_F(TeacherTest, UnreadableAnswersAreAskedAgainAndThenGivenUp) {
  options_.parallel = 1;
  FakeHttp http([](const Json& request, int) {
    const std::string question = QuestionOf(request);
    const bool again = question.find("could not be read") != std::string::npos;
    if (NumberAfter(question, "set number ") == 1 && !again) return Result<HttpReply>(Reply("Sure, here you go"));
    if (NumberAfter(question, "set number ") == 2) return Result<HttpReply>(HttpReply{200, {}, "<html>"});
    return Result<HttpReply>(Reply(GoodPairs(request)));
  });
  const TeacherReport report = MustAsk(http);
  EXPECT_EQ(report.pairs.size(), 100u);
  EXPECT_EQ(http.sent, 2 + 3 + 4) << "six sets: one read at the second answer, one given up after three";
}

TEST_F(TeacherTest, NothingUsableIsAnError) {
  FakeHttp http([](const Json&, int) { return Result<HttpReply>(Reply("no")); });
  const auto report = Ask(http);
  EXPECT_EQ(report.code(), Code::kFailed);
  EXPECT_NE(report.message().find("found 0 usable pairs"), std::string::npos) << report.message();
  EXPECT_NE(report.message().find("no answer could be read"), std::string::npos) << report.message();
  EXPECT_EQ(report.message().find('\n'), std::string::npos);
  EXPECT_NE(report.message().find("the replies are in /cache/teacher/"), std::string::npos) << report.message();
}

TEST_F(TeacherTest, WhatCouldNotBeReadIsAskedAfreshInTheNextRun) {
  FakeHttp garbled([](const Json& request, int) {
    return NumberAfter(QuestionOf(request), "set number ") % 2 == 0 ? Reply("no") : HttpReply{200, {}, "<html>"};
  });
  EXPECT_EQ(Ask(garbled).code(), Code::kFailed);
  FakeHttp well(Good);
  const TeacherReport report = MustAsk(well);
  EXPECT_EQ(report.pairs.size(), 100u);
  EXPECT_EQ(well.sent, 5);
  EXPECT_GT(report.progress.tokens, 500) << "those of the first run count";
  FakeHttp again(Good);
  EXPECT_EQ(DigestOf(MustAsk(again).pairs), DigestOf(report.pairs));
  EXPECT_EQ(again.sent, 0);
}

TEST_F(TeacherTest, AtTheLimitWhatWasGivenUpStaysSo) {
  options_.parallel = 1;
  options_.tokens_max = 700;
  const auto answer = [](const Json& request, int) {
    return NumberAfter(QuestionOf(request), "set number ") == 2 ? Reply("no") : Reply(GoodPairs(request));
  };
  FakeHttp http(answer);
  options_.pairs = 200;
  const TeacherReport report = MustAsk(http);
  EXPECT_EQ(http.sent, 7);
  EXPECT_EQ(report.pairs.size(), 80u);
  FakeHttp again(Good);
  EXPECT_EQ(DigestOf(MustAsk(again).pairs), DigestOf(report.pairs));
  EXPECT_EQ(again.sent, 0);
}

// What the outputs are is open in these: the specification says nothing of them.
TEST_F(TeacherTest, AMalformedOutputAmongJsonOnesIsDropped) {
  spec_ = "Take the facts out of the line.";
  FakeHttp http([](const Json& request, int) {
    Json answer = *ParseJson(GoodPairs(request), "pairs");
    for (Json& pair : answer["pairs"]) pair["output"] = {{"what", pair["input"]}};
    if (NumberAfter(QuestionOf(request), "set number ") == 3) answer["pairs"][7]["output"] = "{\"what\": oops";
    return Result<HttpReply>(Reply(WriteJson(answer)));
  });
  const TeacherReport report = MustAsk(http);
  EXPECT_EQ(report.pairs.size(), 99u);
  EXPECT_EQ(report.progress.kept, 99);
  EXPECT_EQ(report.progress.dropped.at("not JSON"), 1);
  EXPECT_EQ(report.pairs.back().line, 99);
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_NE(report.warnings[0].find("found 99 usable pairs, expected 100"), std::string::npos) << report.warnings[0];
  EXPECT_TRUE(DeduceOutputs(*ParseSpec(spec_), report.pairs).ok()) << "compile takes them";
}

TEST_F(TeacherTest, AnswersThatNoProgramCanBeMadeFromAreAnErrorHere) {
  spec_ = "Say what it is.";
  FakeHttp http([](const Json& request, int) {
    Json answer = *ParseJson(GoodPairs(request), "pairs");
    for (Json& pair : answer["pairs"]) pair["output"] = "the same";
    return Result<HttpReply>(Reply(WriteJson(answer)));
  });
  const auto report = Ask(http);
  EXPECT_EQ(report.code(), Code::kFailed);
  for (const char* part : {"the one output \"the same\" in all 100 rows", "say in the specification which outputs there are",
                           "the replies are in /cache/teacher/"}) {
    EXPECT_NE(report.message().find(part), std::string::npos) << report.message();
  }
}

TEST_F(TeacherTest, ATeacherThatRepeatsItselfIsLeft) {
  FakeHttp http([](const Json&, int) { return Result<HttpReply>(Reply(R"({"pairs":[{"input":"miaow","output":"cat"}]})")); });
  const TeacherReport report = MustAsk(http);
  EXPECT_EQ(report.pairs.size(), 1u);
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_NE(report.warnings[0].find("nothing new"), std::string::npos) << report.warnings[0];
}

TEST_F(TeacherTest, StopsAtTheTokenLimit) {
  options_.parallel = 1;
  options_.tokens_max = 250;
  FakeHttp http(Good);
  const TeacherReport report = MustAsk(http);
  EXPECT_EQ(http.sent, 3);
  EXPECT_EQ(report.pairs.size(), 60u);
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_NE(report.warnings[0].find("limit of 250 tokens"), std::string::npos) << report.warnings[0];
  FakeHttp again(Good);
  EXPECT_EQ(DigestOf(MustAsk(again).pairs), DigestOf(report.pairs));
  EXPECT_EQ(again.sent, 0) << "what was spent before counts";
  options_.tokens_max = 0;
  FakeHttp more(Good);
  EXPECT_EQ(MustAsk(more).pairs.size(), 100u);
  EXPECT_EQ(more.sent, 2) << "a higher limit goes on";
}

TEST_F(TeacherTest, WaitsAsLongAsTheServerSays) {
  options_.parallel = 1;
  options_.pairs = 20;
  FakeHttp http([](const Json& request, int number) {
    if (number == 1) return Result<HttpReply>(HttpReply{429, {{"retry-after", "17"}}, ""});
    if (number == 2) return Result<HttpReply>(HttpReply{503, {}, "busy"});
    if (number == 3) return Result<HttpReply>(Unavailable("sending: found no whole reply, expected one"));
    return Result<HttpReply>(Reply(GoodPairs(request)));
  });
  const double begin = fs_.SteadySeconds();
  EXPECT_EQ(MustAsk(http).pairs.size(), 20u);
  const double waited = fs_.SteadySeconds() - begin;
  EXPECT_GE(waited, 17 + 1 + 2);
  EXPECT_LE(waited, 17 + 2 + 4 + 1);
  ASSERT_EQ(events_.size(), 4u);
  EXPECT_NE(events_[0].note.find("again in 17 s"), std::string::npos) << events_[0].note;
}

TEST_F(TeacherTest, GivesUpAfterSomeTriesAndKeepsWhatItHas) {
  options_.parallel = 1;
  FakeHttp http([](const Json& request, int number) {
    return number < 3 ? Result<HttpReply>(Reply(GoodPairs(request))) : Result<HttpReply>(HttpReply{500, {}, "down"});
  });
  const auto report = Ask(http);
  EXPECT_EQ(report.code(), Code::kUnavailable) << report.message();
  EXPECT_EQ(http.sent, 2 + 5);
  FakeHttp well(Good);
  EXPECT_EQ(MustAsk(well).pairs.size(), 100u);
  EXPECT_EQ(well.sent, 3);
}

TEST_F(TeacherTest, OtherStatusesAreErrorsAtOnceAndHideTheKey) {
  options_.key = "a-very-secret-key";
  for (const int status : {301, 400, 401, 404}) {
    FakeHttp http([status](const Json&, int) {
      return Result<HttpReply>(HttpReply{status, {}, R"({"error":{"message":"bad key a-very-secret-key\u001b[2J"}})"});
    });
    options_.parallel = 1;
    const auto report = Ask(http);
    EXPECT_EQ(report.code(), Code::kFailed) << report.message();
    EXPECT_EQ(http.sent, 1);
    EXPECT_EQ(http.authorization, "Bearer a-very-secret-key");
    EXPECT_EQ(report.message().find("a-very-secret-key"), std::string::npos);
    EXPECT_EQ(report.message().find('\x1b'), std::string::npos);
  }
  FakeHttp slow([](const Json&, int) { return Result<HttpReply>(HttpReply{429, {{"retry-after", "86400"}}, ""}); });
  EXPECT_EQ(Ask(slow).code(), Code::kUnavailable);
}

TEST_F(TeacherTest, AServerThatGivesTheKeyBackDoesNotGetItStored) {
  options_.key = "a-very-secret-key";
  options_.pairs = 5;
  FakeHttp http(
      [](const Json&, int) { return Result<HttpReply>(Reply(R"({"pairs":[{"input":"purr a-very-secret-key","output":"cat"}]})")); });
  const TeacherReport report = MustAsk(http);
  EXPECT_EQ(report.pairs.front().input, "purr (key)");
  EXPECT_EQ(fs_.ReadText(report.journal, 1 << 20)->find("a-very-secret-key"), std::string::npos);
}

TEST_F(TeacherTest, AKeyEscapedInsideTheAnswerIsNotStoredEither) {
  options_.key = "a-very-secret-key";
  options_.pairs = 5;
  FakeHttp http([](const Json&, int) {
    return Result<HttpReply>(Reply(R"({"pairs":[{"input":"purr \u0061-very\u002dsecret-key","output":"cat"}]})"));
  });
  const TeacherReport report = MustAsk(http);
  EXPECT_EQ(report.pairs.front().input, "purr (key)");
  EXPECT_EQ(fs_.ReadText(report.journal, 1 << 20)->find("secret"), std::string::npos);
}

// Its waits take real time too, so that others come to their turn.
class UnhurriedFs : public MemoryFs {
 public:
  void SleepSeconds(double seconds) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    MemoryFs::SleepSeconds(seconds);
  }
};

// Set 1 is refused, as soon as set 2 has been asked and found the server busy.
class OneRefusedOneBusy : public Http {
 public:
  Result<HttpReply> Send(const HttpRequest& request, const CancelFlag*) override {
    if (request.body.find("set number 1.") != std::string::npos) {
      asked_.acquire();
      return HttpReply{401, {}, "no"};
    }
    if (++busy == 1) asked_.release();
    return HttpReply{503, {{"retry-after", "100"}}, "busy"};
  }
  std::atomic<int> busy{0};

 private:
  std::binary_semaphore asked_{0};
};

TEST_F(TeacherTest, AfterAnErrorTheOthersWaitNoLonger) {
  UnhurriedFs fs;
  options_.pairs = 40;
  options_.parallel = 2;
  OneRefusedOneBusy http;
  const auto report = AskTeacher(fs, http, kSpec, {}, options_, {});
  EXPECT_NE(report.message().find("status 401"), std::string::npos) << report.message();
  EXPECT_EQ(http.busy, 1) << "the first try was under way already";
}

TEST_F(TeacherTest, GoesOnFromItsJournalWhereverItWasCut) {
  options_.check_model = "checker";
  options_.parallel = 1;
  FakeHttp whole(Good);
  const TeacherReport report = MustAsk(whole);
  const std::string text = *fs_.ReadText(report.journal, 1 << 20);
  const auto lines = static_cast<int>(CountOf(text, "\n"));
  EXPECT_EQ(lines, whole.sent);
  for (const std::size_t cut : {std::size_t{0}, std::size_t{10}, text.find('\n') + 1, text.size() / 2, text.size() - 1, text.size()}) {
    ASSERT_TRUE(fs_.PublishFile(report.journal, std::string_view(text).substr(0, cut)).ok());
    FakeHttp rest(Good);
    EXPECT_EQ(DigestOf(MustAsk(rest).pairs), DigestOf(report.pairs)) << cut;
    EXPECT_EQ(rest.sent, lines - static_cast<int>(CountOf(text.substr(0, cut), "\n"))) << cut;
    EXPECT_EQ(*fs_.ReadText(report.journal, 1 << 20), text) << cut;
  }
}

TEST_F(TeacherTest, ADamagedJournalIsRefusedWithItsLine) {
  FakeHttp http(Good);
  const TeacherReport report = MustAsk(http);
  const std::string text = *fs_.ReadText(report.journal, 1 << 20);
  for (const std::string& damage :
       {std::string("{}\n"), std::string("nonsense\n"), std::string(R"({"batch":0,"step":"dance","tokens":1,"text":""})") + "\n",
        std::string(R"({"batch":0,"step":"pairs","tokens":-1,"text":""})") + "\n"}) {
    ASSERT_TRUE(fs_.PublishFile(report.journal, text + damage).ok());
    const auto refused = Ask(http);
    EXPECT_EQ(refused.code(), Code::kRefused) << damage;
    EXPECT_NE(refused.message().find("line 6"), std::string::npos) << refused.message();
  }
}

TEST_F(TeacherTest, OtherQuestionsHaveAnotherJournal) {
  FakeHttp http(Good);
  std::set<std::string> journals = {MustAsk(http).journal};
  options_.seed = 2;
  journals.insert(MustAsk(http).journal);
  options_.model = "other";
  journals.insert(MustAsk(http).journal);
  options_.check_model = "checker";
  journals.insert(MustAsk(http).journal);
  auto more = Ask(http, {{"hiss", "cat", 1}});
  ASSERT_TRUE(more.ok());
  journals.insert(more->journal);
  EXPECT_EQ(journals.size(), 5u);
  options_.pairs = 120;  // more of the same
  EXPECT_EQ(Ask(http, {{"hiss", "cat", 1}})->journal, more->journal);
}

TEST_F(TeacherTest, TwoCompilesDoNotAskTheSameAtOnce) {
  FakeHttp http(Good);
  const std::string journal = MustAsk(http).journal;
  const auto held = fs_.TryLock(journal + ".lock", LockMode::kExclusive);
  ASSERT_TRUE(held.ok() && *held != nullptr);
  EXPECT_EQ(Ask(http).code(), Code::kUnavailable);
}

TEST_F(TeacherTest, CanBeCancelled) {
  CancelFlag cancel;
  options_.cancel = &cancel;
  FakeHttp http([&cancel](const Json&, int number) {
    if (number == 2) cancel.Cancel();
    return Result<HttpReply>(HttpReply{500, {}, ""});
  });
  options_.parallel = 1;
  EXPECT_EQ(Ask(http).code(), Code::kInterrupted);
  EXPECT_EQ(http.sent, 2);
}

TEST_F(TeacherTest, WrongOptionsAreUsage) {
  FakeHttp http(Good);
  const auto refused = [&](auto change) {
    const TeacherOptions before = options_;
    change(options_);
    const Code code = Ask(http).code();
    options_ = before;
    return code == Code::kUsage;
  };
  EXPECT_TRUE(refused([](TeacherOptions& o) { o.url = "ftp://x/"; }));
  EXPECT_TRUE(refused([](TeacherOptions& o) { o.url = "http://127.0.0.1/v1?key=x"; }));
  EXPECT_TRUE(refused([](TeacherOptions& o) { o.model = ""; }));
  EXPECT_TRUE(refused([](TeacherOptions& o) { o.pairs = 0; }));
  EXPECT_TRUE(refused([](TeacherOptions& o) { o.parallel = 100; }));
  EXPECT_TRUE(refused([](TeacherOptions& o) { o.tokens_max = -1; }));
  EXPECT_EQ(http.sent, 0);
}

TEST_F(TeacherTest, TheQuestionHoldsWhatAnAnswerNeeds) {
  std::set<std::string> questions;
  FakeHttp http([&questions](const Json& request, int) {
    const std::string question = QuestionOf(request);
    questions.insert(question);
    for (const char* part : {"Say which animal speaks.", "\"cat\", \"cow\", \"dog\"", "\"moo\"", "{\"pairs\": ["}) {
      EXPECT_NE(question.find(part), std::string::npos) << question;
    }
    return Good(request, 0);
  });
  EXPECT_EQ(MustAsk(http).pairs.size(), 100u);
  EXPECT_EQ(questions.size(), 5u) << "no two alike";
}

}  // namespace
}  // namespace paw
