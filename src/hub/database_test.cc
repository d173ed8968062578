#include "hub/database.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "hub/hub_test_support.h"

namespace paw::hub {
namespace {

class Tables : public testing::Test {
 protected:
  std::unique_ptr<Database> Open(const std::string& name = "hub.db") {
    auto opened = Database::Open(folder_ / name);
    EXPECT_TRUE(opened.ok()) << opened.message();
    return opened.ok() ? std::move(opened).value() : nullptr;
  }
  static std::int64_t Number(Database& database, const std::string& sql, const std::vector<Value>& values = {}) {
    return Take(database.Query(sql, values)).at(0).Int(0);
  }
  static Status AddUser(Database& database, const std::string& name) {
    return database.Run("INSERT INTO users(name, created_at) VALUES (?, ?)", {name, 1.5}).status();
  }
  TempFolder folder_;
};

TEST_F(Tables, OpeningAgainKeepsWhatIsThereAndMakesNothingTwice) {
  const auto version = static_cast<std::int64_t>(Migrations().size());
  {
    const auto database = Open();
    EXPECT_EQ(Number(*database, "PRAGMA user_version"), version);
    ASSERT_TRUE(AddUser(*database, "ana").ok());
  }
  for (int i = 0; i < 2; ++i) {
    const auto database = Open();
    EXPECT_EQ(Number(*database, "PRAGMA user_version"), version);
    EXPECT_EQ(Number(*database, "SELECT count(*) FROM users WHERE name = 'ana'"), 1);
  }
  const auto first = Open(), second = Open();
  EXPECT_EQ(Number(*second, "SELECT count(*) FROM users"), 1) << "two processes at once";
}

TEST_F(Tables, ALaterVersionIsRefusedAndLeftAlone) {
  ASSERT_TRUE(Open()->Run("PRAGMA user_version = 999").ok());
  const auto later = Database::Open(folder_ / "hub.db");
  EXPECT_EQ(later.code(), Code::kRefused);
  EXPECT_NE(later.message().find("999"), std::string::npos) << later.message();
}

TEST_F(Tables, AFileThatIsNoDatabaseIsRefused) {
  ASSERT_TRUE(PosixFs().PublishFile(folder_ / "text.db", std::string(5000, 'x')).ok());
  EXPECT_EQ(Database::Open(folder_ / "text.db").code(), Code::kRefused);
  EXPECT_EQ(Database::Open(folder_ / "no/such/folder.db").code(), Code::kUnavailable);
}

TEST_F(Tables, ValuesOfEveryKindComeBackAsTheyWere) {
  const auto database = Open();
  const std::string text = "it's \"quoted\" \xE2\x82\xAC; DROP TABLE users; --";
  const Rows rows = Take(database->Query("SELECT ?, ?, ?, ?, ?", {std::int64_t{1} << 62, 0.1, text, nullptr, std::string()}));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].Int(0), std::int64_t{1} << 62);
  EXPECT_EQ(rows[0].Real(1), 0.1);
  EXPECT_EQ(rows[0].Text(2), text);
  EXPECT_TRUE(rows[0].IsNull(3));
  EXPECT_FALSE(rows[0].IsNull(4));
  EXPECT_EQ(rows[0].Int(2), 0) << "another type";
  EXPECT_EQ(rows[0].Text(0), "");
  EXPECT_EQ(rows[0].Real(0), static_cast<double>(std::int64_t{1} << 62));
}

TEST_F(Tables, ATransactionIsAllOrNothing) {
  const auto database = Open();
  const Status failed = database->InTransaction([&]() -> Status {
    EXPECT_TRUE(AddUser(*database, "ana").ok());
    return Failed("on purpose");
  });
  EXPECT_EQ(failed.message(), "on purpose");
  EXPECT_EQ(Number(*database, "SELECT count(*) FROM users"), 0);
  EXPECT_TRUE(database->InTransaction([&] { return AddUser(*database, "ana"); }).ok());
  EXPECT_EQ(Number(*database, "SELECT count(*) FROM users"), 1);
}

TEST_F(Tables, ANestedTransactionEndsWithTheOutermost) {
  const auto database = Open();
  const auto both = [&](bool fail) {
    return database->InTransaction([&]() -> Status {
      PAW_TRY(AddUser(*database, "ana"));
      PAW_TRY(database->InTransaction([&] { return AddUser(*database, "ben"); }));
      return fail ? Failed("after the inner one") : Ok();
    });
  };
  EXPECT_FALSE(both(true).ok());
  EXPECT_EQ(Number(*database, "SELECT count(*) FROM users"), 0) << "the inner one committed nothing by itself";
  EXPECT_TRUE(both(false).ok());
  EXPECT_EQ(Number(*database, "SELECT count(*) FROM users"), 2);
  EXPECT_FALSE(both(false).ok()) << "the names are taken";
  EXPECT_TRUE(AddUser(*database, "cid").ok()) << "and nothing is left open";
}

TEST_F(Tables, AFailedStatementLeavesTheDatabaseUsable) {
  const auto database = Open();
  ASSERT_TRUE(AddUser(*database, "ana").ok());
  EXPECT_FALSE(AddUser(*database, "ana").ok());
  EXPECT_FALSE(database->Query("SELECT nothing FROM nowhere").ok());
  EXPECT_FALSE(database->Run("INSERT INTO keys(user_id, prefix, hash, created_at) VALUES (99, 'p', 'h', 1.0)").ok()) << "no such user";
  EXPECT_EQ(Number(*database, "SELECT count(*) FROM users"), 1);
}

TEST_F(Tables, RunCountsTheRowsItChanged) {
  const auto database = Open();
  ASSERT_TRUE(AddUser(*database, "ana").ok() && AddUser(*database, "ben").ok());
  EXPECT_EQ(Take(database->Run("UPDATE users SET created_at = 2.0")), 2);
  EXPECT_EQ(Take(database->Run("UPDATE users SET created_at = 2.0 WHERE name = 'none'")), 0);
  EXPECT_EQ(Take(database->Run("INSERT OR IGNORE INTO users(name, created_at) VALUES ('ana', 1.0)")), 0);
}

TEST_F(Tables, ABackupOpensAndIsNeverWrittenOverAFile) {
  const auto database = Open();
  ASSERT_TRUE(AddUser(*database, "ana").ok());
  ASSERT_TRUE(database->BackUpTo(folder_ / "copy 'of' it.db").ok());
  ASSERT_TRUE(AddUser(*database, "ben").ok());
  EXPECT_EQ(Number(*Open("copy 'of' it.db"), "SELECT count(*) FROM users"), 1);
  EXPECT_FALSE(database->BackUpTo(folder_ / "copy 'of' it.db").ok());
}

TEST_F(Tables, AFullDiskIsUnavailableAndChangesNothing) {
  const auto database = Open();
  const std::int64_t pages = Number(*database, "PRAGMA page_count");
  ASSERT_TRUE(database->Query("PRAGMA max_page_count = " + std::to_string(pages + 4)).ok());
  const Status full = database->InTransaction([&]() -> Status {
    for (int i = 0; i < 100; ++i) PAW_TRY(AddUser(*database, "user " + std::to_string(i) + std::string(2000, 'x')));
    return Ok();
  });
  EXPECT_EQ(full.code(), Code::kUnavailable) << full.message();
  EXPECT_EQ(ErrorOf(full).status, 507) << full.message();
  EXPECT_EQ(Number(*database, "SELECT count(*) FROM users"), 0);
  EXPECT_TRUE(AddUser(*database, "short").ok()) << "what fits still goes in";
}

TEST_F(Tables, ManyThreadsMayUseIt) {
  const auto database = Open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string name = std::to_string(t) + "-" + std::to_string(i);
        EXPECT_TRUE(database
                        ->InTransaction([&]() -> Status {
                          PAW_TRY(AddUser(*database, name));
                          const std::int64_t id = database->last_id();
                          const Rows rows = PAW_TRY(database->Query("SELECT name FROM users WHERE id = ?", {id}));
                          EXPECT_EQ(rows.at(0).Text(0), name) << "nobody came in between";
                          return Ok();
                        })
                        .ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Number(*database, "SELECT count(*) FROM users"), 80);
}

}  // namespace
}  // namespace paw::hub
