// LlamaCppContext: the sequences of one caller in one llama_context. Internal to lm/llamacpp.
//
// The KV cells are one pool for all sequences (a fork copies no numbers). The pool starts at one sequence's worth and doubles when a
// batch does not fit: the whole state moves into a larger llama_context.
// Thread rule: one thread at a time. Owner: holds its Engine and the adapter it last used.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "lm/llamacpp/engine.h"
#include "lm/llamacpp/tree.h"
#include "lm/lm.h"

namespace paw::llamacpp {

inline constexpr std::int32_t kSlots = 256;     // LLAMA_MAX_SEQ
inline constexpr std::int32_t kTreeSlots = 32;  // of these, kept for the leaves of a tree
inline constexpr std::int32_t kSequencesMax = kSlots - kTreeSlots;
inline constexpr std::int32_t kBatchTokens = 512;  // tokens of one llama_decode, as the official runtime has it
inline constexpr std::uint64_t kCacheBytesMax = std::uint64_t{4} << 30;

struct FreeContext {
  void operator()(llama_context* context) const { llama_free(context); }
};

class LlamaCppContext final : public Context {
 public:
  LlamaCppContext(std::shared_ptr<Engine> engine, std::shared_ptr<const AdapterTable> adapters, const ContextOptions& options);
  ~LlamaCppContext() override;

  Status Start();

  Result<SequenceId> NewSequence() override;
  Result<SequenceId> Fork(SequenceId parent) override;
  void Drop(SequenceId sequence) override;
  Result<std::int32_t> Length(SequenceId sequence) const override;
  Status Truncate(SequenceId sequence, std::int32_t length) override;
  Result<std::vector<RowOutput>> Forward(std::span<const ForwardRow> rows) override;

 private:
  struct Sequence {
    llama_seq_id slot = 0;
    std::int32_t length = 0;
  };

  // One token on its way into a batch.
  struct Item {
    std::size_t row = 0;     // of the call
    std::int32_t index = 0;  // of the row's tokens
    std::int32_t position = 0;
    std::vector<llama_seq_id> slots;  // at least one
  };

  // Hidden states seen while a batch computes.
  struct Capture {
    std::map<std::int32_t, std::vector<float>> layers;  // wanted layer -> (tokens of the batch, width)
    std::size_t tokens = 0;
    std::int32_t layer_count = 0;
    bool failed = false;
  };

  Status CheckRow(const ForwardRow& row) const;
  Result<llama_context*> Make(std::uint32_t cells);
  Status Grow();
  void UseAdapter(std::shared_ptr<Adapter> adapter);
  // Rows of one adapter, one kind of input, and all or none with hidden states.
  Status RunGroup(std::span<const ForwardRow> rows, std::span<const std::size_t> chosen, std::vector<RowOutput>& outputs);
  Status RunTree(std::span<const ForwardRow> rows, std::size_t row, std::vector<RowOutput>& outputs);
  Status RunItems(std::span<const ForwardRow> rows, std::span<const Item> items, std::vector<RowOutput>& outputs);
  Status RunBatch(std::span<const ForwardRow> rows, std::span<const Item> items, std::vector<RowOutput>& outputs);
  Status Decode(const llama_batch& batch);
  void TakeOutputs(const ForwardRow& row, const Item& item, std::int32_t place, RowOutput& output);
  std::size_t TokensOf(const ForwardRow& row) const;
  llama_memory_t memory() const { return llama_get_memory(context_.get()); }
  static bool Observe(ggml_tensor* tensor, bool ask, void* self);

  std::shared_ptr<Engine> engine_;
  std::shared_ptr<const AdapterTable> adapters_;
  std::int32_t context_max_ = 0;
  std::int32_t threads_ = 0;
  std::uint32_t cells_ = 0;
  std::shared_ptr<Adapter> adapter_;  // the one set in context_; outlives its use there
  std::unique_ptr<llama_context, FreeContext> context_;
  Capture capture_;
  std::map<SequenceId, Sequence> sequences_;
  std::vector<bool> slot_used_ = std::vector<bool>(kSequencesMax, false);
  SequenceId next_ = 0;
};

}  // namespace paw::llamacpp
