// TrainBatch: the groups of one ForwardBackward call laid out as one matrix of tokens without padding, in chunks of bounded size.
//
// Order: group by group, the prefix first, then its rows. In the last layer only target positions go past the keys and values: they
// are the active rows, in the same order.
// Thread rule: a plain value; it views the caller's groups.
#pragma once

#include <span>
#include <vector>

#include "lm/native/block.h"
#include "lm/train.h"

namespace paw::native {

struct TrainSequence {
  int first = 0;  // first token in the batch
  int count = 0;
  int prefix = -1;  // index of the sequence with the prefix; -1: none, or this is one
  int prefix_count = 0;
  int group = 0;                  // index into the call's groups
  const TrainRow* row = nullptr;  // null for a prefix
  int active_first = 0;           // first active row
  int active_count = 0;
  std::size_t partial_first = 0;  // where its share of the prefix's key gradients begins, in tokens
};

// A set of tokens that a layer computes: all of them, or the active ones.
struct TokenSet {
  int count = 0;
  std::vector<Span> spans;     // one a group; the adapter is filled in by the trainer
  std::vector<int> positions;  // for rotation
  std::vector<int> visible;    // keys that each sees
};

// A target and the active row that predicts it.
struct BatchTarget {
  int active = 0;
  const TrainTarget* target = nullptr;
};

struct TrainBatch {
  std::vector<TokenId> tokens;
  std::vector<TrainSequence> sequences;
  std::vector<int> groups;  // of each span, ascending
  TokenSet all, active;
  std::vector<int> active_tokens;  // index of the token of each active row
  std::vector<BatchTarget> targets;
  std::size_t partial_tokens = 0;
  int position_max = 0;
};

// A row of a call.
struct RowPick {
  int group = 0;
  int row = 0;
};

// The batch of these rows (ascending), each group's prefix once.
TrainBatch MakeBatch(std::span<const TrainGroup> groups, std::span<const RowPick> rows);

// All rows of a call, cut where a chunk would hold more than `tokens_max` tokens (a chunk has at least one row).
std::vector<std::vector<RowPick>> CutIntoChunks(std::span<const TrainGroup> groups, int tokens_max);

}  // namespace paw::native
