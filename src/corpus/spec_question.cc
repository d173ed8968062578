#include "corpus/spec_question.h"

#include <algorithm>
#include <array>

#include "base/random.h"
#include "teacher/prompts.h"

namespace paw {
namespace {

constexpr std::size_t kNamedSpecs = 24;
constexpr std::size_t kNamedSpecBytes = 160;  // of each

struct Style {
  std::string_view name, words;
};
constexpr std::array<Style, 3> kStyles = {{
    {"terse", "in telegraphic notes, as few words as will do"},
    {"casual", "as a colleague would type it in haste, in everyday words"},
    {"detailed", "in full sentences that settle the format and the awkward cases too"},
}};
constexpr std::array<std::string_view, 4> kLeanings = {
    "Most of them choose one label of a closed set.",
    "Most of them return a text: a part of the input, or something worked out from it.",
    "Most of them return a JSON object or list.",
    "Labels, texts and JSON occur about equally often among them.",
};

constexpr std::string_view kRole =
    "You invent small text functions that a very small language model is going to carry out, and write a specification of each. A text "
    "goes in, a text comes out, and whoever has the specification can say which. You answer with one JSON object and nothing else.";

constexpr std::string_view kRules =
    "* Each is a function of its own: another purpose, other inputs, other rules; not one idea with other names.\n"
    "* They are what people really need and what exact rules of code do badly: meaning, loose wording, forms that vary.\n"
    "* The wording alone decides the output of any input. It names every label or the form of the output, and says what to do with an "
    "input that does not fit. It needs no tool, no network, no date of today and no opinion.\n"
    "* An input is one text, from a few words to a hundred; an output is short. A wording has a hundred words at most.\n"
    "* Let some be easy, some medium and some hard.\n";

std::string Form(bool with_examples) {
  std::string form =
      "\nForm of the answer: {\"specs\": [{\"wording\": \"...\", \"difficulty\": \"easy, medium or hard\", \"output\": \"label, json or "
      "text\", \"labels\": [\"...\"]";
  if (with_examples) form += ", \"examples\": [{\"input\": \"...\", \"output\": \"...\"}, ...]";
  return form +
         "}, ...]}\nThe labels are those of the wording, spelled as there; [] where the output is no label. A JSON output is written "
         "out as a JSON string.\n";
}

}  // namespace

SpecCall MakeSpecCall(std::int64_t number, const Theme& theme, bool with_examples, std::uint64_t seed) {
  Random random(seed, "synth style " + std::to_string(number));
  return {number, theme, with_examples, std::string(kStyles[random.Below(kStyles.size())].name)};
}

Json AskForSpecs(const SpecCall& call, const std::string& model, std::span<const std::string> known, std::uint64_t seed, int attempt) {
  Random random(seed, "synth call " + std::to_string(call.number));
  const auto style = std::find_if(kStyles.begin(), kStyles.end(), [&call](const Style& one) { return one.name == call.style; });
  std::string text = "Theme: " + std::string(call.theme.name) + ". " + std::string(call.theme.about) + ".\n\n";
  text += "Write specifications of " + std::to_string(kSpecsPerCall) + " text functions of this theme, each " + std::string(style->words) +
          ". This is set number " + std::to_string(call.number + 1) + ".\n" + std::string(kRules);
  const std::string setting(DrawSetting(random));
  const std::string leaning(kLeanings[random.Below(kLeanings.size())]);
  text += "* " + leaning + " Where a setting is left open, choose " + setting + ".\n";
  text += call.with_examples
              ? "* To each belong two to six short examples, usual and awkward ones, whose outputs follow from the wording. They stand "
                "beside it, not in it.\n"
              : "* Put no example into the wording.\n";
  const std::string named = NamedLines(known, kNamedSpecs, kNamedSpecBytes, random);
  if (!named.empty()) text += "\nSpecifications that are there already:\n" + named;
  text += Form(call.with_examples);
  if (attempt > 0) text += kAskedAgain;
  return ChatRequest(model, kRole, text);
}

}  // namespace paw
