#include "hub/accounts.h"

#include <openssl/rand.h>

#include "base/sha256.h"
#include "base/text.h"
#include "hub/slug.h"

namespace paw::hub {
namespace {

constexpr std::string_view kKeyStart = "paw_sk_";
constexpr std::size_t kKeyLetters = 43;  // 62^43 > 2^256
constexpr std::size_t kShownKeyBytes = 12;
constexpr std::size_t kKeyBytesMax = 200;

Caller CallerOf(const Row& row) {
  Caller caller;
  caller.user_id = row.Int(0);
  caller.user = row.Text(1);
  caller.key_id = row.Int(2);
  return caller;
}

}  // namespace

Result<std::string> RandomText(std::size_t letters) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  while (text.size() < letters) {
    unsigned char byte = 0;
    if (RAND_bytes(&byte, 1) != 1) return Unavailable("drawing a key: found no random numbers from the system");
    if (byte < 248) text += kLetters[byte % 62];  // 248 = 4 * 62: no letter is more likely than another
  }
  return text;
}

Result<User> Accounts::AddUser(const std::string& name) {
  PAW_TRY(CheckSlug(name, "a user's name"));
  const double now = clock_.WallSeconds();
  const std::int64_t added = PAW_TRY(database_.Run("INSERT OR IGNORE INTO users(name, created_at) VALUES (?, ?)", {name, now}));
  if (added == 0) return Usage("adding the user " + Quoted(name) + ": found one of that name, expected a new name");
  return FindUser(name);
}

Result<User> Accounts::FindUser(const std::string& name) {
  const Rows rows = PAW_TRY(database_.Query("SELECT id, name, created_at FROM users WHERE name = ?", {name}));
  if (rows.empty()) return NotFound("finding the user " + Quoted(name) + ": found none of that name");
  return User{rows[0].Int(0), rows[0].Text(1), rows[0].Real(2), 0};
}

Result<std::vector<User>> Accounts::Users() {
  const Rows rows = PAW_TRY(
      database_.Query("SELECT u.id, u.name, u.created_at, (SELECT count(*) FROM keys k WHERE k.user_id = u.id AND k.revoked_at IS NULL AND "
                      "(k.expires_at IS NULL OR k.expires_at > ?)) FROM users u ORDER BY u.name",
                      {clock_.WallSeconds()}));
  std::vector<User> users;
  for (const Row& row : rows) users.push_back({row.Int(0), row.Text(1), row.Real(2), row.Int(3)});
  return users;
}

Status Accounts::RemoveUser(const std::string& name) {
  const User user = PAW_TRY(FindUser(name));
  return database_.InTransaction([&]() -> Status {
    PAW_TRY(database_.Run("UPDATE OR IGNORE holders SET user_id = 0 WHERE user_id = ? AND public = 1", {user.id}));
    PAW_TRY(database_.Run("DELETE FROM holders WHERE user_id = ?", {user.id}));
    PAW_TRY(database_.Run("DELETE FROM jobs WHERE user_id = ?", {user.id}));
    PAW_TRY(database_.Run("DELETE FROM tags WHERE user_id = ?", {user.id}));
    PAW_TRY(
        database_.Run("UPDATE programs SET upvotes = upvotes - (SELECT count(*) FROM votes v WHERE v.program_id = programs.program_id AND "
                      "v.user_id = ?1 AND "
                      "v.vote = 1), downvotes = downvotes - (SELECT count(*) FROM votes v WHERE v.program_id = programs.program_id AND "
                      "v.user_id = ?1 AND "
                      "v.vote = -1)",
                      {user.id}));
    PAW_TRY(database_.Run("DELETE FROM users WHERE id = ?", {user.id}));
    return Ok();
  });
}

Result<NewKey> Accounts::AddKey(std::int64_t user_id, std::optional<double> days) {
  const std::string key = std::string(kKeyStart) + PAW_TRY(RandomText(kKeyLetters));
  const double now = clock_.WallSeconds();
  const Value expires = days ? Value(now + *days * 86400) : Value(nullptr);
  NewKey made{key, 0};
  PAW_TRY(database_.InTransaction([&]() -> Status {
    PAW_TRY(database_.Run("INSERT INTO keys(user_id, prefix, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
                          {user_id, key.substr(0, kShownKeyBytes), Sha256Hex(key), now, expires}));
    made.key_id = database_.last_id();
    return Ok();
  }));
  return made;
}

Result<NewKey> Accounts::RotateKey(std::int64_t user_id, std::int64_t key_id) {
  NewKey made;
  PAW_TRY(database_.InTransaction([&]() -> Status {
    made = PAW_TRY(AddKey(user_id, std::nullopt));
    PAW_TRY(
        database_.Run("UPDATE keys SET expires_at = (SELECT o.expires_at FROM keys o WHERE o.id = ?) WHERE id = ?", {key_id, made.key_id}));
    PAW_TRY(database_.Run("UPDATE sessions SET key_id = ? WHERE key_id = ?", {made.key_id, key_id}));
    PAW_TRY(database_.Run("UPDATE keys SET revoked_at = ? WHERE id = ?", {clock_.WallSeconds(), key_id}));
    return Ok();
  }));
  return made;
}

Status Accounts::RevokeKeys(std::int64_t user_id) {
  return database_.Run("UPDATE keys SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL", {clock_.WallSeconds(), user_id}).status();
}

Result<std::optional<Caller>> Accounts::WhoHasKey(const std::string& key) {
  if (!key.starts_with(kKeyStart) || key.size() > kKeyBytesMax) return std::optional<Caller>();
  const Rows rows = PAW_TRY(database_.Query(
      "SELECT u.id, u.name, k.id FROM keys k JOIN users u ON u.id = k.user_id WHERE k.hash = ? AND k.revoked_at IS NULL AND "
      "(k.expires_at IS NULL OR k.expires_at > ?)",
      {Sha256Hex(key), clock_.WallSeconds()}));
  if (rows.empty()) return std::optional<Caller>();
  return std::optional(CallerOf(rows[0]));
}

Result<std::optional<Caller>> Accounts::WhoHasSession(const std::string& session) {
  if (session.empty() || session.size() > kKeyBytesMax) return std::optional<Caller>();
  const double now = clock_.WallSeconds();
  const Rows rows = PAW_TRY(database_.Query(
      "SELECT u.id, u.name, k.id FROM sessions s JOIN users u ON u.id = s.user_id JOIN keys k ON k.id = s.key_id WHERE s.hash = ? AND "
      "s.expires_at > ? AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?)",
      {Sha256Hex(session), now, now}));
  if (rows.empty()) return std::optional<Caller>();
  Caller caller = CallerOf(rows[0]);
  caller.by_cookie = true;
  return std::optional(caller);
}

Result<std::string> Accounts::OpenSession(const Caller& caller) {
  std::string session = PAW_TRY(RandomText(kKeyLetters));
  const double now = clock_.WallSeconds();
  PAW_TRY(database_.InTransaction([&]() -> Status {
    PAW_TRY(database_.Run("DELETE FROM sessions WHERE expires_at < ?", {now}));
    PAW_TRY(database_.Run("INSERT INTO sessions(hash, user_id, key_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
                          {Sha256Hex(session), caller.user_id, caller.key_id, now, now + kSessionSeconds}));
    return Ok();
  }));
  return session;
}

Status Accounts::CloseSession(const std::string& session) {
  return database_.Run("DELETE FROM sessions WHERE hash = ?", {Sha256Hex(session)}).status();
}

Result<Json> Accounts::Describe(const Caller& caller) {
  const Rows rows =
      PAW_TRY(database_.Query("SELECT u.name, u.created_at, k.prefix, k.expires_at FROM users u JOIN keys k ON k.id = ? WHERE u.id = ?",
                              {caller.key_id, caller.user_id}));
  if (rows.empty()) return NotFound("finding the account: found none");
  return Json{{"name", rows[0].Text(0)},
              {"created_at", IsoTime(rows[0].Real(1))},
              {"key_prefix", rows[0].Text(2)},
              {"expires_at", rows[0].IsNull(3) ? Json() : Json(IsoTime(rows[0].Real(3)))}};
}

}  // namespace paw::hub
