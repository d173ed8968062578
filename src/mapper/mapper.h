// Mapper: an Encoding becomes the LoRA of every projection of the interpreter, as mixtures of bases that all programs share.
//
//   pooled = mean of the states over layers and positions                        (hidden)
//   z      = GELU(W x + b) for each layer of the trunk                           (width)
//   c      = W z + b                                                             (layers, modules, bases, 2)   2 = A, B
//   A[l,m] = sum over n of c[l,m,n,0] * A_bases_m[n]                             (rank, inputs)
//   B[l,m] = sum over n of c[l,m,n,1] * B_bases_m[n]                             (outputs, rank)
//
// A mapper with a shared LoRA begins its sums at that in place of zero. One with feature layers reads SpecFeatures in place of `pooled`.
//
// Arithmetic: fp32, each number ONE chain in index order, the same bits on every instruction set and for any number of threads.
//   pooled: additions from 0 over (layer, position), then one division      mixtures: fused multiply-adds from 0 over n
//   linear layers: fused multiply-adds from the bias over the inputs        GELU: mapper/gelu.h
//   input norm: mean and variance as chains, (x - mean) * rstd, one fused multiply-add with weight and bias; epsilon 1e-5
// The steps are functions of their own so that each can be held against PyTorch (scripts/make_mapper_fixtures.py).
//
// Thread rule: immutable after Open; const methods are safe for concurrent use, each caller with a ThreadPool of its own.
// Owner: shares the file's bytes. Errors: kRefused for a checkpoint that does not fit (mapper/weights.h), an Encoding that
// does not fit the checkpoint, or numbers that overflow. Source: paper section 2.4.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "encode/encoding.h"
#include "kernels/kernels.h"
#include "kernels/thread_pool.h"
#include "lm/lora.h"
#include "mapper/weights.h"
#include "paw/status.h"

namespace paw {

class Mapper {
 public:
  static Result<Mapper> Open(std::shared_ptr<const safetensors::Checkpoint> checkpoint, const ModelShape& interpreter, ThreadPool& pool,
                             const Kernels& kernels = BestKernels());

  static Result<Mapper> Open(MapperFile file, const ModelShape& interpreter, ThreadPool& pool, const Kernels& kernels = BestKernels());

  const MapperShape& shape() const { return weights_.shape; }
  const std::map<std::string, std::string>& metadata() const { return weights_.file.metadata; }

  // All steps. The LoRA has every projection of every layer, in GGUF row order.
  Result<LoraWeights> Map(const Encoding& encoding, ThreadPool& pool) const;

  // From features (encode/spec_features.h) on; a fixed LoRA takes none.
  Result<std::vector<float>> CoefficientsOf(std::span<const float> features, ThreadPool& pool) const;  // (layers, modules, bases, 2)

  Result<std::vector<float>> Pool(const Encoding& encoding, ThreadPool& pool) const;          // (hidden)
  Result<std::vector<float>> Trunk(std::span<const float> pooled, ThreadPool& pool) const;    // (width)
  Result<std::vector<float>> Coefficients(std::span<const float> z, ThreadPool& pool) const;  // (layers, modules, bases, 2)
  Result<LoraWeights> Mix(std::span<const float> coefficients, ThreadPool& pool) const;

 private:
  Mapper(MapperWeights weights, const ModelShape& interpreter, const Kernels& kernels)
      : weights_(std::move(weights)), interpreter_(interpreter), kernels_(&kernels) {}

  std::vector<float> Linear(const MapperLinear& linear, std::span<const float> x, ThreadPool& pool) const;
  void Normalise(std::span<float> x) const;
  void MixBases(std::span<const float> factors, std::size_t half, LoraWeights& lora, ThreadPool& pool) const;
  void PermuteRows(LoraWeights& lora, ThreadPool& pool) const;

  MapperWeights weights_;
  ModelShape interpreter_;
  const Kernels* kernels_;
};

}  // namespace paw
