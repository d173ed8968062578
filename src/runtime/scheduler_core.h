// Scheduler::Impl and what it is made of: the callers that wait, the steps that are computed for them, the prefixes that are kept. Inside
// runtime/ only; scheduler.h says what it is for.
//
// Thread rule: the lists are guarded by `mutex`; the real context belongs to whoever computes, and to anyone under the lock while nobody does.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "lm/lm.h"
#include "runtime/scheduler.h"

namespace paw {

// A caller's sequence. What becomes of it in the real context is written down (Op) and done when rows of its caller run.
struct Node {
  SequenceId real = -1;     // in the real context; -1: not yet, or no more
  std::int32_t length = 0;  // tokens, of the caller's view
};
using NodePtr = std::shared_ptr<Node>;

enum class OpKind : std::uint8_t {
  kNew,      // `node` is an empty sequence
  kFork,     // it begins as a copy of `parent`
  kRestore,  // it is what `saved` holds
  kSave,     // its bytes go to `save_to`
  kCut,      // it keeps `length` tokens
  kDrop,
};

struct Op {
  OpKind kind = OpKind::kNew;
  NodePtr node;
  NodePtr parent = {};
  std::shared_ptr<const void> keep = {};  // what the parent belongs to
  std::int32_t length = 0;
  std::span<const std::byte> saved = {};
  std::vector<std::byte>* save_to = nullptr;
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

// What begins the rows of a program, once for all callers.
struct Prefix {
  AdapterId adapter = kNoAdapter;
  std::vector<TokenId> tokens;
  NodePtr node = std::make_shared<Node>();
  bool ready = false;
  bool cached = false;  // lies in the PrefixCache
};
using PrefixPtr = std::shared_ptr<Prefix>;  // the scheduler's, and one for each context that uses it

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
  Status Do(const Op& op);
  Status DoAll(std::vector<Op>& ops);
  void DropNode(Node& node);
  void DoDrops();
  void TrimPrefixes();
};

}  // namespace paw
