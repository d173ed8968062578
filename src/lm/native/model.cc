#include "lm/native/model.h"

#include <utility>

#include "lm/adapter_check.h"
#include "lm/native/context.h"
#include "lm/native/native.h"

namespace paw::native {

std::size_t ResidentLora::bytes() const {
  std::size_t sum = quant.panels.size();
  for (const PackedPair& pair : bf16.pairs) sum += (pair.a.data.size() + pair.b.data.size()) * sizeof(Bf16);
  return sum;
}

AdapterId AdapterTable::Add(std::shared_ptr<const ResidentLora> lora) {
  const std::lock_guard lock(mutex_);
  adapters_.emplace(next_, std::move(lora));
  return next_++;
}

void AdapterTable::Remove(AdapterId adapter) {
  const std::lock_guard lock(mutex_);
  adapters_.erase(adapter);
}

std::shared_ptr<const ResidentLora> AdapterTable::Find(AdapterId adapter) const {
  const std::lock_guard lock(mutex_);
  const auto found = adapters_.find(adapter);
  return found == adapters_.end() ? nullptr : found->second;
}

// The first number changes with any change of the engine's arithmetic; the name is the instruction set's.
std::string NativeModel::engine_version() const { return std::string("2-") + weights_->kernels->name; }

Result<AdapterId> NativeModel::AddAdapter(std::span<const std::byte> adapter_gguf) {
  auto resident = std::make_shared<ResidentLora>();
  if (weights_->quant != nullptr) {
    resident->quant = PAW_TRY(PackQuantLora(PAW_TRY(ReadStoredAdapter(adapter_gguf, weights_->shape, "adapter"))));
  } else {
    ThreadPool pool(1);  // a registration is rare and small; the contexts' threads are busy elsewhere
    const LoraWeights lora = PAW_TRY(ReadAdapter(adapter_gguf, weights_->shape, "adapter"));
    PackLora(*weights_->kernels, pool, weights_->shape, lora, PackFor::kInference, resident->bf16);
  }
  return adapters_->Add(std::move(resident));
}

std::size_t NativeModel::AdapterBytes(AdapterId adapter) const {
  const auto lora = adapters_->Find(adapter);
  return lora == nullptr ? 0 : lora->bytes();
}

Result<std::unique_ptr<Context>> NativeModel::NewContext(const ContextOptions& options) const {
  if (options.context_max < 1 || options.threads < 0) {
    return Usage("opening a native context: found " + std::to_string(options.context_max) + " tokens and " +
                 std::to_string(options.threads) + " threads, expected at least 1 and 0");
  }
  return std::unique_ptr<Context>(std::make_unique<NativeContext>(weights_, adapters_, options));
}

}  // namespace paw::native

namespace paw {

Result<std::shared_ptr<LanguageModel>> OpenNative(const std::string& path, const ModelOptions& options) {
  return std::shared_ptr<LanguageModel>(
      std::make_shared<native::NativeModel>(PAW_TRY(native::LoadWeights(path, native::Residency::kResident, options))));
}

Result<std::shared_ptr<LanguageModel>> OpenNativeStreamed(const std::string& path, const ModelOptions& options) {
  return std::shared_ptr<LanguageModel>(
      std::make_shared<native::NativeModel>(PAW_TRY(native::LoadWeights(path, native::Residency::kStreamed, options))));
}

}  // namespace paw
