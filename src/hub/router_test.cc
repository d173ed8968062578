#include "hub/router.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace paw::hub {
namespace {

Outcome Nothing(Request&) { return Response{}; }

// The routes of the programs, in their order.
Router Programs() {
  Router router;
  for (const char* pattern : {"/", "/api/v1/programs", "/api/v1/programs/{ref*}/download", "/api/v1/programs/resolve/{ref*}",
                              "/api/v1/programs/{ref*}/versions", "/api/v1/programs/{ref}/asset/{name}", "/api/v1/programs/{ref*}"}) {
    router.Add("GET", pattern, Nothing);
  }
  router.Add("POST", "/api/v1/programs", Nothing, 1234);
  router.Add("PATCH", "/api/v1/programs/{ref*}", Nothing);
  router.Add("DELETE", "/api/v1/programs/{ref*}", Nothing);
  return router;
}

// "PATTERN value|value", or the status of the error.
std::string Found(const Router& router, const std::string& method, const std::string& path) {
  const auto found = router.Find(method, path);
  if (const HubError* error = std::get_if<HubError>(&found)) return std::to_string(error->status);
  const auto& match = std::get<Router::Match>(found);
  std::string text = match.route->pattern;
  for (std::size_t i = 0; i < match.values.size(); ++i) text += (i == 0 ? " " : "|") + match.values[i];
  return text;
}

TEST(Router, TakesReferencesWithRawAndEncodedSlashes) {
  const Router router = Programs();
  const struct {
    const char *path, *expected;
  } cases[] = {
      {"/", "/"},
      {"/api/v1/programs", "/api/v1/programs"},
      {"/api/v1/programs/triage", "/api/v1/programs/{ref*} triage"},
      {"/api/v1/programs/me/triage", "/api/v1/programs/{ref*} me/triage"},
      {"/api/v1/programs/me%2Ftriage", "/api/v1/programs/{ref*} me/triage"},
      {"/api/v1/programs/me%2ftriage%40v3", "/api/v1/programs/{ref*} me/triage@v3"},
      {"/api/v1/programs/me/triage@v3/versions", "/api/v1/programs/{ref*}/versions me/triage@v3"},
      {"/api/v1/programs/me%2Ftriage/download", "/api/v1/programs/{ref*}/download me/triage"},
      {"/api/v1/programs/resolve/me/triage", "/api/v1/programs/resolve/{ref*} me/triage"},
      {"/api/v1/programs/resolve/triage", "/api/v1/programs/resolve/{ref*} triage"},
      {"/api/v1/programs/abc/asset/meta.json", "/api/v1/programs/{ref}/asset/{name} abc|meta.json"},
      {"/api/v1/programs/abc/asset/..%2Fmeta.json", "/api/v1/programs/{ref}/asset/{name} abc|../meta.json"},
      {"/%61pi/v1/programs", "/api/v1/programs"},
  };
  for (const auto& one : cases) EXPECT_EQ(Found(router, "GET", one.path), one.expected) << one.path;
}

TEST(Router, FindsNothingForTooFewTooManyAndStrangeSegments) {
  const Router router = Programs();
  for (const char* path : {"/api", "/api/v1", "/api/v1/program", "/API/v1/programs", "/api/v1/programs/a/b/c",
                           "/api/v1/programs/a/b/c/versions", "/api/v1//programs", "//api/v1/programs", "/api/v1/programs/a/asset"}) {
    const std::string found = Found(router, "GET", path);
    EXPECT_TRUE(found == "404" || found == "/api/v1/programs/{ref*} a/asset") << path << ": " << found;
  }
}

TEST(Router, LetsNoPathClimb) {
  const Router router = Programs();
  for (const char* path :
       {"/..", "/api/v1/programs/..", "/api/v1/programs/../programs", "/api/v1/programs/%2e%2e", "/api/v1/programs/%2E%2e/x",
        "/api/v1/./programs", "/api/v1/programs/.", "/api/v1/programs/%2e", "/api/v1/programs/x/asset/.."}) {
    EXPECT_EQ(Found(router, "GET", path), "404") << path;
  }
}

TEST(Router, RefusesBrokenEscapesAndLongPaths) {
  const Router router = Programs();
  for (const char* path : {"/api/v1/programs/%", "/api/v1/programs/%zz", "/api/v1/programs/%00", "/api/v1/programs/a%0ab", "/%ff"}) {
    EXPECT_EQ(Found(router, "GET", path), "400") << path;
  }
  std::string path;
  for (int i = 0; i < 12; ++i) path += "/a";
  EXPECT_EQ(Found(router, "GET", path), "404");
  EXPECT_EQ(Found(router, "GET", path + "/a"), "400");
  EXPECT_EQ(Found(router, "GET", "/" + std::string(30'000, '/')), "400");
}

TEST(Router, AnotherMethodIs405WithTheMethodsThereAre) {
  const Router router = Programs();
  const auto allow = [&](const std::string& method, const std::string& path) -> std::string {
    const auto found = router.Find(method, path);
    const HubError* error = std::get_if<HubError>(&found);
    if (error == nullptr || error->status != 405) return "no 405";
    const auto header = std::ranges::find(error->headers, "Allow", [](const auto& one) { return one.first; });
    return header == error->headers.end() ? "no Allow" : header->second;
  };
  EXPECT_EQ(allow("PUT", "/api/v1/programs"), "GET, HEAD, POST");
  EXPECT_EQ(allow("POST", "/api/v1/programs/me/triage"), "DELETE, GET, HEAD, PATCH");
  EXPECT_EQ(allow("DELETE", "/"), "GET, HEAD");
  EXPECT_EQ(allow("get", "/"), "GET, HEAD") << "methods have a case";
}

TEST(Router, HeadIsAnsweredByTheRouteOfGet) {
  const Router router = Programs();
  EXPECT_EQ(Found(router, "HEAD", "/api/v1/programs/triage"), "/api/v1/programs/{ref*} triage");
  Router posts;
  posts.Add("POST", "/x", Nothing);
  EXPECT_EQ(Found(posts, "HEAD", "/x"), "405");
}

TEST(Router, TheFirstPatternThatFitsAnswersAndKeepsItsLimit) {
  Router router;
  router.Add("GET", "/a/b", Nothing);
  router.Add("GET", "/a/{x}", Nothing, 99);
  EXPECT_EQ(Found(router, "GET", "/a/b"), "/a/b");
  const auto found = router.Find("GET", "/a/c");
  EXPECT_EQ(std::get<Router::Match>(found).route->body_bytes_max, 99u);
}

}  // namespace
}  // namespace paw::hub
