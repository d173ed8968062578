#include "corpus/synth_spec.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text.h"
#include "corpus/spec_question.h"
#include "corpus/synth_digest.h"

namespace paw {
namespace {

Json GoodSpec() {
  return {{"wording", "Name the colour that is meant. Return one of: red, blue."},
          {"difficulty", "easy"},
          {"output", "label"},
          {"labels", {"red", "blue"}},
          {"examples", {{{"input", "like blood"}, {"output", "red"}}, {{"input", "like the sky"}, {"output", "blue"}}}}};
}

std::string AnswerOf(const Json& entry) { return WriteJson({{"specs", Json::array({entry})}}); }

SynthSpec MustRead(const Json& entry, bool with_examples = true) {
  const auto read = ReadSpecs(AnswerOf(entry), with_examples);
  EXPECT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read.ok() ? read->specs.size() : 0, 1u);
  SynthSpec spec = read.ok() && !read->specs.empty() ? read->specs.front() : SynthSpec();
  spec.theme = AllThemes().front();
  spec.style = "terse";
  return spec;
}

TEST(ReadSpecs, ReadsWhatWasAskedFor) {
  const SynthSpec spec = MustRead(GoodSpec());
  EXPECT_EQ(spec.kind, OutputKind::kLabel);
  EXPECT_EQ(spec.labels, (std::vector<std::string>{"red", "blue"}));
  EXPECT_EQ(spec.examples.size(), 2u);
  EXPECT_EQ(WhySpecRefused(spec), "");
  EXPECT_EQ(
      SpecText(spec),
      "Name the colour that is meant. Return one of: red, blue.\n\nInput: like blood\nOutput: red\n\nInput: like the sky\nOutput: blue");
  EXPECT_TRUE(MustRead(GoodSpec(), false).examples.empty()) << "not asked for";
}

TEST(ReadSpecs, GarbageIsRefusedInOneLine) {
  for (const char* text : {"", "no", "{}", "[]", R"({"specs": 3})", R"({"specs": [})", R"({"pairs": []})"}) {
    const auto read = ReadSpecs(text, false);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.code(), Code::kRefused) << text;
    EXPECT_EQ(read.message().find('\n'), std::string::npos);
  }
  EXPECT_EQ(ReadSpecs("Here:\n```json\n" + AnswerOf(GoodSpec()) + "\n```", true)->specs.size(), 1u);
}

TEST(ReadSpecs, EntriesThatAreNoSpecAreCounted) {
  const auto malformed = [](auto change) {
    Json entry = GoodSpec();
    change(entry);
    const auto read = ReadSpecs(AnswerOf(entry), true);
    return read.ok() && read->specs.empty() && read->malformed == 1;
  };
  for (const char* key : {"wording", "difficulty", "output", "labels", "examples"}) {
    EXPECT_TRUE(malformed([key](Json& entry) { entry.erase(key); })) << key;
    EXPECT_TRUE(malformed([key](Json& entry) { entry[key] = 7; })) << key;
  }
  EXPECT_TRUE(malformed([](Json& entry) { entry["difficulty"] = "heroic"; }));
  EXPECT_TRUE(malformed([](Json& entry) { entry["output"] = "image"; }));
  EXPECT_TRUE(malformed([](Json& entry) { entry["labels"] = {"red"}; }));
  EXPECT_TRUE(malformed([](Json& entry) { entry["labels"] = {"red", "red"}; }));
  EXPECT_TRUE(malformed([](Json& entry) { entry["labels"] = {"red", ""}; }));
  EXPECT_TRUE(malformed([](Json& entry) { entry["examples"].erase(0); }));
  EXPECT_TRUE(malformed([](Json& entry) { entry["examples"][0].erase("output"); }));
  EXPECT_TRUE(malformed([](Json& entry) { entry = "a spec"; }));
}

TEST(ReadSpecs, TooManyAreCut) {
  Json list = Json::array();
  for (int i = 0; i < 40; ++i) list.push_back(GoodSpec());
  const auto read = ReadSpecs(WriteJson({{"specs", list}}), true);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->specs.size(), kSpecsPerAnswerMax);
  EXPECT_EQ(read->specs.back().number, 15);
  Json entry = GoodSpec();
  for (int i = 0; i < 9; ++i) entry["examples"].push_back({{"input", "more " + std::to_string(i)}, {"output", "red"}});
  EXPECT_EQ(MustRead(entry).examples.size(), kShownPairsMax);
}

TEST(SynthSpec, IsHeldToWhatItSays) {
  const auto why = [](auto change) {
    SynthSpec spec = MustRead(GoodSpec());
    change(spec);
    return WhySpecRefused(spec);
  };
  EXPECT_EQ(why([](SynthSpec&) {}), "");
  EXPECT_EQ(why([](SynthSpec& s) { s.labels.push_back("green"); }), "a label that it does not name");
  EXPECT_EQ(why([](SynthSpec& s) { s.wording += std::string(kSynthSpecBytesMax - SpecText(s).size(), 'x'); }), "");
  EXPECT_EQ(why([](SynthSpec& s) { s.wording += std::string(kSynthSpecBytesMax + 1 - SpecText(s).size(), 'x'); }), "too long");
  EXPECT_EQ(why([](SynthSpec& s) { s.wording += "\x1b[31m"; }), "control characters");
  EXPECT_NE(why([](SynthSpec& s) { s.examples[0].output = "purple"; }), "") << "outside the set";
  EXPECT_EQ(why([](SynthSpec& s) { s.examples[0].input = "like  the SKY"; }), "an example twice");
  EXPECT_NE(why([](SynthSpec& s) { s.examples[0].input = "a\nOutput: blue"; }), "") << "a marker in an input";
  EXPECT_EQ(why([](SynthSpec& s) {
              s.examples.clear();
              s.wording += "\nInput: fire\nOutput: red\nInput: sea\nOutput: blue";
            }),
            "examples that cannot be told from its wording");
}

TEST(SynthSpec, ALabelIsAWordOfTheWording) {
  const auto named = [](const std::string& wording, const std::string& label) {
    SynthSpec spec;
    spec.wording = wording;
    spec.kind = OutputKind::kLabel;
    spec.labels = {label, "neither of them"};
    spec.wording += " Else: neither of them.";
    const std::string why = WhySpecRefused(spec);
    EXPECT_TRUE(why.empty() || why == "a label that it does not name") << why;
    return why.empty();
  };
  EXPECT_TRUE(named("Say no.", "no"));
  EXPECT_FALSE(named("Say nothing, now.", "no"));
  EXPECT_TRUE(named("Nothing but no.", "no")) << "the second one";
  EXPECT_FALSE(named("Nothing but No.", "no")) << "letter for letter";
  EXPECT_FALSE(named("Give the category.", "cat"));
  EXPECT_FALSE(named("Priority p12.", "p1"));
  EXPECT_FALSE(named("One of not_ok.", "ok"));
  EXPECT_TRUE(named("Say high-risk.", "risk"));
  EXPECT_TRUE(named("Return \"C++\" where it is that.", "C++"));
  EXPECT_TRUE(named("Return C++17 where it is that.", "C++")) << "it does not end in a letter";
  EXPECT_FALSE(named("Скажи нетто.", "нет"));
  EXPECT_TRUE(named("Скажи нет.", "нет"));
  EXPECT_TRUE(named("返回正面或负面。", "正面")) << "no blanks between words";
}

TEST(SynthSpec, AWordingIsKnownByItsLettersDigitsAndSymbols) {
  EXPECT_EQ(WordingKey("Say, IT  again!"), WordingKey("say it again"));
  EXPECT_EQ(WordingKey("“Say” – it…\u00A0again"), WordingKey("say it again")) << "punctuation and blanks beyond ASCII";
  EXPECT_EQ(WordingKey("Say `it`"), WordingKey("say 'it'"));
  EXPECT_NE(WordingKey("yes where x < 3"), WordingKey("yes where x > 3"));
  EXPECT_NE(WordingKey("a + b"), WordingKey("a = b"));
  EXPECT_NE(WordingKey("5 €"), WordingKey("5 $"));
  EXPECT_NE(WordingKey("не то"), WordingKey("не тот"));
  EXPECT_NE(WordingKey("क"), WordingKey("कि")) << "a mark of a letter";
}

TEST(SynthSpec, ARowIsOneOfTheCorpus) {
  const SynthSpec spec = MustRead(GoodSpec());
  const SynthRow row = RowOf(spec, {{"like fire", "red"}, {"like \"ice\"", "blue"}});
  const Json json = *ParseJson(row.line, "a row");
  EXPECT_EQ(json["pairs"], Json::parse(R"([["like fire", "red"], ["like \"ice\"", "blue"]])"));
  EXPECT_EQ(json["kind"], "label");
  EXPECT_EQ(json["labels"], Json::parse(R"(["red", "blue"])"));
  EXPECT_EQ(json["examples"], 2);
  EXPECT_EQ(json["family"], "synth_core_text_processing");
  EXPECT_EQ(json["spec"], SpecText(spec));
  EXPECT_EQ(json["wording"], spec.wording);
  EXPECT_EQ(json["split"], row.split);
  SynthSpec text = spec;
  text.kind = OutputKind::kText;
  text.labels.clear();
  text.examples.clear();
  EXPECT_EQ(RowOf(text, {{"a", "[1]"}, {"b", "{}"}}).kind, "json") << "JSON throughout";
  EXPECT_EQ(RowOf(text, {{"a", "[1]"}, {"b", "{"}}).kind, "text");
  EXPECT_TRUE(ParseJson(RowOf(text, {{"a", "b"}}).line, "a row")->at("labels").is_null());
}

TEST(SynthSpec, SplitsGoByDigest) {
  std::map<std::string, int> count;
  SynthSpec spec = MustRead(GoodSpec());
  for (int i = 0; i < 2000; ++i) {
    spec.wording = "wording " + std::to_string(i);
    ++count[std::string(SplitOf(spec))];
  }
  EXPECT_NEAR(count["train"], 1800, 60);
  EXPECT_NEAR(count["valid"], 100, 40);
  EXPECT_NEAR(count["test"], 100, 40);
  spec.wording = "Say, IT  again!";
  const std::string_view split = SplitOf(spec);
  spec.wording = "say it again";
  EXPECT_EQ(SplitOf(spec), split) << "the same letters";
  // tools/corpus/specs.py: digest("theme", "tool use") % 100 is 8, of "log monitoring" 47.
  EXPECT_EQ(CorpusDigest({"theme", "tool use"}) % 100, 8u);
  EXPECT_EQ(CorpusDigest({"theme", "log monitoring"}) % 100, 47u);
  for (const Theme& theme : AllThemes()) {
    spec.theme = theme;
    EXPECT_EQ(SplitOf(spec) == "families_valid", IsHeldOut(theme));
  }
}

TEST(Themes, AreThoseOfTheCorpus) {
  std::set<std::string> families;
  std::set<std::string_view> areas, held_out;
  for (const Theme& theme : AllThemes()) {
    families.insert(FamilyOf(theme));
    areas.insert(theme.area);
    if (IsHeldOut(theme)) held_out.insert(theme.name);
  }
  EXPECT_EQ(families.size(), 30u);
  EXPECT_EQ(areas.size(), 7u);
  EXPECT_EQ(held_out,
            (std::set<std::string_view>{"authorship and style", "file and code semantics", "natural-language commands", "tool use"}));
  EXPECT_TRUE(families.contains("synth_dsl_and_code_cleanup"));
  EXPECT_EQ(ThemesOf(std::vector<std::string>{"repair"})->size(), 2u);
  EXPECT_EQ(ThemesOf({})->size(), 30u);
  EXPECT_EQ(ThemesOf(std::vector<std::string>{"repair", "cookery"}).code(), Code::kUsage);
}

TEST(AskForSpecs, SaysWhatIsWanted) {
  const Theme theme = AllThemes()[6];
  const std::vector<std::string> known = {"Is it late?", "Two\nlines."};
  std::set<std::string> questions;
  for (const bool with_examples : {false, true}) {
    for (std::int64_t number = 0; number < 20; ++number) {
      const SpecCall call = MakeSpecCall(number, theme, with_examples, 1);
      const Json request = AskForSpecs(call, "m", known, 1, 0);
      EXPECT_EQ(request, AskForSpecs(call, "m", known, 1, 0)) << "drawn from the seed";
      const std::string question = request["messages"][1]["content"].get<std::string>();
      questions.insert(question);
      for (const char* part : {"Theme: semantic search.", "specifications of 8 ", "- \"Is it late?\"", "Two\\nlines.", "{\"specs\": ["}) {
        EXPECT_NE(question.find(part), std::string::npos) << part << question;
      }
      EXPECT_EQ(question.find("\"examples\"") != std::string::npos, with_examples);
    }
  }
  EXPECT_EQ(questions.size(), 40u);
}

}  // namespace
}  // namespace paw
