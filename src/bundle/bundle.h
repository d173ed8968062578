// Bundle: a compiled program as one value, and its file, the .paw archive.
//
// The archive is a ZIP of exactly meta.json, adapter.gguf, prompt_template.txt and, optionally, pseudo_program.txt: what the official
// SDK reads and writes. ReadBundle trusts nothing in it (bundle/zip.h: layout; bundle/manifest.h: meta.json; here: member names,
// sizes, UTF-8, one placeholder, digests; gguf/: the adapter's structure). Whether the adapter fits a base is for lm/adapter_check.h.
// WriteBundle gives the same bytes for the same value: stored members, sorted names, fixed times.
//
// Thread rule: plain values and pure functions. Errors: kRefused; the message names the archive, the member and the reason.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/manifest.h"
#include "fs/fs.h"
#include "paw/status.h"

namespace paw {

struct Bundle {
  Manifest manifest;                          // meta.json
  std::vector<std::byte> adapter_gguf;        // adapter.gguf
  std::string prompt_template;                // prompt_template.txt: UTF-8, {INPUT_PLACEHOLDER} exactly once
  std::optional<std::string> pseudo_program;  // pseudo_program.txt
};

// `what` names the bytes in messages: "reading x.paw".
Result<Bundle> ReadBundle(std::span<const std::byte> archive, std::string_view what);

// A program as the official SDK keeps it installed: the members as files of a folder, beside whatever else it left there.
Result<Bundle> ReadBundleFolder(Fs& fs, const std::string& folder);

// The archive. Fills in paw.members (where the manifest has a `paw`); refuses a value that ReadBundle would refuse.
Result<std::vector<std::byte>> WriteBundle(const Bundle& bundle);

}  // namespace paw
