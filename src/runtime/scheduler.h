// Scheduler: one engine for any number of callers. Their rows run together, a step at a time, whatever programs they belong to.
//
//   caller's thread        Session ─▶ Context of NewContext() ─▶ rows wait in the scheduler
//   one of those callers   takes rows from all that wait, computes them in one Forward of the one real Context, hands the results out
//
// There is no thread of its own: while callers wait, one of them computes for all (flat combining), so a single caller pays a lock and no
// hand-over. New rows join at every step (continuous batching). A row's numbers do not depend on the rows beside it (lm.h), so answers are
// those of a session of one's own, byte for byte; for an engine that promises less (llama.cpp) they may differ in the last bits.
//
// Steps are about step_tokens tokens: long prompts are cut into chunks, so that the others go on meanwhile. Turns go round the groups
// (programs) that wait, so one program's thousand rows do not hold back another's single one.
// What begins a program's rows, its prompt up to the input, is evaluated once for all callers (EvaluatePrefix) and kept: the last used ones
// in memory, all of them on disk where there is a PrefixCache.
//
// Thread rule: everything here from any thread; a Context it gives belongs to one thread at a time. Owner: contexts keep the scheduler
// alive; it keeps what it was given as `owner`. Errors: what Forward says, for the caller whose row it is alone; kInterrupted and
// kUnavailable for a call that was cancelled or is past its deadline, whose sequences are then of no use; kUnavailable for a caller too many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/interrupt.h"
#include "lm/lm.h"
#include "paw/status.h"
#include "store/prefix_cache.h"

namespace paw {

struct SchedulerOptions {
  int threads = 0;                  // of the engine; 0 = its best
  std::int32_t context_max = 8192;  // tokens of one sequence
  int step_tokens = 512;            // bounds what one step makes others wait for; a tree and a row of embeddings are not cut
  std::size_t callers_max = 1024;   // contexts at once
  // Tokens of prefixes that nobody uses and that stay in memory all the same: of those that are nowhere else, and of those in the cache.
  std::size_t prefix_tokens_max = 16384;
  std::size_t cached_prefix_tokens_max = 1024;
  // Where evaluated prefixes are kept for other processes and for later; null: nowhere. `prefix_cache_model` stands for all that their
  // numbers depend on beside adapter and tokens: the base's digest, the engine and its version.
  std::shared_ptr<PrefixCache> prefix_cache = nullptr;
  std::string prefix_cache_model = {};
};

struct CallerOptions {
  std::int64_t group = 0;                                 // callers of one group share its turns
  const CancelFlag* cancel = nullptr;                     // looked at while rows wait
  std::optional<double> deadline_seconds = std::nullopt;  // from now
  std::string program_digest = {};                        // stands for the adapter of its prefixes; empty: they are not kept on disk
};

struct SchedulerCounts {
  std::int64_t steps = 0, rows = 0, tokens = 0;  // of all Forward calls
  std::int64_t prefixes = 0;                     // evaluated
  std::int64_t prefixes_read = 0;                // from the cache
  std::int64_t waiting = 0;                      // calls now
};

class Scheduler : public std::enable_shared_from_this<Scheduler> {
 public:
  // `owner` lives as long as the scheduler: what the model belongs to.
  static Result<std::shared_ptr<Scheduler>> Open(const LanguageModel& model, std::shared_ptr<const void> owner,
                                                 const SchedulerOptions& options);
  ~Scheduler();
  Result<std::unique_ptr<Context>> NewContext(const CallerOptions& caller);
  SchedulerCounts counts() const;

 private:
  friend class CallerContext;
  struct Impl;
  explicit Scheduler(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace paw
