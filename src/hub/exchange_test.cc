#include "hub/exchange.h"

#include <gtest/gtest.h>

#include <string>

namespace paw::hub {
namespace {

using namespace std::string_literals;

TEST(PercentDecoded, TakesEscapesOfBothCasesAndUtf8) {
  EXPECT_EQ(PercentDecoded("me%2Ftriage%40v3"), "me/triage@v3");
  EXPECT_EQ(PercentDecoded("%e2%82%AC"), "\xE2\x82\xAC");
  EXPECT_EQ(PercentDecoded("a%41"), "aA") << "an escape at the very end";
  EXPECT_EQ(PercentDecoded("a+b"), "a+b");
  EXPECT_EQ(PercentDecoded("a+b%2B", true), "a b+");
  EXPECT_EQ(PercentDecoded(""), "");
  EXPECT_EQ(PercentDecoded("%2541"), "%41") << "decoded once, not twice";
}

TEST(PercentDecoded, RefusesBrokenEscapesControlCharactersAndBytesThatAreNotUtf8) {
  for (const std::string& text :
       {"%"s,      "%4"s,  "a%"s,   "%4g"s, "%g4"s, "%%41"s, "% 41"s, "%-1"s,    "%00"s, "a\0b"s,      "%0a"s,
        "%0D%0A"s, "%1f"s, "\x7f"s, "%7F"s, "\t"s,  "%ff"s,  "\xff"s, "%c0%af"s, "%c3"s, "%ed%a0%80"s, "%f4%90%80%80"s}) {
    EXPECT_EQ(PercentDecoded(text), std::nullopt) << text;
  }
}

TEST(PercentEncoded, ComesBackTheSame) {
  for (const std::string& text : {"plain-._~"s, "me/triage@v3"s, "100 % \"of\" it+&=?#"s, "\xE2\x82\xAC"s}) {
    const std::string encoded = PercentEncoded(text);
    EXPECT_EQ(encoded.find_first_of("/@ %\"+&=?#"), encoded.find('%')) << encoded << ": nothing but escapes is left";
    EXPECT_EQ(PercentDecoded(encoded), text);
  }
}

TEST(SplitTarget, TakesPathAndDecodedQuery) {
  Request request;
  request.target = "/api/v1/programs/me%2Ftriage?q=two+words&tag=a%26b&empty=&bare&&q=second";
  ASSERT_TRUE(SplitTarget(request));
  EXPECT_EQ(request.path, "/api/v1/programs/me%2Ftriage") << "the path is decoded by its segments, later";
  EXPECT_EQ(request.Query("q"), "two words") << "of a name that comes twice the first";
  EXPECT_EQ(request.Query("tag"), "a&b");
  EXPECT_TRUE(request.query.contains("empty"));
  EXPECT_TRUE(request.query.contains("bare"));
  EXPECT_EQ(request.Query("none"), "");
}

TEST(SplitTarget, ForgetsTheQueryOfTheTargetBefore) {
  Request request;
  request.target = "/a?q=1";
  ASSERT_TRUE(SplitTarget(request));
  request.target = "/b";
  ASSERT_TRUE(SplitTarget(request));
  EXPECT_TRUE(request.query.empty());
}

TEST(SplitTarget, RefusesWhatIsNoPathAndBrokenQueries) {
  for (const char* target : {"", "*", "example.com:80", "api", "?q=1", "/a?q=%", "/a?%zz=1", "/a?q=%00", "/a?q=%ff", "/a?q=%0d%0aX:1"}) {
    Request request;
    request.target = target;
    EXPECT_FALSE(SplitTarget(request)) << target;
  }
}

TEST(Times, AreWrittenAsHttpAndIso8601) {
  const double time = 1795428000.9;  // a fraction is cut off
  EXPECT_EQ(HttpDate(time), "Mon, 23 Nov 2026 10:00:00 GMT");
  EXPECT_EQ(IsoTime(time), "2026-11-23T10:00:00Z");
  EXPECT_EQ(HttpDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(Request, HeaderThatIsNotThereIsEmpty) {
  Request request;
  request.headers["host"] = "x";
  EXPECT_EQ(request.Header("host"), "x");
  EXPECT_EQ(request.Header("cookie"), "");
}

}  // namespace
}  // namespace paw::hub
