#include "compiler/plan.h"

#include <algorithm>
#include <cmath>

namespace paw {
namespace {

// Passes over the rows, at most: a bound for small sets with a large budget.
constexpr double kEpochsMax = 16;
constexpr std::int64_t kHeldOutQuick = 200;  // of a short budget, scored once, at the end
constexpr std::int64_t kHeldOutMost = 1000;
constexpr std::int64_t kInterimRows = 200;
// Scoring a row costs about this share of training it: a forward, and the search over the labels or the decoding of the output.
constexpr double kScoreCost = 0.6;
// Kept back for reading the last scores, quantising and writing, and for a machine that slows down.
constexpr double kReserveSeconds = 1.0;
constexpr double kReserveShare = 0.04;

double TokensPerStep(const PlanInput& input) {
  return input.tokens_per_row * input.rows_per_step + static_cast<double>(input.prefix_tokens);
}

// A plan is never shorter than this: a schedule needs room to warm up and decay. A handful of rows is not repeated without end.
std::int64_t StepsMin(const PlanInput& input) {
  return std::clamp<std::int64_t>(20 * input.rows / input.rows_per_step, 10, kPlannedStepsMin);
}

std::int64_t StepsForTokens(double tokens, const PlanInput& input) {
  const double epochs_cap = kEpochsMax * static_cast<double>(input.rows) / input.rows_per_step;
  const double steps = std::min(tokens / std::max(TokensPerStep(input), 1.0), epochs_cap);
  return std::max<std::int64_t>(static_cast<std::int64_t>(std::ceil(steps)), StepsMin(input));
}

// Below the first bound a budget is short, below the second of middle length.
BudgetLength Between(double amount, double shortest, double longest) {
  return amount < shortest ? BudgetLength::kShort : amount < longest ? BudgetLength::kMiddle : BudgetLength::kLong;
}

}  // namespace

BudgetLength LengthOf(const CompileBudget& budget) {
  switch (budget.kind) {
    case CompileBudget::Kind::kMinutes:
      return Between(budget.minutes, 2.5, 8);
    case CompileBudget::Kind::kSteps:
      return Between(static_cast<double>(budget.steps), 300, 1500);
    case CompileBudget::Kind::kTokens:
      return Between(static_cast<double>(budget.tokens), 60e3, 300e3);
    case CompileBudget::Kind::kEffort:
      break;
  }
  if (budget.effort == "quick") return BudgetLength::kShort;
  return budget.effort == "normal" ? BudgetLength::kMiddle : BudgetLength::kLong;
}

Result<Plan> MakePlan(const CompileBudget& budget, const PlanInput& input) {
  Plan plan;
  switch (budget.kind) {
    case CompileBudget::Kind::kSteps:
      if (budget.steps < 1 || budget.steps > 10'000'000) {
        return Usage("planning: found --steps " + std::to_string(budget.steps) + ", expected 1 to 10000000");
      }
      plan.steps = budget.steps;
      break;
    case CompileBudget::Kind::kTokens:
      if (budget.tokens < 1 || budget.tokens > 10'000'000'000) {
        return Usage("planning: found --tokens " + std::to_string(budget.tokens) + ", expected 1 to 10000000000");
      }
      plan.steps = std::max<std::int64_t>(std::llround(static_cast<double>(budget.tokens) / std::max(TokensPerStep(input), 1.0)), 1);
      break;
    case CompileBudget::Kind::kEffort: {
      double tokens = 0;
      if (budget.effort == "quick") tokens = 30e3;
      if (budget.effort == "normal") tokens = 120e3;
      if (budget.effort == "thorough") tokens = 600e3;
      if (tokens == 0) return Usage("planning: found --effort " + budget.effort + ", expected quick, normal or thorough");
      plan.steps = StepsForTokens(tokens, input);
      break;
    }
    case CompileBudget::Kind::kMinutes:
      if (!(budget.minutes > 0) || budget.minutes > 24 * 60)
        return Usage("planning: found --minutes out of range, expected above 0 to 1440");
      plan.fit_to_time = true;
      plan.steps = StepsForTokens(1e12, input);
      break;
  }
  const bool is_short = LengthOf(budget) == BudgetLength::kShort;
  plan.held_out_rows_used = std::min(input.held_out_rows, is_short ? kHeldOutQuick : kHeldOutMost);
  plan.interim_rows = is_short ? 0 : std::min(plan.held_out_rows_used, kInterimRows);
  return plan;
}

std::int64_t StepsForMinutes(const Plan& plan, const PlanInput& input, const PlanMeasured& measured) {
  // At the end the held-out rows are read twice: for the temperature and for the score.
  const double scored_rows = static_cast<double>(measured.interim_left) * static_cast<double>(plan.interim_rows) +
                             2.0 * static_cast<double>(plan.held_out_rows_used);
  const double score_seconds = scored_rows * input.tokens_per_row * kScoreCost * measured.seconds_per_token;
  const double left = measured.seconds_left * (1 - kReserveShare) - kReserveSeconds - score_seconds;
  const double steps = left / std::max(TokensPerStep(input) * measured.seconds_per_token, 1e-9);
  const std::int64_t planned = measured.steps_done + static_cast<std::int64_t>(std::max(steps, 0.0));
  const std::int64_t least = std::max(StepsMin(input), measured.steps_done);
  return std::clamp(planned, least, std::max(least, plan.steps));
}

Json BudgetToJson(const CompileBudget& budget) {
  switch (budget.kind) {
    case CompileBudget::Kind::kMinutes:
      return {{"minutes", budget.minutes}};
    case CompileBudget::Kind::kSteps:
      return {{"steps", budget.steps}};
    case CompileBudget::Kind::kTokens:
      return {{"tokens", budget.tokens}};
    case CompileBudget::Kind::kEffort:
      break;
  }
  return {{"effort", budget.effort}};
}

Json PlanToJson(const Plan& plan) {
  Json json = {{"steps", plan.steps}, {"held_out_rows", plan.held_out_rows_used}, {"interim_rows", plan.interim_rows}};
  for (const Plan::Change& change : plan.changes) json["changes"].push_back({{"after", change.after}, {"steps", change.steps}});
  return json;
}

Result<Plan> PlanFromJson(const Json& record) {
  Plan plan;
  plan.steps = PAW_TRY(GetInt(record, "steps", "the recorded plan"));
  plan.held_out_rows_used = PAW_TRY(GetInt(record, "held_out_rows", "the recorded plan"));
  plan.interim_rows = PAW_TRY(GetInt(record, "interim_rows", "the recorded plan"));
  if (FindMember(record, "changes") == nullptr) return plan;
  const Json* changes = PAW_TRY(GetArray(record, "changes", "the recorded plan"));
  for (const Json& entry : *changes) {
    const std::int64_t after = PAW_TRY(GetInt(entry, "after", "the recorded plan"));
    plan.changes.push_back({after, PAW_TRY(GetInt(entry, "steps", "the recorded plan"))});
  }
  return plan;
}

}  // namespace paw
