#include "net/download.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "net/curl_exchange.h"

namespace paw {
namespace {

constexpr int kOk = 200, kPartial = 206;

std::string HeaderOf(const HttpReply& reply, const std::string& name) {
  const auto header = reply.headers.find(name);
  return header == reply.headers.end() ? "" : header->second;
}

std::optional<std::uint64_t> Number(std::string_view text) {
  const auto number = ParseInt(text, "a size");
  if (!number.ok() || *number < 0 || text.starts_with('+')) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

bool IsRedirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

// One reply on its way into the sink.
class Arrival {
 public:
  Arrival(const HttpDownload& download, const HttpSink& sink, CurlExchange& exchange)
      : download_(download), sink_(sink), exchange_(exchange) {}

  static std::size_t Take(const char* bytes, std::size_t one, std::size_t count, void* target) {
    auto& self = *static_cast<Arrival*>(target);
    const Status taken = self.TakeBytes({reinterpret_cast<const std::byte*>(bytes), count});
    if (taken.ok()) return one * count;
    self.exchange_.Stop(taken);
    return 0;
  }

  // The rest of what Take began, once the reply is whole.
  Status Finish() {
    if (!IsFile()) return Ok();
    if (!begun_) PAW_TRY(Begin());  // an empty file
    if (!whole_ || at_ == *whole_) return Ok();
    return Unavailable(exchange_.what() + ": found " + std::to_string(at_) + " bytes, expected " + std::to_string(*whole_));
  }

 private:
  bool IsFile() const { return exchange_.status() == kOk || exchange_.status() == kPartial; }

  Status TakeBytes(std::span<const std::byte> bytes) {
    if (!IsFile()) return TakeWords(bytes);
    if (!begun_) PAW_TRY(Begin());
    if (bytes.size() > download_.bytes_max - at_) return TooLarge("more than " + std::to_string(download_.bytes_max));
    PAW_TRY(sink_.write(bytes));
    at_ += bytes.size();
    Report(download_.progress, "download", static_cast<double>(at_), static_cast<double>(whole_.value_or(0)));
    return Ok();
  }

  // Of a reply that is no file: what the server has to say, as much of it as is read.
  Status TakeWords(std::span<const std::byte> bytes) {
    std::string& body = exchange_.reply().body;
    body.append(TextOf(bytes).substr(0, kHubErrorBytesMax - std::min(body.size(), kHubErrorBytesMax)));
    return Ok();
  }

  Status Begin() {
    begun_ = true;
    exchange_.reply().status = exchange_.status();
    const HttpReply& head = exchange_.reply();
    if (exchange_.status() == kPartial) {
      const std::string value = HeaderOf(head, "content-range");
      const auto range = ReadContentRange(value);
      if (download_.from == 0 || !range || range->first != download_.from) {
        return Refused(exchange_.what() + ": found a part of the file with Content-Range " + Quoted(value) + ", expected " +
                       (download_.from == 0 ? "all of it" : "the bytes from " + std::to_string(download_.from)));
      }
      at_ = range->first;
      whole_ = range->whole;
    } else {
      whole_ = Number(HeaderOf(head, "content-length"));
    }
    if (whole_ && *whole_ > download_.bytes_max) return TooLarge(std::to_string(*whole_));
    return sink_.begin(at_, head);
  }

  Status TooLarge(const std::string& found) const {
    return Refused(exchange_.what() + ": found a file of " + found + " bytes, expected at most " + std::to_string(download_.bytes_max));
  }

  const HttpDownload& download_;
  const HttpSink& sink_;
  CurlExchange& exchange_;
  bool begun_ = false;
  std::uint64_t at_ = 0;                // bytes of the file so far
  std::optional<std::uint64_t> whole_;  // where the server says
};

Result<HttpReply> ReadOnePlace(const HttpDownload& download, const std::string& url, const HttpSink& sink, const CancelFlag* cancel) {
  CurlExchange exchange("reading " + PAW_TRY(ShownUrl(url)));
  std::vector<HttpHeader> headers;
  if (SameOrigin(url, download.url)) headers = download.headers;
  if (download.from > 0) headers.push_back({"Range", "bytes=" + std::to_string(download.from) + "-"});
  PAW_TRY(exchange.Open(url, headers, download.seconds_max));
  Arrival arrival(download, sink, exchange);
  exchange.Set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  exchange.Set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(kHttpStallSeconds));
  exchange.Set(CURLOPT_WRITEFUNCTION, &Arrival::Take);
  exchange.Set(CURLOPT_WRITEDATA, &arrival);
  PAW_TRY(exchange.Run(cancel));
  PAW_TRY(arrival.Finish());
  return std::move(exchange.reply());
}

}  // namespace

std::optional<ContentRange> ReadContentRange(std::string_view value) {
  constexpr std::string_view kUnit = "bytes ";
  if (!value.starts_with(kUnit)) return std::nullopt;
  value.remove_prefix(kUnit.size());
  const std::size_t dash = value.find('-'), slash = value.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) return std::nullopt;
  const auto first = Number(value.substr(0, dash)), last = Number(value.substr(dash + 1, slash - dash - 1));
  if (!first || !last || *first > *last) return std::nullopt;
  ContentRange range = {*first, *last, std::nullopt};
  if (value.substr(slash + 1) == "*") return range;
  range.whole = Number(value.substr(slash + 1));
  if (!range.whole || *range.whole <= *last) return std::nullopt;
  return range;
}

Result<HttpReply> DownloadThroughCurl(const HttpDownload& download, const HttpSink& sink, const CancelFlag* cancel) {
  const std::string what = "reading " + PAW_TRY(ShownUrl(download.url));
  PAW_TRY(CheckHeaders(download.headers, what));
  PAW_TRY(CheckSeconds(download.seconds_max, what));
  if (download.from > download.bytes_max) {
    return Usage(what + ": found " + std::to_string(download.from) + " bytes there already, expected at most " +
                 std::to_string(download.bytes_max));
  }
  std::string url = download.url;
  for (int redirects = 0;; ++redirects) {
    HttpReply reply = PAW_TRY(ReadOnePlace(download, url, sink, cancel));
    if (!IsRedirect(reply.status)) return reply;
    if (redirects == kHttpRedirectsMax) {
      return Failed(what + ": found more than " + std::to_string(kHttpRedirectsMax) + " redirects, expected a file");
    }
    url = PAW_TRY(RedirectTarget(url, HeaderOf(reply, "location"), what));
  }
}

}  // namespace paw
