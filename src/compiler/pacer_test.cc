#include "compiler/pacer.h"

#include <gtest/gtest.h>

#include <vector>

namespace paw {
namespace {

constexpr double kBudget = 100;  // seconds
constexpr std::int64_t kTokensPerStep = 200;

PlanInput Input() { return {.rows = 9000, .tokens_per_row = 25, .prefix_tokens = 0, .rows_per_step = 8, .held_out_rows = 1000}; }

Plan ToFit() {
  CompileBudget budget;
  budget.kind = CompileBudget::Kind::kMinutes;
  budget.minutes = kBudget / 60;
  return *MakePlan(budget, Input());
}

struct Ran {
  Plan plan;
  std::int64_t steps = 0;
  double seconds = 0;
  std::vector<std::int64_t> changes;  // plan after each step
};

// A run on a machine whose step takes `seconds_of(step)`.
template <typename SecondsOf>
Ran RunWith(Plan plan, SecondsOf seconds_of) {
  Ran ran;
  TrainProgress progress;
  progress.steps = plan.steps;
  Pacer pacer(std::move(plan), Input(), kBudget);
  while (progress.step < progress.steps) {
    ran.seconds += seconds_of(progress.step);
    ++progress.step;
    progress.tokens += kTokensPerStep;
    if (const auto steps = pacer.AfterStep(progress, ran.seconds)) progress.steps = std::max(*steps, progress.step);
    ran.changes.push_back(progress.steps);
  }
  ran.plan = pacer.plan();
  ran.steps = progress.step;
  return ran;
}

TEST(Pacer, ASteadyMachineIsMeasuredOnce) {
  const Ran ran = RunWith(ToFit(), [](std::int64_t) { return 0.1; });
  EXPECT_TRUE(ran.plan.changes.empty());
  EXPECT_EQ(ran.steps, ran.plan.steps);
  EXPECT_LT(ran.seconds, kBudget);
  EXPECT_GT(ran.seconds, 0.6 * kBudget);
}

TEST(Pacer, AMachineThatSlowsDownKeepsTheBudget) {
  const Ran ran = RunWith(ToFit(), [](std::int64_t step) { return step < 200 ? 0.1 : 0.17; });
  EXPECT_FALSE(ran.plan.changes.empty());
  EXPECT_LT(ran.steps, ran.plan.steps);
  EXPECT_LT(ran.seconds, kBudget);
}

TEST(Pacer, AMachineThatBecomesQuickerIsUsed) {
  const Ran ran = RunWith(ToFit(), [](std::int64_t step) { return step < 100 ? 0.2 : 0.1; });
  EXPECT_FALSE(ran.plan.changes.empty());
  EXPECT_GT(ran.steps, ran.plan.steps) << "the plan of the first steps";
  EXPECT_LT(ran.seconds, kBudget);
  EXPECT_GT(ran.seconds, 0.6 * kBudget);
  for (const Plan::Change& change : ran.plan.changes) EXPECT_LT(change.after, 3 * ran.steps / 5) << "far from the end only";
  // However quick it becomes, the rows are not repeated without end.
  const Ran fast = RunWith(ToFit(), [](std::int64_t step) { return step < 100 ? 0.1 : 1e-5; });
  EXPECT_LE(fast.steps, ToFit().steps);
}

TEST(Pacer, ReplayTakesTheSameDecisionsWithoutAClock) {
  const Ran ran = RunWith(ToFit(), [](std::int64_t step) { return step < 80 ? 0.15 : step < 300 ? 0.1 : 0.17; });
  ASSERT_GE(ran.plan.changes.size(), 2u);
  Plan recorded = ran.plan;
  recorded.fit_to_time = false;
  const Ran again = RunWith(recorded, [](std::int64_t) { return 5.0; });
  EXPECT_EQ(again.steps, ran.steps);
  for (std::size_t step = kCalibrationSteps; step < ran.changes.size(); ++step) EXPECT_EQ(again.changes[step], ran.changes[step]) << step;
}

TEST(Pacer, ScoresAtThreeAndFourFifthsAndTheEndEvenWhereThePlanIsCutShort) {
  Pacer pacer(ToFit(), Input(), kBudget);
  std::vector<std::int64_t> scored;
  TrainProgress progress;
  progress.steps = 100;
  for (progress.step = 1; progress.step <= progress.steps; ++progress.step) {
    if (progress.step == 70) progress.steps = 75;
    if (pacer.ScoresAfter(progress)) scored.push_back(progress.step);
  }
  EXPECT_EQ(scored, (std::vector<std::int64_t>{60, 70, 75}));
}

}  // namespace
}  // namespace paw
