// A hub asked in process: who may, what comes back, from publishing to running.
#include "hub/hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "hub/hub_test_support.h"

namespace paw::hub {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class HubTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    hub_ = std::make_unique<TestHub>();
    key_ = hub_->KeyOfUser("ana");
    other_ = hub_->KeyOfUser("ben");
  }
  static void TearDownTestSuite() { hub_.reset(); }
  static std::string Spec(const std::string& what) { return "A spec about " + what + "."; }

  static std::unique_ptr<TestHub> hub_;
  static std::string key_, other_;
};
std::unique_ptr<TestHub> HubTest::hub_;
std::string HubTest::key_, HubTest::other_;

TEST_F(HubTest, SigningInGivesACookieThatStandsForTheKey) {
  const Reply signed_in = hub_->As("", "POST", "/api/v1/auth/session", {{"key", key_}});
  EXPECT_EQ(signed_in.status, 200) << signed_in.body;
  EXPECT_EQ(signed_in.json["user"]["name"], "ana");
  const std::string set = signed_in.Header("Set-Cookie");
  for (const char* part : {"paw_session=", "HttpOnly", "SameSite=Strict", "Path=/"}) EXPECT_THAT(set, HasSubstr(part));
  const std::string cookie = "other=1; " + set.substr(0, set.find(';'));
  EXPECT_EQ(hub_->Ask("GET", "/api/v1/auth/me", "", {{"cookie", cookie}}).json["user"]["name"], "ana");
  EXPECT_EQ(hub_->Ask("GET", "/api/v1/programs?mine=true", "", {{"cookie", cookie}}).status, 200);

  // What changes something has to come from the page itself.
  const std::string rotate = "/api/v1/auth/rotate-key";
  EXPECT_EQ(hub_->Ask("POST", rotate, "", {{"cookie", cookie}}).json["error"], "bad_origin");
  EXPECT_EQ(hub_->Ask("POST", rotate, "", {{"cookie", cookie}, {"sec-fetch-site", "cross-site"}}).status, 403);
  EXPECT_EQ(hub_->Ask("POST", rotate, "", {{"cookie", cookie}, {"origin", "http://evil.example"}}).status, 403);
  const Reply rotated = hub_->Ask("POST", rotate, "", {{"cookie", cookie}, {"origin", "http://127.0.0.1:8765"}});
  EXPECT_EQ(rotated.status, 200) << rotated.body;
  EXPECT_EQ(hub_->As(key_, "GET", "/api/v1/auth/me").status, 401) << "the old key ends at once";
  key_ = rotated.json["key"].get<std::string>();
  EXPECT_EQ(hub_->Ask("GET", "/api/v1/auth/me", "", {{"cookie", cookie}}).json["user"]["key_prefix"], key_.substr(0, 12))
      << "the cookie stays";

  const Reply out = hub_->Ask("DELETE", "/api/v1/auth/session", "", {{"cookie", cookie}, {"sec-fetch-site", "same-origin"}});
  EXPECT_EQ(out.status, 200);
  EXPECT_THAT(out.Header("Set-Cookie"), HasSubstr("Max-Age=0"));
  EXPECT_TRUE(hub_->Ask("GET", "/api/v1/auth/me", "", {{"cookie", cookie}}).json["user"].is_null());
}

TEST_F(HubTest, KeysComeInEitherHeader) {
  for (const Headers& headers :
       {Headers{{"x-api-key", key_}}, Headers{{"authorization", "Bearer " + key_}}, Headers{{"authorization", "bearer  " + key_}}}) {
    EXPECT_EQ(hub_->Ask("GET", "/api/v1/auth/me", "", headers).json["user"]["name"], "ana");
  }
  EXPECT_EQ(hub_->As("", "POST", "/api/v1/auth/session", {{"key", "paw_sk_wrong"}}).json["error"], "invalid_key");
}

TEST_F(HubTest, PublishingGivesAVersionedName) {
  const Bundle bundle = hub_->ToyProgram(10);
  const std::string archive(TextOf(*WriteBundle(bundle)));
  const std::string target = "/api/v1/programs?slug=first&name=First%20one&tags=a,b";
  const Reply made = hub_->Ask("POST", target, archive, {{"x-api-key", key_}});
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json["program_id"], bundle.manifest.program_id);
  EXPECT_EQ(made.json["digest"], Sha256Hex(archive));
  EXPECT_EQ(made.json["slug"], "ana/first");
  EXPECT_EQ(made.json["version"], 1);
  const Reply again = hub_->Ask("POST", target, archive, {{"x-api-key", key_}});
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.json["version_action"], "no_change");
  for (const char* reference : {"first", "ana/first", "ana%2Ffirst", "ana%2Ffirst%40v1", "ana/first@v1"}) {
    EXPECT_EQ(hub_->As(key_, "GET", std::string("/api/v1/programs/resolve/") + reference).json["program_id"], bundle.manifest.program_id)
        << reference;
    const Reply shown = hub_->As(other_, "GET", std::string("/api/v1/programs/") + reference);
    EXPECT_EQ(shown.json["name"], "First one") << reference;
    EXPECT_EQ(shown.json["version"], 1) << reference;
  }
  const Reply none = hub_->As(key_, "GET", "/api/v1/programs/resolve/ana/none");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.json["error"], "alias_not_found");
  EXPECT_THAT(none.json["detail"].get<std::string>(), HasSubstr("not found"));
  EXPECT_EQ(hub_->As(key_, "GET", "/api/v1/programs/ana/first/versions").json["versions"].size(), 1u);
}

TEST_F(HubTest, WhatIsNoBundleIsRefused) {
  const auto publish = [&](const std::string& body) { return hub_->Ask("POST", "/api/v1/programs", body, {{"x-api-key", key_}}).status; };
  EXPECT_EQ(publish(""), 422);
  EXPECT_EQ(publish("PK\x03\x04 and no more"), 422);
  std::string cut(TextOf(*WriteBundle(hub_->ToyProgram(11))));
  EXPECT_EQ(publish(cut.substr(0, cut.size() - 1)), 422);
  cut[cut.size() / 2] = static_cast<char>(cut[cut.size() / 2] ^ 1);
  EXPECT_EQ(publish(cut), 422);
  EXPECT_EQ(hub_->Ask("POST", "/api/v1/programs", "x").status, 401);
}

TEST_F(HubTest, DownloadsAreWholeOrInPartsAndNameTheBaseHere) {
  const Bundle bundle = hub_->ToyProgram(12);
  const std::string archive(TextOf(*WriteBundle(bundle)));
  const std::string id = hub_->Publish(key_, bundle);
  const std::string target = "/api/v1/programs/" + id + "/download";
  const Reply exact = hub_->As("", "GET", target + "?exact=1");
  EXPECT_EQ(exact.body, archive);
  EXPECT_EQ(exact.Header("X-Paw-Digest"), Sha256Hex(archive));
  const Reply plain = hub_->As("", "GET", target);
  ASSERT_EQ(plain.status, 200);
  EXPECT_TRUE(ReadBundle(std::as_bytes(std::span(plain.body)), "the download").ok());
  for (const std::string& query : {std::string(), std::string("?exact=1")}) {
    const Reply whole = hub_->As("", "GET", target + query);
    const Reply part = hub_->Ask("GET", target + query, "", {{"range", "bytes=100-299"}, {"if-range", whole.Header("ETag")}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, whole.body.substr(100, 200));
    EXPECT_EQ(hub_->Ask("GET", target + query, "", {{"if-none-match", whole.Header("ETag")}}).status, 304);
    EXPECT_EQ(hub_->Ask("GET", target + query, "", {{"range", "bytes=99999999-"}}).status, 416);
  }
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/programs/" + id + "/asset/adapter.gguf").body, TextOf(bundle.adapter_gguf));
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/programs/" + id + "/asset/prompt_template.txt").body, bundle.prompt_template);
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/programs/" + id + "/asset/meta.json").json["program_id"], id);
  for (const char* name : {"..%2Fhub.db", "hub.db", "pseudo_program.txt", "%2Fetc%2Fpasswd"}) {
    EXPECT_EQ(hub_->As("", "GET", "/api/v1/programs/" + id + "/asset/" + name).status, 404) << name;
  }
}

TEST_F(HubTest, TheBaseIsServedByItsNameAlone) {
  const std::string file = hub_->base.profile.file;
  const Reply head = hub_->As("", "GET", "/api/v1/base-models/" + PercentEncoded(file));
  ASSERT_EQ(head.status, 200) << head.body;
  EXPECT_EQ(Sha256Hex(head.body), hub_->base.profile.sha256);
  EXPECT_EQ(hub_->Ask("GET", "/api/v1/base-models/" + PercentEncoded(file), "", {{"range", "bytes=0-3"}}).body, "GGUF");
  for (const char* other : {"none.gguf", "..%2Ftoy.gguf", "..%2f..%2fdata%2Fhub.db"}) {
    EXPECT_EQ(hub_->As("", "GET", std::string("/api/v1/base-models/") + other).status, 404) << other;
  }
}

TEST_F(HubTest, APublishedProgramRuns) {
  const std::string id = hub_->Publish(key_, hub_->ToyProgram(13), "slug=runs");
  const Reply run = hub_->As("", "POST", "/api/v1/infer", {{"program_id", "ana/runs"}, {"input", "window"}, {"probabilities", true}});
  ASSERT_EQ(run.status, 200) << run.body;
  EXPECT_TRUE(run.json["output"] == "up" || run.json["output"] == "down");
  EXPECT_EQ(run.json["program_id"], id);
  ASSERT_EQ(run.json["labels"].size(), 2u);
  EXPECT_NEAR(run.json["labels"][0]["probability"].get<double>() + run.json["labels"][1]["probability"].get<double>(), 1, 1e-6);
  EXPECT_EQ(run.json["labels"][0]["label"], run.json["output"]);
  EXPECT_EQ(hub_->As("", "POST", "/api/v1/infer", {{"program_id", id}, {"input", "window"}}).json["output"], run.json["output"]);
  const Reply metrics = hub_->As("", "GET", "/metrics");
  EXPECT_THAT(metrics.body, HasSubstr("paw_call_seconds_count{program=\"" + id + "\"} 2\n"));
  EXPECT_THAT(metrics.body, HasSubstr("paw_requests_total{route=\"POST /api/v1/infer\",status=\"200\"} "));
}

TEST_F(HubTest, BulkAnswersEveryLineInOrder) {
  const std::string id = hub_->Publish(key_, hub_->ToyProgram(14), "slug=bulk");
  std::string body;
  for (int i = 0; i < 70; ++i) {
    if (i == 3) body += "no json\n";
    if (i == 5) body += "{\"input\": 5}\n";
    if (i == 7) body += "{\"input\": \"x\", \"program\": \"no-such-one\"}\n";
    if (i != 3 && i != 5 && i != 7) body += WriteJson({{"input", "word " + std::to_string(i)}, {"id", i * 10}}) + "\n";
  }
  const Reply reply = hub_->Ask("POST", "/api/v1/bulk?program=ana%2Fbulk", body);
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto lines = SplitLines(reply.body);
  ASSERT_EQ(lines.size(), 70u);
  for (int i = 0; i < 70; ++i) {
    const Json line = Take(ParseJson(lines[static_cast<std::size_t>(i)], "a line"));
    EXPECT_EQ(line["index"], i);
    if (i == 3 || i == 5 || i == 7) {
      EXPECT_TRUE(line["error"].is_string() && line["message"].is_string()) << line;
    } else {
      EXPECT_EQ(line["id"], i * 10);
      EXPECT_TRUE(line["output"] == "up" || line["output"] == "down") << line;
    }
  }
  const Reply rest = hub_->Ask("POST", "/api/v1/bulk?from=68&program=" + id, body);
  EXPECT_EQ(SplitLines(rest.body).size(), 2u);
  EXPECT_EQ(Take(ParseJson(SplitLines(rest.body)[0], "a line"))["index"], 68);
  EXPECT_EQ(hub_->Ask("POST", "/api/v1/bulk?program=none-such", body).status, 404);
}

TEST_F(HubTest, OpenAiClientsSeeAProgramAsAModel) {
  const std::string id = hub_->Publish(key_, hub_->ToyProgram(15), "slug=chat");
  const Json messages = {{{"role", "system"}, {"content", "ignored"}}, {{"role", "user"}, {"content", "window"}}};
  const Reply chat = hub_->As("", "POST", "/v1/chat/completions",
                              {{"model", "ana/chat"}, {"messages", messages}, {"logprobs", true}, {"top_logprobs", 2}});
  ASSERT_EQ(chat.status, 200) << chat.body;
  const std::string said = chat.json["choices"][0]["message"]["content"].get<std::string>();
  EXPECT_EQ(said, hub_->As("", "POST", "/api/v1/infer", {{"program_id", id}, {"input", "window"}}).json["output"]);
  EXPECT_EQ(chat.json["choices"][0]["logprobs"]["content"][0]["top_logprobs"].size(), 2u);
  EXPECT_EQ(chat.json["usage"]["total_tokens"],
            chat.json["usage"]["prompt_tokens"].get<int>() + chat.json["usage"]["completion_tokens"].get<int>());
  const Reply stream = hub_->As("", "POST", "/v1/chat/completions", {{"model", id}, {"messages", messages}, {"stream", true}});
  EXPECT_EQ(stream.type, "text/event-stream");
  EXPECT_THAT(stream.body, StartsWith("data: {"));
  EXPECT_TRUE(stream.body.ends_with("data: [DONE]\n\n"));
  EXPECT_EQ(hub_->As("", "POST", "/v1/completions", {{"model", id}, {"prompt", "window"}}).json["choices"][0]["text"], said);
  EXPECT_EQ(hub_->As("", "GET", "/v1/models/ana/chat").json["program_id"], id);
  bool listed = false;
  const Reply models = hub_->As("", "GET", "/v1/models");
  for (const Json& model : models.json["data"]) listed = listed || model["id"] == "ana/chat";
  EXPECT_TRUE(listed);
}

TEST_F(HubTest, OpenAiErrorsHaveTheirShape) {
  const struct {
    const char *target, *body;
    int status;
    const char *type, *code;
  } cases[] = {{"/v1/chat/completions", R"({"model":"none-such","messages":[{"role":"user","content":"x"}]})", 404, "invalid_request_error",
                "not_found"},
               {"/v1/chat/completions", R"({"model":"ab"})", 422, "invalid_request_error", "invalid"},
               {"/v1/completions", R"({"model":"ab","prompt":"x","n":2})", 422, "invalid_request_error", "invalid"},
               {"/v1/nothing", "{}", 404, "invalid_request_error", "not_found"}};
  for (const auto& one : cases) {
    const Reply reply = hub_->Ask("POST", one.target, one.body);
    EXPECT_EQ(reply.status, one.status) << reply.body;
    ASSERT_TRUE(reply.json["error"].is_object()) << reply.body;
    EXPECT_EQ(reply.json["error"]["type"], one.type);
    EXPECT_EQ(reply.json["error"]["code"], one.code);
    EXPECT_TRUE(reply.json["error"]["message"].is_string());
  }
  const Reply unauthorised = hub_->As("paw_sk_wrong", "GET", "/v1/models");
  EXPECT_EQ(unauthorised.status, 401);
  EXPECT_EQ(unauthorised.json["error"]["type"], "authentication_error");
}

TEST_F(HubTest, CompilingWaitsAndAnswersWithTheProgram) {
  const Reply made = hub_->As(key_, "POST", "/api/v1/compile", {{"spec", Spec("compile")}, {"slug", "compiled"}, {"name", "C"}});
  ASSERT_EQ(made.status, 202) << made.body;
  EXPECT_EQ(made.json["status"], "ready");
  EXPECT_EQ(made.json["slug"], "ana/compiled");
  for (const char* key :
       {"job_id", "program_id", "version", "version_action", "cached", "compiler_snapshot", "compiler_kind", "pseudo_program",
        "pseudo_program_strategy", "runtime_id", "runtime_manifest_version", "timings", "error", "held_out", "warnings"}) {
    EXPECT_TRUE(made.json.contains(key)) << key;
  }
  const Reply check = hub_->As("", "POST", "/api/v1/compile/precheck", {{"spec", Spec("compile")}});
  EXPECT_EQ(check.json["cached"], true) << check.body;
  EXPECT_EQ(check.json["program_id"], made.json["program_id"]);
  EXPECT_EQ(hub_->As("", "POST", "/api/v1/compile", {{"spec", Spec("compile")}}).json["cached"], true);
  EXPECT_EQ(hub_->As(key_, "POST", "/api/v1/compile", {{"spec", Spec("compile")}, {"compiler", "no-such-compiler"}}).status, 400);
  EXPECT_EQ(hub_->As("", "POST", "/api/v1/compile", {{"spec", Spec("x")}, {"slug", "x-1"}}).status, 401);
  EXPECT_EQ(hub_->As("", "POST", "/api/v1/compile", {{"spec", Spec("x")}, {"public", false}}).status, 401);
}

TEST_F(HubTest, AFailedCompileSaysWhy) {
  hub_->compiler.FailWith(Refused("the spec: found nothing to do"));
  const Reply failed = hub_->As(key_, "POST", "/api/v1/compile", {{"spec", Spec("failure")}});
  hub_->compiler.FailWith(Ok());
  EXPECT_EQ(failed.status, 422);
  EXPECT_EQ(failed.json["error"], "compile_failed");
  EXPECT_THAT(failed.json["message"].get<std::string>(), HasSubstr("nothing to do"));
}

TEST_F(HubTest, ALaterCompileIsAJobThatIsWatchedAndCancelled) {
  hub_->compiler.Hold();
  const std::size_t before = hub_->compiler.specs().size();
  const Reply first = hub_->As(key_, "POST", "/api/v1/compile/async", {{"spec", Spec("async one")}});
  const Reply second = hub_->As(key_, "POST", "/api/v1/compile/async", {{"spec", Spec("async two")}});
  ASSERT_EQ(first.status, 202) << first.body;
  ASSERT_TRUE(hub_->compiler.WaitForCalls(before + 1));
  const std::string one = "/api/v1/compile/" + first.json["job_id"].get<std::string>(),
                    two = "/api/v1/compile/" + second.json["job_id"].get<std::string>();
  EXPECT_EQ(hub_->As(key_, "GET", one).json["status"], "compiling");
  EXPECT_EQ(hub_->As(other_, "GET", one).status, 404);
  EXPECT_EQ(hub_->As(other_, "DELETE", two).status, 404);
  EXPECT_EQ(hub_->As(other_, "GET", one + "/events").status, 404);
  const Reply too_late = hub_->As(key_, "DELETE", one);
  EXPECT_EQ(too_late.status, 409);
  EXPECT_EQ(too_late.json["error"], "already_started");
  EXPECT_EQ(hub_->As(key_, "DELETE", two).json["status"], "cancelled");
  hub_->compiler.Release();
  const Reply events = hub_->As(key_, "GET", one + "/events");
  EXPECT_EQ(events.type, "text/event-stream");
  EXPECT_THAT(events.body, HasSubstr("event: done\n"));
  const std::string last = events.body.substr(events.body.rfind("data: ") + 6);
  EXPECT_EQ(Take(ParseJson(Trim(last), "the last event"))["status"], "ready") << events.body;
  EXPECT_GE(hub_->As(key_, "GET", "/api/v1/compile").json["total"].get<int>(), 2);
}

TEST_F(HubTest, VotesCasesAliasesAndChangesGoThroughTheirRoutes) {
  const std::string id = hub_->Publish(key_, hub_->ToyProgram(16), "slug=routes"),
                    next = hub_->Publish(key_, hub_->ToyProgram(17), "slug=routes");
  const std::string program = "/api/v1/programs/" + id;
  EXPECT_EQ(hub_->As(other_, "POST", program + "/vote", {{"vote", -1}}).json["downvotes"], 1);
  EXPECT_EQ(hub_->As(other_, "POST", program + "/vote", {{"vote", 2}}).status, 422);
  EXPECT_EQ(hub_->As(other_, "POST", program + "/cases", {{"type", "success"}, {"description", "works"}}).status, 201);
  EXPECT_EQ(hub_->As("", "GET", program + "/cases").json["cases"].size(), 1u);
  const Reply promoted = hub_->As(key_, "POST", "/api/v1/programs/" + next + "/alias", {{"slug", "routes"}, {"version", 1}});
  EXPECT_EQ(promoted.json["version_action"], "promoted") << promoted.body;
  EXPECT_EQ(promoted.json["program_id"], id);
  EXPECT_EQ(hub_->As(key_, "PATCH", program, {{"name", "New"}, {"tags", {"t1"}}}).json["name"], "New");
  EXPECT_GE(hub_->As(other_, "PATCH", program, {{"name", "Not theirs"}}).status, 400);
  EXPECT_GE(hub_->As(other_, "DELETE", program).status, 400);
  EXPECT_EQ(hub_->As(key_, "PATCH", program, {{"slug", "renamed"}}).json["slug"], "ana/renamed");
  EXPECT_EQ(hub_->As(key_, "DELETE", program).json["deleted"], true);
  EXPECT_EQ(hub_->As(key_, "GET", program).status, 404);
  EXPECT_EQ(hub_->As("", "POST", "/api/v1/infer", {{"program_id", id}, {"input", "x"}}).status, 404);
}

TEST_F(HubTest, HealthModelsAndThePageAnswer) {
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/health").json["status"], "degraded") << "the default base is not here";
  EXPECT_GE(hub_->As("", "GET", "/api/v1/models/compilers").json["compilers"].size(), 1u);
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/models/runtimes/" + hub_->base.profile.runtime_id).status, 200);
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/models/runtimes/none").status, 404);
  const Reply page = hub_->As("", "GET", "/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.type, StartsWith("text/html"));
  EXPECT_EQ(hub_->As("", "GET", "/p/ana/anything").body, page.body);
  EXPECT_EQ(hub_->As("", "GET", "/assets/none.js").status, 404);
  for (const char* header : {"Content-Security-Policy", "X-Content-Type-Options", "X-Request-Id", "Date"})
    EXPECT_NE(page.Header(header), "") << header;
}

TEST_F(HubTest, ListsAreSearchedAndSorted) {
  hub_->Publish(key_, hub_->ToyProgram(18), "name=Findable&tags=rare-tag");
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/programs?q=findable&sort=votes").json["total"], 1);
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/programs?tag=rare-tag&per_page=1&page=1").json["programs"].size(), 1u);
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/programs?sort=best").status, 422);
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/programs?page=x").status, 422);
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/programs?mine=true").status, 401);
}

}  // namespace
}  // namespace paw::hub
