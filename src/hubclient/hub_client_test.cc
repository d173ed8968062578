#include "hubclient/hub_client.h"

#include <gtest/gtest.h>

#include "fs/fault_fs.h"
#include "fs/memory_fs.h"
#include "hubclient/fake_hub_test_support.h"

namespace paw {
namespace {

constexpr const char* kKey = "paw_sk_a_secret_key";

class HubClientTest : public testing::Test {
 protected:
  HubClientTest() : http_(*OpenHttp()), hub_(archive_) {}

  HubClient Client(const std::string& key = kKey) {
    HubOptions options = {.url = hub_.url(), .key = key, .cancel = &cancel_};
    options.on_wait = [this](const std::string& line) { waits_.push_back(line); };
    auto client = HubClient::Open(*http_, fs_, options);
    EXPECT_TRUE(client.ok()) << client.message();
    return *client;
  }
  Result<std::vector<std::byte>> Fetch(const HubClient& client) {
    return client.Fetch(PAW_TRY(client.Resolve("ada/triage")), "/store/downloads", {});
  }
  std::string PartPath() const { return "/store/downloads/" + hub_.digest + ".part"; }
  std::vector<std::string> Downloads() const { return hub_.RequestsOf(std::string("GET /api/v1/programs/") + kProgramId + "/download"); }

  std::vector<std::byte> archive_ = TinyArchive(nullptr);
  std::shared_ptr<Http> http_;
  MemoryFs fs_;
  FakeHub hub_;
  CancelFlag cancel_;
  std::vector<std::string> waits_;
};

TEST_F(HubClientTest, ResolvesNamesAndIds) {
  const HubClient client = Client();
  const auto found = client.Resolve("ada/triage@v2");
  ASSERT_TRUE(found.ok()) << found.message();
  EXPECT_EQ(found->program_id, kProgramId);
  EXPECT_EQ(found->slug, "ada/triage");
  EXPECT_EQ(found->digest, hub_.digest);
  EXPECT_EQ(found->version, 2);
  const std::string request = hub_.requests().back();
  EXPECT_EQ(TestServer::Target(request), "GET /api/v1/programs/resolve/ada/triage@v2");
  EXPECT_EQ(TestServer::Header(request, "X-API-Key"), kKey);
  const auto by_id = client.Resolve(kProgramId);
  ASSERT_TRUE(by_id.ok()) << by_id.message();
  EXPECT_EQ(by_id->slug, "");
  EXPECT_EQ(by_id->digest, hub_.digest);
  EXPECT_TRUE(Client("").Resolve("triage").ok());
  EXPECT_EQ(TestServer::Header(hub_.requests().back(), "X-API-Key"), "") << "anonymous";
}

TEST_F(HubClientTest, WhatIsNoReferenceIsNotSent) {
  const HubClient client = Client();
  for (const char* reference : {"", "a", "..", "../../etc", "Ada/Triage", "a/b/c", "triage@v0", "triage@vx", "triage@v1@v2", "-x-",
                                "tri age", "tri%2fage", "triage?x=1", "ada/", "/triage"}) {
    EXPECT_EQ(client.Resolve(reference).code(), Code::kUsage) << reference;
    EXPECT_EQ(client.Info(reference).code(), Code::kUsage) << reference;
    EXPECT_EQ(client.Infer({.program = reference, .input = "x"}).code(), Code::kUsage) << reference;
  }
  EXPECT_EQ(client.Rename("triage", "no slug").code(), Code::kUsage);
  EXPECT_EQ(client.Publish(archive_, {.slug = "ada/triage", .name = "", .tags = {}}).code(), Code::kUsage);
  EXPECT_EQ(client.Versions("triage@v2").code(), Code::kUsage);
  EXPECT_EQ(client.Infer({.program = "triage", .input = "\xff"}).code(), Code::kRefused);
  EXPECT_TRUE(hub_.requests().empty());
}

TEST_F(HubClientTest, OpensOnlyWhereTheKeyIsSafe) {
  const auto open = [&](const std::string& url, const std::string& key, bool insecure, bool offline) {
    return HubClient::Open(*http_, fs_, {.url = url, .key = key, .offline = offline, .insecure = insecure});
  };
  EXPECT_EQ(open(hub_.url(), kKey, false, true).code(), Code::kUnavailable);
  EXPECT_TRUE(hub_.requests().empty());
  EXPECT_EQ(open("http://hub.example", kKey, false, false).code(), Code::kUsage);
  EXPECT_EQ(open("http://hub.example", kKey, false, false).message().find(kKey), std::string::npos);
  const auto insecure = open("http://hub.example", kKey, true, false);
  ASSERT_TRUE(insecure.ok()) << insecure.message();
  EXPECT_NE(insecure->KeyWarning(), "");
  EXPECT_TRUE(open("http://hub.example", "", false, false).ok()) << "nothing to hide";
  EXPECT_EQ(open("https://hub.example/api/v1/", kKey, false, false)->shown(), "https://hub.example/");
  EXPECT_EQ(open("https://hub.example", "two words", false, false).code(), Code::kUsage);
  EXPECT_EQ(open("hub.example", "", false, false).code(), Code::kUsage);
  EXPECT_EQ(open("https://hub.example/?a=b", "", false, false).code(), Code::kUsage);
}

TEST_F(HubClientTest, AnErrorIsALineWithItsStatusAndTheIdOfTheRequest) {
  struct Case {
    const char* status;
    Code code;
    const char* words;
  };
  for (const Case& one : {Case{"400 Bad", Code::kUsage, "status 400"}, Case{"401 No", Code::kFailed, "paw login"},
                          Case{"403 No", Code::kFailed, "status 403"}, Case{"404 No", Code::kNotFound, "status 404"},
                          Case{"409 No", Code::kFailed, "status 409"}, Case{"413 Large", Code::kRefused, "status 413"},
                          Case{"422 No", Code::kUsage, "status 422"}, Case{"429 Slow", Code::kUnavailable, "status 429"},
                          Case{"500 Oops", Code::kUnavailable, "status 500"}, Case{"503 Busy", Code::kUnavailable, "status 503"},
                          Case{"507 Full", Code::kUnavailable, "status 507"}}) {
    hub_.answers["GET /api/v1/auth/me"] = TestServer::JsonReply(
        one.status, R"({"error":"a_code","message":"the paw_sk_a_secret_key said\nno","detail":"x","request_id":"r77"})");
    const auto reply = Client().Me();
    EXPECT_EQ(reply.code(), one.code) << one.status;
    EXPECT_NE(reply.message().find(one.words), std::string::npos) << reply.message();
    EXPECT_NE(reply.message().find("a_code (the (key) said\\nno), request r77"), std::string::npos) << reply.message();
  }
  hub_.answers["GET /api/v1/auth/me"] =
      TestServer::JsonReply("404 Not Found", R"({"detail":{"error":"gone","message":"m","request_id":"r1"}})");
  EXPECT_NE(Client().Me().message().find("404 gone (m), request r1"), std::string::npos) << Client().Me().message();
  hub_.answers["GET /api/v1/auth/me"] = TestServer::Reply("502 Bad Gateway", "X-Request-Id: r2\r\n", "<html>paw_sk_a_secret_key</html>");
  const auto html = Client().Me();
  EXPECT_NE(html.message().find("status 502, request r2"), std::string::npos) << html.message();
  EXPECT_EQ(html.message().find("secret"), std::string::npos);
  hub_.answers["GET /api/v1/auth/me"] = TestServer::Reply("302 Found", "Location: http://127.0.0.1:1/\r\n", "");
  EXPECT_EQ(Client().Me().code(), Code::kFailed) << "a call is not sent elsewhere";
}

TEST_F(HubClientTest, MalformedRepliesAreRefused) {
  for (const char* body : {"", "[]", "{", "{\"a\":1,\"a\":2}", "null"}) {
    hub_.answers["GET /api/v1/programs/resolve/triage"] = TestServer::JsonReply("200 OK", body);
    EXPECT_EQ(Client().Resolve("triage").code(), Code::kRefused) << body;
  }
  for (const char* body : {"{}", R"({"program_id":"../x"})", R"({"program_id":7})", R"({"program_id":"0123456789abcdef","digest":"x"})",
                           R"({"program_id":"0123456789abcdef","slug":"../../x"})"}) {
    hub_.answers["GET /api/v1/programs/resolve/triage"] = TestServer::JsonReply("200 OK", body);
    EXPECT_EQ(Client().Resolve("triage").code(), Code::kRefused) << body;
  }
}

TEST_F(HubClientTest, IsPatientAsLongAsItIsAllowedTo) {
  hub_.busy = 2;
  EXPECT_TRUE(Client().Resolve("triage").ok());
  EXPECT_EQ(waits_.size(), 2u);
  EXPECT_EQ(hub_.requests().size(), 3u);
  hub_.answers["GET /api/v1/auth/me"] = TestServer::Reply("429 Slow", "Retry-After: 3600\r\n", R"({"error":"rate_limited"})");
  const auto reply = Client().Me();
  EXPECT_EQ(reply.code(), Code::kUnavailable);
  EXPECT_NE(reply.message().find("429 rate_limited, to be asked again in 3600 s"), std::string::npos) << reply.message();
  EXPECT_EQ(hub_.requests().size(), 4u) << "an hour is more than it may wait";
  hub_.busy = 1;
  cancel_.Cancel();
  EXPECT_EQ(Client().Me().code(), Code::kInterrupted);
}

TEST_F(HubClientTest, SearchesPublishesRenamesAndPromotes) {
  const HubClient client = Client();
  hub_.answers["GET /api/v1/programs?q=a%20%26b&sort=votes&tag=log&page=1&per_page=20&mine=true"] =
      TestServer::JsonReply("200 OK", R"({"programs":[],"total":0})");
  EXPECT_TRUE(client.Search({.text = "a &b", .sort = "votes", .tag = "log", .mine = true}).ok());

  hub_.answers["POST /api/v1/programs?slug=triage&name=My%20triage&tags=log%2Cops&public=false"] = TestServer::JsonReply(
      "201 Created",
      WriteJson(
          {{"program_id", kProgramId}, {"digest", hub_.digest}, {"slug", "ada/triage"}, {"version", 3}, {"version_action", "created"}}));
  const HubPublication publication = {.slug = "triage", .name = "My triage", .tags = {"log", "ops"}, .is_public = false};
  const auto published = client.Publish(archive_, publication);
  ASSERT_TRUE(published.ok()) << published.message();
  EXPECT_EQ(published->slug, "ada/triage");
  EXPECT_EQ(published->version, 3);
  EXPECT_EQ(published->version_action, "created");
  EXPECT_EQ(TestServer::BodyOf(hub_.requests().back()), TextOf(archive_));
  EXPECT_EQ(TestServer::Header(hub_.requests().back(), "Content-Type"), "application/octet-stream");
  EXPECT_EQ(client.Publish(TinyArchive(nullptr, "Another."), publication).code(), Code::kRefused) << "it says it keeps other bytes";

  hub_.answers["PATCH /api/v1/programs/ada/triage"] = TestServer::JsonReply("200 OK", R"({"id":"x","slug":"other"})");
  EXPECT_TRUE(client.Rename("ada/triage", "other").ok());
  EXPECT_EQ(TestServer::BodyOf(hub_.requests().back()), R"({"slug":"other"})");
  EXPECT_TRUE(client.Rename("ada/triage", "").ok());

  hub_.answers["POST /api/v1/programs/aaaaaaaaaaaaaaaaaaaa/alias"] =
      TestServer::JsonReply("200 OK", R"({"slug":"ada/triage","version":1})");
  EXPECT_TRUE(client.Promote("ada/triage", 1).ok());
  EXPECT_EQ(TestServer::BodyOf(hub_.requests().back()), R"({"slug":"triage","version":1})");
  EXPECT_EQ(client.Promote("ada/triage", 9).code(), Code::kNotFound);
}

TEST_F(HubClientTest, RunsOnTheHub) {
  hub_.answers["POST /api/v1/infer"] = TestServer::JsonReply(
      "200 OK", R"({"output":"now","tokens_generated":1,"tokens_in":9,"latency_ms":3.5,"program_id":"x","probability":0.75,
                    "labels":[{"label":"now","probability":0.75},{"label":"later","probability":0.25}],"abstained":false})");
  HubCall call = {
      .program = "ada/triage", .input = "the site is down", .max_tokens = 7, .seed = 3, .probabilities = true, .abstain_below = 0.5};
  const auto answer = Client().Infer(call);
  ASSERT_TRUE(answer.ok()) << answer.message();
  EXPECT_EQ(answer->output, "now");
  EXPECT_EQ(answer->tokens_in, 9);
  EXPECT_EQ(answer->tokens_out, 1);
  EXPECT_EQ(answer->milliseconds, 3.5);
  ASSERT_EQ(answer->labels.size(), 2u);
  EXPECT_EQ(answer->labels[1].label, "later");
  EXPECT_EQ(TestServer::BodyOf(hub_.requests().back()),
            R"({"abstain_below":0.5,"input":"the site is down","max_tokens":7,"probabilities":true,"program_id":"ada/triage","seed":3})");
  call.json_schema = R"({"type": "object", "properties": {"b": {}, "a": {}}})";
  ASSERT_TRUE(Client().Infer(call).ok());
  EXPECT_TRUE(
      TestServer::BodyOf(hub_.requests().back()).ends_with(R"(,"json_schema":{"type": "object", "properties": {"b": {}, "a": {}}}})"))
      << "b comes before a in the answer";
  call.json_schema = "{} , \"program_id\": \"x\"";
  EXPECT_EQ(Client().Infer(call).code(), Code::kRefused);
  call.json_schema.clear();
  hub_.answers["POST /api/v1/infer"] = TestServer::JsonReply("200 OK", R"({"output":null,"abstained":true})");
  EXPECT_TRUE(Client().Infer(call)->abstained);
  hub_.answers["POST /api/v1/infer"] = TestServer::JsonReply("200 OK", R"({"output":5})");
  EXPECT_EQ(Client().Infer(call).code(), Code::kRefused);
}

TEST_F(HubClientTest, FetchesAnArchive) {
  const HubClient client = Client();
  const auto bytes = Fetch(client);
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  EXPECT_EQ(*bytes, archive_);
  ASSERT_TRUE(client.ForgetPart(*client.Resolve("triage"), "/store/downloads").ok());
  EXPECT_FALSE(fs_.Exists(PartPath()));
  EXPECT_TRUE(client.ForgetPart(*client.Resolve("triage"), "/store/downloads").ok()) << "nothing there is no error";
}

TEST_F(HubClientTest, ADownloadThatBreaksOffGoesOn) {
  hub_.cuts = {100, 0, 700};
  const auto bytes = Fetch(Client());
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  EXPECT_EQ(*bytes, archive_);
  std::vector<std::string> ranges;
  for (const std::string& request : Downloads()) ranges.push_back(TestServer::Header(request, "Range"));
  EXPECT_EQ(ranges, (std::vector<std::string>{"", "bytes=100-", "bytes=100-", "bytes=800-"}));
}

TEST_F(HubClientTest, GivesUpWhereNothingMoreComes) {
  hub_.cuts = std::vector<std::size_t>(50, 0);
  EXPECT_EQ(Fetch(Client()).code(), Code::kUnavailable);
  EXPECT_EQ(Downloads().size(), 5u);
}

TEST_F(HubClientTest, AKilledDownloadGoesOnWhereItWas) {
  ASSERT_TRUE(fs_.MakeFolders("/store/downloads").ok());
  ASSERT_TRUE(fs_.PublishFile(PartPath(), std::span(archive_).first(500)).ok());
  auto bytes = Fetch(Client());
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  EXPECT_EQ(*bytes, archive_);
  EXPECT_EQ(TestServer::Header(Downloads()[0], "Range"), "bytes=500-");
  bytes = Fetch(Client());
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  EXPECT_EQ(Downloads().size(), 1u) << "a whole part is not fetched again";
  hub_.ranges = false;
  ASSERT_TRUE(fs_.PublishFile(PartPath(), "something else").ok());
  bytes = Fetch(Client());
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  EXPECT_EQ(*bytes, archive_) << "a server without ranges sends all of it";
}

TEST_F(HubClientTest, AWrongPartEndsInARefusalAndThenInTheFile) {
  ASSERT_TRUE(fs_.MakeFolders("/store/downloads").ok());
  ASSERT_TRUE(fs_.PublishFile(PartPath(), std::string(500, 'x')).ok());
  EXPECT_EQ(Fetch(Client()).code(), Code::kRefused);
  EXPECT_FALSE(fs_.Exists(PartPath()));
  EXPECT_EQ(*Fetch(Client()), archive_);
  ASSERT_TRUE(fs_.PublishFile(PartPath(), std::string(archive_.size() + 1, 'x')).ok());
  EXPECT_EQ(*Fetch(Client()), archive_) << "longer than the file: status 416, from the beginning";
}

TEST_F(HubClientTest, OtherBytesThanTheDigestSaysAreRefused) {
  hub_.file[700] = static_cast<char>(hub_.file[700] ^ 1);
  const auto tampered = Fetch(Client());
  EXPECT_EQ(tampered.code(), Code::kRefused);
  EXPECT_NE(tampered.message().find("expected " + hub_.digest.substr(0, 12)), std::string::npos) << tampered.message();
  EXPECT_FALSE(fs_.Exists(PartPath()));
  hub_.stated_header = std::string(64, '0');
  EXPECT_EQ(Fetch(Client()).code(), Code::kRefused);
}

TEST_F(HubClientTest, WithoutADigestAPartIsNotTrusted) {
  hub_.states_digest = false;
  const std::string part = std::string("/store/downloads/") + kProgramId + ".part";
  ASSERT_TRUE(fs_.MakeFolders("/store/downloads").ok());
  ASSERT_TRUE(fs_.PublishFile(part, std::string(500, 'x')).ok());
  const auto bytes = Fetch(Client());
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  EXPECT_EQ(*bytes, archive_);
}

TEST_F(HubClientTest, ARedirectToAnotherHostLosesTheKey) {
  TestServer other([this](const std::string&) { return TestServer::Reply("200 OK", "", hub_.file); });
  hub_.moved_to = other.url() + "/cdn";
  const auto bytes = Fetch(Client());
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  EXPECT_EQ(*bytes, archive_);
  ASSERT_EQ(other.requests().size(), 1u);
  EXPECT_EQ(other.requests()[0].find(kKey), std::string::npos);
}

TEST_F(HubClientTest, AMissingDownloadIsNotFoundAndAFullDiskEndsIt) {
  hub_.answers[std::string("GET /api/v1/programs/") + kProgramId + "/download?exact=1"] =
      TestServer::JsonReply("404 Not Found", R"({"error":"not_found","message":"not found","detail":"not found","request_id":"r9"})");
  const auto missing = Fetch(Client());
  EXPECT_EQ(missing.code(), Code::kNotFound);
  EXPECT_NE(missing.message().find("request r9"), std::string::npos) << missing.message();
  hub_.answers.clear();
  ASSERT_TRUE(fs_.MakeFolders("/store/downloads").ok());
  for (int at = 1; at < 20; ++at) {
    FaultFs faulty(&fs_, FaultKind::kFull, at);
    const auto client = HubClient::Open(*http_, faulty, {.url = hub_.url()});
    const std::size_t before = Downloads().size();
    const auto bytes = Fetch(*client);
    if (!faulty.reached()) break;
    EXPECT_LE(Downloads().size(), before + 1) << "the disk is not the connection's fault";
    EXPECT_TRUE(!bytes.ok() || *bytes == archive_) << at;
    ASSERT_TRUE(fs_.RemoveTree("/store/downloads/" + hub_.digest + ".part").ok());
  }
}

}  // namespace
}  // namespace paw
