// CurlExchange: one request and its reply through libcurl's multi interface; what Http::Send and Http::Download do alike. Inside net/.
//
// Thread rule: one thread. Owner: the caller; what it is given (headers, sinks) must outlive Run. Errors: as net/http.h says.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "net/http.h"
#include "paw/status.h"

namespace paw {

// A header's name and value as they may be sent; `what` stands in the message.
Status CheckHeaders(const std::vector<HttpHeader>& headers, const std::string& what);
// Above 0 to kHttpSecondsMax.
Status CheckSeconds(double seconds, const std::string& what);

class CurlExchange {
 public:
  explicit CurlExchange(std::string what) : what_(std::move(what)) {}
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  // A handle for `url` with these headers: no redirect is followed, no proxy stands before this machine. Once, before all others.
  Status Open(const std::string& url, const std::vector<HttpHeader>& headers, double seconds_max);

  // In place of curl's varargs, so that a wrong option is an error like any other.
  template <typename T>
  void Set(CURLoption option, T value) {
    if (wrong_option_ == CURLE_OK) wrong_option_ = curl_easy_setopt(easy_.get(), option, value);
  }

  // Until the exchange has come to its end. kUnavailable for a connection that breaks; ok for a reply of any status.
  Status Run(const CancelFlag* cancel);

  // Once its first line is here; 0 before.
  int status() const;
  // Headers in lower case; of one that comes twice the last.
  const HttpReply& reply() const { return reply_; }
  HttpReply& reply() { return reply_; }
  const std::string& what() const { return what_; }
  // Told by a writer before it stops the exchange: why. Run returns it.
  void Stop(Status why) { stopped_ = std::move(why); }

 private:
  struct FreeEasy {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct FreeMulti {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  static std::size_t TakeHeader(const char* bytes, std::size_t one, std::size_t count, void* target);
  Status MakeHeaderList(const std::vector<HttpHeader>& headers);
  Result<CURLcode> Drive(const CancelFlag* cancel);
  Status ErrorOf(CURLcode code) const;

  std::string what_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::unique_ptr<CURL, FreeEasy> easy_;
  CURLcode wrong_option_ = CURLE_OK;
  Status stopped_;
  HttpReply reply_;
  std::size_t header_bytes_ = 0;
  double seconds_max_ = 0;
};

}  // namespace paw
