#include "bundle/signature.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "bundle/tiny_bundle.h"

namespace paw {
namespace {

constexpr std::string_view kSeed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

Bundle Signed(const std::string& publisher = "Ada") {
  Bundle bundle = TinyBundle();
  EXPECT_TRUE(SignBundle(*SigningKey::FromSeed(kSeed), publisher, bundle).ok());
  return bundle;
}

// What a reader of the written archive finds.
Bundle Reread(const Bundle& bundle) {
  const auto archive = WriteBundle(bundle);
  EXPECT_TRUE(archive.ok()) << archive.message();
  const auto read = ReadBundle(*archive, "a test");
  EXPECT_TRUE(read.ok()) << read.message();
  return *read;
}

SignatureState StateOf(const Bundle& bundle) { return CheckSignature(bundle).state; }

// RFC 8032, 7.1: TEST 1 and TEST 2.
TEST(Ed25519, IsThatOfTheRfc) {
  const auto first = SigningKey::FromSeed(kSeed);
  ASSERT_TRUE(first.ok()) << first.message();
  EXPECT_EQ(first->public_hex(), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_EQ(first->SeedHex(), kSeed);
  const std::string signature =
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
  EXPECT_EQ(first->Sign(""), signature);
  EXPECT_TRUE(VerifySignature("", first->public_hex(), signature));
  const auto second = SigningKey::FromSeed("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  ASSERT_TRUE(second.ok()) << second.message();
  EXPECT_EQ(second->public_hex(), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  EXPECT_EQ(
      second->Sign("\x72"),
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_FALSE(VerifySignature("", second->public_hex(), signature));
  EXPECT_FALSE(VerifySignature("x", first->public_hex(), signature));
  EXPECT_FALSE(VerifySignature("", first->public_hex(), signature.substr(2)));
  EXPECT_FALSE(VerifySignature("", "", signature));
  EXPECT_EQ(SigningKey::FromSeed("9D61").code(), Code::kUsage);
}

TEST(Ed25519, EveryNewKeyIsAnother) {
  const auto one = SigningKey::Make(), other = SigningKey::Make();
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_NE(one->public_hex(), other->public_hex());
  EXPECT_TRUE(VerifySignature("text", one->public_hex(), one->Sign("text")));
}

TEST(Signature, OutlivesTheArchive) {
  const Bundle unsigned_bundle = Reread(TinyBundle());
  EXPECT_EQ(StateOf(unsigned_bundle), SignatureState::kNone);
  const Bundle bundle = Reread(Signed());
  const SignatureFacts facts = CheckSignature(bundle);
  EXPECT_EQ(facts.state, SignatureState::kValid) << facts.problem;
  EXPECT_EQ(facts.key, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_EQ(facts.publisher, "Ada");
  EXPECT_EQ(*WriteBundle(Signed()), *WriteBundle(bundle)) << "the same bytes each time";
  Bundle again = bundle;
  ASSERT_TRUE(SignBundle(*SigningKey::Make(), "", again).ok());
  EXPECT_EQ(StateOf(Reread(again)), SignatureState::kValid) << "a signature takes the place of another";
}

TEST(Signature, AChangedMemberOrMetaBreaksIt) {
  const std::vector<std::function<void(Bundle&)>> changes = {
      [](Bundle& b) { b.adapter_gguf.back() = b.adapter_gguf.back() ^ std::byte{1}; },
      [](Bundle& b) { b.prompt_template += " "; },
      [](Bundle& b) { b.pseudo_program = "Task: later or now.\n"; },
      [](Bundle& b) { b.pseudo_program.reset(); },
      [](Bundle& b) { b.manifest.spec += "!"; },
      [](Bundle& b) { b.manifest.program_id = "ffffffffffffffffffff"; },
      [](Bundle& b) { b.manifest.other["a_future_key"] = 2; },
      [](Bundle& b) { b.manifest.other["another"] = true; },
      [](Bundle& b) {
        b.manifest.paw->labels = {"later", "now"};
      },
      [](Bundle& b) { b.manifest.paw->held_out->score = 0.91; },
      [](Bundle& b) { b.manifest.paw->training["steps"] = 121; },
      [](Bundle& b) { b.manifest.paw->other["signature"]["publisher"] = "Bob"; },
      [](Bundle& b) { b.manifest.runtime["local_sdk"]["n_ctx"] = 4096; },
      [](Bundle& b) { b.manifest.runtime["display_name"] = "other"; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Bundle bundle = Signed();
    changes[i](bundle);
    EXPECT_EQ(StateOf(bundle), SignatureState::kInvalid) << i;
    EXPECT_NE(CheckSignature(bundle).problem.find("expected"), std::string::npos) << i;
    EXPECT_TRUE(CheckSignature(bundle).key.empty()) << "a key that vouches for nothing is not named";
  }
}

TEST(Signature, ThePlaceOfTheBaseIsNotPartOfIt) {
  Bundle bundle = Signed();
  Json& base = bundle.manifest.runtime["local_sdk"]["base_model"];
  ASSERT_TRUE(base.is_object());
  base["url"] = "https://hub.example/api/v1/base-models/x.gguf";
  EXPECT_EQ(StateOf(Reread(bundle)), SignatureState::kValid);
  base["file"] = "other.gguf";
  EXPECT_EQ(StateOf(bundle), SignatureState::kInvalid);
}

TEST(Signature, OfAnotherKeyOrFormIsInvalid) {
  const auto with = [](const char* key, const Json& value) {
    Bundle bundle = Signed();
    bundle.manifest.paw->other["signature"][key] = value;
    return StateOf(bundle);
  };
  EXPECT_EQ(with("key", SigningKey::Make()->public_hex()), SignatureState::kInvalid);
  EXPECT_EQ(with("key", "x"), SignatureState::kInvalid);
  EXPECT_EQ(with("key", 7), SignatureState::kInvalid);
  EXPECT_EQ(with("algorithm", "rsa"), SignatureState::kInvalid);
  EXPECT_EQ(with("signature", std::string(128, '0')), SignatureState::kInvalid);
  EXPECT_EQ(with("signature", nullptr), SignatureState::kInvalid);
  Bundle bundle = Signed();
  bundle.manifest.paw->other["signature"] = "yes";
  EXPECT_EQ(StateOf(bundle), SignatureState::kInvalid);
  bundle = Signed();
  bundle.manifest.paw->other["signature"].erase("publisher");
  EXPECT_EQ(StateOf(bundle), SignatureState::kInvalid);
}

TEST(Signature, NeedsPawsOwnRecordAndAPlainName) {
  Bundle official = TinyBundle();
  official.manifest.paw.reset();
  EXPECT_EQ(SignBundle(*SigningKey::FromSeed(kSeed), "", official).code(), Code::kUsage);
  EXPECT_EQ(StateOf(official), SignatureState::kNone);
  Bundle bundle = TinyBundle();
  for (const std::string& name :
       {std::string(kPublisherBytesMax + 1, 'a'), std::string("a\nb"), std::string("\xff"), std::string("\x1b[31m")}) {
    EXPECT_EQ(SignBundle(*SigningKey::FromSeed(kSeed), name, bundle).code(), Code::kUsage);
  }
}

}  // namespace
}  // namespace paw
