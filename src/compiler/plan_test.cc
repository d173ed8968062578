#include "compiler/plan.h"

#include <gtest/gtest.h>

namespace paw {
namespace {

PlanInput Input() { return {.rows = 9000, .tokens_per_row = 25, .prefix_tokens = 3, .rows_per_step = 8, .held_out_rows = 1200}; }

CompileBudget Minutes(double minutes) {
  CompileBudget budget;
  budget.kind = CompileBudget::Kind::kMinutes;
  budget.minutes = minutes;
  return budget;
}

TEST(Plan, EffortIsANumberOfTokens) {
  CompileBudget budget;
  budget.effort = "normal";
  const Result<Plan> plan = MakePlan(budget, Input());
  ASSERT_TRUE(plan.ok());
  EXPECT_NEAR(static_cast<double>(plan->steps) * 203, 120e3, 300);
  budget.effort = "huge";
  EXPECT_EQ(MakePlan(budget, Input()).code(), Code::kUsage);
}

TEST(Plan, TokensBecomeStepsWithoutAClock) {
  CompileBudget budget;
  budget.kind = CompileBudget::Kind::kTokens;
  budget.tokens = 500'000;
  const Result<Plan> plan = MakePlan(budget, Input());
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->steps, 2463);  // 203 tokens a step
  EXPECT_FALSE(plan->fit_to_time);
  EXPECT_EQ(plan->held_out_rows_used, 1000);
  budget.tokens = 0;
  EXPECT_EQ(MakePlan(budget, Input()).code(), Code::kUsage);
}

TEST(Plan, ShortBudgetsAreScoredOnceOnFewRows) {
  CompileBudget steps;
  steps.kind = CompileBudget::Kind::kSteps;
  steps.steps = 200;
  CompileBudget quick;
  quick.effort = "quick";
  for (const CompileBudget& budget : {Minutes(1), steps, quick}) {
    EXPECT_EQ(LengthOf(budget), BudgetLength::kShort);
    const Result<Plan> plan = MakePlan(budget, Input());
    ASSERT_TRUE(plan.ok());
    EXPECT_EQ(plan->held_out_rows_used, 200);
    EXPECT_EQ(plan->interim_rows, 0);
  }
  EXPECT_EQ(LengthOf(Minutes(5)), BudgetLength::kMiddle);
  EXPECT_EQ(LengthOf(Minutes(15)), BudgetLength::kLong);
  EXPECT_EQ(MakePlan(Minutes(15), Input())->held_out_rows_used, 1000);
}

TEST(Plan, FewRowsAreNotRepeatedForever) {
  CompileBudget budget;
  budget.effort = "thorough";
  PlanInput input = Input();
  input.rows = 400;
  EXPECT_EQ(MakePlan(budget, input)->steps, 16 * 400 / 8);
}

TEST(Plan, MinutesBecomeStepsOnceMeasured) {
  const Plan plan = *MakePlan(Minutes(1), Input());
  ASSERT_TRUE(plan.fit_to_time);
  const std::int64_t slow = StepsForMinutes(plan, Input(), {50, 1.0 / 500, 12});
  const std::int64_t fast = StepsForMinutes(plan, Input(), {50, 1.0 / 1000, 12});
  EXPECT_GT(slow, kPlannedStepsMin);
  EXPECT_GT(fast, 1.9 * static_cast<double>(slow - 12));
  const double seconds = static_cast<double>(fast - 12) * 203 / 1000;  // training alone must leave room for the scores
  EXPECT_LT(seconds, 45);
  EXPECT_GT(seconds, 20);
}

TEST(Plan, AnImpossibleBudgetStillTrainsALittle) {
  const Plan plan = *MakePlan(Minutes(0.01), Input());
  EXPECT_EQ(StepsForMinutes(plan, Input(), {-5, 0.01, 12}), kPlannedStepsMin);
  EXPECT_EQ(MakePlan(Minutes(0), Input()).code(), Code::kUsage);
}

}  // namespace
}  // namespace paw
