// Pacer: keeps a plan to its budget of minutes while training goes on, and says when the weights are to be scored.
//
// After kCalibrationSteps steps the measured pace turns the minutes into steps. Later the plan is shortened when the machine has become
// slower, and the rate of learning then falls to its end earlier; it is lengthened when the machine has become quicker, up to the first
// score, as long as the end is far. What was decided is in the plan, so that --replay takes the same decisions at the same steps without
// looking at a clock.
//
// Thread rule: one thread. The clock is the caller's: seconds since the compile began.
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/plan.h"
#include "train/trainer.h"

namespace paw {

class Pacer {
 public:
  // `plan.fit_to_time`: to be fitted to `budget_seconds`; else it is followed as it is, with its changes.
  Pacer(Plan plan, const PlanInput& input, double budget_seconds)
      : plan_(std::move(plan)), input_(input), budget_seconds_(budget_seconds), steps_max_(plan_.steps) {}

  // The new number of steps where it changes after this step.
  std::optional<std::int64_t> AfterStep(const TrainProgress& progress, double now);
  // Whether the weights are scored after this step: at three fifths, four fifths and the end.
  bool ScoresAfter(const TrainProgress& progress);
  // Scoring took this long: no part of the pace of training.
  void TookScoring(double seconds) { scoring_seconds_ += seconds; }

  const Plan& plan() const { return plan_; }

 private:
  std::optional<std::int64_t> Fit(const TrainProgress& progress, double now);

  Plan plan_;
  PlanInput input_;
  double budget_seconds_;
  std::int64_t steps_max_;         // whatever the pace
  double begin_ = 0;               // when the timed steps began
  std::int64_t tokens_begin_ = 0;  // tokens trained before that
  double scoring_seconds_ = 0;
  std::int64_t next_look_ = kCalibrationSteps;
  int interim_done_ = 0;
};

}  // namespace paw
