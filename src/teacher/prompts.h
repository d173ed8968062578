// What a teacher is asked, in words. Inside teacher/ only.
//
// Two questions: for pairs (the paper's second stage of data making: input/output pairs for one specification, as strict JSON) and for
// the outputs of given inputs (its check: a pair stays where two models agree). Both hold the specification without its pairs, which may
// be held out: those that may be seen are among the examples shown. What is drawn (which examples are shown, which kind of
// input is asked for, which inputs are named as there already) comes from the task's seed and the number of the batch.
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
#include "spec/examples.h"
#include "teacher/task.h"

namespace paw {

// A part of the key under which replies are kept: a change of the words or of what they are drawn from is a new number.
inline constexpr std::string_view kTeacherPromptVersion = "2";

// The body of a chat/completions request for `count` pairs. `known`: inputs that are there already, some of which are named.
// `attempt` from 0: a later one says that the answer before it could not be read.
Json AskForPairs(const TeacherTask& task, const std::string& model, std::int64_t batch, std::int64_t count,
                 std::span<const std::string> known, int attempt);

// The same for the outputs of `inputs`, which it numbers from 1.
Json AskForOutputs(const TeacherTask& task, const std::string& model, std::int64_t batch, std::span<const Example> inputs, int attempt);

}  // namespace paw
