// The bytes of programs: publishing one, downloading one or its members. Ranges, ETags, and the address of the base.
#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/bundle.h"
#include "bundle/signature.h"
#include "hub/range.h"
#include "hub/site.h"

namespace paw::hub {
namespace {

constexpr const char* kArchiveType = "application/octet-stream";

Outcome Publish(Site& site, Request& request) {
  if (!request.caller.signed_in()) return SignInRequired("publishing");
  if (request.body.empty()) return Invalid("the request's body: found nothing, expected the bytes of a .paw file");
  Listing listing;
  listing.name = request.Query("name");
  for (const std::string_view tag : Split(request.Query("tags"), ',')) {
    if (!tag.empty()) listing.tags.emplace_back(tag);
  }
  const std::string_view shown = request.Query("public");
  if (!shown.empty() && shown != "true" && shown != "false")
    return Invalid("query field \"public\": found " + Quoted(shown, 40) + ", expected true or false");
  listing.is_public = shown != "false";
  const Bundle bundle = PAW_TRY(ReadBundle(std::as_bytes(std::span(request.body)), "the request's body"));
  if (const SignatureFacts signature = CheckSignature(bundle); signature.state == SignatureState::kInvalid) {
    return Invalid("the program's signature: " + signature.problem);
  }
  const auto published = site.catalog->PublishArchive(request.caller, bundle, std::as_bytes(std::span(request.body)), listing,
                                                      std::string(request.Query("slug")));
  if (!published.ok()) {
    const auto there = site.catalog->DigestOf(bundle.manifest.program_id);
    const bool other = there.ok() && *there && **there != Sha256Hex(std::as_bytes(std::span(request.body)));
    return other ? Outcome(Conflict("id_taken", published.status().message())) : Outcome(published.status());
  }
  return JsonResponse({{"program_id", published->program_id},
                       {"digest", published->digest},
                       {"slug", published->slug.empty() ? Json() : Json(published->slug)},
                       {"version", published->version == 0 ? Json() : Json(published->version)},
                       {"version_action", published->version_action.empty() ? Json() : Json(published->version_action)}},
                      published->fresh ? 201 : 200);
}

// The bundle as clients of the official kind want it: where its base is served here, they fetch it here. Only a place is changed; the
// base's digest stays and is what they check.
Result<std::string> WithBaseFromHere(const Site& site, const std::string& digest) {
  Bundle bundle = PAW_TRY(site.catalog->ReadBundleOf(digest));
  Json& runtime = bundle.manifest.runtime;
  if (runtime.is_object() && runtime["local_sdk"].is_object() && runtime["local_sdk"]["base_model"].is_object() &&
      FindBuiltInProfile(bundle.manifest.runtime_id) != nullptr &&
      FindBuiltInProfile(bundle.manifest.runtime_id)->name == kDefaultProfile) {
    Json& base = runtime["local_sdk"]["base_model"];
    const std::string file = PAW_TRY(FindString(base, "file", "the runtime of " + bundle.manifest.program_id)).value_or("");
    base["url"] = site.options.public_url + "/api/v1/base-models/" + PercentEncoded(file);
  }
  const std::vector<std::byte> archive = PAW_TRY(WriteBundle(bundle));
  return std::string(TextOf(archive));
}

Outcome Download(Site& site, Request& request) {
  const ResolvedSlug resolved = PAW_TRY(site.catalog->Resolve(request.caller, request.values[0]));
  const bool exact = request.Query("exact") == "1";
  Response response;
  response.content_type = kArchiveType;
  response.With("X-Paw-Digest", resolved.digest)
      .With("Content-Disposition", "attachment; filename=\"" + resolved.program_id + ".paw\"")
      .With("Cache-Control", "private, no-cache");
  if (request.method == "GET" && request.Header("range").empty()) site.catalog->CountDownload(resolved.program_id);
  if (exact) {
    const FileFacts facts = PAW_TRY(site.fs->Stat(site.catalog->PathOf(resolved.digest)));
    return FilePart(request, std::move(response), site.catalog->PathOf(resolved.digest), facts.bytes, resolved.digest);
  }
  std::string bytes = PAW_TRY(WithBaseFromHere(site, resolved.digest));
  const std::string tag = Sha256Hex(bytes);
  return TextPart(request, std::move(response), std::move(bytes), tag);
}

Outcome Asset(Site& site, Request& request) {
  const ResolvedSlug resolved = PAW_TRY(site.catalog->Resolve(request.caller, request.values[0]));
  const Bundle bundle = PAW_TRY(site.catalog->ReadBundleOf(resolved.digest));
  const std::string& name = request.values[1];
  Response response;
  response.content_type = "text/plain; charset=utf-8";
  std::string bytes;
  if (name == "meta.json") {
    response.content_type = "application/json";
    bytes = PAW_TRY(WriteManifest(bundle.manifest));
  } else if (name == "adapter.gguf") {
    response.content_type = kArchiveType;
    bytes = TextOf(bundle.adapter_gguf);
  } else if (name == "prompt_template.txt") {
    bytes = bundle.prompt_template;
  } else if (name == "pseudo_program.txt" && bundle.pseudo_program) {
    bytes = *bundle.pseudo_program;
  } else {
    return Missing("asset " + Quoted(name, 60));
  }
  const std::string tag = Sha256Hex(bytes);
  return TextPart(request, std::move(response), std::move(bytes), tag);
}

}  // namespace

void AddBundleRoutes(Router& router, Site& site) {
  router.Add(
      "POST", "/api/v1/programs", [&site](Request& request) { return Publish(site, request); }, kArchiveBytesMax);
  router.TakesBytes();
  router.Add("GET", "/api/v1/programs/{ref*}/download", [&site](Request& request) { return Download(site, request); });
  router.Add("GET", "/api/v1/programs/{ref}/asset/{name}", [&site](Request& request) { return Asset(site, request); });
}

}  // namespace paw::hub
