#include "net/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/text.h"

namespace paw {
namespace {

constexpr int kPollMilliseconds = 100;  // between two looks at the cancel flag
constexpr double kConnectSecondsMax = 30;

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyPointer = std::unique_ptr<CURL, FreeEasy>;
using MultiPointer = std::unique_ptr<CURLM, FreeMulti>;
using ListPointer = std::unique_ptr<curl_slist, FreeList>;

// What the callbacks fill.
struct Arriving {
  HttpReply reply;
  std::size_t bytes_max = 0;
  std::size_t header_bytes = 0;
  bool too_large = false;
};

std::size_t TakeBody(const char* bytes, std::size_t one, std::size_t count, void* target) {
  auto& arriving = *static_cast<Arriving*>(target);
  if (count > arriving.bytes_max - arriving.reply.body.size()) {
    arriving.too_large = true;
    return 0;
  }
  arriving.reply.body.append(bytes, count);
  return one * count;
}

std::size_t TakeHeader(const char* bytes, std::size_t one, std::size_t count, void* target) {
  auto& arriving = *static_cast<Arriving*>(target);
  arriving.header_bytes += count;
  if (arriving.header_bytes > kHttpHeaderBytesMax) {
    arriving.too_large = true;
    return 0;
  }
  const std::string_view line(bytes, count);
  if (line.starts_with("HTTP/")) arriving.reply.headers.clear();  // those before were of an interim reply
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    arriving.reply.headers[LowerAscii(Trim(line.substr(0, colon)))] = std::string(Trim(line.substr(colon + 1)));
  }
  return one * count;
}

bool IsToken(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// Printable characters and blanks, in any encoding.
bool IsFieldValue(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c != '\x7f' && (static_cast<unsigned char>(c) >= ' ' || c == '\t'); });
}

Status CheckRequest(const HttpRequest& request, const std::string& what) {
  if (request.method != "GET" && request.method != "POST") {
    return Usage(what + ": found the method " + Quoted(request.method) + ", expected GET or POST");
  }
  if (!(request.seconds_max > 0) || request.seconds_max > kHttpSecondsMax) {
    return Usage(what + ": found a time limit out of range, expected above 0 to " + std::to_string(std::llround(kHttpSecondsMax)) + " s");
  }
  if (request.body.size() > kHttpRequestBytesMax || request.reply_bytes_max > kHttpReplyBytesMax) {
    return Usage(what + ": found a body of " + std::to_string(request.body.size()) + " bytes and a reply of at most " +
                 std::to_string(request.reply_bytes_max) + ", expected at most " + std::to_string(kHttpRequestBytesMax) + " and " +
                 std::to_string(kHttpReplyBytesMax));
  }
  for (const HttpHeader& header : request.headers) {
    if (!IsToken(header.name))
      return Usage(what + ": found the header name " + Quoted(header.name) + ", expected letters, digits, - and _");
    if (!IsFieldValue(header.value)) {
      return Usage(what + ": found a control character in the value of the header " + header.name + ", expected none");
    }
  }
  return Ok();
}

Result<ListPointer> HeaderList(const HttpRequest& request) {
  ListPointer list;
  const auto append = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return false;
    (void)list.release();  // it is part of the longer one
    list.reset(longer);
    return true;
  };
  bool all = append("Expect:");  // a body is sent at once, without asking for leave
  for (const HttpHeader& header : request.headers) all = all && append(header.name + ": " + header.value);
  if (!all) return Unavailable("sending a request: found no memory for its headers");
  return list;
}

// In place of curl's varargs, so that a wrong option is an error like any other.
class Options {
 public:
  explicit Options(CURL* handle) : handle_(handle) {}
  template <typename T>
  void Set(CURLoption option, T value) {
    if (failed_ == CURLE_OK) failed_ = curl_easy_setopt(handle_, option, value);
  }
  CURLcode failed() const { return failed_; }

 private:
  CURL* handle_;
  CURLcode failed_ = CURLE_OK;
};

Status SetUp(CURL* handle, const HttpRequest& request, const curl_slist* headers, Arriving& arriving, const std::string& what) {
  Options options(handle);
  options.Set(CURLOPT_URL, request.url.c_str());
  options.Set(CURLOPT_PROTOCOLS_STR, "http,https");
  options.Set(CURLOPT_FOLLOWLOCATION, 0L);
  options.Set(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  options.Set(CURLOPT_QUICK_EXIT, 1L);  // a name that is still looked up keeps nobody waiting
#endif
  if (IsThisMachine(request.url)) options.Set(CURLOPT_PROXY, "");
  options.Set(CURLOPT_USERAGENT, "paw");
  options.Set(CURLOPT_HTTPHEADER, headers);
  options.Set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::ceil(request.seconds_max * 1000)));
  options.Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::ceil(std::min(request.seconds_max, kConnectSecondsMax) * 1000)));
  options.Set(CURLOPT_WRITEFUNCTION, &TakeBody);
  options.Set(CURLOPT_WRITEDATA, &arriving);
  options.Set(CURLOPT_HEADERFUNCTION, &TakeHeader);
  options.Set(CURLOPT_HEADERDATA, &arriving);
  if (request.method == "POST") {
    options.Set(CURLOPT_POST, 1L);
    options.Set(CURLOPT_POSTFIELDS, request.body.c_str());
    options.Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  if (options.failed() == CURLE_OK) return Ok();
  return Internal(what + ": libcurl says " + curl_easy_strerror(options.failed()));
}

Status ErrorOf(CURLcode code, const HttpRequest& request, const Arriving& arriving, const std::string& what) {
  if (arriving.too_large) {
    return Refused(what + ": found a reply over its limit, expected at most " + std::to_string(request.reply_bytes_max) + " bytes and " +
                   std::to_string(kHttpHeaderBytesMax) + " of headers");
  }
  const std::string found = what + ": found " + LowerAscii(curl_easy_strerror(code));
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Unavailable(what + ": found no whole reply within " + std::to_string(std::llround(std::ceil(request.seconds_max))) +
                         " s, expected one");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return Failed(found + ", expected a certificate that holds");
    default:
      return Unavailable(found + ", expected a reply");
  }
}

class CurlHttp final : public Http {
 public:
  Result<HttpReply> Send(const HttpRequest& request, const CancelFlag* cancel) override {
    const std::string what = (request.method == "POST" ? "sending to " : "reading ") + PAW_TRY(ShownUrl(request.url));
    PAW_TRY(CheckRequest(request, what));
    const ListPointer headers = PAW_TRY(HeaderList(request));
    const EasyPointer easy(curl_easy_init());
    const MultiPointer multi(curl_multi_init());
    if (easy == nullptr || multi == nullptr) return Unavailable(what + ": found no memory for a request");
    Arriving arriving;
    arriving.bytes_max = request.reply_bytes_max;
    PAW_TRY(SetUp(easy.get(), request, headers.get(), arriving, what));
    if (curl_multi_add_handle(multi.get(), easy.get()) != CURLM_OK) return Internal(what + ": libcurl takes no request");
    const Result<CURLcode> done = Drive(multi.get(), cancel, what);
    curl_multi_remove_handle(multi.get(), easy.get());
    if (!done.ok()) return done.status();
    if (*done != CURLE_OK) return ErrorOf(*done, request, arriving, what);
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    arriving.reply.status = static_cast<int>(status);
    return std::move(arriving.reply);
  }

 private:
  // Until the one request of `multi` has come to its end.
  static Result<CURLcode> Drive(CURLM* multi, const CancelFlag* cancel, const std::string& what) {
    for (;;) {
      int running = 0;
      if (curl_multi_perform(multi, &running) != CURLM_OK) return Internal(what + ": libcurl cannot go on");
      int left = 0;
      if (const CURLMsg* message = curl_multi_info_read(multi, &left); message != nullptr) return message->data.result;
      if (running == 0) return Internal(what + ": libcurl lost the request");
      PAW_TRY(CheckCancelled(cancel, what));
      if (curl_multi_poll(multi, nullptr, 0, kPollMilliseconds, nullptr) != CURLM_OK) return Internal(what + ": libcurl cannot wait");
    }
  }
};

}  // namespace

Result<std::unique_ptr<Http>> OpenHttp() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // once in a process
  if (ready != CURLE_OK) return Internal(std::string("opening the network: libcurl says ") + curl_easy_strerror(ready));
  return std::unique_ptr<Http>(std::make_unique<CurlHttp>());
}

}  // namespace paw
