// The options of `paw compile --teacher`, and what its progress and result look like. The work is src/teacher's.
//
// Thread rule: one thread. The key comes from PAW_TEACHER_KEY and is in no message, file or output.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/paw/command.h"
#include "apps/paw/compile_view.h"
#include "teacher/teacher.h"

namespace paw::cli {

struct TeacherArguments {
  std::string url, model, check_model, save;
  std::int64_t pairs = 600, tokens_max = 0;
  double seconds_max = 120;
  int parallel = kTeacherParallelMax;
};

// Declares them and returns them all.
std::vector<CLI::Option*> AddTeacherOptions(CLI::App& command, TeacherArguments& arguments);

// What is wrong before anything is asked: kUsage for --teacher beside --offline, without a model, or a file to save to that is no JSONL.
Status CheckTeacherArguments(const TeacherArguments& arguments, bool offline);

// Asks, shows the progress, and puts the pairs behind `examples` (as rows that say so). `options`: what the arguments do not say. Writes
// the file of --teacher-save. kUnavailable where the configuration forbids the network.
Result<TeacherReport> AskTeacherFor(const std::string& spec_text, std::vector<Example>& examples, const TeacherArguments& arguments,
                                    TeacherOptions options, CompileView& view);

// {"pairs", "batches", "asked", "tokens", "dropped", "journal"}
nlohmann::json TeacherJson(const TeacherReport& report);
// "Teacher: 600 pairs in 34 batches, 41 dropped: ...; 61 requests, 83,100 tokens"
std::string TeacherText(const TeacherReport& report);

}  // namespace paw::cli
