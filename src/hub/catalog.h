// Catalog: the programs of a hub. Who holds them, what they are called, which version a name leads to, who may see them.
//
//   bundle ─▶ Publish ─▶ programs (one row an id) · holders (who lists it, how) · slugs ─▶ versions
//
// A program's id is a hash of what it was made from, so two people who compile the same have the same program: each holds it under a name,
// tags and privacy of their own, and it is gone when the last of them lets go. A program is visible to those who hold it, and to all when
// one of its holders made it public. What a caller may not see does not exist for them.
//
// Order of writes: the bundle is on the disk before a row names it, and rows are gone before it is removed; so a kill leaves at most a
// bundle that nobody names, which Sweep removes.
//
// Thread rule: from any thread. Owner: the Hub. Errors: kNotFound (no such program or slug for this caller), kUsage (a malformed name or
// field, a slug that leads elsewhere), kRefused (a bundle that is none), kUnavailable (full disk).
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bundle/bundle.h"
#include "hub/database.h"
#include "hub/exchange.h"
#include "hub/slug.h"
#include "store/store.h"

namespace paw::hub {

// How a holder lists a program.
struct Listing {
  std::string name;               // at most 100 bytes
  std::vector<std::string> tags;  // at most 5, each at most 30 bytes of a-z, 0-9, -
  bool is_public = true;
  bool listed = true;  // false: found by its id alone
};
Status CheckListing(const Listing& listing);

struct Published {
  std::string program_id, digest;
  bool fresh = false;          // this caller did not hold it before
  std::string slug;            // "me/triage"; empty: none
  std::int64_t version = 0;    // of the slug
  std::string version_action;  // "created", "no_change", "promoted"
};

struct ResolvedSlug {
  std::string program_id, digest;
  std::string slug;  // "me/triage"; empty for an id
  std::int64_t version = 0;
};

struct ProgramQuery {
  std::string words;            // all of them stand in spec, name, slug or tags
  std::string sort = "recent";  // votes, popular, downloads, recommended
  std::string tag;
  bool mine = false;
  std::int64_t page = 1, per_page = 20;
};

class Catalog {
 public:
  // `store`: where the bundles lie.
  Catalog(Database& database, Store& store, Fs& fs) : database_(database), store_(store), fs_(fs) {}
  ~Catalog() { FlushCounts(); }

  // What this caller had compiled here. `report`: how it was trained and measured (compile_report.h). `slug` "" = none; one needs an account.
  Result<Published> Publish(const Caller& caller, const Bundle& bundle, const Listing& listing, const std::string& slug,
                            const Json& report);
  // The same with the bytes as they came, which are kept so: their digest, and a signature over it, stay.
  Result<Published> PublishArchive(const Caller& caller, const Bundle& bundle, std::span<const std::byte> archive, const Listing& listing,
                                   const std::string& slug);
  // Of the program with this id, whoever may see it; nullopt: there is none.
  Result<std::optional<std::string>> DigestOf(const std::string& program_id);
  // What is here already, for another caller who had the same compiled.
  Result<Published> Hold(const Caller& caller, const std::string& program_id, const Listing& listing, const std::string& slug);

  Result<ResolvedSlug> Resolve(const Caller& caller, std::string_view reference);
  Result<Json> List(const Caller& caller, const ProgramQuery& query);
  // The card; `whole`: everything of the program page.
  Result<Json> Describe(const Caller& caller, const std::string& program_id, bool whole);
  Result<Json> Versions(const Caller& caller, std::string_view slug);

  struct Change {
    std::optional<bool> is_public;
    std::optional<std::string> name;
    std::optional<std::vector<std::string>> tags;
    std::optional<std::string> slug;  // "" removes the caller's slug of it
  };
  Status Update(const Caller& caller, const std::string& program_id, const Change& change);
  // The caller lets go of it, with their slugs' versions of it.
  Status Remove(const Caller& caller, const std::string& program_id);
  // The slug leads to this program: a new version, or an older one made the main one again.
  Result<Published> PointSlug(const Caller& caller, const std::string& slug, const std::string& program_id);

  // The same again takes it back. {"upvotes", "downvotes", "my_vote"}
  Result<Json> Vote(const Caller& caller, const std::string& program_id, int vote);
  Result<Json> Cases(const std::string& program_id);
  Result<Json> AddCase(const Caller& caller, const std::string& program_id, const std::string& type, const std::string& description);

  // The bundle's file, by digest.
  std::string PathOf(const std::string& digest) const;
  // Held to its digest. kInternal where it is missing or damaged: that is no fault of who asks.
  Result<Bundle> ReadBundleOf(const std::string& digest);
  // Kept in memory and written every few seconds: a counter is no promise.
  void CountDownload(const std::string& program_id) { Count(program_id, 1, 0); }
  void CountCall(const std::string& program_id) { Count(program_id, 0, 1); }

  struct SweepReport {
    int bundles = 0;                   // that nobody names: moved into unnamed/
    std::vector<std::string> missing;  // programs whose bundle is not there or damaged
  };
  // Before the first request: what a kill left. `verify`: every bundle is read and held to its digest.
  Result<SweepReport> Sweep(bool verify);

 private:
  struct Holding {
    const Listing& listing;
    const std::string& slug;
    bool made = false;  // compiled here by this caller
  };
  Result<Published> Add(const Caller& caller, const Bundle& bundle, std::span<const std::byte> archive, const Holding& holding,
                        const Json& report);
  Result<Published> HoldRow(const Caller& caller, const std::string& program_id, const std::string& digest, const Holding& holding);
  // Programs that nobody holds or names any more, from the tables; their bundles' digests.
  Result<std::vector<std::string>> DropUnheld();
  // The digest under which the program is kept: `digest`, or the one that is here where they differ in the signature alone.
  Result<std::string> SettleDigest(const Bundle& bundle, const std::string& digest, std::size_t bytes);
  Status WriteTags(const Caller& caller, const std::string& program_id, const std::vector<std::string>& tags);
  Status RenameSlug(const Caller& caller, const std::string& program_id, const std::string& slug);
  Status LogSlug(const Caller& caller, const std::string& slug, Value version, Value program_id, const char* what);
  Result<bool> Visible(const Caller& caller, const std::string& program_id);
  // Who and what a slug means to this caller, not which version.
  struct SlugOwner {
    std::int64_t user_id = 0;
    std::string user, slug;
    std::int64_t main_version = 0;
  };
  Result<SlugOwner> FindSlug(const Caller& caller, const SlugReference& reference, std::string_view shown);
  Result<Json> Card(const Caller& caller, const Row& row);
  // The file alone; what the store's index says of it is swept at the next start.
  void RemoveBundle(const std::string& digest) { static_cast<void>(fs_.RemoveFile(PathOf(digest))); }
  void Count(const std::string& program_id, std::int64_t downloads, std::int64_t calls);
  void FlushCounts();

  Database& database_;
  Store& store_;
  Fs& fs_;
  std::mutex counts_mutex_;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> counts_;  // downloads and calls since the last flush
  double flushed_at_ = 0;
  std::string replaced_;  // by its signed form, in the transaction under way; guarded by bundles_
  std::mutex bundles_;    // held while a bundle and the row that names it are not both there or both gone
};

}  // namespace paw::hub
