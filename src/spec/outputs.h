// DeduceOutputs: what kind of outputs a program has, from its spec and examples together.
//
//   closed label set   declared by the spec (examples must keep to it), or outputs that are few, short and keep coming back
//   JSON               outputs are JSON objects or lists, with at most one literal alternative such as NONE
//   text               anything else
//
// Thread rule: plain values and pure functions. Errors: kRefused for an example outside a declared set (line and label named), for a
// malformed output among JSON ones, and for examples that all have one output while the spec declares no set.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "paw/status.h"
#include "spec/spec.h"

namespace paw {

// From so many rows on the outputs themselves show whether they are a closed set; fewer say nothing about it.
inline constexpr std::size_t kClosedRowsMin = 6;

struct OutputContract {
  OutputKind kind = OutputKind::kText;
  std::vector<std::string> labels;          // kLabel: declared order, then first appearance; at least two
  std::optional<std::string> json_literal;  // kJson: the one output that is no JSON, such as NONE
  std::vector<std::string> warnings;        // one line each, for people
};

// `examples`: all rows a program is compiled from, spec pairs included (CheckExamples has seen them); may be empty.
Result<OutputContract> DeduceOutputs(const Spec& spec, std::span<const Example> examples);

}  // namespace paw
