#include "hub/range.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace paw::hub {
namespace {

struct Part {
  std::uint64_t begin = 0, bytes = 0;
};

std::optional<std::uint64_t> Digits(std::string_view text) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto number = ParseInt(text, "a range");
  return number.ok() ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

enum class Asked : std::uint8_t { kAll, kPart, kOutside };

// "bytes=0-99", "bytes=100-", "bytes=-5". Anything else, several ranges too, asks for all.
Asked ParseRange(std::string_view text, std::uint64_t total, Part& part) {
  if (!text.starts_with("bytes=") || text.find(',') != std::string_view::npos) return Asked::kAll;
  text.remove_prefix(6);
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return Asked::kAll;
  const auto first = Digits(text.substr(0, dash)), last = Digits(text.substr(dash + 1));
  if (dash == 0) {
    if (!last) return Asked::kAll;
    if (*last == 0 || total == 0) return Asked::kOutside;
    part = {total - std::min(total, *last), std::min(total, *last)};
    return Asked::kPart;
  }
  if (!first || (!last && dash + 1 < text.size())) return Asked::kAll;
  if (last && *last < *first) return Asked::kAll;
  if (*first >= total) return Asked::kOutside;
  const std::uint64_t end = last ? std::min(*last, total - 1) : total - 1;
  part = {*first, end - *first + 1};
  return Asked::kPart;
}

// Status and headers; nullopt: there is nothing more to send.
std::optional<Part> Choose(const Request& request, Response& response, std::uint64_t total, const std::string& tag) {
  const std::string quoted = "\"" + tag + "\"";
  response.With("ETag", quoted).With("Accept-Ranges", "bytes");
  for (const std::string_view one : Split(request.Header("if-none-match"), ',')) {
    const std::string_view wanted = Trim(one);
    if (wanted != quoted && wanted != "W/" + quoted && wanted != "*") continue;
    response.status = 304;
    return std::nullopt;
  }
  Part part{0, total};
  const std::string_view condition = request.Header("if-range");
  const bool may = request.method == "GET" && (condition.empty() || condition == quoted);
  const Asked asked = may ? ParseRange(request.Header("range"), total, part) : Asked::kAll;
  if (asked == Asked::kOutside) {
    response.status = 416;
    response.With("Content-Range", "bytes */" + std::to_string(total));
    return std::nullopt;
  }
  if (asked == Asked::kPart) {
    response.status = 206;
    response.With("Content-Range",
                  "bytes " + std::to_string(part.begin) + "-" + std::to_string(part.begin + part.bytes - 1) + "/" + std::to_string(total));
  }
  return part;
}

}  // namespace

Outcome FilePart(const Request& request, Response response, const std::string& path, std::uint64_t bytes, const std::string& tag) {
  if (const auto part = Choose(request, response, bytes, tag)) response.file = FileSlice{path, part->begin, part->bytes};
  return response;
}

Outcome TextPart(const Request& request, Response response, std::string text, const std::string& tag) {
  if (const auto part = Choose(request, response, text.size(), tag)) {
    response.body = part->bytes == text.size() ? std::move(text) : text.substr(part->begin, part->bytes);
  }
  return response;
}

}  // namespace paw::hub
