// Plan: how many steps a budget buys, and on how many held-out rows the weights are scored. Numbers only; no clock, no model.
//
// A budget of steps or of effort is fixed before training. A budget of minutes is fitted to the measured seconds a token (pacer.h); the
// plan is then recorded, so that the same bytes can be made again (--replay).
//
// Thread rule: pure functions. Errors: kUsage for a budget out of range or an unknown effort.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "compiler/compiler.h"
#include "paw/status.h"

namespace paw {

inline constexpr std::int64_t kCalibrationSteps = 12;  // the warm-up is longer, so that these steps do not depend on the plan
inline constexpr std::int64_t kPlannedStepsMin = 60;
inline constexpr int kInterimScores = 3;  // during training, on Plan::interim_rows rows each

// How long training will go on, by the budget as asked: known before the first step. Settings and plan depend on it.
enum class BudgetLength : std::uint8_t { kShort, kMiddle, kLong };
BudgetLength LengthOf(const CompileBudget& budget);

struct PlanInput {
  std::int64_t rows = 0;           // rows trained on
  double tokens_per_row = 0;       // mean, prefix not counted
  std::int64_t prefix_tokens = 0;  // once a step
  std::int32_t rows_per_step = 8;
  std::int64_t held_out_rows = 0;  // as many as the split gave
};

struct Plan {
  std::int64_t steps = 0;
  bool fit_to_time = false;             // steps is an upper bound until the pace is known
  std::int64_t held_out_rows_used = 0;  // scored at the end
  std::int64_t interim_rows = 0;        // scored at the points before the end; 0 = the last weights are taken unseen
  struct Change {
    std::int64_t after = 0, steps = 0;  // after this step the plan became this long
  };
  std::vector<Change> changes;  // in order
};

Result<Plan> MakePlan(const CompileBudget& budget, const PlanInput& input);

// What was measured during the first steps of a run on a budget of minutes.
struct PlanMeasured {
  double seconds_left = 0;       // of the budget, from now on
  double seconds_per_token = 0;  // of training
  std::int64_t steps_done = 0;
  int interim_left = kInterimScores;
};
std::int64_t StepsForMinutes(const Plan& plan, const PlanInput& input, const PlanMeasured& measured);

// As a training record has them (docs/formats.md). kRefused for a record of a plan without its numbers.
Json BudgetToJson(const CompileBudget& budget);
Json PlanToJson(const Plan& plan);
Result<Plan> PlanFromJson(const Json& record);

}  // namespace paw
