#include "hub/catalog.h"

#include <algorithm>
#include <set>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/signature.h"
#include "fs/path.h"

namespace paw::hub {
namespace {

constexpr std::size_t kNameBytesMax = 100;
constexpr std::size_t kTagsMax = 5, kTagBytesMax = 30;
constexpr std::size_t kDescriptionBytesMax = 2000;
constexpr std::int64_t kCasesMax = 500;
constexpr double kFlushSeconds = 5;

Json FactsOf(const Manifest& manifest) {
  Json facts = {{"interpreter", manifest.interpreter},
                {"compiler_snapshot", manifest.compiler_snapshot},
                {"compiler_kind", manifest.compiler_kind},
                {"pseudo_program_strategy", manifest.pseudo_program_strategy},
                {"runtime_id", manifest.runtime_id},
                {"runtime_manifest_version", manifest.runtime_manifest_version},
                {"output_kind", "text"},
                {"labels", Json::array()},
                {"held_out", nullptr}};
  if (!manifest.paw) return facts;
  const PawRecord& record = *manifest.paw;
  facts["output_kind"] = std::string(OutputKindName(record.output_kind));
  facts["labels"] = record.labels;
  if (const auto& score = record.held_out) {
    facts["held_out"] = {
        {"metric", score->metric}, {"n", score->n}, {"score", score->score}, {"ci95", {score->ci95_low, score->ci95_high}}};
  }
  return facts;
}

Status NoProgram(std::string_view what) { return NotFound("program " + Quoted(what, 120) + " not found"); }

}  // namespace

Status CheckListing(const Listing& listing) {
  PAW_TRY(CheckText(listing.name, kNameBytesMax, "field \"name\""));
  if (listing.tags.size() > kTagsMax) {
    return Usage("field \"tags\": found " + std::to_string(listing.tags.size()) + ", expected at most " + std::to_string(kTagsMax));
  }
  for (const std::string& tag : listing.tags) {
    const bool plain = std::ranges::all_of(tag, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
    if (tag.empty() || tag.size() > kTagBytesMax || !plain) {
      return Usage("field \"tags\": found " + Quoted(tag, 40) + ", expected 1 to 30 of a-z, 0-9 and -");
    }
  }
  return Ok();
}

std::string Catalog::PathOf(const std::string& digest) const { return JoinPath(store_.root(), "programs/" + digest + ".paw"); }

Result<Published> Catalog::Publish(const Caller& caller, const Bundle& bundle, const Listing& listing, const std::string& slug,
                                   const Json& report) {
  return Add(caller, bundle, PAW_TRY(WriteBundle(bundle)), {listing, slug, true}, report);
}

Result<Published> Catalog::PublishArchive(const Caller& caller, const Bundle& bundle, std::span<const std::byte> archive,
                                          const Listing& listing, const std::string& slug) {
  return Add(caller, bundle, archive, {listing, slug, false}, nullptr);
}

Result<Bundle> Catalog::ReadBundleOf(const std::string& digest) {
  const std::string what = "reading the program " + digest.substr(0, 12);
  const auto archive = fs_.Read(PathOf(digest), kArchiveBytesMax);
  if (!archive.ok()) return Internal(what + ": " + archive.status().message());
  if (Sha256Hex(*archive) != digest) return Internal(what + ": found a damaged file, expected bytes of that digest");
  auto bundle = ReadBundle(*archive, what);
  return bundle.ok() ? std::move(bundle) : Result<Bundle>(Internal(bundle.status().message()));
}

Result<std::optional<std::string>> Catalog::DigestOf(const std::string& program_id) {
  const Rows rows = PAW_TRY(database_.Query("SELECT digest FROM programs WHERE program_id = ?", {program_id}));
  return rows.empty() ? std::optional<std::string>() : std::optional(rows[0].Text(0));
}

Result<Published> Catalog::Add(const Caller& caller, const Bundle& bundle, std::span<const std::byte> archive, const Holding& holding,
                               const Json& report) {
  PAW_TRY(CheckListing(holding.listing));
  if (!holding.slug.empty()) PAW_TRY(CheckSlug(holding.slug, "a slug"));
  const std::lock_guard lock(bundles_);
  replaced_.clear();
  const ProgramEntry entry = PAW_TRY(store_.Put(archive, ""));
  const std::string& id = bundle.manifest.program_id;
  Published published;
  const Status added = database_.InTransaction([&]() -> Status {
    PAW_TRY(database_.Run(
        "INSERT OR IGNORE INTO programs(program_id, digest, bytes, spec, facts, report, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        {id, entry.digest, static_cast<std::int64_t>(archive.size()), bundle.manifest.spec, WriteJson(FactsOf(bundle.manifest)),
         report.is_null() ? Value(nullptr) : Value(WriteJson(report)), fs_.WallSeconds()}));
    published = PAW_TRY(HoldRow(caller, id, PAW_TRY(SettleDigest(bundle, entry.digest, archive.size())), holding));
    return Ok();
  });
  const auto named = database_.Query("SELECT 1 FROM programs WHERE digest = ?", {entry.digest});
  if (named.ok() && named->empty()) RemoveBundle(entry.digest);
  if (!added.ok()) return added;
  if (!replaced_.empty()) RemoveBundle(replaced_);
  return published;
}

// Inside a transaction. A program is its members and what its manifest says; who signed it is not part of it. The first signature stays.
Result<std::string> Catalog::SettleDigest(const Bundle& bundle, const std::string& digest, std::size_t bytes) {
  const std::string& id = bundle.manifest.program_id;
  const std::string here = PAW_TRY(DigestOf(id)).value_or(digest);
  if (here == digest) return digest;
  const Bundle there = PAW_TRY(ReadBundleOf(here));
  const auto unsigned_form = [](Bundle copy) -> Result<std::vector<std::byte>> {
    if (copy.manifest.paw) copy.manifest.paw->other.erase("signature");
    return WriteBundle(copy);
  };
  if (PAW_TRY(unsigned_form(there)) != PAW_TRY(unsigned_form(bundle))) {
    return Usage("publishing " + id + ": found other bytes under this id here (digest " + here.substr(0, 12) + "), expected " +
                 digest.substr(0, 12) + "; compile it with another seed to give it an id of its own");
  }
  if (CheckSignature(there).state == SignatureState::kValid || CheckSignature(bundle).state != SignatureState::kValid) return here;
  PAW_TRY(database_.Run("UPDATE programs SET digest = ?, bytes = ? WHERE program_id = ?", {digest, static_cast<std::int64_t>(bytes), id}));
  replaced_ = here;
  return digest;
}

Result<Published> Catalog::Hold(const Caller& caller, const std::string& program_id, const Listing& listing, const std::string& slug) {
  PAW_TRY(CheckListing(listing));
  if (!slug.empty()) PAW_TRY(CheckSlug(slug, "a slug"));
  Published published;
  PAW_TRY(database_.InTransaction([&]() -> Status {
    const Rows there = PAW_TRY(database_.Query("SELECT digest FROM programs WHERE program_id = ?", {program_id}));
    if (there.empty()) return NoProgram(program_id);
    published = PAW_TRY(HoldRow(caller, program_id, there.front().Text(0), {listing, slug, true}));
    return Ok();
  }));
  return published;
}

// Inside a transaction. Who holds it already keeps their listing, but for a name or tags that say more than before; private stays private.
Result<Published> Catalog::HoldRow(const Caller& caller, const std::string& program_id, const std::string& digest, const Holding& holding) {
  const Listing& listing = holding.listing;
  const std::string& slug = holding.slug;
  Published published{program_id, digest, false, "", 0, ""};
  const std::int64_t added = PAW_TRY(database_.Run(
      "INSERT OR IGNORE INTO holders(program_id, user_id, name, tags, public, listed, made, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {program_id, caller.user_id, listing.name, WriteJson(Json(listing.tags)), std::int64_t{listing.is_public},
       std::int64_t{listing.listed}, std::int64_t{holding.made}, fs_.WallSeconds()}));
  published.fresh = added > 0;
  if (!published.fresh && holding.made) {
    PAW_TRY(database_.Run("UPDATE holders SET made = 1 WHERE program_id = ? AND user_id = ?", {program_id, caller.user_id}));
  }
  if (!published.fresh && !caller.signed_in()) return published;  // the listing that visitors share stays as it is
  if (!published.fresh && !listing.name.empty()) {
    PAW_TRY(database_.Run("UPDATE holders SET name = ? WHERE program_id = ? AND user_id = ?", {listing.name, program_id, caller.user_id}));
  }
  if (published.fresh || !listing.tags.empty()) PAW_TRY(WriteTags(caller, program_id, listing.tags));
  if (slug.empty()) return published;
  const Published pointed = PAW_TRY(PointSlug(caller, slug, program_id));
  published.slug = pointed.slug;
  published.version = pointed.version;
  published.version_action = pointed.version_action;
  return published;
}

Status Catalog::WriteTags(const Caller& caller, const std::string& program_id, const std::vector<std::string>& tags) {
  PAW_TRY(database_.Run("UPDATE holders SET tags = ? WHERE program_id = ? AND user_id = ?",
                        {WriteJson(Json(tags)), program_id, caller.user_id}));
  PAW_TRY(database_.Run("DELETE FROM tags WHERE program_id = ? AND user_id = ?", {program_id, caller.user_id}));
  for (const std::string& tag : tags) {
    PAW_TRY(database_.Run("INSERT OR IGNORE INTO tags(program_id, user_id, tag) VALUES (?, ?, ?)", {program_id, caller.user_id, tag}));
  }
  return Ok();
}

Status Catalog::LogSlug(const Caller& caller, const std::string& slug, Value version, Value program_id, const char* what) {
  return database_
      .Run("INSERT INTO slug_log(user_id, slug, version, program_id, what, time) VALUES (?, ?, ?, ?, ?, ?)",
           {caller.user_id, slug, std::move(version), std::move(program_id), std::string(what), fs_.WallSeconds()})
      .status();
}

Result<Published> Catalog::PointSlug(const Caller& caller, const std::string& slug, const std::string& program_id) {
  PAW_TRY(CheckSlug(slug, "a slug"));
  if (!caller.signed_in()) return Usage("naming a program: found no account, expected one: a slug belongs to a user");
  Published published{program_id, "", false, caller.user + "/" + slug, 0, "created"};
  PAW_TRY(database_.InTransaction([&]() -> Status {
    const Rows main = PAW_TRY(database_.Query(
        "SELECT s.main_version, v.program_id FROM slugs s JOIN versions v ON v.user_id = s.user_id AND v.slug = s.slug AND v.version = "
        "s.main_version WHERE s.user_id = ? AND s.slug = ?",
        {caller.user_id, slug}));
    if (!main.empty() && main[0].Text(1) == program_id) {
      published.version = main[0].Int(0);
      published.version_action = "no_change";
      return Ok();
    }
    const Rows older =
        PAW_TRY(database_.Query("SELECT version FROM versions WHERE user_id = ? AND slug = ? AND program_id = ? ORDER BY version DESC",
                                {caller.user_id, slug, program_id}));
    if (!older.empty()) {
      published.version = older[0].Int(0);
      published.version_action = "promoted";
    } else {
      const Rows highest =
          PAW_TRY(database_.Query("SELECT max(version) FROM versions WHERE user_id = ? AND slug = ?", {caller.user_id, slug}));
      const Rows logged =
          PAW_TRY(database_.Query("SELECT max(version) FROM slug_log WHERE user_id = ? AND slug = ?", {caller.user_id, slug}));
      // A version that was removed is not given out again: @vN never changes its meaning.
      published.version = std::max(highest[0].Int(0), logged[0].Int(0)) + 1;
    }
    if (main.empty()) {
      PAW_TRY(database_.Run("INSERT INTO slugs(user_id, slug, main_version) VALUES (?, ?, ?)", {caller.user_id, slug, published.version}));
    } else {
      PAW_TRY(database_.Run("UPDATE slugs SET main_version = ? WHERE user_id = ? AND slug = ?", {published.version, caller.user_id, slug}));
    }
    // Who names a program of others holds it too, for themselves: it stays when they let go of it.
    PAW_TRY(
        database_.Run("INSERT OR IGNORE INTO holders(program_id, user_id, name, tags, public, listed, made, created_at) VALUES (?, ?, '', "
                      "'[]', 0, 0, 0, ?)",
                      {program_id, caller.user_id, fs_.WallSeconds()}));
    if (older.empty()) {
      PAW_TRY(database_.Run("INSERT INTO versions(user_id, slug, version, program_id, created_at) VALUES (?, ?, ?, ?, ?)",
                            {caller.user_id, slug, published.version, program_id, fs_.WallSeconds()}));
    }
    return LogSlug(caller, slug, published.version, program_id, published.version_action.c_str());
  }));
  return published;
}

Status Catalog::RenameSlug(const Caller& caller, const std::string& program_id, const std::string& slug) {
  const Rows now = PAW_TRY(database_.Query(
      "SELECT s.slug FROM slugs s JOIN versions v ON v.user_id = s.user_id AND v.slug = s.slug AND v.version = s.main_version WHERE "
      "s.user_id = ? AND v.program_id = ? ORDER BY s.slug",
      {caller.user_id, program_id}));
  if (slug.empty()) {
    for (const Row& row : now) {
      PAW_TRY(database_.Run("DELETE FROM slugs WHERE user_id = ? AND slug = ?", {caller.user_id, row.Text(0)}));
      PAW_TRY(LogSlug(caller, row.Text(0), nullptr, program_id, "removed"));
    }
    return Ok();
  }
  PAW_TRY(CheckSlug(slug, "a slug"));
  if (std::ranges::any_of(now, [&](const Row& row) { return row.Text(0) == slug; })) return Ok();
  const Rows taken = PAW_TRY(database_.Query("SELECT 1 FROM slugs WHERE user_id = ? AND slug = ?", {caller.user_id, slug}));
  if (now.empty() || !taken.empty()) return PointSlug(caller, slug, program_id).status();
  PAW_TRY(database_.Run("UPDATE slugs SET slug = ? WHERE user_id = ? AND slug = ?", {slug, caller.user_id, now[0].Text(0)}));
  PAW_TRY(LogSlug(caller, now[0].Text(0), nullptr, program_id, "renamed"));
  // The highest version that either name ever had: none is given out again under the new one.
  const Rows highest = PAW_TRY(
      database_.Query("SELECT max(version) FROM slug_log WHERE user_id = ? AND slug IN (?, ?)", {caller.user_id, slug, now[0].Text(0)}));
  return LogSlug(caller, slug, highest[0].Int(0), program_id, "created");
}

Status Catalog::Update(const Caller& caller, const std::string& program_id, const Change& change) {
  if (!PAW_TRY(Visible(caller, program_id))) return NoProgram(program_id);
  return database_.InTransaction([&]() -> Status {
    const Rows held =
        PAW_TRY(database_.Query("SELECT name FROM holders WHERE program_id = ? AND user_id = ?", {program_id, caller.user_id}));
    if ((change.is_public || change.name || change.tags) && held.empty()) {
      return Usage("changing " + program_id + ": found a program of others, expected one of yours (a slug may be given to any)");
    }
    PAW_TRY(CheckListing({change.name.value_or(""), change.tags.value_or(std::vector<std::string>())}));
    if (change.is_public) {
      PAW_TRY(database_.Run("UPDATE holders SET public = ?, listed = 1 WHERE program_id = ? AND user_id = ?",
                            {std::int64_t{*change.is_public}, program_id, caller.user_id}));
    }
    if (change.name) {
      PAW_TRY(
          database_.Run("UPDATE holders SET name = ? WHERE program_id = ? AND user_id = ?", {*change.name, program_id, caller.user_id}));
    }
    if (change.tags) PAW_TRY(WriteTags(caller, program_id, *change.tags));
    return change.slug ? RenameSlug(caller, program_id, *change.slug) : Ok();
  });
}

Status Catalog::Remove(const Caller& caller, const std::string& program_id) {
  const std::lock_guard lock(bundles_);
  std::vector<std::string> unheld;
  PAW_TRY(database_.InTransaction([&]() -> Status {
    const std::int64_t let_go =
        PAW_TRY(database_.Run("DELETE FROM holders WHERE program_id = ? AND user_id = ?", {program_id, caller.user_id}));
    if (let_go == 0) return NoProgram(program_id);
    PAW_TRY(database_.Run("DELETE FROM tags WHERE program_id = ? AND user_id = ?", {program_id, caller.user_id}));
    const Rows slugs =
        PAW_TRY(database_.Query("SELECT DISTINCT slug FROM versions WHERE user_id = ? AND program_id = ?", {caller.user_id, program_id}));
    PAW_TRY(database_.Run("DELETE FROM versions WHERE user_id = ? AND program_id = ?", {caller.user_id, program_id}));
    for (const Row& row : slugs) {
      const std::string& slug = row.Text(0);
      PAW_TRY(LogSlug(caller, slug, nullptr, program_id, "deleted"));
      PAW_TRY(database_.Run(
          "UPDATE slugs SET main_version = (SELECT max(version) FROM versions v WHERE v.user_id = slugs.user_id AND v.slug = slugs.slug) "
          "WHERE "
          "user_id = ? AND slug = ? AND EXISTS (SELECT 1 FROM versions v WHERE v.user_id = slugs.user_id AND v.slug = slugs.slug) AND NOT "
          "EXISTS (SELECT 1 FROM versions v WHERE v.user_id = slugs.user_id AND v.slug = slugs.slug AND v.version = slugs.main_version)",
          {caller.user_id, slug}));
      PAW_TRY(database_.Run(
          "DELETE FROM slugs WHERE user_id = ? AND slug = ? AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.user_id = slugs.user_id AND "
          "v.slug = slugs.slug)",
          {caller.user_id, slug}));
    }
    unheld = PAW_TRY(DropUnheld());
    return Ok();
  }));
  // These are gone for all; a file that cannot be removed now is swept at the next start.
  for (const std::string& digest : unheld) RemoveBundle(digest);
  return Ok();
}

Result<std::vector<std::string>> Catalog::DropUnheld() {
  std::vector<std::string> digests;
  PAW_TRY(database_.InTransaction([&]() -> Status {
    for (const Row& row : PAW_TRY(database_.Query("SELECT program_id, digest FROM programs p WHERE NOT EXISTS (SELECT 1 FROM holders h "
                                                  "WHERE h.program_id = p.program_id) AND NOT "
                                                  "EXISTS (SELECT 1 FROM versions v WHERE v.program_id = p.program_id)"))) {
      PAW_TRY(database_.Run("DELETE FROM programs WHERE program_id = ?", {row.Text(0)}));
      digests.push_back(row.Text(1));
    }
    return Ok();
  }));
  return digests;
}

Result<bool> Catalog::Visible(const Caller& caller, const std::string& program_id) {
  const Rows rows =
      PAW_TRY(database_.Query("SELECT 1 FROM holders WHERE program_id = ? AND (public = 1 OR (user_id = ? AND user_id <> 0)) LIMIT 1",
                              {program_id, caller.user_id}));
  return !rows.empty();
}

Result<Json> Catalog::Vote(const Caller& caller, const std::string& program_id, int vote) {
  if (!PAW_TRY(Visible(caller, program_id))) return NoProgram(program_id);
  Json result;
  PAW_TRY(database_.InTransaction([&]() -> Status {
    const Rows before =
        PAW_TRY(database_.Query("SELECT vote FROM votes WHERE program_id = ? AND user_id = ?", {program_id, caller.user_id}));
    const bool taken_back = !before.empty() && before[0].Int(0) == vote;
    PAW_TRY(database_.Run("DELETE FROM votes WHERE program_id = ? AND user_id = ?", {program_id, caller.user_id}));
    if (!taken_back) {
      PAW_TRY(
          database_.Run("INSERT INTO votes(program_id, user_id, vote) VALUES (?, ?, ?)", {program_id, caller.user_id, std::int64_t{vote}}));
    }
    PAW_TRY(database_.Run(
        "UPDATE programs SET upvotes = (SELECT count(*) FROM votes v WHERE v.program_id = programs.program_id AND vote = 1), downvotes = "
        "(SELECT count(*) FROM votes v WHERE v.program_id = programs.program_id AND vote = -1) WHERE program_id = ?",
        {program_id}));
    const Rows now = PAW_TRY(database_.Query("SELECT upvotes, downvotes FROM programs WHERE program_id = ?", {program_id}));
    result = {{"upvotes", now[0].Int(0)}, {"downvotes", now[0].Int(1)}, {"my_vote", taken_back ? 0 : vote}};
    return Ok();
  }));
  return result;
}

Result<Json> Catalog::Cases(const std::string& program_id) {
  const Rows rows = PAW_TRY(database_.Query(
      "SELECT c.id, c.type, c.description, u.name, c.created_at FROM cases c JOIN users u ON u.id = c.user_id WHERE c.program_id = ? ORDER "
      "BY c.id DESC LIMIT ?",
      {program_id, kCasesMax}));
  Json cases = Json::array();
  for (const Row& row : rows) {
    cases.push_back({{"id", row.Int(0)},
                     {"type", row.Text(1)},
                     {"description", row.Text(2)},
                     {"author", row.Text(3)},
                     {"created_at", IsoTime(row.Real(4))}});
  }
  return Json{{"cases", cases}};
}

Result<Json> Catalog::AddCase(const Caller& caller, const std::string& program_id, const std::string& type,
                              const std::string& description) {
  if (!PAW_TRY(Visible(caller, program_id))) return NoProgram(program_id);
  if (type != "success" && type != "limitation" && type != "edge_case") {
    return Usage("field \"type\": found " + Quoted(type, 40) + ", expected success, limitation or edge_case");
  }
  PAW_TRY(CheckText(description, kDescriptionBytesMax, "field \"description\""));
  if (Trim(description).empty()) return Usage("field \"description\": found nothing, expected some words");
  Json made;
  PAW_TRY(database_.InTransaction([&]() -> Status {
    const double now = fs_.WallSeconds();
    PAW_TRY(database_.Run("INSERT INTO cases(program_id, user_id, type, description, created_at) VALUES (?, ?, ?, ?, ?)",
                          {program_id, caller.user_id, type, description, now}));
    made = {
        {"id", database_.last_id()}, {"type", type}, {"description", description}, {"author", caller.user}, {"created_at", IsoTime(now)}};
    return Ok();
  }));
  return made;
}

void Catalog::Count(const std::string& program_id, std::int64_t downloads, std::int64_t calls) {
  {
    const std::lock_guard lock(counts_mutex_);
    auto& [all_downloads, all_calls] = counts_[program_id];
    all_downloads += downloads;
    all_calls += calls;
    const double now = fs_.SteadySeconds();
    if (now - flushed_at_ < kFlushSeconds) return;
    flushed_at_ = now;
  }
  FlushCounts();
}

void Catalog::FlushCounts() {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> counts;
  {
    const std::lock_guard lock(counts_mutex_);
    counts.swap(counts_);
  }
  if (counts.empty()) return;
  // What fails here fails nobody.
  static_cast<void>(database_.InTransaction([&]() -> Status {
    for (const auto& [id, both] : counts) {
      PAW_TRY(database_.Run("UPDATE programs SET downloads = downloads + ?, calls = calls + ? WHERE program_id = ?",
                            {both.first, both.second, id}));
    }
    return Ok();
  }));
}

Result<Catalog::SweepReport> Catalog::Sweep(bool verify) {
  const std::lock_guard lock(bundles_);
  for (const std::string& digest : PAW_TRY(DropUnheld())) RemoveBundle(digest);
  SweepReport report;
  std::set<std::string> named;
  for (const Row& row : PAW_TRY(database_.Query("SELECT digest, program_id FROM programs"))) {
    named.insert(row.Text(0));
    const bool whole = verify ? ReadBundleOf(row.Text(0)).ok() : fs_.Exists(PathOf(row.Text(0)));
    if (!whole) report.missing.push_back(row.Text(1));
  }
  const std::string folder = JoinPath(store_.root(), "unnamed");
  for (const ProgramEntry& entry : PAW_TRY(store_.List())) {
    if (named.contains(entry.digest)) continue;
    // Kept all the same: the tables may be those of an older backup.
    PAW_TRY(fs_.MakeFolders(folder));
    PAW_TRY(fs_.Rename(entry.path, JoinPath(folder, entry.digest + ".paw")));
    ++report.bundles;
  }
  PAW_TRY(store_.Gc());
  return report;
}

}  // namespace paw::hub
