#include "net/curl_exchange.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/text.h"

namespace paw {
namespace {

constexpr int kPollMilliseconds = 100;  // between two looks at the cancel flag
constexpr double kConnectSecondsMax = 30;

bool IsToken(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// Printable characters and blanks, in any encoding.
bool IsFieldValue(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c != '\x7f' && (static_cast<unsigned char>(c) >= ' ' || c == '\t'); });
}

}  // namespace

Status CheckHeaders(const std::vector<HttpHeader>& headers, const std::string& what) {
  for (const HttpHeader& header : headers) {
    if (!IsToken(header.name))
      return Usage(what + ": found the header name " + Quoted(header.name) + ", expected letters, digits, - and _");
    if (!IsFieldValue(header.value)) {
      return Usage(what + ": found a control character in the value of the header " + header.name + ", expected none");
    }
  }
  return Ok();
}

Status CheckSeconds(double seconds, const std::string& what) {
  if (seconds > 0 && seconds <= kHttpSecondsMax) return Ok();
  return Usage(what + ": found a time limit out of range, expected above 0 to " + std::to_string(std::llround(kHttpSecondsMax)) + " s");
}

std::size_t CurlExchange::TakeHeader(const char* bytes, std::size_t one, std::size_t count, void* target) {
  auto& self = *static_cast<CurlExchange*>(target);
  self.header_bytes_ += count;
  if (self.header_bytes_ > kHttpHeaderBytesMax) {
    self.Stop(
        Refused(self.what_ + ": found more than " + std::to_string(kHttpHeaderBytesMax) + " bytes of headers, expected at most that"));
    return 0;
  }
  const std::string_view line(bytes, count);
  if (line.starts_with("HTTP/")) self.reply_.headers.clear();  // those before were of an interim reply
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    self.reply_.headers[LowerAscii(Trim(line.substr(0, colon)))] = std::string(Trim(line.substr(colon + 1)));
  }
  return one * count;
}

Status CurlExchange::MakeHeaderList(const std::vector<HttpHeader>& headers) {
  const auto append = [this](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
    if (longer == nullptr) return false;
    (void)headers_.release();  // it is part of the longer one
    headers_.reset(longer);
    return true;
  };
  bool all = append("Expect:");  // a body is sent at once, without asking for leave
  for (const HttpHeader& header : headers) all = all && append(header.name + ": " + header.value);
  return all ? Ok() : Unavailable("sending a request: found no memory for its headers");
}

Status CurlExchange::Open(const std::string& url, const std::vector<HttpHeader>& headers, double seconds_max) {
  PAW_TRY(MakeHeaderList(headers));
  multi_.reset(curl_multi_init());
  easy_.reset(curl_easy_init());
  if (easy_ == nullptr || multi_ == nullptr) return Unavailable(what_ + ": found no memory for a request");
  seconds_max_ = seconds_max;
  Set(CURLOPT_URL, url.c_str());
  Set(CURLOPT_PROTOCOLS_STR, "http,https");
  Set(CURLOPT_FOLLOWLOCATION, 0L);
  Set(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  Set(CURLOPT_QUICK_EXIT, 1L);  // a name that is still looked up keeps nobody waiting
#endif
  if (IsThisMachine(url)) Set(CURLOPT_PROXY, "");
  Set(CURLOPT_USERAGENT, "paw");
  Set(CURLOPT_HTTPHEADER, headers_.get());
  Set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::ceil(seconds_max * 1000)));
  Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::ceil(std::min(seconds_max, kConnectSecondsMax) * 1000)));
  Set(CURLOPT_HEADERFUNCTION, &TakeHeader);
  Set(CURLOPT_HEADERDATA, this);
  return Ok();
}

int CurlExchange::status() const {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

Status CurlExchange::Run(const CancelFlag* cancel) {
  if (wrong_option_ != CURLE_OK) return Internal(what_ + ": libcurl says " + curl_easy_strerror(wrong_option_));
  if (curl_multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK) return Internal(what_ + ": libcurl takes no request");
  const Result<CURLcode> done = Drive(cancel);
  curl_multi_remove_handle(multi_.get(), easy_.get());
  if (!done.ok()) return done.status();
  if (!stopped_.ok()) return stopped_;
  if (*done != CURLE_OK) return ErrorOf(*done);
  reply_.status = status();
  return Ok();
}

// Until the one request of the multi handle has come to its end.
Result<CURLcode> CurlExchange::Drive(const CancelFlag* cancel) {
  for (;;) {
    int running = 0;
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) return Internal(what_ + ": libcurl cannot go on");
    int left = 0;
    if (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left); message != nullptr) return message->data.result;
    if (running == 0) return Internal(what_ + ": libcurl lost the request");
    PAW_TRY(CheckCancelled(cancel, what_));
    if (curl_multi_poll(multi_.get(), nullptr, 0, kPollMilliseconds, nullptr) != CURLM_OK) {
      return Internal(what_ + ": libcurl cannot wait");
    }
  }
}

Status CurlExchange::ErrorOf(CURLcode code) const {
  const std::string found = what_ + ": found " + LowerAscii(curl_easy_strerror(code));
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: {  // of the exchange, of connecting, or of a stall
      double seconds = 0;
      curl_easy_getinfo(easy_.get(), CURLINFO_TOTAL_TIME, &seconds);
      return Unavailable(what_ + ": found no whole reply within " +
                         std::to_string(std::llround(std::ceil(std::min(seconds, seconds_max_)))) + " s, expected one");
    }
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return Failed(found + ", expected a certificate that holds");
    default:
      return Unavailable(found + ", expected a reply");
  }
}

}  // namespace paw
