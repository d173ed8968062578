// RuntimeManifest: what a program runs on, as the official SDK describes it in meta.json ("runtime") and in its cache.
//
// Version 1 reads text, version 2 text and images. ReadRuntimeManifest holds a manifest to what the SDK holds it to: the shape of each
// version, and, for the ids that the SDK knows (bundle/official_runtimes.h), the same interpreter, context, file, address and digest.
// Any other id is free. Keys that neither knows are nobody's business.
//
// Thread rule: plain values and pure functions. Errors: kRefused with the key, what was found and what was expected.
// Source: programasweights 0.4.14, cache.py (_normalize_runtime_manifest), _vision_contract.py.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "bundle/profile.h"
#include "paw/status.h"

namespace paw {

inline constexpr std::int64_t kTextRuntime = 1;
inline constexpr std::int64_t kImageRuntime = 2;

// A file that a runtime needs.
struct RuntimeAsset {
  std::string file;         // a bare name
  std::string sha256;       // empty = not said; the pinned one for a known id
  std::uint64_t bytes = 0;  // 0 = not said
  std::string url;          // empty = not said
};

struct RuntimeManifest {
  std::string runtime_id;
  std::int64_t version = kTextRuntime;
  std::string interpreter;
  bool local = false;                      // whether a local SDK may run it
  std::optional<RuntimeAsset> base_model;  // always there where `local` is true, elsewhere where it makes sense
};

Result<RuntimeManifest> ReadRuntimeManifest(const Json& object, std::string_view what);

// The version 1 manifest of a base: the official one where the SDK knows its id, else ours.
Json RuntimeManifestOf(const BaseProfile& profile);

// [A-Za-z0-9][A-Za-z0-9._-]*: the official pattern of runtime ids; it keeps file names free of slashes and leading dots too.
bool IsRuntimeName(std::string_view name);

// Whether any key of a meta.json speaks of images: such a program must be version 2 throughout.
bool SpeaksOfImages(std::int64_t runtime_manifest_version, const Json& runtime);

}  // namespace paw
