#include "hub/accounts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "hub/hub_test_support.h"

namespace paw::hub {
namespace {

constexpr double kDay = 86400;

class AccountsTest : public testing::Test {
 protected:
  std::optional<Caller> WhoHas(const std::string& key) { return Take(shelf_.accounts->WhoHasKey(key)); }
  std::optional<Caller> WhoSits(const std::string& session) { return Take(shelf_.accounts->WhoHasSession(session)); }
  NewKey Key(const std::string& name, std::optional<double> days = std::nullopt) {
    return Take(shelf_.accounts->AddKey(shelf_.User(name).user_id, days));
  }
  Shelf shelf_;
};

TEST_F(AccountsTest, AKeyIsKnownByItsHashAlone) {
  const NewKey made = Key("ana");
  EXPECT_TRUE(made.key.starts_with("paw_sk_"));
  EXPECT_EQ(made.key.size(), 50u);
  const auto who = WhoHas(made.key);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->user, "ana");
  EXPECT_EQ(who->key_id, made.key_id);
  EXPECT_FALSE(who->by_cookie);
  const std::string session = Take(shelf_.accounts->OpenSession(*who));
  for (const auto& file : std::filesystem::directory_iterator(shelf_.folder.path())) {
    const auto bytes = PosixFs().Map(file.path().string());
    ASSERT_TRUE(bytes.ok());
    EXPECT_EQ(bytes->text().find(made.key.substr(12)), std::string::npos) << file.path() << " holds the key";
    EXPECT_EQ(bytes->text().find(session), std::string::npos) << file.path() << " holds the session";
  }
}

TEST_F(AccountsTest, WhatIsNoKeyIsNobody) {
  const std::string key = Key("ana").key;
  for (const std::string& other :
       {std::string(), std::string("paw_sk_"), key.substr(0, key.size() - 1), key + "x", key.substr(7),
        std::string("PAW_SK_") + key.substr(7), "paw_sk_" + std::string(10'000, 'a'), std::string("paw_sk_' OR 1=1 --")}) {
    EXPECT_FALSE(WhoHas(other)) << other.substr(0, 60);
    EXPECT_FALSE(WhoSits(other)) << other.substr(0, 60);
  }
  EXPECT_FALSE(WhoSits(key)) << "a key is no session";
}

TEST_F(AccountsTest, NamesAreSlugsAndTakenOnce) {
  EXPECT_TRUE(shelf_.accounts->AddUser("ana").ok());
  EXPECT_EQ(shelf_.accounts->AddUser("ana").code(), Code::kUsage);
  for (const char* bad : {"", "a", "Ana", "an/a", "ana ", "0123456789abcdef", "../x"})
    EXPECT_EQ(shelf_.accounts->AddUser(bad).code(), Code::kUsage) << bad;
  EXPECT_EQ(shelf_.accounts->FindUser("ben").code(), Code::kNotFound);
}

TEST_F(AccountsTest, AKeyEndsWhenItsDaysAreOverAndSoDoesItsSession) {
  const std::string key = Key("ana", 1).key, endless = Key("ana").key;
  const std::string session = Take(shelf_.accounts->OpenSession(*WhoHas(key)));
  shelf_.fs.SleepSeconds(kDay - 1);
  EXPECT_TRUE(WhoHas(key));
  shelf_.fs.SleepSeconds(2);
  EXPECT_FALSE(WhoHas(key));
  EXPECT_FALSE(WhoSits(session));
  EXPECT_TRUE(WhoHas(endless));
  EXPECT_EQ(Take(shelf_.accounts->Users()).at(0).keys, 1);
}

TEST_F(AccountsTest, RotatingEndsTheOldKeyAtOnceAndKeepsTheSession) {
  const NewKey old = Key("ana");
  const Caller caller = *WhoHas(old.key);
  const std::string session = Take(shelf_.accounts->OpenSession(caller));
  const NewKey made = Take(shelf_.accounts->RotateKey(caller.user_id, old.key_id));
  EXPECT_NE(made.key, old.key);
  EXPECT_FALSE(WhoHas(old.key));
  EXPECT_TRUE(WhoHas(made.key));
  ASSERT_TRUE(WhoSits(session));
  EXPECT_EQ(WhoSits(session)->key_id, made.key_id);
}

TEST_F(AccountsTest, RevokingEndsAllKeysAndSessionsOfOneUser) {
  const std::string first = Key("ana").key, second = Key("ana").key, other = Key("ben").key;
  const std::string session = Take(shelf_.accounts->OpenSession(*WhoHas(first)));
  ASSERT_TRUE(shelf_.accounts->RevokeKeys(shelf_.User("ana").user_id).ok());
  EXPECT_FALSE(WhoHas(first));
  EXPECT_FALSE(WhoHas(second));
  EXPECT_FALSE(WhoSits(session));
  EXPECT_TRUE(WhoHas(other));
}

TEST_F(AccountsTest, ASessionEndsAfterTwelveHoursOrWhenItIsClosed) {
  const Caller caller = *WhoHas(Key("ana").key);
  const std::string session = Take(shelf_.accounts->OpenSession(caller));
  ASSERT_TRUE(WhoSits(session));
  EXPECT_TRUE(WhoSits(session)->by_cookie);
  EXPECT_EQ(WhoSits(session)->user, "ana");
  shelf_.fs.SleepSeconds(kSessionSeconds + 1);
  EXPECT_FALSE(WhoSits(session));
  const std::string second = Take(shelf_.accounts->OpenSession(caller));
  EXPECT_EQ(shelf_.Count("SELECT count(*) FROM sessions"), 1) << "what is over is forgotten";
  ASSERT_TRUE(shelf_.accounts->CloseSession(second).ok());
  EXPECT_FALSE(WhoSits(second));
  EXPECT_TRUE(shelf_.accounts->CloseSession("unknown").ok());
}

TEST_F(AccountsTest, ARemovedUserLeavesNoKeyAndItsPublicProgramsToAll) {
  const std::string key = Key("ana").key;
  const Caller ana = *WhoHas(key), ben = shelf_.User("ben");
  const std::string session = Take(shelf_.accounts->OpenSession(ana));
  ASSERT_TRUE(shelf_.catalog->Publish(ana, SmallBundle(1), {"first", {"a-tag"}}, "triage", nullptr).ok());
  const std::string id = SmallBundle(1).manifest.program_id;
  ASSERT_TRUE(shelf_.catalog->Vote(ana, id, 1).ok());
  ASSERT_TRUE(shelf_.accounts->RemoveUser("ana").ok());
  EXPECT_FALSE(WhoHas(key));
  EXPECT_FALSE(WhoSits(session));
  EXPECT_EQ(shelf_.accounts->RemoveUser("ana").code(), Code::kNotFound);
  EXPECT_TRUE(shelf_.catalog->Resolve(ben, id).ok());
  EXPECT_EQ(shelf_.catalog->Resolve(ben, "ana/triage").code(), Code::kNotFound);
  for (const char* table : {"keys", "sessions", "slugs", "versions", "votes", "tags"}) {
    EXPECT_EQ(shelf_.Count(std::string("SELECT count(*) FROM ") + table), 0) << table;
  }
}

TEST_F(AccountsTest, ARemovedUsersPrivateProgramsGoAndNobodyInheritsTheirPlace) {
  const Caller ana = shelf_.User("ana");
  const std::string id = Take(shelf_.catalog->Publish(ana, SmallBundle(1), {"", {}, false, true}, "", nullptr)).program_id;
  ASSERT_TRUE(shelf_.database
                  ->Run("INSERT INTO jobs(id, user_id, address, request_key, request, shown, lane, status, created_at) VALUES ('j', ?, '', "
                        "'', '', '', "
                        "0, 'queued', 1.0)",
                        {ana.user_id})
                  .ok());
  ASSERT_TRUE(shelf_.accounts->RemoveUser("ana").ok());
  const Caller ben = shelf_.User("ben");
  EXPECT_NE(ben.user_id, ana.user_id);
  EXPECT_EQ(shelf_.Count("SELECT count(*) FROM jobs"), 0);
  EXPECT_EQ(shelf_.Count("SELECT count(*) FROM holders"), 0);
  EXPECT_EQ(shelf_.catalog->Resolve(ben, id).code(), Code::kNotFound);
  EXPECT_TRUE(shelf_.catalog->Publish(Visitor(), SmallBundle(1), {}, "", nullptr).ok());
  EXPECT_TRUE(shelf_.catalog->Resolve(ben, id).ok()) << "a visitor's own is not hidden by what was there before";
}

TEST_F(AccountsTest, ANewKeyInThePlaceOfAnotherEndsWhenThatWouldHave) {
  const NewKey old = Key("ana", 1);
  const NewKey made = Take(shelf_.accounts->RotateKey(WhoHas(old.key)->user_id, old.key_id));
  EXPECT_TRUE(WhoHas(made.key));
  shelf_.fs.SleepSeconds(kDay + 1);
  EXPECT_FALSE(WhoHas(made.key));
}

TEST_F(AccountsTest, DescribeShowsTheBeginningOfTheKeyAndWhenItEnds) {
  const NewKey made = Key("ana", 1);
  const Json described = Take(shelf_.accounts->Describe(*WhoHas(made.key)));
  EXPECT_EQ(described["name"], "ana");
  EXPECT_EQ(described["key_prefix"], made.key.substr(0, 12));
  EXPECT_EQ(described["created_at"], IsoTime(shelf_.fs.WallSeconds()));
  EXPECT_EQ(described["expires_at"], IsoTime(shelf_.fs.WallSeconds() + kDay));
  EXPECT_TRUE(Take(shelf_.accounts->Describe(*WhoHas(Key("ana").key)))["expires_at"].is_null());
}

TEST(RandomText, IsLettersAndDigitsAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string text = Take(RandomText(22));
    EXPECT_EQ(text.size(), 22u);
    EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"), std::string::npos);
    EXPECT_TRUE(seen.insert(text).second);
  }
}

}  // namespace
}  // namespace paw::hub
