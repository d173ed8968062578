// Endpoint: a server that speaks the chat/completions protocol, as a function from a question to an answer. Inside teacher/ and corpus/.
//
// What may pass by itself is tried again, kTriesMax times in all: no connection, a time-out, a connection that broke, and the statuses
// 408, 425, 429 and 5xx. Between two tries it waits as long as Retry-After says, else 1, 2, 4, ... seconds, each shortened by up to a
// half by chance, so that several askers do not come back together.
//
// The key is blotted out of the server's own words in messages, and, where it has 12 bytes or more, out of answers before anything else is
// done with them, escaped in JSON or not. A shorter one stays in an answer: it is a placeholder, and may well be a word of an honest one.
//
// Thread rule: may be used from many threads at once. Owner: Http, Fs (the clock) and the flag must outlive it.
// Errors: kUnavailable (still nothing after the last try, or a wait longer than kWaitSecondsMax asked for), kFailed (another status; the
// server's own words are shown, without the key; or told to stop), kUsage (as Http says; a key of other than printable ASCII),
// kInterrupted. A reply that is no answer, or too large a one, is no error: Completion::problem.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/interrupt.h"
#include "base/json.h"
#include "base/random.h"
#include "fs/fs.h"
#include "net/http.h"
#include "paw/status.h"
#include "teacher/reading.h"

namespace paw {

struct EndpointOptions {
  std::string url;           // up to the version, "http://127.0.0.1:8000/v1", or with /chat/completions
  std::string key;           // sent as a bearer token; empty: none
  double seconds_max = 120;  // of one exchange
  const CancelFlag* cancel = nullptr;
};

class Endpoint {
 public:
  static constexpr int kTriesMax = 5;
  static constexpr double kWaitSecondsMax = 120;

  // kUsage for what is no address of a server.
  static Result<Endpoint> Open(Http& http, Fs& clock, EndpointOptions options);

  // `jitter` belongs to the caller's thread; `on_wait` gets a line for people before each wait. Once `stop` says true no further try is
  // made, and no wait goes on; a request under way comes to its end, for it will be paid.
  Result<Completion> Ask(const Json& request, Random& jitter, const std::function<void(const std::string&)>& on_wait,
                         const std::function<bool()>& stop) const;

  const std::string& url() const { return url_; }      // the full one
  const std::string& shown() const { return shown_; }  // for messages
  // Of a key that goes to another machine unencrypted; empty: none.
  std::string KeyWarning() const;

 private:
  Endpoint(Http& http, Fs& clock, EndpointOptions options) : http_(&http), clock_(&clock), options_(std::move(options)) {}
  Status Wait(double seconds, const std::function<bool()>& stop) const;
  std::string WithoutKey(std::string_view text) const;
  Status ErrorOf(const HttpReply& reply) const;

  Http* http_;
  Fs* clock_;
  EndpointOptions options_;
  std::string url_;
  std::string shown_;
};

}  // namespace paw
