// Small text questions shared by the two halves of label_list: quotes, words, plausible sets. Not for use outside spec/.
//
// Thread rule: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "spec/label_list.h"

namespace paw {

// When a quoted text begins at text[at] ("..", '..', `..`, and the curly ones), the offset after its closing quote; else `at`.
// An apostrophe inside or after a word opens nothing.
std::size_t QuotedEnd(std::string_view text, std::size_t at);
// What stands inside a quoted text, both quotes included in the argument.
std::string_view InsideQuotes(std::string_view quoted);

// Offset of a whole word or phrase in lower-case text at or after `from`; npos when absent.
std::size_t FindWord(std::string_view lower, std::string_view word, std::size_t from = 0);

bool IsPlausibleLabelSet(const LabelSet& labels);
// Adds the labels of the items as one more reading, when they are plausible and new.
void AddReading(const std::vector<std::string>& items, bool without_brackets, std::vector<LabelSet>* readings);

}  // namespace paw
