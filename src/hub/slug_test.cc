#include "hub/slug.h"

#include <gtest/gtest.h>

#include <string>

namespace paw::hub {
namespace {

using namespace std::string_literals;

// "id", "user/slug@version", or "refused".
std::string Read(const std::string& text) {
  const auto reference = ParseReference(text);
  if (!reference.ok()) {
    EXPECT_EQ(reference.code(), Code::kUsage);
    return "refused";
  }
  if (!reference->id.empty()) return reference->user + reference->slug + reference->id;
  return reference->user + "/" + reference->slug + (reference->version ? "@" + std::to_string(*reference->version) : "");
}

TEST(ParseReference, ReadsEveryForm) {
  EXPECT_EQ(Read("triage"), "/triage");
  EXPECT_EQ(Read("me/triage"), "me/triage");
  EXPECT_EQ(Read("triage@v3"), "/triage@3");
  EXPECT_EQ(Read("me/triage@v12"), "me/triage@12");
  EXPECT_EQ(Read("me/triage@v0"), "me/triage@0") << "there is no such version: it is not found";
  EXPECT_EQ(Read("0123456789abcdef"), "0123456789abcdef");
  EXPECT_EQ(Read(std::string(64, 'a')), std::string(64, 'a'));
  EXPECT_EQ(Read("0123456789abcde"), "/0123456789abcde") << "15 digits are no id";
  EXPECT_EQ(Read("a1"), "/a1");
  EXPECT_EQ(Read(std::string(50, 'z')), "/" + std::string(50, 'z'));
}

TEST(ParseReference, RefusesWhatIsNone) {
  for (const std::string& text : {""s,
                                  "a"s,
                                  "A1"s,
                                  "-a"s,
                                  "a-"s,
                                  "/"s,
                                  "me/"s,
                                  "/triage"s,
                                  "me//triage"s,
                                  "me/you/triage"s,
                                  "triage@"s,
                                  "triage@v"s,
                                  "triage@v-1"s,
                                  "triage@v1x"s,
                                  "triage@v 1"s,
                                  "triage@v1@v2"s,
                                  "triage@v1234567890"s,
                                  "triage@v99999999999999999999"s,
                                  "@v1"s,
                                  "me@v1/triage"s,
                                  "../etc"s,
                                  "me/.."s,
                                  "tri age"s,
                                  "triage\n"s,
                                  "tri\0age"s,
                                  "tri%20age"s,
                                  "tri_age"s,
                                  "\xC3\xA9t\xC3\xA9"s,
                                  "triage' OR '1'='1"s,
                                  std::string(51, 'z'),
                                  std::string(100'000, 'a') + "/"}) {
    EXPECT_EQ(Read(text), "refused") << text.substr(0, 80);
  }
}

TEST(CheckSlug, TakesTheOfficialRuleAndNoShapeOfAnId) {
  for (const char* good : {"ab", "a-b", "9a", "a--b", "message-triage-2", "abcdefabcdefabc"})
    EXPECT_TRUE(CheckSlug(good, "a slug").ok()) << good;
  for (const char* bad : {"", "a", "a_b", "a.b", "Ab", "-ab", "ab-", "a/b", "a@v1", "0123456789abcdef", "deadbeefdeadbeefdead"}) {
    EXPECT_EQ(CheckSlug(bad, "a slug").code(), Code::kUsage) << bad;
  }
  EXPECT_NE(CheckSlug("A\nB", "field \"slug\"").message().find("field \"slug\""), std::string::npos);
  EXPECT_EQ(CheckSlug("A\nB", "a slug").message().find('\n'), std::string::npos) << "one line, whatever was sent";
}

}  // namespace
}  // namespace paw::hub
