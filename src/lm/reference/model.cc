#include "lm/reference/model.h"

#include <algorithm>

#include "fs/posix_fs.h"
#include "lm/adapter_check.h"
#include "lm/reference/reference.h"

namespace paw::reference {

AdapterId AdapterTable::Add(LoraWeights lora) {
  auto shared = std::make_shared<const LoraWeights>(std::move(lora));
  const std::lock_guard lock(mutex_);
  adapters_.emplace(next_, std::move(shared));
  return next_++;
}

void AdapterTable::Remove(AdapterId adapter) {
  const std::lock_guard lock(mutex_);
  adapters_.erase(adapter);
}

std::shared_ptr<const LoraWeights> AdapterTable::Find(AdapterId adapter) const {
  const std::lock_guard lock(mutex_);
  const auto found = adapters_.find(adapter);
  return found == adapters_.end() ? nullptr : found->second;
}

Result<AdapterId> ReferenceModel::AddAdapter(std::span<const std::byte> adapter_gguf) {
  return adapters_->Add(PAW_TRY(ReadAdapter(adapter_gguf, shape(), "adapter")));
}

std::size_t ReferenceModel::AdapterBytes(AdapterId adapter) const {
  const auto lora = adapters_->Find(adapter);
  std::size_t numbers = 0;
  for (std::size_t i = 0; lora != nullptr && i < lora->pairs.size(); ++i) numbers += lora->pairs[i].a.size() + lora->pairs[i].b.size();
  return numbers * sizeof(float);
}

Result<std::unique_ptr<Context>> ReferenceModel::NewContext(const ContextOptions& options) const {
  if (options.context_max < 1) {
    return Usage("making a context: found context_max " + std::to_string(options.context_max) + ", expected 1 or more");
  }
  const std::int32_t context_max = std::min(options.context_max, shape().context_max);
  return std::unique_ptr<Context>(std::make_unique<ReferenceContext>(weights_, adapters_, context_max));
}

}  // namespace paw::reference

namespace paw {

Result<std::shared_ptr<LanguageModel>> OpenReference(const std::string& path, const ModelOptions& options) {
  static_cast<void>(options);  // one thread, whatever is asked for
  const auto source = PAW_TRY(WeightSource::Open(PosixFs(), path));
  reference::Weights weights = PAW_TRY(reference::LoadWeights(*source));
  return std::shared_ptr<LanguageModel>(std::make_shared<reference::ReferenceModel>(std::move(weights)));
}

}  // namespace paw
