#include "hub/compile_request.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "hub/hub_test_support.h"

namespace paw::hub {
namespace {

const Json kValues[] = {nullptr, true, 5, -1, 2.5, "text", Json::array(), Json::array({1}), Json::object(), Json{{"a", 1}}};

Json Body() { return {{"spec", "Say now or later, nothing else."}}; }
Json With(const std::string& key, const Json& value) {
  Json body = Body();
  body[key] = value;
  return body;
}
bool Taken(const Json& body) {
  const auto request = ParseCompileRequest(body);
  if (!request.ok()) {
    EXPECT_TRUE(request.code() == Code::kUsage || request.code() == Code::kRefused) << request.message();
    EXPECT_EQ(request.message().find('\n'), std::string::npos);
  }
  return request.ok();
}

TEST(ParseCompileRequest, TheSpecAloneIsEnough) {
  const CompileRequest request = Take(ParseCompileRequest(Body()));
  EXPECT_EQ(request.spec, "Say now or later, nothing else.");
  EXPECT_EQ(request.seed, 1u);
  EXPECT_TRUE(request.listing.is_public);
  EXPECT_TRUE(request.listing.listed);
  EXPECT_FALSE(request.trains());
  EXPECT_TRUE(Taken({{"spec", "Say now or later, nothing else."}, {"unknown_field", {1, 2}}})) << "a later client's field";
}

TEST(ParseCompileRequest, TakesEveryField) {
  const CompileRequest request =
      Take(ParseCompileRequest(Json::parse(R"({"spec": "Say now or later, nothing else.", "compiler": "paw-ft-smollm2-135m",
      "name": "Timer", "tags": ["time"], "public": false, "slug": "timer", "ephemeral": true, "examples": [{"input": "a", "output": "now"}],
      "steps": 7, "seed": 3, "reject_label": "none", "outputs": "text"})")));
  EXPECT_EQ(request.compiler, kTrainCompiler);
  EXPECT_EQ(request.listing.name, "Timer");
  EXPECT_EQ(request.listing.tags, std::vector<std::string>{"time"});
  EXPECT_FALSE(request.listing.is_public);
  EXPECT_FALSE(request.listing.listed);
  EXPECT_EQ(request.slug, "timer");
  ASSERT_EQ(request.examples.size(), 1u);
  EXPECT_EQ(request.examples[0].output, "now");
  EXPECT_EQ(request.budget.steps, 7);
  EXPECT_EQ(request.seed, 3u);
  EXPECT_EQ(request.reject_label, "none");
  EXPECT_EQ(request.outputs, OutputsAsked::kText);
  EXPECT_TRUE(request.trains());
}

TEST(ParseCompileRequest, RefusesEveryWrongTypeOfEveryField) {
  const struct {
    const char* key;
    std::vector<Json::value_t> right;  // beside null
  } fields[] = {{"compiler", {Json::value_t::string}},
                {"name", {Json::value_t::string}},
                {"tags", {}},
                {"public", {Json::value_t::boolean}},
                {"ephemeral", {Json::value_t::boolean}},
                {"slug", {Json::value_t::string}},
                {"examples", {}},
                {"effort", {}},
                {"outputs", {}},
                {"reject_label", {Json::value_t::string}},
                {"steps", {}},
                {"minutes", {}},
                {"seed", {}}};
  for (const auto& field : fields) {
    EXPECT_TRUE(Taken(With(field.key, nullptr))) << field.key;
    for (const Json& value : kValues) {
      if (value.is_null()) continue;
      const bool right = std::find(field.right.begin(), field.right.end(), value.type()) != field.right.end();
      const std::string key = field.key;
      const bool whole = value.is_number_integer() && value > 0 && (key == "steps" || key == "seed" || key == "minutes");
      const bool fits = right || whole || (value == 2.5 && key == "minutes") || (value == "text" && key == "outputs") ||
                        (value == Json::array() && (key == "tags" || key == "examples"));
      EXPECT_EQ(Taken(With(key, value)), fits) << key << " " << value;
    }
  }
  for (const Json& value : kValues) {
    if (!value.is_object()) {
      EXPECT_FALSE(Taken(value)) << value;
    }
    EXPECT_FALSE(Taken({{"spec", value}})) << value;
    EXPECT_FALSE(Taken(With("examples", Json::array({value})))) << value;
    EXPECT_FALSE(Taken(With("examples", Json::array({{{"input", value}, {"output", 1}}})))) << value;
    EXPECT_EQ(Taken(With("examples", Json::array({{{"input", "a"}, {"output", value}}}))), value.is_string()) << value;
  }
  EXPECT_FALSE(Taken(Json::object()));
}

TEST(ParseCompileRequest, HoldsEveryFieldToItsBounds) {
  const auto spec = [](std::string text) { return Taken({{"spec", std::move(text)}}); };
  EXPECT_FALSE(spec("123456789"));
  EXPECT_TRUE(spec("1234567890"));
  EXPECT_FALSE(spec("    123456789    ")) << "blanks do not count";
  EXPECT_TRUE(spec(std::string(16'000, 'a')));
  EXPECT_FALSE(spec(std::string(16'001, 'a')));
  std::string wide;
  for (int i = 0; i < 16'000; ++i) wide += "\xE2\x82\xAC";
  EXPECT_TRUE(spec(wide)) << "characters, not bytes";
  EXPECT_FALSE(spec(wide + "x"));
  EXPECT_FALSE(spec(std::string("0123456789\0abc", 14)));
  EXPECT_FALSE(spec("0123456789 \xff"));
  const struct {
    const char* key;
    Json good, bad;
  } cases[] = {{"steps", 1, 0},
               {"steps", 1'000'000, 1'000'001},
               {"steps", 7, INT64_MIN},
               {"minutes", 0.05, 0.04},
               {"minutes", 1440, 1440.1},
               {"minutes", 1.5, -1},
               {"minutes", 1.5, 1e308},
               {"seed", 0, -1},
               {"seed", INT64_MAX, UINT64_MAX},
               {"effort", "quick", "Quick"},
               {"effort", "thorough", ""},
               {"outputs", "auto", "json"},
               {"slug", "my-slug", "My Slug"},
               {"slug", "", "0123456789abcdef"},
               {"tags", {"a", "b", "c", "d", "e"}, {"a", "b", "c", "d", "e", "f"}},
               {"tags", {"a-1"}, {"A"}},
               {"tags", {std::string(30, 'a')}, {std::string(31, 'a')}},
               {"name", std::string(100, 'n'), std::string(401, 'n')}};
  for (const auto& one : cases) {
    EXPECT_TRUE(Taken(With(one.key, one.good))) << one.key << " " << one.good;
    EXPECT_FALSE(Taken(With(one.key, one.bad))) << one.key << " " << one.bad;
  }
}

TEST(ParseCompileRequest, TakesOneBudgetOnly) {
  for (const char* other : {"minutes", "effort"}) {
    Json body = With("steps", 5);
    body[other] = std::string(other) == "effort" ? Json("quick") : Json(1);
    EXPECT_FALSE(Taken(body)) << other;
  }
  Json body = With("minutes", 1);
  body["effort"] = "quick";
  EXPECT_FALSE(Taken(body));
}

TEST(ParseCompileRequest, ContradictingExamplesAreRefusedAndEqualOnesTakenOnce) {
  EXPECT_FALSE(Taken(With("examples", Json::parse(R"([{"input":"a","output":"now"},{"input":"a","output":"later"}])"))));
  const auto request = ParseCompileRequest(With("examples", Json::parse(R"([{"input":"a","output":"now"},{"input":"a","output":"now"}])")));
  EXPECT_EQ(Take(request).examples.size(), 1u);
}

TEST(CompileRequest, ComesBackFromItsJsonTheSame) {
  for (
      const char* text :
      {R"({"spec": "Say now or later, nothing else."})",
       R"({"spec": "  Say \"now\" or later \u20ac  ", "minutes": 0.1, "seed": 9223372036854775807, "outputs": "text", "slug": "x-1"})",
       R"({"spec": "Say now or later, nothing else.", "steps": 12, "reject_label": "", "tags": ["b", "a"], "name": "N", "ephemeral": true})",
       R"({"spec": "Say now or later, nothing else.", "effort": "thorough", "public": false, "compiler": "c",
                               "examples": [{"input": "", "output": "now"}, {"input": "\u0001 x", "output": "later"}]})"}) {
    const CompileRequest request = Take(ParseCompileRequest(Json::parse(text)));
    const CompileRequest again = Take(ParseCompileRequest(ToJson(request)));
    EXPECT_EQ(ToJson(again), ToJson(request)) << text;
    EXPECT_EQ(KeyOf(again), KeyOf(request)) << text;
  }
}

TEST(KeyOf, DependsOnWhatMakesTheBytesAndOnNothingElse) {
  const auto key = [](const Json& body) { return KeyOf(Take(ParseCompileRequest(body))); };
  const std::string plain = key(Body());
  const Json beside = Json::parse(R"({"name": "N", "tags": ["t"], "slug": "s-1", "public": false, "ephemeral": true})");
  for (const auto& [field, value] : beside.items()) {
    EXPECT_EQ(key(With(field, value)), plain) << field;
  }
  EXPECT_EQ(key(With("seed", 1)), plain);
  EXPECT_EQ(key(With("outputs", "auto")), plain);
  std::vector<std::string> keys = {plain};
  const Json within = Json::parse(R"({"seed": 2, "steps": 5, "minutes": 5, "effort": "quick", "outputs": "text", "reject_label": "x",
      "compiler": "c", "spec": "Say now or later, nothing else!", "examples": [{"input": "a", "output": "now"}]})");
  for (const auto& [field, value] : within.items()) {
    keys.push_back(key(With(field, value)));
  }
  keys.push_back(key(With("examples", Json::parse(R"([{"input": "a", "output": "later"}])"))));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(keys[i], keys[j]) << i << " " << j;
  }
}

}  // namespace
}  // namespace paw::hub
