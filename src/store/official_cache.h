// OfficialCache: the folder in which the official SDK keeps programs and base models, read and never written.
//
//   programs/<id>/            meta.json, adapter.gguf, prompt_template.txt, pseudo_program.txt, and files of the SDK's own
//   local_programs/<sha256>/  the same for bundles that were loaded by their path; found by their program id
//   slug_cache.json           {slug: id}
//   runtimes/<id>.v<n>.json, <id>.json    runtime manifests of programs that embed none
//   base_models/<file>, base_models/sha256/<digest>.gguf
//
// Nothing there is trusted: a program is read as strictly as an archive, a base is hashed at each opening.
// Thread rule: const after construction; shared freely. Owner: the Fs must outlive it. Errors: kNotFound (no such program or base there),
// kRefused (a malformed file). Source: programasweights 0.4.14, cache.py.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/store.h"

namespace paw {

class OfficialCache {
 public:
  // `root` "": the SDK's default, ~/.cache/programasweights. kNotFound when there is no such folder.
  static Result<OfficialCache> Open(Fs& fs, std::string root, const Environment& environment);

  const std::string& root() const { return root_; }
  // The folder of a program: by its id, or by a slug that the SDK has resolved before ("me/triage", "triage@v2").
  Result<std::string> FolderOf(const std::string& reference) const;
  // The program, with the runtime manifest filled in from runtimes/ where it embeds none.
  Result<Bundle> Read(const std::string& folder) const;
  // Every program there, damaged ones with their problem; those of the hub first, each part sorted by the name of its folder.
  Result<std::vector<ProgramEntry>> List() const;
  // The base of a program, hashed.
  Result<BaseEntry> FindBaseOf(const Manifest& manifest, const JobOptions& job = {}) const;

 private:
  OfficialCache(Fs& fs, std::string root) : fs_(&fs), root_(std::move(root)) {}
  Result<std::map<std::string, std::string>> Slugs() const;                 // slug -> id
  Result<std::vector<std::string>> FoldersIn(std::string_view part) const;  // those named by an id or a digest

  Fs* fs_;
  std::string root_;
};

}  // namespace paw
