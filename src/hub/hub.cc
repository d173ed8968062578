#include "hub/hub.h"

#include <algorithm>
#include <thread>

#include "base/sha256.h"
#include "base/text.h"
#include "fs/path.h"
#include "fs/posix_fs.h"
#include "paw/paw.h"

namespace paw::hub {
namespace {

constexpr const char* kSessionCookie = "paw_session";

// "127.0.0.1:8765" -> "127.0.0.1", "[::1]:80" -> "::1".
std::string HostName(std::string_view host) {
  if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
  return LowerAscii(host.substr(0, host.find(':')));
}

// "https://hub.example:8443/x" -> "hub.example:8443".
std::string_view HostOfUrl(std::string_view url) {
  const std::size_t begin = url.find("://");
  const std::string_view rest = begin == std::string_view::npos ? url : url.substr(begin + 3);
  return rest.substr(0, rest.find('/'));
}

bool IsAddress(std::string_view host) {
  return !host.empty() && (host.find(':') != std::string_view::npos || host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string CookieOf(const Request& request) {
  for (const std::string_view raw : Split(request.Header("cookie"), ';')) {
    const std::string_view pair = Trim(raw);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == kSessionCookie) return std::string(pair.substr(equals + 1));
  }
  return "";
}

std::string KeyShown(const Request& request) {
  if (const std::string_view key = request.Header("x-api-key"); !key.empty()) return std::string(Trim(key));
  const std::string_view bearer = request.Header("authorization");
  if (LowerAscii(bearer.substr(0, 7)) == "bearer ") return std::string(Trim(bearer.substr(7)));
  return "";
}

bool IsSafe(const std::string& method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

bool IsOfPage(const std::string& path) {
  return !(path.starts_with("/api/") || path.starts_with("/v1/") || path.starts_with("/assets/") || path == "/mcp" || path == "/metrics");
}

}  // namespace

Result<std::unique_ptr<Hub>> Hub::Open(Workspace& workspace, HubOptions options, LogFn log, CompileFn compile) {
  std::unique_ptr<Hub> hub(new Hub);
  Site& site = hub->site_;
  Fs& fs = PosixFs();
  PAW_TRY(fs.MakeFolders(options.data_dir));
  if (options.compile_threads == 0) options.compile_threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / 2);
  site.options = std::move(options);
  site.workspace = &workspace;
  site.fs = &fs;
  site.log = std::move(log);
  site.started_at = fs.WallSeconds();
  site.version = Version();
  site.database = PAW_TRY(Database::Open(JoinPath(site.options.data_dir, "hub.db")));
  site.store = PAW_TRY(Store::Open(fs, {.root = site.options.data_dir, .offline = true}));
  site.account_database = PAW_TRY(Database::Open(JoinPath(site.options.data_dir, "hub.db")));
  site.accounts = std::make_unique<Accounts>(*site.account_database, fs);
  site.catalog = std::make_unique<Catalog>(*site.database, *site.store, fs);
  if (site.database->made() && !PAW_TRY(site.store->List()).empty()) {
    return Usage("serving " + site.options.data_dir +
                 ": found programs and no hub.db that names them, expected an empty folder or one that " + "`paw serve` made");
  }
  hub->swept_ = PAW_TRY(site.catalog->Sweep(site.options.verify));
  site.inference = std::make_unique<Inference>(workspace, site.options.call_seconds);
  if (!compile) compile = CompileHere(workspace, site.options.compile_threads);
  site.questions = std::make_unique<QuestionPrograms>(workspace, compile);
  site.jobs = std::make_unique<CompileJobs>(*site.database, *site.catalog, fs, std::move(compile));
  PAW_TRY(site.jobs->Start());
  hub->hosts_ = {"localhost", HostName(HostOfUrl(site.options.public_url))};
  for (const std::string& host : site.options.allowed_hosts) hub->hosts_.push_back(HostName(host));
  for (const auto add : {AddAccountRoutes, AddCompileRoutes, AddBundleRoutes, AddProgramRoutes, AddImportRoutes, AddModelRoutes,
                         AddRunRoutes, AddOpenAiRoutes, AddSystemOneRoutes, AddMcpRoutes, AddPageRoutes}) {
    add(hub->router_, site);
  }
  return hub;
}

Hub::~Hub() {
  site_.jobs.reset();  // its threads use the rest
}

void Hub::BeginStop() { site_.jobs->BeginStop(); }

Result<std::variant<Caller, HubError>> Hub::WhoAsks(const Request& request) const {
  Caller nobody;
  nobody.address = request.caller.address;
  const std::string key = KeyShown(request);
  if (!key.empty()) {
    auto found = PAW_TRY(site_.accounts->WhoHasKey(key));
    if (!found)
      return std::variant<Caller, HubError>(
          HubError{401, "invalid_key", "the key: found one that is unknown, expired or revoked, expected a key of this server"});
    found->address = nobody.address;
    return std::variant<Caller, HubError>(*found);
  }
  const std::string session = CookieOf(request);
  if (session.empty()) return std::variant<Caller, HubError>(nobody);
  auto found = PAW_TRY(site_.accounts->WhoHasSession(session));
  if (!found) return std::variant<Caller, HubError>(nobody);  // a page whose session is over goes on as a visitor's
  found->address = nobody.address;
  return std::variant<Caller, HubError>(*found);
}

// A name that leads here but is not ours may be another site's that reaches into this machine (DNS rebinding); a foreign page may send
// what a form can send. Neither gets an answer.
std::optional<HubError> Hub::CheckHostAndOrigin(const Request& request) const {
  const std::string_view host = request.Header("host");
  if (host.empty()) return HubError{400, "bad_host", "the request: found no Host, expected the name of this server"};
  const std::string name = HostName(host);
  if (!IsAddress(name) && std::ranges::find(hosts_, name) == hosts_.end()) {
    return HubError{403, "bad_host",
                    "the request: found Host " + Quoted(host, 80) +
                        ", expected localhost, an address, or a name that `paw serve --public-url` or --allow-host gave"};
  }
  const std::string_view origin = request.Header("origin");
  if (IsSafe(request.method) || origin.empty()) return std::nullopt;
  if (HostOfUrl(origin) == host || origin == site_.options.public_url) return std::nullopt;
  return HubError{403, "bad_origin", "the request: found Origin " + Quoted(origin, 80) + ", expected this server's own page"};
}

std::optional<HubError> Hub::Admit(Request& request) const {
  if (!SplitTarget(request)) return BadRequest("the request: found a malformed path or query, expected /path?name=value");
  if (auto refused = CheckHostAndOrigin(request)) return refused;
  auto who = WhoAsks(request);
  if (!who.ok()) return ErrorOf(who.status());
  if (HubError* error = std::get_if<HubError>(&*who)) return *error;
  request.caller = std::get<Caller>(*who);
  if (request.caller.by_cookie && !IsSafe(request.method) && request.Header("origin").empty() &&
      request.Header("sec-fetch-site") != "same-origin") {
    return HubError{403, "bad_origin", "the request: found a cookie and no Origin, expected the page's own request, or a key in X-API-Key"};
  }
  return std::nullopt;
}

// A browser that asks for a path of no interface gets the page, which says so in its own words.
std::variant<Router::Match, HubError> Hub::FindRoute(const Request& request) const {
  auto found = router_.Find(request.method, request.path);
  const HubError* error = std::get_if<HubError>(&found);
  const bool page = error != nullptr && error->status == 404 && request.method == "GET" && IsOfPage(request.path) &&
                    request.Header("accept").find("text/html") != std::string_view::npos;
  return page ? router_.Find("GET", "/") : found;
}

std::variant<std::size_t, Response> Hub::BodyLimit(Request& head) {
  head.id = "r" + Sha256Hex(std::to_string(site_.fs->UniqueNumber())).substr(0, 15);
  const auto refuse = [&](const HubError& error) {
    Response response = ResponseOf(error, head.id);
    Dress(head, response);
    site_.metrics.CountRequest("refused", response.status, 0);
    return response;
  };
  if (const auto refused = Admit(head)) return refuse(*refused);
  auto found = FindRoute(head);
  if (const HubError* error = std::get_if<HubError>(&found)) return refuse(*error);
  const Route& route = *std::get<Router::Match>(found).route;
  if (site_.options.require_key && !head.caller.signed_in() && !route.open_to_all) return refuse(SignInRequired("this server"));
  if (route.body_bytes_max > kSmallBodyBytesMax && !head.caller.signed_in() && !head.Header("content-length").empty()) {
    const auto length = ParseInt(head.Header("content-length"), "Content-Length");
    if (length.ok() && *length > static_cast<std::int64_t>(kSmallBodyBytesMax))
      return refuse(SignInRequired("a body of " + std::to_string(*length) + " bytes"));
  }
  return head.caller.signed_in() ? route.body_bytes_max : std::min(route.body_bytes_max, kSmallBodyBytesMax);
}

// Nothing below throws on purpose; what does all the same (no memory) is this one request's failure.
Response Hub::Answered(const Route& route, Request& request) const {
  try {
    if (route.json && !Trim(request.body).empty()) {
      auto body = ParseJson(request.body, "the request's body", route.body_bytes_max);
      if (!body.ok()) return ResponseOf(BadRequest(body.status().message()), request.id);
      if (!body->is_object())
        return ResponseOf(BadRequest("the request's body: found " + std::string(JsonTypeName(*body)) + ", expected an object"), request.id);
      request.json = std::move(*body);
    }
    return route.handler(request).Finish(request.id);
  } catch (const std::exception& error) {
    return ResponseOf({500, "internal", std::string("answering: ") + error.what()}, request.id);
  }
}

Response Hub::Handle(Request& request) {
  const double begin = site_.fs->SteadySeconds();
  auto found = FindRoute(request);
  std::string pattern = "none";
  Response response;
  if (HubError* error = std::get_if<HubError>(&found)) {
    response = ResponseOf(*error, request.id);
  } else {
    Router::Match& match = std::get<Router::Match>(found);
    request.values = std::move(match.values);
    pattern = match.route->method + " " + match.route->pattern;
    response = Answered(*match.route, request);
  }
  response.route = pattern;
  Dress(request, response);
  const double seconds = site_.fs->SteadySeconds() - begin;
  site_.metrics.CountRequest(pattern, response.status, seconds);
  if (site_.log) {
    site_.log({{"time", IsoTime(site_.fs->WallSeconds())},
               {"request", request.id},
               {"route", pattern},
               {"status", response.status},
               {"ms", seconds * 1000},
               {"user", request.caller.signed_in() ? Json(request.caller.user) : Json()},
               {"address", request.caller.address}});
  }
  return response;
}

Response Hub::Refuse(int status, const std::string& code, const std::string& message) {
  HubError error{status, code, message};
  if (status == 503 || status == 429) error.retry_after = 1;
  Request nothing;
  nothing.id = "none";
  Response response = ResponseOf(error, nothing.id);
  Dress(nothing, response);
  site_.metrics.CountRequest("refused", status, 0);
  return response;
}

void Hub::Dress(const Request& request, Response& response) const {
  if (request.path.starts_with("/v1/")) DressForOpenAi(response);
  response.With("X-Request-Id", request.id)
      .With("Date", HttpDate(site_.fs->WallSeconds()))
      .With("X-Content-Type-Options", "nosniff")
      .With("Referrer-Policy", "no-referrer")
      .With("Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
      .With("Cross-Origin-Resource-Policy", "same-origin");
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(response.headers, [&](const auto& header) { return header.first == name; });
  };
  if (!has("Cache-Control")) response.With("Cache-Control", "no-store");
}

}  // namespace paw::hub
