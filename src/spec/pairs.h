// ExtractPairs: the "Input:" / "Output:" example pairs inside a spec. An implementation detail of ParseSpec.
//
// Pairs count after a heading line such as "Examples:"; without one, they count when there are two or more
// (a lone "Input: one line of text / Output: one label" describes a format). Texts run over several
// lines, blank ones included, up to the next marker; the last output ends at a blank line.
// Thread rule: a pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spec/examples.h"

namespace paw {

struct ExtractedPairs {
  std::vector<Example> examples;
  std::string body;  // the text without the pairs and their heading
};

ExtractedPairs ExtractPairs(std::string_view text);

}  // namespace paw
