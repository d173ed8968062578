// DeclaredLabels: finds the closed label set that a spec declares in plain words.
//
// Forms understood, each after an answering word or a word for labels: "Return ONLY one of: a, b, c", "exactly one of: 'a', 'b', or 'c'",
// "Labels: a; b", a bullet or numbered list under such a line, lines "1 = meaning" with "return the number", and quoted alternatives
// ("Answer "yes" or "no""); last, the answers that are named in passing (answer_phrase.h). English punctuation is ambiguous ("Business, Science or Technology" is two labels or three), so a
// declaration has several readings, the likeliest first; examples decide between them.
//
// Thread rule: pure functions. Errors: none; what is not understood is not declared.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paw {

using LabelSet = std::vector<std::string>;

struct LabelDeclaration {
  std::vector<LabelSet> readings;  // each at least two different labels
  // The sentence speaks of the answer ("Return only one of"). A weak one counts only when examples agree with it.
  bool strong = false;
  bool binding = false;  // an example outside it is a mistake; else the declaration is
};

// All declarations in order of the text; `body` is a spec without its example pairs.
std::vector<LabelDeclaration> DeclaredLabels(std::string_view body);

// Readings of "a, b, or c": quotes, a last "or"/"and", explanations in brackets and the final full stop are taken off.
std::vector<LabelSet> ReadingsOfList(std::string_view list);

}  // namespace paw
