// What the catalog shows: resolving names, lists, cards.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "hub/catalog.h"
#include "hub/hub_test_support.h"

namespace paw::hub {
namespace {

class CatalogViews : public testing::Test {
 protected:
  CatalogViews()
      : ana_(shelf_.User("ana")), ben_(shelf_.User("ben")), official_(shelf_.User("programasweights")), catalog_(*shelf_.catalog) {}

  // Each a second after the one before.
  std::string Publish(const Caller& caller, int seed, const std::string& spec, const Listing& listing = {}, const std::string& slug = "") {
    shelf_.fs.SleepSeconds(1);
    return Take(catalog_.Publish(caller, SmallBundle(seed, spec), listing, slug, nullptr)).program_id;
  }
  std::string Led(const Caller& caller, const std::string& reference) {
    const auto resolved = catalog_.Resolve(caller, reference);
    return resolved.ok() ? resolved->slug : std::string(CodeName(resolved.code()));
  }
  // The numbers of the programs, in order.
  std::vector<int> Listed(const Caller& caller, const ProgramQuery& query) {
    std::vector<int> seeds;
    const Json list = Take(catalog_.List(caller, query));
    for (const Json& card : list["programs"]) {
      for (int seed = 0; seed < 50; ++seed) {
        if (card["id"] == SmallBundle(seed).manifest.program_id) seeds.push_back(seed);
      }
    }
    return seeds;
  }
  std::vector<int> Search(const std::string& words) {
    ProgramQuery query;
    query.words = words;
    return Listed(Visitor(), query);
  }

  Shelf shelf_;
  Caller ana_, ben_, official_;
  Catalog& catalog_;
};

using Seeds = std::vector<int>;

TEST_F(CatalogViews, ABareSlugIsMineThenTheOfficialOneThenTheOnlyOne) {
  Publish(ana_, 1, "first", {}, "triage");
  EXPECT_EQ(Led(ben_, "triage"), "ana/triage") << "the only one";
  EXPECT_EQ(Led(Visitor(), "triage"), "ana/triage");
  Publish(ben_, 2, "second", {}, "triage");
  EXPECT_EQ(Led(ana_, "triage"), "ana/triage");
  EXPECT_EQ(Led(ben_, "triage"), "ben/triage");
  EXPECT_EQ(Led(Visitor(), "triage"), "not_found") << "two, and none is better";
  EXPECT_EQ(Led(Visitor(), "ben/triage"), "ben/triage");
  Publish(official_, 3, "third", {}, "triage");
  EXPECT_EQ(Led(Visitor(), "triage"), "programasweights/triage");
  EXPECT_EQ(Led(ana_, "triage"), "ana/triage");
}

TEST_F(CatalogViews, AnAmbiguousSlugSaysWhichThereAre) {
  Publish(ana_, 1, "first", {}, "triage");
  Publish(ben_, 2, "second", {}, "triage");
  const auto resolved = catalog_.Resolve(Visitor(), "triage");
  EXPECT_NE(resolved.message().find("ana/triage"), std::string::npos) << resolved.message();
  EXPECT_NE(resolved.message().find("ben/triage"), std::string::npos) << resolved.message();
}

TEST_F(CatalogViews, APrivateSlugOfOthersMakesNothingAmbiguous) {
  Publish(ana_, 1, "first", {"", {}, false, true}, "triage");
  Publish(ben_, 2, "second", {}, "triage");
  EXPECT_EQ(Led(Visitor(), "triage"), "ben/triage");
}

TEST_F(CatalogViews, VersionsAreListedWithTheMainOne) {
  const std::string first = Publish(ana_, 1, "first", {}, "triage"), second = Publish(ana_, 2, "second", {}, "triage");
  Publish(ana_, 3, "hidden", {"", {}, false, true}, "triage");
  ASSERT_TRUE(catalog_.PointSlug(ana_, "triage", first).ok());
  const Json versions = Take(catalog_.Versions(ben_, "ana/triage"));
  EXPECT_EQ(versions["slug"], "ana/triage");
  EXPECT_EQ(versions["main_version"], 1);
  ASSERT_EQ(versions["versions"].size(), 2u) << "the private one is not shown";
  EXPECT_EQ(versions["versions"][0]["program_id"], first);
  EXPECT_EQ(versions["versions"][0]["is_main"], true);
  EXPECT_EQ(versions["versions"][1]["program_id"], second);
  EXPECT_EQ(versions["versions"][1]["is_main"], false);
  EXPECT_EQ(Take(catalog_.Versions(ana_, "triage"))["versions"].size(), 3u);
  EXPECT_EQ(catalog_.Versions(ana_, first).code(), Code::kUsage) << "an id has none";
  EXPECT_EQ(catalog_.Versions(ana_, "none").code(), Code::kNotFound);
}

TEST_F(CatalogViews, SearchFindsAllWordsInSpecNameTagsAndSlug) {
  Publish(ana_, 1, "Sort the message by urgency.", {"Triage of mail", {"support"}, true, true}, "mail-triage");
  Publish(ana_, 2, "Count the words.", {"Counter", {"text"}, true, true});
  EXPECT_EQ(Search("urgency"), Seeds{1});
  EXPECT_EQ(Search("URGENCY"), Seeds{1});
  EXPECT_EQ(Search("triage of"), Seeds{1});
  EXPECT_EQ(Search("support"), Seeds{1});
  EXPECT_EQ(Search("mail-triage"), Seeds{1});
  EXPECT_EQ(Search("the"), (Seeds{2, 1}));
  EXPECT_EQ(Search("the urgency"), Seeds{1});
  EXPECT_EQ(Search("urgency counter"), Seeds{}) << "all words";
  EXPECT_EQ(Search("  "), (Seeds{2, 1}));
}

TEST_F(CatalogViews, HostileWordsAreWordsAndNoPatterns) {
  Publish(ana_, 1, "Give 100% of it, snake_case and back\\slash, it's \"quoted\".");
  Publish(ana_, 2, "Nothing of the kind here.");
  EXPECT_EQ(Search("%"), Seeds{1});
  EXPECT_EQ(Search("100%"), Seeds{1});
  EXPECT_EQ(Search("_"), Seeds{1});
  EXPECT_EQ(Search("snake_case"), Seeds{1});
  EXPECT_EQ(Search("snakeXcase"), Seeds{});
  EXPECT_EQ(Search("\\"), Seeds{1});
  EXPECT_EQ(Search("it's"), Seeds{1});
  EXPECT_EQ(Search("\"quoted\""), Seeds{1});
  EXPECT_EQ(Search("' OR 1=1 --"), Seeds{});
  EXPECT_EQ(Search("'; DROP TABLE programs; --"), Seeds{});
  EXPECT_EQ(Search("?1"), Seeds{});
  EXPECT_EQ(Search("a b c d e f g h i j k l m n o p q r s t u v w x y z"), Seeds{}) << "many words";
  EXPECT_EQ(Search(""), (Seeds{2, 1}));
}

TEST_F(CatalogViews, ListsShowPublicAndListedProgramsOnly) {
  Publish(ana_, 1, "public");
  Publish(ana_, 2, "private", {"", {"secret"}, false, true});
  Publish(ana_, 3, "unlisted", {"", {"hidden"}, true, false});
  EXPECT_EQ(Listed(Visitor(), {}), Seeds{1});
  EXPECT_EQ(Listed(ben_, {}), Seeds{1});
  ProgramQuery mine;
  mine.mine = true;
  EXPECT_EQ(Listed(ana_, mine), (Seeds{3, 2, 1}));
  EXPECT_EQ(Listed(ben_, mine), Seeds{});
  EXPECT_EQ(Listed(Visitor(), mine), Seeds{});
  EXPECT_EQ(Take(catalog_.List(ben_, {}))["tags"], Json::array()) << "no tag of what is not listed";
}

TEST_F(CatalogViews, AVersionThatAnotherReplacedIsListedForItsHolderAlone) {
  for (const int seed : {1, 2}) Publish(ana_, seed, "of ana", {}, "triage");
  Publish(ana_, 3, "without a name");
  EXPECT_EQ(Listed(ben_, {}), (Seeds{3, 2}));
  ProgramQuery mine;
  mine.mine = true;
  EXPECT_EQ(Listed(ana_, mine), (Seeds{3, 2, 1}));
  const Json cards = Take(catalog_.List(ana_, mine))["programs"];
  EXPECT_EQ(cards[2]["old_version"], "ana/triage@v1");
  EXPECT_TRUE(cards[0]["old_version"].is_null() && cards[1]["old_version"].is_null());
  const std::string first = cards[2]["id"];
  ASSERT_TRUE(catalog_.PointSlug(ana_, "still-used", first).ok());
  EXPECT_EQ(Listed(ben_, {}), (Seeds{3, 2, 1})) << "the main version of another name";
}

TEST_F(CatalogViews, WordsAreFoundWithoutDashesAndPluralsAndByWhoHasThem) {
  Publish(ana_, 1, "Sort every e-mail of a customer.", {}, "mail-sorter");
  for (const char* words : {"emails", "e-mail", "E-Mails", "customers", "mailsorter", "ana/mail-sorter", "ana/"})
    EXPECT_EQ(Search(words), Seeds{1}) << words;
  for (const char* words : {"ben/", "mailss"}) EXPECT_EQ(Search(words), Seeds{}) << words;
}

TEST_F(CatalogViews, NamingAProgramOrHoldingItPrivatelyKeepsItInTheList) {
  const std::string id = Publish(ana_, 1, "public");
  ASSERT_TRUE(catalog_.PointSlug(ben_, "mine", id).ok());
  EXPECT_EQ(Listed(ben_, {}), Seeds{1});
  const Caller cid = shelf_.User("cid");
  Publish(cid, 1, "public", {"", {}, false, true});
  EXPECT_EQ(Listed(cid, {}), Seeds{1});
}

TEST_F(CatalogViews, AVersionThatIsGoneLeadsToNobodyElses) {
  for (const int seed : {1, 2, 3}) Publish(ben_, seed, "of ben", {}, "triage");
  Publish(ana_, 4, "of ana", {}, "triage");
  EXPECT_EQ(Led(ana_, "triage@v3"), "not_found") << "mine has no third; ben's is another program";
  EXPECT_EQ(Led(ana_, "ben/triage@v3"), "ben/triage");
}

TEST_F(CatalogViews, TagsAreCountedAndNarrowTheList) {
  Publish(ana_, 1, "first", {"", {"text", "mail"}, true, true});
  Publish(ana_, 2, "second", {"", {"text"}, true, true});
  ProgramQuery query;
  query.tag = "mail";
  EXPECT_EQ(Listed(ben_, query), Seeds{1});
  query.tag = "mai";
  EXPECT_EQ(Listed(ben_, query), Seeds{});
  query.tag = "' OR ''='";
  EXPECT_EQ(Listed(ben_, query), Seeds{});
  EXPECT_EQ(Take(catalog_.List(ben_, {}))["tags"], Json::parse(R"([{"tag":"text","count":2},{"tag":"mail","count":1}])"));
}

TEST_F(CatalogViews, EverySortHasItsOrder) {
  const std::string first = Publish(ana_, 1, "first"), second = Publish(ana_, 2, "second"), third = Publish(ana_, 3, "third");
  ASSERT_TRUE(catalog_.Vote(ana_, second, 1).ok());
  ASSERT_TRUE(catalog_.Vote(ben_, third, -1).ok());
  for (int i = 0; i < 3; ++i) catalog_.CountDownload(first);
  for (int i = 0; i < 5; ++i) catalog_.CountCall(third);
  shelf_.fs.SleepSeconds(60);  // counts are written now and then
  catalog_.CountCall(third);
  const auto sorted = [&](const char* sort) {
    ProgramQuery query;
    query.sort = sort;
    return Listed(Visitor(), query);
  };
  EXPECT_EQ(sorted("recent"), (Seeds{3, 2, 1}));
  EXPECT_EQ(sorted("votes"), (Seeds{2, 1, 3}));
  EXPECT_EQ(sorted("downloads"), (Seeds{1, 3, 2}));
  EXPECT_EQ(sorted("popular"), (Seeds{3, 1, 2}));
  EXPECT_EQ(sorted("recommended"), (Seeds{2, 1, 3}));
}

TEST_F(CatalogViews, PagesHoldEveryProgramOnce) {
  for (int seed = 0; seed < 7; ++seed) Publish(ana_, seed, "one of many");
  Seeds seen;
  ProgramQuery query;
  query.per_page = 3;
  for (query.page = 1; query.page <= 4; ++query.page) {
    for (const int seed : Listed(ben_, query)) seen.push_back(seed);
    EXPECT_EQ(Take(catalog_.List(ben_, query))["total"], 7);
  }
  EXPECT_EQ(seen, (Seeds{6, 5, 4, 3, 2, 1, 0}));
  for (const std::int64_t strange : {std::int64_t{0}, std::int64_t{-5}, INT64_MIN, INT64_MAX}) {
    query.page = query.per_page = strange;
    const Json list = Take(catalog_.List(ben_, query));
    EXPECT_GE(list["page"], 1) << strange;
    EXPECT_TRUE(list["per_page"] >= 1 && list["per_page"] <= 100) << strange;
  }
}

TEST_F(CatalogViews, ACardSaysAllThatClientsRead) {
  const std::string id = Publish(ana_, 1, "Say \"now\" or \"later\".", {"Timer", {"time"}, true, true}, "timer");
  const Json card = Take(catalog_.Describe(ben_, id, false));
  for (const char* key : {"id",
                          "program_id",
                          "name",
                          "spec",
                          "interpreter",
                          "compiler",
                          "compiler_snapshot",
                          "compiler_kind",
                          "pseudo_program_strategy",
                          "runtime_id",
                          "public",
                          "aliases",
                          "slug",
                          "user_slug",
                          "author",
                          "tags",
                          "upvotes",
                          "downvotes",
                          "my_vote",
                          "downloads",
                          "calls",
                          "created_at",
                          "hf_url",
                          "labels",
                          "output_kind",
                          "held_out",
                          "bytes",
                          "digest",
                          "mine"}) {
    EXPECT_TRUE(card.contains(key)) << key;
  }
  EXPECT_EQ(card["labels"], Json({"now", "later"}));
  EXPECT_EQ(card["output_kind"], "label");
  EXPECT_EQ(card["held_out"]["ci95"], Json({0.77, 0.96}));
  EXPECT_EQ(card["aliases"], Json({"ana/timer"}));
  EXPECT_EQ(card["author"], "ana");
  const Json whole = Take(catalog_.Describe(ben_, id, true));
  EXPECT_EQ(whole["pseudo_program"], "Task: now or later.\n");
  EXPECT_EQ(whole["prompt_template"], SmallBundle(1).prompt_template);
  EXPECT_EQ(whole["versions"].size(), 1u);
  EXPECT_EQ(whole["calibration"]["temperature"], 1.25);
  EXPECT_TRUE(whole["report"].is_null());
}

TEST_F(CatalogViews, AVisitorsProgramHasNoAuthor) {
  const std::string id = Publish(Visitor(), 1, "of a visitor");
  EXPECT_TRUE(Take(catalog_.Describe(ben_, id, false))["author"].is_null());
  EXPECT_EQ(Take(catalog_.Describe(Visitor(), id, false))["mine"], false);
}

}  // namespace
}  // namespace paw::hub
