// Manifest: meta.json of a bundle as a typed value. Official versions 3 and 4, and our additions under the one key "paw".
//
//   paw {format 1, members {name: sha256}, base {sha256, file, bytes}, labels [], output_kind, training {}, held_out {} | null,
//        calibration {} | null, reject {}?}
//
// Keys that we do not know are kept and written back, at the top level and inside "paw", "held_out", "calibration" and "reject".
// Thread rule: plain values. Errors: kRefused with the key, what was found and what was expected.
// Source: the official SDK's validator (program assets); its runtime manifests are bundle/runtime_manifest.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "bundle/profile.h"
#include "paw/status.h"
#include "spec/spec.h"

namespace paw {

inline constexpr std::int64_t kPawFormat = 1;

// Which file a program runs on.
struct BaseReference {
  std::string sha256;  // empty only in RequiredBase's answer for a program of others that gives no digest: then the file's name decides
  std::string file;
  std::uint64_t bytes = 0;
  bool operator==(const BaseReference&) const = default;
};

// A score measured on rows that were never trained on.
struct HeldOut {
  std::string metric;  // "exact", "json", ...
  std::int64_t n = 0;  // rows
  double score = 0;    // 0 to 1
  double ci95_low = 0;
  double ci95_high = 0;
  Json other = Json::object();
  bool operator==(const HeldOut&) const = default;
};

// Fitted through one engine; another engine or version makes it stale. The temperature on held-out rows; the offsets, of a program that
// was made without rows, on inputs of no task at all.
struct Calibration {
  double temperature = 1;
  std::vector<double> offsets = {};  // one an edge of the label trie (decode/label_trie.h), or none
  std::string engine_id;
  std::string engine_version;
  Json other = Json::object();
  bool operator==(const Calibration&) const = default;
};

// The label to fall back on where the most probable one is less probable than `below` (decode/reject.h).
struct RejectThreshold {
  std::string label;
  double below = 0;  // 0 to 1
  Json other = Json::object();
  bool operator==(const RejectThreshold&) const = default;
};

// The key "paw".
struct PawRecord {
  std::map<std::string, std::string> members;  // member name -> SHA-256; WriteBundle fills it in
  BaseReference base;
  std::vector<std::string> labels;  // the closed set; empty = open output
  OutputKind output_kind = OutputKind::kText;
  Json training = Json::object();   // steps, schedule, seed, data_digest, engine_id, engine_version, options, ...
  std::optional<HeldOut> held_out;  // nullopt = quality unmeasured
  std::optional<Calibration> calibration;
  std::optional<RejectThreshold> reject;  // kLabel only; written only where there is one
  Json other = Json::object();
  bool operator==(const PawRecord&) const = default;
};

struct Manifest {
  std::int64_t version = 4;
  std::string program_id;  // 16 to 64 hex digits
  std::string spec;
  std::string compiler_snapshot;
  std::string compiler_fingerprint;  // 16 hex digits
  std::string interpreter;
  std::int64_t lora_rank = 0;
  double lora_alpha = 16.0;
  std::optional<std::int64_t> prefix_steps;
  std::string created_at;
  // Version 4.
  std::int64_t runtime_manifest_version = 1;  // 1: text; 2: text and images, which paw names and does not run
  std::string compiler_kind;                  // "mapper_lora" | "finetune_lora"
  std::string pseudo_program_strategy;        // "template", "examples", ...
  std::string runtime_id;                     // version 3 has none: it follows from the interpreter where that is known
  Json runtime = nullptr;                     // the embedded runtime manifest (bundle/runtime_manifest.h); null or an object
  std::optional<PawRecord> paw;
  Json other = Json::object();  // keys not named above
  bool operator==(const Manifest&) const = default;
};

Result<Manifest> ReadManifest(std::string_view meta_json, std::string_view what);
// Compact JSON with sorted keys. What ReadManifest refuses is refused here too.
Result<std::string> WriteManifest(const Manifest& manifest);

// The base that a program needs: paw.base, else the embedded manifest's base model, else the built-in profile of its runtime id or
// interpreter. kNotFound when none of them tells.
Result<BaseReference> RequiredBase(const Manifest& manifest);

// A version 4 manifest for `profile` with its embedded runtime manifest and paw.base, the rest at its defaults.
Manifest ManifestFor(const BaseProfile& profile);

// "1980-01-01T00:00:00Z", or the time in SOURCE_DATE_EPOCH where that is set (seconds since 1970): no clock is read.
Result<std::string> CreatedAt(std::optional<std::string_view> source_date_epoch);
Result<std::string> CreatedAtFromEnvironment();

// What a program is made from; the name of the result, known before compiling.
struct ProgramIdentity {
  std::string_view compiler_digest;
  std::string_view base_digest;
  std::string_view normalised_spec;
  std::string_view examples_digest;
  std::string_view options;
};
// The first 20 hex digits of SHA-256 over the fields in this order, each after its length (8 bytes, little endian).
std::string ProgramId(const ProgramIdentity& identity);

}  // namespace paw
