#include "paw/status.h"

#include <gtest/gtest.h>

#include <memory>

namespace paw {
namespace {

Result<std::unique_ptr<int>> Half(int n) {
  if (n % 2 != 0) return Usage("halving: found " + std::to_string(n) + ", expected an even number");
  return std::make_unique<int>(n / 2);
}

Result<int> Quarter(int n) {
  std::unique_ptr<int> half = PAW_TRY(Half(n));
  return *PAW_TRY(Half(*half));
}

TEST(Status, TryYieldsValuesAndReturnsErrors) {
  ASSERT_TRUE(Quarter(8).ok());
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(6).code(), Code::kUsage);
  EXPECT_EQ(Quarter(6).message(), "halving: found 3, expected an even number");
}

TEST(Status, ContextGoesBeforeTheMessage) {
  EXPECT_EQ(Refused("found 1").WithContext("reading x").message(), "reading x: found 1");
  EXPECT_TRUE(Ok().WithContext("reading x").ok());
}

TEST(Status, ExitCodesAreTheDocumentedOnes) {
  EXPECT_EQ(ExitCodeOf(Code::kOk), 0);
  EXPECT_EQ(ExitCodeOf(Code::kFailed), 1);
  EXPECT_EQ(ExitCodeOf(Code::kUsage), 2);
  EXPECT_EQ(ExitCodeOf(Code::kRefused), 3);
  EXPECT_EQ(ExitCodeOf(Code::kInterrupted), 130);
}

TEST(Result, AnOkStatusIsNotAValue) {
  Result<int> r{Ok()};
  EXPECT_FALSE(r.ok());
  EXPECT_EQ(r.code(), Code::kInternal);
}

TEST(Result, AssignmentReplacesValueAndError) {
  Result<std::string> r(std::string("first"));
  r = Failed("second");
  EXPECT_EQ(r.message(), "second");
  r = std::string("third");
  EXPECT_EQ(*r, "third");
}

}  // namespace
}  // namespace paw
