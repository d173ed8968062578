#include "hubclient/pull.h"

#include <gtest/gtest.h>

#include "fs/memory_fs.h"
#include "hubclient/fake_hub_test_support.h"

namespace paw {
namespace {

class PullTest : public testing::Test {
 protected:
  PullTest() : http_(*OpenHttp()), hub_(TinyArchive(&ada_)), store_(*Store::Open(fs_, {.root = "/store"})) {}

  Result<PulledProgram> Pull(const std::string& reference = "ada/triage", const std::string& alias = "", const TrustPolicy& policy = {}) {
    const HubClient client = PAW_TRY(HubClient::Open(*http_, fs_, {.url = hub_.url()}));
    return PullProgram(client, fs_, *store_, keyring_, {.reference = reference, .alias = alias, .policy = policy});
  }
  std::size_t PartsLeft() {
    const auto entries = fs_.List("/store/downloads");
    return static_cast<std::size_t>(
        std::count_if(entries->begin(), entries->end(), [](const FolderEntry& entry) { return entry.name.ends_with(".part"); }));
  }

  SigningKey ada_ = *SigningKey::Make(), eve_ = *SigningKey::Make();
  MemoryFs fs_;
  std::shared_ptr<Http> http_;
  FakeHub hub_;
  std::shared_ptr<Store> store_;
  Keyring keyring_{fs_, "/config"};
};

TEST_F(PullTest, PutsTheProgramIntoTheStoreUnderItsName) {
  const auto pulled = Pull();
  ASSERT_TRUE(pulled.ok()) << pulled.message();
  EXPECT_EQ(pulled->alias, "triage");
  EXPECT_EQ(pulled->entry.digest, hub_.digest);
  EXPECT_FALSE(pulled->was_here);
  EXPECT_EQ(pulled->verdict.signature.key, ada_.public_hex());
  EXPECT_TRUE(pulled->verdict.first_seen);
  EXPECT_FALSE(pulled->verdict.trusted);
  EXPECT_EQ(store_->Resolve("triage")->digest, hub_.digest);
  EXPECT_EQ(PartsLeft(), 0u);
  const auto again = Pull("ada/triage@v2");
  ASSERT_TRUE(again.ok()) << again.message();
  EXPECT_TRUE(again->was_here);
  EXPECT_FALSE(again->verdict.first_seen);
}

TEST_F(PullTest, ANameOfAnotherProgramIsLeftAlone) {
  Bundle own = TinyBundle();
  own.manifest.program_id = "ffffffffffffffffffff";
  ASSERT_TRUE(store_->Put(*WriteBundle(own), "triage").ok());
  auto pulled = Pull();
  ASSERT_TRUE(pulled.ok()) << pulled.message();
  EXPECT_EQ(pulled->alias, "");
  EXPECT_EQ(pulled->kept_by, "triage");
  EXPECT_NE(store_->Resolve("triage")->digest, hub_.digest);
  pulled = Pull("ada/triage", "theirs");
  EXPECT_EQ(store_->Resolve("theirs")->digest, hub_.digest);
  EXPECT_EQ(Pull("ada/triage", "no name").code(), Code::kUsage);
}

TEST_F(PullTest, ANewVersionTakesTheNameOver) {
  Bundle first = TinyBundle();
  first.manifest.program_id = std::string(20, 'a');  // version 1 on the hub
  ASSERT_TRUE(store_->Put(*WriteBundle(first), "triage").ok());
  const auto pulled = Pull();
  ASSERT_TRUE(pulled.ok()) << pulled.message();
  EXPECT_EQ(pulled->alias, "triage");
  EXPECT_EQ(store_->Resolve("triage")->digest, hub_.digest);
}

TEST_F(PullTest, AnIdBringsNoAlias) {
  const auto pulled = Pull(kProgramId);
  ASSERT_TRUE(pulled.ok()) << pulled.message();
  EXPECT_EQ(pulled->alias, "");
  EXPECT_TRUE(store_->Aliases()->empty());
}

TEST_F(PullTest, WhatPolicyTurnsDownIsNotStored) {
  EXPECT_EQ(Pull("ada/triage", "", {.require_signature = true, .accept_new_key = false}).code(), Code::kRefused);
  EXPECT_TRUE(store_->List()->empty());
  ASSERT_TRUE(Pull().ok());
  hub_.Serve(TinyArchive(&eve_, "Say later or now."));
  EXPECT_EQ(Pull().code(), Code::kRefused) << "another key than the first one";
  EXPECT_EQ(store_->List()->size(), 1u);
  const auto accepted = Pull("ada/triage", "", {.require_signature = false, .accept_new_key = true});
  ASSERT_TRUE(accepted.ok()) << accepted.message();
  EXPECT_TRUE(accepted->was_here || store_->List()->size() == 2u);
  EXPECT_EQ(PartsLeft(), 0u);
}

TEST_F(PullTest, AnInvalidSignatureAndAnotherProgramAreRefused) {
  Bundle tampered = *ReadBundle(TinyArchive(&ada_), "a test");
  tampered.manifest.spec = "Say rm -rf.";
  hub_.Serve(*WriteBundle(tampered));
  const auto pulled = Pull();
  EXPECT_EQ(pulled.code(), Code::kRefused);
  EXPECT_NE(pulled.message().find("signature"), std::string::npos) << pulled.message();
  Bundle other = TinyBundle();
  other.manifest.program_id = "ffffffffffffffffffff";
  hub_.Serve(*WriteBundle(other));
  hub_.states_digest = false;
  EXPECT_EQ(Pull().code(), Code::kRefused);
  EXPECT_TRUE(store_->List()->empty());
}

}  // namespace
}  // namespace paw
