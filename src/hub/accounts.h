// Accounts: users, their keys, and the sessions of the page.
//
// A key is "paw_sk_" and 43 letters and digits, 256 random bits; it is shown once, and its SHA-256 is kept. A session is a cookie that
// stands for a key until the key ends or twelve hours are over.
//
// Thread rule: from any thread. Owner: the Hub. Errors: kUsage for a name that is taken or none, kNotFound for a user or key that is not
// there; a key that is unknown, expired or revoked is no error but nullopt.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "fs/fs.h"
#include "hub/database.h"
#include "hub/exchange.h"
#include "paw/status.h"

namespace paw::hub {

inline constexpr double kSessionSeconds = 12 * 3600;

struct NewKey {
  std::string key;  // shown once
  std::int64_t key_id = 0;
};

struct User {
  std::int64_t id = 0;
  std::string name;
  double created_at = 0;
  std::int64_t keys = 0;  // that hold
};

class Accounts {
 public:
  Accounts(Database& database, Fs& clock) : database_(database), clock_(clock) {}

  // Names: as slugs (catalog.h).
  Result<User> AddUser(const std::string& name);
  Result<User> FindUser(const std::string& name);
  Result<std::vector<User>> Users();
  // With everything of theirs but their public programs, which stay for those who use them.
  Status RemoveUser(const std::string& name);

  Result<NewKey> AddKey(std::int64_t user_id, std::optional<double> days);
  // A new key in the place of the old one; it ends when that would have ended.
  Result<NewKey> RotateKey(std::int64_t user_id, std::int64_t key_id);
  // All of a user's keys end.
  Status RevokeKeys(std::int64_t user_id);

  Result<std::optional<Caller>> WhoHasKey(const std::string& key);
  Result<std::optional<Caller>> WhoHasSession(const std::string& session);
  Result<std::string> OpenSession(const Caller& caller);
  Status CloseSession(const std::string& session);
  // {"name", "key_prefix", "created_at", "expires_at"}
  Result<Json> Describe(const Caller& caller);

 private:
  Database& database_;
  Fs& clock_;
};

// `letters` random letters and digits, from the system.
Result<std::string> RandomText(std::size_t letters);

}  // namespace paw::hub
