#include "spec/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "base/limits.h"

namespace paw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Spec Parsed(std::string_view text) {
  Result<Spec> spec = ParseSpec(text);
  EXPECT_TRUE(spec.ok()) << spec.message();
  return spec.ok() ? *std::move(spec) : Spec();
}

TEST(ParseSpec, NormalisesLineEndsAndEnds) { EXPECT_EQ(Parsed("\xEF\xBB\xBF\r\n\r\nOne\r\ntwo\rthree\n\n").text, "One\ntwo\nthree"); }

TEST(ParseSpec, RefusesWhatIsNotASpec) {
  EXPECT_EQ(ParseSpec("").code(), Code::kRefused);
  EXPECT_EQ(ParseSpec(" \n\t").code(), Code::kRefused);
  EXPECT_EQ(ParseSpec(std::string_view("a\0b", 3)).code(), Code::kRefused);
  EXPECT_EQ(ParseSpec("caf\xE9").code(), Code::kRefused);
  EXPECT_EQ(ParseSpec(std::string(kSpecBytesMax + 1, 'x')).code(), Code::kRefused);
}

TEST(ParseSpec, TakesPairsAfterTheHeadingOnly) {
  const Spec spec = Parsed(
      "Sort parcels.\nReturn ONLY one of: small, large.\n\nInput: the parcel, one line.\nOutput: one label.\n\nExamples:\n\n"
      "Input: a box of pins\nOutput: small\n\nInput: a piano\n\nwith its stool\nOutput: large\n\nBe quick.");
  ASSERT_EQ(spec.examples.size(), 2u);
  EXPECT_EQ(spec.examples[0].input, "a box of pins");
  EXPECT_EQ(spec.examples[0].line, 9);
  EXPECT_TRUE(spec.examples[0].in_spec);
  EXPECT_EQ(spec.examples[1].input, "a piano\n\nwith its stool");
  EXPECT_EQ(spec.examples[1].output, "large");
  EXPECT_EQ(spec.body, "Sort parcels.\nReturn ONLY one of: small, large.\n\nInput: the parcel, one line.\nOutput: one label.\n\nBe quick.");
  EXPECT_THAT(spec.labels, ElementsAre("small", "large"));
  EXPECT_EQ(spec.output_kind, OutputKind::kLabel);
}

TEST(ParseSpec, OutputsMayHaveSeveralLines) {
  const Spec spec = Parsed("List the colours, one a line.\n\nInput: red and blue\nOutput: red\nblue\n\nInput: green\nOutput: green\n");
  ASSERT_EQ(spec.examples.size(), 2u);
  EXPECT_EQ(spec.examples[0].output, "red\nblue");
  EXPECT_EQ(spec.output_kind, OutputKind::kText);
}

TEST(ParseSpec, ALonePairWithoutAHeadingDescribesAFormat) {
  EXPECT_THAT(Parsed("Fix it.\nInput: a line\nOutput: the fixed line").examples, IsEmpty());
}

TEST(ParseSpec, RefusesAnExampleOutsideTheDeclaredLabels) {
  const Result<Spec> spec = ParseSpec("Return ONLY one of: up, down.\n\nExamples:\nInput: a\nOutput: up\n\nInput: b\nOutput: Down\n");
  EXPECT_EQ(spec.code(), Code::kRefused);
  EXPECT_THAT(spec.message(), HasSubstr("\"Down\" in the example at line 7 of the spec"));
}

TEST(ParseSpec, RefusesAnEmptyOutput) {
  EXPECT_EQ(ParseSpec("Do.\n\nExamples:\nInput: a\nOutput:\n\nInput: b\nOutput: c").code(), Code::kRefused);
}

TEST(ParseSpec, KnowsJsonByWordsOrByExamples) {
  EXPECT_EQ(Parsed("Extract the fields and return JSON only.").output_kind, OutputKind::kJson);
  EXPECT_EQ(Parsed("Extract.\n\nExamples:\nInput: a\nOutput: {\"k\":1}\n\nInput: b\nOutput: NONE").output_kind, OutputKind::kJson);
  EXPECT_EQ(Parsed("Extract JSON keys, return JSON only.\n\nExamples:\nInput: a\nOutput: k\n\nInput: b\nOutput: j").output_kind,
            OutputKind::kText);
}

struct DeclarationCase {
  const char* text;
  std::vector<std::string> labels;
};

TEST(DeclaredLabels, StrongForms) {
  const std::vector<DeclarationCase> cases = {
      {"Classify the mood. Return ONLY one of: calm, angry, very angry. Nothing else.", {"calm", "angry", "very angry"}},
      {"Pick one of these labels, spelled exactly (with the mark in lost?), and nothing else: found, lost?, none.",
       {"found", "lost?", "none"}},
      {"Classify the text as exactly one of: 'red', 'green', or 'blue'. Output only the label.", {"red", "green", "blue"}},
      {"Answer \"yes\" or \"no\".", {"yes", "no"}},
      {"Assign priority \u201chigh\u201d, \u201cmid\u201d or \u201clow\u201d.", {"high", "mid", "low"}},
      {"Route it to one of the following teams:\n\n- **billing**: money\n- tech support - computers\n- `other`: the rest\n\nReturn it.",
       {"billing", "tech support", "other"}},
      {"Possible labels:\n1. refund\n2. exchange\n3. complaint about staff", {"refund", "exchange", "complaint about staff"}},
      {"Labels: spam; ham", {"spam", "ham"}},
      {"Labels:\nspam\nham\n\nDecide.", {"spam", "ham"}},
      {"Find the page.\n\n1 = Create\n2 = Browse\n0 = Unrelated\n\nReturn ONLY the number.", {"1", "2", "0"}},
      {"Classify into one of these categories: Billing (invoices, refunds), Shipping (where is it), Other.",
       {"Billing", "Shipping", "Other"}},
      {"Return ONLY one of: a,\nb,\nc", {"a", "b", "c"}},
      {"Respond with only POS or NEG.", {"POS", "NEG"}},
  };
  for (const DeclarationCase& c : cases) EXPECT_EQ(Parsed(c.text).labels, c.labels) << c.text;
}

TEST(DeclaredLabels, AnswersNamedInPassing) {
  const std::vector<DeclarationCase> cases = {
      {"Is the mail angry? Answer yes or no.", {"yes", "no"}},
      {"Does the note need an answer this week? Reply yes, no or unclear.", {"yes", "no", "unclear"}},
      {"Classify a note as keep or drop.", {"keep", "drop"}},
      {"Label the change as fix, feature or chore. fix: a bug is gone.", {"fix", "feature", "chore"}},
      {"Put the tool into one category: garden, kitchen, office.", {"garden", "kitchen", "office"}},
      {"Say WAKE if the lamp is on or about to go on, otherwise SLEEP.", {"WAKE", "SLEEP"}},
      {"Output 1 for a bird and 0 for a fish.", {"1", "0"}},
      {"Return cold if it is below 5 degrees. Return warm in all other cases.", {"cold", "warm"}},
      {"Return one of up, down or flat: up after a rise, down after a fall, flat else.", {"up", "down", "flat"}},
      {"Return its colour as one label: red or blue. If it has another colour, return unknown.", {"red", "blue", "unknown"}},
      {"Pick one of: 1 = red, 2 = blue.", {"1", "2"}},
  };
  for (const DeclarationCase& c : cases) EXPECT_EQ(Parsed(c.text).labels, c.labels) << c.text;
}

// A set with an answer left out would shut it out.
TEST(DeclaredLabels, APartOfTheAnswersIsNone) {
  for (const char* text :
       {"Return the date or none.", "Answer with the first name or N/A.", "Return only the number, or N/A if there is none.",
        "Answer yes if it rains, no if it snows, and maybe if it does both.", "Say hot or cold for the tea. Otherwise the temperature.",
        "Return the e-mail address. If there is none, return none.", "Sort the list. Return it as JSON or text.",
        "Answer small for under 5; large for over 9. everything else is medium"}) {
    EXPECT_THAT(Parsed(text).labels, IsEmpty()) << text;
  }
}

// What is named in passing is no promise: examples with another output put it aside.
TEST(DeclaredLabels, ExamplesOverruleAnswersNamedInPassing) {
  const auto spec = ParseSpec("Classify a note as keep or drop.\n\nExamples:\nInput: x\nOutput: keep\n\nInput: y\nOutput: archive\n");
  ASSERT_TRUE(spec.ok()) << spec.message();
  EXPECT_THAT(spec->labels, IsEmpty());
}

TEST(DeclaredLabels, TextThatDeclaresNothing) {
  for (const char* text :
       {"Classify if urgent", "Count the verbs.", "Return one of the names in the text, or NONE if there are none.",
        "Summarise the text (e.g. 'a', 'b' or 'c').", "Output each address on its own line. If there are none, output 'NONE'.",
        "Turn it into word1 Relation word2. Relation is exactly one of: PartOf, IsA.",
        "Find what is asked for.\n\nInput: a line with kind one of phone, url, email.\nOutput: the text.",
        "Slots by kind of command:\n- PlayMusic: artist, album\n- GetWeather: city, state"}) {
    EXPECT_THAT(Parsed(text).labels, IsEmpty()) << text;
  }
}

TEST(DeclaredLabels, ExamplesSettleWhatPunctuationLeavesOpen) {
  const std::string text = "Return ONLY one of: World, Sport, Science or Technology.";
  EXPECT_THAT(Parsed(text).labels, ElementsAre("World", "Sport", "Science", "Technology"));
  EXPECT_THAT(Parsed(text + "\n\nExamples:\nInput: x\nOutput: Science or Technology\n").labels,
              ElementsAre("World", "Sport", "Science or Technology"));
}

TEST(DeclaredLabels, AWeakFormNeedsExamples) {
  const std::string text = "The priority can be: high|mid|low.";
  EXPECT_THAT(Parsed(text).labels, IsEmpty());
  EXPECT_THAT(Parsed(text + "\n\nExamples:\nInput: x\nOutput: mid\n").labels, ElementsAre("high", "mid", "low"));
}

TEST(DeclaredLabels, FiveHundredLabels) {
  std::string text = "Return ONLY one of: ";
  for (int i = 0; i < 500; ++i) text += (i > 0 ? ", label_" : "label_") + std::to_string(i);
  const Spec spec = Parsed(text + ".");
  ASSERT_EQ(spec.labels.size(), 500u);
  EXPECT_EQ(spec.labels.back(), "label_499");
}

TEST(DeclaredLabels, HostileSpecsTakeNoTime) {
  for (const std::string piece : {"\" a ", "one of: a,\n", "answer 'a' or ", "labels: x. ", "1 = a\n", "- - - ", "Input:\nOutput:\n"}) {
    std::string text;
    while (text.size() + piece.size() < kSpecBytesMax) text += piece;
    const std::clock_t start = std::clock();  // processor time: the machine may be busy
    const Result<Spec> spec = ParseSpec(text);
    EXPECT_LT(std::clock() - start, 5 * CLOCKS_PER_SEC) << piece;
  }
}

TEST(TextWithoutInput, KeepsTheOtherExamples) {
  const auto spec =
      ParseSpec("Name it.\n\nExamples:\n\nInput: a\nOutput: 1\n\nInput: b\nc\nOutput: 2\n\nInput: a\nOutput: 3\n\nKeep it short.");
  ASSERT_TRUE(spec.ok()) << spec.message();
  EXPECT_EQ(TextWithoutInput(*spec, "a"), "Name it.\n\nKeep it short.\n\nExamples:\n\nInput: b\nc\nOutput: 2");
  EXPECT_EQ(TextWithoutInput(*spec, "b\nc"), "Name it.\n\nKeep it short.\n\nExamples:\n\nInput: a\nOutput: 1\n\nInput: a\nOutput: 3");
  const auto one = ParseSpec("Name it.\n\nExample:\nInput: a\nOutput: 1");
  EXPECT_EQ(TextWithoutInput(*one, "a"), one->body);
}

TEST(OutputKind, NamesReadBack) {
  for (const OutputKind kind : {OutputKind::kLabel, OutputKind::kJson, OutputKind::kText}) {
    EXPECT_EQ(*ParseOutputKind(OutputKindName(kind)), kind);
  }
  EXPECT_FALSE(ParseOutputKind("xml").ok());
}

}  // namespace
}  // namespace paw
