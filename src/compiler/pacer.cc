#include "compiler/pacer.h"

#include <algorithm>

namespace paw {
namespace {

constexpr std::int64_t kTimedFromStep = 4;  // the first steps touch cold memory
constexpr std::int64_t kLooks = 20;         // a run
// A plan is not changed for less than this share of it.
constexpr double kWorthShortening = 0.995;
constexpr double kWorthLengthening = 1.05;  // more than the reserve that is let go with time

// Scores that are due by this step: 0 before three fifths, then 1, 2 from four fifths on, 3 at the end.
int ScoresDue(const TrainProgress& progress) {
  if (progress.step >= progress.steps) return kInterimScores;
  return static_cast<int>(std::clamp<std::int64_t>(5 * progress.step / progress.steps - 2, 0, kInterimScores - 1));
}

}  // namespace

std::optional<std::int64_t> Pacer::AfterStep(const TrainProgress& progress, double now) {
  if (plan_.fit_to_time) return Fit(progress, now);
  for (const Plan::Change& change : plan_.changes) {
    if (change.after == progress.step) return change.steps;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Pacer::Fit(const TrainProgress& progress, double now) {
  if (progress.step == kTimedFromStep) {
    begin_ = now;
    tokens_begin_ = progress.tokens;
    scoring_seconds_ = 0;
  }
  if (progress.step < next_look_ || progress.step >= progress.steps) return std::nullopt;
  const bool first = progress.step == kCalibrationSteps;
  PlanMeasured measured;
  measured.seconds_left = budget_seconds_ - now;
  measured.seconds_per_token = (now - begin_ - scoring_seconds_) / static_cast<double>(progress.tokens - tokens_begin_);
  measured.steps_done = progress.step;
  measured.interim_left = kInterimScores - interim_done_;
  Plan bound = plan_;
  bound.steps = steps_max_;
  const std::int64_t steps = StepsForMinutes(bound, input_, measured);
  next_look_ = progress.step + std::max<std::int64_t>(kCalibrationSteps, (first ? steps : progress.steps) / kLooks);
  if (first) {
    plan_.steps = steps;
    return steps;
  }
  const double share = static_cast<double>(steps) / static_cast<double>(progress.steps);
  const bool lengthen = share >= kWorthLengthening && interim_done_ == 0 && ScoresDue(progress) == 0;
  if (share > kWorthShortening && !lengthen) return std::nullopt;
  plan_.changes.push_back({progress.step, steps});
  return steps;
}

bool Pacer::ScoresAfter(const TrainProgress& progress) {
  const int due = ScoresDue(progress);
  if (due <= interim_done_) return false;
  interim_done_ = due;
  return true;
}

}  // namespace paw
