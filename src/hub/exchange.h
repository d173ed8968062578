// Request and Response: one exchange of the hub, as plain values. What reads sockets makes the one and sends the other (server.h); what
// answers knows nothing of sockets (router.h, the handlers).
//
// Thread rule: plain values; a BodyWriter belongs to the handler that got it, while its stream function runs. Owner: a Response owns what
// it sends; a FileSlice names a file that is published by rename and never changed.
// Source: RFC 9110 (semantics), RFC 9112 (HTTP/1.1).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace paw::hub {

// Who asks. An account (accounts.h), or nobody: then the address stands for them.
struct Caller {
  std::int64_t user_id = 0;  // 0: not signed in
  std::string user;          // the account's name
  std::int64_t key_id = 0;   // the key they showed, or signed in with
  bool by_cookie = false;    // of the page
  std::string address;       // of the connection
  bool signed_in() const { return user_id != 0; }
};

struct Request {
  std::string method;                          // "GET"
  std::string target;                          // as sent: "/api/v1/programs/me%2Ftriage?x=1"
  std::string path;                            // of the target, not decoded
  std::map<std::string, std::string> query;    // decoded; of a name that comes twice the first
  std::map<std::string, std::string> headers;  // names in lower case; of a name that comes twice the values joined by ", "
  std::string body;
  Json json = Json::object();       // the body, where the route takes JSON and there is one
  std::string id;                   // of this exchange, for the reply and the log
  std::vector<std::string> values;  // what the route's placeholders took, decoded
  Caller caller;

  // "" where there is none.
  std::string_view Header(std::string_view name) const;
  std::string_view Query(std::string_view name) const;
};

struct FileSlice {
  std::string path;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

// Takes the body of a reply whose length is not known before.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  // False when the other side has gone or the server stops: nothing more arrives.
  virtual bool Write(std::string_view bytes) = 0;
  virtual bool open() const = 0;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<FileSlice> file;            // in place of the body
  std::function<void(BodyWriter&)> stream;  // in place of the body; called on the thread of the handler
  std::string route;                        // the pattern that answered, for the metrics; never what the user sent

  Response& With(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

Response JsonResponse(const Json& value, int status = 200);

// %XX decoded; nullopt for a broken escape, NUL, other control characters, or bytes that are not UTF-8. `plus`: + is a blank (queries).
std::optional<std::string> PercentDecoded(std::string_view text, bool plus = false);
// What stands in one segment of a path.
std::string PercentEncoded(std::string_view text);

// Splits request.target into path and query. False for a target that is no path or has a broken query.
bool SplitTarget(Request& request);

// "Mon, 23 Nov 2026 10:00:00 GMT" and "2026-11-23T10:00:00Z", of seconds since 1970.
std::string HttpDate(double seconds);
std::string IsoTime(double seconds);

}  // namespace paw::hub
