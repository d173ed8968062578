#include "runtime/caller_context.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "lm/row_check.h"
#include "store/stage_cache.h"

namespace paw {
namespace {

constexpr auto kCancelLook = std::chrono::milliseconds(20);

}  // namespace

CallerContext::CallerContext(std::shared_ptr<Scheduler> scheduler, const CallerOptions& caller)
    : scheduler_(std::move(scheduler)), impl_(*scheduler_->impl_), caller_(caller) {
  if (caller.deadline_seconds) {
    deadline_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(*caller.deadline_seconds));
  }
}

CallerContext::~CallerContext() {
  const std::lock_guard lock(impl_.mutex);
  for (const Op& op : ops_) {
    if (op.kind == OpKind::kDrop) impl_.dropped.push_back(op.node);
  }
  for (const auto& [id, node] : nodes_) impl_.dropped.push_back(node);
  shared_.clear();
  impl_.TrimPrefixes();
  impl_.DoDrops();
  --impl_.callers;
}

SequenceId CallerContext::Add(NodePtr node, Op op) {
  ops_.push_back(std::move(op));
  nodes_[next_] = std::move(node);
  return next_++;
}

NodePtr CallerContext::Find(SequenceId sequence) const {
  if (const auto found = nodes_.find(sequence); found != nodes_.end()) return found->second;
  const auto shared = shared_.find(sequence);
  return shared == shared_.end() ? nullptr : shared->second->node;
}

Result<SequenceId> CallerContext::NewSequence() {
  auto node = std::make_shared<Node>();
  return Add(node, {.kind = OpKind::kNew, .node = node});
}

Result<SequenceId> CallerContext::Fork(SequenceId parent) {
  const NodePtr from = Find(parent);
  if (from == nullptr) return Usage("forking sequence " + std::to_string(parent) + ": found none of that name");
  auto node = std::make_shared<Node>();
  node->length = from->length;
  Op op = {.kind = OpKind::kFork, .node = node, .parent = from};
  if (const auto shared = shared_.find(parent); shared != shared_.end()) op.keep = shared->second;
  return Add(std::move(node), std::move(op));
}

void CallerContext::Drop(SequenceId sequence) {
  shared_.erase(sequence);
  const auto found = nodes_.find(sequence);
  if (found == nodes_.end()) return;
  if (ops_.empty()) {
    const std::lock_guard lock(impl_.mutex);
    impl_.dropped.push_back(found->second);
    impl_.DoDrops();
  } else {
    ops_.push_back({.kind = OpKind::kDrop, .node = found->second});
  }
  nodes_.erase(found);
}

Result<std::int32_t> CallerContext::Length(SequenceId sequence) const {
  const NodePtr node = Find(sequence);
  if (node == nullptr) return Usage("measuring sequence " + std::to_string(sequence) + ": found none of that name");
  return node->length;
}

Status CallerContext::Truncate(SequenceId sequence, std::int32_t length) {
  const auto found = nodes_.find(sequence);
  if (found == nodes_.end() || length < 0 || length > found->second->length) {
    return Usage("cutting sequence " + std::to_string(sequence) + " to " + std::to_string(length) +
                 " tokens: found none of that name and length");
  }
  found->second->length = length;
  ops_.push_back({.kind = OpKind::kCut, .node = found->second, .length = length});
  return Ok();
}

Result<std::vector<RowOutput>> CallerContext::Forward(std::span<const ForwardRow> rows) {
  if (rows.empty()) return std::vector<RowOutput>();
  Call call;
  for (const ForwardRow& row : rows) {
    const auto found = nodes_.find(row.sequence);
    if (found == nodes_.end())
      return Usage("evaluating sequence " + std::to_string(row.sequence) + ": found none of that name to append to");
    const bool twice = std::any_of(call.rows.begin(), call.rows.end(), [&](const WaitingRow& w) { return w.node == found->second; });
    const std::size_t tokens = row.tokens.empty() ? row.embeddings.size() / impl_.width : row.tokens.size();
    PAW_TRY(CheckRowContents(row, tokens, impl_.shape));
    if (twice) return Usage("evaluating sequence " + std::to_string(row.sequence) + ": found two rows of it in one call, expected one");
    call.rows.push_back({&row, found->second});
  }
  if (Status status = Compute(call); !status.ok()) {
    TakeBack(call);
    return status;
  }
  std::vector<RowOutput> outputs;
  for (WaitingRow& row : call.rows) {
    if (row.row->parents.empty()) row.node->length += static_cast<std::int32_t>(row.size(impl_.width));
    outputs.push_back(std::move(row.output));
  }
  return outputs;
}

// Of a call that failed nothing stays appended.
void CallerContext::TakeBack(const Call& call) {
  for (const WaitingRow& row : call.rows) {
    if (row.fed == 0 || !row.row->parents.empty()) continue;
    ops_.push_back({.kind = OpKind::kCut, .node = row.node, .length = row.node->length});
  }
}

Result<SequenceId> CallerContext::EvaluatePrefix(AdapterId adapter, std::span<const TokenId> tokens) {
  bool mine = false;
  const PrefixPtr prefix = PAW_TRY(FindOrBegin(adapter, tokens, mine));
  if (mine) PAW_TRY(Complete(prefix));
  shared_[next_] = prefix;
  return next_++;
}

Result<PrefixPtr> CallerContext::FindOrBegin(AdapterId adapter, std::span<const TokenId> tokens, bool& mine) {
  std::unique_lock lock(impl_.mutex);
  for (;;) {
    const auto found = std::find_if(impl_.prefixes.begin(), impl_.prefixes.end(), [&](const PrefixPtr& p) {
      return p->adapter == adapter && std::equal(p->tokens.begin(), p->tokens.end(), tokens.begin(), tokens.end());
    });
    if (found == impl_.prefixes.end()) break;
    if ((*found)->ready) {
      impl_.prefixes.splice(impl_.prefixes.begin(), impl_.prefixes, found);
      return impl_.prefixes.front();
    }
    impl_.prefix_changed.wait_for(lock, kCancelLook);
    PAW_TRY(CheckTime());
  }
  mine = true;
  impl_.prefixes.push_front(std::make_shared<Prefix>());
  impl_.prefixes.front()->adapter = adapter;
  impl_.prefixes.front()->tokens.assign(tokens.begin(), tokens.end());
  return impl_.prefixes.front();
}

Status CallerContext::Complete(const PrefixPtr& prefix) {
  const std::string key = KeyOf(*prefix);
  const bool read_back = !key.empty() && ReadBack(*prefix, key);
  Status status = read_back ? Ok() : Evaluate(*prefix);
  {
    const std::lock_guard lock(impl_.mutex);
    impl_.prefix_changed.notify_all();
    if (!status.ok()) {
      impl_.prefixes.remove(prefix);
      ops_.push_back({.kind = OpKind::kDrop, .node = prefix->node});
      return status;
    }
    prefix->ready = true;
    prefix->cached = read_back;
    prefix->node->length = static_cast<std::int32_t>(prefix->tokens.size());
    ++(read_back ? impl_.counts.prefixes_read : impl_.counts.prefixes);
    impl_.TrimPrefixes();
  }
  if (!read_back && !key.empty()) Keep(*prefix, key);
  return Ok();
}

std::string CallerContext::KeyOf(const Prefix& prefix) const {
  if (impl_.options.prefix_cache == nullptr || caller_.program_digest.empty() || prefix.tokens.empty()) return {};
  const std::string_view tokens(reinterpret_cast<const char*>(prefix.tokens.data()), prefix.tokens.size() * sizeof(TokenId));
  const std::string_view parts[] = {impl_.options.prefix_cache_model, caller_.program_digest, tokens};
  return StageCache::Key(parts);
}

bool CallerContext::ReadBack(const Prefix& prefix, const std::string& key) {
  const std::optional<CachedPrefix> cached = impl_.options.prefix_cache->Get(key);
  return cached && Perform({.kind = OpKind::kRestore, .node = prefix.node, .saved = cached->bytes}).ok();
}

Status CallerContext::Evaluate(const Prefix& prefix) {
  ops_.push_back({.kind = OpKind::kNew, .node = prefix.node});
  ForwardRow row;
  row.adapter = prefix.adapter;
  row.tokens = prefix.tokens;
  row.logits = LogitsAt::kNone;
  Call call;
  if (!prefix.tokens.empty()) call.rows.push_back({&row, prefix.node});
  return Compute(call);
}

// A prefix that cannot be kept is evaluated again the next time.
void CallerContext::Keep(Prefix& prefix, const std::string& key) {
  std::vector<std::byte> saved;
  if (!Perform({.kind = OpKind::kSave, .node = prefix.node, .save_to = &saved}).ok()) return;
  if (!impl_.options.prefix_cache->Put(key, saved).ok()) return;
  const std::lock_guard lock(impl_.mutex);
  prefix.cached = true;
}

Status CallerContext::CheckTime() const {
  PAW_TRY(CheckCancelled(caller_.cancel, "waiting for the engine"));
  if (!deadline_ || Clock::now() < *deadline_) return Ok();
  return Unavailable("waiting for the engine: found the deadline passed, expected an answer before it");
}

Status CallerContext::Perform(Op op) {
  Call call;
  call.ops.push_back(std::move(op));
  Status status = Compute(call);
  // One that was not waited for is not done later: what it reads and writes is its caller's.
  std::erase_if(ops_, [](const Op& left) { return left.kind == OpKind::kRestore || left.kind == OpKind::kSave; });
  return status;
}

Status CallerContext::Compute(Call& call) {
  call.group = caller_.group;
  call.open = call.rows.size();
  call.ops.insert(call.ops.begin(), std::make_move_iterator(ops_.begin()), std::make_move_iterator(ops_.end()));
  ops_.clear();
  std::unique_lock lock(impl_.mutex);
  impl_.calls.push_back(&call);
  while (!call.done) {
    if (Status status = CheckTime(); !status.ok() && call.in_step == 0) {
      impl_.calls.remove(&call);
      for (Op& op : call.ops) ops_.push_back(std::move(op));
      impl_.PassLead();
      return status;
    }
    if (impl_.led)
      Wait(call, lock);
    else
      impl_.Lead(call, lock, [this] { return CheckTime().ok(); });
  }
  return call.status;
}

void CallerContext::Wait(Call& call, std::unique_lock<std::mutex>& lock) {
  if (caller_.cancel != nullptr) {
    call.changed.wait_for(lock, kCancelLook);
  } else if (deadline_) {
    call.changed.wait_until(lock, *deadline_);
    if (call.in_step > 0 && Clock::now() >= *deadline_) call.changed.wait_for(lock, kCancelLook);
  } else {
    call.changed.wait(lock);
  }
}

}  // namespace paw
