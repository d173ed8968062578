// models/*, base-models, health, metrics: what this server runs on and how it is.
#include "base/text.h"
#include "bundle/runtime_manifest.h"
#include "hub/range.h"
#include "hub/site.h"
#include "runtime/resident_programs.h"

namespace paw::hub {
namespace {

// The runtime of a base that is here, its address that of this server where it is not one that the official SDK pins.
Outcome Runtime(Site& site, Request& request) {
  const std::string& id = request.values[0];
  for (const BaseEntry& base : PAW_TRY(site.workspace->store().ListBases())) {
    if (base.profile.runtime_id != id) continue;
    Json manifest = RuntimeManifestOf(base.profile);
    const bool pinned = FindBuiltInProfile(id) != nullptr && FindBuiltInProfile(id)->name != kDefaultProfile;
    if (base.present && !pinned) {
      manifest["local_sdk"]["base_model"]["url"] = site.options.public_url + "/api/v1/base-models/" + PercentEncoded(base.profile.file);
      manifest["local_sdk"]["supported"] = true;
    }
    return JsonResponse(manifest);
  }
  return Missing("runtime " + Quoted(id, 80));
}

Outcome BaseModelFile(Site& site, Request& request) {
  const std::string& file = request.values[0];
  for (const BaseEntry& base : PAW_TRY(site.workspace->store().ListBases())) {
    if (base.profile.file != file || !base.present) continue;
    Response response;
    response.content_type = "application/octet-stream";
    response.With("Cache-Control", "public, max-age=31536000, immutable");
    return FilePart(request, std::move(response), base.path, base.profile.bytes, base.profile.sha256);
  }
  return Missing("base model " + Quoted(file, 80));
}

Outcome Health(Site& site) {
  const JobCounts jobs = PAW_TRY(site.jobs->counts());
  Json warnings = Json::array();
  if (!site.workspace->store().FindBase(std::string(kDefaultProfile)).ok())
    warnings.push_back("the default base is not here: `paw base pull`");
  return JsonResponse({{"status", warnings.empty() ? "healthy" : "degraded"},
                       {"warnings", warnings},
                       {"gpu_services", Json::object()},
                       {"queue_depth", jobs.queued + jobs.compiling},
                       {"version", site.version},
                       {"uptime_s", site.fs->WallSeconds() - site.started_at}});
}

Outcome MetricsText(Site& site) {
  const JobCounts jobs = PAW_TRY(site.jobs->counts());
  std::vector<std::pair<std::string, double>> gauges = {{"paw_compile_jobs_queued", static_cast<double>(jobs.queued)},
                                                        {"paw_compile_jobs_running", static_cast<double>(jobs.compiling)},
                                                        {"paw_uptime_seconds", site.fs->WallSeconds() - site.started_at}};
  if (site.server_counts) {
    const ServerCounts counts = site.server_counts();
    gauges.emplace_back("paw_connections", static_cast<double>(counts.connections));
    gauges.emplace_back("paw_requests_waiting", static_cast<double>(counts.waiting));
    gauges.emplace_back("paw_requests_running", static_cast<double>(counts.busy));
  }
  const EngineCounts engine = site.workspace->engine_counts();
  gauges.emplace_back("paw_engine_steps_total", static_cast<double>(engine.scheduler.steps));
  gauges.emplace_back("paw_engine_rows_total", static_cast<double>(engine.scheduler.rows));
  gauges.emplace_back("paw_engine_tokens_total", static_cast<double>(engine.scheduler.tokens));
  gauges.emplace_back("paw_engine_waiting", static_cast<double>(engine.scheduler.waiting));
  gauges.emplace_back("paw_resident_programs", static_cast<double>(engine.residents.open));
  gauges.emplace_back("paw_resident_bytes", static_cast<double>(engine.residents.bytes));
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = site.metrics.Text(gauges);
  return response;
}

}  // namespace

void AddModelRoutes(Router& router, Site& site) {
  router.Add("GET", "/api/v1/models/compilers",
             [&site](Request&) -> Outcome { return JsonResponse(PAW_TRY(ListCompilers(*site.workspace))); });
  router.Add("GET", "/api/v1/models/runtimes/{id}", [&site](Request& request) { return Runtime(site, request); });
  router.Add("GET", "/api/v1/base-models/{file}", [&site](Request& request) { return BaseModelFile(site, request); });
  router.Add("GET", "/api/v1/health", [&site](Request&) { return Health(site); });
  router.OpenToAll();
  router.Add("GET", "/metrics", [&site](Request&) { return MetricsText(site); });
}

}  // namespace paw::hub
