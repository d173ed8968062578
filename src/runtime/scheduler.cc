#include "runtime/scheduler.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "lm/row_check.h"

namespace paw {
namespace {

using Clock = std::chrono::steady_clock;

// While others wait, a row gives way after so many tokens.
constexpr int kChunkTokens = 128;
constexpr auto kCancelLook = std::chrono::milliseconds(20);

// A caller's sequence. What becomes of it in the real context is written down (Op) and done when rows of its caller run.
struct Node {
  SequenceId real = -1;     // in the real context; -1: not yet, or no more
  std::int32_t length = 0;  // tokens, of the caller's view
};
using NodePtr = std::shared_ptr<Node>;

struct Op {
  NodePtr node;
  NodePtr parent = nullptr;                 // of a fork; null: a new, empty sequence
  bool drop = false;                        // of `node`
  std::shared_ptr<const void> keep = {};    // what the parent belongs to
  std::optional<std::int32_t> length = {};  // `node` is cut to so many tokens
};

// A row of a waiting call: what of it is fed, and what came back.
struct WaitingRow {
  const ForwardRow* row = nullptr;
  NodePtr node;
  std::size_t fed = 0;   // tokens
  bool in_step = false;  // being computed
  RowOutput output = {};

  std::size_t size(std::size_t width) const { return row->tokens.empty() ? row->embeddings.size() / width : row->tokens.size(); }
};

// A Forward call of one caller, on its stack.
struct Call {
  std::int64_t group = 0;
  std::vector<Op> ops;  // before its rows
  std::vector<WaitingRow> rows;
  std::size_t open = 0;  // rows that are not done
  std::size_t next = 0;  // where its next turn begins
  int in_step = 0;       // rows of it that are being computed
  bool done = false;
  Status status;
  std::condition_variable changed;
};

// Part of a row in the step that is being computed.
struct Chunk {
  Call* call = nullptr;
  std::size_t row = 0;
  std::size_t tokens = 0;
  ForwardRow forward;
};

struct Prefix {
  AdapterId adapter = kNoAdapter;
  std::vector<TokenId> tokens;
  NodePtr node = std::make_shared<Node>();
  bool ready = false;
};
using PrefixPtr = std::shared_ptr<Prefix>;  // the scheduler's, and one for each context that uses it

}  // namespace

struct Scheduler::Impl {
  std::shared_ptr<const void> owner;
  std::unique_ptr<Context> context;  // of the one that computes; of anyone under the lock while nobody does
  ModelShape shape;
  std::size_t width = 0;
  SchedulerOptions options;

  mutable std::mutex mutex;
  std::list<Call*> calls;           // that wait
  std::vector<std::int64_t> turns;  // groups in order of their last turn, the longest ago first
  std::list<PrefixPtr> prefixes;    // the last used first
  std::condition_variable prefix_changed;
  std::vector<NodePtr> dropped;  // to take out of the real context once nobody computes
  std::size_t callers = 0;
  bool computing = false;  // someone is inside context->Forward
  bool led = false;        // someone computes for all
  SchedulerCounts counts;

  bool CanCut(const ForwardRow& row) const { return row.parents.empty() && row.hidden_layers.empty() && !row.tokens.empty(); }
  Chunk Take(Call& call, std::size_t index, std::size_t tokens_max);
  std::vector<Chunk> NextStep();
  void TakeTurn(Call& call, int chunk_max, int& tokens_left, std::vector<Chunk>& step);
  std::vector<Call*> InTurn();
  Result<std::vector<RowOutput>> Forward(std::span<const ForwardRow> rows);
  void HandOut(std::vector<Chunk>& step, Result<std::vector<RowOutput>> outputs, std::unique_lock<std::mutex>& lock);
  void Deliver(Chunk& chunk, Result<RowOutput> output);
  void Lead(Call& own, std::unique_lock<std::mutex>& lock, const std::function<bool()>& in_time);
  void PassLead();
  Status Do(std::vector<Op>& ops);
  void DropNode(Node& node);
  void DoDrops();
  void TrimPrefixes();
};

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

Status Scheduler::Impl::Do(std::vector<Op>& ops) {
  std::vector<Op> todo;
  todo.swap(ops);
  for (Op& op : todo) {
    if (op.length) {
      PAW_TRY(context->Truncate(op.node->real, *op.length));
    } else if (op.drop) {
      DropNode(*op.node);
    } else {
      op.node->real = op.parent == nullptr ? PAW_TRY(context->NewSequence()) : PAW_TRY(context->Fork(op.parent->real));
    }
  }
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
    if (Status status = Do(call->ops); !status.ok()) call->status = status;
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
  std::size_t unused = 0;  // tokens
  for (auto at = prefixes.begin(); at != prefixes.end();) {
    const bool idle = (*at)->ready && at->use_count() == 1;
    if (idle) unused += (*at)->tokens.size();
    if (idle && unused > options.prefix_tokens_max) {
      dropped.push_back((*at)->node);
      at = prefixes.erase(at);
    } else {
      ++at;
    }
  }
}

// The Context of one caller: its sequences are its own numbers.
class CallerContext final : public Context {
 public:
  CallerContext(std::shared_ptr<Scheduler> scheduler, const CallerOptions& caller)
      : scheduler_(std::move(scheduler)), impl_(*scheduler_->impl_), caller_(caller) {
    if (caller.deadline_seconds) {
      deadline_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(*caller.deadline_seconds));
    }
  }

  ~CallerContext() override {
    const std::lock_guard lock(impl_.mutex);
    for (const Op& op : ops_) {
      if (op.drop) impl_.dropped.push_back(op.node);
    }
    for (const auto& [id, node] : nodes_) impl_.dropped.push_back(node);
    shared_.clear();
    impl_.TrimPrefixes();
    impl_.DoDrops();
    --impl_.callers;
  }

  Result<SequenceId> NewSequence() override { return Add(std::make_shared<Node>(), nullptr); }

  Result<SequenceId> Fork(SequenceId parent) override {
    const NodePtr from = Find(parent);
    if (from == nullptr) return Usage("forking sequence " + std::to_string(parent) + ": found none of that name");
    auto node = std::make_shared<Node>();
    node->length = from->length;
    const auto shared = shared_.find(parent);
    return Add(std::move(node), from, shared == shared_.end() ? nullptr : shared->second);
  }

  void Drop(SequenceId sequence) override {
    shared_.erase(sequence);
    const auto found = nodes_.find(sequence);
    if (found == nodes_.end()) return;
    if (ops_.empty()) {
      const std::lock_guard lock(impl_.mutex);
      impl_.dropped.push_back(found->second);
      impl_.DoDrops();
    } else {
      ops_.push_back({.node = found->second, .drop = true});
    }
    nodes_.erase(found);
  }

  Result<std::int32_t> Length(SequenceId sequence) const override {
    const NodePtr node = Find(sequence);
    if (node == nullptr) return Usage("measuring sequence " + std::to_string(sequence) + ": found none of that name");
    return node->length;
  }

  Status Truncate(SequenceId sequence, std::int32_t length) override {
    const auto found = nodes_.find(sequence);
    if (found == nodes_.end() || length < 0 || length > found->second->length) {
      return Usage("cutting sequence " + std::to_string(sequence) + " to " + std::to_string(length) +
                   " tokens: found none of that name and length");
    }
    found->second->length = length;
    Op op = {.node = found->second};
    op.length = length;
    ops_.push_back(std::move(op));
    return Ok();
  }

  Result<std::vector<RowOutput>> Forward(std::span<const ForwardRow> rows) override {
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

  // The same sequence for every caller that asks for these tokens; the first of them evaluates it.
  Result<SequenceId> EvaluatePrefix(AdapterId adapter, std::span<const TokenId> tokens) override {
    bool mine = false;
    const PrefixPtr prefix = PAW_TRY(FindOrBegin(adapter, tokens, mine));
    if (mine) PAW_TRY(Complete(prefix));
    shared_[next_] = prefix;
    return next_++;
  }

 private:
  Result<SequenceId> Add(NodePtr node, NodePtr parent, std::shared_ptr<const void> keep = nullptr) {
    ops_.push_back({.node = node, .parent = std::move(parent), .keep = std::move(keep)});
    nodes_[next_] = std::move(node);
    return next_++;
  }

  NodePtr Find(SequenceId sequence) const {
    if (const auto found = nodes_.find(sequence); found != nodes_.end()) return found->second;
    const auto shared = shared_.find(sequence);
    return shared == shared_.end() ? nullptr : shared->second->node;
  }

  // Of a call that failed nothing stays appended.
  void TakeBack(const Call& call) {
    for (const WaitingRow& row : call.rows) {
      if (row.fed == 0 || !row.row->parents.empty()) continue;
      Op op = {.node = row.node};
      op.length = row.node->length;
      ops_.push_back(std::move(op));
    }
  }

  Status CheckTime() const {
    PAW_TRY(CheckCancelled(caller_.cancel, "waiting for the engine"));
    if (!deadline_ || Clock::now() < *deadline_) return Ok();
    return Unavailable("waiting for the engine: found the deadline passed, expected an answer before it");
  }

  // The prefix once it is ready, or a new one that is this caller's to evaluate.
  Result<PrefixPtr> FindOrBegin(AdapterId adapter, std::span<const TokenId> tokens, bool& mine) {
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

  Status Complete(const PrefixPtr& prefix) {
    Status status = Evaluate(*prefix);
    const std::lock_guard lock(impl_.mutex);
    impl_.prefix_changed.notify_all();
    if (!status.ok()) {
      impl_.prefixes.remove(prefix);
      ops_.push_back({.node = prefix->node, .drop = true});
      return status;
    }
    prefix->ready = true;
    prefix->node->length = static_cast<std::int32_t>(prefix->tokens.size());
    ++impl_.counts.prefixes;
    impl_.TrimPrefixes();
    return Ok();
  }

  Status Evaluate(Prefix& prefix) {
    ops_.push_back({.node = prefix.node});
    ForwardRow row;
    row.adapter = prefix.adapter;
    row.tokens = prefix.tokens;
    row.logits = LogitsAt::kNone;
    Call call;
    if (!prefix.tokens.empty()) call.rows.push_back({&row, prefix.node});
    return Compute(call);
  }

  // Waits among the others until all rows are computed, computing for all where nobody does.
  Status Compute(Call& call) {
    call.group = caller_.group;
    call.open = call.rows.size();
    call.ops.swap(ops_);
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

  void Wait(Call& call, std::unique_lock<std::mutex>& lock) {
    if (caller_.cancel != nullptr) {
      call.changed.wait_for(lock, kCancelLook);
    } else if (deadline_) {
      call.changed.wait_until(lock, *deadline_);
      if (call.in_step > 0 && Clock::now() >= *deadline_) call.changed.wait_for(lock, kCancelLook);
    } else {
      call.changed.wait(lock);
    }
  }

  std::shared_ptr<Scheduler> scheduler_;
  Scheduler::Impl& impl_;
  CallerOptions caller_;
  std::optional<Clock::time_point> deadline_;
  SequenceId next_ = 0;
  std::map<SequenceId, NodePtr> nodes_;
  std::map<SequenceId, PrefixPtr> shared_;
  std::vector<Op> ops_;
};

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
