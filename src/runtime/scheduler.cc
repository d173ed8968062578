#include "runtime/scheduler.h"

#include <algorithm>
#include <map>
#include <new>
#include <utility>

#include "runtime/caller_context.h"
#include "runtime/scheduler_core.h"

namespace paw {
namespace {

// While others wait, a row gives way after so many tokens.
constexpr int kChunkTokens = 128;

}  // namespace

// The next tokens of a row, at most so many.
Chunk Scheduler::Impl::Take(Call& call, std::size_t index, std::size_t tokens_max) {
  WaitingRow& waiting = call.rows[index];
  const ForwardRow& row = *waiting.row;
  const std::size_t size = waiting.size(width), left = size - waiting.fed;
  Chunk chunk = {&call, index, CanCut(row) ? std::min(left, std::max<std::size_t>(1, tokens_max)) : left, row};
  chunk.forward.sequence = waiting.node->real;
  if (chunk.tokens < size) {
    chunk.forward.tokens = row.tokens.subspan(waiting.fed, chunk.tokens);
    if (row.logits == LogitsAt::kLast && waiting.fed + chunk.tokens < size) chunk.forward.logits = LogitsAt::kNone;
  }
  return chunk;
}

// Rows of one call until the step is full.
void Scheduler::Impl::TakeTurn(Call& call, int chunk_max, int& tokens_left, std::vector<Chunk>& step) {
  for (std::size_t tried = 0; tried < call.rows.size() && tokens_left > 0; ++tried) {
    const std::size_t index = call.next;
    call.next = (call.next + 1) % call.rows.size();
    WaitingRow& row = call.rows[index];
    if (row.in_step || row.fed == row.size(width)) continue;
    row.in_step = true;
    Chunk chunk = Take(call, index, static_cast<std::size_t>(std::min(chunk_max, tokens_left)));
    tokens_left -= static_cast<int>(chunk.tokens);
    ++call.in_step;
    step.push_back(chunk);
  }
}

// The waiting calls, one of each group in turn.
std::vector<Call*> Scheduler::Impl::InTurn() {
  for (const Call* call : calls) {
    if (std::find(turns.begin(), turns.end(), call->group) == turns.end()) turns.push_back(call->group);
  }
  std::vector<Call*> order;
  std::vector<std::int64_t> kept;
  for (const std::int64_t group : turns) {
    const auto of_group = [&](const Call* call) { return call->group == group; };
    if (std::any_of(calls.begin(), calls.end(), of_group)) kept.push_back(group);
  }
  turns = kept;
  // Round after round: the first call of every group, then the second.
  std::map<std::int64_t, std::vector<Call*>> by_group;
  for (Call* call : calls) by_group[call->group].push_back(call);
  for (std::size_t round = 0; order.size() < calls.size(); ++round) {
    for (const std::int64_t group : turns) {
      if (round < by_group[group].size()) order.push_back(by_group[group][round]);
    }
  }
  if (!turns.empty()) std::rotate(turns.begin(), turns.begin() + 1, turns.end());
  return order;
}

Status Scheduler::Impl::Do(const Op& op) {
  Node& node = *op.node;
  switch (op.kind) {
    case OpKind::kNew:
      node.real = PAW_TRY(context->NewSequence());
      break;
    case OpKind::kFork:
      node.real = PAW_TRY(context->Fork(op.parent->real));
      break;
    case OpKind::kRestore:
      node.real = PAW_TRY(context->Restore(op.saved));
      break;
    case OpKind::kSave:
      *op.save_to = PAW_TRY(context->Save(node.real));
      break;
    case OpKind::kCut:
      return context->Truncate(node.real, op.length);
    case OpKind::kDrop:
      DropNode(node);
      break;
  }
  return Ok();
}

Status Scheduler::Impl::DoAll(std::vector<Op>& ops) {
  std::vector<Op> todo;
  todo.swap(ops);
  for (const Op& op : todo) PAW_TRY(Do(op));
  return Ok();
}

void Scheduler::Impl::DropNode(Node& node) {
  if (node.real >= 0) context->Drop(std::exchange(node.real, -1));
}

void Scheduler::Impl::DoDrops() {
  if (computing) return;
  for (const NodePtr& node : dropped) DropNode(*node);
  dropped.clear();
}

std::vector<Chunk> Scheduler::Impl::NextStep() {
  DoDrops();
  for (Call* call : calls) {
    if (call->ops.empty()) continue;
    if (Status status = DoAll(call->ops); !status.ok()) call->status = status;
  }
  const std::vector<Call*> order = InTurn();
  const int chunk_max = order.size() == 1 ? options.step_tokens : kChunkTokens;
  int tokens_left = options.step_tokens;
  std::vector<Chunk> step;
  // First a share for each, then what is left, in the same order.
  const int share = std::max(1, options.step_tokens / std::max(1, static_cast<int>(order.size())));
  for (const int most : {share, options.step_tokens}) {
    for (Call* call : order) {
      int own = std::min(most, tokens_left);
      const int before = own;
      if (own > 0 && call->status.ok()) TakeTurn(*call, chunk_max, own, step);
      tokens_left -= before - own;
    }
  }
  return step;
}

void Scheduler::Impl::Deliver(Chunk& chunk, Result<RowOutput> output) {
  Call& call = *chunk.call;
  WaitingRow& row = call.rows[chunk.row];
  --call.in_step;
  row.in_step = false;
  if (!output.ok()) {
    if (call.status.ok()) call.status = output.status();
    return;
  }
  row.fed += chunk.tokens;
  if (row.output.logits.empty())
    row.output = std::move(output).value();
  else
    row.output.logits.insert(row.output.logits.end(), output->logits.begin(), output->logits.end());
  if (row.fed == row.size(width)) --call.open;
}

// A step that failed is done again row by row, so that only the row at fault fails.
void Scheduler::Impl::HandOut(std::vector<Chunk>& step, Result<std::vector<RowOutput>> outputs, std::unique_lock<std::mutex>& lock) {
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (outputs.ok()) {
      Deliver(step[i], std::move((*outputs)[i]));
      continue;
    }
    lock.unlock();
    auto alone = Forward({&step[i].forward, 1});
    lock.lock();
    if (alone.ok())
      Deliver(step[i], std::move(alone->front()));
    else
      Deliver(step[i], alone.status());
  }
  for (auto at = calls.begin(); at != calls.end();) {
    Call& call = **at++;
    const bool wants_more = call.open > 0 || !call.ops.empty();
    if (call.in_step > 0 || (wants_more && call.status.ok())) continue;
    call.done = true;
    calls.remove(&call);
    call.changed.notify_one();
  }
}

// A step that finds no memory is a failed one: nobody is left waiting for it.
Result<std::vector<RowOutput>> Scheduler::Impl::Forward(std::span<const ForwardRow> rows) {
  try {
    return context->Forward(rows);
  } catch (const std::bad_alloc&) {
    return Unavailable("computing a step: found no memory, expected some");
  }
}

// Steps until one's own call is done, or in_time says that it will not be waited for.
void Scheduler::Impl::Lead(Call& own, std::unique_lock<std::mutex>& lock, const std::function<bool()>& in_time) {
  led = true;
  while (!own.done && in_time()) {
    std::vector<Chunk> step = NextStep();
    std::vector<ForwardRow> rows;
    for (const Chunk& chunk : step) {
      rows.push_back(chunk.forward);
      counts.tokens += static_cast<std::int64_t>(chunk.tokens);
    }
    ++counts.steps;
    counts.rows += static_cast<std::int64_t>(rows.size());
    computing = true;
    lock.unlock();
    auto outputs = Forward(rows);
    lock.lock();
    HandOut(step, std::move(outputs), lock);
    computing = false;
  }
  DoDrops();
  led = false;
  PassLead();
}

void Scheduler::Impl::PassLead() {
  if (led || calls.empty()) return;
  calls.front()->changed.notify_one();
}

// Those that no context uses, beyond so many tokens of them, the longest unused first.
void Scheduler::Impl::TrimPrefixes() {
  std::size_t cached = 0, elsewhere_none = 0;  // tokens
  for (auto at = prefixes.begin(); at != prefixes.end();) {
    const bool idle = (*at)->ready && at->use_count() == 1;
    std::size_t& unused = (*at)->cached ? cached : elsewhere_none;
    if (idle) unused += (*at)->tokens.size();
    if (idle && unused > ((*at)->cached ? options.cached_prefix_tokens_max : options.prefix_tokens_max)) {
      dropped.push_back((*at)->node);
      at = prefixes.erase(at);
    } else {
      ++at;
    }
  }
}

Scheduler::Scheduler(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Scheduler::~Scheduler() = default;

Result<std::shared_ptr<Scheduler>> Scheduler::Open(const LanguageModel& model, std::shared_ptr<const void> owner,
                                                   const SchedulerOptions& options) {
  if (options.step_tokens < 1)
    return Usage("opening a scheduler: found steps of " + std::to_string(options.step_tokens) + " tokens, expected at least 1");
  auto impl = std::make_unique<Impl>();
  impl->context = PAW_TRY(model.NewContext({.threads = options.threads, .context_max = options.context_max}));
  impl->owner = std::move(owner);
  impl->shape = model.shape();
  impl->width = static_cast<std::size_t>(impl->shape.width);
  impl->options = options;
  return std::shared_ptr<Scheduler>(new Scheduler(std::move(impl)));
}

Result<std::unique_ptr<Context>> Scheduler::NewContext(const CallerOptions& caller) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->callers >= impl_->options.callers_max) {
      return Unavailable("opening a session: found " + std::to_string(impl_->callers) + " callers, expected fewer than " +
                         std::to_string(impl_->options.callers_max));
    }
    ++impl_->callers;
  }
  return std::unique_ptr<Context>(std::make_unique<CallerContext>(shared_from_this(), caller));
}

SchedulerCounts Scheduler::counts() const {
  const std::lock_guard lock(impl_->mutex);
  SchedulerCounts counts = impl_->counts;
  counts.waiting = static_cast<std::int64_t>(impl_->calls.size());
  return counts;
}

}  // namespace paw
