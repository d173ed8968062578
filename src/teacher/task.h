// TeacherTask: what a teacher is told of a program, and what its pairs are held to. Inside teacher/ and corpus/.
//
// Thread rule: a plain value and pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "paw/status.h"
#include "spec/examples.h"
#include "spec/outputs.h"
#include "spec/spec.h"

namespace paw {

struct TeacherTask {
  Spec spec;
  OutputContract contract;             // of the spec and the user's rows
  std::vector<std::string> json_keys;  // sorted; where every output of the user's is an object with just these keys, else empty
  std::vector<Example> own;            // the user's rows, pairs of the spec first
  std::vector<Example> shown;          // of these, what a teacher may see: none that will be held out (where there are too few, all)
  std::uint64_t seed = 1;
};

// kRefused as ParseSpec, CheckExamples and DeduceOutputs say.
Result<TeacherTask> MakeTeacherTask(std::string_view spec_text, const std::vector<Example>& examples, std::uint64_t seed);

// Why a pair is not taken; empty for one that is. The words are the ones that people read: "no label", "empty", "not JSON", ...
// `output` as ReadOutputs or ReadPairs gave it. Repetitions are the caller's business.
std::string WhyRefused(const TeacherTask& task, const std::string& input, const std::string& output);
std::string WhyOutputRefused(const TeacherTask& task, const std::string& output);

// What compile will find in the user's rows and `pairs` together: a malformed output among JSON ones goes, counted in `dropped`.
// kFailed where the rows still leave it open what an output is; the message says how to go on.
Status SettlePairs(const TeacherTask& task, std::vector<Example>& pairs, std::map<std::string, std::int64_t>& dropped);

// Whether two answers are the same: labels exactly, JSON by value, text with its white space made even.
bool Agree(const TeacherTask& task, const std::string& one, const std::string& other);

// Which of `pairs` (by index) the checker gives the same output for. `outputs`: its answers, by number from 1 (ReadOutputs). The others are
// counted in `dropped` by reason.
std::vector<std::size_t> AgreedPairs(const TeacherTask& task, std::span<const Example> pairs,
                                     const std::map<std::size_t, std::string>& outputs, std::map<std::string, std::int64_t>& dropped);

}  // namespace paw
