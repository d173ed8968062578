#include "store/compilers.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "fs/path.h"
#include "store/hashing.h"

namespace paw {
namespace {

constexpr std::string_view kEnding = ".json";

std::string Shown(const std::string& path) { return Printable(path, kPathBytesMax); }

Json JsonOf(const CompilerProfile& profile) {
  Json files = Json::array();
  for (const CompilerFile& file : profile.files) {
    files.push_back(
        {{"path", file.path}, {"bytes", file.bytes}, {"sha256", file.sha256}, {"modified_ns", file.modified_ns}, {"inode", file.inode}});
  }
  return {{"format", 2},
          {"name", profile.name},
          {"kind", CompilerKindName(profile.kind)},
          {"path", profile.path},
          {"interpreter", profile.interpreter},
          {"interpreter_name", profile.interpreter_name},
          {"pseudo_lm", profile.pseudo_lm},
          {"files", std::move(files)}};
}

Result<CompilerFile> FileOf(const Json& object, std::string_view what) {
  CompilerFile file;
  file.path = PAW_TRY(GetString(object, "path", what));
  file.bytes = static_cast<std::uint64_t>(PAW_TRY(GetInt(object, "bytes", what)));
  file.sha256 = PAW_TRY(GetString(object, "sha256", what));
  file.modified_ns = PAW_TRY(GetInt(object, "modified_ns", what));
  file.inode = static_cast<std::uint64_t>(PAW_TRY(GetInt(object, "inode", what)));
  if (!IsSha256Hex(file.sha256)) return Refused(std::string(what) + ": found a file without a SHA-256, expected 64 hex digits");
  return file;
}

// Into `kind` and `path`.
Status ReadPlace(const Json& object, std::string_view what, CompilerProfile& profile) {
  if (FindMember(object, "kind") == nullptr) {  // format 1
    profile.path = PAW_TRY(GetString(object, "folder", what));
    const bool file = profile.path.ends_with(".gguf") || profile.path.ends_with(".safetensors");
    profile.kind = file ? CompilerKind::kMapper : CompilerKind::kLoraCompiler;
    return Ok();
  }
  profile.path = PAW_TRY(GetString(object, "path", what));
  const std::string kind = PAW_TRY(GetString(object, "kind", what));
  for (const CompilerKind known : {CompilerKind::kLoraCompiler, CompilerKind::kMapper}) {
    if (kind != CompilerKindName(known)) continue;
    profile.kind = known;
    return Ok();
  }
  return Refused(std::string(what) + ": found a compiler of kind " + Quoted(kind) + ", expected lora_compiler or mapper");
}

Result<CompilerProfile> ProfileOf(const Json& object, std::string_view what) {
  CompilerProfile profile;
  profile.name = PAW_TRY(GetString(object, "name", what));
  PAW_TRY(ReadPlace(object, what, profile));
  profile.interpreter = PAW_TRY(GetString(object, "interpreter", what));
  profile.interpreter_name = PAW_TRY(GetString(object, "interpreter_name", what));
  profile.pseudo_lm = PAW_TRY(GetString(object, "pseudo_lm", what));
  for (const Json& file : *PAW_TRY(GetArray(object, "files", what))) profile.files.push_back(PAW_TRY(FileOf(file, what)));
  if (!Store::CheckAlias(profile.name).ok() || !IsSha256Hex(profile.interpreter) || profile.files.empty()) {
    return Refused(std::string(what) + ": found values that no compiler has, expected what `paw compiler add` wrote");
  }
  return profile;
}

bool SameFacts(const CompilerFile& file, const FileFacts& facts) {
  return facts.bytes == file.bytes && facts.modified_ns == file.modified_ns && facts.inode == file.inode;
}

}  // namespace

std::string_view CompilerKindName(CompilerKind kind) {
  switch (kind) {
    case CompilerKind::kLoraCompiler:
      return "lora_compiler";
    case CompilerKind::kMapper:
      return "mapper";
    case CompilerKind::kBuiltIn:
      break;
  }
  return "built_in";
}

std::string CompilerProfile::fingerprint() const {
  std::vector<std::string> digests;
  for (const CompilerFile& file : files) {
    if (file.path != pseudo_lm) digests.push_back(NameOf(file.path) + " " + file.sha256);
  }
  std::sort(digests.begin(), digests.end());
  return Sha256Hex(Join(digests, "\n")).substr(0, 16);
}

CompilerRegistry::CompilerRegistry(Fs& fs, const std::string& root) : fs_(fs), folder_(JoinPath(root, "compilers")) {}

std::string CompilerRegistry::PathOf(const std::string& name) const { return JoinPath(folder_, name + std::string(kEnding)); }

Result<std::vector<std::string>> CompilerRegistry::FilesOf(const CompilerProfile& profile) {
  if (profile.kind == CompilerKind::kMapper) return std::vector<std::string>{profile.path};
  const auto needed = [&](const std::string& name) -> Status {
    const std::string path = JoinPath(profile.path, name);
    const auto facts = fs_.Stat(path);
    if (facts.ok() && facts->kind == FileKind::kFile) return Ok();
    return NotFound("adding the compiler " + Shown(profile.path) + ": found no file " + name +
                    ", expected config.json, model.safetensors (or shards and their index), tokenizer.json and lora_mapper.safetensors");
  };
  for (const char* name : {"config.json", kTokenizerFile, kMapperFile}) PAW_TRY(needed(name));
  std::vector<std::string> paths;
  for (const FolderEntry& entry : PAW_TRY(fs_.List(profile.path))) {
    const bool model = entry.name.starts_with("model") && (entry.name.ends_with(".safetensors") || entry.name.ends_with(".index.json"));
    const bool other =
        entry.name == "config.json" || entry.name == kTokenizerFile || entry.name == kTokenizerConfigFile || entry.name == kMapperFile;
    if (model || other) paths.push_back(JoinPath(profile.path, entry.name));
  }
  if (!profile.pseudo_lm.empty()) paths.push_back(profile.pseudo_lm);
  return paths;
}

Result<CompilerFile> CompilerRegistry::HashFile(const std::string& path, const JobOptions& job) {
  const Mapping mapping = PAW_TRY(fs_.Map(path));
  const FileFacts facts = PAW_TRY(fs_.Stat(path));
  CompilerFile file{path, facts.bytes, PAW_TRY(HashWithProgress(mapping.bytes(), "hashing " + NameOf(path), job)), facts.modified_ns,
                    facts.inode};
  mapping.Hint(mapping.bytes(), Mapping::Access::kDone);
  return file;
}

Status CompilerRegistry::Hash(CompilerProfile& profile, const JobOptions& job) {
  profile.files.clear();
  for (const std::string& path : PAW_TRY(FilesOf(profile))) profile.files.push_back(PAW_TRY(HashFile(path, job)));
  return Ok();
}

Status CompilerRegistry::Save(const CompilerProfile& profile) {
  PAW_TRY(Store::CheckAlias(profile.name).WithContext("adding a compiler"));
  PAW_TRY(fs_.MakeFolders(folder_));
  return fs_.PublishFile(PathOf(profile.name), WriteJsonIndented(JsonOf(profile)));
}

Result<CompilerProfile> CompilerRegistry::Find(const std::string& name) {
  PAW_TRY(Store::CheckAlias(name).WithContext("finding a compiler"));
  const std::string what = "reading " + Shown(PathOf(name));
  const auto text = fs_.ReadText(PathOf(name), kConfigBytesMax);
  if (text.code() == Code::kNotFound) {
    return NotFound("finding the compiler " + Quoted(name) + ": found none of that name; `paw compiler list` shows them, `paw compiler " +
                    "add DIR` adds one");
  }
  if (!text.ok()) return text.status();
  CompilerProfile profile = PAW_TRY(ProfileOf(PAW_TRY(ParseJson(*text, what, kConfigBytesMax)), what));
  if (profile.name != name) return Refused(what + ": found the compiler " + Quoted(profile.name) + ", expected " + Quoted(name));
  return profile;
}

Result<std::vector<CompilerProfile>> CompilerRegistry::List() {
  std::vector<CompilerProfile> profiles;
  const auto entries = fs_.List(folder_);
  if (entries.code() == Code::kNotFound) return profiles;
  if (!entries.ok()) return entries.status();
  for (const FolderEntry& entry : *entries) {
    if (!entry.name.ends_with(kEnding)) continue;
    const std::string name = entry.name.substr(0, entry.name.size() - kEnding.size());
    if (Store::CheckAlias(name).ok()) profiles.push_back(PAW_TRY(Find(name)));
  }
  return profiles;
}

Status CompilerRegistry::Remove(const std::string& name) {
  PAW_TRY(Find(name));
  PAW_TRY(fs_.RemoveFile(PathOf(name)));
  return fs_.SyncFolder(folder_);
}

Status CompilerRegistry::CheckUnchanged(const CompilerProfile& profile) {
  if (profile.kind == CompilerKind::kBuiltIn) return Ok();
  for (const CompilerFile& file : profile.files) {
    const auto facts = fs_.Stat(file.path);
    if (facts.code() == Code::kNotFound) {
      return NotFound("opening the compiler " + profile.name + ": found no " + Shown(file.path) + "; bring it back, or `paw compiler rm " +
                      profile.name + "`");
    }
    if (!facts.ok()) return facts.status();
    if (!SameFacts(file, *facts)) {
      return Refused("opening the compiler " + profile.name + ": found " + Shown(file.path) +
                     " changed since it was added; `paw compiler verify " + profile.name + "` reads it again");
    }
  }
  return Ok();
}

Status CompilerRegistry::Verify(const CompilerProfile& profile, const JobOptions& job) {
  CompilerProfile found = profile;
  for (CompilerFile& file : found.files) {
    const std::string sha256 = file.sha256;
    file = PAW_TRY(HashFile(file.path, job));
    if (file.sha256 != sha256) {
      return Refused("verifying the compiler " + profile.name + ": " + Shown(file.path) + ": found SHA-256 " + file.sha256 + ", expected " +
                     sha256 + "; add it again if this is what you want");
    }
  }
  return Save(found);  // with the facts of today
}

}  // namespace paw
