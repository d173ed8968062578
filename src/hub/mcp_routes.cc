// POST /mcp: the programs of this hub as tools of the Model Context Protocol (Streamable HTTP, one JSON reply a message, no session).
#include "base/text.h"
#include "hub/mcp.h"
#include "hub/site.h"

namespace paw::hub {
namespace {

constexpr std::int64_t kProgramsMax = 100;  // that are tools of their own; paw_search and paw_run reach the others
constexpr double kCompileWaitSeconds = 50;  // clients give a tool about a minute

class HubBackend : public McpBackend {
 public:
  HubBackend(Site& site, Caller caller) : site_(site), caller_(std::move(caller)) {}

  Result<std::vector<McpProgram>> Programs() override {
    std::vector<McpProgram> programs;
    for (const bool mine : {true, false}) {
      if (mine && !caller_.signed_in()) continue;
      ProgramQuery query;
      query.mine = mine;
      query.sort = mine ? "recent" : "recommended";
      query.per_page = kProgramsMax;
      const Json list = PAW_TRY(site_.catalog->List(caller_, query));
      for (const Json& card : list["programs"]) {
        if (!card["slug"].is_string() || (!mine && card["mine"].get<bool>())) continue;
        const std::string slug = card["slug"].get<std::string>();
        programs.push_back({slug, slug.substr(slug.find('/') + 1), card["name"].is_string() ? card["name"].get<std::string>() : "",
                            card["spec"].get<std::string>(), card["labels"].get<std::vector<std::string>>()});
      }
    }
    return programs;
  }

  Result<Json> Run(const std::string& reference, const std::string& input) override {
    const Site::OpenProgram open = PAW_TRY(site_.OpenFor(caller_, reference));
    const RunResult result = PAW_TRY(site_.Call(open, input, {}));
    return Json{{"output", result.output}, {"probability", result.probability ? Json(*result.probability) : Json()}};
  }

  Result<Json> Compile(const Json& arguments) override {
    CompileRequest request = PAW_TRY(ParseCompileRequest(arguments));
    request.compiler = PAW_TRY(CompilerNamed(*site_.workspace, request.compiler));
    if (!caller_.signed_in() && (!request.slug.empty() || !request.listing.is_public)) {
      return Usage("compiling: found a slug or a private program and no key, expected a key: both belong to a user");
    }
    const std::string limit = caller_.signed_in() ? "u" + std::to_string(caller_.user_id) : "a" + caller_.address;
    const auto verdict =
        site_.compile_limit.Take(limit, caller_.signed_in() ? site_.options.compiles_per_hour : site_.options.anonymous_compiles_per_hour,
                                 site_.fs->SteadySeconds());
    if (!verdict.allowed) return Unavailable("compiling: found as many compiles as an hour may have, expected a pause");
    const std::string id = PAW_TRY(site_.jobs->Submit(caller_, request));
    site_.jobs->WaitForEnd(id, kCompileWaitSeconds);
    return CompileStatus(id);
  }

  Result<Json> CompileStatus(const std::string& job) override {
    const Json view = PAW_TRY(site_.jobs->View(caller_, job));
    Json status = Json::object();
    for (const char* key : {"job_id", "status", "program_id", "slug", "held_out", "warnings", "error", "percent", "estimated_wait_s"})
      status[key] = view[key];
    return status;
  }

  Result<Json> Search(const std::string& words) override {
    ProgramQuery query;
    query.words = words;
    query.sort = "recommended";
    const Json list = PAW_TRY(site_.catalog->List(caller_, query));
    Json found = Json::array();
    for (const Json& card : list["programs"]) {
      found.push_back({{"program", card["slug"].is_string() ? card["slug"] : card["id"]},
                       {"spec", card["spec"]},
                       {"labels", card["labels"]},
                       {"held_out", card["held_out"]}});
    }
    return Json{{"programs", found}};
  }

 private:
  Site& site_;
  Caller caller_;
};

Outcome Mcp(Site& site, Request& request) {
  const auto message = ParseJson(request.body, "the message", kSmallBodyBytesMax);
  if (!message.ok()) return JsonResponse(McpServer::ParseError(), 400);
  HubBackend backend(site, request.caller);
  const McpServer::Reply reply =
      McpServer(backend, site.version)
          .Handle(*message, {std::string(request.Header("mcp-protocol-version")), std::string(request.Header("mcp-method")),
                             std::string(request.Header("mcp-name"))});
  if (reply.message) return JsonResponse(*reply.message, reply.http_status);
  Response accepted;
  accepted.status = reply.http_status;
  return accepted;
}

}  // namespace

void AddMcpRoutes(Router& router, Site& site) {
  router.Add("POST", "/mcp", [&site](Request& request) { return Mcp(site, request); });
  router.TakesBytes();
}

}  // namespace paw::hub
