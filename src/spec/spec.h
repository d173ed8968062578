// Spec: what the user asks for, read from plain text. The first stage of the pipeline.
//
//   text -> normalised text | example pairs ("Input:" / "Output:") | declared labels | the kind of output
//
// Thread rule: a plain value. Errors: kRefused for text that is empty, over kSpecBytesMax, not UTF-8 or holds NUL, and for an example
// whose output is outside the labels that the spec itself declares.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "paw/status.h"
#include "spec/examples.h"
#include "spec/label_list.h"

namespace paw {

enum class OutputKind : std::uint8_t { kLabel, kJson, kText };

std::string_view OutputKindName(OutputKind kind);  // "label", "json", "text"
Result<OutputKind> ParseOutputKind(std::string_view name);

struct Spec {
  std::string text;                            // line ends unified to \n, no byte order mark, no blank lines at the ends
  std::vector<Example> examples;               // the Input:/Output: pairs in the text, blanks at their ends removed
  std::string body;                            // the text without those pairs and their heading
  std::vector<LabelDeclaration> declarations;  // every reading, for DeduceOutputs to weigh against more examples
  std::vector<std::string> labels;             // the declared closed set; empty when there is none
  OutputKind output_kind = OutputKind::kText;  // by the spec alone; DeduceOutputs has the last word
};

Result<Spec> ParseSpec(std::string_view text);

// The body with the examples of every other input behind it: the spec as it would be had nobody thought of this input.
std::string TextWithoutInput(const Spec& spec, std::string_view input);

}  // namespace paw
