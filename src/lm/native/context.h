// NativeContext: sequences and the ragged batches that grow them. Internal to this folder.
//
// A Forward call is cut into pieces of bounded size (rows, or parts of a long row); a row's numbers do not depend on the cut.
// Thread rule: one thread at a time, as lm.h says.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "lm/native/block.h"
#include "lm/native/key_pages.h"
#include "lm/native/model.h"
#include "lm/native/projections.h"
#include "lm/row_check.h"

namespace paw::native {

class NativeContext final : public Context {
 public:
  NativeContext(std::shared_ptr<const Weights> weights, std::shared_ptr<const AdapterTable> adapters, const ContextOptions& options);

  Result<SequenceId> NewSequence() override;
  Result<SequenceId> Fork(SequenceId parent) override;
  void Drop(SequenceId sequence) override { sequences_.erase(sequence); }
  Result<std::int32_t> Length(SequenceId sequence) const override;
  Status Truncate(SequenceId sequence, std::int32_t length) override;
  Result<std::vector<std::byte>> Save(SequenceId sequence) const override;
  Result<SequenceId> Restore(std::span<const std::byte> saved) override;
  Result<std::vector<RowOutput>> Forward(std::span<const ForwardRow> rows) override;

 private:
  // Tokens [first, first + count) of a row of the call, standing at `at` in the piece's matrices.
  struct Part {
    int row = 0;
    int first = 0;
    int count = 0;
    int at = 0;
    KeySequence* keys = nullptr;
    bool tree = false;
  };
  struct Piece {
    std::vector<Part> parts;
    std::vector<Span> spans;
    std::vector<int> positions;
    int tokens = 0;
  };
  // One row of the call with what was looked up for it.
  struct Job {
    const ForwardRow* row = nullptr;
    int tokens = 0;
    KeySequence* keys = nullptr;
    std::shared_ptr<const ResidentLora> lora;
    std::vector<int> depths;  // of a tree's tokens: 0 for a root
    RowOutput output;
  };

  static int HiddenTokensOf(const Job& job) { return static_cast<int>(HiddenTokens(*job.row, static_cast<std::size_t>(job.tokens))); }
  Result<Job> CheckRow(const ForwardRow& row);
  std::vector<Piece> Cut(const std::vector<Job>& jobs) const;
  void RunPiece(Piece& piece, std::vector<Job>& jobs);
  void FillInput(const Piece& piece, const std::vector<Job>& jobs, float* h);
  void RunLayer(int layer, const Piece& piece, const std::vector<Job>& jobs, float* h);
  // Of the rows taken: what attention reads, q (tokens, query_width), k and v (tokens, kv_width).
  HeadRows ProjectHeads(int layer, const Piece& piece);
  // h (tokens, width) += the feed-forward of the rows taken.
  void RunFeed(int layer, const Piece& piece, float* h);
  void StoreKeys(int layer, const Piece& piece);
  void Attend(int layer, const Piece& piece, const std::vector<Job>& jobs);
  void AttendTree(int layer, int kv_head, const Part& part, const Job& job, int thread);
  void KeepHidden(int layer, const Piece& piece, std::vector<Job>& jobs, const float* h);
  void ComputeLogits(const Piece& piece, std::vector<Job>& jobs, const float* h);

  std::shared_ptr<const Weights> weights_;
  std::shared_ptr<const AdapterTable> adapters_;
  std::int32_t context_max_;
  ThreadPool pool_;
  Block block_;
  std::unique_ptr<Projections> projections_;
  KeyPages pages_;
  RopeTable rope_;
  SequenceId next_ = 0;
  std::map<SequenceId, KeySequence> sequences_;

  struct ThreadScratch {
    AttentionScratch attention;
    Buffer<Bf16> pages;  // a tree token's own last pages
    std::vector<const Bf16*> k_list, v_list;
    std::vector<int> visible;
  };
  std::vector<ThreadScratch> scratch_;
  Buffer<float> h_, q32_, k32_, attended_, gate_, up_, logits_, wanted_;
  Buffer<Bf16> q_, k_, v_, qkv_;
  HeadRows heads_;  // of the layer and the piece that is being computed
};

}  // namespace paw::native
