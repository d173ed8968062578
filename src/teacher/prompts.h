// What a teacher is asked, in words. Inside teacher/ and corpus/.
//
// Two questions: for pairs (the paper's second stage of data making: input/output pairs for one specification, as strict JSON) and for
// the outputs of given inputs (its check: a pair stays where two models agree). Both hold the specification without its pairs, which may
// be held out: those that may be seen are among the examples shown. What is drawn (which examples are shown, which kind of
// input is asked for, which inputs are named as there already) comes from the task's seed and the number of the batch.
//
// A corpus (corpus/) asks in the same words, but for all of a specification's pairs at once.
//
// Thread rule: pure functions. Source: Program-as-Weights (arXiv 2607.02512), data section; the words are ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "spec/examples.h"
#include "teacher/task.h"

namespace paw {

// A part of the key under which replies are kept: a change of the words or of what they are drawn from is a new number. The words of
// AskForVariedPairs count in corpus/'s number (kSynthPromptVersion).
inline constexpr std::string_view kTeacherPromptVersion = "2";

// The body of a chat/completions request.
Json ChatRequest(const std::string& model, std::string_view role, const std::string& question);
// What is added to a question whose answer before could not be read.
inline constexpr std::string_view kAskedAgain =
    "\nYour answer before this one could not be read as JSON of this form. Give the JSON object alone.\n";
// A trade or place to take details from: "offices", "farms and the weather".
std::string_view DrawSetting(Random& random);
// Up to `count` of `texts`, drawn, as lines of a list, each cut to `bytes`; empty for none.
std::string NamedLines(std::span<const std::string> texts, std::size_t count, std::size_t bytes, Random& random);

// The request for `count` pairs. `known`: inputs that are there already, some of which are named.
// `attempt` from 0: a later one says that the answer before it could not be read.
Json AskForPairs(const TeacherTask& task, const std::string& model, std::int64_t batch, std::int64_t count,
                 std::span<const std::string> known, int attempt);

// The same for all pairs of a specification in one answer: of every kind, not of the kind of one batch among many. `number`: what is drawn
// depends on it.
Json AskForVariedPairs(const TeacherTask& task, const std::string& model, std::int64_t number, std::int64_t count, int attempt);

// The same for the outputs of `inputs`, which it numbers from 1.
Json AskForOutputs(const TeacherTask& task, const std::string& model, std::int64_t batch, std::span<const Example> inputs, int attempt);

}  // namespace paw
