#include "hub/router.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"

namespace paw::hub {
namespace {

// Longer paths match nothing.
constexpr std::size_t kSegmentsMax = 12;

bool IsPlaceholder(const std::string& segment) { return segment.starts_with('{'); }
bool IsRest(const std::string& segment) { return segment.ends_with("*}"); }

using Segments = std::vector<std::string>;

// The values of the placeholders; nullopt where the pattern does not fit from here on.
bool Fits(const Segments& pattern, std::size_t p, const Segments& path, std::size_t s, std::vector<std::string>& values) {
  if (p == pattern.size()) return s == path.size();
  if (s == path.size()) return false;
  if (!IsPlaceholder(pattern[p])) return pattern[p] == path[s] && Fits(pattern, p + 1, path, s + 1, values);
  if (path[s].empty()) return false;
  const std::size_t kept = values.size();
  const std::size_t most = IsRest(pattern[p]) ? 2 : 1;
  std::string value;
  for (std::size_t taken = 1; taken <= most && s + taken <= path.size(); ++taken) {
    value += (taken == 1 ? "" : "/") + path[s + taken - 1];
    values.push_back(value);
    if (Fits(pattern, p + 1, path, s + taken, values)) return true;
    values.resize(kept);
  }
  return false;
}

std::optional<Segments> SegmentsOf(std::string_view path) {
  Segments segments;
  for (const std::string_view raw : Split(path.substr(1), '/')) {
    const auto decoded = PercentDecoded(raw);
    if (!decoded || segments.size() == kSegmentsMax) return std::nullopt;
    segments.push_back(*decoded);
  }
  return segments;
}

}  // namespace

Route& Router::Add(std::string_view method, std::string_view pattern, Handler handler, std::size_t body_bytes_max) {
  Route route;
  route.method = method;
  route.pattern = pattern;
  for (const std::string_view segment : Split(pattern.substr(1), '/')) route.segments.emplace_back(segment);
  route.handler = std::move(handler);
  route.body_bytes_max = body_bytes_max;
  return routes_.emplace_back(std::move(route));
}

std::variant<Router::Match, HubError> Router::Find(std::string_view method, std::string_view path) const {
  const auto segments = SegmentsOf(path);
  if (!segments) return BadRequest("reading the path: found a broken escape, control characters or too many parts, expected UTF-8 text");
  if (std::ranges::any_of(*segments, [](const std::string& one) { return one == "." || one == ".."; })) return Missing("path");
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  std::set<std::string> allowed;
  for (const Route& route : routes_) {
    Match match{&route, {}};
    if (!Fits(route.segments, 0, *segments, 0, match.values)) continue;
    if (route.method == wanted) return match;
    allowed.insert(route.method);
    if (route.method == "GET") allowed.insert("HEAD");
  }
  if (allowed.empty()) return Missing("path " + Quoted(path, 100));
  const std::string list = Join({allowed.begin(), allowed.end()}, ", ");
  return HubError{405, "method_not_allowed", "found " + Quoted(method, 20) + ", expected one of " + list, std::nullopt, {{"Allow", list}}};
}

}  // namespace paw::hub
