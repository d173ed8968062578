#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "net/http.h"

namespace paw {
namespace {

struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlPointer = std::unique_ptr<CURLU, FreeUrl>;

std::string PartOf(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK || text == nullptr) return "";
  const std::unique_ptr<char, FreeText> owner(text);
  return owner.get();
}

bool IsPlain(std::string_view url) {
  return std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// Null for what is no address.
UrlPointer Parse(const std::string& url) {
  UrlPointer parsed(curl_url());
  if (parsed == nullptr || url.size() > kUrlBytesMax || !IsPlain(url)) return nullptr;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) return nullptr;
  return parsed;
}

// An address of 127.0.0.0/8; a name that begins like one is none.
bool IsLoopback(const std::string& host) {
  in_addr address = {};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

}  // namespace

Result<std::string> ShownUrl(const std::string& url) {
  const UrlPointer parsed = Parse(url);
  const std::string scheme = parsed == nullptr ? "" : LowerAscii(PartOf(parsed.get(), CURLUPART_SCHEME));
  const std::string host = parsed == nullptr ? "" : PartOf(parsed.get(), CURLUPART_HOST);
  if ((scheme != "http" && scheme != "https") || host.empty()) {
    // Not shown: what was meant as an address may hold a password.
    return Usage("reading the address of a server: found " + std::to_string(url.size()) +
                 " bytes that are none, expected http://HOST/PATH or https://HOST/PATH");
  }
  const std::string port = PartOf(parsed.get(), CURLUPART_PORT);
  const std::string shown = scheme + "://" + host + (port.empty() ? "" : ":" + port) + PartOf(parsed.get(), CURLUPART_PATH);
  if (!PartOf(parsed.get(), CURLUPART_USER).empty() || !PartOf(parsed.get(), CURLUPART_PASSWORD).empty()) {
    return Usage("reading the address of a server: found a name or password in that of " + shown + ", expected none there");
  }
  return Printable(shown);
}

bool IsThisMachine(const std::string& url) {
  const UrlPointer parsed = Parse(url);
  const std::string host = parsed == nullptr ? "" : LowerAscii(PartOf(parsed.get(), CURLUPART_HOST));
  return host == "localhost" || host == "[::1]" || IsLoopback(host);
}

bool SameOrigin(const std::string& one, const std::string& other) {
  const UrlPointer a = Parse(one), b = Parse(other);
  if (a == nullptr || b == nullptr) return false;
  return LowerAscii(PartOf(a.get(), CURLUPART_SCHEME)) == LowerAscii(PartOf(b.get(), CURLUPART_SCHEME)) &&
         LowerAscii(PartOf(a.get(), CURLUPART_HOST)) == LowerAscii(PartOf(b.get(), CURLUPART_HOST)) &&
         PartOf(a.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT) == PartOf(b.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

Result<std::string> RedirectTarget(const std::string& from, const std::string& location, const std::string& what) {
  const UrlPointer url = Parse(from);
  const bool read = url != nullptr && !location.empty() && location.size() <= kUrlBytesMax && IsPlain(location) &&
                    curl_url_set(url.get(), CURLUPART_URL, location.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  const std::string target = read ? PartOf(url.get(), CURLUPART_URL) : "";
  const Result<std::string> shown = ShownUrl(target);
  if (!shown.ok()) return Refused(what + ": found a redirect to what is no address of a server, expected one");
  const std::string found = what + ": found a redirect to " + *shown;
  if (LowerAscii(from).starts_with("https:") && !target.starts_with("https:")) return Refused(found + ", expected https as before");
  if (IsThisMachine(target) && !IsThisMachine(from)) return Refused(found + ", expected a machine other than this one");
  return target;
}

std::optional<double> RetryAfterSeconds(std::string_view value, double now) {
  const std::string_view text = Trim(value);
  if (const auto seconds = ParseInt(text, "Retry-After"); seconds.ok()) {
    return *seconds >= 0 ? std::optional<double>(static_cast<double>(*seconds)) : std::nullopt;
  }
  const time_t date = curl_getdate(std::string(text).c_str(), nullptr);
  if (date < 0) return std::nullopt;
  return std::max(0.0, static_cast<double>(date) - now);
}

}  // namespace paw
