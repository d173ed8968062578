#include "compiler/pacer.h"

#include <algorithm>

namespace paw {
namespace {

constexpr std::int64_t kTimedFromStep = 4;  // the first steps touch cold memory
constexpr std::int64_t kLooks = 20;         // a run
constexpr double kWorthShortening = 0.995;  // a plan is not changed for less than this

// Scores that are due by this step: 0 before three fifths, then 1, 2 from four fifths on, 3 at the end.
int ScoresDue(const TrainProgress& progress) {
  if (progress.step >= progress.steps) return kInterimScores;
  return static_cast<int>(std::clamp<std::int64_t>(5 * progress.step / progress.steps - 2, 0, kInterimScores - 1));
}

}  // namespace

std::optional<std::int64_t> Pacer::AfterStep(const TrainProgress& progress, double now) {
  if (plan_.fit_to_time) return Fit(progress, now);
  for (const Plan::Shortening& shortening : plan_.shortened) {
    if (shortening.after == progress.step) return shortening.steps;
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
  const std::int64_t steps = StepsForMinutes(plan_, input_, measured);
  next_look_ = progress.step + std::max<std::int64_t>(kCalibrationSteps, (first ? steps : progress.steps) / kLooks);
  if (first) {
    plan_.steps = steps;
    return steps;
  }
  if (static_cast<double>(steps) > kWorthShortening * static_cast<double>(progress.steps)) return std::nullopt;
  plan_.shortened.push_back({progress.step, steps});
  return steps;
}

bool Pacer::ScoresAfter(const TrainProgress& progress) {
  const int due = ScoresDue(progress);
  if (due <= interim_done_) return false;
  interim_done_ = due;
  return true;
}

}  // namespace paw
