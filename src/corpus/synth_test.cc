#include "corpus/synth.h"

#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "fs/memory_fs.h"

namespace paw {
namespace {

std::string QuestionOf(const Json& request) { return request["messages"][1]["content"].get<std::string>(); }

enum class Stage { kSpecs, kPairs, kOutputs };
Stage StageOf(const Json& request) {
  const std::string question = QuestionOf(request);
  if (question.find("Write specifications") != std::string::npos) return Stage::kSpecs;
  return question.find("new pairs") != std::string::npos ? Stage::kPairs : Stage::kOutputs;
}

// What stands between two phrases of a text.
std::string Between(const std::string& text, const std::string& before, const std::string& after) {
  const std::size_t at = text.find(before);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + before.size();
  return text.substr(begin, text.find(after, begin) - begin);
}

// Eight specs about colours that are unlike those of other sets.
Json Specs(const Json& request) {
  const std::string question = QuestionOf(request);
  const std::string set = Between(question, "set number ", ".");
  Json specs = Json::array();
  for (int i = 0; i < 8; ++i) {
    const std::string name = set + "-" + std::to_string(i);
    Json spec = {{"wording", "Colours of list " + name + ". Return one of: red, blue."},
                 {"difficulty", "easy"},
                 {"output", "label"},
                 {"labels", {"red", "blue"}}};
    if (question.find("\"examples\"") != std::string::npos) {
      spec["examples"] = {{{"input", "red shown " + name}, {"output", "red"}}, {{"input", "blue shown " + name}, {"output", "blue"}}};
    }
    specs.push_back(spec);
  }
  return {{"specs", specs}};
}

Json Pairs(const Json& request, int count = 8) {
  const std::string name = Between(QuestionOf(request), "Colours of list ", ".");
  Json pairs = Json::array();
  for (int i = 0; i < count; ++i) {
    const char* colour = i % 2 == 0 ? "red" : "blue";
    pairs.push_back({{"input", std::string(colour) + " thing " + name + "/" + std::to_string(i)}, {"output", colour}});
  }
  return {{"pairs", pairs}};
}

// The colour that an input begins with; `wrong` says of which pair another.
Json Outputs(const Json& request, const std::function<bool(int)>& wrong = {}) {
  Json outputs = Json::array();
  const std::string question = QuestionOf(request);
  int i = 0;
  for (const std::string_view line : SplitLines(question)) {
    const std::size_t at = line.find(". \"");
    if (at > 2) continue;  // npos too
    std::string output = LowerAscii(line.substr(at + 3, line.find(' ', at + 3) - at - 3));
    if (wrong && wrong(i)) output = "green";
    outputs.push_back({{"number", ++i}, {"output", output}});
  }
  return {{"outputs", outputs}};
}

Json Good(const Json& request) {
  const Stage stage = StageOf(request);
  return stage == Stage::kSpecs ? Specs(request) : stage == Stage::kPairs ? Pairs(request) : Outputs(request);
}

// A server in memory; what it answers is a function of the request alone, unless a test says otherwise.
class FakeAsker : public Http {
 public:
  using Answer = std::function<std::string(const Json& request)>;
  explicit FakeAsker(Answer answer = [](const Json& request) { return WriteJson(Good(request)); }) : answer_(std::move(answer)) {}

  Result<HttpReply> Send(const HttpRequest& request, const CancelFlag*) override {
    const std::scoped_lock hold(mutex_);
    const Json body = *ParseJson(request.body, "a request");
    ++sent[StageOf(body)];
    models.insert(body["model"].get<std::string>());
    if (status != 200) return HttpReply{status, {}, "no"};
    const Json reply = {{"choices", {{{"message", {{"content", answer_(body)}}}}}}, {"usage", {{"total_tokens", 100}}}};
    return HttpReply{200, {}, WriteJson(reply)};
  }
  int total() { return sent[Stage::kSpecs] + sent[Stage::kPairs] + sent[Stage::kOutputs]; }

  std::map<Stage, int> sent;
  std::set<std::string> models;
  int status = 200;

 private:
  Answer answer_;
  std::mutex mutex_;
};

class SynthTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.teacher.url = "http://127.0.0.1:9/v1";
    options_.teacher.model = "writer";
    options_.teacher.pairs = 8;
    options_.teacher.root = "/cache";
    options_.specs = 40;
  }

  Result<SynthReport> Ask(FakeAsker& asker) {
    return Synthesise(fs_, asker, options_, [this](const SynthEvent& event) { taken_ += event.row != nullptr ? 1 : 0; });
  }
  SynthReport MustAsk(FakeAsker& asker) {
    auto report = Ask(asker);
    EXPECT_TRUE(report.ok()) << report.message();
    return report.ok() ? *std::move(report) : SynthReport();
  }
  static std::vector<std::string> LinesOf(const SynthReport& report) {
    std::vector<std::string> lines;
    for (const SynthRow& row : report.rows) lines.push_back(row.line);
    return lines;
  }
  std::string JournalText(const SynthReport& report) { return *fs_.ReadText(report.journal, 1 << 24); }

  MemoryFs fs_;
  SynthOptions options_;
  int taken_ = 0;
};

TEST_F(SynthTest, ComesToTheNumberAskedFor) {
  FakeAsker asker;
  const SynthReport report = MustAsk(asker);
  ASSERT_EQ(report.rows.size(), 40u);
  EXPECT_EQ(taken_, 40);
  EXPECT_EQ(asker.sent[Stage::kSpecs], 5);
  EXPECT_EQ(asker.sent[Stage::kPairs], 40);
  EXPECT_EQ(asker.sent[Stage::kOutputs], 40);
  EXPECT_EQ(asker.models, std::set<std::string>{"writer"}) << "the same model is asked again";
  EXPECT_EQ(report.progress.pairs, 320);
  EXPECT_EQ(report.progress.tokens, 8500);
  EXPECT_TRUE(report.warnings.empty());
  int with_examples = 0;
  for (const SynthRow& row : report.rows) with_examples += ParseJson(row.line, "")->at("examples").get<int>() > 0 ? 1 : 0;
  EXPECT_TRUE(with_examples == 16 || with_examples == 24) << with_examples << " of five calls two or three";
}

TEST_F(SynthTest, TheCorpusDoesNotDependOnHowManyAreUnderWay) {
  std::set<std::vector<std::string>> all;
  for (const int parallel : {1, 2, 4}) {
    options_.teacher.parallel = parallel;
    options_.teacher.root = "/cache" + std::to_string(parallel);
    FakeAsker asker;
    all.insert(LinesOf(MustAsk(asker)));
  }
  EXPECT_EQ(all.size(), 1u);
}

TEST_F(SynthTest, ALargerNumberGoesOnFromASmaller) {
  FakeAsker few;
  options_.specs = 13;
  const std::vector<std::string> some = LinesOf(MustAsk(few));
  options_.specs = 300;  // more than a round of thirty calls
  FakeAsker more;
  const SynthReport report = MustAsk(more);
  const std::vector<std::string> all = LinesOf(report);
  EXPECT_EQ(std::vector<std::string>(all.begin(), all.begin() + 13), some);
  EXPECT_EQ(few.total() + more.total(), 38 + 600);
  FakeAsker nobody;
  EXPECT_EQ(LinesOf(MustAsk(nobody)), all);
  EXPECT_EQ(nobody.total(), 0);
  std::set<std::string> themes;
  for (const SynthRow& row : report.rows) themes.insert(row.theme);
  EXPECT_EQ(themes.size(), 30u);
}

TEST_F(SynthTest, GoesOnFromItsJournalWhereverItWasCut) {
  options_.teacher.parallel = 1;
  options_.specs = 10;
  FakeAsker whole;
  const SynthReport report = MustAsk(whole);
  const std::string text = JournalText(report);
  const auto lines = static_cast<int>(CountOf(text, "\n"));
  EXPECT_EQ(lines, whole.total());
  for (const std::size_t cut : {std::size_t{0}, std::size_t{10}, text.find('\n') + 1, text.size() / 2, text.size() - 1, text.size()}) {
    ASSERT_TRUE(fs_.PublishFile(report.journal, std::string_view(text).substr(0, cut)).ok());
    FakeAsker rest;
    EXPECT_EQ(LinesOf(MustAsk(rest)), LinesOf(report)) << cut;
    EXPECT_EQ(rest.total(), lines - static_cast<int>(CountOf(text.substr(0, cut), "\n"))) << cut;
    EXPECT_EQ(JournalText(report), text) << cut;
  }
}

TEST_F(SynthTest, KeepsWhatBothModelsSay) {
  options_.teacher.check_model = "checker";
  FakeAsker asker([](const Json& request) {
    if (StageOf(request) != Stage::kOutputs) return WriteJson(Good(request));
    EXPECT_EQ(request["model"], "checker");
    const std::string inputs = Between(QuestionOf(request), "Inputs, each as a JSON string:\n", "\n\nForm of the answer");
    EXPECT_EQ(CountOf(inputs, "\""), 2 * 8u) << "each input and nothing beside it: " << inputs;
    EXPECT_TRUE(inputs.ends_with('"')) << inputs;
    return WriteJson(Outputs(request, [](int i) { return i >= 6; }));
  });
  const SynthReport report = MustAsk(asker);
  ASSERT_EQ(report.rows.size(), 40u);
  EXPECT_EQ(report.progress.pairs, 240);
  EXPECT_EQ(report.progress.dropped_pairs.at("no agreement"), 80);
}

TEST_F(SynthTest, SpecsWithFewAgreedPairsAreDropped) {
  FakeAsker asker([](const Json& request) {
    if (StageOf(request) != Stage::kOutputs) return WriteJson(Good(request));
    const bool odd = QuestionOf(request).find("-1.") != std::string::npos;  // one spec of eight
    return WriteJson(Outputs(request, [odd](int i) { return odd && i >= 3; }));
  });
  const SynthReport report = MustAsk(asker);
  EXPECT_EQ(report.rows.size(), 40u);
  EXPECT_EQ(report.progress.dropped_specs.at("too few pairs agreed on"), 6);
  for (const SynthRow& row : report.rows) EXPECT_EQ(row.line.find("-1. "), std::string::npos);
}

TEST_F(SynthTest, UncheckedPairsAreNotKept) {
  FakeAsker asker([](const Json& request) {
    Json answer = Good(request);
    if (answer.contains("outputs")) answer["outputs"].erase(2);
    return WriteJson(answer);
  });
  const SynthReport report = MustAsk(asker);
  EXPECT_EQ(report.progress.pairs, 40 * 7);
  EXPECT_EQ(report.progress.dropped_pairs.at("not checked"), 40);
}

TEST_F(SynthTest, PairsAreHeldToTheSpec) {
  FakeAsker asker([](const Json& request) {
    if (StageOf(request) != Stage::kPairs) return WriteJson(Good(request));
    const std::string name = Between(QuestionOf(request), "Colours of list ", ".");
    Json pairs = Pairs(request, 12)["pairs"];
    pairs[0]["output"] = "green";                                                          // no label
    pairs[1].erase("output");                                                              // malformed
    pairs[2]["input"] = "  RED thing " + name + "/4";                                      // twice: as the fourth
    pairs.insert(pairs.begin(), Json{{"input", "red shown " + name}, {"output", "red"}});  // shown in half of the specs
    return WriteJson({{"pairs", pairs}});
  });
  options_.specs = 16;
  const SynthReport report = MustAsk(asker);
  EXPECT_EQ(report.progress.dropped_pairs.at("no label"), 16);
  EXPECT_EQ(report.progress.dropped_pairs.at("malformed"), 16);
  EXPECT_EQ(report.progress.dropped_pairs.at("twice"), 16 + 8);
  for (const SynthRow& row : report.rows) EXPECT_EQ(row.pairs, 8u) << "no more than asked for";
}

// Longer than what the trainer takes: not even checked.
TEST_F(SynthTest, LongPairsAreDropped) {
  FakeAsker asker([](const Json& request) {
    if (StageOf(request) == Stage::kOutputs) {
      EXPECT_EQ(QuestionOf(request).find("xxx"), std::string::npos);
    }
    if (StageOf(request) != Stage::kPairs) return WriteJson(Good(request));
    Json pairs = Pairs(request, 9);
    for (const int i : {0, 1}) {
      std::string& input = pairs["pairs"][i]["input"].get_ref<std::string&>();
      const std::size_t room = kSynthPairBytesMax - input.size() - pairs["pairs"][i]["output"].get<std::string>().size();
      input += i == 0 ? std::string(room + 1, 'x') : std::string(room, 'y');
    }
    return WriteJson(pairs);
  });
  const SynthReport report = MustAsk(asker);
  EXPECT_EQ(report.progress.dropped_pairs.at("too long"), 40);
  EXPECT_EQ(report.progress.pairs, 320) << "one byte less is not too long";
}

// The same specs, but for their outputs: no labels.
Json SpecsOf(const Json& request, const std::string& kind) {
  Json specs = Specs(request);
  for (Json& spec : specs["specs"]) {
    spec["wording"] = "Colours of list " + Between(spec["wording"].get<std::string>(), "Colours of list ", ".") + ". Say which it is.";
    spec["output"] = kind;
    spec["labels"] = Json::array();
    if (!spec.contains("examples")) continue;
    for (Json& example : spec["examples"]) {
      if (kind == "json") example["output"] = {{"colour", example["output"]}};
    }
  }
  return specs;
}

TEST_F(SynthTest, JsonIsComparedByValue) {
  FakeAsker asker([](const Json& request) {
    if (StageOf(request) == Stage::kSpecs) return WriteJson(SpecsOf(request, "json"));
    Json answer = Good(request);
    const bool first = StageOf(request) == Stage::kPairs;
    int i = 0;
    for (Json& one : answer[first ? "pairs" : "outputs"]) {
      const std::string colour = one["output"].get<std::string>();
      // The same object in another order and as a text; the last two are another value, and no object at all.
      one["output"] = first ? Json{{"colour", colour}, {"n", 1}} : Json(R"({"n": 1, "colour": ")" + colour + "\"}");
      if (!first && i == 6) one["output"] = {{"colour", colour}, {"n", 2}};
      if (first && i == 7) one["output"] = colour;
      ++i;
    }
    return WriteJson(answer);
  });
  options_.specs = 16;
  const SynthReport report = MustAsk(asker);
  ASSERT_EQ(report.rows.size(), 16u);
  EXPECT_EQ(report.progress.dropped_pairs.at("not JSON"), 16);
  EXPECT_EQ(report.progress.dropped_pairs.at("no agreement"), 16);
  for (const SynthRow& row : report.rows) {
    const Json json = *ParseJson(row.line, "a row");
    EXPECT_EQ(json["kind"], "json");
    EXPECT_TRUE(json["labels"].is_null());
    ASSERT_EQ(json["pairs"].size(), 6u);
    EXPECT_EQ(json["pairs"][1][1], R"({"colour":"blue","n":1})");
  }
}

TEST_F(SynthTest, TextIsComparedButForWhiteSpace) {
  FakeAsker asker([](const Json& request) {
    if (StageOf(request) == Stage::kSpecs) return WriteJson(SpecsOf(request, "text"));
    Json answer = Good(request);
    const bool first = StageOf(request) == Stage::kPairs;
    int i = 0;
    for (Json& one : answer[first ? "pairs" : "outputs"]) {
      const std::string colour = one["output"].get<std::string>();
      one["output"] = first ? "the  " + colour + "\none" : "the " + colour + " one ";
      if (!first && i == 5) one["output"] = "The " + colour + " one";
      ++i;
    }
    return WriteJson(answer);
  });
  options_.specs = 16;
  const SynthReport report = MustAsk(asker);
  ASSERT_EQ(report.rows.size(), 16u);
  EXPECT_EQ(report.progress.dropped_pairs.at("no agreement"), 16) << "another letter is another text";
  for (const SynthRow& row : report.rows) {
    const Json json = *ParseJson(row.line, "a row");
    EXPECT_EQ(json["kind"], "text");
    ASSERT_EQ(json["pairs"].size(), 7u);
    EXPECT_EQ(json["pairs"][1][1], "the  blue\none") << "as it was first given";
  }
}

TEST_F(SynthTest, TooFewPairsAreNotEvenChecked) {
  FakeAsker asker([](const Json& request) { return WriteJson(StageOf(request) == Stage::kPairs ? Pairs(request, 3) : Good(request)); });
  const auto report = Ask(asker);
  EXPECT_EQ(report.code(), Code::kFailed);
  EXPECT_NE(report.message().find("found 0 usable specs"), std::string::npos) << report.message();
  EXPECT_NE(report.message().find("too few pairs"), std::string::npos) << report.message();
  EXPECT_EQ(asker.sent[Stage::kOutputs], 0);
}

TEST_F(SynthTest, SpecsThatComeAgainAreDropped) {
  FakeAsker asker([](const Json& request) {
    Json answer = Good(request);
    if (StageOf(request) != Stage::kSpecs) return WriteJson(answer);
    answer["specs"][3]["wording"] = "colours of LIST zero; return one of red blue";  // one in each call
    answer["specs"][4] = answer["specs"][5];
    return WriteJson(answer);
  });
  const SynthReport report = MustAsk(asker);
  std::set<std::string> wordings;
  for (const SynthRow& row : report.rows) wordings.insert(ParseJson(row.line, "")->at("wording").get<std::string>());
  EXPECT_EQ(wordings.size(), 40u);
  EXPECT_EQ(report.progress.dropped_specs.at("twice"), 2 * report.progress.calls - 1);
}

TEST_F(SynthTest, AnInputIsInOneSplit) {
  FakeAsker asker([](const Json& request) {
    if (StageOf(request) != Stage::kPairs) return WriteJson(Good(request));
    Json pairs = Pairs(request, 7);
    pairs["pairs"].push_back({{"input", "red for all"}, {"output", "red"}});
    return WriteJson(pairs);
  });
  options_.specs = 300;
  const SynthReport report = MustAsk(asker);
  std::map<std::string, std::set<std::string>> splits;
  std::set<std::string> seen;
  for (const SynthRow& row : report.rows) {
    seen.insert(row.split);
    const Json json = *ParseJson(row.line, "");
    for (const Json& pair : json["pairs"]) splits[pair[0].get<std::string>()].insert(row.split);
  }
  EXPECT_EQ(seen.size(), 4u);
  for (const auto& [input, owners] : splits) EXPECT_EQ(owners.size(), 1u) << input;
  EXPECT_GT(report.progress.dropped_pairs.at("of another split"), 10);
}

TEST_F(SynthTest, AnAskerThatTalksNonsenseIsLeft) {
  FakeAsker asker([](const Json&) { return "I would rather not."; });
  const auto report = Ask(asker);
  EXPECT_EQ(report.code(), Code::kFailed);
  EXPECT_NE(report.message().find("no answer could be read"), std::string::npos) << report.message();
  EXPECT_NE(report.message().find("/cache/teacher/"), std::string::npos) << report.message();
  EXPECT_EQ(report.message().find('\n'), std::string::npos);
  EXPECT_EQ(asker.total(), 3 * 12);
  FakeAsker good;
  EXPECT_EQ(MustAsk(good).rows.size(), 40u) << "garbage once is not for ever";
}

// Answers to one kind of question only: what there is before is the corpus, and the rest is not paid for.
TEST_F(SynthTest, AnAskerThatBecomesUnreadableIsLeft) {
  int pairs_read = 0;
  FakeAsker asker([&](const Json& request) {
    if (StageOf(request) != Stage::kPairs) return WriteJson(Good(request));
    return ++pairs_read <= 5 ? WriteJson(Good(request)) : "I would rather not.";
  });
  options_.teacher.parallel = 1;
  options_.specs = 1000;
  const SynthReport report = MustAsk(asker);
  EXPECT_EQ(report.rows.size(), 5u);
  EXPECT_EQ(asker.sent[Stage::kSpecs], 4);
  EXPECT_EQ(asker.sent[Stage::kPairs], 5 + 27 * 3);
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_NE(report.warnings[0].find("27 questions were given up, no answer could be read ("), std::string::npos) << report.warnings[0];
  FakeAsker good;
  options_.specs = 40;
  EXPECT_EQ(MustAsk(good).rows.size(), 40u) << "garbage once is not for ever";
}

TEST_F(SynthTest, StopsAtTheTokenLimit) {
  options_.teacher.parallel = 1;
  options_.teacher.tokens_max = 2000;
  FakeAsker asker;
  const SynthReport report = MustAsk(asker);
  EXPECT_EQ(asker.total(), 20);
  EXPECT_EQ(report.rows.size(), 8u) << "four calls, eight specs with two requests each";
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_NE(report.warnings[0].find("the limit of 2000 tokens is reached"), std::string::npos) << report.warnings[0];
  FakeAsker nobody;
  EXPECT_EQ(LinesOf(MustAsk(nobody)), LinesOf(report));
  EXPECT_EQ(nobody.total(), 0);
  options_.teacher.tokens_max = 0;
  FakeAsker rest;
  EXPECT_EQ(MustAsk(rest).rows.size(), 40u);
  EXPECT_EQ(rest.total(), 85 - 20);
}

TEST_F(SynthTest, AServerThatDiesCostsNothing) {
  options_.teacher.parallel = 1;
  FakeAsker dying([&](const Json& request) {
    if (dying.total() == 30) dying.status = 401;
    return WriteJson(Good(request));
  });
  const auto report = Ask(dying);
  EXPECT_EQ(report.code(), Code::kFailed);
  EXPECT_NE(report.message().find("status 401"), std::string::npos) << report.message();
  EXPECT_NE(report.message().find("every reply before is kept, and the same command goes on from there"), std::string::npos);
  FakeAsker rest;
  EXPECT_EQ(MustAsk(rest).rows.size(), 40u);
  EXPECT_EQ(rest.total(), 85 - 30);
}

TEST_F(SynthTest, ErrorsComeBack) {
  FakeAsker asker;
  asker.status = 401;
  EXPECT_NE(Ask(asker).message().find("status 401"), std::string::npos);
  EXPECT_EQ(Ask(asker).message().find("is kept"), std::string::npos) << "there was none";
  CancelFlag cancel;
  cancel.Cancel();
  options_.teacher.cancel = &cancel;
  EXPECT_EQ(Ask(asker).code(), Code::kInterrupted);
  options_.teacher.cancel = nullptr;
  const auto refused = [&](auto change) {
    const SynthOptions before = options_;
    change(options_);
    const Code code = Ask(asker).code();
    options_ = before;
    return code == Code::kUsage;
  };
  EXPECT_TRUE(refused([](SynthOptions& o) { o.specs = 0; }));
  EXPECT_TRUE(refused([](SynthOptions& o) { o.teacher.pairs = 3; }));
  EXPECT_TRUE(refused([](SynthOptions& o) { o.teacher.pairs = 101; }));
  EXPECT_TRUE(refused([](SynthOptions& o) { o.teacher.model = ""; }));
  EXPECT_TRUE(refused([](SynthOptions& o) { o.areas = {"cookery"}; }));
  EXPECT_TRUE(refused([](SynthOptions& o) { o.teacher.url = "ftp://x/"; }));
}

TEST_F(SynthTest, SettingsAreWhatDecidesTheCorpus) {
  FakeAsker asker;
  options_.areas = {"repair", "core", "core"};
  const auto settings = SynthSettings(fs_, asker, options_);
  ASSERT_TRUE(settings.ok()) << settings.message();
  EXPECT_EQ(settings->at("url"), "http://127.0.0.1:9/v1/chat/completions");
  EXPECT_EQ(settings->at("areas"), Json::parse(R"(["core", "repair"])"));
  const auto same = [&](auto change) {
    SynthOptions other = options_;
    change(other);
    const auto changed = SynthSettings(fs_, asker, other);
    return changed.ok() && *changed == *settings;
  };
  EXPECT_TRUE(same([](SynthOptions& o) { o.areas = {"core", "repair"}; }));
  EXPECT_TRUE(same([](SynthOptions& o) { o.specs = 7; }));
  EXPECT_TRUE(same([](SynthOptions& o) { o.teacher.key = "another"; }));
  EXPECT_TRUE(same([](SynthOptions& o) { o.teacher.url += "/"; }));
  EXPECT_FALSE(same([](SynthOptions& o) { o.areas = {}; }));
  EXPECT_FALSE(same([](SynthOptions& o) { o.teacher.url = "http://127.0.0.1:8/v1"; }));
  EXPECT_FALSE(same([](SynthOptions& o) { o.teacher.model = "other"; }));
  EXPECT_FALSE(same([](SynthOptions& o) { o.teacher.check_model = "other"; }));
  EXPECT_FALSE(same([](SynthOptions& o) { o.teacher.pairs = 9; }));
  EXPECT_FALSE(same([](SynthOptions& o) { o.teacher.seed = 9; }));
  EXPECT_EQ(asker.total(), 0);
}

}  // namespace
}  // namespace paw
