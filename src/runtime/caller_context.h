// CallerContext: the Context that a Scheduler gives to one caller. Its sequences are its own numbers; what becomes of them in the real
// context is written down and done with its next rows. Inside runtime/ only.
//
// Thread rule: one thread at a time. Owner: keeps the scheduler alive.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lm/lm.h"
#include "runtime/scheduler.h"
#include "runtime/scheduler_core.h"

namespace paw {

class CallerContext final : public Context {
 public:
  CallerContext(std::shared_ptr<Scheduler> scheduler, const CallerOptions& caller);
  ~CallerContext() override;

  Result<SequenceId> NewSequence() override;
  Result<SequenceId> Fork(SequenceId parent) override;
  void Drop(SequenceId sequence) override;
  Result<std::int32_t> Length(SequenceId sequence) const override;
  Status Truncate(SequenceId sequence, std::int32_t length) override;
  // The same sequence for every caller that asks for these tokens. The first of them reads it from the cache, or evaluates and keeps it.
  Result<SequenceId> EvaluatePrefix(AdapterId adapter, std::span<const TokenId> tokens) override;
  Result<std::vector<RowOutput>> Forward(std::span<const ForwardRow> rows) override;

 private:
  using Clock = std::chrono::steady_clock;

  SequenceId Add(NodePtr node, Op op);
  NodePtr Find(SequenceId sequence) const;
  void TakeBack(const Call& call);
  Status CheckTime() const;
  // The prefix once it is ready, or a new one that is this caller's to evaluate.
  Result<PrefixPtr> FindOrBegin(AdapterId adapter, std::span<const TokenId> tokens, bool& mine);
  Status Complete(const PrefixPtr& prefix);
  std::string KeyOf(const Prefix& prefix) const;  // in the cache; empty where it is not kept
  bool ReadBack(const Prefix& prefix, const std::string& key);
  Status Evaluate(const Prefix& prefix);
  void Keep(Prefix& prefix, const std::string& key);
  // One operation without rows, in its turn.
  Status Perform(Op op);
  // Waits among the others until all rows are computed, computing for all where nobody does.
  Status Compute(Call& call);
  void Wait(Call& call, std::unique_lock<std::mutex>& lock);

  std::shared_ptr<Scheduler> scheduler_;
  Scheduler::Impl& impl_;
  CallerOptions caller_;
  std::optional<Clock::time_point> deadline_;
  SequenceId next_ = 0;
  std::map<SequenceId, NodePtr> nodes_;
  std::map<SequenceId, PrefixPtr> shared_;
  std::vector<Op> ops_;
};

}  // namespace paw
