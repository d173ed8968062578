#include "teacher/endpoint.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>

#include "base/limits.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr std::string_view kChatPath = "/chat/completions";
constexpr double kWaitSliceSeconds = 0.1;
constexpr double kLongestBackOffSeconds = 30;
// A shorter key may well be a word of an honest answer.
constexpr std::size_t kKeyBytesToBlot = 12;
constexpr std::size_t kBackslashesMax = 8;  // of one escape: a text inside a text inside a text

bool MayPass(int status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

double BackOff(int tries, Random& jitter) {
  return std::min(std::ldexp(1.0, tries - 1), kLongestBackOffSeconds) * (1 - 0.5 * jitter.Double());
}

std::string Seconds(double seconds) { return std::to_string(std::llround(std::ceil(seconds))) + " s"; }

// What a bearer token may hold (RFC 6750 allows less). So no character of a key is one that JSON must escape.
bool IsKey(std::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

// The bytes at the beginning of `text` that spell `c`: as it stands, or as an escape of JSON, also of JSON inside JSON. 0: they do not.
std::size_t Spelled(std::string_view text, char c) {
  if (text.starts_with(c)) return 1;
  const std::size_t slashes = std::min(text.find_first_not_of('\\'), text.size());
  if (slashes == 0 || slashes > kBackslashesMax) return 0;
  text.remove_prefix(slashes);
  unsigned code = 0;
  if (text.size() >= 5 && text[0] == 'u') {
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 5, code, 16);
    if (error == std::errc() && end == text.data() + 5 && code == static_cast<unsigned char>(c)) return slashes + 5;
  }
  return text.starts_with(c) ? slashes + 1 : 0;
}

// Where `key` ends that begins at the beginning of `text`; 0: it does not stand there.
std::size_t KeyAt(std::string_view text, std::string_view key) {
  std::size_t at = 0;
  for (const char c : key) {
    const std::size_t bytes = Spelled(text.substr(at), c);
    if (bytes == 0) return 0;
    at += bytes;
  }
  return at;
}

}  // namespace

Result<Endpoint> Endpoint::Open(Http& http, Fs& clock, EndpointOptions options) {
  Endpoint endpoint(http, clock, std::move(options));
  std::string url = endpoint.options_.url;
  PAW_TRY(ShownUrl(url));
  if (url.find_first_of("?#") != std::string::npos) {
    return Usage("asking a teacher: found a query or fragment in its address, expected an address such as http://127.0.0.1:8000/v1");
  }
  if (!IsKey(endpoint.options_.key)) {
    return Usage("asking a teacher: found characters in its key that no key has, expected printable ASCII without blanks and quotes");
  }
  while (url.ends_with('/')) url.pop_back();
  if (!url.ends_with(kChatPath)) url += kChatPath;
  endpoint.shown_ = PAW_TRY(ShownUrl(url));
  endpoint.url_ = std::move(url);
  return endpoint;
}

std::string Endpoint::KeyWarning() const {
  if (options_.key.empty() || !shown_.starts_with("http:") || IsThisMachine(options_.url)) return "";
  return "the key in PAW_TEACHER_KEY went to " + shown_ + " unencrypted; https would hide it";
}

std::string Endpoint::WithoutKey(std::string_view text) const {
  if (options_.key.empty()) return std::string(text);
  std::string blotted;
  while (!text.empty()) {
    const std::size_t bytes = KeyAt(text, options_.key);
    blotted += bytes > 0 ? std::string_view("(key)") : text.substr(0, 1);
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  return blotted;
}

Status Endpoint::Wait(double seconds, const std::function<bool()>& stop) const {
  const double end = clock_->SteadySeconds() + seconds;
  for (;;) {
    PAW_TRY(CheckCancelled(options_.cancel, "waiting for " + shown_));
    if (stop()) return Failed("waiting for " + shown_ + ": told to stop");
    const double left = end - clock_->SteadySeconds();
    if (left <= 0) return Ok();
    clock_->SleepSeconds(std::min(left, kWaitSliceSeconds));
  }
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

Result<Completion> Endpoint::Ask(const Json& request, Random& jitter, const std::function<void(const std::string&)>& on_wait,
                                 const std::function<bool()>& stop) const {
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
    if (reply.code() == Code::kRefused) {  // too large: at least so much was made
      return Completion{std::nullopt, reply.message(), EstimatedTokens(post.body.size(), post.reply_bytes_max)};
    }
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
    PAW_TRY(Wait(seconds, stop));
  }
}

}  // namespace paw
