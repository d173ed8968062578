#include "train/settings.h"

#include <gtest/gtest.h>

namespace paw {
namespace {

TEST(TrainSettings, RoundTripThroughJson) {
  TrainSettings settings;
  settings.rank = 32;
  settings.learning_rate = 0.25f;
  settings.tail = "contract";
  const Result<TrainSettings> back = ApplyOverrides(TrainSettings(), SettingsToJson(settings));
  ASSERT_TRUE(back.ok()) << back.message();
  EXPECT_EQ(SettingsToJson(*back), SettingsToJson(settings));
}

TEST(TrainSettings, RefusesUnknownNamesAndValuesOutOfRange) {
  EXPECT_EQ(ApplyOverrides({}, {{"rnak", 3}}).code(), Code::kUsage);
  EXPECT_EQ(ApplyOverrides({}, {{"rank", 0}}).code(), Code::kUsage);
  EXPECT_EQ(ApplyOverrides({}, {{"rank", 2.5}}).code(), Code::kUsage);
  EXPECT_EQ(ApplyOverrides({}, {{"rank", "big"}}).code(), Code::kUsage);
  EXPECT_EQ(ApplyOverrides({}, {{"final_rate", 1.5}}).code(), Code::kUsage);
  EXPECT_EQ(ApplyOverrides({}, nlohmann::json::array()).code(), Code::kUsage);
  EXPECT_TRUE(ApplyOverrides({}, nullptr).ok());
}

}  // namespace
}  // namespace paw
