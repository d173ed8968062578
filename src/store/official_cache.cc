#include "store/official_cache.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "bundle/members.h"
#include "bundle/runtime_manifest.h"
#include "fs/path.h"
#include "store/hashing.h"

namespace paw {
namespace {

constexpr std::size_t kSlugFileBytesMax = 64 * kMiB;

Status NoSuchProgram(const std::string& reference, const std::string& root) {
  return NotFound("finding the program " + Quoted(reference) + " in the official cache " + Printable(root, kPathBytesMax) +
                  ": found no such id or slug");
}

bool IsFolder(Fs& fs, const std::string& path) {
  const Result<FileFacts> facts = fs.Stat(path);
  return facts.ok() && facts->kind == FileKind::kFolder;
}

// The profile of a base that only a manifest describes.
BaseProfile ProfileFrom(const Manifest& manifest, const BaseReference& base) {
  if (const BaseProfile* known = FindBuiltInProfile(base.sha256); known != nullptr) return *known;
  BaseProfile profile;
  profile.name = manifest.runtime_id;
  profile.interpreter = manifest.interpreter;
  profile.runtime_id = manifest.runtime_id;
  profile.display_name = manifest.interpreter;
  profile.file = base.file;
  profile.bytes = base.bytes;
  profile.sha256 = base.sha256;
  return profile;
}

}  // namespace

Result<OfficialCache> OfficialCache::Open(Fs& fs, std::string root, const Environment& environment) {
  if (root.empty()) {
    const std::optional<std::string> home = environment("HOME");
    if (!home) return Usage("finding the official cache: found no HOME in the environment, expected --official-cache DIR");
    root = JoinPath(*home, ".cache/programasweights");
  }
  if (!IsFolder(fs, root)) return NotFound("opening the official cache: found no folder " + Printable(root, kPathBytesMax));
  return OfficialCache(fs, std::move(root));
}

Result<std::map<std::string, std::string>> OfficialCache::Slugs() const {
  std::map<std::string, std::string> slugs;
  const std::string path = JoinPath(root_, "slug_cache.json");
  const Result<std::string> text = fs_->ReadText(path, kSlugFileBytesMax);
  if (text.code() == Code::kNotFound) return slugs;
  if (!text.ok()) return text.status();
  const Json object = PAW_TRY(ParseJson(*text, "reading " + Printable(path, kPathBytesMax), kSlugFileBytesMax));
  for (const auto& [slug, id] : object.items()) {
    if (id.is_string() && IsHex(id.get_ref<const std::string&>(), 16, 64)) slugs[slug] = id.get<std::string>();
  }
  return slugs;
}

Result<std::vector<std::string>> OfficialCache::FoldersIn(std::string_view part) const {
  std::vector<std::string> folders;
  const std::string parent = JoinPath(root_, part);
  const Result<std::vector<FolderEntry>> entries = fs_->List(parent);
  if (entries.code() == Code::kNotFound) return folders;
  if (!entries.ok()) return entries.status();
  for (const FolderEntry& entry : *entries) {
    const std::string folder = JoinPath(parent, entry.name);
    if (IsHex(entry.name, 16, 64) && IsFolder(*fs_, folder)) folders.push_back(folder);
  }
  return folders;
}

Result<std::string> OfficialCache::FolderOf(const std::string& reference) const {
  const std::map<std::string, std::string> slugs = PAW_TRY(Slugs());
  const auto slug = slugs.find(reference);
  const std::string id = slug == slugs.end() ? reference : slug->second;
  if (!IsHex(id, 16, 64)) return NoSuchProgram(reference, root_);
  if (const std::string folder = JoinPath(JoinPath(root_, "programs"), id); IsFolder(*fs_, folder)) return folder;
  // A bundle that was loaded by its path lies under its digest: meta.json alone says whose it is.
  const std::vector<std::string> folders = PAW_TRY(FoldersIn("local_programs"));
  for (const std::string& folder : folders) {
    const Result<std::string> meta = fs_->ReadText(JoinPath(folder, kMetaName), kMetaBytesMax);
    const Result<Manifest> manifest = meta.ok() ? ReadManifest(*meta, folder) : Result<Manifest>(meta.status());
    if (manifest.ok() && manifest->program_id == id) return folder;
  }
  return NoSuchProgram(reference, root_);
}

Result<Bundle> OfficialCache::Read(const std::string& folder) const {
  Bundle bundle = PAW_TRY(ReadBundleFolder(*fs_, folder));
  Manifest& manifest = bundle.manifest;
  const bool embedded = manifest.runtime.is_object() && !manifest.runtime.empty();
  if (embedded || manifest.runtime_id.empty()) return bundle;
  const std::string stem = JoinPath(JoinPath(root_, "runtimes"), manifest.runtime_id);
  for (const std::string& path : {stem + ".v" + std::to_string(manifest.runtime_manifest_version) + ".json", stem + ".json"}) {
    const Result<std::string> text = fs_->ReadText(path, kMetaBytesMax);
    if (!text.ok()) continue;
    const std::string what = "reading " + Printable(path, kPathBytesMax);
    const Json runtime = PAW_TRY(ParseJson(*text, what, kMetaBytesMax));
    const RuntimeManifest read = PAW_TRY(ReadRuntimeManifest(runtime, what));
    const bool of_program = read.runtime_id == manifest.runtime_id && read.interpreter == manifest.interpreter &&
                            read.version == manifest.runtime_manifest_version;
    if (!of_program) continue;
    manifest.runtime = runtime;
    break;
  }
  return bundle;
}

Result<std::vector<ProgramEntry>> OfficialCache::List() const {
  const std::map<std::string, std::string> slugs = PAW_TRY(Slugs());
  std::vector<std::string> folders = PAW_TRY(FoldersIn("programs"));
  const std::vector<std::string> imported = PAW_TRY(FoldersIn("local_programs"));
  folders.insert(folders.end(), imported.begin(), imported.end());
  std::vector<ProgramEntry> entries;
  for (const std::string& folder : folders) {
    ProgramEntry entry;
    entry.path = folder;
    const Result<Bundle> bundle = Read(folder);
    if (bundle.ok()) {
      entry.manifest = bundle->manifest;
      entry.bytes = bundle->adapter_gguf.size() + bundle->prompt_template.size();
      for (const auto& [slug, id] : slugs) {
        if (id == bundle->manifest.program_id) entry.aliases.push_back(slug);
      }
    } else {
      entry.problem = bundle.status();
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<BaseEntry> OfficialCache::FindBaseOf(const Manifest& manifest, const JobOptions& job) const {
  const BaseReference base = PAW_TRY(RequiredBase(manifest));
  const std::string models = JoinPath(root_, "base_models");
  for (const std::string& path : {JoinPath(models, base.file), JoinPath(JoinPath(models, "sha256"), base.sha256 + ".gguf")}) {
    const Result<FileFacts> facts = fs_->Stat(path);
    if (!facts.ok() || facts->kind != FileKind::kFile) continue;
    const std::string what = "checking the base model " + Printable(path, kPathBytesMax);
    const Mapping mapping = PAW_TRY(fs_->Map(path));
    BaseReference found = base;
    found.bytes = mapping.bytes().size();
    found.sha256 = PAW_TRY(HashWithProgress(mapping.bytes(), "verifying " + base.file, job));
    if (!base.sha256.empty() && found.sha256 != base.sha256) {
      return Refused(what + ": found SHA-256 " + found.sha256 + ", expected " + base.sha256);
    }
    return BaseEntry{.profile = ProfileFrom(manifest, found), .path = path, .present = true};
  }
  return NotFound("finding the base model of program " + manifest.program_id + ": found no " + Printable(base.file) + " in " +
                  Printable(models, kPathBytesMax));
}

}  // namespace paw
