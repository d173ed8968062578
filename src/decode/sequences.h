// Sequences: the forks that one call makes in a Context, dropped when it returns, also on error.
//
// Thread rule: that of the Context. Owner: the call.
#pragma once

#include <algorithm>
#include <vector>

#include "lm/lm.h"
#include "paw/status.h"

namespace paw {

class Sequences {
 public:
  explicit Sequences(Context& context) : context_(context) {}
  Sequences(const Sequences&) = delete;
  Sequences& operator=(const Sequences&) = delete;
  ~Sequences() {
    for (SequenceId id : ids_) context_.Drop(id);
  }

  Result<SequenceId> Fork(SequenceId parent) {
    const SequenceId id = PAW_TRY(context_.Fork(parent));
    ids_.push_back(id);
    return id;
  }
  // Before the end: frees its memory for the rows still running.
  void Drop(SequenceId id) {
    if (auto found = std::find(ids_.begin(), ids_.end(), id); found != ids_.end()) {
      ids_.erase(found);
      context_.Drop(id);
    }
  }

 private:
  Context& context_;
  std::vector<SequenceId> ids_;
};

// A row that appends `tokens` to a sequence as a chain and asks for logits at the last of them.
inline ForwardRow ChainRow(SequenceId sequence, AdapterId adapter, std::span<const TokenId> tokens, std::span<const TokenId> logit_ids) {
  ForwardRow row;
  row.sequence = sequence;
  row.adapter = adapter;
  row.tokens = tokens;
  row.logits = LogitsAt::kLast;
  row.logit_ids = logit_ids;
  return row;
}

}  // namespace paw
