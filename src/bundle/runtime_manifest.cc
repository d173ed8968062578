#include "bundle/runtime_manifest.h"

#include <algorithm>

#include "base/sha256.h"
#include "base/text.h"
#include "bundle/members.h"
#include "bundle/official_runtimes.h"
#include "prompt/template.h"

namespace paw {
namespace {

constexpr std::string_view kAdapterFormat = "gguf_lora";
constexpr std::size_t kNameBytesMax = 256;

Status Bad(std::string_view what, std::string_view key, std::string_view found, std::string_view expected) {
  return Refused(std::string(what) + ": key " + Quoted(key) + ": found " + std::string(found) + ", expected " + std::string(expected));
}

// What stands there, short enough for a line.
std::string Shown(const Json* value) { return value == nullptr ? "nothing" : Printable(WriteJson(*value), 80); }

// `key` of `object` is exactly `wanted`.
Status Want(const Json& object, std::string_view key, const Json& wanted, std::string_view what) {
  const auto found = object.find(key);
  const Json* value = found == object.end() ? nullptr : &*found;
  if (value != nullptr && value->type() == wanted.type() && *value == wanted) return Ok();
  if (value != nullptr && value->is_number_integer() && wanted.is_number_integer() && *value == wanted) return Ok();
  return Bad(what, key, Shown(value), WriteJson(wanted));
}

Status WantPositive(const Json& object, std::string_view key, std::string_view what) {
  const std::int64_t value = PAW_TRY(GetInt(object, key, what));
  return value > 0 ? Ok() : Bad(what, key, std::to_string(value), "a number above 0");
}

bool IsBareName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find_first_of(std::string_view("/\\:\0", 4)) == std::string_view::npos;
}

// `fetched`: an SDK will fetch it, so that its address must be there.
Result<RuntimeAsset> ReadAsset(const Json& object, bool fetched, std::string_view what) {
  RuntimeAsset asset;
  asset.file = PAW_TRY(GetString(object, "file", what));
  if (!IsBareName(asset.file)) return Bad(what, "file", Quoted(asset.file), "a bare file name");
  asset.url = PAW_TRY(FindString(object, "url", what)).value_or("");
  const std::string provider = PAW_TRY(FindString(object, "provider", what)).value_or("");
  const std::string repo = PAW_TRY(FindString(object, "repo", what)).value_or("");
  if (fetched && asset.url.empty() && (provider != "huggingface" || repo.empty())) return Bad(what, "url", "none", "an address, or a repo");
  asset.sha256 = PAW_TRY(FindString(object, "sha256", what)).value_or("");
  for (char& c : asset.sha256) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  if (!asset.sha256.empty() && !IsSha256Hex(asset.sha256)) return Bad(what, "sha256", Quoted(asset.sha256), "64 hex digits");
  if (FindMember(object, "size_bytes") != nullptr) {
    PAW_TRY(WantPositive(object, "size_bytes", what));
    asset.bytes = static_cast<std::uint64_t>(PAW_TRY(GetInt(object, "size_bytes", what)));
  }
  return asset;
}

// Version 2 trusts nobody's name for a file: digest and size always, and no plain http.
Result<RuntimeAsset> ReadStrictAsset(const Json& object, std::string_view what) {
  const RuntimeAsset asset = PAW_TRY(ReadAsset(object, /*fetched=*/true, what));
  if (asset.sha256.empty()) return Bad(what, "sha256", "nothing", "64 hex digits");
  if (asset.bytes == 0) return Bad(what, "size_bytes", "nothing", "a number above 0");
  if (!asset.url.empty() && !asset.url.starts_with("https://")) return Bad(what, "url", Quoted(asset.url), "an https address");
  return asset;
}

Status CheckTextParts(const Json& object, std::string_view what) {
  if (FindMember(object, "prompt_template") != nullptr) {
    const Json& prompt = *PAW_TRY(GetObject(object, "prompt_template", what));
    PAW_TRY(Want(prompt, "format", "rendered_text", what));
    PAW_TRY(Want(prompt, "placeholder", kInputPlaceholder, what));
  }
  if (FindMember(object, "base_inference") == nullptr) return Ok();
  const Json& base = *PAW_TRY(GetObject(object, "base_inference", what));
  PAW_TRY(Want(base, "contract_version", 1, what));
  PAW_TRY(Want(base, "format", "rendered_text", what));
  PAW_TRY(Want(base, "placeholder", kInputPlaceholder, what));
  const std::string text = PAW_TRY(GetString(base, "template", what));
  const Result<PromptTemplate> prompt = PromptTemplate::Parse(text);
  return prompt.ok() ? Ok() : prompt.status().WithContext(what);
}

Status CheckVision(const Json& vision, const RuntimeAsset& base_model, std::string_view what) {
  if (vision.size() != 2) return Bad(what, "vision", std::to_string(vision.size()) + " keys", "projector and preprocessing");
  const RuntimeAsset projector =
      PAW_TRY(ReadStrictAsset(*PAW_TRY(GetObject(vision, "projector", what)), std::string(what) + ": projector"));
  if (projector.file == base_model.file) return Bad(what, "file", "one name for two files", "a projector of its own");
  const Json& preprocessing = *PAW_TRY(GetObject(vision, "preprocessing", what));
  const Json& known = (*OfficialRuntime("qwen3.5-0.8b-q8_0"))["local_sdk"]["vision"]["preprocessing"];
  if (preprocessing.size() != known.size()) {
    return Bad(what, "preprocessing", std::to_string(preprocessing.size()) + " keys", std::to_string(known.size()));
  }
  for (const auto& [key, value] : known.items()) {
    if (!key.ends_with("_tokens")) PAW_TRY(Want(preprocessing, key, value, what));
  }
  PAW_TRY(WantPositive(preprocessing, "image_min_tokens", what));
  PAW_TRY(WantPositive(preprocessing, "image_max_tokens", what));
  if (preprocessing["image_min_tokens"] > preprocessing["image_max_tokens"]) {
    return Bad(what, "image_min_tokens", Shown(&preprocessing["image_min_tokens"]), "at most image_max_tokens");
  }
  return Ok();
}

Status CheckImageParts(const Json& object, const Json& local, const RuntimeAsset& base_model, std::string_view what) {
  const Json& known = *OfficialRuntime("qwen3.5-0.8b-q8_0");
  PAW_TRY(Want(object, "input", known["input"], what));
  PAW_TRY(Want(object, "prompt_template", known["prompt_template"], what));
  if (FindMember(object, "base_inference") != nullptr) PAW_TRY(Want(object, "base_inference", known["base_inference"], what));
  PAW_TRY(WantPositive(local, "n_ctx", what));
  PAW_TRY(CheckVision(*PAW_TRY(GetObject(local, "vision", what)), base_model, what));
  if (const Json* js = FindMember(object, "js_sdk"); js != nullptr) return Want(*js, "supported", false, what);
  return Ok();
}

// Every key that both have is the same in both.
Status Agree(const Json& found, const Json& pinned, bool null_is_absent, std::string_view what) {
  for (const auto& [key, value] : pinned.items()) {
    const auto here = found.find(key);
    if (here == found.end() || *here == value || (null_is_absent && here->is_null())) continue;
    return Bad(what, key, Shown(&*here), Shown(&value) + ", pinned for this runtime");
  }
  return Ok();
}

// A runtime of images is pinned whole; one of text where it says something.
Status CheckPins(const Json& object, const Json& official, std::string_view what) {
  if (official["manifest_version"] == kImageRuntime) {
    for (const char* key : {"manifest_version", "interpreter", "input", "prompt_template", "program_assets", "local_sdk", "js_sdk"}) {
      PAW_TRY(Want(object, key, official[key], what));
    }
    return Ok();
  }
  PAW_TRY(Want(object, "manifest_version", official["manifest_version"], what));
  PAW_TRY(Want(object, "interpreter", official["interpreter"], what));
  for (const char* key : {"prompt_template", "program_assets", "base_inference"}) {
    const Json* part = FindMember(object, key);
    if (part != nullptr) PAW_TRY(Agree(*part, official[key], /*null_is_absent=*/false, std::string(what) + ": " + key));
  }
  const Json &local = object["local_sdk"], &pinned = official["local_sdk"];
  PAW_TRY(Want(local, "supported", pinned["supported"], what));
  PAW_TRY(Want(local, "n_ctx", pinned["n_ctx"], what));
  return Agree(local["base_model"], pinned["base_model"], /*null_is_absent=*/true, std::string(what) + ": base_model");
}

}  // namespace

Result<RuntimeManifest> ReadRuntimeManifest(const Json& object, std::string_view what) {
  RuntimeManifest manifest;
  manifest.runtime_id = PAW_TRY(GetString(object, "runtime_id", what));
  if (!IsRuntimeName(manifest.runtime_id)) return Bad(what, "runtime_id", Quoted(manifest.runtime_id), "letters, digits and . _ -");
  manifest.version = PAW_TRY(GetInt(object, "manifest_version", what));
  if (manifest.version != kTextRuntime && manifest.version != kImageRuntime) {
    return Bad(what, "manifest_version", std::to_string(manifest.version), "1 (text) or 2 (text and images)");
  }
  manifest.interpreter = PAW_TRY(GetString(object, "interpreter", what));
  if (manifest.interpreter.empty()) return Bad(what, "interpreter", "an empty text", "a name");
  PAW_TRY(Want(object, "adapter_format", kAdapterFormat, what));
  if (FindMember(object, "program_assets") != nullptr) {
    PAW_TRY(Want(*PAW_TRY(GetObject(object, "program_assets", what)), "adapter_filename", kAdapterName, what));
  }
  const Json& local = *PAW_TRY(GetObject(object, "local_sdk", what));
  manifest.local = PAW_TRY(GetBool(local, "supported", what));
  if (FindMember(local, "n_ctx") != nullptr) PAW_TRY(WantPositive(local, "n_ctx", what));
  const std::string base_what = std::string(what) + ": base_model";
  if (manifest.version == kImageRuntime) {
    manifest.base_model = PAW_TRY(ReadStrictAsset(*PAW_TRY(GetObject(local, "base_model", what)), base_what));
    PAW_TRY(CheckImageParts(object, local, *manifest.base_model, what));
  } else {
    if (SpeaksOfImages(manifest.version, object)) return Bad(what, "manifest_version", "1 beside keys for images", "2");
    PAW_TRY(CheckTextParts(object, what));
    if (manifest.local) {
      manifest.base_model = PAW_TRY(ReadAsset(*PAW_TRY(GetObject(local, "base_model", what)), /*fetched=*/true, base_what));
    } else if (const Json* base = FindMember(local, "base_model"); base != nullptr) {  // no SDK fetches it: whatever it says
      const Result<RuntimeAsset> asset = ReadAsset(*base, /*fetched=*/false, base_what);
      if (asset.ok()) manifest.base_model = *asset;
    }
  }
  if (const Json* official = OfficialRuntime(manifest.runtime_id); official != nullptr) {
    PAW_TRY(CheckPins(object, *official, what));
    const Json& pinned = (*official)["local_sdk"]["base_model"];
    manifest.base_model->sha256 = pinned["sha256"].get<std::string>();
    manifest.base_model->bytes = pinned["size_bytes"].get<std::uint64_t>();
  }
  return manifest;
}

Json RuntimeManifestOf(const BaseProfile& profile) {
  if (const Json* official = OfficialRuntime(profile.runtime_id); official != nullptr) return *official;
  Json base_model = {{"provider", "url"}, {"file", profile.file}, {"size_bytes", profile.bytes}, {"sha256", profile.sha256}};
  base_model["url"] = profile.url;
  return {
      {"runtime_id", profile.runtime_id},
      {"manifest_version", kTextRuntime},
      {"display_name", profile.display_name},
      {"interpreter", profile.interpreter},
      {"adapter_format", kAdapterFormat},
      {"prompt_template", {{"format", "rendered_text"}, {"placeholder", kInputPlaceholder}}},
      {"program_assets", {{"adapter_filename", kAdapterName}, {"prefix_cache_required", false}}},
      // Without an address the official SDK has no way to the base: it then says so.
      {"local_sdk", {{"supported", !profile.url.empty()}, {"base_model", std::move(base_model)}, {"n_ctx", profile.context_max}}},
      {"js_sdk", {{"supported", false}}},
  };
}

bool IsRuntimeName(std::string_view name) {
  const auto is_alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kNameBytesMax && is_alphanumeric(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

bool SpeaksOfImages(std::int64_t runtime_manifest_version, const Json& runtime) {
  if (runtime_manifest_version == kImageRuntime) return true;
  if (!runtime.is_object()) return false;
  if (runtime.contains("input") || runtime.value("manifest_version", Json()) == kImageRuntime) return true;
  const Json* local = FindMember(runtime, "local_sdk");
  if (local != nullptr && local->is_object() && local->contains("vision")) return true;
  const Json* prompt = FindMember(runtime, "prompt_template");
  return prompt != nullptr && prompt->is_object() && prompt->value("format", Json()) == "chat_messages";
}

}  // namespace paw
