#include <algorithm>
#include <cstring>

#include "lm/native/activation_cache.h"
#include "lm/native/model.h"
#include "lm/native/native.h"
#include "lm/native/train_pass.h"
#include "lm/train_check.h"

namespace paw::native {
namespace {

// Rows of one chunk. 1,024 tokens keep the products at full speed; the kept activations take about 20 KB a token and layer at width 576.
constexpr int kChunkTokensMax = 1024;

class NativeTrainable final : public TrainableModel {
 public:
  NativeTrainable(std::shared_ptr<const Weights> weights, const TrainOptions& options)
      : pool_(options.threads),
        weights_(MakeTrainWeights(std::move(weights), pool_)),
        block_(*weights_.forward, pool_),
        pass_(weights_, block_),
        cache_(options.activation_cache_bytes_max) {}

  const ModelShape& shape() const override { return weights_.forward->shape; }
  void ClearActivationCache() override { cache_.Clear(); }

  Result<TrainLoss> ForwardBackward(std::span<const TrainGroup> groups, float loss_scale) override {
    PAW_TRY(CheckTrainGroups(shape(), groups));
    PackAdapters(groups);
    // With no adapter at all the loss still wants the last layer.
    int first = shape().layers - 1;
    for (const TrainGroup& group : groups) first = std::min(first, group.adapter->LowestAdaptedLayer());
    cache_.SetLayer(first);
    TrainLoss loss;
    std::vector<bool> prefix_counted(groups.size());
    for (const std::vector<RowPick>& rows : CutIntoChunks(groups, kChunkTokensMax)) {
      TrainBatch batch = MakeBatch(groups, rows);
      RunChunk(groups, rows, first, loss_scale, batch, loss);
      for (const int g : batch.groups) {  // a prefix that two chunks share went through the model once for train.h's count
        if (prefix_counted[static_cast<std::size_t>(g)])
          loss.tokens -= static_cast<std::int64_t>(groups[static_cast<std::size_t>(g)].prefix.size());
        prefix_counted[static_cast<std::size_t>(g)] = true;
      }
    }
    return loss;
  }

 private:
  void PackAdapters(std::span<const TrainGroup> groups) {
    if (adapters_.size() < groups.size()) adapters_.resize(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (g > 0 && groups[g].adapter == groups[g - 1].adapter) continue;
      PackLora(block_.kernels(), pool_, shape(), *groups[g].adapter, PackFor::kTraining, adapters_[g]);
    }
  }

  // Groups may follow each other under one adapter; it is packed once.
  const PackedLora* AdapterOf(std::span<const TrainGroup> groups, int group) const {
    auto g = static_cast<std::size_t>(group);
    while (g > 0 && groups[g].adapter == groups[g - 1].adapter) --g;
    return &adapters_[g];
  }

  void RunChunk(std::span<const TrainGroup> groups, std::span<const RowPick> rows, int first, float loss_scale, TrainBatch& batch,
                TrainLoss& loss) {
    const auto width = static_cast<std::size_t>(shape().width);
    float* h = h_.Reserve(static_cast<std::size_t>(batch.all.count) * width);
    if (first == 0) {
      Embed(batch, h);
    } else {
      FillBelow(groups, rows, first, batch, h);
    }
    std::vector<LoraWeights*> gradients;
    for (std::size_t i = 0; i < batch.groups.size(); ++i) {
      const PackedLora* lora = AdapterOf(groups, batch.groups[i]);
      batch.all.spans[i].lora = lora;
      batch.active.spans[i].lora = lora;
      gradients.push_back(groups[static_cast<std::size_t>(batch.groups[i])].gradient);
    }
    pass_.ForwardBackward(batch, first, h, loss_scale, gradients, loss);
  }

  void Embed(const TrainBatch& batch, float* h) {
    pool_.RunRanges(batch.all.count, 16, [&](int from, int to, int) {
      for (int t = from; t < to; ++t) {
        EmbedToken(*weights_.forward, batch.tokens[static_cast<std::size_t>(t)],
                   h + static_cast<std::size_t>(t) * static_cast<std::size_t>(shape().width));
      }
    });
    block_.AddPositions(batch.all.positions, h);
  }

  // What the cache knows of a sequence of the batch.
  const float* Find(std::span<const TrainGroup> groups, const TrainSequence& s) const {
    const std::span<const TokenId> prefix = groups[static_cast<std::size_t>(s.group)].prefix;
    return s.row == nullptr ? cache_.FindPrefix(prefix) : cache_.FindRow(s.row->cache_key, prefix, s.row->tokens);
  }

  // h of the layer `first`: from the cache, or through the frozen layers below it (rows that are not kept, and their prefixes).
  void FillBelow(std::span<const TrainGroup> groups, std::span<const RowPick> rows, int first, const TrainBatch& batch, float* h) {
    const auto width = static_cast<std::size_t>(shape().width);
    std::vector<RowPick> absent;
    std::size_t row_index = 0;
    for (const TrainSequence& s : batch.sequences) {
      if (s.row == nullptr) continue;
      const RowPick pick = rows[row_index++];
      const bool prefix_known = s.prefix < 0 || cache_.FindPrefix(groups[static_cast<std::size_t>(s.group)].prefix) != nullptr;
      if (!prefix_known || Find(groups, s) == nullptr) absent.push_back(pick);
    }
    const TrainBatch below = MakeBatch(groups, absent);
    float* computed = below_.Reserve(static_cast<std::size_t>(below.all.count) * width + 1);
    Embed(below, computed);
    if (below.all.count > 0) pass_.RunFrozen(below, first, computed);
    // Both batches have their sequences in the same order. First what is kept, then what may replace it.
    auto next = below.sequences.begin();
    std::vector<std::pair<const TrainSequence*, const float*>> fresh;
    for (const TrainSequence& s : batch.sequences) {
      const bool is_fresh = next != below.sequences.end() && next->row == s.row && next->group == s.group;
      const float* from = is_fresh ? computed + static_cast<std::size_t>((next++)->first) * width : Find(groups, s);
      std::memcpy(h + static_cast<std::size_t>(s.first) * width, from, static_cast<std::size_t>(s.count) * width * sizeof(float));
      if (is_fresh) fresh.emplace_back(&s, from);
    }
    for (const auto& [s, from] : fresh) {
      const std::span<const TokenId> prefix = groups[static_cast<std::size_t>(s->group)].prefix;
      const std::span<const float> numbers(from, static_cast<std::size_t>(s->count) * width);
      if (s->row == nullptr) {
        cache_.AddPrefix(prefix, numbers);
      } else {
        cache_.AddRow(s->row->cache_key, prefix, s->row->tokens, numbers);
      }
    }
  }

  ThreadPool pool_;
  TrainWeights weights_;
  Block block_;
  TrainPass pass_;
  ActivationCache cache_;
  std::vector<PackedLora> adapters_;
  Buffer<float> h_, below_;
};

}  // namespace
}  // namespace paw::native

namespace paw {

Result<std::unique_ptr<TrainableModel>> OpenNativeTrainable(const std::shared_ptr<LanguageModel>& model, const TrainOptions& options) {
  const auto* native_model = dynamic_cast<const native::NativeModel*>(model.get());
  if (native_model == nullptr) return Usage("training with the native engine: found another engine's model, expected a native one");
  if (native_model->weights()->streamed()) return Usage("training with the native engine: found streamed weights, expected resident ones");
  std::shared_ptr<const native::Weights> weights = native_model->weights();
  if (weights->quant != nullptr) {
    weights =
        PAW_TRY(native::LoadWeights(weights->source, native::Residency::kResidentBf16, {.threads = options.threads}, *weights->kernels));
  }
  return std::unique_ptr<TrainableModel>(std::make_unique<native::NativeTrainable>(std::move(weights), options));
}

}  // namespace paw
