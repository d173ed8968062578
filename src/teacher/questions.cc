#include "teacher/questions.h"

#include "base/random.h"

namespace paw {
namespace {

constexpr const char* kWhat = "asking a teacher";

}  // namespace

Result<Outcome> Questions::Ask(std::int64_t batch, TeacherStep step, const Request& request, const Read& read) {
  Random jitter(options_.seed, "teacher waits " + std::to_string(batch));
  std::size_t asked = 0;
  for (std::size_t attempt = 0;; ++attempt) {
    std::optional<TeacherReply> reply = journal_.Find(batch, step, attempt);
    if (!reply && asked == kReadingsMax) return Outcome::kGivenUp;
    if (!reply) {
      PAW_TRY(CheckCancelled(options_.cancel, kWhat));
      if (stopped_) return Failed(std::string(kWhat) + ": another request has failed");
      if (!LimitReached() && !journal_.full()) reply = PAW_TRY(Send(batch, step, request(static_cast<int>(attempt)), jitter));
      if (!reply) return attempt < kReadingsMax ? Outcome::kStopped : Outcome::kGivenUp;
      ++asked;
    }
    const Status readable = reply->text ? read(*reply->text) : Refused(reply->problem);
    if (readable.ok()) return Outcome::kAnswered;
    const std::scoped_lock hold(mutex_);
    last_problem_ = readable.message();
  }
}

Result<std::optional<TeacherReply>> Questions::Send(std::int64_t batch, TeacherStep step, const Json& request, Random& jitter) {
  Completion completion = PAW_TRY(endpoint_.Ask(request, jitter, on_wait_, [this] { return stopped_.load(); }));
  TeacherReply reply{completion.tokens, std::move(completion.text), std::move(completion.problem)};
  const bool kept = PAW_TRY(journal_.Append(batch, step, reply));
  ++asked_;
  return kept ? std::optional<TeacherReply>(std::move(reply)) : std::nullopt;
}

std::string Questions::WhyStopped() const {
  if (LimitReached()) {
    return "the limit of " + std::to_string(options_.tokens_max) + " tokens is reached with " + std::to_string(journal_.tokens()) +
           " spent";
  }
  return "the file of the replies is full (" + std::to_string(journal_.bytes_max()) + " bytes at most)";
}

std::string Questions::last_problem() const {
  const std::scoped_lock hold(mutex_);
  return last_problem_;
}

}  // namespace paw
