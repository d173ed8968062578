// Http: one request over HTTP or HTTPS and its reply, or one file into a sink. The only door to a network that paw opens as a client.
//
//   const std::unique_ptr<Http> http = PAW_TRY(OpenHttp());
//   HttpRequest request;
//   request.method = "POST";
//   request.url = "http://127.0.0.1:8000/v1/chat/completions";
//   HttpReply reply = PAW_TRY(http->Send(request, cancel));
//
// A reply of any status is a reply, errors of the server too. Send follows no redirect: it comes back as the 3xx that it is, so that a
// body and its key go to the place that was named and to no other. Download follows up to kHttpRedirectsMax of them, for files lie where
// the owner of the place says; the caller's headers (a key is one) go to the scheme, host and port that the caller named and to no other,
// https is never left for http, and another machine never sends us to this one. No cookies, no .netrc, no compression, no other protocol;
// a proxy is taken from the environment as curl takes it (https_proxy, no_proxy), but never for this machine. Certificates are checked.
//
// Thread rule: one Http may be used from many threads at once. Owner: the caller. Errors name the address without its query:
//   kUsage        a request that cannot be sent: not an http(s) address, a name or password in it, a line end in a header, over a limit
//   kUnavailable  no connection, a time-out, a connection that broke: the same request may come out another time
//   kFailed       a certificate that does not hold
//   kRefused      a reply over its limit, a part of a file that was not asked for, a redirect that leads astray
//   kInterrupted  cancelled; noticed within a fraction of a second
// and what a sink returns.
// Source: RFC 9110; libcurl's multi interface does the work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "base/limits.h"
#include "base/progress.h"
#include "paw/status.h"

namespace paw {

struct HttpHeader {
  std::string name;   // a token of RFC 9110
  std::string value;  // never shown in a message: it may be a key
};

struct HttpRequest {
  std::string method = "GET";  // or HEAD, POST, PUT, PATCH, DELETE
  std::string url;
  std::vector<HttpHeader> headers;
  std::string body;  // of POST, PUT and PATCH, at most kHttpRequestBytesMax
  double seconds_max = 60;
  std::size_t reply_bytes_max = kHttpReplyBytesMax;
};

struct HttpReply {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; of one that comes twice the last
  std::string body;
};

// A file of any size.
struct HttpDownload {
  std::string url;
  std::vector<HttpHeader> headers;       // for the scheme, host and port of `url` alone
  std::uint64_t from = 0;                // bytes that are here already: the rest is asked for
  std::uint64_t bytes_max = 0;           // of the whole file
  double seconds_max = kHttpSecondsMax;  // of each exchange; one that brings nothing for kHttpStallSeconds is cut before
  ProgressFn progress = {};              // in bytes of the whole file
};

// Where it goes. Called on the thread of Download; an error ends it, and Download returns that.
struct HttpSink {
  // Once, before the first byte. `offset`: where in the file the bytes to come begin: `from`, or 0 where the server sends all of it.
  std::function<Status(std::uint64_t offset, const HttpReply& head)> begin;
  std::function<Status(std::span<const std::byte> bytes)> write;
};

class Http {
 public:
  virtual ~Http() = default;
  virtual Result<HttpReply> Send(const HttpRequest& request, const CancelFlag* cancel) = 0;
  // A reply of status 200 or 206 without a body: the sink has the file up to its end, of the length that the server stated. A reply of
  // another status: the sink got nothing, and the body has the first kHubErrorBytesMax bytes of what the server says.
  // kUnimplemented where an Http only sends.
  virtual Result<HttpReply> Download(const HttpDownload& download, const HttpSink& sink, const CancelFlag* cancel);
};

// The real one.
Result<std::unique_ptr<Http>> OpenHttp();

// "http://host:port/path": what messages show of an address. kUsage for one that is not http(s), has no host, or carries a name or
// password (those belong in a header, and never in a message).
Result<std::string> ShownUrl(const std::string& url);

// Whether the host of an address that ShownUrl takes is this machine: localhost, 127.0.0.0/8 or ::1.
bool IsThisMachine(const std::string& url);

// Whether two addresses have the same scheme, host and port. False for what is no address.
bool SameOrigin(const std::string& one, const std::string& other);

// Where the Location of a redirect of a download leads, read in the light of `from`. kRefused for what is no address that ShownUrl takes,
// for http after https, and for this machine after another one.
Result<std::string> RedirectTarget(const std::string& from, const std::string& location, const std::string& what);

// The seconds from now that a Retry-After header asks for: a whole number of seconds, or a date (RFC 9110, 10.2.3), which in the past
// means 0. Nullopt for anything else. `now`: seconds since 1970.
std::optional<double> RetryAfterSeconds(std::string_view value, double now);

}  // namespace paw
