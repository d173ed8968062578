#include "bundle/manifest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <set>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/runtime_manifest.h"

namespace paw {
namespace {

constexpr std::int64_t kVersionMin = 3;
constexpr std::int64_t kVersionMax = 4;
constexpr std::size_t kNameBytesMax = 256;  // interpreter, snapshot, runtime id, file name

constexpr std::array<std::string_view, 16> kKnownKeys = {"version",
                                                         "program_id",
                                                         "spec",
                                                         "compiler_snapshot",
                                                         "compiler_fingerprint",
                                                         "interpreter",
                                                         "lora_rank",
                                                         "lora_alpha",
                                                         "prefix_steps",
                                                         "created_at",
                                                         "runtime_manifest_version",
                                                         "compiler_kind",
                                                         "pseudo_program_strategy",
                                                         "runtime_id",
                                                         "runtime",
                                                         "paw"};
constexpr std::array<std::string_view, 9> kKnownPawKeys = {"format",   "members",  "base",        "labels", "output_kind",
                                                           "training", "held_out", "calibration", "reject"};
constexpr std::array<std::string_view, 4> kKnownHeldOutKeys = {"metric", "n", "score", "ci95"};
constexpr std::array<std::string_view, 4> kKnownCalibrationKeys = {"temperature", "offsets", "engine_id", "engine_version"};
constexpr std::array<std::string_view, 2> kKnownRejectKeys = {"label", "below"};

Status Bad(std::string_view what, std::string_view key, std::string_view found_and_expected) {
  return Refused(std::string(what) + ": key " + Quoted(key) + ": " + std::string(found_and_expected));
}

template <std::size_t kCount>
Json Others(const Json& object, const std::array<std::string_view, kCount>& known) {
  Json others = Json::object();
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) others[key] = value;
  }
  return others;
}

Result<std::string> StringOrEmpty(const Json& object, std::string_view key, std::string_view what) {
  return PAW_TRY(FindString(object, key, what)).value_or("");
}

Result<BaseReference> ReadBase(const Json& object, std::string_view what) {
  BaseReference base;
  base.sha256 = PAW_TRY(GetString(object, "sha256", what));
  base.file = PAW_TRY(GetString(object, "file", what));
  const std::int64_t bytes = PAW_TRY(GetInt(object, "bytes", what));
  if (!IsSha256Hex(base.sha256)) return Bad(what, "sha256", "found " + Quoted(base.sha256) + ", expected 64 hex digits");
  if (!IsRuntimeName(base.file)) return Bad(what, "file", "found " + Quoted(base.file) + ", expected a plain file name");
  if (bytes <= 0) return Bad(what, "bytes", "found " + std::to_string(bytes) + ", expected a size");
  base.bytes = static_cast<std::uint64_t>(bytes);
  return base;
}

Result<HeldOut> ReadHeldOut(const Json& object, std::string_view what) {
  HeldOut held_out;
  held_out.metric = PAW_TRY(GetString(object, "metric", what));
  held_out.n = PAW_TRY(GetInt(object, "n", what));
  held_out.score = PAW_TRY(GetDouble(object, "score", what));
  const Json* interval = PAW_TRY(GetArray(object, "ci95", what));
  if (interval->size() != 2 || !(*interval)[0].is_number() || !(*interval)[1].is_number()) {
    return Bad(what, "ci95", "expected two numbers");
  }
  held_out.ci95_low = (*interval)[0].get<double>();
  held_out.ci95_high = (*interval)[1].get<double>();
  if (held_out.n < 1) return Bad(what, "n", "found " + std::to_string(held_out.n) + ", expected a number of rows");
  const bool in_order =
      held_out.ci95_low >= 0 && held_out.ci95_low <= held_out.score && held_out.score <= held_out.ci95_high && held_out.ci95_high <= 1;
  if (!in_order) return Bad(what, "score", "expected 0 <= ci95[0] <= score <= ci95[1] <= 1");
  held_out.other = Others(object, kKnownHeldOutKeys);
  return held_out;
}

Result<Calibration> ReadCalibration(const Json& object, std::string_view what) {
  Calibration calibration;
  calibration.temperature = PAW_TRY(GetDouble(object, "temperature", what));
  calibration.engine_id = PAW_TRY(GetString(object, "engine_id", what));
  calibration.engine_version = PAW_TRY(GetString(object, "engine_version", what));
  if (!(calibration.temperature > 0) || !std::isfinite(calibration.temperature)) {
    return Bad(what, "temperature", "expected a number above 0");
  }
  if (const Json* offsets = FindMember(object, "offsets"); offsets != nullptr) {
    const auto is_offset = [](const Json& number) { return number.is_number() && std::isfinite(number.get<double>()); };
    if (!offsets->is_array() || !std::all_of(offsets->begin(), offsets->end(), is_offset)) {
      return Bad(what, "offsets", "expected a list of numbers");
    }
    calibration.offsets = offsets->get<std::vector<double>>();
  }
  calibration.other = Others(object, kKnownCalibrationKeys);
  return calibration;
}

Result<RejectThreshold> ReadReject(const Json& object, const std::vector<std::string>& labels, std::string_view what) {
  RejectThreshold reject;
  reject.label = PAW_TRY(GetString(object, "label", what));
  reject.below = PAW_TRY(GetDouble(object, "below", what));
  if (std::find(labels.begin(), labels.end(), reject.label) == labels.end()) {
    return Bad(what, "label", "found " + Quoted(reject.label) + ", expected one of the labels");
  }
  if (!(reject.below >= 0 && reject.below <= 1)) return Bad(what, "below", "expected a probability");
  reject.other = Others(object, kKnownRejectKeys);
  return reject;
}

Status CheckLabels(const std::vector<std::string>& labels, OutputKind kind, std::string_view what) {
  if (labels.size() > kLabelsMax) {
    return Bad(what, "labels", "found " + std::to_string(labels.size()) + " labels, expected at most " + std::to_string(kLabelsMax));
  }
  if (kind == OutputKind::kLabel && labels.empty()) return Bad(what, "labels", "found none, expected some for output kind \"label\"");
  std::set<std::string_view> seen;
  for (const std::string& label : labels) {
    PAW_TRY(CheckText(label, kLabelBytesMax, std::string(what) + ": key \"labels\": " + Quoted(label)));
    if (label.empty()) return Bad(what, "labels", "found an empty label");
    if (!seen.insert(label).second) return Bad(what, "labels", "found " + Quoted(label) + " twice");
  }
  return Ok();
}

Result<PawRecord> ReadPaw(const Json& object, std::string_view what) {
  const std::int64_t format = PAW_TRY(GetInt(object, "format", what));
  if (format != kPawFormat) {
    return Bad(what, "format", "found " + std::to_string(format) + ", expected " + std::to_string(kPawFormat) + ": a newer paw made it");
  }
  PawRecord paw;
  const Json* members = PAW_TRY(GetObject(object, "members", what));
  for (const auto& [name, digest] : members->items()) {
    if (!digest.is_string() || !IsSha256Hex(digest.get_ref<const std::string&>())) {
      return Bad(what, "members", "member " + Quoted(name) + ": expected a SHA-256 of 64 hex digits");
    }
    paw.members[name] = digest.get<std::string>();
  }
  const Json* base = PAW_TRY(GetObject(object, "base", what));
  paw.base = PAW_TRY(ReadBase(*base, std::string(what) + ": base"));
  paw.labels = PAW_TRY(GetStrings(object, "labels", what));
  const std::string output_kind = PAW_TRY(GetString(object, "output_kind", what));
  const Result<OutputKind> kind = ParseOutputKind(output_kind);
  if (!kind.ok()) return kind.status().WithContext(what);
  paw.output_kind = *kind;
  PAW_TRY(CheckLabels(paw.labels, paw.output_kind, what));
  paw.training = *PAW_TRY(GetObject(object, "training", what));
  if (const Json* held_out = FindMember(object, "held_out"); held_out != nullptr) {
    paw.held_out = PAW_TRY(ReadHeldOut(*held_out, std::string(what) + ": held_out"));
  }
  if (const Json* calibration = FindMember(object, "calibration"); calibration != nullptr) {
    paw.calibration = PAW_TRY(ReadCalibration(*calibration, std::string(what) + ": calibration"));
  }
  if (const Json* reject = FindMember(object, "reject"); reject != nullptr) {
    paw.reject = PAW_TRY(ReadReject(*reject, paw.labels, std::string(what) + ": reject"));
  }
  paw.other = Others(object, kKnownPawKeys);
  return paw;
}

// Outside and inside "runtime" say the same of what the program runs on.
Status CheckRuntime(const Manifest& manifest, std::string_view what) {
  if ((manifest.version >= 4 || !manifest.runtime_id.empty()) && !IsRuntimeName(manifest.runtime_id)) {
    return Bad(what, "runtime_id", "found " + Quoted(manifest.runtime_id) + ", expected letters, digits and . _ -");
  }
  const std::int64_t version = manifest.runtime_manifest_version;
  if (version != kTextRuntime && version != kImageRuntime) {
    return Bad(what, "runtime_manifest_version", "found " + std::to_string(version) + ", expected 1 (text) or 2 (text and images)");
  }
  const bool images = SpeaksOfImages(version, manifest.runtime);
  if (manifest.runtime.is_null() || manifest.runtime.empty()) {
    return images ? Bad(what, "runtime", "found none, expected the runtime manifest of a program that reads images") : Ok();
  }
  const std::string runtime_what = std::string(what) + ": runtime";
  const RuntimeManifest runtime = PAW_TRY(ReadRuntimeManifest(manifest.runtime, runtime_what));
  if (runtime.runtime_id != manifest.runtime_id && !manifest.runtime_id.empty()) {
    return Bad(runtime_what, "runtime_id",
               "found " + Quoted(runtime.runtime_id) + ", expected " + Quoted(manifest.runtime_id) + " as outside it");
  }
  if (runtime.version != version) {
    return Bad(runtime_what, "manifest_version",
               "found " + std::to_string(runtime.version) + ", expected " + std::to_string(version) + " as outside it");
  }
  if (runtime.interpreter != manifest.interpreter) {
    return Bad(runtime_what, "interpreter",
               "found " + Quoted(runtime.interpreter) + ", expected " + Quoted(manifest.interpreter) + " as outside it");
  }
  const bool other_base = manifest.paw && runtime.base_model && runtime.base_model->sha256 != manifest.paw->base.sha256;
  if (other_base) return Bad(what, "runtime", "found another base model than under \"paw\", expected the same");
  return Ok();
}

Status CheckNames(const Manifest& manifest, std::string_view what) {
  if (!IsHex(manifest.program_id, 16, 64)) {
    return Bad(what, "program_id", "found " + Quoted(manifest.program_id) + ", expected 16 to 64 hex digits");
  }
  if (manifest.interpreter.empty()) return Bad(what, "interpreter", "found an empty text, expected a name");
  PAW_TRY(CheckText(manifest.spec, kSpecBytesMax, std::string(what) + ": key \"spec\""));
  for (const std::string* name : {&manifest.interpreter, &manifest.compiler_snapshot, &manifest.compiler_fingerprint,
                                  &manifest.compiler_kind, &manifest.pseudo_program_strategy, &manifest.created_at}) {
    PAW_TRY(CheckText(*name, kNameBytesMax, std::string(what) + ": " + Quoted(*name, 40)));
  }
  if (manifest.lora_rank < 0 || manifest.lora_rank > kAdapterRankMax) {
    return Bad(what, "lora_rank", "found " + std::to_string(manifest.lora_rank) + ", expected 0 to " + std::to_string(kAdapterRankMax));
  }
  if (!std::isfinite(manifest.lora_alpha)) return Bad(what, "lora_alpha", "expected a finite number");
  return Ok();
}

Json WriteHeldOut(const HeldOut& held_out) {
  Json object = held_out.other;
  object["metric"] = held_out.metric;
  object["n"] = held_out.n;
  object["score"] = held_out.score;
  object["ci95"] = Json::array({held_out.ci95_low, held_out.ci95_high});
  return object;
}

Json WriteCalibration(const Calibration& calibration) {
  Json object = calibration.other;
  object["temperature"] = calibration.temperature;
  if (!calibration.offsets.empty()) object["offsets"] = calibration.offsets;
  object["engine_id"] = calibration.engine_id;
  object["engine_version"] = calibration.engine_version;
  return object;
}

Json WriteReject(const RejectThreshold& reject) {
  Json object = reject.other;
  object["label"] = reject.label;
  object["below"] = reject.below;
  return object;
}

Json WritePaw(const PawRecord& paw) {
  Json object = paw.other;
  object["format"] = kPawFormat;
  object["members"] = paw.members;
  object["base"] = {{"sha256", paw.base.sha256}, {"file", paw.base.file}, {"bytes", paw.base.bytes}};
  object["labels"] = paw.labels;
  object["output_kind"] = OutputKindName(paw.output_kind);
  object["training"] = paw.training;
  object["held_out"] = paw.held_out ? WriteHeldOut(*paw.held_out) : Json(nullptr);
  object["calibration"] = paw.calibration ? WriteCalibration(*paw.calibration) : Json(nullptr);
  if (paw.reject) object["reject"] = WriteReject(*paw.reject);
  return object;
}

}  // namespace

Result<Manifest> ReadManifest(std::string_view meta_json, std::string_view what) {
  const Json object = PAW_TRY(ParseJson(meta_json, what, kMetaBytesMax));
  Manifest manifest;
  manifest.version = PAW_TRY(GetInt(object, "version", what));
  if (manifest.version < kVersionMin || manifest.version > kVersionMax) {
    return Bad(what, "version", "found " + std::to_string(manifest.version) + ", expected 3 or 4");
  }
  manifest.program_id = PAW_TRY(GetString(object, "program_id", what));
  manifest.spec = PAW_TRY(StringOrEmpty(object, "spec", what));
  manifest.compiler_snapshot = PAW_TRY(StringOrEmpty(object, "compiler_snapshot", what));
  manifest.compiler_fingerprint = PAW_TRY(StringOrEmpty(object, "compiler_fingerprint", what));
  manifest.interpreter = PAW_TRY(GetString(object, "interpreter", what));
  manifest.lora_rank = PAW_TRY(FindInt(object, "lora_rank", what)).value_or(0);
  manifest.lora_alpha = PAW_TRY(FindDouble(object, "lora_alpha", what)).value_or(16.0);
  manifest.prefix_steps = PAW_TRY(FindInt(object, "prefix_steps", what));
  manifest.created_at = PAW_TRY(StringOrEmpty(object, "created_at", what));
  manifest.runtime_manifest_version = PAW_TRY(FindInt(object, "runtime_manifest_version", what)).value_or(1);
  manifest.compiler_kind = PAW_TRY(StringOrEmpty(object, "compiler_kind", what));
  manifest.pseudo_program_strategy = PAW_TRY(StringOrEmpty(object, "pseudo_program_strategy", what));
  manifest.runtime_id = PAW_TRY(StringOrEmpty(object, "runtime_id", what));
  if (const Json* runtime = FindMember(object, "runtime"); runtime != nullptr) manifest.runtime = *runtime;
  if (const Json* paw = FindMember(object, "paw"); paw != nullptr) manifest.paw = PAW_TRY(ReadPaw(*paw, std::string(what) + ": paw"));
  manifest.other = Others(object, kKnownKeys);
  PAW_TRY(CheckNames(manifest, what));
  PAW_TRY(CheckRuntime(manifest, what));
  return manifest;
}

Result<std::string> WriteManifest(const Manifest& manifest) {
  Json object = manifest.other;
  object["version"] = manifest.version;
  object["program_id"] = manifest.program_id;
  object["spec"] = manifest.spec;
  object["compiler_snapshot"] = manifest.compiler_snapshot;
  object["compiler_fingerprint"] = manifest.compiler_fingerprint;
  object["interpreter"] = manifest.interpreter;
  object["lora_rank"] = manifest.lora_rank;
  object["lora_alpha"] = manifest.lora_alpha;
  object["prefix_steps"] = manifest.prefix_steps ? Json(*manifest.prefix_steps) : Json(nullptr);
  object["created_at"] = manifest.created_at;
  if (manifest.version >= 4) {
    object["runtime_manifest_version"] = manifest.runtime_manifest_version;
    object["compiler_kind"] = manifest.compiler_kind;
    object["pseudo_program_strategy"] = manifest.pseudo_program_strategy;
    object["runtime_id"] = manifest.runtime_id;
    object["runtime"] = manifest.runtime;
  }
  if (manifest.paw) object["paw"] = WritePaw(*manifest.paw);
  std::string text = WriteJson(object);
  const Result<Manifest> back = ReadManifest(text, "writing meta.json");
  if (!back.ok()) return back.status();
  return text;
}

Result<BaseReference> RequiredBase(const Manifest& manifest) {
  if (manifest.paw) return manifest.paw->base;
  if (manifest.runtime.is_object() && !manifest.runtime.empty()) {
    const RuntimeManifest runtime = PAW_TRY(ReadRuntimeManifest(manifest.runtime, "meta.json: runtime"));
    if (const auto& base = runtime.base_model) return BaseReference{.sha256 = base->sha256, .file = base->file, .bytes = base->bytes};
  }
  const BaseProfile* profile = FindBuiltInProfile(manifest.runtime_id.empty() ? manifest.interpreter : manifest.runtime_id);
  if (profile != nullptr) return BaseReference{.sha256 = profile->sha256, .file = profile->file, .bytes = profile->bytes};
  return NotFound("finding the base model of program " + manifest.program_id + ": found interpreter " + Quoted(manifest.interpreter) +
                  " without a base, expected one that the program or a built-in profile names");
}

Manifest ManifestFor(const BaseProfile& profile) {
  Manifest manifest;
  manifest.interpreter = profile.interpreter;
  manifest.runtime_id = profile.runtime_id;
  manifest.runtime = RuntimeManifestOf(profile);
  manifest.paw = PawRecord{};
  manifest.paw->base = {.sha256 = profile.sha256, .file = profile.file, .bytes = profile.bytes};
  return manifest;
}

Result<std::string> CreatedAt(std::optional<std::string_view> source_date_epoch) {
  if (!source_date_epoch || source_date_epoch->empty()) return std::string("1980-01-01T00:00:00Z");
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  const std::int64_t seconds = PAW_TRY(ParseInt(*source_date_epoch, "SOURCE_DATE_EPOCH"));
  if (seconds < 0 || seconds >= kYear10000) {
    return Usage("SOURCE_DATE_EPOCH: found " + std::to_string(seconds) + ", expected seconds since 1970, before the year 10000");
  }
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text);
}

Result<std::string> CreatedAtFromEnvironment() {
  const char* value = std::getenv("SOURCE_DATE_EPOCH");
  return CreatedAt(value == nullptr ? std::nullopt : std::optional<std::string_view>(value));
}

std::string ProgramId(const ProgramIdentity& identity) {
  Sha256Stream stream;
  for (const std::string_view field :
       {identity.compiler_digest, identity.base_digest, identity.normalised_spec, identity.examples_digest, identity.options}) {
    std::array<std::byte, 8> length;
    for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<std::byte>(field.size() >> (8 * i) & 0xFF);
    stream.Update(length);
    stream.Update(field);
  }
  return stream.FinishHex().substr(0, 20);
}

}  // namespace paw
