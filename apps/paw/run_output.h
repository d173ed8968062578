// How an answer is printed: as text, with its probabilities, or as a JSON object with the official keys first.
//
// Thread rule: pure functions.
#pragma once

#include <string>

#include "base/json.h"
#include "runtime/program.h"

namespace paw::cli {

// What was asked, for the official keys of --json.
struct RunSubject {
  std::string mode = "program";  // "program" or "base"
  std::string program;           // the reference as the user wrote it; empty in base mode
  std::string interpreter;       // empty: not known here
};

// {mode, program, interpreter, input, output} and ours: abstained, probability, labels, tokens_in, tokens_out, milliseconds.
nlohmann::json AnswerJson(const RunSubject& subject, const std::string& input, const RunResult& result);
// The output and, with `probabilities`, one "0.973  label" line a label. No line end at the end.
std::string AnswerText(const RunResult& result, bool probabilities);

}  // namespace paw::cli
