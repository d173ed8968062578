#include "teacher/endpoint.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/limits.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr std::string_view kChatPath = "/chat/completions";
constexpr double kWaitSliceSeconds = 0.1;
constexpr double kLongestBackOffSeconds = 30;
// A shorter key may well be a word of an honest answer.
constexpr std::size_t kKeyBytesToBlot = 12;

bool MayPass(int status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

double BackOff(int tries, Random& jitter) {
  return std::min(std::ldexp(1.0, tries - 1), kLongestBackOffSeconds) * (1 - 0.5 * jitter.Double());
}

std::string Seconds(double seconds) { return std::to_string(std::llround(std::ceil(seconds))) + " s"; }

}  // namespace

Result<Endpoint> Endpoint::Open(Http& http, Fs& clock, EndpointOptions options) {
  Endpoint endpoint(http, clock, std::move(options));
  std::string url = endpoint.options_.url;
  PAW_TRY(ShownUrl(url));
  if (url.find_first_of("?#") != std::string::npos) {
    return Usage("asking a teacher: found a query or fragment in its address, expected an address such as http://127.0.0.1:8000/v1");
  }
  while (url.ends_with('/')) url.pop_back();
  if (!url.ends_with(kChatPath)) url += kChatPath;
  endpoint.shown_ = PAW_TRY(ShownUrl(url));
  endpoint.url_ = std::move(url);
  return endpoint;
}

std::string Endpoint::WithoutKey(std::string_view text) const {
  return options_.key.empty() ? std::string(text) : ReplaceAll(text, options_.key, "(key)");
}

Status Endpoint::Wait(double seconds) const {
  const double end = clock_->SteadySeconds() + seconds;
  for (double left = seconds; left > 0; left = end - clock_->SteadySeconds()) {
    PAW_TRY(CheckCancelled(options_.cancel, "waiting for " + shown_));
    clock_->SleepSeconds(std::min(left, kWaitSliceSeconds));
  }
  return CheckCancelled(options_.cancel, "waiting for " + shown_);
}

// The server's own words where they are {"error": {"message": ...}}, else the beginning of what it sent.
Status Endpoint::ErrorOf(const HttpReply& reply) const {
  std::string words = reply.body;
  if (const auto json = ParseJson(reply.body, "an error", kTeacherReplyBytesMax); json.ok()) {
    const Json* error = FindMember(*json, "error");
    const Json* message = error != nullptr ? FindMember(*error, "message") : nullptr;
    if (message != nullptr && message->is_string()) words = message->get<std::string>();
  }
  std::string hint;
  if (reply.status == 401 || reply.status == 403)
    hint = options_.key.empty() ? " and a key in PAW_TEACHER_KEY" : " and a key that it takes";
  if (reply.status >= 300 && reply.status < 400) hint = "; a redirect is not followed, so name the place itself";
  const std::string text =
      "asking " + shown_ + ": found status " + std::to_string(reply.status) + " (" + Quoted(WithoutKey(words)) + "), expected 200" + hint;
  return MayPass(reply.status) ? Unavailable(text) : Failed(text);
}

Result<Completion> Endpoint::Ask(const Json& request, Random& jitter, const std::function<void(const std::string&)>& on_wait) const {
  HttpRequest post;
  post.method = "POST";
  post.url = url_;
  post.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  if (!options_.key.empty()) post.headers.push_back({"Authorization", "Bearer " + options_.key});
  post.body = WriteJson(request);
  post.seconds_max = options_.seconds_max;
  post.reply_bytes_max = kTeacherReplyBytesMax;
  for (int tries = 1;; ++tries) {
    const auto reply = http_->Send(post, options_.cancel);
    if (reply.ok() && reply->status == 200) {
      const bool blot = options_.key.size() >= kKeyBytesToBlot;
      return ReadCompletion(blot ? WithoutKey(reply->body) : reply->body, post.body.size());
    }
    if (reply.code() == Code::kRefused) return Completion{std::nullopt, reply.message(), EstimatedTokens(post.body.size(), 0)};
    const Status failure = reply.ok() ? ErrorOf(*reply) : reply.status();
    if (failure.code() != Code::kUnavailable) return failure;
    if (tries == kTriesMax) {
      return Unavailable(failure.message() + "; given up after " + std::to_string(kTriesMax) + " tries");
    }
    std::optional<double> asked;
    if (reply.ok()) {
      if (const auto header = reply->headers.find("retry-after"); header != reply->headers.end()) {
        asked = RetryAfterSeconds(header->second, clock_->WallSeconds());
      }
    }
    const double seconds = asked.value_or(BackOff(tries, jitter));
    if (seconds > kWaitSecondsMax) {
      return Unavailable(failure.message() + "; it asks for a wait of " + Seconds(seconds) + ", expected at most " +
                         Seconds(kWaitSecondsMax));
    }
    on_wait("again in " + Seconds(seconds) + ": " + failure.message());
    PAW_TRY(Wait(seconds));
  }
}

}  // namespace paw
