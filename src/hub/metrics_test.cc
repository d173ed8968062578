#include "hub/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace paw::hub {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, BucketsAreCumulativeAndEndWithAll) {
  Metrics metrics;
  metrics.CountRequest("GET /x", 200, 0.004);
  metrics.CountRequest("GET /x", 200, 0.005);  // a bound belongs to its bucket
  metrics.CountRequest("GET /x", 404, 0.3);
  metrics.CountRequest("GET /x", 200, 99);
  const std::string text = metrics.Text({});
  for (const char* line :
       {"paw_requests_total{route=\"GET /x\",status=\"200\"} 3\n", "paw_requests_total{route=\"GET /x\",status=\"404\"} 1\n",
        "paw_request_seconds_bucket{route=\"GET /x\",le=\"0.005\"} 2\n", "paw_request_seconds_bucket{route=\"GET /x\",le=\"0.2\"} 2\n",
        "paw_request_seconds_bucket{route=\"GET /x\",le=\"0.5\"} 3\n", "paw_request_seconds_bucket{route=\"GET /x\",le=\"30\"} 3\n",
        "paw_request_seconds_bucket{route=\"GET /x\",le=\"+Inf\"} 4\n", "paw_request_seconds_count{route=\"GET /x\"} 4\n",
        "paw_request_seconds_sum{route=\"GET /x\"} 99.309\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Metrics, EachFamilyIsDescribedOnceBeforeItsLines) {
  Metrics metrics;
  metrics.CountCall("p1", 0.1, 10, 1);
  metrics.CountCall("p2", 0.1, 10, 1);
  metrics.CountFailedCall("p1");
  const std::string text = metrics.Text({{"paw_connections", 3}, {"paw_steps_total", 1e9}});
  for (const char* family :
       {"paw_requests_total", "paw_request_seconds", "paw_call_seconds", "paw_failed_calls_total", "paw_tokens_total", "paw_connections"}) {
    EXPECT_EQ(CountOf(text, std::string("# TYPE ") + family + " "), 1u) << family;
  }
  EXPECT_THAT(text, HasSubstr("# TYPE paw_steps_total counter\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE paw_connections gauge\n"));
  EXPECT_THAT(text, HasSubstr("paw_connections 3\n"));
  EXPECT_THAT(text, HasSubstr("paw_tokens_total{kind=\"in\"} 20\n"));
  EXPECT_THAT(text, HasSubstr("paw_tokens_total{kind=\"out\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("paw_failed_calls_total{program=\"p1\"} 1\n"));
  EXPECT_EQ(text.back(), '\n');
}

TEST(Metrics, ProgramsBeyondTheLimitAreCountedTogether) {
  Metrics metrics;
  for (std::size_t i = 0; i < Metrics::kProgramsMax; ++i) metrics.CountCall("p" + std::to_string(i), 0.1, 1, 1);
  EXPECT_THAT(metrics.Text({}), Not(HasSubstr("program=\"other\"")));
  metrics.CountCall("late", 0.1, 1, 1);
  metrics.CountCall("later", 0.1, 1, 1);
  metrics.CountCall("p7", 0.1, 1, 1);
  metrics.CountFailedCall("latest");
  const std::string text = metrics.Text({});
  EXPECT_THAT(text, HasSubstr("paw_call_seconds_count{program=\"other\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("paw_call_seconds_count{program=\"p7\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("paw_failed_calls_total{program=\"other\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("late")));
}

}  // namespace
}  // namespace paw::hub
