#include "hubclient/hub_client.h"

#include <algorithm>
#include <cmath>

#include "base/sha256.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr std::string_view kApiPath = "/api/v1";
constexpr std::size_t kSlugBytesMin = 2, kSlugBytesMax = 50;
constexpr double kWaitSliceSeconds = 0.1;
constexpr double kPublishTimes = 10;

bool IsKey(std::string_view key) {
  return key.size() <= kHubKeyBytesMax && std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool IsSlugCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

// RFC 3986: what is not unreserved goes as %XX; slashes stay where they part a path.
std::string Encoded(std::string_view text, bool is_path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                       c == '~' || (is_path && (c == '/' || c == '@'));
    const auto byte = static_cast<unsigned char>(c);
    out += plain ? std::string(1, c) : std::string{'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

std::string Query(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string text;
  for (const auto& [key, value] : pairs) {
    if (!value.empty()) text += (text.empty() ? "?" : "&") + key + "=" + Encoded(value, false);
  }
  return text;
}

// An id, or a slug with or without its user and its version. Nothing that could leave its place in a path.
Status CheckReference(const std::string& reference) {
  if (IsHex(reference, 16, 64)) return Ok();
  const std::size_t at = reference.find("@v");
  if (at != std::string::npos) {
    const Result<std::int64_t> version = ParseInt(reference.substr(at + 2), "a version");
    if (!version.ok() || *version < 1) {
      return Usage("naming a program of a hub: found the version " + Quoted(reference.substr(at + 1)) + ", expected v1, v2, ...");
    }
  }
  return reference.size() > kReferenceBytesMax ? Usage("naming a program of a hub: found " + std::to_string(reference.size()) +
                                                       " bytes, expected at most " + std::to_string(kReferenceBytesMax))
                                               : CheckSlug(std::string_view(reference).substr(0, at), /*with_user=*/true);
}

std::string Text(const Json& object, std::string_view key) {
  const Json* member = FindMember(object, key);
  return member != nullptr && member->is_string() ? member->get<std::string>() : "";
}

bool MayPass(int status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

Code CodeOf(int status) {
  if (status == 404) return Code::kNotFound;
  if (status == 400 || status == 422) return Code::kUsage;
  if (status == 413) return Code::kRefused;
  return MayPass(status) ? Code::kUnavailable : Code::kFailed;
}

std::string HintOf(int status, bool has_key) {
  if (status == 401)
    return has_key ? "; the key is not (or no longer) one of this hub, `paw login` stores another" : "; `paw login` stores a key";
  if (status >= 300 && status < 400) return "; a redirect is not followed, so name the place itself with --api-url";
  return "";
}

Result<RunResult> ReadAnswer(const Json& json, const std::string& what) {
  RunResult result;
  result.abstained = PAW_TRY(FindBool(json, "abstained", what)).value_or(false);
  result.rejected = PAW_TRY(FindBool(json, "rejected", what)).value_or(false);
  result.output = result.abstained ? PAW_TRY(FindString(json, "output", what)).value_or("") : PAW_TRY(GetString(json, "output", what));
  result.tokens_in = static_cast<std::int32_t>(PAW_TRY(FindInt(json, "tokens_in", what)).value_or(0));
  result.tokens_out = static_cast<std::int32_t>(PAW_TRY(FindInt(json, "tokens_generated", what)).value_or(0));
  result.milliseconds = PAW_TRY(FindDouble(json, "latency_ms", what)).value_or(0);
  result.probability = PAW_TRY(FindDouble(json, "probability", what));
  const Json* labels = FindMember(json, "labels");
  if (labels == nullptr) return result;
  for (const Json& label : *PAW_TRY(GetArray(json, "labels", what))) {
    LabelProbability chance;
    chance.label = PAW_TRY(GetString(label, "label", what));
    chance.probability = PAW_TRY(GetDouble(label, "probability", what));
    result.labels.push_back(std::move(chance));
  }
  return result;
}

}  // namespace

Status CheckSlug(std::string_view slug, bool with_user) {
  const std::string_view whole = slug;
  if (const std::size_t slash = slug.find('/'); with_user && slash != std::string_view::npos) {
    const std::string_view user = slug.substr(0, slash);
    slug.remove_prefix(slash + 1);
    const bool plain =
        std::all_of(user.begin(), user.end(), [](char c) { return IsSlugCharacter(c) || c == '_' || (c >= 'A' && c <= 'Z'); });
    if (user.empty() || !plain) slug = "";
  }
  const bool is_slug = slug.size() >= kSlugBytesMin && slug.size() <= kSlugBytesMax && slug.front() != '-' && slug.back() != '-' &&
                       std::all_of(slug.begin(), slug.end(), IsSlugCharacter);
  if (is_slug) return Ok();
  return Usage("naming a program of a hub: found " + Quoted(whole) + ", expected " + (with_user ? "an id, SLUG or USER/SLUG" : "a slug") +
               ": 2 to 50 of a-z, 0-9 and -, no dash at its ends");
}

Result<HubClient> HubClient::Open(Http& http, Fs& fs, HubOptions options) {
  HubClient client(http, fs, std::move(options));
  std::string url = client.options_.url;
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with(kApiPath)) url.resize(url.size() - kApiPath.size());
  client.shown_ = PAW_TRY(ShownUrl(url));
  if (url.find_first_of("?#") != std::string::npos) {
    return Usage("using a hub: found a query or fragment in its address, expected an address such as https://programasweights.com");
  }
  if (client.options_.offline) {
    return Unavailable("using the hub " + client.shown_ + ": found offline asked for (--offline, PAW_OFFLINE), expected a network");
  }
  if (!IsKey(client.options_.key)) {
    return Usage("using the hub " + client.shown_ + ": found characters in the key that no key has, expected printable ASCII, at most " +
                 std::to_string(kHubKeyBytesMax));
  }
  client.base_ = url + std::string(kApiPath);
  if (!client.KeyWarning().empty() && !client.options_.insecure) {
    return Usage("using the hub " + client.shown_ +
                 ": found an address that would get the key unencrypted, expected https (or --insecure)");
  }
  return client;
}

std::string HubClient::KeyWarning() const {
  if (options_.key.empty() || !shown_.starts_with("http:") || IsThisMachine(base_)) return "";
  return "the key goes to " + shown_ + " unencrypted; https would hide it";
}

std::vector<HttpHeader> HubClient::Headers() const {
  std::vector<HttpHeader> headers = {{"Accept", "application/json"}};
  if (!options_.key.empty()) headers.push_back({"X-API-Key", options_.key});
  return headers;
}

Status HubClient::Wait(double seconds) const {
  const double end = fs_->SteadySeconds() + seconds;
  for (;;) {
    PAW_TRY(CheckCancelled(options_.cancel, "waiting for " + shown_));
    const double left = end - fs_->SteadySeconds();
    if (left <= 0) return Ok();
    fs_->SleepSeconds(std::min(left, kWaitSliceSeconds));
  }
}

Result<bool> HubClient::WaitAsAsked(const HttpReply& reply, double& left) const {
  const auto header = reply.headers.find("retry-after");
  if ((reply.status != 202 && reply.status != 429 && reply.status != 503) || header == reply.headers.end()) return false;
  const auto asked = RetryAfterSeconds(header->second, fs_->WallSeconds());
  const double seconds = std::max(1.0, asked.value_or(left + 1));  // at least a second, so that no server makes us spin
  if (seconds > left) return false;
  left -= seconds;
  if (options_.on_wait) options_.on_wait(shown_ + " asks to wait " + std::to_string(std::llround(std::ceil(seconds))) + " s");
  PAW_TRY(Wait(seconds));
  return true;
}

// The hub's words where they are {"message"} or {"detail"} beside {"error", "request_id"}, else none: what is no JSON is not shown.
Status HubClient::ErrorOf(const HttpReply& reply, const std::string& what) const {
  std::string words, error, request_id;
  if (const auto json = ParseJson(reply.body, "an error", kHubErrorBytesMax); json.ok()) {
    const Json* detail = FindMember(*json, "detail");
    const Json& body = detail != nullptr && detail->is_object() ? *detail : *json;
    error = Text(body, "error");
    words = Text(body, "message");
    if (words.empty()) words = Text(*json, "detail");
    request_id = Text(body, "request_id");
  }
  if (const auto id = reply.headers.find("x-request-id"); request_id.empty() && id != reply.headers.end()) request_id = id->second;
  if (!options_.key.empty()) words = ReplaceAll(words, options_.key, "(key)");
  std::string text = what + ": found status " + std::to_string(reply.status);
  if (!error.empty()) text += " " + Printable(error, 60);
  if (!words.empty()) text += " (" + Printable(words, 2 * kShownBytesMax) + ")";
  if (!request_id.empty()) text += ", request " + Printable(request_id, 60);
  if (const auto wait = reply.headers.find("retry-after"); wait != reply.headers.end()) {
    text += ", to be asked again in " + Printable(wait->second, 40) + " s";
  }
  return {CodeOf(reply.status), text + HintOf(reply.status, !options_.key.empty())};
}

Result<Json> HubClient::Call(const Request& request) const {
  HttpRequest http;
  http.method = request.method;
  http.url = base_ + request.path;
  http.headers = Headers();
  if (!request.type.empty()) http.headers.push_back({"Content-Type", request.type});
  http.body = request.body;
  http.seconds_max = std::min(options_.seconds_max * request.times, kHttpSecondsMax);
  http.reply_bytes_max = request.reply_bytes_max;
  const std::string what = What(request.what);
  double left = options_.wait_seconds_max;
  for (;;) {
    const Result<HttpReply> reply = http_->Send(http, options_.cancel);
    if (!reply.ok()) return reply.status().WithContext(request.what);
    const bool again = PAW_TRY(WaitAsAsked(*reply, left));
    if (again) continue;
    if (reply->status < 200 || reply->status > 299) return ErrorOf(*reply, what);
    Json json = PAW_TRY(ParseJson(reply->body, what, request.reply_bytes_max));
    if (json.is_object()) return json;
    return Refused(what + ": found " + std::string(JsonTypeName(json)) + ", expected an object");
  }
}

Result<Json> HubClient::Me() const { return Call({.path = "/auth/me", .what = "asking whose key this is"}); }

Result<HubResolved> HubClient::Resolve(const std::string& reference) const {
  PAW_TRY(CheckReference(reference));
  const std::string doing = "looking for " + reference;
  HubResolved found;
  Json json;
  if (IsHex(reference, 16, 64)) {
    json = PAW_TRY(Info(reference));
    found.program_id = PAW_TRY(GetString(json, "id", What(doing)));
  } else {
    json = PAW_TRY(Call({.path = "/programs/resolve/" + Encoded(reference, true), .what = doing}));
    found.program_id = PAW_TRY(GetString(json, "program_id", What(doing)));
    found.slug = PAW_TRY(FindString(json, "slug", What(doing))).value_or(reference.substr(0, reference.find('@')));
    found.slug.resize(std::min(found.slug.size(), found.slug.find('@')));
    found.version = PAW_TRY(FindInt(json, "version", What(doing))).value_or(0);
    if (!CheckSlug(found.slug, true).ok()) {
      return Refused(What(doing) + ": found the slug " + Quoted(found.slug) + ", expected USER/SLUG");
    }
  }
  found.digest = PAW_TRY(FindString(json, "digest", What(doing))).value_or("");
  if (!IsHex(found.program_id, 16, 64) || (!found.digest.empty() && !IsSha256Hex(found.digest))) {
    return Refused(What(doing) + ": found program " + Quoted(found.program_id) + " with digest " + Quoted(found.digest) +
                   ", expected 16 to 64 hex digits and 64 or none");
  }
  return found;
}

Result<Json> HubClient::Info(const std::string& reference) const {
  PAW_TRY(CheckReference(reference));
  const std::string doing = "asking about " + reference;
  Json json = PAW_TRY(Call({.path = "/programs/" + Encoded(reference, true), .what = doing}));
  PAW_TRY(GetString(json, "id", What(doing)));
  return json;
}

Result<Json> HubClient::Search(const HubQuery& query) const {
  const std::string doing = "searching";
  const std::string pairs = Query({{"q", query.text},
                                   {"sort", query.sort},
                                   {"tag", query.tag},
                                   {"page", std::to_string(query.page)},
                                   {"per_page", std::to_string(query.per_page)},
                                   {"mine", query.mine ? "true" : ""}});
  Json json = PAW_TRY(Call({.path = "/programs" + pairs, .what = doing}));
  PAW_TRY(GetArray(json, "programs", What(doing)));
  return json;
}

Result<Json> HubClient::Versions(const std::string& slug) const {
  PAW_TRY(CheckSlug(slug, true));
  const std::string doing = "listing the versions of " + slug;
  Json json = PAW_TRY(Call({.path = "/programs/" + Encoded(slug, true) + "/versions", .what = doing}));
  for (const Json& version : *PAW_TRY(GetArray(json, "versions", What(doing)))) {
    PAW_TRY(GetInt(version, "version", What(doing)));
    PAW_TRY(GetString(version, "program_id", What(doing)));
  }
  return json;
}

Result<HubPublished> HubClient::Publish(std::span<const std::byte> archive, const HubPublication& publication) const {
  PAW_TRY(CheckSlug(publication.slug, false));
  Request request;
  request.method = "POST";
  request.path = "/programs" + Query({{"slug", publication.slug},
                                      {"name", publication.name},
                                      {"tags", Join(publication.tags, ",")},
                                      {"public", publication.is_public ? "true" : "false"}});
  request.body = std::string(TextOf(archive));
  request.type = "application/octet-stream";
  request.what = "publishing " + publication.slug;
  request.times = kPublishTimes;
  const Json json = PAW_TRY(Call(request));
  const std::string what = What(request.what);
  HubPublished published;
  published.program_id = PAW_TRY(GetString(json, "program_id", what));
  published.digest = PAW_TRY(FindString(json, "digest", what)).value_or("");
  published.slug = PAW_TRY(FindString(json, "slug", what)).value_or(publication.slug);
  published.version = PAW_TRY(FindInt(json, "version", what)).value_or(0);
  published.version_action = PAW_TRY(FindString(json, "version_action", what)).value_or("");
  if (!published.digest.empty() && published.digest != Sha256Hex(archive)) {
    return Refused(what + ": found that it keeps other bytes (" + Quoted(published.digest, 12) + "), expected those that were sent");
  }
  return published;
}

Result<Json> HubClient::Rename(const std::string& reference, const std::string& slug) const {
  PAW_TRY(CheckReference(reference));
  if (!slug.empty()) PAW_TRY(CheckSlug(slug, false));
  return Call({.method = "PATCH",
               .path = "/programs/" + Encoded(reference, true),
               .body = WriteJson({{"slug", slug}}),
               .type = "application/json",
               .what = "renaming " + reference});
}

Result<Json> HubClient::Promote(const std::string& slug, std::int64_t version) const {
  const Json versions = PAW_TRY(Versions(slug));
  for (const Json& one : versions["versions"]) {
    if (one["version"] != version) continue;
    return Call({.method = "POST",
                 .path = "/programs/" + Encoded(one["program_id"].get<std::string>(), false) + "/alias",
                 .body = WriteJson({{"slug", slug.substr(slug.find('/') + 1)}, {"version", version}}),
                 .type = "application/json",
                 .what = "making version " + std::to_string(version) + " of " + slug + " the main one"});
  }
  return NotFound(What("making a version of " + slug + " the main one") + ": found " + std::to_string(versions["versions"].size()) +
                  " versions, version " + std::to_string(version) + " not among them; `paw versions` lists them");
}

Result<RunResult> HubClient::Infer(const HubCall& call) const {
  PAW_TRY(CheckReference(call.program));
  PAW_TRY(CheckText(call.input, kInputBytesMax, "running " + call.program + ": the input"));
  Json body = {{"program_id", call.program}, {"input", call.input}};
  if (call.max_tokens) body["max_tokens"] = *call.max_tokens;
  if (call.temperature) body["temperature"] = *call.temperature;
  if (call.seed) body["seed"] = *call.seed;
  if (call.probabilities) body["probabilities"] = true;
  if (call.abstain_below) body["abstain_below"] = *call.abstain_below;
  std::string text = WriteJson(body);
  if (!call.json_schema.empty()) {
    PAW_TRY(ParseJson(call.json_schema, "running " + call.program + ": the schema", kSchemaBytesMax));
    text.pop_back();
    text += ",\"json_schema\":" + call.json_schema + "}";
  }
  const Request request = {
      .method = "POST", .path = "/infer", .body = std::move(text), .type = "application/json", .what = "running " + call.program};
  const Json json = PAW_TRY(Call(request));
  return ReadAnswer(json, What(request.what));
}

}  // namespace paw
