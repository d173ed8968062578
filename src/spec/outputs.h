// DeduceOutputs: what kind of outputs a program has, from its spec and examples together.
//
//   closed label set   declared by the spec (examples must keep to it), or outputs that are few, short and keep coming back
//   JSON               outputs are JSON objects or lists, with at most one literal alternative such as NONE
//   text               anything else; spans of the input where spec/span_outputs.h says so
//
// Thread rule: plain values and pure functions. Errors: kRefused for an example outside a declared set (line and label named), for a
// malformed output among JSON ones, for examples that all have one output while the spec declares no set, and for one that is no span where
// spans were asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paw/status.h"
#include "spec/spec.h"

namespace paw {

// From so many rows on the outputs themselves show whether they are a closed set; fewer say nothing about it.
inline constexpr std::size_t kClosedRowsMin = 6;

// What the user says of the outputs, apart from the spec and the examples.
enum class OutputsAsked : std::uint8_t { kAuto, kText, kSpan };

std::string_view OutputsAskedName(OutputsAsked asked);  // "auto", "text", "span"
// kUsage for another name.
Result<OutputsAsked> ParseOutputsAsked(std::string_view name);

struct OutputContract {
  OutputKind kind = OutputKind::kText;
  std::vector<std::string> labels;          // kLabel: declared order, then first appearance; at least two
  std::optional<std::string> json_literal;  // kJson: the one output that is no JSON, such as NONE
  bool json_compact = false;                // kJson: no white space between its tokens
  // kText: answers are spans of the input or one of these (decode/span_rules.h).
  std::optional<std::vector<std::string>> span_alternatives;
  std::vector<std::string> warnings;  // one line each, for people
};

// `examples`: all rows a program is compiled from, spec pairs included (CheckExamples has seen them); may be empty.
Result<OutputContract> DeduceOutputs(const Spec& spec, std::span<const Example> examples, OutputsAsked asked = OutputsAsked::kAuto);

}  // namespace paw
