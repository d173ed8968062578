// LayerReader: the matrices of a model's layers in the order that a pass needs them.
//
// Of resident weights these are the packed ones. Of streamed weights a layer is packed into the reader's own memory when it is asked for,
// the next one is read ahead from the file meanwhile, and the pages of this one are given back: a pass over a model of 4 billion
// parameters needs the memory of one layer.
//
// Thread rule: one thread at a time, one pool. Owner: the weights must outlive the reader.
#pragma once

#include "kernels/thread_pool.h"
#include "lm/native/weights.h"

namespace paw::native {

class LayerReader {
 public:
  LayerReader(const Weights& weights, ThreadPool& pool) : weights_(weights), pool_(pool) {}

  // Valid until the next call.
  const LayerMatrices& At(int layer);

 private:
  void Hint(int layer, Mapping::Access access) const;

  const Weights& weights_;
  ThreadPool& pool_;
  LayerMatrices packed_;
  int layer_ = -1;  // in packed_
};

}  // namespace paw::native
