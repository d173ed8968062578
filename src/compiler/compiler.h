// Compile: the conductor. Runs spec -> pseudo -> (encode -> map) -> train -> adapter -> bundle in order, records each stage; owns no maths.
//
// Thread rule: one Compile call uses the machine's cores; calls may run at once, each slower. Nothing is written: the caller publishes.
// Errors: kRefused for a malformed spec or examples, kFailed when the compile cannot be done, kInterrupted on cancel.
// Examples that a teacher made (teacher/) come as rows among the others that say so (Example::teacher): they are trained on, held out only
// where the user's own rows are too few, and counted in the training record. So a compile with a teacher is a compile of a set of rows,
// and its replay needs those rows and no network.
// Reproducible: with a budget of steps the bundle's bytes depend on the inputs, the options, the engine version and the machine class only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "base/json.h"
#include "bundle/bundle.h"
#include "compiler/mapper_stages.h"
#include "eval/test_run.h"
#include "prompt/template.h"
#include "runtime/program.h"
#include "spec/examples.h"
#include "spec/outputs.h"
#include "tensor/dtype.h"

namespace paw {

struct CompileBudget {
  enum class Kind : std::uint8_t { kEffort, kMinutes, kSteps, kTokens } kind = Kind::kEffort;
  double minutes = 0;             // kMinutes: wall time of the whole compile
  std::int64_t steps = 0;         // kSteps
  std::int64_t tokens = 0;        // kTokens: training tokens, prompts and outputs; as many steps as come to that on average
  std::string effort = "normal";  // kEffort: "quick", "normal", "thorough": a number of training tokens, see docs/quality.md
};

struct CompileOptions {
  CompileBudget budget;
  std::uint64_t seed = 1;
  int threads = 0;
  std::string base_path;                      // the base GGUF
  std::string base_sha256;                    // its verified digest
  std::string base_name;                      // its profile's name
  std::string base_file;                      // its file name, for the manifest
  std::uint64_t base_bytes = 0;               // its size
  ChatStyle chat_style = ChatStyle::kChatMl;  // the wrapper that the base was tuned to read
  nlohmann::json overrides;  // training settings by name (rank, learning_rate, ...); null = defaults. Used by replay and sweeps
  // The label that stands for "none of these", whose threshold is fitted on held-out rows (decode/reject.h). Nullopt: told by its name,
  // where there is one; empty: none.
  std::optional<std::string> reject_label;
  // The compiler whose mapper makes the LoRA, before any training; nullopt: the one that paw ships for the base, unless
  // no_built_in_mapper or there are so many examples that a short prompt is better.
  std::optional<MapperOptions> mapper;
  bool no_built_in_mapper = false;  // nor the reader of answer sets (answer_set.h)
  // Examples of each label that the base writes itself, to train on beside the given ones (written_examples.h); 0: none.
  std::int32_t written_examples = 0;
  OutputsAsked outputs = OutputsAsked::kAuto;  // else they are text or spans, whatever the spec and the examples seem to show
  std::string pseudo_text;                     // a pseudo-program to take in place of one written here; empty: none
  DType adapter_type = DType::kQ4_0;           // how the adapter is stored; held-out rows are scored with it stored so
  bool raw_pseudo = false;                     // take a language model's or the given text as it is: no repair
  const CancelFlag* cancel = nullptr;
};

// One line of a compile's life, for the progress bar and for --json.
struct CompileEvent {
  // "teacher" (before a compile: teacher/), "spec", "base", "outputs", "write", "pseudo", "encode", "map", "prepare", "train", "score", "bundle", "even"
  std::string stage;
  std::int64_t step = 0, steps = 0;
  double loss = 0;                 // running mean, train only
  std::optional<double> held_out;  // latest held-out score
  double seconds = 0;              // since the start
  std::string note;                // for people
};

// How the program answered the rows held out, one by one.
struct HeldOutAnswers {
  TestReport report;
  std::vector<std::string> expected;  // by row of report.answers
};

struct CompileReport {
  Bundle bundle;
  std::string program_id;
  std::vector<std::string> warnings;       // duplicate rows dropped, labels without examples, ...
  nlohmann::json stages;                   // every stage's value, for --keep-stages
  std::vector<CompileEvent> curve;         // the events of "train" and "score"
  std::optional<HeldOutAnswers> held_out;  // never in the bundle: the rows are the user's
  nlohmann::json timings;                  // stage -> seconds (never in the bundle)
};

Result<CompileReport> Compile(const std::string& spec_text, const std::vector<Example>& examples, const CompileOptions& options,
                              const std::function<void(const CompileEvent&)>& on_event);

// Rebuilds a bundle from the record inside it; the result's bytes are equal when spec, examples, base, engine and machine class are.
Result<CompileReport> Replay(const Bundle& bundle, const std::vector<Example>& examples, const CompileOptions& options,
                             const std::function<void(const CompileEvent&)>& on_event);

}  // namespace paw
