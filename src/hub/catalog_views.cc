// What the catalog shows: resolving a name, cards, lists, the program page.
#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "hub/catalog.h"

namespace paw::hub {
namespace {

constexpr std::int64_t kPerPageMax = 100;
constexpr std::size_t kWordsMax = 10;
constexpr std::int64_t kTagsShown = 40;
constexpr const char* kOfficialUser = "programasweights";

// One row a program, with one of its listings. ?1 is the caller.
constexpr const char* kCardColumns =
    "p.program_id, p.digest, p.bytes, p.spec, p.facts, p.created_at, p.downloads, p.calls, p.upvotes, p.downvotes, h.name, h.tags, "
    "h.public, "
    "h.user_id, u.name, p.report, (SELECT m.made FROM holders m WHERE m.program_id = p.program_id AND m.user_id = ?1 AND ?1 <> 0)";
constexpr const char* kUserTable = " LEFT JOIN users u ON u.id = h.user_id ";
// The caller's own listing where there is one, else the first public one.
constexpr const char* kOwnOrPublic =
    " FROM programs p JOIN holders h ON h.program_id = p.program_id AND h.user_id = (SELECT o.user_id FROM holders o WHERE o.program_id = "
    "p.program_id AND ((o.user_id = ?1 AND ?1 <> 0) OR o.public = 1) ORDER BY (o.user_id = ?1 AND ?1 <> 0) DESC, o.listed DESC, "
    "o.created_at "
    "LIMIT 1)";
// The caller's own.
constexpr const char* kOwn = " FROM programs p JOIN holders h ON h.program_id = p.program_id AND h.user_id = ?1 AND ?1 <> 0";
// The first that all may find.
constexpr const char* kListed =
    " FROM programs p JOIN holders h ON h.program_id = p.program_id AND h.user_id = (SELECT o.user_id FROM holders o WHERE o.program_id = "
    "p.program_id AND o.public = 1 AND o.listed = 1 ORDER BY (o.user_id = ?1 AND ?1 <> 0) DESC, o.created_at LIMIT 1)";
// Of the listing's slugs it is a version, and the main one of none: another has replaced it.
constexpr const char* kReplaced =
    " EXISTS (SELECT 1 FROM versions v WHERE v.program_id = p.program_id AND v.user_id = h.user_id) AND NOT EXISTS (SELECT 1 FROM versions "
    "v JOIN slugs s ON s.user_id = v.user_id AND s.slug = v.slug AND s.main_version = v.version WHERE v.program_id = p.program_id AND "
    "v.user_id = h.user_id)";

std::string OrderOf(const std::string& sort) {
  if (sort == "votes") return "p.upvotes - p.downvotes DESC, p.created_at DESC";
  if (sort == "downloads") return "p.downloads DESC, p.created_at DESC";
  if (sort == "popular") return "p.downloads + p.calls DESC, p.created_at DESC";
  if (sort == "recommended") {
    return "(p.upvotes - p.downvotes) * 20 + min(p.downloads + p.calls, 1000) / 10.0 + 30 * coalesce(json_extract(p.facts, "
           "'$.held_out.score'), 0) DESC, p.created_at DESC";
  }
  return "p.created_at DESC, p.program_id";
}

// A word as LIKE finds it anywhere in a text without dashes: "emails" is in "every e-mail".
std::string Pattern(std::string_view word) {
  if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss")) word.remove_suffix(1);
  std::string pattern = "%";
  for (const char c : word) {
    if (c == '-') continue;
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

Json Parsed(const std::string& text) {
  auto json = ParseJson(text, "a row", kJsonBytesMax);
  return json.ok() ? *json : Json();
}

}  // namespace

// Mine, then the official user's, then the only one of that name; of those with a version that the caller may see.
Result<Catalog::SlugOwner> Catalog::FindSlug(const Caller& caller, const SlugReference& reference, std::string_view shown) {
  const Rows rows = PAW_TRY(database_.Query(
      "SELECT u.id, u.name, s.main_version FROM slugs s JOIN users u ON u.id = s.user_id WHERE s.slug = ?2 AND (?3 = '' OR u.name = ?3) "
      "AND "
      "EXISTS (SELECT 1 FROM versions v JOIN holders h ON h.program_id = v.program_id WHERE v.user_id = s.user_id AND v.slug = s.slug AND "
      "(h.public = 1 OR (h.user_id = ?1 AND ?1 <> 0))) ORDER BY (u.id = ?1) DESC, (u.name = ?4) DESC, u.name LIMIT 2",
      {caller.user_id, reference.slug, reference.user, std::string(kOfficialUser)}));
  if (rows.empty()) return NotFound("slug " + Quoted(shown, 120) + " not found");
  const Row& first = rows[0];
  if (rows.size() > 1 && first.Int(0) != caller.user_id && first.Text(1) != kOfficialUser) {
    return NotFound("slug " + Quoted(shown, 120) + " not found as one: found " + first.Text(1) + "/" + reference.slug + " and " +
                    rows[1].Text(1) + "/" + reference.slug + ", expected USER/SLUG");
  }
  return SlugOwner{first.Int(0), first.Text(1), reference.slug, first.Int(2)};
}

Result<ResolvedSlug> Catalog::Resolve(const Caller& caller, std::string_view text) {
  const SlugReference reference = PAW_TRY(ParseReference(text));
  if (!reference.id.empty()) {
    const auto digest = PAW_TRY(DigestOf(reference.id));
    if (!digest || !PAW_TRY(Visible(caller, reference.id))) return NotFound("program " + Quoted(text, 120) + " not found");
    return ResolvedSlug{reference.id, *digest, "", 0};
  }
  const SlugOwner owner = PAW_TRY(FindSlug(caller, reference, text));
  const std::int64_t version = reference.version.value_or(owner.main_version);
  const Rows rows = PAW_TRY(database_.Query(
      "SELECT v.program_id, p.digest FROM versions v JOIN programs p ON p.program_id = v.program_id WHERE v.user_id = ? AND v.slug = ? AND "
      "v.version = ?",
      {owner.user_id, owner.slug, version}));
  if (rows.empty() || !PAW_TRY(Visible(caller, rows[0].Text(0)))) return NotFound("slug " + Quoted(text, 120) + " not found");
  return ResolvedSlug{rows[0].Text(0), rows[0].Text(1), owner.user + "/" + owner.slug, version};
}

Result<Json> Catalog::Card(const Caller& caller, const Row& row) {
  const std::string& id = row.Text(0);
  Json card = Parsed(row.Text(4));
  const bool mine = !row.IsNull(16);
  Json aliases = Json::array();
  Json slug;
  for (const Row& alias : PAW_TRY(database_.Query("SELECT u.name, s.slug FROM versions v JOIN slugs s ON s.user_id = v.user_id AND s.slug "
                                                  "= v.slug AND s.main_version = v.version JOIN "
                                                  "users u ON u.id = s.user_id WHERE v.program_id = ?1 AND (u.id = ?2 OR EXISTS (SELECT 1 "
                                                  "FROM holders h WHERE h.program_id = ?1 AND "
                                                  "h.user_id = u.id AND h.public = 1)) ORDER BY (u.id = ?2) DESC, u.name, s.slug LIMIT 20",
                                                  {id, caller.user_id}))) {
    aliases.push_back(alias.Text(0) + "/" + alias.Text(1));
    if (slug.is_null()) slug = aliases.back();
  }
  Json old_version;  // "user/slug@vN" of one's own that another version has replaced
  if (mine && slug.is_null()) {
    const Rows old =
        PAW_TRY(database_.Query("SELECT u.name || '/' || v.slug || '@v' || v.version FROM versions v JOIN users u ON u.id = v.user_id "
                                "WHERE v.program_id = ? AND v.user_id = ? ORDER BY v.created_at DESC LIMIT 1",
                                {id, caller.user_id}));
    if (!old.empty()) old_version = old[0].Text(0);
  }
  std::int64_t my_vote = 0;
  if (caller.signed_in()) {
    const Rows vote = PAW_TRY(database_.Query("SELECT vote FROM votes WHERE program_id = ? AND user_id = ?", {id, caller.user_id}));
    if (!vote.empty()) my_vote = vote[0].Int(0);
  }
  const Json author = row.Text(14).empty() ? Json() : Json(row.Text(14));
  card.update({{"id", id},
               {"program_id", id},
               {"name", row.Text(10).empty() ? Json() : Json(row.Text(10))},
               {"spec", row.Text(3)},
               {"compiler", card["compiler_snapshot"]},
               {"public", row.Int(12) == 1},
               {"aliases", aliases},
               {"slug", slug},
               {"user_slug", slug},
               {"old_version", old_version},
               {"author", author},
               {"tags", Parsed(row.Text(11))},
               {"upvotes", row.Int(8)},
               {"downvotes", row.Int(9)},
               {"my_vote", my_vote},
               {"downloads", row.Int(6)},
               {"calls", row.Int(7)},
               {"created_at", IsoTime(row.Real(5))},
               {"hf_url", nullptr},
               {"bytes", row.Int(2)},
               {"digest", row.Text(1)},
               {"mine", mine},
               {"made", row.Int(16) == 1}});
  return card;
}

Result<Json> Catalog::List(const Caller& caller, const ProgramQuery& query) {
  if (query.mine && !caller.signed_in())
    return Json{{"programs", Json::array()}, {"total", 0}, {"page", 1}, {"per_page", query.per_page}, {"tags", Json::array()}};
  std::vector<Value> values = {caller.user_id};
  std::string where = query.mine ? "WHERE 1" : "WHERE NOT (" + std::string(kReplaced) + ")";
  std::size_t words = 0;
  for (const std::string_view word : Split(query.words, ' ')) {
    if (word.empty() || ++words > kWordsMax) continue;
    values.emplace_back(Pattern(word));
    const std::string at = "?" + std::to_string(values.size());
    const std::string like = ", '-', '') LIKE ?" + std::to_string(values.size()) + " ESCAPE '\\'";
    where += " AND (replace(p.spec" + like + " OR replace(h.name" + like + " OR replace(h.tags" + like + " OR replace(p.program_id" + like +
             " OR EXISTS (SELECT 1 FROM versions v WHERE v.program_id = p.program_id AND v.user_id = h.user_id AND replace(u.name || '/' "
             "|| v.slug" +
             like + "))";
  }
  if (!query.tag.empty()) {
    values.emplace_back(query.tag);
    where += " AND EXISTS (SELECT 1 FROM tags t WHERE t.program_id = p.program_id AND t.user_id = h.user_id AND t.tag = ?" +
             std::to_string(values.size()) + ")";
  }
  const std::string from = std::string(query.mine ? kOwn : kListed) + kUserTable + where;
  const Rows total = PAW_TRY(database_.Query("SELECT count(*)" + from, values));
  const std::int64_t per_page = std::clamp<std::int64_t>(query.per_page, 1, kPerPageMax);
  const std::int64_t page = std::clamp<std::int64_t>(query.page, 1, 1'000'000);
  values.emplace_back(per_page);
  values.emplace_back((page - 1) * per_page);
  const Rows rows = PAW_TRY(database_.Query("SELECT " + std::string(kCardColumns) + from + " ORDER BY " + OrderOf(query.sort) + " LIMIT ?" +
                                                std::to_string(values.size() - 1) + " OFFSET ?" + std::to_string(values.size()),
                                            values));
  Json programs = Json::array();
  for (const Row& row : rows) programs.push_back(PAW_TRY(Card(caller, row)));
  Json tags = Json::array();
  for (const Row& row : PAW_TRY(database_.Query("SELECT t.tag, count(*) FROM tags t JOIN holders h ON h.program_id = t.program_id AND "
                                                "h.user_id = t.user_id WHERE h.public = 1 AND "
                                                "h.listed = 1 GROUP BY t.tag ORDER BY count(*) DESC, t.tag LIMIT ?",
                                                {kTagsShown}))) {
    tags.push_back({{"tag", row.Text(0)}, {"count", row.Int(1)}});
  }
  return Json{{"programs", programs}, {"total", total[0].Int(0)}, {"page", page}, {"per_page", per_page}, {"tags", tags}};
}

Result<Json> Catalog::Describe(const Caller& caller, const std::string& program_id, bool whole) {
  const Rows rows = PAW_TRY(database_.Query("SELECT " + std::string(kCardColumns) + kOwnOrPublic + kUserTable + "WHERE p.program_id = ?2",
                                            {caller.user_id, program_id}));
  if (rows.empty()) return NotFound("program " + Quoted(program_id, 80) + " not found");
  Json card = PAW_TRY(Card(caller, rows[0]));
  if (!whole) return card;
  card["report"] = rows[0].IsNull(15) ? Json() : Parsed(rows[0].Text(15));
  card["versions"] = Json::array();
  if (card["slug"].is_string()) card["versions"] = PAW_TRY(Versions(caller, card["slug"].get<std::string>()))["versions"];
  const Bundle bundle = PAW_TRY(ReadBundleOf(card["digest"].get<std::string>()));
  const Manifest& manifest = bundle.manifest;
  card["pseudo_program"] = bundle.pseudo_program ? Json(*bundle.pseudo_program) : Json();
  card["prompt_template"] = bundle.prompt_template;
  card["compiler_fingerprint"] = manifest.compiler_fingerprint;
  card["prefix_steps"] = manifest.prefix_steps ? Json(*manifest.prefix_steps) : Json();
  card["runtime"] = manifest.runtime;
  card["training"] = manifest.paw ? manifest.paw->training : Json();
  card["calibration"] = nullptr;
  card["reject"] = nullptr;
  if (manifest.paw && manifest.paw->calibration) {
    const Calibration& calibration = *manifest.paw->calibration;
    card["calibration"] = {
        {"temperature", calibration.temperature}, {"engine_id", calibration.engine_id}, {"engine_version", calibration.engine_version}};
  }
  if (manifest.paw && manifest.paw->reject)
    card["reject"] = {{"label", manifest.paw->reject->label}, {"below", manifest.paw->reject->below}};
  return card;
}

Result<Json> Catalog::Versions(const Caller& caller, std::string_view text) {
  SlugReference reference = PAW_TRY(ParseReference(text));
  reference.version.reset();
  if (reference.slug.empty()) return Usage("listing versions: found an id, expected a slug");
  const SlugOwner owner = PAW_TRY(FindSlug(caller, reference, text));
  const Rows rows =
      PAW_TRY(database_.Query("SELECT v.version, v.program_id, p.digest, v.created_at FROM versions v JOIN programs p ON p.program_id = "
                              "v.program_id WHERE v.user_id = "
                              "?2 AND v.slug = ?3 AND EXISTS (SELECT 1 FROM holders h WHERE h.program_id = v.program_id AND (h.public = 1 "
                              "OR (h.user_id = ?1 AND ?1 "
                              "<> 0))) ORDER BY v.version",
                              {caller.user_id, owner.user_id, owner.slug}));
  Json versions = Json::array();
  for (const Row& row : rows) {
    versions.push_back({{"version", row.Int(0)},
                        {"program_id", row.Text(1)},
                        {"digest", row.Text(2)},
                        {"is_main", row.Int(0) == owner.main_version},
                        {"created_at", IsoTime(row.Real(3))}});
  }
  return Json{{"slug", owner.user + "/" + owner.slug}, {"main_version", owner.main_version}, {"versions", versions}};
}

}  // namespace paw::hub
