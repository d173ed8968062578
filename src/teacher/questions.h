// Questions: each is asked until an answer can be read, and none is paid for twice. Inside teacher/ and corpus/.
//
//   const Outcome outcome = PAW_TRY(questions.Ask(batch, TeacherStep::kPairs, request_of_attempt, read));
//
// The answer is the first reply in the journal that `read` takes, else one from the endpoint, which is asked kReadingsMax times in one
// run, however often it was before. What was given up before stays so once nothing more is asked (the token limit is reached, or the
// journal is full), and what was paid for after it is of use. A reply for which the journal has no room is lost, and ends the asking.
//
// Thread rule: Ask may be called from many threads at once; `request` and `read` run in the caller's, `on_wait` in any. Owner: everything
// passed must outlive it. Errors: as endpoint.h and journal.h say, kInterrupted, kFailed (Stop was called: another question has failed).
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/interrupt.h"
#include "base/json.h"
#include "paw/status.h"
#include "teacher/endpoint.h"
#include "teacher/journal.h"

namespace paw {

enum class Outcome : std::uint8_t {
  kAnswered,
  kGivenUp,  // no answer could be read
  kStopped,  // the token limit came first, or the journal is full
};

class Questions {
 public:
  static constexpr std::size_t kReadingsMax = 3;

  struct Options {
    std::int64_t tokens_max = 0;  // 0: no limit
    std::uint64_t seed = 1;       // of the waits
    const CancelFlag* cancel = nullptr;
  };
  using Request = std::function<Json(int attempt)>;             // the body; attempts count from 0
  using Read = std::function<Status(std::string_view answer)>;  // not ok: it could not be read
  using OnWait = std::function<void(const std::string& note)>;

  Questions(const Endpoint& endpoint, TeacherJournal& journal, Options options, OnWait on_wait)
      : endpoint_(endpoint), journal_(journal), options_(options), on_wait_(std::move(on_wait)) {}

  Result<Outcome> Ask(std::int64_t batch, TeacherStep step, const Request& request, const Read& read);
  // No further request, and no wait goes on.
  void Stop() { stopped_ = true; }

  std::int64_t asked() const { return asked_; }  // requests answered in this run
  std::string last_problem() const;              // why the last answer that could not be read could not
  std::string WhyStopped() const;                // for people; of use where an outcome was kStopped

 private:
  bool LimitReached() const { return options_.tokens_max > 0 && journal_.tokens() >= options_.tokens_max; }
  // nullopt: the journal has no room for the reply.
  Result<std::optional<TeacherReply>> Send(std::int64_t batch, TeacherStep step, const Json& request, Random& jitter);

  const Endpoint& endpoint_;
  TeacherJournal& journal_;
  const Options options_;
  const OnWait on_wait_;
  std::atomic<bool> stopped_{false};
  std::atomic<std::int64_t> asked_{0};
  mutable std::mutex mutex_;
  std::string last_problem_;
};

// work(i), a Result, for each i below `count` on up to `threads` threads; take(value) under `mutex`, in the order of i. After the first
// error stop() is called, nothing new begins, and that error comes back.
template <typename Work, typename Take, typename StopFn>
Status InOrder(std::size_t count, int threads, std::mutex& mutex, Work work, Take take, StopFn stop) {
  using Value = std::decay_t<decltype(work(std::size_t{0}).value())>;
  std::vector<std::optional<Value>> done(count);
  std::atomic<std::size_t> next{0};
  std::size_t taken = 0;
  Status failure;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      Result<Value> value = work(i);
      const std::scoped_lock hold(mutex);
      if (!value.ok() && failure.ok()) {
        failure = value.status();
        stop();
      }
      if (!failure.ok()) return;
      done[i] = std::move(value).value();
      for (; taken < count && done[taken]; ++taken) {
        take(std::move(*done[taken]));
        done[taken] = Value();
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    const std::size_t wanted = std::min(count, static_cast<std::size_t>(threads));
    while (helpers.size() + 1 < wanted) helpers.emplace_back(run);
    run();
  }
  return failure;
}

}  // namespace paw
