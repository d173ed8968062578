#include "store/keyring.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "bundle/tiny_bundle.h"
#include "fs/memory_fs.h"
#include "fs/posix_fs.h"
#include "store/config.h"

namespace paw {
namespace {

constexpr const char* kName = "https://hub.example/ada/triage";

class KeyringTest : public testing::Test {
 protected:
  static Bundle SignedBy(const SigningKey& key) {
    Bundle bundle = TinyBundle();
    EXPECT_TRUE(SignBundle(key, "Ada", bundle).ok());
    return bundle;
  }
  // As a pull does it.
  Status Take(const Bundle& bundle, const TrustPolicy& policy = {}, const std::string& name = kName) {
    const TrustVerdict verdict = PAW_TRY(keyring_.Judge(bundle, name, policy));
    return keyring_.Remember(name, verdict);
  }

  MemoryFs fs_;
  Keyring keyring_{fs_, "/home/config"};
  SigningKey ada_ = *SigningKey::Make(), eve_ = *SigningKey::Make();
};

TEST_F(KeyringTest, TheOwnKeyIsMadeOnce) {
  EXPECT_EQ(*keyring_.OwnPublicKey(), "");
  const auto key = keyring_.OwnKey();
  ASSERT_TRUE(key.ok()) << key.message();
  EXPECT_EQ(Keyring(fs_, "/home/config").OwnKey()->public_hex(), key->public_hex());
  EXPECT_EQ(*keyring_.OwnPublicKey(), key->public_hex());
  EXPECT_EQ(*keyring_.TrustedAs(key->public_hex()), "you");
  ASSERT_TRUE(fs_.PublishFile("/home/config/paw_signing_key.json",
                              R"({"format":1,"seed":")" + eve_.SeedHex() + R"(","public":")" + ada_.public_hex() + "\"}")
                  .ok());
  EXPECT_EQ(keyring_.OwnKey().code(), Code::kRefused) << "half of one key, half of another";
}

TEST_F(KeyringTest, WithoutAFolderNobodyIsTrusted) {
  ASSERT_TRUE(keyring_.Trust(ada_.public_hex(), "Ada").ok());
  ASSERT_TRUE(fs_.PublishFile("paw_trusted.json", *fs_.ReadText("/home/config/paw_trusted.json", 1000)).ok());
  Keyring nowhere(fs_, "");
  EXPECT_EQ(nowhere.OwnKey().code(), Code::kUsage);
  EXPECT_EQ(*nowhere.OwnPublicKey(), "");
  EXPECT_EQ(*nowhere.TrustedAs(ada_.public_hex()), "") << "a file of the working folder is nobody's keyring";
  EXPECT_EQ(nowhere.Judge(SignedBy(ada_), kName, {}).code(), Code::kUsage) << "before it is stored";
  EXPECT_TRUE(nowhere.Judge(SignedBy(ada_), "", {}).ok());
}

TEST_F(KeyringTest, TrustsAndForgets) {
  ASSERT_TRUE(keyring_.Trust(ada_.public_hex(), "Ada").ok());
  ASSERT_TRUE(keyring_.Trust(eve_.public_hex(), "").ok());
  EXPECT_EQ(*keyring_.TrustedAs(ada_.public_hex()), "Ada");
  EXPECT_EQ(*keyring_.TrustedAs(eve_.public_hex()), eve_.public_hex().substr(0, 12));
  EXPECT_EQ(*keyring_.TrustedAs(std::string(64, '0')), "");
  EXPECT_EQ(keyring_.Trusted()->size(), 2u);
  EXPECT_EQ(keyring_.Trust("abc", "").code(), Code::kUsage);
  EXPECT_EQ(keyring_.Trust(ada_.public_hex(), "a\nb").code(), Code::kUsage);
  EXPECT_EQ(*keyring_.Forget("Ada"), ada_.public_hex());
  EXPECT_EQ(*keyring_.Forget(eve_.public_hex().substr(0, 8)), eve_.public_hex());
  EXPECT_EQ(keyring_.Forget("Ada").code(), Code::kNotFound);
  EXPECT_TRUE(keyring_.Trusted()->empty());
}

TEST_F(KeyringTest, AnInvalidSignatureIsNeverTaken) {
  Bundle bundle = SignedBy(ada_);
  bundle.manifest.spec += "!";
  ASSERT_TRUE(keyring_.Trust(ada_.public_hex(), "Ada").ok());
  EXPECT_EQ(Take(bundle).code(), Code::kRefused);
  EXPECT_EQ(Take(bundle, {.require_signature = false, .accept_new_key = true}, "").code(), Code::kRefused);
}

TEST_F(KeyringTest, RequiredMeansTrusted) {
  const TrustPolicy required = {.require_signature = true, .accept_new_key = false};
  EXPECT_EQ(Take(TinyBundle(), required).code(), Code::kRefused);
  EXPECT_EQ(Take(SignedBy(ada_), required).code(), Code::kRefused);
  EXPECT_TRUE(Take(SignedBy(ada_)).ok());
  ASSERT_TRUE(keyring_.Trust(ada_.public_hex(), "Ada").ok());
  EXPECT_TRUE(Take(SignedBy(ada_), required).ok());
  EXPECT_TRUE(keyring_.Judge(SignedBy(*keyring_.OwnKey()), "", required)->trusted);
}

TEST_F(KeyringTest, ANameKeepsTheKeyItWasFirstSeenWith) {
  ASSERT_TRUE(Take(TinyBundle()).ok());
  ASSERT_TRUE(Take(SignedBy(ada_)).ok()) << "from unsigned to signed is a step up";
  EXPECT_FALSE(keyring_.Judge(SignedBy(ada_), kName, {})->first_seen);
  const Status taken_over = Take(SignedBy(eve_));
  EXPECT_EQ(taken_over.code(), Code::kRefused);
  EXPECT_NE(taken_over.message().find("expected key " + ada_.public_hex().substr(0, 12)), std::string::npos) << taken_over.message();
  EXPECT_NE(taken_over.message().find("--accept-new-key"), std::string::npos);
  EXPECT_EQ(Take(TinyBundle()).code(), Code::kRefused) << "a signature that is gone is a change too";
  EXPECT_TRUE(Take(SignedBy(eve_), {}, "https://other.example/ada/triage").ok()) << "another hub, another name";
  EXPECT_TRUE(Take(SignedBy(eve_), {}, "").ok());
  ASSERT_TRUE(Take(SignedBy(eve_), {.require_signature = false, .accept_new_key = true}).ok());
  EXPECT_TRUE(Take(SignedBy(eve_)).ok());
  EXPECT_EQ(Take(SignedBy(ada_)).code(), Code::kRefused);
}

TEST_F(KeyringTest, MalformedFilesAreRefusedByName) {
  ASSERT_TRUE(fs_.MakeFolders("/home/config").ok());
  for (const char* text : {"", "[]", R"({"format":2,"seen":{}})", R"({"format":1})", R"({"format":1,"seen":{"x":1}})"}) {
    ASSERT_TRUE(fs_.PublishFile("/home/config/paw_seen.json", text).ok());
    const Status status = Take(SignedBy(ada_));
    EXPECT_EQ(status.code(), Code::kRefused) << text;
    EXPECT_NE(status.message().find("paw_seen.json"), std::string::npos) << status.message();
  }
}

class SecretsOnDisk : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "/paw-keyring-XXXXXX";
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
  }
  void TearDown() override { EXPECT_TRUE(PosixFs().RemoveTree(folder_).ok()); }
  static mode_t ModeOf(const std::string& path) {
    struct stat found {};
    EXPECT_EQ(stat(path.c_str(), &found), 0) << path;
    return found.st_mode & 0777;
  }

  std::string folder_;
};

TEST_F(SecretsOnDisk, AreTheOwnersAlone) {
  ASSERT_TRUE(Keyring(PosixFs(), folder_).OwnKey().ok());
  EXPECT_EQ(ModeOf(folder_ + "/paw_signing_key.json"), 0600u);
  const auto path = SaveLogin(PosixFs(), folder_, "paw_sk_x", std::nullopt);
  ASSERT_TRUE(path.ok()) << path.message();
  EXPECT_EQ(ModeOf(*path), 0600u);
}

TEST(Login, KeepsWhatElseTheFileSays) {
  MemoryFs fs;
  const Environment environment = [](const std::string& name) {
    return name == "HOME" ? std::optional<std::string>("/home/me") : std::nullopt;
  };
  const std::string folder = LoadConfig(fs, environment)->config_dir;
  EXPECT_EQ(folder, "/home/me/.config/programasweights");
  ASSERT_TRUE(SaveLogin(fs, folder, "paw_sk_1", "http://127.0.0.1:1").ok());
  ASSERT_TRUE(fs.PublishFile(folder + "/config.json", R"({"api_url":"http://127.0.0.1:1","api_key":"old","theme":"dark"})").ok());
  ASSERT_TRUE(SaveLogin(fs, folder, "paw_sk_2", std::nullopt).ok());
  const auto config = LoadConfig(fs, environment);
  ASSERT_TRUE(config.ok()) << config.message();
  EXPECT_EQ(config->api_key, "paw_sk_2");
  EXPECT_EQ(config->api_url, "http://127.0.0.1:1");
  EXPECT_NE(fs.ReadText(folder + "/config.json", 1000)->find("dark"), std::string::npos);
  EXPECT_EQ(SaveLogin(fs, "", "x", std::nullopt).code(), Code::kUsage);
}

}  // namespace
}  // namespace paw
