#include "hubclient/pull.h"

#include <algorithm>
#include <map>

#include "base/sha256.h"
#include "fs/path.h"

namespace paw {
namespace {

// Whether the program of an alias is a version of the slug, so that a newer one may take its name over.
Result<bool> IsVersionOf(const HubClient& hub, Store& store, const std::string& digest, const std::string& slug) {
  const Json versions = PAW_TRY(hub.Versions(slug));
  const Result<Bundle> bundle = store.Read(digest);
  const std::string program_id = bundle.ok() ? bundle->manifest.program_id : "";
  return std::any_of(versions["versions"].begin(), versions["versions"].end(), [&](const Json& version) {
    const Json* stated = FindMember(version, "digest");
    return (stated != nullptr && *stated == digest) || version["program_id"] == program_id;
  });
}

// The alias that nobody asked for: never one that another program has.
Status ChooseAlias(const HubClient& hub, Store& store, const std::string& digest, PulledProgram& pulled) {
  const std::string& slug = pulled.found.slug;
  const std::string alias = slug.substr(slug.find('/') + 1);
  if (slug.empty() || !Store::CheckAlias(alias).ok()) return Ok();
  const std::map<std::string, std::string> aliases = PAW_TRY(store.Aliases());
  const auto there = aliases.find(alias);
  const bool free = there == aliases.end() || there->second == digest || PAW_TRY(IsVersionOf(hub, store, there->second, slug));
  (free ? pulled.alias : pulled.kept_by) = alias;
  return Ok();
}

// The bytes of the archive, from the store where it has them.
Result<std::vector<std::byte>> ArchiveOf(const HubClient& hub, Fs& fs, Store& store, const std::string& folder, const ProgressFn& progress,
                                         PulledProgram& pulled) {
  pulled.was_here = !pulled.found.digest.empty() && store.Verify(pulled.found.digest).ok();
  if (!pulled.was_here) return hub.Fetch(pulled.found, folder, progress);
  const ResolvedProgram here = PAW_TRY(store.Resolve(pulled.found.digest));
  return fs.Read(here.path, kArchiveBytesMax);
}

// Reads, judges, stores, remembers.
Status Take(const HubClient& hub, Store& store, Keyring& keyring, const std::vector<std::byte>& archive, const PullOptions& options,
            PulledProgram& pulled) {
  const HubResolved& found = pulled.found;
  const std::string what = "reading " + (found.slug.empty() ? options.reference : found.slug) + " from " + hub.shown();
  const Bundle bundle = PAW_TRY(ReadBundle(archive, what));
  if (found.digest.empty() && bundle.manifest.program_id != found.program_id) {
    return Refused(what + ": found program " + bundle.manifest.program_id + ", expected " + found.program_id);
  }
  const std::string place = found.slug.empty() ? "" : hub.shown() + found.slug;
  pulled.verdict = PAW_TRY(keyring.Judge(bundle, place, options.policy));
  pulled.alias = options.alias;
  if (options.alias.empty()) PAW_TRY(ChooseAlias(hub, store, Sha256Hex(archive), pulled));
  pulled.entry = PAW_TRY(store.Put(archive, pulled.alias));
  return keyring.Remember(place, pulled.verdict);
}

}  // namespace

Result<PulledProgram> PullProgram(const HubClient& hub, Fs& fs, Store& store, Keyring& keyring, const PullOptions& options) {
  if (!options.alias.empty()) PAW_TRY(Store::CheckAlias(options.alias));
  PulledProgram pulled;
  pulled.found = PAW_TRY(hub.Resolve(options.reference));
  const std::string folder = JoinPath(store.root(), "downloads");
  const std::vector<std::byte> archive = PAW_TRY(ArchiveOf(hub, fs, store, folder, options.progress, pulled));
  const Status taken = Take(hub, store, keyring, archive, options, pulled);
  // What was turned down is not kept either; after another error the part saves the next pull its download.
  if (taken.ok() || taken.code() == Code::kRefused) PAW_TRY(hub.ForgetPart(pulled.found, folder));
  if (!taken.ok()) return taken;
  return pulled;
}

}  // namespace paw
