// A part of something: Range, If-Range and If-None-Match, answered with 200, 206, 304 or 416.
//
// Thread rule: pure functions. Source: RFC 9110, 13 and 14. One range is served; a request for several gets all of it, as the RFC allows.
#pragma once

#include <cstdint>
#include <string>

#include "hub/error.h"
#include "hub/exchange.h"

namespace paw::hub {

// `response` holds the content type and headers of its own; `tag` is what names these bytes, without quotes.
Outcome FilePart(const Request& request, Response response, const std::string& path, std::uint64_t bytes, const std::string& tag);
Outcome TextPart(const Request& request, Response response, std::string text, const std::string& tag);

}  // namespace paw::hub
