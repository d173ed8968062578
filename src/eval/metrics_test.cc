#include "eval/metrics.h"

#include <gtest/gtest.h>

namespace paw {
namespace {

using Texts = std::vector<std::string>;

TEST(Metrics, ExactIgnoresBlanksAtBothEnds) {
  EXPECT_TRUE(ExactEqual("a b", " a b\n"));
  EXPECT_FALSE(ExactEqual("a b", "a  b"));
  EXPECT_FALSE(ExactEqual("A", "a"));
  EXPECT_TRUE(ExactEqual("", " "));
}

TEST(Metrics, JsonEqualComparesValues) {
  EXPECT_TRUE(JsonEqual(R"({"a":1,"b":[1,2]})", R"( {"b": [1, 2.0], "a": 1} )"));
  EXPECT_FALSE(JsonEqual(R"([1,2])", R"([2,1])"));
  EXPECT_FALSE(JsonEqual(R"({"a":1})", R"({"a":1,"b":2})"));
  EXPECT_FALSE(JsonEqual(R"({"a":1})", R"({"a":"1"})"));
  EXPECT_TRUE(JsonEqual(R"("\u00e9")", "\"\u00e9\""));
  EXPECT_FALSE(JsonEqual("{}", "not json"));
  EXPECT_TRUE(JsonEqual("NONE", " NONE "));
  EXPECT_FALSE(JsonEqual("NONE", "\"NONE\""));
  EXPECT_FALSE(JsonEqual("{}", "NONE"));
}

TEST(Metrics, CallsAreAcceptedByTheRuleOfThePack) {
  const Json acceptable = Json::parse(R"({"weather":{"city":["Rome","Roma"],"unit":["","C"],"days":[3],
                                          "where":[{"lat":[1.5],"name":["","x"]}],"rows":[[{"k":["a"]}]]}})");
  // The rest of a call that is right, after its city and days.
  const std::string rest = R"("where":{"lat":1.5},"rows":[{"k":"a"}]}})";
  const auto accepted = [&](const std::string& call) { return CallAccepted(acceptable, call); };
  EXPECT_TRUE(accepted(R"({"name":"weather","arguments":{"city":"Roma","days":3.0,)" + rest));
  EXPECT_TRUE(
      accepted(R"({"arguments":{"rows":[{"k":"a"}],"city":"Rome","unit":"C","days":3,"where":{"lat":1.5,"name":"x"}},"name":"weather"})"));
  EXPECT_FALSE(accepted(R"({"name":"weather","arguments":{"city":"Paris","days":3,)" + rest));
  EXPECT_FALSE(accepted(R"({"name":"weather","arguments":{"city":"Rome",)" + rest));  // days is missing
  EXPECT_FALSE(accepted(R"({"name":"weather","arguments":{"city":"Rome","days":3,"more":1,)" + rest));
  EXPECT_FALSE(accepted(R"({"name":"weather","arguments":{"city":"Rome","days":3,"where":{"lat":2},"rows":[{"k":"a"}]}})"));
  EXPECT_FALSE(accepted(R"({"name":"weather","arguments":{"city":"Rome","days":3,"where":{"lat":1.5},"rows":[{"k":"b"}]}})"));
  EXPECT_FALSE(accepted(R"({"name":"other","arguments":{}})"));
  EXPECT_FALSE(accepted(R"({"name":"weather"})"));
  EXPECT_FALSE(accepted("NONE"));
}

TEST(Metrics, WilsonIntervalOfKnownCases) {
  // Newcombe 1998, table I: 81 of 263 and 0 of 20.
  const Interval a = WilsonInterval(81, 263);
  EXPECT_NEAR(a.low, 0.2553, 5e-5);
  EXPECT_NEAR(a.high, 0.3662, 5e-5);
  const Interval b = WilsonInterval(0, 20);
  EXPECT_NEAR(b.low, 0, 1e-12);
  EXPECT_NEAR(b.high, 0.1611, 5e-5);
  EXPECT_EQ(WilsonInterval(0, 0), (Interval{0, 1}));
}

TEST(Metrics, PercentileIntervalIsTheMiddleOfTheDraws) {
  std::vector<double> draws;
  for (int i = 1000; i > 0; --i) draws.push_back(i);
  EXPECT_EQ(PercentileInterval(draws), (Interval{26, 975}));
  EXPECT_EQ(PercentileInterval({7}), (Interval{7, 7}));
  EXPECT_EQ(PercentileInterval({3, 1, 2}), (Interval{1, 3}));
}

TEST(Metrics, MacroF1ByHand) {
  const Texts labels = {"a", "b", "c"};
  const Texts expected = {"a", "a", "b", "b", "c"};
  const Texts got = {"a", "b", "b", "nonsense", " c"};
  // a: P 1, R 1/2, F 2/3. b: P 1/2, R 1/2, F 1/2. c: 1.
  EXPECT_NEAR(MacroF1(labels, expected, got), (2.0 / 3 + 0.5 + 1) / 3, 1e-12);
  EXPECT_NEAR(MacroF1(labels, expected, expected), 1, 1e-12);
  EXPECT_NEAR(MacroF1(labels, Texts{"a", "b"}, Texts{"c", "c"}), 0, 1e-12);
  EXPECT_NEAR(MacroF1(labels, Texts{"a"}, Texts{"a"}), 1, 1e-12);  // b and c play no part
}

TEST(Metrics, MacroF1IntervalHoldsTheScoreAndShrinks) {
  const Texts labels = {"a", "b"};
  Texts expected, got;
  const auto interval = [&](int rows) {
    expected.clear();
    got.clear();
    for (int i = 0; i < rows; ++i) {
      expected.push_back(i % 2 == 0 ? "a" : "b");
      got.push_back(i % 5 == 0 ? "b" : expected.back());
    }
    return MacroF1Interval(labels, expected, got, 1);
  };
  const Interval small = interval(50);
  const Interval large = interval(2000);
  const double score = MacroF1(labels, expected, got);
  EXPECT_LT(large.low, score);
  EXPECT_GT(large.high, score);
  EXPECT_LT(large.high - large.low, small.high - small.low);
  EXPECT_EQ(large, MacroF1Interval(labels, expected, got, 1));
  EXPECT_NE(large, MacroF1Interval(labels, expected, got, 2));
}

TEST(Metrics, ConfusionsAreSortedAndCut) {
  const auto top = TopConfusions(Texts{"a", "a", "b", "c", "a"}, Texts{"b", "b", "a", "c", "c"}, 2);
  ASSERT_EQ(top.size(), 2u);
  EXPECT_EQ(top[0].expected, "a");
  EXPECT_EQ(top[0].got, "b");
  EXPECT_EQ(top[0].count, 2);
  EXPECT_EQ(top[1].count, 1);
}

TEST(Metrics, NamesGoBothWays) {
  for (Metric metric : {Metric::kExact, Metric::kJsonEqual, Metric::kMacroF1}) EXPECT_EQ(ParseMetric(MetricName(metric)).value(), metric);
  EXPECT_EQ(ParseMetric("bleu").code(), Code::kUsage);
}

}  // namespace
}  // namespace paw
