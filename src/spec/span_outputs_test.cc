#include "spec/span_outputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

std::optional<std::vector<std::string>> OfText(std::string_view text) {
  const Spec spec = Parsed(text);
  return SpanAlternatives(spec, spec.examples);
}

// Rows of the kind "parcel N for Ada" -> "parcel N".
std::vector<Example> ManyRows(std::size_t count) {
  std::vector<Example> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string parcel = "parcel " + std::to_string(100 + i);
    rows.push_back({"bring " + parcel + " to Ada", parcel, static_cast<std::int32_t>(i + 1), false});
  }
  return rows;
}

TEST(AbsentAnswers, AreWhatASpecNames) {
  EXPECT_THAT(AbsentAnswers("Extract the parcel number. If there is none, answer none."), ElementsAre("none"));
  EXPECT_THAT(AbsentAnswers("Return only the number, or N/A if there is none."), ElementsAre("N/A"));
  EXPECT_THAT(AbsentAnswers("Return UNKNOWN if no street is named."), ElementsAre("UNKNOWN"));
  EXPECT_THAT(AbsentAnswers("Pick the tool as written; 0 if nothing fits."), ElementsAre("0"));
  EXPECT_THAT(AbsentAnswers("Otherwise say \"no idea\"."), ElementsAre("no idea"));
  EXPECT_THAT(AbsentAnswers("When the date is missing, return null."), ElementsAre("null"));
  EXPECT_THAT(AbsentAnswers("Extract the parcel number."), IsEmpty());
  EXPECT_THAT(AbsentAnswers(""), IsEmpty());
}

TEST(SpanAlternatives, AreReadFromTheSpec) {
  EXPECT_THAT(OfText("Extract the parcel number from the note. If there is none, answer none.").value(), ElementsAre("none"));
  EXPECT_THAT(OfText("Return the street exactly as written.").value(), IsEmpty());
  EXPECT_THAT(OfText("Pull the tracking code out of the mail, or N/A if there is none.").value(), ElementsAre("N/A"));
}

TEST(SpanAlternatives, AreNotReadWhereTheAnswerIsMade) {
  for (const char* text : {"Extract the date and return it as YYYY-MM-DD.", "Extract the name in lower case.", "Extract the keys as JSON.",
                           "Extract all the names, joined by commas.", "Shorten the text.", "Is it urgent?",
                           "Extract the action in the form NAME: TASK.", "Extract the name. If nobody is named, do what is right."}) {
    EXPECT_FALSE(OfText(text)) << text;
  }
}

TEST(SpanAlternatives, ExamplesOverruleTheWords) {
  const std::string spec = "Extract the parcel number from the note.\n\nInput: parcel 12 for Ada\nOutput: ";
  EXPECT_TRUE(OfText(spec + "12"));
  EXPECT_TRUE(OfText(spec + "12\n\nInput: nothing here\nOutput: (nothing)")) << "one output may stand for nothing";
  EXPECT_FALSE(OfText(spec + "twelve\n\nInput: parcel 3\nOutput: three"));
  EXPECT_FALSE(OfText(spec + "none\n\nInput: parcel 3\nOutput: none")) << "no row shows a span";
}

TEST(SpanAlternatives, ManyRowsNeedNoWords) {
  const Spec spec = Parsed("What has to be brought?");
  std::vector<Example> rows = ManyRows(kSpanRowsMin);
  EXPECT_THAT(SpanAlternatives(spec, rows).value(), IsEmpty());
  rows.push_back({"hello Ada", "-", 99, false});
  EXPECT_THAT(SpanAlternatives(spec, rows).value(), ElementsAre("-"));
  rows.push_back({"hello Bo", "?", 100, false});
  EXPECT_FALSE(SpanAlternatives(spec, rows)) << "two outputs that stand in no input";
  EXPECT_FALSE(SpanAlternatives(spec, ManyRows(kSpanRowsMin - 1)));
  std::vector<Example> copies = ManyRows(kSpanRowsMin);
  for (Example& row : copies) row.output = row.input;
  EXPECT_FALSE(SpanAlternatives(spec, copies)) << "a copy of the input is a text that happens to be unchanged";
}

TEST(CheckSpans, NamesTheRowThatIsNone) {
  const Spec spec = Parsed("What has to be brought?");
  std::vector<Example> rows = ManyRows(2);
  EXPECT_THAT(CheckSpans(spec, rows).value(), IsEmpty());
  rows.push_back({"hello Ada", "-", 3, false});
  EXPECT_THAT(CheckSpans(spec, rows).value(), ElementsAre("-"));
  rows.push_back({"parcel 7", "seven", 4, false});
  const auto refused = CheckSpans(spec, rows);
  EXPECT_EQ(refused.status().code(), Code::kRefused);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("\"seven\" at line 4"));
}

}  // namespace
}  // namespace paw
