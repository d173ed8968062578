#include "spec/spec.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "spec/pairs.h"

namespace paw {
namespace {

constexpr std::array<std::string_view, 3> kKindNames = {"label", "json", "text"};

std::string Normalised(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::string unified = ReplaceAll(ReplaceAll(text, "\r\n", "\n"), "\r", "\n");
  return std::string(Trim(unified));
}

bool Contains(const LabelSet& labels, std::string_view output) { return std::find(labels.begin(), labels.end(), output) != labels.end(); }

std::size_t CountInside(const LabelSet& labels, const std::vector<Example>& examples) {
  std::size_t inside = 0;
  for (const Example& example : examples) inside += Contains(labels, example.output) ? 1 : 0;
  return inside;
}

bool IsContainer(std::string_view output) {
  if (output.empty() || (output[0] != '{' && output[0] != '[')) return false;
  return ParseJson(output, "an output").ok();
}

// The spec says so itself, or all of its examples but one literal ("NONE") are JSON objects or lists.
bool SpeaksOfJson(const Spec& spec) {
  if (!spec.examples.empty()) {
    std::size_t containers = 0;
    std::string_view literal;
    for (const Example& example : spec.examples) {
      if (IsContainer(example.output)) {
        ++containers;
      } else if (literal.empty() || literal == example.output) {
        literal = example.output;
      } else {
        return false;
      }
    }
    return containers > 0;
  }
  const std::string lower = LowerAscii(spec.body);
  for (const std::string_view phrase : {"json only", "only json", "return json", "output json", "as json", "valid json", "json object",
                                        "json list", "json array", "compact json"}) {
    if (lower.find(phrase) != std::string::npos) return true;
  }
  return false;
}

// Settles the declared labels by the spec's own examples: the first declaration that they all agree with; a binding one that only
// some agree with is an error of the spec.
Status SettleLabels(Spec* spec) {
  for (const LabelDeclaration& declaration : spec->declarations) {
    for (const LabelSet& reading : declaration.readings) {
      const std::size_t inside = CountInside(reading, spec->examples);
      if (inside < spec->examples.size() || (spec->examples.empty() && !declaration.strong)) continue;
      spec->labels = reading;
      return Ok();
    }
  }
  for (const LabelDeclaration& declaration : spec->declarations) {
    const LabelSet& labels = declaration.readings.front();
    if (!declaration.binding || 2 * CountInside(labels, spec->examples) < spec->examples.size()) continue;
    for (const Example& example : spec->examples) {
      if (Contains(labels, example.output)) continue;
      return Refused("reading the spec: found the output " + Quoted(example.output, 60) + " in the example at " + WhereOf(example) +
                     ", expected one of the " + std::to_string(labels.size()) + " labels that the spec declares");
    }
  }
  return Ok();
}

}  // namespace

std::string_view OutputKindName(OutputKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

Result<OutputKind> ParseOutputKind(std::string_view name) {
  for (std::size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] == name) return static_cast<OutputKind>(i);
  }
  return Refused("reading an output kind: found " + Quoted(name) + ", expected label, json or text");
}

Result<Spec> ParseSpec(std::string_view text) {
  PAW_TRY(CheckText(text, kSpecBytesMax, "reading the spec"));
  Spec spec;
  spec.text = Normalised(text);
  if (spec.text.empty()) return Refused("reading the spec: found no text, expected at least one character");
  ExtractedPairs pairs = ExtractPairs(spec.text);
  spec.examples = std::move(pairs.examples);
  spec.body = std::move(pairs.body);
  for (const Example& example : spec.examples) {
    if (example.output.empty()) {
      return Refused("reading the spec: found an empty output in the example at " + WhereOf(example) + ", expected text");
    }
  }
  spec.declarations = DeclaredLabels(spec.body);
  PAW_TRY(SettleLabels(&spec));
  if (!spec.labels.empty()) {
    spec.output_kind = OutputKind::kLabel;
  } else if (SpeaksOfJson(spec)) {
    spec.output_kind = OutputKind::kJson;
  }
  return spec;
}

std::string TextWithoutInput(const Spec& spec, std::string_view input) {
  std::string examples;
  for (const Example& example : spec.examples) {
    if (example.input != input) examples.append("\n\nInput: ").append(example.input).append("\nOutput: ").append(example.output);
  }
  return examples.empty() ? spec.body : spec.body + "\n\nExamples:" + examples;
}

}  // namespace paw
