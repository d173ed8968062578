// NativeModel: the LanguageModel behind OpenNative. Internal to this folder.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "lm/native/packed_lora.h"
#include "lm/native/quant_lora.h"
#include "lm/native/weights.h"

namespace paw::native {

// An adapter in the form that the model multiplies: one of the two.
struct ResidentLora {
  PackedLora bf16;
  QuantLora quant;

  std::size_t bytes() const;
};

// The adapters of one model; contexts share it, so that an adapter removed while a context computes lives until it is done.
class AdapterTable {
 public:
  AdapterId Add(std::shared_ptr<const ResidentLora> lora);
  void Remove(AdapterId adapter);
  std::shared_ptr<const ResidentLora> Find(AdapterId adapter) const;  // null when unknown

 private:
  mutable std::mutex mutex_;
  AdapterId next_ = 0;
  std::map<AdapterId, std::shared_ptr<const ResidentLora>> adapters_;
};

class NativeModel final : public LanguageModel {
 public:
  explicit NativeModel(std::shared_ptr<const Weights> weights) : weights_(std::move(weights)) {}

  const ModelShape& shape() const override { return weights_->shape; }
  std::string engine_id() const override { return "native"; }
  std::string engine_version() const override;
  Result<AdapterId> AddAdapter(std::span<const std::byte> adapter_gguf) override;
  void RemoveAdapter(AdapterId adapter) override { adapters_->Remove(adapter); }
  std::size_t AdapterBytes(AdapterId adapter) const override;
  Result<std::unique_ptr<Context>> NewContext(const ContextOptions& options) const override;

  const std::shared_ptr<const Weights>& weights() const { return weights_; }

 private:
  std::shared_ptr<const Weights> weights_;
  std::shared_ptr<AdapterTable> adapters_ = std::make_shared<AdapterTable>();
};

}  // namespace paw::native
