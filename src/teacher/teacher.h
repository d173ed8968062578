// AskTeacher: pairs for a program from a large language model that the user names, for compile by training.
//
//   TeacherOptions options;
//   options.url = "http://127.0.0.1:8000/v1";
//   options.model = "some-model";
//   TeacherReport report = PAW_TRY(AskTeacher(fs, *http, spec_text, examples, options, on_event));
//   examples.insert(examples.end(), report.pairs.begin(), report.pairs.end());
//
// The method is the second stage of the paper's data making: batches of input/output pairs for one specification, as strict JSON. Each
// pair is held to the output contract (a label of the set, valid JSON, sizes, no control characters) and taken once, inputs compared as
// the held-out split compares them. With a check model a pair stays only where that model, given the input alone, answers the same:
// labels exactly, JSON by value, text with its white space made even (so for long free text the check is a hard one).
//
// Batches of twenty come in rounds of four; of a round as many are asked, side by side, as pairs are missing. What a batch asks depends on
// the rounds before its own only, and answers are taken in the order of the batches, so a server that answers the same question the same
// way gives the same pairs, however many requests are under way at once, and the first pairs of a larger number are those of a smaller.
// (A token limit that is reached in the middle of a round is the exception.) Every reply is kept (journal.h): a run that was killed goes
// on where it was, and the same call again sends nothing, but for batches of which no answer could be read: a new call asks these afresh.
//
// The endpoint sees the specification without its pairs, the training half of the rows, pairs of the specification among them (never a
// row that will be held out, unless there are too few to hold out any of the user's alone) and inputs it made itself.
//
// At the end all rows together are read as compile will read them: malformed outputs among JSON ones are dropped, and where the rows leave
// it open what an output is, that is an error here.
//
// Thread rule: one call uses up to `parallel` threads; on_event comes from any of them, one at a time. Owner: everything passed must
// outlive the call. Errors: kUsage (an address, model or count out of range), kRefused (spec or examples), kUnavailable and kFailed (as
// endpoint.h says; what was answered is kept), kFailed (not one usable pair, or none that a program can be made from), kInterrupted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "fs/fs.h"
#include "net/http.h"
#include "paw/status.h"
#include "spec/examples.h"

namespace paw {

struct TeacherOptions {
  std::string url;
  std::string model;
  std::string check_model;      // empty: no check
  std::string key;              // a secret; empty: none
  std::int64_t pairs = 600;     // how many to come to
  std::int64_t tokens_max = 0;  // no request is sent once so many tokens are spent on these questions, earlier runs counted; 0: no limit
  double seconds_max = 120;     // of one exchange
  int parallel = 4;             // requests under way at once, 1 to kTeacherParallelMax
  std::uint64_t seed = 1;
  std::string root;  // the cache folder
  const CancelFlag* cancel = nullptr;
};
inline constexpr int kTeacherParallelMax = 4;

// kUsage for a model, count or limit out of range.
Status CheckTeacherOptions(const TeacherOptions& options);

// How far it has come.
struct TeacherProgress {
  std::int64_t kept = 0, wanted = 0;            // pairs
  std::int64_t batches = 0;                     // answered, from the journal or now
  std::int64_t asked = 0;                       // requests answered in this run
  std::int64_t tokens = 0;                      // spent on these questions, earlier runs counted
  std::map<std::string, std::int64_t> dropped;  // pairs by reason: "twice", "no label", "no agreement", ...
  std::string note;                             // for people: why it waits; else empty
};

struct TeacherReport {
  std::vector<Example> pairs;  // Example::teacher names the models, Example::line counts from 1, Example::asked is set
  TeacherProgress progress;    // at the end
  std::vector<std::string> warnings;
  std::string journal;  // the file with the replies
};

// `examples`: the user's, without the pairs of the spec.
Result<TeacherReport> AskTeacher(Fs& fs, Http& http, std::string_view spec_text, const std::vector<Example>& examples,
                                 const TeacherOptions& options, const std::function<void(const TeacherProgress&)>& on_event);

std::string BatchesText(std::int64_t batches);  // "1 batch", "2 batches"
// "31 dropped: 20 no label, 11 twice"; empty for none.
std::string DroppedText(const std::map<std::string, std::int64_t>& dropped);

}  // namespace paw
