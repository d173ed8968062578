#include "hub/inference.h"

#include <utility>

namespace paw::hub {
namespace {

// Handles, not adapters: a closed one is a path. Beyond it those longest unused are dropped.
constexpr std::size_t kKnownMax = 100'000;

}  // namespace

Result<std::shared_ptr<const Program>> Inference::Open(const std::string& digest, const std::string& path) {
  std::shared_ptr<ResidentProgram> resident;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(digest); found != known_.end()) {
      order_.splice(order_.begin(), order_, found->second.place);
      resident = found->second.program;
    }
  }
  if (resident == nullptr) {
    resident = PAW_TRY(workspace_.LoadResident(path));
    const std::lock_guard lock(mutex_);
    const auto [place, added] = known_.try_emplace(digest);
    if (added) {
      order_.push_front(digest);
      place->second = {resident, order_.begin()};
    } else {
      resident = place->second.program;  // another call was first
    }
    if (known_.size() > kKnownMax) {
      known_.erase(order_.back());
      order_.pop_back();
    }
  }
  return resident->Take();
}

void Inference::Forget(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(digest);
  if (found == known_.end()) return;
  order_.erase(found->second.place);
  known_.erase(found);
}

Result<Session> Inference::NewSession(const Program& program) {
  const std::shared_ptr<Scheduler> scheduler = PAW_TRY(workspace_.SchedulerOf(program.base()));
  if (scheduler == nullptr) return program.NewSession();
  CallerOptions caller;
  caller.deadline_seconds = deadline_seconds_;
  return program.NewSession(*scheduler, caller);
}

Result<RunResult> Inference::Run(const Program& program, const std::string& input, const RunOptions& options) {
  Session session = PAW_TRY(NewSession(program));
  return session.Run(input, options);
}

std::vector<Result<RunResult>> Inference::RunBatch(const Program& program, std::span<const std::string> inputs, const RunOptions& options) {
  auto session = NewSession(program);
  if (session.ok()) return session->RunBatch(inputs, options);
  return std::vector<Result<RunResult>>(inputs.size(), session.status());
}

}  // namespace paw::hub
