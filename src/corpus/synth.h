// Synthesise: a corpus from a large language model that the user names, for training a mapper (docs/corpus.md).
//
//   SynthOptions options;
//   options.teacher = {.url = "http://127.0.0.1:8000/v1", .model = "some-model", .pairs = 8, .root = cache};
//   SynthReport report = PAW_TRY(Synthesise(fs, *http, options, on_event));  // synth_folder.h writes it
//
// Three stages, as the paper made its data: specs by theme, eight a call, half of the calls with examples inside; pairs for each spec;
// agreement: the check model (else the same model again) gets the inputs alone, and a pair stays where both outputs are the same. A spec
// that keeps fewer than kSynthPairsMin pairs is dropped.
//
// A spec is taken once (by the letters of its wording), an input once in its spec and not where the spec shows it; an input is in one
// split, that of the first spec that has it. Splits: synth_spec.h.
//
// Themes take turns in an order drawn from the seed. What a call asks depends on the specs of the rounds before (a round: a call for each
// theme), and answers are taken in the order of the calls, so a server that answers the same question the same way gives the same corpus,
// however many requests are under way at once, and a larger number of specs goes on from a smaller one. Every reply is kept
// (teacher/journal.h): a run that was stopped asks nothing twice. Two exceptions: a question of which no answer could be read is asked again
// in each later run, and its answer may change what comes after it; and where more than one request is under way when a token limit is
// reached (or the journal is full), the order in which replies came decides which specs are there.
//
// Thread rule: one call uses up to `parallel` threads; on_event comes from any of them, one at a time. Owner: everything passed must
// outlive the call. Errors: as teacher/teacher.h says; kFailed where not one spec came out. A model whose answers can no longer be read,
// call after call, is left: what is there by then is the corpus, with a warning.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "corpus/synth_spec.h"
#include "fs/fs.h"
#include "net/http.h"
#include "paw/status.h"
#include "teacher/teacher.h"

namespace paw {

struct SynthOptions {
  TeacherOptions teacher;          // `pairs`: those asked for of each spec, kSynthPairsMin to kSynthPairsMax
  std::int64_t specs = 1000;       // how many to come to
  std::vector<std::string> areas;  // none: all
};

struct SynthProgress {
  std::int64_t kept = 0, wanted = 0;                  // specs
  std::int64_t pairs = 0;                             // of the kept ones
  std::int64_t calls = 0;                             // for specs, answered from the journal or now
  std::int64_t asked = 0;                             // requests answered in this run, of every stage
  std::int64_t tokens = 0;                            // spent on this corpus, earlier runs counted
  std::map<std::string, std::int64_t> dropped_specs;  // by reason
  std::map<std::string, std::int64_t> dropped_pairs;
};

struct SynthEvent {
  SynthProgress progress;
  const SynthRow* row = nullptr;  // the spec that was just taken; lives for the call only
  std::string note;               // for people: why it waits; else empty
};

struct SynthReport {
  std::vector<SynthRow> rows;  // in the order in which they were taken
  SynthProgress progress;
  std::vector<std::string> warnings;
  std::string journal;
};

// What decides a corpus beside the number of specs, as corpus.json says it (docs/formats.md). kUsage, as from Synthesise, for options that
// will not do: before anything is made or paid for.
Result<Json> SynthSettings(Fs& fs, Http& http, const SynthOptions& options);

Result<SynthReport> Synthesise(Fs& fs, Http& http, const SynthOptions& options, const std::function<void(const SynthEvent&)>& on_event);

// "12 calls, 3 specs dropped: 2 twice, 1 malformed, 40 pairs dropped: ...; 36 requests, 9,000 tokens": for people.
std::string SynthCounts(const SynthProgress& progress);

}  // namespace paw
