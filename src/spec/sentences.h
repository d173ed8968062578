// SentencesOf: cuts a line of English into sentences. Rough on purpose: it must never split a list of labels.
//
// Thread rule: a pure function; views into the argument.
#pragma once

#include <string_view>
#include <vector>

namespace paw {

// A sentence ends at . ? ! before white space and something that can begin the next one; "e.g." and "i.e." do not end it.
std::vector<std::string_view> SentencesOf(std::string_view line);

}  // namespace paw
