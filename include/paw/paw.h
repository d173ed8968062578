// paw: the C++ API. Compile a function that is described in words, load it, call it. Everything happens on this machine.
//
// MANUAL
// ======
//
// 1. What there is
//
// A *program* is a small file (`.paw`) made from a specification in natural language and, where there are any, examples. It runs on a
// small frozen language model, the *base*, and always gives the same answer to the same input. Three classes are all of this API:
//
//   Library    a folder on disk with compiled programs and base models, and the engine that runs them
//   Function   a program loaded and ready to be called, from any number of threads
//   Answer     what a call gives: the text, and for a closed set of labels their probabilities
//
// Link with the library `libpaw` (CMake: target_link_libraries(yours paw::paw)) and include this one header. It uses nothing but the
// standard library; no header of a dependency comes with it.
//
// 2. The shortest program
//
//   #include <cstdio>
//   #include "paw/paw.h"
//
//   int main() {
//     auto library = paw::Library::Open({});
//     if (!library.ok()) return std::fprintf(stderr, "%s\n", library.message().c_str()), 1;
//     auto triage = library->Load("triage");  // an alias, a program id, or the path of a .paw file
//     if (!triage.ok()) return std::fprintf(stderr, "%s\n", triage.message().c_str()), 1;
//     auto answer = triage->Call("The site is down for every customer");
//     if (!answer.ok()) return std::fprintf(stderr, "%s\n", answer.message().c_str()), 1;
//     std::printf("%s\n", answer->output.c_str());
//   }
//
// 3. Errors
//
// Nothing here throws, prints, exits or aborts. What can fail returns Result<T> (paw/status.h): ok(), the value, or a code and one
// line that says what was being done, to what, what was found and what was expected. Inside a function that itself returns a Result
// or a Status, PAW_TRY passes a failure up:
//
//   paw::Result<std::string> Label(const paw::Function& function, const std::string& text) {
//     paw::Answer answer = PAW_TRY(function.Call(text));
//     return answer.output;
//   }
//
// The codes that a caller may want to tell apart: kNotFound (no such program or base), kRefused (a malformed file, an input that is not
// UTF-8 or too long), kUnavailable (the base is missing and must not be fetched, a full disk), kInterrupted (you cancelled).
//
// 4. The base model
//
// A program runs only on the base that it was compiled for; the file is named by its digest. `paw base pull` fetches the default base
// once; this API never touches the network. Library::Open does not open the base: the first Load or Compile does, and functions of one
// library share it. LibraryOptions::base chooses another one by name or by the path of a GGUF file.
//
// 5. Calling a function
//
//   paw::CallOptions options;
//   options.probabilities = true;
//   auto answer = function.Call("my card was charged twice", options);
//   for (const paw::LabelChance& label : answer->labels) std::printf("%.3f %s\n", label.probability, label.label.c_str());
//
// A program whose outputs are a closed set can only answer with one of its labels: Function::labels() names them, and the
// probabilities of all of them sum to 1. They are calibrated on examples that the program was not trained on, where there were enough.
// `abstain_below` turns an unsure answer into none: answer.abstained is true and the output is empty.
// A program with JSON output answers with valid JSON. Every other program answers with exactly the text that was decoded.
//
// `json_schema` holds the answer of any program whose outputs are open to a JSON Schema of yours:
//
//   options.json_schema = R"({"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false})";
//
// An input is UTF-8 without NUL. Text in it that looks like a control token of the model, such as <|im_end|>, stays text.
// An input that does not fit the context is refused, and the message says how long it is and how long it may be.
//
// Many inputs at once are faster in one call, and the answers are the same, whatever the batch:
//
//   std::vector<paw::Result<paw::Answer>> answers = function.CallBatch(inputs);
//   for (const auto& one : answers) std::puts(one.ok() ? one->output.c_str() : one.message().c_str());
//
// An input that is refused fails alone; the others of its batch are answered.
//
// 6. Compiling
//
//   paw::CompileRequest request;
//   request.spec = "Classify the message. Return one of: urgent, normal.\n\nInput: Site is down\nOutput: urgent";
//   request.examples = {{"Please renew my badge", "normal"}, {"Production is down", "urgent"}};
//   request.minutes = 5;  // or .steps, or .effort = "quick", "normal", "thorough"
//   request.alias = "triage";
//   request.on_progress = [](const paw::CompileProgress& now) { std::printf("%s %.0f s\n", now.stage.c_str(), now.seconds); };
//   auto compiled = library.Compile(request);
//   if (compiled.ok()) std::printf("%s %s\n", compiled->program_id.c_str(), compiled->path.c_str());
//
// With examples, a part of them is held out and never trained on: Compiled::held_out is the score on it with its 95 % interval. With
// too few of them, or none, there is no score: `held_out` is empty and nothing is made up. Examples that contradict each other are
// refused, with the numbers of the rows. With `steps` the same request gives the same bytes on the same kind of machine.
//
// The result is put into the library, whole or not at all, however the process ends. `output_path` writes a copy of the file.
//
// 7. Stopping a long job
//
// `cancel` is looked at between steps; it may be set from another thread or a signal handler:
//
//   std::atomic<bool> stop{false};
//   request.cancel = &stop;  // later: stop = true  ->  Compile returns kInterrupted
//
// 8. Threads
//
// A Library and a Function may be shared: every member function here may be called from several threads at once. All functions of one
// base share one engine: calls that come together, of whichever functions, are computed together, a step at a time, so more callers mean
// more answers a second. The answer to an input never depends on what else runs, on the batch or on the number of threads. Copying a
// Library or a Function copies a handle.
//
// A Function whose adapter was closed for want of memory (LibraryOptions::resident_bytes_max) opens its file again: keep a file that was
// loaded by its path where it is.
//
// 9. Lifetime
//
// A Function keeps alive what it needs; it may outlive its Library. Strings and vectors that come back are yours.
//
// 10. From C
//
// paw/paw_c.h has the same with opaque handles.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paw/status.h"

namespace paw {

// "0.1.0"
std::string_view Version();

struct LibraryOptions {
  std::string cache_dir;          // empty: $PAW_CACHE_DIR, else $XDG_CACHE_HOME/paw, else ~/.cache/paw
  std::string base;               // a base's name, or the path of a GGUF file; empty: the default base
  std::string engine = "native";  // "native", "llamacpp" or "reference"
  int threads = 0;                // 0: as many as the machine has cores
  // Memory for the adapters of loaded functions. Those longest uncalled beyond it are closed, and opened again by a call, which then takes
  // some milliseconds more. 0: a quarter of the machine's memory.
  std::uint64_t resident_bytes_max = 0;
};

struct CallOptions {
  std::int32_t output_tokens_max = 512;
  float temperature = 0.0f;  // 0: always the most probable; above 0 draws, from `seed`
  std::uint64_t seed = 0;
  bool probabilities = false;           // fill Answer::labels
  std::optional<double> abstain_below;  // no answer below this probability; for closed sets
  std::string json_schema;              // the output is a document of this JSON Schema (docs/cli.md); for open outputs; empty: any
};

struct LabelChance {
  std::string label;
  double probability = 0;
};

struct Answer {
  std::string output;
  bool abstained = false;
  bool rejected = false;              // the label for "none of these", because the most probable label is below its threshold
  std::optional<double> probability;  // of the output; for closed sets. Where rejected: that the most probable label is wrong
  std::vector<LabelChance> labels;    // all of them, most probable first, when asked for
  std::int32_t tokens_in = 0;
  std::int32_t tokens_out = 0;
  double milliseconds = 0;
};

class Function {
 public:
  Result<Answer> Call(std::string_view input, const CallOptions& options = {}) const;
  // One answer an input, in order. An empty list gives an empty list.
  std::vector<Result<Answer>> CallBatch(std::span<const std::string> inputs, const CallOptions& options = {}) const;

  const std::string& program_id() const;
  const std::string& spec() const;
  const std::vector<std::string>& labels() const;  // in the order of the specification; empty when the outputs are not a closed set
  // True when the probabilities were calibrated on another engine or version than the one that runs here.
  bool calibration_stale() const;

 private:
  friend class Library;
  struct Impl;
  explicit Function(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

struct ExampleRow {
  std::string input;
  std::string output;
};

struct CompileProgress {
  std::string stage;  // "spec", "base", "pseudo", "encode", "map", "prepare", "train", "score", "bundle"
  std::int64_t step = 0;
  std::int64_t steps = 0;          // 0: not known yet
  double loss = 0;                 // running mean, in "train"
  std::optional<double> held_out;  // the latest held-out score, 0 to 1
  double seconds = 0;              // since the start
  std::string note;                // one line for people
};

struct CompileRequest {
  std::string spec;
  std::vector<ExampleRow> examples;
  // The budget: the first of these that is set. None: the effort "normal".
  std::int64_t steps = 0;
  double minutes = 0;
  std::string effort;
  std::uint64_t seed = 1;
  std::string alias;        // a name for the result; empty: none
  std::string output_path;  // also write the program here; empty: only into the library
  // The label that stands for "none of these": a probability below which it is the answer is fitted on the examples held out. Without a
  // value it is told by its name ("oos", "out_of_scope", "none_of_the_above", ...); "": there is none.
  std::optional<std::string> reject_label;
  // What the outputs are: "auto", labels, JSON, spans or text, as the spec and the examples show; "text"; "span": whole words of the input.
  std::string outputs = "auto";
  const std::atomic<bool>* cancel = nullptr;
  std::function<void(const CompileProgress&)> on_progress;  // called on the thread that called Compile
};

struct Score {
  double value = 0;  // 0 to 1
  double low = 0;    // the 95 % interval
  double high = 0;
  std::int64_t rows = 0;  // held-out examples it was measured on
  std::string metric;     // "exact", "json"
};

struct Compiled {
  std::string program_id;
  std::string digest;  // SHA-256 of the file
  std::string path;    // of the file in the library
  std::vector<std::string> labels;
  std::optional<Score> held_out;      // nothing when it could not be measured
  std::vector<std::string> warnings;  // duplicate rows dropped, labels without examples, ...
};

class Library {
 public:
  // Makes the folder where it is missing. The base is opened when it is first needed.
  static Result<Library> Open(const LibraryOptions& options);
  // `reference`: an alias, a program id or its first digits, or the path of a .paw file.
  Result<Function> Load(const std::string& reference) const;
  Result<Compiled> Compile(const CompileRequest& request) const;

 private:
  struct Impl;
  explicit Library(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace paw
