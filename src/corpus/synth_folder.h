// SynthFolder: the folder of a corpus from a language model, held from before the first request until its files are there.
//
//   const Json settings = PAW_TRY(SynthSettings(fs, *http, options));
//   SynthFolder folder = PAW_TRY(SynthFolder::Open(fs, {"corpus", settings, options.specs}));  // before anything is paid for
//   std::vector<SynthFile> files = PAW_TRY(folder.Write(report));
//
//   SPLIT.jsonl   for each split that has a spec: rows of eval/corpus_file.h, in the order of a digest of their ids
//   corpus.json   settings, counts, digests, coverage (docs/formats.md)
//   .corpus.lock  stays
//
// Nothing is overwritten or removed but what a run wrote: a SPLIT.jsonl whose digest corpus.json does not have is refused, at Open and again
// before the first byte is written; files of other names are left alone. So is a corpus of other settings, or one with more specs than would
// take its place, unless `replace` says so.
//
// Every file is whole, and all are on the disk under other names before the first gets its own: a disk that is too full changes nothing. A
// run that is killed between two names leaves old files among new ones, and corpus.json has the digests of both: the same command mends that,
// without a request where every question had an answer that could be read (synth.h).
//
// Thread rule: one thread. Owner: the Fs must outlive it. Errors: kUsage (files of others, a file in the place of the folder, other settings,
// fewer specs asked for), kFailed (fewer specs came out than are there), kUnavailable (another run at work on it, a folder that cannot be
// written or read, a full disk), kRefused (a corpus.json of ours that was changed).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "corpus/synth.h"
#include "fs/fs.h"
#include "paw/status.h"

namespace paw {

struct SynthFile {
  std::string name, sha256;
  std::int64_t specs = 0, pairs = 0;
};

struct SynthTarget {
  std::string folder;
  Json settings;           // of SynthSettings
  std::int64_t specs = 0;  // how many are asked for
  bool replace = false;    // a corpus of other settings or with more specs may go
};

class SynthFolder {
 public:
  // A new folder (made), an empty one, or one with a corpus that this one goes on from.
  static Result<SynthFolder> Open(Fs& fs, SynthTarget target);
  SynthFolder(SynthFolder&&) = default;
  SynthFolder& operator=(SynthFolder&&) = delete;

  // The files; those of splits without a spec go. A warning in `report` where a split is empty that the trainer reads.
  Result<std::vector<SynthFile>> Write(SynthReport& report);

 private:
  SynthFolder(Fs* fs, SynthTarget target) : fs_(fs), target_(std::move(target)) {}
  std::string What() const;
  std::string PathOf(const std::string& name) const;
  Status ReadFacts();
  Status CheckSettings() const;
  Status CheckFiles();
  // `files`: names and texts.
  Status Publish(const Json& facts, const std::vector<std::pair<std::string, std::string>>& files);

  Fs* fs_;
  SynthTarget target_;
  std::unique_ptr<HeldLock> lock_;
  // What corpus.json says of the files there; empty: there is none.
  Json settings_;
  std::int64_t specs_ = 0;
  std::map<std::string, std::set<std::string>> digests_;  // by name: a run wrote it with one of these
  std::map<std::string, std::string> there_;              // files of splits that were found, with their digests
};

}  // namespace paw
