// What a spec says of its labels and of its subject, apart from the list of the labels itself.
//
// Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "spec/label_list.h"

namespace paw {

// A label in words: "card_arrival", "card-arrival" and "cardArrival" are "card arrival"; marks at the ends go.
std::string LabelWords(std::string_view label);

// What a line of a spec's body says of a label, "- disk: full, broken or slow storage"; empty where none does.
std::string LabelMeaning(std::string_view body, std::string_view label);

// What the task is about: the sentences of a body up to `bytes_max` bytes, without lines that explain a label, sentences that name two labels
// or more, and those that say what to return.
std::string SubjectOf(std::string_view body, const LabelSet& labels, std::size_t bytes_max);

}  // namespace paw
