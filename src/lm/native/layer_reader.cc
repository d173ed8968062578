#include "lm/native/layer_reader.h"

namespace paw::native {

const LayerMatrices& LayerReader::At(int layer) {
  const LayerWeights& weights = weights_.layers[static_cast<std::size_t>(layer)];
  if (!weights_.streamed()) return weights.projections;
  if (layer_ == layer) return packed_;
  Hint((layer + 1) % weights_.shape.layers, Mapping::Access::kSoon);
  for (std::size_t p = 0; p < packed_.size(); ++p) {
    if (weights.stored[p] != nullptr) PackStored(*weights.stored[p], *weights_.kernels, pool_, packed_[p]);
  }
  Hint(layer, Mapping::Access::kDone);
  layer_ = layer;
  return packed_;
}

void LayerReader::Hint(int layer, Mapping::Access access) const {
  for (const StoredTensor* stored : weights_.layers[static_cast<std::size_t>(layer)].stored) {
    if (stored != nullptr) weights_.source->Hint(stored->data, access);
  }
}

}  // namespace paw::native
