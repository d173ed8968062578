// The owned handles of llama.cpp: a loaded model, an adapter, a context. Internal to lm/llamacpp.
//
// llama.cpp keeps the set of a model's adapters in the model and walks it while a context computes, without a lock. So adding and
// freeing an adapter takes `adapters_mutex` alone, computing takes it shared.
// Thread rule: an Engine may be used from many threads under that rule. Owner: adapters and contexts hold their Engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>

#include <llama.h>

#include "lm/lm.h"

namespace paw::llamacpp {

struct Engine {
  llama_model* model = nullptr;
  ModelShape shape;
  mutable std::shared_mutex adapters_mutex;

  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() {
    if (model != nullptr) llama_model_free(model);
  }
};

// An adapter in use stays alive, whatever RemoveAdapter does meanwhile.
class Adapter {
 public:
  Adapter(std::shared_ptr<Engine> engine, llama_adapter_lora* handle, std::size_t bytes)
      : engine_(std::move(engine)), handle_(handle), bytes_(bytes) {}
  Adapter(const Adapter&) = delete;
  Adapter& operator=(const Adapter&) = delete;
  ~Adapter() {
    const std::unique_lock lock(engine_->adapters_mutex);
    llama_adapter_lora_free(handle_);
  }
  llama_adapter_lora* handle() const { return handle_; }
  std::size_t bytes() const { return bytes_; }  // of the file; llama.cpp holds its tensors

 private:
  std::shared_ptr<Engine> engine_;
  llama_adapter_lora* handle_;
  std::size_t bytes_;
};

// The adapters of one model by id. Ids are never reused. Thread-safe.
class AdapterTable {
 public:
  AdapterId Add(std::shared_ptr<Adapter> adapter);
  void Remove(AdapterId id);
  std::shared_ptr<Adapter> Find(AdapterId id) const;  // null when unknown

 private:
  mutable std::mutex mutex_;
  AdapterId next_ = 0;
  std::map<AdapterId, std::shared_ptr<Adapter>> adapters_;
};

class LlamaCppModel final : public LanguageModel {
 public:
  explicit LlamaCppModel(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}

  const ModelShape& shape() const override { return engine_->shape; }
  std::string engine_id() const override { return "llamacpp"; }
  std::string engine_version() const override;
  Result<AdapterId> AddAdapter(std::span<const std::byte> adapter_gguf) override;
  void RemoveAdapter(AdapterId adapter) override { adapters_->Remove(adapter); }
  std::size_t AdapterBytes(AdapterId adapter) const override;
  Result<std::unique_ptr<Context>> NewContext(const ContextOptions& options) const override;

 private:
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<AdapterTable> adapters_ = std::make_shared<AdapterTable>();
};

}  // namespace paw::llamacpp
