// Reading what a language model answers: the envelope of chat/completions, and the JSON inside it. Inside teacher/ and corpus/.
//
// Everything here comes from outside and is taken for hostile: bounded, parsed strictly, and used as text only. What is forgiven is what
// models do with a right answer: a code fence around it, words before the fence, a <think> part before all.
//
// Thread rule: pure functions. Errors: kRefused, one line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "paw/status.h"
#include "spec/examples.h"

namespace paw {

// What a chat/completions reply holds of use.
struct Completion {
  std::optional<std::string> text;  // nullopt: no answer in it
  std::string problem;              // then: why
  std::int64_t tokens = 0;          // usage.total_tokens where that is above 0, else EstimatedTokens
};
Completion ReadCompletion(std::string_view body, std::size_t request_bytes);

// A token for every three bytes sent and received, rounded up: rather too many than too few.
std::int64_t EstimatedTokens(std::size_t request_bytes, std::size_t reply_bytes);

// The JSON of an answer, with what models put around it taken off.
Result<Json> ReadAnswer(std::string_view text, std::string_view what);
// An output that was meant as text, or is JSON itself: blanks at its ends removed; whole numbers and truth values as they are written.
std::optional<std::string> OutputText(const Json& value);

struct AnsweredPairs {
  std::vector<Example> pairs;  // inputs as they stand, outputs without blanks at their ends; an output that is JSON comes as its text
  std::int64_t malformed = 0;  // entries that are no pair
};
// {"pairs": [{"input": "...", "output": ...}, ...]}, at most kTeacherRowsPerReplyMax of them.
Result<AnsweredPairs> ReadPairs(std::string_view text);

// {"outputs": [{"number": 1, "output": ...}, ...]}: the output of each number from 1 to `count`; one that is absent or comes twice with
// different outputs has none.
Result<std::map<std::size_t, std::string>> ReadOutputs(std::string_view text, std::size_t count);

}  // namespace paw
