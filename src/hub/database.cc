#include "hub/database.h"

#include <sqlite3.h>

#include "base/limits.h"
#include "base/text.h"

namespace paw::hub {
namespace {

constexpr int kBusyMilliseconds = 10'000;  // another process: `paw serve user add`, a backup

const std::string& Nothing() {
  static const std::string nothing;
  return nothing;
}

void Bind(sqlite3_stmt* statement, int index, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    sqlite3_bind_int64(statement, index, *number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    sqlite3_bind_double(statement, index, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } else {
    sqlite3_bind_null(statement, index);
  }
}

Value ValueAt(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_NULL:
      return nullptr;
    default: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string(text == nullptr ? "" : text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
  }
}

// A statement is reset however its use ends: one that is not keeps its locks.
class Use {
 public:
  explicit Use(sqlite3_stmt* statement) : statement_(statement) {}
  ~Use() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

std::int64_t Row::Int(std::size_t column) const {
  const auto* number = std::get_if<std::int64_t>(&values_[column]);
  return number == nullptr ? 0 : *number;
}

double Row::Real(std::size_t column) const {
  const auto* real = std::get_if<double>(&values_[column]);
  return real == nullptr ? static_cast<double>(Int(column)) : *real;
}

const std::string& Row::Text(std::size_t column) const {
  const auto* text = std::get_if<std::string>(&values_[column]);
  return text == nullptr ? Nothing() : *text;
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& path) {
  std::unique_ptr<Database> database(new Database);
  database->path_ = path;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
  if (sqlite3_open_v2(path.c_str(), &database->handle_, flags, nullptr) != SQLITE_OK) return database->Failure("opening");
  sqlite3_busy_timeout(database->handle_, kBusyMilliseconds);
  sqlite3_extended_result_codes(database->handle_, 1);
  sqlite3_db_config(database->handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  PAW_TRY(database->Script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"));
  PAW_TRY(database->Migrate());
  return database;
}

Database::~Database() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Status Database::Failure(std::string_view doing) const {
  const int code = handle_ == nullptr ? SQLITE_NOMEM : sqlite3_errcode(handle_);
  const std::string message = std::string(doing) + " the database " + Printable(path_, kPathBytesMax) + ": " +
                              (handle_ == nullptr ? "no memory" : sqlite3_errmsg(handle_));
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Unavailable(message + " (no space left)");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return Unavailable(message);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return Refused(message);
    case SQLITE_IOERR:
      return Unavailable(message);
    default:
      return Failed(message);
  }
}

Status Database::Script(const char* sql) {
  return sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK ? Ok() : Failure("changing");
}

Status Database::Migrate() {
  const std::vector<const char*>& steps = Migrations();
  // Another process may be at it: the version is read inside the transaction.
  return InTransaction([&]() -> Status {
    const Rows version = PAW_TRY(Query("PRAGMA user_version"));
    const auto at = static_cast<std::size_t>(version.front().Int(0));
    if (at > steps.size()) {
      return Refused("opening the database " + Printable(path_, kPathBytesMax) + ": found version " + std::to_string(at) +
                     " of its tables, expected at most " + std::to_string(steps.size()) + ": a later paw made it");
    }
    made_ = at == 0;
    for (std::size_t i = at; i < steps.size(); ++i) PAW_TRY(Script(steps[i]));
    if (at == steps.size()) return Ok();
    return Script(("PRAGMA user_version = " + std::to_string(steps.size())).c_str());
  });
}

Result<sqlite3_stmt*> Database::Prepare(std::string_view sql) {
  const auto [place, added] = statements_.try_emplace(std::string(sql), nullptr);
  if (!added) return place->second;
  if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &place->second, nullptr) !=
      SQLITE_OK) {
    statements_.erase(place);
    return Failure("asking");
  }
  return place->second;
}

Result<Rows> Database::Query(std::string_view sql, const std::vector<Value>& values) {
  const std::lock_guard lock(mutex_);
  sqlite3_stmt* statement = PAW_TRY(Prepare(sql));
  const Use use(statement);
  for (std::size_t i = 0; i < values.size(); ++i) Bind(statement, static_cast<int>(i) + 1, values[i]);
  Rows rows;
  for (;;) {
    const int step = sqlite3_step(statement);
    if (step == SQLITE_DONE) return rows;
    if (step != SQLITE_ROW) return Failure("asking");
    std::vector<Value> row;
    const int columns = sqlite3_column_count(statement);
    row.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) row.push_back(ValueAt(statement, column));
    rows.emplace_back(std::move(row));
  }
}

Result<std::int64_t> Database::Run(std::string_view sql, const std::vector<Value>& values) {
  const std::lock_guard lock(mutex_);
  PAW_TRY(Query(sql, values));
  return static_cast<std::int64_t>(sqlite3_changes64(handle_));
}

std::int64_t Database::last_id() const {
  const std::lock_guard lock(mutex_);
  return sqlite3_last_insert_rowid(handle_);
}

Status Database::InTransaction(const std::function<Status()>& work) {
  const std::lock_guard lock(mutex_);
  if (depth_ > 0) return work();
  PAW_TRY(Script("BEGIN IMMEDIATE"));
  ++depth_;
  Status status = work();
  --depth_;
  if (status.ok()) status = Script("COMMIT");
  if (!status.ok()) static_cast<void>(Script("ROLLBACK"));  // may have happened by itself
  return status;
}

Status Database::BackUpTo(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return Query("VACUUM INTO ?", {path}).status();
}

}  // namespace paw::hub
