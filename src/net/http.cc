#include "net/http.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "net/curl_exchange.h"
#include "net/download.h"

namespace paw {
namespace {

constexpr std::array<std::string_view, 6> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

bool HasBody(const std::string& method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

std::string_view VerbOf(const std::string& method) {
  return HasBody(method) ? "sending to " : method == "DELETE" ? "deleting " : "reading ";
}

// Where the body of a reply goes.
struct Body {
  CurlExchange* exchange;
  std::size_t bytes_max;
};

std::size_t TakeBody(const char* bytes, std::size_t one, std::size_t count, void* target) {
  auto& [exchange, bytes_max] = *static_cast<Body*>(target);
  std::string& body = exchange->reply().body;
  if (count > bytes_max - body.size()) {
    exchange->Stop(
        Refused(exchange->what() + ": found a reply of more than " + std::to_string(bytes_max) + " bytes, expected at most that"));
    return 0;
  }
  body.append(bytes, count);
  return one * count;
}

Status CheckRequest(const HttpRequest& request, const std::string& what) {
  if (std::find(kMethods.begin(), kMethods.end(), request.method) == kMethods.end()) {
    return Usage(what + ": found the method " + Quoted(request.method) + ", expected GET, HEAD, POST, PUT, PATCH or DELETE");
  }
  if (!request.body.empty() && !HasBody(request.method)) {
    return Usage(what + ": found a body of " + std::to_string(request.body.size()) + " bytes with " + request.method + ", expected none");
  }
  PAW_TRY(CheckSeconds(request.seconds_max, what));
  if (request.body.size() > kHttpRequestBytesMax || request.reply_bytes_max > kHttpReplyBytesMax) {
    return Usage(what + ": found a body of " + std::to_string(request.body.size()) + " bytes and a reply of at most " +
                 std::to_string(request.reply_bytes_max) + ", expected at most " + std::to_string(kHttpRequestBytesMax) + " and " +
                 std::to_string(kHttpReplyBytesMax));
  }
  return CheckHeaders(request.headers, what);
}

void SetMethod(CurlExchange& exchange, const HttpRequest& request) {
  if (request.method == "HEAD") exchange.Set(CURLOPT_NOBODY, 1L);
  if (HasBody(request.method)) {
    exchange.Set(CURLOPT_POST, 1L);
    exchange.Set(CURLOPT_POSTFIELDS, request.body.c_str());
    exchange.Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method == "PUT" || request.method == "PATCH" || request.method == "DELETE") {
    exchange.Set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

class CurlHttp final : public Http {
 public:
  Result<HttpReply> Send(const HttpRequest& request, const CancelFlag* cancel) override {
    const std::string what = std::string(VerbOf(request.method)) + PAW_TRY(ShownUrl(request.url));
    PAW_TRY(CheckRequest(request, what));
    CurlExchange exchange(what);
    PAW_TRY(exchange.Open(request.url, request.headers, request.seconds_max));
    SetMethod(exchange, request);
    Body body = {&exchange, request.reply_bytes_max};
    exchange.Set(CURLOPT_WRITEFUNCTION, &TakeBody);
    exchange.Set(CURLOPT_WRITEDATA, &body);
    PAW_TRY(exchange.Run(cancel));
    return std::move(exchange.reply());
  }

  Result<HttpReply> Download(const HttpDownload& download, const HttpSink& sink, const CancelFlag* cancel) override {
    return DownloadThroughCurl(download, sink, cancel);
  }
};

}  // namespace

Result<HttpReply> Http::Download(const HttpDownload& download, const HttpSink&, const CancelFlag*) {
  return Unimplemented("reading " + PAW_TRY(ShownUrl(download.url)) + ": found a way to the network that only sends requests");
}

Result<std::unique_ptr<Http>> OpenHttp() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // once in a process
  if (ready != CURLE_OK) return Internal(std::string("opening the network: libcurl says ") + curl_easy_strerror(ready));
  return std::unique_ptr<Http>(std::make_unique<CurlHttp>());
}

}  // namespace paw
