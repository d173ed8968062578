// HubClient: what a hub offers (`paw serve`, or the official one), as calls: publish, find, fetch and run programs of others.
//
//   HubClient hub = PAW_TRY(HubClient::Open(*http, fs, {.url = config.api_url, .key = config.api_key, .offline = config.offline}));
//   const HubResolved found = PAW_TRY(hub.Resolve("ada/triage@v2"));
//   const std::vector<std::byte> archive = PAW_TRY(hub.Fetch(found, folder, progress));
//
// Nothing that a hub says is believed: replies have a size limit, JSON is parsed strictly, an archive is held to its digest. A server that asks
// for patience (202, 429 or 503 with Retry-After) is asked again, up to wait_seconds_max in all. The key goes to the named address alone,
// and is in no message.
//
// Thread rule: const after Open; may be used from many threads at once where on_wait may. Owner: Http, Fs (the clock, the parts of
// downloads) and the flag must outlive it. Errors, one line with the status, the server's own words and the id of the request:
//   kNotFound     404                        kUnavailable  offline, no connection, 408, 425, 429, 5xx after waiting
//   kUsage        400, 422: what was sent; a reference, slug or address that is none; a key that would go unencrypted
//   kRefused      413, a malformed reply, bytes that are not those of the digest
//   kFailed       401, 403, 409 and the rest; the line says what helps
//   kInterrupted  cancelled
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/progress.h"
#include "fs/fs.h"
#include "net/http.h"
#include "paw/status.h"
#include "runtime/program.h"

namespace paw {

struct HubOptions {
  std::string url = {};     // "https://programasweights.com", with or without /api/v1
  std::string key = {};     // "paw_sk_..."; empty: anonymous
  bool offline = false;     // nothing is opened, nothing sent
  bool insecure = false;    // the key may go unencrypted to another machine
  double seconds_max = 60;  // of one exchange; a publication has ten times that
  double wait_seconds_max = kHubWaitSecondsMax;
  const CancelFlag* cancel = nullptr;
  std::function<void(const std::string&)> on_wait = {};  // gets a line for people before each wait
};

// Where a name on the hub leads.
struct HubResolved {
  std::string program_id;
  std::string slug;    // "user/slug"; empty for a program that was named by its id
  std::string digest;  // SHA-256 of the archive; empty where the hub does not say
  std::int64_t version = 0;
};

struct HubPublication {
  std::string slug = {};
  std::string name;
  std::vector<std::string> tags;
  bool is_public = true;
};

struct HubPublished {
  std::string program_id;
  std::string digest;
  std::string slug;  // "user/slug"
  std::int64_t version = 0;
  std::string version_action;  // "created", "no_change" or "promoted"
};

struct HubQuery {
  std::string text = {};
  std::string sort;  // "" = the hub's choice; recent, votes, popular, downloads, recommended
  std::string tag;
  bool mine = false;
  int page = 1;
  int per_page = 20;
};

struct HubCall {
  std::string program;  // an id or a slug
  std::string input;
  std::optional<int> max_tokens = {};
  std::optional<double> temperature = {};
  std::optional<std::uint64_t> seed = {};
  bool probabilities = false;
  std::optional<double> abstain_below = {};
  std::string json_schema = {};  // its text, sent as it is: the order of its keys is that of the answer's; "" = none
};

class HubClient {
 public:
  // kUnavailable when offline; kUsage for what is no address, or a key that would go unencrypted to another machine without `insecure`.
  static Result<HubClient> Open(Http& http, Fs& fs, HubOptions options);

  // "https://hub.example/": for messages.
  const std::string& shown() const { return shown_; }
  // Of a key that goes unencrypted all the same; empty: none.
  std::string KeyWarning() const;

  // Whose key this is: {"user": null | {"name", ...}, "server": {...}}.
  Result<Json> Me() const;
  // `reference`: an id (16 to 64 hex digits), "slug", "user/slug", each slug with or without "@vN".
  Result<HubResolved> Resolve(const std::string& reference) const;
  // The hub's own object of a program; it has "id".
  Result<Json> Info(const std::string& reference) const;
  // {"programs": [...], "total", "page", "per_page"}
  Result<Json> Search(const HubQuery& query) const;
  // {"slug", "main_version", "versions": [{"version", "program_id", "is_main", ...}]}
  Result<Json> Versions(const std::string& slug) const;
  // An archive under a slug of the user's. Again with the same bytes: version_action "no_change".
  Result<HubPublished> Publish(std::span<const std::byte> archive, const HubPublication& publication) const;
  // A new slug; "" removes it. The hub's object of the program.
  Result<Json> Rename(const std::string& reference, const std::string& slug) const;
  // Makes a version of a slug the main one: {"slug", "version", "version_action", "program_id"}.
  Result<Json> Promote(const std::string& slug, std::int64_t version) const;
  // One answer, computed on the hub.
  Result<RunResult> Infer(const HubCall& call) const;

  // The archive of a program, held to its digest where the hub states one. What has arrived lies in `folder` as <digest>.part (or
  // <id>.part) until ForgetPart, so that a fetch that was killed or broke off goes on where it was. One fetch at a time in a folder.
  Result<std::vector<std::byte>> Fetch(const HubResolved& program, const std::string& folder, const ProgressFn& progress) const;
  Status ForgetPart(const HubResolved& program, const std::string& folder) const;

 private:
  struct Request {
    std::string method = "GET";
    std::string path = {};  // below /api/v1, ready to be sent
    std::string body = {};  // JSON, or an archive
    std::string type = {};  // its Content-Type; empty: no body
    std::string what = {};  // "looking for ada/triage"
    double times = 1;       // of seconds_max
    std::size_t reply_bytes_max = kHubReplyBytesMax;
  };
  class Fetching;  // one download (hub_fetch.cc)

  HubClient(Http& http, Fs& fs, HubOptions options) : http_(&http), fs_(&fs), options_(std::move(options)) {}

  std::vector<HttpHeader> Headers() const;
  std::string What(const std::string& doing) const { return doing + " at " + shown_; }
  // A reply of 2xx, parsed; an object.
  Result<Json> Call(const Request& request) const;
  // Of a reply that is no success.
  Status ErrorOf(const HttpReply& reply, const std::string& what) const;
  // Whether `reply` asks for patience that is left: waits, and takes it off `left`. False: it is an answer.
  Result<bool> WaitAsAsked(const HttpReply& reply, double& left) const;
  Status Wait(double seconds) const;

  Http* http_;
  Fs* fs_;
  HubOptions options_;
  std::string base_;   // ".../api/v1"
  std::string shown_;  // the address without it
};

// 2 to 50 of a-z, 0-9 and dashes, a dash at neither end; "user/slug" too where `with_user`.
Status CheckSlug(std::string_view slug, bool with_user);

}  // namespace paw
