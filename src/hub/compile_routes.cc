// compile*: one that waits, jobs, their progress as it happens.
#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "hub/site.h"

namespace paw::hub {
namespace {

constexpr std::size_t kCompileBodyBytesMax = 64 * kMiB;
constexpr double kWaitSeconds = 2340;  // the official client reads for 2,400
constexpr int kWaitersMax = 16;        // of workers that may wait for a compile, and as many that may stream
constexpr double kHeartbeatSeconds = 10;

struct Asked {
  CompileRequest request;
  std::optional<std::string> cached;
  RateLimit::Verdict verdict;
};

std::string LimitName(const Caller& caller) { return caller.signed_in() ? "u" + std::to_string(caller.user_id) : "a" + caller.address; }

// The request, checked, and counted against the caller's hour where it needs a compile.
std::variant<Asked, HubError> Ask(Site& site, const Request& request) {
  const auto read = [&]() -> Result<Asked> {
    Asked asked;
    asked.request = PAW_TRY(ParseCompileRequest(request.json));
    return asked;
  };
  auto asked = read();
  if (!asked.ok()) return ErrorOf(asked.status());
  CompileRequest& wanted = asked->request;
  auto compiler = CompilerNamed(*site.workspace, wanted.compiler);
  if (!compiler.ok()) return BadRequest(compiler.status().message());
  wanted.compiler = *compiler;
  if (!request.caller.signed_in()) {
    if (!wanted.slug.empty()) return SignInRequired("a slug");
    if (!wanted.listing.is_public) return SignInRequired("a private program");
  }
  auto cached = site.jobs->CachedProgram(wanted);
  if (!cached.ok()) return ErrorOf(cached.status());
  asked->cached = *cached;
  const std::int64_t per_hour = request.caller.signed_in() ? site.options.compiles_per_hour : site.options.anonymous_compiles_per_hour;
  const std::string name = LimitName(request.caller);
  if (asked->cached) return std::move(*asked);
  asked->verdict = site.compile_limit.Take(name, per_hour, site.fs->SteadySeconds());
  if (!asked->verdict.allowed) {
    return HubError{429,
                    "rate_limited",
                    "compiling: found " + std::to_string(per_hour) + " compiles in the last hour, expected a pause",
                    asked->verdict.retry_after,
                    {{"X-RateLimit-Limit", std::to_string(per_hour)}, {"X-RateLimit-Remaining", "0"}}};
  }
  return std::move(*asked);
}

Response WithLimit(Response response, const Asked& asked) {
  if (asked.verdict.limit == 0) return response;
  response.With("X-RateLimit-Limit", std::to_string(asked.verdict.limit));
  response.With("X-RateLimit-Remaining", std::to_string(asked.verdict.remaining));
  return response;
}

Outcome CompileAndWait(Site& site, Request& request, std::atomic<int>& waiting) {
  auto asked = Ask(site, request);
  if (const HubError* error = std::get_if<HubError>(&asked)) return *error;
  const Asked& wanted = std::get<Asked>(asked);
  const Place place(waiting, kWaitersMax);
  if (!place.ok())
    return Busy("compiling: found as many clients waiting for a compile as may, expected POST /api/v1/compile/async or a pause", 5);
  const std::string id = PAW_TRY(site.jobs->Submit(request.caller, wanted.request));
  if (!site.jobs->WaitForEnd(id, kWaitSeconds)) {
    return Busy("compiling: found it still under way; GET /api/v1/compile/" + id + " tells when it is done", 30);
  }
  Json view = PAW_TRY(site.jobs->View(request.caller, id));
  const std::string status = view["status"].get<std::string>();
  if (status == "ready") return WithLimit(JsonResponse(view, 202), wanted);
  const std::string why = view["error"].is_string() ? view["error"].get<std::string>() : status;
  return HubError{422, status == "cancelled" ? "cancelled" : "compile_failed", why};
}

Outcome CompileLater(Site& site, Request& request) {
  auto asked = Ask(site, request);
  if (const HubError* error = std::get_if<HubError>(&asked)) return *error;
  const Asked& wanted = std::get<Asked>(asked);
  const std::string id = PAW_TRY(site.jobs->Submit(request.caller, wanted.request));
  return WithLimit(JsonResponse(PAW_TRY(site.jobs->View(request.caller, id)), 202), wanted);
}

Outcome Precheck(Site& site, Request& request) {
  CompileRequest wanted = PAW_TRY(ParseCompileRequest(request.json));
  auto compiler = CompilerNamed(*site.workspace, wanted.compiler);
  if (!compiler.ok()) return BadRequest(compiler.status().message());
  wanted.compiler = *compiler;
  const auto cached = PAW_TRY(site.jobs->CachedProgram(wanted));
  const JobCounts counts = PAW_TRY(site.jobs->counts());
  const std::int64_t ahead = counts.queued + counts.compiling;
  return JsonResponse({{"cached", cached.has_value()},
                       {"program_id", cached ? Json(*cached) : Json()},
                       {"compiler_snapshot", wanted.compiler},
                       {"compiler_kind", wanted.trains() ? "finetune_lora" : "mapper_lora"},
                       {"queue_length", ahead},
                       {"estimated_wait_s", cached ? 0.0 : site.jobs->EstimatedSeconds(wanted) * static_cast<double>(ahead + 1)}});
}

Outcome Cancel(Site& site, Request& request) {
  const std::string& id = request.values[0];
  if (!PAW_TRY(site.jobs->Cancel(request.caller, id, request.Query("force") == "1"))) {
    return Conflict("already_started",
                    "cancelling " + Quoted(id, 60) + ": found it begun or ended, expected one that waits (?force=1 stops a running one)");
  }
  return JsonResponse({{"job_id", id}, {"status", "cancelled"}});
}

std::string EventText(const char* name, std::int64_t number, const Json& data) {
  return "event: " + std::string(name) + "\nid: " + std::to_string(number) + "\ndata: " + WriteJson(data) + "\n\n";
}

// Until the job has ended or the other side has gone.
void StreamEvents(Site& site, const Caller& caller, const std::string& id, std::int64_t after, BodyWriter& writer) {
  double last_sent = site.fs->SteadySeconds();
  while (writer.open()) {
    const auto found = site.jobs->Events(caller, id, after, 1);
    if (!found.ok()) return;
    std::string text;
    for (const auto& [number, fields] : found->events) {
      text += EventText("progress", number, fields);
      after = number;
    }
    if (found->ended) {
      const auto view = site.jobs->View(caller, id);
      if (view.ok()) text += EventText("done", after + 1, *view);
      writer.Write(text);
      return;
    }
    const double now = site.fs->SteadySeconds();
    if (text.empty() && now - last_sent >= kHeartbeatSeconds) text = ": still here\n\n";
    if (text.empty()) continue;
    if (!writer.Write(text)) return;
    last_sent = now;
  }
}

Outcome Events(Site& site, Request& request, const std::shared_ptr<std::atomic<int>>& streaming) {
  const std::string id = request.values[0];
  PAW_TRY(site.jobs->View(request.caller, id));
  std::int64_t after = 0;
  if (const auto last = ParseInt(request.Header("last-event-id"), "Last-Event-ID"); last.ok()) after = std::max<std::int64_t>(0, *last);
  const auto place = std::make_shared<Place>(*streaming, kWaitersMax);
  if (!place->ok()) return Busy("streaming: found as many streams as may be, expected GET /api/v1/compile/" + id + " now and then", 5);
  Response response;
  response.content_type = "text/event-stream";
  response.With("X-Accel-Buffering", "no");
  response.stream = [&site, caller = request.caller, id, after, place, streaming](BodyWriter& writer) {
    StreamEvents(site, caller, id, after, writer);
  };
  return response;
}

}  // namespace

void AddCompileRoutes(Router& router, Site& site) {
  const auto waiting = std::make_shared<std::atomic<int>>(0), streaming = std::make_shared<std::atomic<int>>(0);
  router.Add(
      "POST", "/api/v1/compile", [&site, waiting](Request& request) { return CompileAndWait(site, request, *waiting); },
      kCompileBodyBytesMax);
  router.Add(
      "POST", "/api/v1/compile/async", [&site](Request& request) { return CompileLater(site, request); }, kCompileBodyBytesMax);
  router.Add(
      "POST", "/api/v1/compile/precheck", [&site](Request& request) { return Precheck(site, request); }, kCompileBodyBytesMax);
  router.Add("GET", "/api/v1/compile", [&site](Request& request) -> Outcome {
    return JsonResponse(
        PAW_TRY(site.jobs->List(request.caller, PAW_TRY(NumberOf(request, "page", 1)), PAW_TRY(NumberOf(request, "per_page", 20)))));
  });
  router.Add("GET", "/api/v1/compile/{job}",
             [&site](Request& request) -> Outcome { return JsonResponse(PAW_TRY(site.jobs->View(request.caller, request.values[0]))); });
  router.Add("GET", "/api/v1/compile/{job}/events", [&site, streaming](Request& request) { return Events(site, request, streaming); });
  router.Add("DELETE", "/api/v1/compile/{job}", [&site](Request& request) { return Cancel(site, request); });
}

}  // namespace paw::hub
