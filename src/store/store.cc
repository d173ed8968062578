#include "store/store.h"

#include <algorithm>
#include <ctime>
#include <set>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/zip.h"
#include "fs/path.h"

namespace paw {
namespace {

constexpr std::string_view kProgramEnding = ".paw";
constexpr std::size_t kPrefixDigitsMin = 6;
constexpr std::size_t kAliasLogMax = 1000;  // moves kept
constexpr std::size_t kAliasFileBytesMax = 64 * kMiB;
constexpr double kAliasLockSeconds = 10;

bool IsPath(std::string_view reference) {
  return reference.find('/') != std::string_view::npos || LowerAscii(reference).ends_with(kProgramEnding);
}

std::string TimeText(double seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string Shown(const std::string& path) { return Printable(path, kPathBytesMax); }

Status NoSuchProgram(const std::string& reference) {
  return NotFound("finding the program " + Quoted(reference) +
                  ": found no such file, alias, id or digest; `paw list` shows the programs that are here");
}

}  // namespace

StoreOptions StoreOptionsFrom(const Config& config) { return {.root = config.cache_dir, .offline = config.offline, .pip = config.pip}; }

Result<std::unique_ptr<Store>> Store::Open(Fs& fs, StoreOptions options) {
  if (options.root.empty()) return Usage("opening the store: found no folder, expected one");
  std::unique_ptr<Store> store(new Store(fs, std::move(options)));
  for (const std::string_view folder : {"programs", "ids", "base_models", "downloads"}) {
    PAW_TRY(fs.MakeFolders(store->Below(folder)));
  }
  return store;
}

std::string Store::Below(std::string_view name) const { return JoinPath(options_.root, name); }

std::string Store::ProgramPath(std::string_view digest) const {
  return JoinPath(Below("programs"), std::string(digest) + std::string(kProgramEnding));
}

Result<ProgramEntry> Store::Put(std::span<const std::byte> archive, const std::string& alias) {
  if (!alias.empty()) PAW_TRY(CheckAlias(alias));
  const Bundle bundle = PAW_TRY(ReadBundle(archive, "storing a program"));
  const std::string digest = Sha256Hex(archive);
  const std::string path = ProgramPath(digest);
  const Result<std::vector<std::byte>> present = fs_.Read(path, kArchiveBytesMax);
  if (!present.ok() || !std::ranges::equal(*present, archive)) PAW_TRY(fs_.PublishFile(path, archive));
  // The index comes after the program: a kill in between leaves a whole program that IndexMissing finds.
  PAW_TRY(fs_.PublishFile(JoinPath(Below("ids"), bundle.manifest.program_id + "." + digest), ""));
  ProgramEntry entry{.digest = digest, .path = path, .bytes = archive.size(), .aliases = {}, .manifest = bundle.manifest, .problem = {}};
  if (!alias.empty()) {
    PAW_TRY(SetAlias(alias, digest));
    entry.aliases.push_back(alias);
  }
  return entry;
}

Result<ResolvedProgram> Store::Resolve(const std::string& reference) {
  if (reference.empty()) return Usage("finding a program: found an empty name, expected a path, an alias, an id or a digest");
  if (IsPath(reference)) {
    const Result<FileFacts> facts = fs_.Stat(reference);
    if (facts.code() == Code::kNotFound) return NoSuchProgram(reference);
    if (!facts.ok()) return facts.status();
    return ResolvedProgram{.path = reference, .digest = ""};
  }
  const std::map<std::string, std::string> aliases = PAW_TRY(Aliases());
  std::string digest;
  if (const auto alias = aliases.find(reference); alias != aliases.end()) {
    digest = alias->second;
  } else {
    if (!IsHex(reference, kPrefixDigitsMin, 64)) return NoSuchProgram(reference);
    std::vector<std::string> digests = PAW_TRY(DigestsOfId(reference));
    if (digests.empty()) {
      PAW_TRY(IndexMissing());
      digests = PAW_TRY(DigestsOfId(reference));
    }
    if (digests.empty()) return NoSuchProgram(reference);
    if (digests.size() > 1) {
      return Usage("finding the program " + Quoted(reference) + ": found " + std::to_string(digests.size()) +
                   " programs of that name, expected one; name it by its digest: " + digests[0].substr(0, 12) + ", " +
                   digests[1].substr(0, 12) + (digests.size() > 2 ? ", ..." : ""));
    }
    digest = digests[0];
  }
  ResolvedProgram resolved{.path = ProgramPath(digest), .digest = digest};
  const Result<FileFacts> facts = fs_.Stat(resolved.path);
  if (facts.code() == Code::kNotFound) return NoSuchProgram(reference);
  if (!facts.ok()) return facts.status();
  return resolved;
}

Result<Bundle> Store::ReadResolved(const ResolvedProgram& resolved, const std::string& reference) {
  const std::string what = "reading the program " + Printable(reference, kPathBytesMax);
  const std::vector<std::byte> archive = PAW_TRY(fs_.Read(resolved.path, kArchiveBytesMax));
  if (!resolved.digest.empty() && Sha256Hex(archive) != resolved.digest) {
    return Refused(what + ": found other bytes than its digest says, expected an undamaged file; `paw rm` it and put it back");
  }
  return ReadBundle(archive, what);
}

Result<Bundle> Store::Read(const std::string& reference) {
  const ResolvedProgram resolved = PAW_TRY(Resolve(reference));
  return ReadResolved(resolved, reference);
}

Status Store::Verify(const std::string& reference) {
  const Result<Bundle> bundle = Read(reference);
  return bundle.ok() ? Ok() : bundle.status();
}

// Only the directory of the archive and meta.json are touched: listing stays quick with many large programs.
Result<Manifest> Store::ReadManifestOf(const std::string& path) {
  const std::string what = "reading " + Shown(path);
  const Mapping archive = PAW_TRY(fs_.Map(path));
  const ZipLimits limits = {.archive_bytes_max = kArchiveBytesMax,
                            .members_max = kArchiveMembersMax,
                            .expanded_bytes_max = kArchiveExpandedBytesMax,
                            .ratio_max = kCompressionRatioMax};
  const std::vector<ZipMember> members = PAW_TRY(ScanZip(archive.bytes(), limits, what));
  for (const ZipMember& member : members) {
    if (member.name != "meta.json") continue;
    const std::vector<std::byte> meta = PAW_TRY(ReadZipMember(member, kMetaBytesMax, what));
    return ReadManifest({reinterpret_cast<const char*>(meta.data()), meta.size()}, what + ": meta.json");
  }
  return Refused(what + ": found no member meta.json, expected one");
}

Result<std::vector<std::string>> Store::ProgramDigests() {
  std::vector<std::string> digests;
  const std::vector<FolderEntry> entries = PAW_TRY(fs_.List(Below("programs")));
  for (const FolderEntry& entry : entries) {
    std::string_view name = entry.name;
    if (entry.kind != FileKind::kFile || !name.ends_with(kProgramEnding)) continue;
    name.remove_suffix(kProgramEnding.size());
    if (IsSha256Hex(name)) digests.emplace_back(name);
  }
  return digests;
}

Result<std::vector<ProgramEntry>> Store::List() {
  const std::vector<std::string> digests = PAW_TRY(ProgramDigests());
  const std::map<std::string, std::string> aliases = PAW_TRY(Aliases());
  std::vector<ProgramEntry> programs;
  for (const std::string& digest : digests) {
    ProgramEntry entry;
    entry.digest = digest;
    entry.path = ProgramPath(digest);
    const Result<FileFacts> facts = fs_.Stat(entry.path);
    if (facts.code() == Code::kNotFound) continue;  // removed meanwhile
    entry.bytes = facts.ok() ? facts->bytes : 0;
    for (const auto& [alias, target] : aliases) {
      if (target == digest) entry.aliases.push_back(alias);
    }
    Result<Manifest> manifest = ReadManifestOf(entry.path);
    if (manifest.ok()) {
      entry.manifest = std::move(manifest).value();
    } else {
      entry.problem = manifest.status();
    }
    programs.push_back(std::move(entry));
  }
  return programs;
}

// Digests of programs whose id or digest starts with these digits.
Result<std::vector<std::string>> Store::DigestsOfId(const std::string& id_prefix) {
  std::set<std::string> digests;
  const std::vector<FolderEntry> ids = PAW_TRY(fs_.List(Below("ids")));
  for (const FolderEntry& entry : ids) {
    const std::size_t dot = entry.name.find('.');
    if (dot == 0 || dot == std::string::npos || !entry.name.starts_with(id_prefix)) continue;
    const std::string digest = entry.name.substr(dot + 1);
    if (IsSha256Hex(digest) && fs_.Exists(ProgramPath(digest))) digests.insert(digest);
  }
  const std::vector<std::string> all = PAW_TRY(ProgramDigests());
  for (const std::string& digest : all) {
    if (digest.starts_with(id_prefix)) digests.insert(digest);
  }
  return std::vector<std::string>(digests.begin(), digests.end());
}

// Index entries for programs that have none: their writer was killed, or somebody copied the file in.
Status Store::IndexMissing() {
  std::set<std::string> indexed;
  const std::vector<FolderEntry> ids = PAW_TRY(fs_.List(Below("ids")));
  for (const FolderEntry& entry : ids) indexed.insert(entry.name.substr(entry.name.find('.') + 1));
  const std::vector<std::string> digests = PAW_TRY(ProgramDigests());
  for (const std::string& digest : digests) {
    if (indexed.contains(digest)) continue;
    const Result<Manifest> manifest = ReadManifestOf(ProgramPath(digest));
    if (manifest.ok()) PAW_TRY(fs_.PublishFile(JoinPath(Below("ids"), manifest->program_id + "." + digest), ""));
  }
  return Ok();
}

Status Store::Remove(const std::string& reference) {
  if (IsPath(reference)) {
    return Usage("removing " + Quoted(reference) + ": found a path, expected an alias, an id or a digest of a program in the store");
  }
  const ResolvedProgram resolved = PAW_TRY(Resolve(reference));
  // Names first: a kill in between leaves a whole program, never a name without one.
  PAW_TRY(ChangeAliases([&](std::map<std::string, std::string>& aliases) -> Result<bool> {
    return std::erase_if(aliases, [&](const auto& alias) { return alias.second == resolved.digest; }) > 0;
  }));
  PAW_TRY(fs_.RemoveFile(resolved.path));
  const std::vector<FolderEntry> ids = PAW_TRY(fs_.List(Below("ids")));
  for (const FolderEntry& entry : ids) {
    if (entry.name.ends_with("." + resolved.digest)) PAW_TRY(fs_.RemoveFile(JoinPath(Below("ids"), entry.name)));
  }
  return fs_.SyncFolder(Below("programs"));
}

Result<GcReport> Store::Gc() {
  GcReport report;
  for (const std::string& folder :
       {options_.root, Below("programs"), Below("ids"), Below("base_models"), Below("downloads"), Below("stages"), Below("prefixes")}) {
    if (!fs_.Exists(folder)) continue;  // the last two are made when they are needed
    report.temporaries += PAW_TRY(fs_.RemoveStaleTemporaries(folder));
  }
  const std::vector<FolderEntry> ids = PAW_TRY(fs_.List(Below("ids")));
  for (const FolderEntry& entry : ids) {
    if (fs_.Stat(ProgramPath(entry.name.substr(entry.name.find('.') + 1))).code() != Code::kNotFound) continue;
    const Status removed = fs_.RemoveFile(JoinPath(Below("ids"), entry.name));
    if (!removed.ok() && removed.code() != Code::kNotFound) return removed;
    ++report.ids;
  }
  PAW_TRY(ChangeAliases([&](std::map<std::string, std::string>& aliases) -> Result<bool> {
    report.aliases = static_cast<int>(
        std::erase_if(aliases, [&](const auto& alias) { return fs_.Stat(ProgramPath(alias.second)).code() == Code::kNotFound; }));
    return report.aliases > 0;
  }));
  return report;
}

Status Store::CheckAlias(std::string_view alias) {
  const auto is_alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  const bool plain =
      !alias.empty() && alias.size() <= kAliasBytesMax && is_alphanumeric(alias[0]) &&
      std::all_of(alias.begin(), alias.end(), [&](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
  if (plain && !IsPath(alias) && !IsHex(alias, 16, 64)) return Ok();
  return Usage("naming a program: found " + Quoted(alias) + ", expected letters, digits and . _ - (at most " +
               std::to_string(kAliasBytesMax) + "), no ending .paw, and no 16 to 64 hex digits, which are ids");
}

Result<Json> Store::ReadAliasFile() {
  const std::string path = Below("aliases.json");
  const Result<std::string> text = fs_.ReadText(path, kAliasFileBytesMax);
  if (text.code() == Code::kNotFound) return Json{{"format", 1}, {"aliases", Json::object()}, {"log", Json::array()}};
  if (!text.ok()) return text.status();
  const std::string what = "reading " + Shown(path);
  Json file = PAW_TRY(ParseJson(*text, what, kAliasFileBytesMax));
  const Json* aliases = PAW_TRY(GetObject(file, "aliases", what));
  PAW_TRY(GetArray(file, "log", what));
  for (const auto& [alias, digest] : aliases->items()) {
    if (!digest.is_string() || !IsSha256Hex(digest.get_ref<const std::string&>())) {
      return Refused(what + ": alias " + Quoted(alias) + ": expected a SHA-256 of 64 hex digits");
    }
  }
  return file;
}

Result<std::map<std::string, std::string>> Store::Aliases() {
  const Json file = PAW_TRY(ReadAliasFile());
  return file["aliases"].get<std::map<std::string, std::string>>();
}

Status Store::ChangeAliases(const std::function<Result<bool>(std::map<std::string, std::string>&)>& change) {
  // Two writers without the lock would each publish a whole file, and one move would be lost.
  const std::unique_ptr<HeldLock> lock = PAW_TRY(fs_.Lock(Below("aliases.lock"), LockMode::kExclusive, kAliasLockSeconds));
  Json file = PAW_TRY(ReadAliasFile());
  const auto before = file["aliases"].get<std::map<std::string, std::string>>();
  auto after = before;
  const bool changed = PAW_TRY(change(after));
  if (!changed) return Ok();
  const std::string time = TimeText(fs_.WallSeconds());
  const auto log = [&](const std::string& alias, const Json& digest, const Json& previous) {
    file["log"].push_back({{"alias", alias}, {"digest", digest}, {"previous", previous}, {"time", time}});
  };
  for (const auto& [alias, digest] : after) {
    const auto old = before.find(alias);
    if (old == before.end() || old->second != digest) log(alias, digest, old == before.end() ? Json(nullptr) : Json(old->second));
  }
  for (const auto& [alias, digest] : before) {
    if (!after.contains(alias)) log(alias, nullptr, digest);
  }
  if (file["log"].size() > kAliasLogMax) {
    file["log"].erase(file["log"].begin(), file["log"].end() - static_cast<std::ptrdiff_t>(kAliasLogMax));
  }
  file["aliases"] = after;
  return fs_.PublishFile(Below("aliases.json"), WriteJsonIndented(file));
}

Status Store::SetAlias(const std::string& alias, const std::string& reference) {
  PAW_TRY(CheckAlias(alias));
  const ResolvedProgram resolved = PAW_TRY(Resolve(reference));
  if (resolved.digest.empty()) {
    return Usage("naming " + Quoted(reference) + " " + Quoted(alias) + ": found a path, expected a program in the store");
  }
  return ChangeAliases([&](std::map<std::string, std::string>& aliases) -> Result<bool> {
    std::string& target = aliases[alias];
    if (target == resolved.digest) return false;
    target = resolved.digest;
    return true;
  });
}

Status Store::RemoveAlias(const std::string& alias) {
  return ChangeAliases([&](std::map<std::string, std::string>& aliases) -> Result<bool> {
    if (aliases.erase(alias) > 0) return true;
    return NotFound("removing the alias " + Quoted(alias) + ": found none of that name; `paw list` shows them");
  });
}

}  // namespace paw
