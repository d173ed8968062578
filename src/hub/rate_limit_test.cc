#include "hub/rate_limit.h"

#include <gtest/gtest.h>

namespace paw::hub {
namespace {

TEST(RateLimit, GivesAnHoursWorthAtOnceAndThenRefuses) {
  RateLimit limit;
  for (int i = 0; i < 20; ++i) {
    const auto verdict = limit.Take("ana", 20, 100);
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(verdict.remaining, 19 - i);
    EXPECT_EQ(verdict.limit, 20);
  }
  const auto refused = limit.Take("ana", 20, 100);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.retry_after, 180) << "3600 / 20 seconds";
  EXPECT_FALSE(limit.Take("ana", 20, 279).allowed) << "being refused is not put off further";
  EXPECT_TRUE(limit.Take("ana", 20, 281).allowed);
  EXPECT_FALSE(limit.Take("ana", 20, 281).allowed);
}

TEST(RateLimit, IsEachCallersOwn) {
  RateLimit limit;
  EXPECT_TRUE(limit.Take("ana", 1, 0).allowed);
  EXPECT_FALSE(limit.Take("ana", 1, 0).allowed);
  EXPECT_TRUE(limit.Take("ben", 1, 0).allowed);
}

TEST(RateLimit, ALongPauseFillsNoMoreThanTheHour) {
  RateLimit limit;
  EXPECT_TRUE(limit.Take("ana", 2, 0).allowed);
  EXPECT_EQ(limit.Take("ana", 2, 1e9).remaining, 1);
  EXPECT_TRUE(limit.Take("ana", 2, 1e9).allowed);
  EXPECT_FALSE(limit.Take("ana", 2, 1e9).allowed);
}

TEST(RateLimit, ZeroIsNoLimit) {
  RateLimit limit;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limit.Take("ana", 0, 0).allowed);
}

TEST(RateLimit, ForgettingFullBucketsForgetsNoEmptyOne) {
  RateLimit limit;
  EXPECT_TRUE(limit.Take("ana", 1, 3600).allowed);
  for (int i = 0; i < 10'100; ++i) limit.Take("caller " + std::to_string(i), 1, 0);
  EXPECT_TRUE(limit.Take("new", 1, 3700).allowed) << "those of an hour ago are swept here";
  EXPECT_FALSE(limit.Take("ana", 1, 3700).allowed);
}

}  // namespace
}  // namespace paw::hub
