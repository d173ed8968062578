#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <thread>
#include <utility>

#include "fs/posix_fs.h"
#include "gguf/gguf.h"
#include "lm/adapter_check.h"
#include "lm/llamacpp/context.h"
#include "lm/llamacpp/engine.h"
#include "lm/llamacpp/llamacpp.h"

namespace paw::llamacpp {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};
using OwnedFile = std::unique_ptr<std::FILE, CloseFile>;

// Once a process: no log lines, no debugger started by a failed assertion inside ggml.
void Silence() {
  static std::once_flag once;
  std::call_once(once, [] {
    llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
    static_cast<void>(setenv("GGML_NO_BACKTRACE", "1", 0));
    llama_backend_init();
  });
}

llama_model_kv_override Override(const std::string& key) {
  llama_model_kv_override override{};
  std::strncpy(override.key, key.c_str(), sizeof(override.key) - 1);
  return override;
}

// Loads the weights without the tokenizer: ids alone cross this door, and 50,000 tokens and merges need not be parsed.
llama_model* LoadWeights(std::FILE* file, const ModelShape& shape) {
  llama_model_kv_override overrides[3] = {Override("tokenizer.ggml.model"), Override(shape.architecture + ".vocab_size"), {}};
  overrides[0].tag = LLAMA_KV_OVERRIDE_TYPE_STR;
  std::strncpy(overrides[0].val_str, "none", sizeof(overrides[0].val_str) - 1);
  overrides[1].tag = LLAMA_KV_OVERRIDE_TYPE_INT;
  overrides[1].val_i64 = shape.vocabulary;
  llama_model_params params = llama_model_default_params();
  params.kv_overrides = overrides;
  return llama_model_load_from_file_ptr(file, params);
}

}  // namespace

AdapterId AdapterTable::Add(std::shared_ptr<Adapter> adapter) {
  const std::lock_guard lock(mutex_);
  adapters_.emplace(next_, std::move(adapter));
  return next_++;
}

void AdapterTable::Remove(AdapterId id) {
  std::shared_ptr<Adapter> removed;  // freed after the lock
  const std::lock_guard lock(mutex_);
  const auto found = adapters_.find(id);
  if (found == adapters_.end()) return;
  removed = std::move(found->second);
  adapters_.erase(found);
}

std::shared_ptr<Adapter> AdapterTable::Find(AdapterId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = adapters_.find(id);
  return found == adapters_.end() ? nullptr : found->second;
}

// The last number counts changes of ours that move results.
std::string LlamaCppModel::engine_version() const { return std::string(llama_version()) + ".2"; }

Result<AdapterId> LlamaCppModel::AddAdapter(std::span<const std::byte> adapter_gguf) {
  PAW_TRY(CheckAdapter(adapter_gguf, shape(), "adapter"));
  // Reading only: the mode "r" never writes through the pointer.
  const OwnedFile file(fmemopen(const_cast<std::byte*>(adapter_gguf.data()), adapter_gguf.size(), "r"));
  if (file == nullptr) return Unavailable("loading an adapter into llama.cpp: the system gave no memory stream");
  llama_adapter_lora* handle = nullptr;
  try {
    const std::unique_lock lock(engine_->adapters_mutex);
    handle = llama_adapter_lora_init_from_file_ptr(engine_->model, file.get());
  } catch (const std::exception& error) {
    return Failed(std::string("loading an adapter into llama.cpp: ") + error.what());
  }
  if (handle == nullptr) {
    return Failed("loading an adapter into llama.cpp: found " + std::to_string(adapter_gguf.size()) +
                  " bytes that it does not take, expected a LoRA it supports");
  }
  return adapters_->Add(std::make_shared<Adapter>(engine_, handle, adapter_gguf.size()));
}

std::size_t LlamaCppModel::AdapterBytes(AdapterId adapter) const {
  const auto found = adapters_->Find(adapter);
  return found == nullptr ? 0 : found->bytes();
}

Result<std::unique_ptr<Context>> LlamaCppModel::NewContext(const ContextOptions& options) const {
  if (options.context_max < 1) {
    return Usage("making a context: found context_max " + std::to_string(options.context_max) + ", expected 1 or more");
  }
  auto context = std::make_unique<LlamaCppContext>(engine_, adapters_, options);
  PAW_TRY(context->Start());
  return std::unique_ptr<Context>(std::move(context));
}

}  // namespace paw::llamacpp

namespace paw {

Result<std::shared_ptr<LanguageModel>> OpenLlamaCpp(const std::string& gguf_path, const ModelOptions& options) {
  static_cast<void>(options);  // llama.cpp loads with as many threads as it likes
  auto engine = std::make_shared<llamacpp::Engine>();
  {
    const Mapping mapping = PAW_TRY(PosixFs().Map(gguf_path));
    const gguf::File file = PAW_TRY(gguf::File::Open(mapping.bytes(), gguf_path));
    engine->shape = PAW_TRY(ReadModelShape(file));
  }
  llamacpp::Silence();
  const llamacpp::OwnedFile file(std::fopen(gguf_path.c_str(), "rbe"));
  if (file == nullptr) return NotFound("loading " + gguf_path + " into llama.cpp: it is gone");
  try {
    engine->model = llamacpp::LoadWeights(file.get(), engine->shape);
  } catch (const std::exception& error) {
    return Failed("loading " + gguf_path + " into llama.cpp: " + error.what());
  }
  if (engine->model == nullptr) {
    return Failed("loading " + gguf_path + " into llama.cpp: found a model that it cannot load, expected a complete llama model");
  }
  const std::int32_t width = llama_model_n_embd(engine->model);
  const std::int32_t layers = llama_model_n_layer(engine->model);
  if (width != engine->shape.width || layers != engine->shape.layers) {
    return Internal("loading " + gguf_path + " into llama.cpp: found " + std::to_string(layers) + " layers of width " +
                    std::to_string(width) + ", expected " + std::to_string(engine->shape.layers) + " of width " +
                    std::to_string(engine->shape.width));
  }
  return std::shared_ptr<LanguageModel>(std::make_shared<llamacpp::LlamaCppModel>(std::move(engine)));
}

}  // namespace paw
