// The classes behind OpenReference. Internal to the reference engine: callers use reference.h.
//
// Thread rule: a ReferenceModel may be used from many threads (its adapters stand behind a mutex); a ReferenceContext from one.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "lm/lm.h"
#include "lm/lora.h"
#include "lm/reference/layer.h"
#include "lm/reference/weights.h"

namespace paw::reference {

// The adapters of one model. Contexts share it with the model, so that it outlives both.
class AdapterTable {
 public:
  AdapterId Add(LoraWeights lora);
  void Remove(AdapterId adapter);
  std::shared_ptr<const LoraWeights> Find(AdapterId adapter) const;  // null when unknown

 private:
  mutable std::mutex mutex_;
  AdapterId next_ = 0;
  std::map<AdapterId, std::shared_ptr<const LoraWeights>> adapters_;
};

class ReferenceModel final : public LanguageModel {
 public:
  explicit ReferenceModel(Weights weights) : weights_(std::make_shared<const Weights>(std::move(weights))) {}

  const ModelShape& shape() const override { return weights_->shape; }
  std::string engine_id() const override { return "reference"; }
  std::string engine_version() const override { return "1"; }
  Result<AdapterId> AddAdapter(std::span<const std::byte> adapter_gguf) override;
  void RemoveAdapter(AdapterId adapter) override { adapters_->Remove(adapter); }
  std::size_t AdapterBytes(AdapterId adapter) const override;
  Result<std::unique_ptr<Context>> NewContext(const ContextOptions& options) const override;
  std::shared_ptr<const Weights> weights() const { return weights_; }

 private:
  std::shared_ptr<const Weights> weights_;
  std::shared_ptr<AdapterTable> adapters_ = std::make_shared<AdapterTable>();
};

class ReferenceContext final : public Context {
 public:
  ReferenceContext(std::shared_ptr<const Weights> weights, std::shared_ptr<const AdapterTable> adapters, std::int32_t context_max)
      : weights_(std::move(weights)), adapters_(std::move(adapters)), context_max_(context_max) {}

  Result<SequenceId> NewSequence() override;
  Result<SequenceId> Fork(SequenceId parent) override;
  void Drop(SequenceId sequence) override { sequences_.erase(sequence); }
  Result<std::int32_t> Length(SequenceId sequence) const override;
  Status Truncate(SequenceId sequence, std::int32_t length) override;
  Result<std::vector<RowOutput>> Forward(std::span<const ForwardRow> rows) override;

 private:
  struct Sequence {
    std::int32_t length = 0;
    std::vector<KeyValues> layers;  // (layers), each (length, kv_width)
  };

  Status CheckRow(const ForwardRow& row) const;
  RowOutput ForwardOne(const ForwardRow& row, const LoraWeights* adapter);

  std::shared_ptr<const Weights> weights_;
  std::shared_ptr<const AdapterTable> adapters_;
  std::int32_t context_max_;
  SequenceId next_ = 0;
  std::map<SequenceId, Sequence> sequences_;
};

}  // namespace paw::reference
