// Database: the hub's tables in one SQLite file. Statements with values bound to them, transactions, migrations.
//
//   auto rows = PAW_TRY(database->Query("SELECT name FROM users WHERE id = ?", {id}));
//   PAW_TRY(database->InTransaction([&] { ... return Ok(); }));
//
// WAL with full syncs: what was committed is on the disk, whatever is killed then. One connection, one statement at a time: every query of
// the hub finds what it wants by an index, in microseconds.
//
// Thread rule: from any thread; a transaction holds the others up, so nothing slow belongs into one. Owner: the Hub.
// Errors: kUnavailable for a full disk, kRefused for a file that is no database of ours or of a later version, kFailed for the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "paw/status.h"

struct sqlite3;
struct sqlite3_stmt;

namespace paw::hub {

using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}
  bool IsNull(std::size_t column) const { return std::holds_alternative<std::nullptr_t>(values_[column]); }
  // 0, 0.0 and "" for NULL and for values of another type.
  std::int64_t Int(std::size_t column) const;
  double Real(std::size_t column) const;
  const std::string& Text(std::size_t column) const;

 private:
  std::vector<Value> values_;
};

using Rows = std::vector<Row>;

class Database {
 public:
  // Opens the file, or makes it, and brings its tables up to date.
  static Result<std::unique_ptr<Database>> Open(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Result<Rows> Query(std::string_view sql, const std::vector<Value>& values = {});
  // The rows it changed.
  Result<std::int64_t> Run(std::string_view sql, const std::vector<Value>& values = {});
  std::int64_t last_id() const;
  // Whether Open made the tables: there were none.
  bool made() const { return made_; }
  // All or nothing. May be nested: the outermost one commits.
  Status InTransaction(const std::function<Status()>& work);
  // A whole copy at `path`, while others read and write.
  Status BackUpTo(const std::string& path);

 private:
  Database() = default;
  Status Script(const char* sql);
  Status Migrate();
  Status Failure(std::string_view doing) const;
  Result<sqlite3_stmt*> Prepare(std::string_view sql);

  mutable std::recursive_mutex mutex_;
  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
  int depth_ = 0;
  bool made_ = false;
  std::string path_;
};

// The steps that made the tables what they are: the one at index i takes version i to i + 1. Never changed once released.
const std::vector<const char*>& Migrations();

}  // namespace paw::hub
