// Http: one request over HTTP or HTTPS and its reply. The only door to a network: nothing else in paw opens a socket.
//
//   const std::unique_ptr<Http> http = PAW_TRY(OpenHttp());
//   HttpRequest request;
//   request.method = "POST";
//   request.url = "http://127.0.0.1:8000/v1/chat/completions";
//   HttpReply reply = PAW_TRY(http->Send(request, cancel));
//
// A reply of any status is a reply, errors of the server too. A redirect is not followed: it comes back as the 3xx that it is, so that a
// body and its key go to the place that was named and to no other. No cookies, no .netrc, no compression, no other protocol; a proxy is
// taken from the environment as curl takes it (https_proxy, no_proxy), but never for this machine. Certificates are checked.
//
// Thread rule: one Http may be used from many threads at once. Owner: the caller. Errors name the address without its query:
//   kUsage        a request that cannot be sent: not an http(s) address, a name or password in it, a line end in a header, over a limit
//   kUnavailable  no connection, a time-out, a connection that broke: the same request may come out another time
//   kFailed       a certificate that does not hold
//   kRefused      a reply over its limit
//   kInterrupted  cancelled; noticed within a fraction of a second
// Source: RFC 9110; libcurl's multi interface does the work.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "base/limits.h"
#include "paw/status.h"

namespace paw {

struct HttpHeader {
  std::string name;   // a token of RFC 9110
  std::string value;  // never shown in a message: it may be a key
};

struct HttpRequest {
  std::string method = "GET";  // or "POST"
  std::string url;
  std::vector<HttpHeader> headers;
  std::string body;  // of a POST, at most kHttpRequestBytesMax
  double seconds_max = 60;
  std::size_t reply_bytes_max = kHttpReplyBytesMax;
};

struct HttpReply {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; of one that comes twice the last
  std::string body;
};

class Http {
 public:
  virtual ~Http() = default;
  virtual Result<HttpReply> Send(const HttpRequest& request, const CancelFlag* cancel) = 0;
};

// The real one.
Result<std::unique_ptr<Http>> OpenHttp();

// "http://host:port/path": what messages show of an address. kUsage for one that is not http(s), has no host, or carries a name or
// password (those belong in a header, and never in a message).
Result<std::string> ShownUrl(const std::string& url);

// Whether the host of an address that ShownUrl takes is this machine: localhost, 127.0.0.0/8 or ::1.
bool IsThisMachine(const std::string& url);

// The seconds from now that a Retry-After header asks for: a whole number of seconds, or a date (RFC 9110, 10.2.3), which in the past
// means 0. Nullopt for anything else. `now`: seconds since 1970.
std::optional<double> RetryAfterSeconds(std::string_view value, double now);

}  // namespace paw
