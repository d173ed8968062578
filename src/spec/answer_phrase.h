// AnswersNamed: the closed answers that a spec names in passing, with nothing that announces a list.
//
//   "Answer yes, no or unclear."                          a verb of answering, then short answers to the end of the sentence
//   "Classify a message as spam or ham."                  a verb of sorting, then "as" or "into"
//   "Put it into one category: food, tools or toys."      "one" and a word for an answer before a colon
//   "Say ALERT if something is broken, otherwise QUIET."  two answers, one with its case
//
// Other sentences add the answers that they name alone ("If there is none, return unknown."). Strict, because a set that is read wrongly
// shuts the right answer out: an answer has one or two words, words of a description ("the", "its", "number") end the reading, and a
// sentence about the other cases that is not understood ends it for the whole spec.
//
// Thread rule: a pure function. Errors: none; what is not understood names nothing.
#pragma once

#include <string_view>

#include "spec/label_list.h"

namespace paw {

// Short answers joined by commas and a last "or", to the end of the text. Empty, or two or more.
LabelSet ShortAlternatives(std::string_view text);

// Empty, or two or more different answers in order of the text.
LabelSet AnswersNamed(std::string_view body);

// The answers for the cases that a list leaves: "If it means something else, return unknown." None to several.
LabelSet FallbacksNamed(std::string_view body);

}  // namespace paw
