// What a hub refuses, and how it says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "hub/hub.h"
#include "hub/hub_test_support.h"

namespace paw::hub {
namespace {

using testing::HasSubstr;

struct Call {
  std::string method, target;
  Json body = nullptr;
};

class HubRefusals : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    hub_ = std::make_unique<TestHub>();
    key_ = hub_->KeyOfUser("ana");
    other_ = hub_->KeyOfUser("ben");
    id_ = hub_->Publish(key_, hub_->ToyProgram(1), "slug=secret&public=false");
    public_ = hub_->Publish(key_, hub_->ToyProgram(2), "slug=known");
  }
  static void TearDownTestSuite() { hub_.reset(); }

  // Every route that takes a reference.
  static std::vector<Call> Referring(const std::string& reference) {
    const std::string program = "/api/v1/programs/" + reference;
    const Json user = Json::array({{{"role", "user"}, {"content", "x"}}});
    return {{"GET", program},
            {"GET", program + "/download"},
            {"HEAD", program + "/download"},
            {"GET", program + "/download?exact=1"},
            {"GET", program + "/cases"},
            {"GET", "/api/v1/programs/resolve/" + reference},
            {"GET", "/v1/models/" + reference},
            {"POST", "/api/v1/infer", {{"program_id", reference}, {"input", "x"}}},
            {"POST", "/api/v1/bulk?program=" + reference, {{"input", "x"}}},
            {"POST", "/v1/chat/completions", {{"model", reference}, {"messages", user}}},
            {"POST", "/v1/completions", {{"model", reference}, {"prompt", "x"}}},
            {"POST", program + "/vote", {{"vote", 1}}},
            {"POST", program + "/cases", {{"type", "success"}, {"description", "x"}}},
            {"POST", program + "/alias", {{"slug", "stolen"}}},
            {"PATCH", program, {{"slug", "stolen"}}},
            {"PATCH", program, {{"name", "stolen"}}},
            {"DELETE", program}};
  }

  static std::unique_ptr<TestHub> hub_;
  static std::string key_, other_, id_, public_;
};
std::unique_ptr<TestHub> HubRefusals::hub_;
std::string HubRefusals::key_, HubRefusals::other_, HubRefusals::id_, HubRefusals::public_;

TEST_F(HubRefusals, EveryErrorHasOneShape) {
  const struct {
    Call call;
    int status;
    const char* code;
  } cases[] = {{{"GET", "/api/v1/none"}, 404, "not_found"},
               {{"GET", "/api/v1/programs/none-such"}, 404, "not_found"},
               {{"GET", "/api/v1/programs/0123456789abcdef0000"}, 404, "not_found"},
               {{"GET", "/api/v1/compile/none"}, 404, "not_found"},
               {{"PUT", "/api/v1/programs"}, 405, "method_not_allowed"},
               {{"GET", "/api/v1/programs/%zz"}, 400, "bad_request"},
               {{"GET", "/api/v1/programs?q=%zz"}, 400, "bad_request"},
               {{"GET", "no-path"}, 400, "bad_request"},
               {{"GET", "/api/v1/programs/NO!"}, 422, "invalid"},
               {{"POST", "/api/v1/auth/rotate-key"}, 401, "sign_in_required"},
               {{"DELETE", "/api/v1/programs/known"}, 401, "sign_in_required"},
               {{"PATCH", "/api/v1/programs/known", {{"name", "x"}}}, 401, "sign_in_required"},
               {{"POST", "/api/v1/programs/known/vote", {{"vote", 1}}}, 401, "sign_in_required"},
               {{"POST", "/api/v1/infer", Json::object()}, 422, "invalid"}};
  for (const auto& one : cases) {
    const Reply reply = hub_->As("", one.call.method, one.call.target, one.call.body);
    const std::string what = one.call.method + " " + one.call.target + ": " + reply.body;
    EXPECT_EQ(reply.status, one.status) << what;
    ASSERT_TRUE(reply.json.is_object()) << what;
    EXPECT_EQ(reply.json["error"], one.code) << what;
    EXPECT_TRUE(reply.json["message"].is_string() && !reply.json["message"].get<std::string>().empty()) << what;
    EXPECT_EQ(reply.json["detail"], reply.json["message"]) << what;
    EXPECT_EQ(reply.json["request_id"], reply.Header("X-Request-Id")) << what;
    EXPECT_EQ(reply.type, "application/json") << what;
    EXPECT_NE(reply.Header("X-Request-Id"), "") << what;
    if (one.status == 404) {
      EXPECT_THAT(reply.json["detail"].get<std::string>(), HasSubstr("not found")) << what;
    }
    if (one.status == 405) {
      EXPECT_EQ(reply.Header("Allow"), "GET, HEAD, POST");
    }
  }
}

TEST_F(HubRefusals, AnInvalidKeyIs401OnEveryRoute) {
  std::vector<Call> calls = Referring(public_);
  for (const char* target : {"/", "/p/x", "/assets/app.js", "/metrics", "/v1/models", "/api/v1/health", "/api/v1/programs",
                             "/api/v1/auth/me", "/api/v1/compile", "/api/v1/models/compilers", "/api/v1/base-models/x", "/none"}) {
    calls.push_back({"GET", target});
  }
  for (const char* target :
       {"/api/v1/auth/session", "/api/v1/compile", "/api/v1/compile/async", "/api/v1/programs", "/v1/systemone", "/mcp"}) {
    calls.push_back({"POST", target, Json::object()});
  }
  for (const Call& call : calls) {
    for (const Headers& headers : {Headers{{"x-api-key", "paw_sk_wrong"}}, Headers{{"authorization", "Bearer paw_sk_wrong"}}}) {
      const Reply reply = hub_->Ask(call.method, call.target, call.body.is_null() ? "" : WriteJson(call.body), headers);
      EXPECT_EQ(reply.status, 401) << call.method << " " << call.target << reply.body;
      EXPECT_THAT(reply.body, HasSubstr("invalid_key")) << call.target;
    }
  }
}

TEST_F(HubRefusals, APrivateProgramIsNotThereForOthers) {
  for (const std::string& reference : {id_, std::string("ana%2Fsecret")}) {
    for (const std::string& key : {other_, std::string()}) {
      for (Call call : Referring(reference)) {
        for (const char* name : {"program_id", "model"}) {
          if (call.body.is_object() && call.body.contains(name))
            call.body[name] = ReplaceAll(call.body[name].get<std::string>(), "%2F", "/");
        }
        const Reply reply = hub_->As(key, call.method, call.target, call.body);
        const bool wants_account = key.empty() && reply.status == 401;
        EXPECT_TRUE(reply.status == 404 || wants_account) << call.method << " " << call.target << ": " << reply.status << " " << reply.body;
      }
    }
  }
  EXPECT_EQ(hub_->As(other_, "GET", "/api/v1/programs/ana/secret/versions").status, 404);
  EXPECT_EQ(hub_->As(other_, "GET", "/api/v1/programs/" + id_ + "/asset/meta.json").status, 404);
  for (const char* target : {"/api/v1/programs", "/api/v1/programs?q=secret", "/v1/models"}) {
    EXPECT_EQ(hub_->As(other_, "GET", target).body.find(id_), std::string::npos) << target;
  }
  EXPECT_EQ(hub_->As(key_, "GET", "/api/v1/programs/" + id_).status, 200) << "and nothing of all that changed it";
  EXPECT_EQ(hub_->As(other_, "GET", "/api/v1/programs?mine=true").json["total"], 0);
}

TEST_F(HubRefusals, NoWrongTypeOfAnyFieldIsAnErrorOfTheServer) {
  const std::string typed = hub_->Publish(key_, hub_->ToyProgram(4), "slug=typed");
  const Json values[] = {nullptr,
                         true,
                         5,
                         -1,
                         2.5,
                         1e300,
                         INT64_MIN,
                         UINT64_MAX,
                         "text",
                         "",
                         std::string(3000, 'x'),
                         Json::array(),
                         Json::array({1}),
                         Json::array({nullptr}),
                         Json::object(),
                         Json{{"a", 1}},
                         Json{{"type", 5}}};
  const Json user = Json::array({{{"role", "user"}, {"content", "x"}}});
  const Call calls[] = {
      {"POST", "/api/v1/auth/session", {{"key", "x"}}},
      {"POST",
       "/api/v1/compile/precheck",
       {{"spec", "A spec of some words."},
        {"compiler", ""},
        {"examples", Json::array()},
        {"steps", 1},
        {"minutes", 1},
        {"effort", ""},
        {"seed", 1},
        {"reject_label", ""},
        {"outputs", ""},
        {"name", ""},
        {"tags", ""},
        {"public", true},
        {"ephemeral", true},
        {"slug", ""}}},
      {"PATCH", "/api/v1/programs/" + typed, {{"name", "n"}, {"tags", Json::array()}, {"public", true}, {"slug", "typed"}}},
      {"POST", "/api/v1/programs/" + typed + "/alias", {{"slug", "typed"}, {"version", 1}}},
      {"POST", "/api/v1/programs/" + typed + "/vote", {{"vote", 1}}},
      {"POST", "/api/v1/programs/" + typed + "/cases", {{"type", "success"}, {"description", "x"}}},
      {"POST",
       "/api/v1/infer",
       {{"program_id", typed},
        {"input", "x"},
        {"max_tokens", 5},
        {"temperature", 0},
        {"seed", 1},
        {"probabilities", true},
        {"abstain_below", 0.5},
        {"json_schema", Json::object()}}},
      {"POST", "/api/v1/bulk?program=" + typed, {{"input", "x"}, {"program", typed}, {"id", 1}}},
      {"POST",
       "/v1/completions",
       {{"model", typed},
        {"prompt", "x"},
        {"n", 1},
        {"stop", nullptr},
        {"logprobs", 1},
        {"stream", false},
        {"stream_options", Json::object()},
        {"max_tokens", 5},
        {"temperature", 0},
        {"seed", 1},
        {"response_format", nullptr},
        {"tools", nullptr}}},
      {"POST",
       "/v1/chat/completions",
       {{"model", typed},
        {"messages", user},
        {"logprobs", true},
        {"top_logprobs", 1},
        {"max_completion_tokens", 5},
        {"response_format", nullptr}}},
      {"POST",
       "/v1/systemone",
       {{"state", "x"}, {"model", typed}, {"questions", {{"q", {{"type", "noul"}, {"instructions", "is it"}, {"criteria", nullptr}}}}}}},
      {"POST",
       "/mcp",
       {{"jsonrpc", "2.0"},
        {"id", 1},
        {"method", "tools/call"},
        {"params", {{"name", "paw_run"}, {"arguments", {{"program", typed}, {"input", "x"}}}}}}}};
  for (const Call& call : calls) {
    for (const auto& [field, right] : call.body.items()) {
      for (const Json& value : values) {
        Json body = call.body;
        body[field] = value;
        const Reply reply = hub_->As(key_, call.method, call.target, body);
        EXPECT_LT(reply.status, 500) << call.target << " " << WriteJson(body).substr(0, 300) << ": " << reply.body;
      }
    }
  }
  for (const Json& value : values) {
    for (const Json& body : {Json{{"model", typed}, {"messages", Json::array({value})}},
                             Json{{"model", typed}, {"messages", Json::array({{{"role", value}, {"content", "x"}}})}},
                             Json{{"model", typed}, {"messages", Json::array({{{"role", "user"}, {"content", value}}})}},
                             Json{{"model", typed}, {"messages", Json::array({{{"role", "user"}, {"content", Json::array({value})}}})}}}) {
      EXPECT_LT(hub_->As(key_, "POST", "/v1/chat/completions", body).status, 500) << body;
    }
    for (const char* field : {"type", "instructions", "criteria"}) {
      Json question = {{"type", "choice"}, {"instructions", "which"}, {"criteria", {{"a", "x"}, {"b", "y"}}}};
      question[field] = value;
      EXPECT_LT(hub_->As(key_, "POST", "/v1/systemone", {{"state", "x"}, {"model", typed}, {"questions", {{"q", question}}}}).status, 500)
          << question;
    }
    EXPECT_LT(hub_->As(key_, "POST", "/v1/systemone", {{"state", "x"}, {"model", typed}, {"questions", {{"q", value}}}}).status, 500)
        << value;
    for (const char* method : {"tools/call", "tools/list", "initialize", "server/discover"}) {
      EXPECT_LT(hub_->As(key_, "POST", "/mcp", {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", value}}).status, 500)
          << value;
      const Json inside = {{"name", value}, {"arguments", value}, {"cursor", value}, {"protocolVersion", value}, {"_meta", value}};
      EXPECT_LT(hub_->As(key_, "POST", "/mcp", {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", inside}}).status, 500)
          << value;
    }
  }
}

TEST_F(HubRefusals, NoMalformedBodyIsTakenOnAnyRoute) {
  std::string deep(200, '[');
  const std::string bodies[] = {"no json",
                                "{",
                                "[1]",
                                "\"text\"",
                                "5",
                                "{\"a\":1,\"a\":2}",
                                "{\"a\":" + deep,
                                "{\"a\":1} x",
                                "\xff\xfe",
                                std::string("{\"a\":1}\0", 8),
                                "\xEF\xBB\xBF{}",
                                "{\"a\":1e999}"};
  for (const char* target : {"/api/v1/auth/session", "/api/v1/compile", "/api/v1/compile/async", "/api/v1/compile/precheck",
                             "/api/v1/programs/known/vote", "/api/v1/programs/known/alias", "/api/v1/programs/known/cases", "/api/v1/infer",
                             "/v1/completions", "/v1/chat/completions", "/v1/systemone", "/mcp"}) {
    for (const std::string& body : bodies) {
      const Reply reply = hub_->Ask("POST", target, body, {{"x-api-key", key_}});
      EXPECT_GE(reply.status, 400) << target << " " << body.substr(0, 40);
      EXPECT_LT(reply.status, 500) << target << " " << body.substr(0, 40) << reply.body;
    }
  }
}

TEST_F(HubRefusals, OnlyNamesOfThisServerAreItsHost) {
  const auto status = [&](const std::string& host) { return hub_->Ask("GET", "/api/v1/auth/me", "", {{"host", host}}).status; };
  for (const char* good :
       {"127.0.0.1:8765", "localhost", "LOCALHOST:1", "hub.example", "hub.example:8765", "Hub.Example:9", "[::1]:8765", "10.1.2.3"})
    EXPECT_EQ(status(good), 200) << good;
  for (const char* bad : {"evil.example", "evil.example:8765", "localhost.evil.example", "hub.example.evil.example",
                          "127.0.0.1.evil.example", "xhub.example", "local host", "evil.example, localhost", "localhost@evil.example"}) {
    EXPECT_EQ(status(bad), 403) << bad;
  }
  EXPECT_EQ(status(""), 400);
}

TEST_F(HubRefusals, AForeignPageMayReadNothingAndSendNothing) {
  const auto status = [&](const std::string& method, const std::string& origin) {
    return hub_->Ask(method, "/api/v1/infer", R"({"program_id":"known","input":"x"})", {{"origin", origin}}).status;
  };
  for (const char* bad :
       {"http://evil.example", "null", "https://127.0.0.1:8765.evil.example", "http://127.0.0.1:9999", "file://", "http://localhost:8765"})
    EXPECT_EQ(status("POST", bad), 403) << bad;
  for (const char* good : {"http://127.0.0.1:8765", "http://hub.example:8765"}) EXPECT_EQ(status("POST", good), 200) << good;
  const Reply read = hub_->Ask("GET", "/api/v1/programs", "", {{"origin", "http://evil.example"}});
  EXPECT_EQ(read.headers.count("Access-Control-Allow-Origin"), 0u) << "the browser keeps it from that page";
}

TEST_F(HubRefusals, HostileSearchesAreNoErrorOfTheServer) {
  for (const std::string& q :
       {std::string(30'000, '_'), std::string(10'000, 'a'), std::string("%25%25%5C%27%22"), ReplaceAll(std::string(300, 'x'), "x", "a+")}) {
    EXPECT_LT(hub_->As("", "GET", "/api/v1/programs?q=" + q).status, 500) << q.substr(0, 40);
    EXPECT_LT(hub_->As("", "GET", "/api/v1/programs?tag=" + q).status, 500) << q.substr(0, 40);
  }
}

TEST_F(HubRefusals, PrivacyIsNotGuessedFromAnotherWord) {
  const std::string archive(TextOf(*WriteBundle(hub_->ToyProgram(3))));
  for (const char* word : {"0", "False", "no", "private"}) {
    EXPECT_EQ(hub_->Ask("POST", std::string("/api/v1/programs?public=") + word, archive, {{"x-api-key", key_}}).status, 422) << word;
  }
}

TEST_F(HubRefusals, OtherBytesUnderAnIdAreAConflict) {
  Bundle other = hub_->ToyProgram(2);
  other.prompt_template = "Other.\n{INPUT_PLACEHOLDER}";
  const Reply reply = hub_->Ask("POST", "/api/v1/programs", std::string(TextOf(*WriteBundle(other))), {{"x-api-key", other_}});
  EXPECT_EQ(reply.status, 409) << reply.body;
}

TEST_F(HubRefusals, TheHeldOutRowsAreShownToThoseWhoCompiled) {
  const std::string spec = "A spec that was compiled with rows.";
  const std::string id = hub_->As(key_, "POST", "/api/v1/compile", {{"spec", spec}}).json["program_id"].get<std::string>();
  ASSERT_TRUE(
      hub_->hub->site()
          .database
          ->Run("UPDATE programs SET report = ? WHERE program_id = ?", {std::string(R"({"curve":[],"wrong":[{"input":"a secret"}]})"), id})
          .ok());
  const std::string program = "/api/v1/programs/" + id;
  EXPECT_THAT(hub_->As(key_, "GET", program).body, HasSubstr("a secret"));
  EXPECT_EQ(hub_->As(other_, "POST", program + "/alias", {{"slug", "curious"}}).status, 200);
  const Reply archive = hub_->As(other_, "GET", program + "/download?exact=1");
  EXPECT_EQ(hub_->Ask("POST", "/api/v1/programs", archive.body, {{"x-api-key", other_}}).status, 200);
  EXPECT_EQ(hub_->As(other_, "GET", program).body.find("a secret"), std::string::npos)
      << "naming it or sending it back is not having made it";
}

TEST_F(HubRefusals, NoBundleBreaksTheServerOrAnotherProgram) {
  Bundle odd = SmallBundle(1);
  odd.manifest.runtime["local_sdk"]["supported"] = false;
  odd.manifest.runtime["local_sdk"]["base_model"] = {{"file", 5}};
  const std::string id = hub_->Publish(other_, odd);
  EXPECT_LT(hub_->As("", "GET", "/api/v1/programs/" + id + "/download").status, 500);

  // An id may be 64 hex digits, as the digest of another program is.
  const std::string digest = hub_->As("", "GET", "/api/v1/programs/" + public_).json["digest"].get<std::string>();
  Bundle shadow = hub_->ToyProgram(5);
  shadow.manifest.program_id = digest;
  const std::string archive(TextOf(*WriteBundle(shadow)));
  EXPECT_LT(hub_->Ask("POST", "/api/v1/programs", archive, {{"x-api-key", other_}}).status, 500);
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/programs/" + public_).status, 200);
  EXPECT_EQ(hub_->As("", "GET", "/api/v1/programs/" + public_ + "/download").status, 200);
}

TEST_F(HubRefusals, AVisitorsToolMakesNothingPrivate) {
  const Json call = {{"jsonrpc", "2.0"},
                     {"id", 1},
                     {"method", "tools/call"},
                     {"params", {{"name", "paw_compile"}, {"arguments", {{"spec", "A spec of a visitor's tool."}, {"public", false}}}}}};
  EXPECT_EQ(hub_->As("", "POST", "/mcp", call).json["result"]["isError"], true);
}

TEST_F(HubRefusals, AVisitorSendsNoLargeBody) {
  const std::string body(kSmallBodyBytesMax + 1, ' ');
  EXPECT_EQ(hub_->Ask("POST", "/api/v1/compile", body).status, 401);
  EXPECT_EQ(hub_->Ask("POST", "/api/v1/bulk", body).status, 401);
  EXPECT_EQ(hub_->Ask("POST", "/api/v1/infer", body).status, 413);
  EXPECT_LT(hub_->Ask("POST", "/api/v1/bulk", body, {{"x-api-key", key_}}).status, 300);
}

TEST(HubOptionsTest, WithRequireKeyAVisitorSeesThePageAndHealthAlone) {
  TestHub hub([](HubOptions& options) { options.require_key = true; });
  const std::string key = hub.KeyOfUser("ana");
  for (const char* target : {"/", "/compile", "/api/v1/health", "/api/v1/auth/me"})
    EXPECT_EQ(hub.As("", "GET", target).status, 200) << target;
  for (const char* target : {"/api/v1/programs", "/metrics", "/v1/models", "/api/v1/compile", "/api/v1/models/compilers"}) {
    EXPECT_EQ(hub.As("", "GET", target).status, 401) << target;
    EXPECT_EQ(hub.As(key, "GET", target).status, 200) << target;
  }
  EXPECT_EQ(hub.As("", "POST", "/mcp", {{"jsonrpc", "2.0"}, {"id", 1}, {"method", "ping"}}).status, 401);
  for (const char* target : {"/%61pi/v1/programs", "/api/v1/%70rograms", "/%6detrics", "/%761/models"}) {
    EXPECT_EQ(hub.As("", "GET", target).status, 401) << target << ": an escape is no way around";
  }
  EXPECT_EQ(hub.As("", "POST", "/api/v1/auth/session", {{"key", key}}).status, 200);
}

TEST(HubOptionsTest, CompilesAreCountedByTheHour) {
  TestHub hub([](HubOptions& options) {
    options.compiles_per_hour = 2;
    options.anonymous_compiles_per_hour = 1;
  });
  const std::string key = hub.KeyOfUser("ana");
  const auto compile = [&](const std::string& who, const std::string& what) {
    return hub.As(who, "POST", "/api/v1/compile", {{"spec", "A spec about " + what + "."}});
  };
  const Reply first = compile(key, "one");
  EXPECT_EQ(first.status, 202) << first.body;
  EXPECT_EQ(first.Header("X-RateLimit-Limit"), "2");
  EXPECT_EQ(first.Header("X-RateLimit-Remaining"), "1");
  EXPECT_EQ(compile(key, "two").status, 202);
  const Reply refused = compile(key, "three");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.json["error"], "rate_limited");
  EXPECT_GT(std::stoi(refused.Header("Retry-After")), 0);
  EXPECT_EQ(refused.Header("X-RateLimit-Remaining"), "0");
  EXPECT_EQ(compile(key, "one").status, 202) << "what is here costs nothing";
  EXPECT_EQ(compile("", "four").status, 202) << "a visitor's own hour";
  EXPECT_EQ(compile("", "five").status, 429);
}

TEST(HubOptionsTest, WhatIsHereAlreadyGivesNoCompileBack) {
  TestHub hub([](HubOptions& options) { options.anonymous_compiles_per_hour = 1; });
  const auto compile = [&](const std::string& what) {
    return hub.As("", "POST", "/api/v1/compile", {{"spec", "A spec about " + what + "."}}).status;
  };
  EXPECT_EQ(compile("one"), 202);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(compile("one"), 202);
  EXPECT_EQ(compile("two"), 429);
}

TEST(HubOptionsTest, ProgramsWithoutTheTablesThatNameThemAreLeftAlone) {
  TempFolder folder;
  TestHub hub;
  auto store = Take(Store::Open(PosixFs(), {.root = folder / "cache", .offline = true}));
  const ProgramEntry entry = *store->Put(*WriteBundle(hub.ToyProgram(1)), "");
  HubOptions options = hub.hub->site().options;
  options.data_dir = folder / "cache";
  EXPECT_FALSE(Hub::Open(*hub.workspace, options, nullptr, hub.compiler.Fn()).ok()) << "a store of paw's own is no hub's folder";
  EXPECT_TRUE(PosixFs().Exists(entry.path));
}

TEST(HubOptionsTest, OpeningAgainKeepsProgramsAndSweepsTheRest) {
  TestHub hub;
  const std::string key = hub.KeyOfUser("ana");
  const std::string id = hub.Publish(key, hub.ToyProgram(1), "slug=kept");
  Store& store = *hub.hub->site().store;
  ASSERT_TRUE(store.Put(*WriteBundle(hub.ToyProgram(2)), "").ok());
  const HubOptions options = hub.hub->site().options;
  hub.hub.reset();
  auto again = Hub::Open(*hub.workspace, options, nullptr, hub.compiler.Fn());
  ASSERT_TRUE(again.ok()) << again.message();
  hub.hub = std::move(again).value();
  EXPECT_EQ(hub.hub->swept().bundles, 1);
  EXPECT_EQ(hub.As(key, "GET", "/api/v1/programs/kept").json["id"], id);
  EXPECT_EQ(hub.As("", "POST", "/api/v1/infer", {{"program_id", id}, {"input", "x"}}).status, 200);
}

}  // namespace
}  // namespace paw::hub
