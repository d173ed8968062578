// What the catalog changes: who holds a program, what it is called, when it is gone.
#include "hub/catalog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "hub/hub_test_support.h"

namespace paw::hub {
namespace {

using Tags = std::vector<std::string>;

Catalog::Change Slug(const std::string& slug) { return {{}, {}, {}, slug}; }

class CatalogTest : public testing::Test {
 protected:
  CatalogTest() : ana_(shelf_.User("ana")), ben_(shelf_.User("ben")), catalog_(*shelf_.catalog) {}

  Published Publish(const Caller& caller, int seed, const Listing& listing = {}, const std::string& slug = "") {
    return Take(catalog_.Publish(caller, SmallBundle(seed), listing, slug, nullptr));
  }
  static std::string Id(int seed) { return SmallBundle(seed).manifest.program_id; }
  std::string Main(const Caller& caller, const std::string& reference) {
    const auto resolved = catalog_.Resolve(caller, reference);
    return resolved.ok() ? resolved->program_id + "@" + std::to_string(resolved->version) : std::string(CodeName(resolved.code()));
  }
  bool FileThere(const Published& published) { return shelf_.fs.Exists(catalog_.PathOf(published.digest)); }
  static Listing Private() { return {"", {}, false, true}; }

  Shelf shelf_;
  Caller ana_, ben_;
  Catalog& catalog_;
};

TEST_F(CatalogTest, PublishingTwiceIsOneProgram) {
  const Published first = Publish(ana_, 1), again = Publish(ana_, 1);
  EXPECT_TRUE(first.fresh);
  EXPECT_FALSE(again.fresh);
  EXPECT_EQ(first.digest, again.digest);
  EXPECT_TRUE(FileThere(first));
  EXPECT_EQ(Take(shelf_.store->Read(first.digest)).manifest.program_id, first.program_id);
  EXPECT_EQ(shelf_.Count("SELECT count(*) FROM programs"), 1);
}

TEST_F(CatalogTest, OtherBytesUnderAnIdAreRefused) {
  Publish(ana_, 1);
  Bundle other = SmallBundle(1);
  other.prompt_template = "Other.\n{INPUT_PLACEHOLDER}";
  EXPECT_FALSE(catalog_.Publish(ben_, other, {}, "", nullptr).ok());
  EXPECT_EQ(Take(shelf_.store->Read(Take(catalog_.Resolve(ana_, Id(1))).digest)).prompt_template, SmallBundle(1).prompt_template);
  EXPECT_EQ(shelf_.Count("SELECT count(*) FROM holders"), 1);
  EXPECT_EQ(Take(shelf_.store->List()).size(), 1u) << "and leave nothing behind";
}

TEST_F(CatalogTest, APrivateProgramExistsForItsHolderAlone) {
  Publish(ana_, 1, Private(), "triage");
  EXPECT_EQ(Main(ana_, Id(1)), Id(1) + "@0");
  EXPECT_EQ(Main(ana_, "triage"), Id(1) + "@1");
  for (const Caller& other : {ben_, Visitor()}) {
    for (const std::string& reference : {Id(1), std::string("ana/triage"), std::string("triage"), std::string("ana/triage@v1")}) {
      EXPECT_EQ(Main(other, reference), "not_found") << reference;
    }
    EXPECT_EQ(catalog_.Versions(other, "ana/triage").code(), Code::kNotFound);
    EXPECT_EQ(catalog_.Describe(other, Id(1), true).code(), Code::kNotFound);
    EXPECT_EQ(catalog_.Vote(other, Id(1), 1).code(), Code::kNotFound);
    EXPECT_EQ(catalog_.AddCase(other, Id(1), "success", "works").code(), Code::kNotFound);
    EXPECT_EQ(catalog_.Update(other, Id(1), Slug("mine")).code(), Code::kNotFound);
    EXPECT_EQ(catalog_.Remove(other, Id(1)).code(), Code::kNotFound);
  }
  EXPECT_TRUE(catalog_.Describe(ana_, Id(1), true).ok());
}

TEST_F(CatalogTest, TwoHoldersListOneProgramEachInTheirWay) {
  Publish(ana_, 1, {"Ana's", {"a"}, false, true}, "one");
  Publish(ben_, 1, {"Ben's", {"b"}, true, true}, "two");
  EXPECT_EQ(shelf_.Count("SELECT count(*) FROM programs"), 1);
  const Json for_ana = Take(catalog_.Describe(ana_, Id(1), false)), for_ben = Take(catalog_.Describe(ben_, Id(1), false));
  const Json for_all = Take(catalog_.Describe(Visitor(), Id(1), false));
  EXPECT_EQ(for_ana["name"], "Ana's");
  EXPECT_EQ(for_ana["public"], false);
  EXPECT_EQ(for_ana["mine"], true);
  EXPECT_EQ(for_ben["name"], "Ben's");
  EXPECT_EQ(for_ben["tags"], Json({"b"}));
  EXPECT_EQ(for_all["name"], "Ben's") << "the public listing";
  EXPECT_EQ(for_all["mine"], false);
}

TEST_F(CatalogTest, CompilingAgainNeverMakesAPrivateProgramPublic) {
  Publish(ana_, 1, Private());
  Publish(ana_, 1, {"name", {"t"}, true, true});
  const Json card = Take(catalog_.Describe(ana_, Id(1), false));
  EXPECT_EQ(card["public"], false);
  EXPECT_EQ(card["name"], "name");
  EXPECT_EQ(card["tags"], Json({"t"}));
  Publish(ana_, 1);
  EXPECT_EQ(Take(catalog_.Describe(ana_, Id(1), false))["name"], "name") << "saying nothing changes nothing";
}

TEST_F(CatalogTest, ASlugCountsVersionsUpAndPromotesOlderOnes) {
  EXPECT_EQ(Publish(ana_, 1, {}, "triage").version_action, "created");
  EXPECT_EQ(Publish(ana_, 1, {}, "triage").version_action, "no_change");
  const Published second = Publish(ana_, 2, {}, "triage");
  EXPECT_EQ(second.slug, "ana/triage");
  EXPECT_EQ(second.version, 2);
  EXPECT_EQ(Main(ana_, "triage"), Id(2) + "@2");
  EXPECT_EQ(Main(ana_, "triage@v1"), Id(1) + "@1");
  const Published promoted = Publish(ana_, 1, {}, "triage");
  EXPECT_EQ(promoted.version_action, "promoted");
  EXPECT_EQ(promoted.version, 1);
  EXPECT_EQ(Main(ben_, "ana/triage"), Id(1) + "@1");
  EXPECT_EQ(Publish(ana_, 3, {}, "triage").version, 3) << "counts on from the highest";
  EXPECT_EQ(Main(ben_, "ana/triage@v9"), "not_found");
}

TEST_F(CatalogTest, ARemovedVersionsNumberIsNotGivenAgain) {
  for (const int seed : {1, 2, 3}) Publish(ana_, seed, {}, "triage");
  ASSERT_TRUE(catalog_.Remove(ana_, Id(3)).ok());
  EXPECT_EQ(Main(ana_, "triage"), Id(2) + "@2") << "the highest that is left is the main one";
  EXPECT_EQ(Main(ana_, "triage@v3"), "not_found");
  EXPECT_EQ(Publish(ana_, 4, {}, "triage").version, 4);
  for (const int seed : {1, 2, 4}) ASSERT_TRUE(catalog_.Remove(ana_, Id(seed)).ok());
  EXPECT_EQ(Main(ana_, "triage"), "not_found") << "the slug went with its last version";
  EXPECT_EQ(Publish(ana_, 5, {}, "triage").version, 5);
}

TEST_F(CatalogTest, RenamingTakesTheVersionsAlong) {
  Publish(ana_, 1, {}, "old");
  Publish(ana_, 2, {}, "old");
  ASSERT_TRUE(catalog_.Update(ana_, Id(2), Slug("new")).ok());
  EXPECT_EQ(Main(ana_, "new"), Id(2) + "@2");
  EXPECT_EQ(Main(ana_, "new@v1"), Id(1) + "@1");
  EXPECT_EQ(Main(ana_, "old"), "not_found");
  EXPECT_EQ(Publish(ana_, 3, {}, "old").version, 3) << "old@v1 and old@v2 were others";
  EXPECT_EQ(catalog_.Update(ana_, Id(2), Slug("No Slug")).code(), Code::kUsage);
  ASSERT_TRUE(catalog_.Update(ana_, Id(2), Slug("")).ok());
  EXPECT_EQ(Main(ana_, "new"), "not_found");
  EXPECT_EQ(Main(ana_, Id(2)), Id(2) + "@0") << "the program stays";
}

TEST_F(CatalogTest, ARenamedSlugGivesNoNumberTwice) {
  Publish(ana_, 1, {}, "old");
  Publish(ana_, 2, {}, "old");
  ASSERT_TRUE(catalog_.Update(ana_, Id(2), Slug("new")).ok());
  ASSERT_TRUE(catalog_.Remove(ana_, Id(2)).ok());
  EXPECT_EQ(Main(ana_, "new"), Id(1) + "@1");
  EXPECT_EQ(Publish(ana_, 3, {}, "new").version, 3) << "new@v2 was another program";
}

TEST_F(CatalogTest, AnyoneMayNameAPublicProgramButOnlyHoldersChangeIt) {
  Publish(ana_, 1, {"Ana's", {}, true, true});
  ASSERT_TRUE(catalog_.Update(ben_, Id(1), Slug("mine")).ok());
  EXPECT_EQ(Main(Visitor(), "ben/mine"), Id(1) + "@1");
  const Caller cid = shelf_.User("cid");
  EXPECT_FALSE(catalog_.Update(cid, Id(1), {false, {}, {}, {}}).ok());
  EXPECT_FALSE(catalog_.Update(cid, Id(1), {{}, "Cid's", {}, {}}).ok());
  EXPECT_FALSE(catalog_.Update(cid, Id(1), {{}, {}, Tags{"x"}, {}}).ok());
  EXPECT_EQ(Take(catalog_.Describe(cid, Id(1), false))["name"], "Ana's");
  EXPECT_FALSE(catalog_.PointSlug(Visitor(), "mine", Id(1)).ok()) << "a slug belongs to a user";
}

TEST_F(CatalogTest, ChangesAreKept) {
  Publish(ana_, 1, {"before", {"a", "b"}, true, true});
  ASSERT_TRUE(catalog_.Update(ana_, Id(1), {false, "after", Tags{"c"}, {}}).ok());
  const Json card = Take(catalog_.Describe(ana_, Id(1), false));
  EXPECT_EQ(card["public"], false);
  EXPECT_EQ(card["name"], "after");
  EXPECT_EQ(card["tags"], Json({"c"}));
  EXPECT_EQ(Main(ben_, Id(1)), "not_found");
  EXPECT_FALSE(catalog_.Update(ana_, Id(1), {{}, "kept?", Tags{"NO"}, {}}).ok());
  EXPECT_EQ(Take(catalog_.Describe(ana_, Id(1), false))["name"], "after") << "all or nothing";
}

TEST_F(CatalogTest, TheLastHolderToLetGoTakesTheBundleAlong) {
  const Published published = Publish(ana_, 1, {"x", {"a-tag"}, true, true}, "one");
  Publish(ben_, 1, {}, "two");
  ASSERT_TRUE(catalog_.Vote(ben_, Id(1), 1).ok());
  ASSERT_TRUE(catalog_.AddCase(ben_, Id(1), "success", "works").ok());
  ASSERT_TRUE(catalog_.Remove(ana_, Id(1)).ok());
  EXPECT_TRUE(FileThere(published));
  EXPECT_EQ(Main(ben_, "two"), Id(1) + "@1");
  EXPECT_EQ(Main(ben_, "ana/one"), "not_found");
  EXPECT_EQ(catalog_.Remove(ana_, Id(1)).code(), Code::kNotFound) << "it is not theirs any more";
  ASSERT_TRUE(catalog_.Remove(ben_, Id(1)).ok());
  EXPECT_FALSE(FileThere(published));
  EXPECT_EQ(Main(ben_, Id(1)), "not_found");
  for (const char* table : {"programs", "holders", "tags", "slugs", "versions", "votes", "cases"}) {
    EXPECT_EQ(shelf_.Count(std::string("SELECT count(*) FROM ") + table), 0) << table;
  }
  EXPECT_TRUE(Publish(ana_, 1).fresh) << "it may come again";
}

TEST_F(CatalogTest, WhoNamedAProgramKeepsItWhenItsMakerLetsGo) {
  const Published published = Publish(ana_, 1);
  ASSERT_TRUE(catalog_.PointSlug(ben_, "mine", Id(1)).ok());
  ASSERT_TRUE(catalog_.Remove(ana_, Id(1)).ok());
  EXPECT_TRUE(FileThere(published));
  EXPECT_EQ(Main(ben_, "mine"), Id(1) + "@1");
}

TEST_F(CatalogTest, AVoteIsOneAUserAndTheSameAgainTakesItBack) {
  Publish(ana_, 1);
  const auto vote = [&](const Caller& caller, int way) { return Take(catalog_.Vote(caller, Id(1), way)); };
  EXPECT_EQ(vote(ana_, 1), (Json{{"upvotes", 1}, {"downvotes", 0}, {"my_vote", 1}}));
  EXPECT_EQ(vote(ben_, -1), (Json{{"upvotes", 1}, {"downvotes", 1}, {"my_vote", -1}}));
  EXPECT_EQ(vote(ben_, 1), (Json{{"upvotes", 2}, {"downvotes", 0}, {"my_vote", 1}}));
  EXPECT_EQ(Take(catalog_.Describe(ben_, Id(1), false))["my_vote"], 1);
  EXPECT_EQ(vote(ben_, 1), (Json{{"upvotes", 1}, {"downvotes", 0}, {"my_vote", 0}}));
  EXPECT_EQ(Take(catalog_.Describe(Visitor(), Id(1), false))["my_vote"], 0);
}

TEST_F(CatalogTest, CasesAreCheckedAndTold) {
  Publish(ana_, 1);
  const Json made = Take(catalog_.AddCase(ben_, Id(1), "limitation", "fails on \"quotes\""));
  EXPECT_EQ(made["author"], "ben");
  const Json cases = Take(catalog_.Cases(Id(1)))["cases"];
  ASSERT_EQ(cases.size(), 1u);
  EXPECT_EQ(cases[0], made);
  EXPECT_FALSE(catalog_.AddCase(ben_, Id(1), "praise", "good").ok());
  EXPECT_FALSE(catalog_.AddCase(ben_, Id(1), "success", " \n").ok());
  EXPECT_FALSE(catalog_.AddCase(ben_, Id(1), "success", std::string(2001, 'x')).ok());
  EXPECT_FALSE(catalog_.AddCase(ben_, Id(1), "success", "\xff").ok());
  EXPECT_EQ(Take(catalog_.Cases(Id(1)))["cases"].size(), 1u);
}

TEST_F(CatalogTest, AListingIsHeldToItsLimits) {
  const auto refused = [&](Listing listing) { return !catalog_.Publish(ana_, SmallBundle(1), listing, "", nullptr).ok(); };
  EXPECT_TRUE(refused({std::string(401, 'x'), {}, true, true}));
  EXPECT_TRUE(refused({"\xff", {}, true, true}));
  EXPECT_TRUE(refused({std::string("a\0b", 3), {}, true, true}));
  EXPECT_TRUE(refused({"", {"a", "b", "c", "d", "e", "f"}, true, true}));
  for (const char* tag : {"", "A", "a b", "a_b", "\xC3\xA9", "1234567890123456789012345678901"})
    EXPECT_TRUE(refused({"", {tag}, true, true})) << tag;
  EXPECT_FALSE(catalog_.Publish(ana_, SmallBundle(1), {}, "No Slug", nullptr).ok());
  EXPECT_EQ(shelf_.Count("SELECT count(*) FROM programs"), 0) << "nothing was kept of all that";
  EXPECT_FALSE(refused({"fine", {"a", "a", "b-2"}, true, true}));
}

TEST_F(CatalogTest, HoldingWhatIsNotHereIsNotFound) {
  EXPECT_EQ(catalog_.Hold(ana_, Id(1), {}, "").code(), Code::kNotFound);
  Publish(ben_, 1, Private());
  const Published held = Take(catalog_.Hold(ana_, Id(1), Private(), "mine"));
  EXPECT_TRUE(held.fresh);
  EXPECT_EQ(held.slug, "ana/mine");
}

TEST_F(CatalogTest, SweepRemovesWhatNobodyNamesAndReportsWhatIsMissingOrDamaged) {
  const Published kept = Publish(ana_, 1), missing = Publish(ana_, 2), damaged = Publish(ana_, 3);
  const auto unnamed = Take(shelf_.store->Put(*WriteBundle(SmallBundle(4)), ""));
  ASSERT_TRUE(shelf_.fs.RemoveFile(catalog_.PathOf(missing.digest)).ok());
  ASSERT_TRUE(shelf_.fs.PublishFile(catalog_.PathOf(damaged.digest), "rubbish").ok());
  const auto quick = Take(catalog_.Sweep(false));
  EXPECT_EQ(quick.bundles, 1);
  EXPECT_EQ(quick.missing, std::vector<std::string>{Id(2)});
  EXPECT_FALSE(shelf_.fs.Exists(unnamed.path));
  EXPECT_TRUE(FileThere(kept));
  auto whole = Take(catalog_.Sweep(true));
  std::sort(whole.missing.begin(), whole.missing.end());
  std::vector<std::string> both = {Id(2), Id(3)};
  std::sort(both.begin(), both.end());
  EXPECT_EQ(whole.missing, both);
  EXPECT_EQ(whole.bundles, 0);
}

}  // namespace
}  // namespace paw::hub
