// programs*: lists, cards, names, votes, cases. The bytes of bundles are bundle_routes.cc.
#include <algorithm>

#include "base/text.h"
#include "hub/site.h"

namespace paw::hub {
namespace {

constexpr const char* kWhat = "the request";
constexpr std::size_t kWordsBytesMax = 200;

Outcome List(Site& site, Request& request) {
  ProgramQuery query;
  query.words = request.Query("q");
  if (query.words.size() > kWordsBytesMax)
    return Invalid("query field \"q\": found " + std::to_string(query.words.size()) + " bytes, expected at most 200");
  query.tag = request.Query("tag");
  query.mine = request.Query("mine") == "true" || request.Query("mine") == "1";
  query.page = PAW_TRY(NumberOf(request, "page", 1));
  query.per_page = PAW_TRY(NumberOf(request, "per_page", 20));
  if (!request.Query("sort").empty()) query.sort = request.Query("sort");
  constexpr std::string_view kSorts[] = {"recent", "votes", "popular", "downloads", "recommended"};
  if (std::ranges::find(kSorts, query.sort) == std::end(kSorts)) {
    return Invalid("query field \"sort\": found " + Quoted(query.sort, 40) + ", expected recent, votes, popular, downloads or recommended");
  }
  if (query.mine && !request.caller.signed_in()) return SignInRequired("your programs");
  return JsonResponse(PAW_TRY(site.catalog->List(request.caller, query)));
}

Outcome Show(Site& site, Request& request) {
  const ResolvedSlug resolved = PAW_TRY(site.catalog->Resolve(request.caller, request.values[0]));
  Json card = PAW_TRY(site.catalog->Describe(request.caller, resolved.program_id, true));
  // The held-out rows are examples of those who made it.
  if (card["report"].is_object() && !card["made"].get<bool>()) card["report"]["wrong"] = Json::array();
  if (!resolved.slug.empty()) card["version"] = resolved.version;
  return JsonResponse(card);
}

Outcome Resolve(Site& site, Request& request) {
  const auto resolved = site.catalog->Resolve(request.caller, request.values[0]);
  if (resolved.code() == Code::kNotFound || resolved.code() == Code::kUsage) {
    return HubError{404, "alias_not_found", "not found: " + resolved.status().message()};
  }
  if (!resolved.ok()) return resolved.status();
  return JsonResponse({{"program_id", resolved->program_id},
                       {"slug", resolved->slug.empty() ? Json() : Json(resolved->slug)},
                       {"version", resolved->version == 0 ? Json() : Json(resolved->version)},
                       {"digest", resolved->digest}});
}

Outcome Change(Site& site, Request& request) {
  if (!request.caller.signed_in()) return SignInRequired("changing a program");
  const Json& body = request.json;
  Catalog::Change change;
  change.is_public = PAW_TRY(FindBool(body, "public", kWhat));
  change.name = PAW_TRY(FindString(body, "name", kWhat));
  if (FindMember(body, "tags") != nullptr) change.tags = PAW_TRY(GetStrings(body, "tags", kWhat));
  change.slug = PAW_TRY(FindString(body, "slug", kWhat));
  const ResolvedSlug resolved = PAW_TRY(site.catalog->Resolve(request.caller, request.values[0]));
  const Json card = PAW_TRY(site.catalog->Describe(request.caller, resolved.program_id, false));
  if ((change.is_public || change.name || change.tags) && !card["mine"].get<bool>()) {
    return Forbidden("changing " + resolved.program_id + ": found a program of others, expected one of yours (a slug may be given to any)");
  }
  PAW_TRY(site.catalog->Update(request.caller, resolved.program_id, change));
  return JsonResponse(PAW_TRY(site.catalog->Describe(request.caller, resolved.program_id, false)));
}

Outcome Remove(Site& site, Request& request) {
  if (!request.caller.signed_in()) return SignInRequired("deleting a program");
  const ResolvedSlug resolved = PAW_TRY(site.catalog->Resolve(request.caller, request.values[0]));
  PAW_TRY(site.catalog->Remove(request.caller, resolved.program_id));
  if (!site.fs->Exists(site.catalog->PathOf(resolved.digest))) site.inference->Forget(resolved.digest);
  return JsonResponse({{"deleted", true}, {"program_id", resolved.program_id}});
}

Outcome PointAlias(Site& site, Request& request) {
  if (!request.caller.signed_in()) return SignInRequired("a slug");
  const Json& body = request.json;
  const std::string slug = PAW_TRY(GetString(body, "slug", kWhat));
  std::string target = request.values[0];
  if (const auto version = PAW_TRY(FindInt(body, "version", kWhat)))
    target = request.caller.user + "/" + slug + "@v" + std::to_string(*version);
  const ResolvedSlug resolved = PAW_TRY(site.catalog->Resolve(request.caller, target));
  const Published pointed = PAW_TRY(site.catalog->PointSlug(request.caller, slug, resolved.program_id));
  return JsonResponse({{"slug", pointed.slug},
                       {"version", pointed.version},
                       {"version_action", pointed.version_action},
                       {"program_id", pointed.program_id}});
}

Outcome Vote(Site& site, Request& request) {
  if (!request.caller.signed_in()) return SignInRequired("a vote");
  const std::int64_t vote = PAW_TRY(GetInt(request.json, "vote", kWhat));
  if (vote != 1 && vote != -1) return Invalid("field \"vote\": found " + std::to_string(vote) + ", expected 1 or -1");
  const ResolvedSlug resolved = PAW_TRY(site.catalog->Resolve(request.caller, request.values[0]));
  return JsonResponse(PAW_TRY(site.catalog->Vote(request.caller, resolved.program_id, static_cast<int>(vote))));
}

Outcome AddCase(Site& site, Request& request) {
  if (!request.caller.signed_in()) return SignInRequired("a case");
  const Json& body = request.json;
  const std::string type = PAW_TRY(GetString(body, "type", kWhat));
  const std::string description = PAW_TRY(GetString(body, "description", kWhat));
  const ResolvedSlug resolved = PAW_TRY(site.catalog->Resolve(request.caller, request.values[0]));
  return JsonResponse(PAW_TRY(site.catalog->AddCase(request.caller, resolved.program_id, type, description)), 201);
}

}  // namespace

void AddProgramRoutes(Router& router, Site& site) {
  const auto add = [&](const char* method, const char* pattern, Outcome (*handler)(Site&, Request&)) {
    router.Add(method, pattern, [&site, handler](Request& request) { return handler(site, request); });
  };
  add("GET", "/api/v1/programs", List);
  add("GET", "/api/v1/programs/resolve/{ref*}", Resolve);
  router.Add("GET", "/api/v1/programs/{ref*}/versions", [&site](Request& request) -> Outcome {
    return JsonResponse(PAW_TRY(site.catalog->Versions(request.caller, request.values[0])));
  });
  add("POST", "/api/v1/programs/{ref*}/alias", PointAlias);
  add("POST", "/api/v1/programs/{ref*}/vote", Vote);
  router.Add("GET", "/api/v1/programs/{ref*}/cases", [&site](Request& request) -> Outcome {
    const ResolvedSlug resolved = PAW_TRY(site.catalog->Resolve(request.caller, request.values[0]));
    return JsonResponse(PAW_TRY(site.catalog->Cases(resolved.program_id)));
  });
  add("POST", "/api/v1/programs/{ref*}/cases", AddCase);
  add("GET", "/api/v1/programs/{ref*}", Show);
  add("PATCH", "/api/v1/programs/{ref*}", Change);
  add("DELETE", "/api/v1/programs/{ref*}", Remove);
}

}  // namespace paw::hub
