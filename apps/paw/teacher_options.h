// The options of `paw compile --teacher`, some of which `paw corpus synth` has too, and what its progress and result look like. The work is
// src/teacher's.
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

// Those of the endpoint alone: --teacher, --teacher-model, --teacher-limit, --teacher-timeout, --teacher-parallel; in this order.
std::vector<CLI::Option*> AddEndpointOptions(CLI::App& command, TeacherArguments& arguments, const std::string& about);
// Declares all of compile's and returns them.
std::vector<CLI::Option*> AddTeacherOptions(CLI::App& command, TeacherArguments& arguments);

// From the arguments and the environment: PAW_TEACHER_KEY, and the cache folder where `options` names none. kUnavailable where the
// configuration forbids the network.
Status ConnectTeacher(const TeacherArguments& arguments, TeacherOptions& options);

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
