// The download of net/http.h: redirects, ranges, the sink. Inside net/.
//
// Thread rule: pure functions, but for what the sink does. Errors: as net/http.h says.
// Source: RFC 9110, 14 (range requests) and 15.4 (redirection).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/http.h"

namespace paw {

Result<HttpReply> DownloadThroughCurl(const HttpDownload& download, const HttpSink& sink, const CancelFlag* cancel);

// "bytes 5-9/10": the place of a partial body in the whole; `whole` nullopt where the server says "*". Nullopt for anything else.
struct ContentRange {
  std::uint64_t first = 0, last = 0;
  std::optional<std::uint64_t> whole;
};
std::optional<ContentRange> ReadContentRange(std::string_view value);

}  // namespace paw
