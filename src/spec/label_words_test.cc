#include "spec/label_words.h"

#include <gtest/gtest.h>

namespace paw {
namespace {

constexpr char kBody[] =
    "Route an operations message to the team that has to act. The message may be cut.\n"
    "Return exactly one of: disk, network, on_call\n"
    "It is never disk and network at once.\n"
    "\n"
    "- disk: full, broken or slow storage\n"
    "- **network** - connections and DNS\n"
    "1. `on_call`: nobody else\n"
    "Be quick.";

TEST(LabelWords, NamesBecomeWords) {
  EXPECT_EQ(LabelWords("card_arrival"), "card arrival");
  EXPECT_EQ(LabelWords("card--arrival"), "card arrival");
  EXPECT_EQ(LabelWords("PlayMusic"), "Play music");
  EXPECT_EQ(LabelWords("reverted_card_payment?"), "reverted card payment");
  EXPECT_EQ(LabelWords("HTTP error"), "HTTP error");
  EXPECT_EQ(LabelWords("?"), "?");
}

TEST(LabelWords, ALineMayExplainALabel) {
  EXPECT_EQ(LabelMeaning(kBody, "disk"), "full, broken or slow storage");
  EXPECT_EQ(LabelMeaning(kBody, "network"), "connections and DNS");
  EXPECT_EQ(LabelMeaning(kBody, "on_call"), "nobody else");
  EXPECT_EQ(LabelMeaning(kBody, "noise"), "");
  EXPECT_EQ(LabelMeaning("diskette: an old one", "disk"), "");
  EXPECT_LE(LabelMeaning("a: " + std::string(200, 'x') + ", and more", "a").size(), 320u);
}

TEST(LabelWords, TheSubjectIsWhatNeitherListsNorExplains) {
  EXPECT_EQ(SubjectOf(kBody, {"disk", "network", "on_call"}, 600),
            "Route an operations message to the team that has to act. The message may be cut. Be quick.");
  EXPECT_EQ(SubjectOf(kBody, {"disk", "network", "on_call"}, 70), "Route an operations message to the team that has to act.");
  EXPECT_EQ(SubjectOf("", {"a", "b"}, 600), "");
}

}  // namespace
}  // namespace paw
