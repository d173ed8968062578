// TeacherJournal: every reply that a teacher was paid for, kept on disk, so that no question is asked twice.
//
//   <root>/teacher/<key>.jsonl   one line a reply, in the order in which they came:
//   {"batch": 0, "step": "specs" | "pairs" | "outputs", "tokens": n, "text": "..."}     the model's answer as it stands
//   {"batch": 0, "step": "specs" | "pairs" | "outputs", "tokens": n, "problem": "..."}  a reply without one
//
// The pairs are not stored: they follow from the answers each time, by the same code. A line is synced before the next request, so a
// killed run loses the replies under way and no other; a last line that is not whole is cut off. After a line that could not be written
// whole nothing more is, so that a torn line is always the last; and no reply makes the file larger than what is
// read again: ask full() before a question. The key is the digest of all that the questions depend on. Deleting the folder loses nothing but what
// was paid.
//
// Thread rule: may be used from many threads at once. One process at a time: the file is locked. Owner: the Fs must outlive it.
// Errors: kUnavailable (another process at work on it, a full disk), kRefused (a damaged line before the last, named).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "fs/fs.h"
#include "paw/status.h"

namespace paw {

enum class TeacherStep : std::uint8_t { kSpecs, kPairs, kOutputs };

struct TeacherReply {
  std::int64_t tokens = 0;
  std::optional<std::string> text;  // nullopt: `problem` says why
  std::string problem;
};

class TeacherJournal {
 public:
  static Result<std::unique_ptr<TeacherJournal>> Open(Fs& fs, const std::string& root, const std::string& key,
                                                      std::size_t bytes_max = kTeacherJournalBytesMax);

  // The reply to the n-th attempt (from 0) at a question; nullopt when it is not there yet.
  std::optional<TeacherReply> Find(std::int64_t batch, TeacherStep step, std::size_t attempt) const;
  // The reply to the next attempt. True: it is on the disk. False: there is no room for it.
  Result<bool> Append(std::int64_t batch, TeacherStep step, const TeacherReply& reply);
  std::int64_t tokens() const;  // of all replies
  // There was no room for a reply, or there is none for another one as long as the longest: a question would be paid for in vain.
  bool full() const;
  std::size_t bytes_max() const { return bytes_max_; }
  const std::string& path() const { return path_; }

 private:
  TeacherJournal() = default;
  Status Load(Fs& fs);

  std::string path_;
  std::unique_ptr<HeldLock> lock_;
  mutable std::mutex mutex_;
  std::unique_ptr<WritableFile> file_;
  std::map<std::pair<std::int64_t, TeacherStep>, std::vector<TeacherReply>> replies_;
  std::int64_t tokens_ = 0;
  std::size_t bytes_ = 0, bytes_max_ = 0;  // of the file
  std::size_t longest_ = 0;                // line, its end counted
  bool lost_ = false;                      // a line for which there was no room
  Status broken_;                          // why it takes no more
};

}  // namespace paw
