// program-imports: adapters that others trained (PEFT), uploaded in four steps.
//
//   POST /program-imports {manifest {schema_version 1, spec, runtime_id, producer, prompt_template}, adapter_config}  ─▶ upload_id
//   PUT  .../{id}/weights   the bytes of adapter_model.safetensors
//   POST .../{id}/validate  read, held against its base, made a program                                             ─▶ program_id
//   POST .../{id}/register {public}                                                                                  ─▶ published
//
// What was uploaded lies in <data>/imports/<id>/ until it is registered or a day is over. An id is 22 random letters and its owner's alone.
// Source: the official REST table (newer routes); api/peft.h does the reading.
#include <algorithm>
#include <cctype>

#include "api/peft.h"
#include "base/limits.h"
#include "base/text.h"
#include "fs/path.h"
#include "hub/site.h"

namespace paw::hub {
namespace {

constexpr const char* kWhat = "the request";
constexpr std::size_t kWeightsBytesMax = 256 * kMiB;
constexpr std::size_t kIdLetters = 22;
constexpr std::size_t kUploadsMax = 100;  // of all users at once
constexpr double kDaySeconds = 86400;
constexpr const char* kFacts = "import.json";
constexpr const char* kWeights = "adapter_model.safetensors";
constexpr const char* kProgram = "program.paw";

std::string Root(const Site& site) { return JoinPath(site.options.data_dir, "imports"); }

// Uploads that nobody finished.
Status SweepOld(Site& site) {
  PAW_TRY(site.fs->MakeFolders(Root(site)));
  std::size_t kept = 0;
  for (const FolderEntry& entry : PAW_TRY(site.fs->List(Root(site)))) {
    const std::string folder = JoinPath(Root(site), entry.name);
    const auto facts = site.fs->Stat(folder);
    const bool old = !facts.ok() || site.fs->WallSeconds() - static_cast<double>(facts->modified_ns) / 1e9 > kDaySeconds;
    if (old) PAW_TRY(site.fs->RemoveTree(folder));
    kept += !old;
  }
  if (kept < kUploadsMax) return Ok();
  return Unavailable("importing: found " + std::to_string(kept) + " unfinished uploads, expected fewer than " +
                     std::to_string(kUploadsMax));
}

// The folder of an upload that is this caller's.
Result<std::string> FolderOf(Site& site, const Request& request) {
  const std::string& id = request.values[0];
  const Status missing = NotFound("upload " + Quoted(id, 60) + " not found");
  const bool plain =
      id.size() == kIdLetters && std::ranges::all_of(id, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; });
  if (!plain) return missing;
  const std::string folder = JoinPath(Root(site), id);
  const auto text = site.fs->ReadText(JoinPath(folder, kFacts), kJsonBytesMax);
  if (!text.ok()) return missing;
  const Json facts = PAW_TRY(ParseJson(*text, "an upload"));
  if (PAW_TRY(GetInt(facts, "user_id", "an upload")) != request.caller.user_id) return missing;
  return folder;
}

Outcome Begin(Site& site, Request& request) {
  if (!request.caller.signed_in()) return SignInRequired("importing");
  const Json& manifest = *PAW_TRY(GetObject(request.json, "manifest", kWhat));
  const Json& config = *PAW_TRY(GetObject(request.json, "adapter_config", kWhat));
  const std::int64_t schema = PAW_TRY(GetInt(manifest, "schema_version", "the manifest"));
  if (schema != 1) return Invalid("field \"schema_version\": found " + std::to_string(schema) + ", expected 1");
  const std::string spec = PAW_TRY(GetString(manifest, "spec", "the manifest"));
  const std::string runtime = PAW_TRY(GetString(manifest, "runtime_id", "the manifest"));
  const std::string prompt = PAW_TRY(GetString(manifest, "prompt_template", "the manifest"));
  PAW_TRY(CheckText(spec, kSpecBytesMax, "field \"spec\""));
  PAW_TRY(CheckText(prompt, kTemplateBytesMax, "field \"prompt_template\""));
  PAW_TRY(SweepOld(site));
  const std::string id = PAW_TRY(RandomText(kIdLetters));
  const Json facts = {{"user_id", request.caller.user_id}, {"spec", spec}, {"runtime_id", runtime}};
  PAW_TRY(site.fs->PublishFolder(
      JoinPath(Root(site), id), {{kFacts, WriteJson(facts)}, {"adapter_config.json", WriteJson(config)}, {"prompt_template.txt", prompt}}));
  return JsonResponse({{"upload_id", id}, {"status", "awaiting_upload"}}, 201);
}

Outcome TakeWeights(Site& site, Request& request) {
  const std::string folder = PAW_TRY(FolderOf(site, request));
  if (request.body.empty()) return Invalid("the request's body: found nothing, expected adapter_model.safetensors");
  PAW_TRY(site.fs->PublishFile(JoinPath(folder, kWeights), request.body));
  return JsonResponse({{"upload_id", request.values[0]}, {"status", "uploaded"}});
}

Outcome Validate(Site& site, Request& request) {
  const std::string folder = PAW_TRY(FolderOf(site, request));
  if (!site.fs->Exists(JoinPath(folder, kWeights)))
    return Conflict("awaiting_upload", "validating: found no weights, expected PUT .../weights before");
  const Json facts = PAW_TRY(ParseJson(PAW_TRY(site.fs->ReadText(JoinPath(folder, kFacts), kJsonBytesMax)), "an upload"));
  PeftImportRequest wanted;
  wanted.folder = folder;
  wanted.base = PAW_TRY(GetString(facts, "runtime_id", "an upload"));
  wanted.spec = PAW_TRY(GetString(facts, "spec", "an upload"));
  const auto imported = ImportPeft(*site.workspace, wanted);
  if (imported.code() == Code::kNotFound) return Invalid("validating: " + imported.status().message());  // its base is not here
  if (!imported.ok()) return imported.status();
  PAW_TRY(site.fs->PublishFile(JoinPath(folder, kProgram), PAW_TRY(WriteBundle(imported->bundle))));
  return JsonResponse({{"upload_id", request.values[0]},
                       {"status", "validated"},
                       {"program_id", imported->bundle.manifest.program_id},
                       {"warnings", imported->warnings}});
}

Outcome Register(Site& site, Request& request) {
  const std::string folder = PAW_TRY(FolderOf(site, request));
  const auto archive = site.fs->Read(JoinPath(folder, kProgram), kArchiveBytesMax);
  if (!archive.ok()) return Conflict("awaiting_validation", "registering: found nothing validated, expected POST .../validate before");
  Listing listing;
  listing.is_public = PAW_TRY(FindBool(request.json, "public", kWhat)).value_or(true);
  listing.name = PAW_TRY(FindString(request.json, "name", kWhat)).value_or("");
  const std::string slug = PAW_TRY(FindString(request.json, "slug", kWhat)).value_or("");
  const Bundle bundle = PAW_TRY(ReadBundle(*archive, "an upload"));
  const Published published = PAW_TRY(site.catalog->PublishArchive(request.caller, bundle, *archive, listing, slug));
  PAW_TRY(site.fs->RemoveTree(folder));
  return JsonResponse({{"program_id", published.program_id},
                       {"digest", published.digest},
                       {"slug", published.slug.empty() ? Json() : Json(published.slug)},
                       {"status", "registered"}},
                      201);
}

}  // namespace

void AddImportRoutes(Router& router, Site& site) {
  router.Add("POST", "/api/v1/program-imports", [&site](Request& request) { return Begin(site, request); });
  router.Add(
      "PUT", "/api/v1/program-imports/{id}/weights", [&site](Request& request) { return TakeWeights(site, request); }, kWeightsBytesMax);
  router.TakesBytes();
  router.Add("POST", "/api/v1/program-imports/{id}/validate", [&site](Request& request) { return Validate(site, request); });
  router.Add("POST", "/api/v1/program-imports/{id}/register", [&site](Request& request) { return Register(site, request); });
}

}  // namespace paw::hub
