// GradientInit: begins A in the directions in which the loss falls fastest, instead of at random.
//
// With B = 0 a step changes B by (dW A^T), so a random A of rank r sees a random slice of the gradient dW of the full matrix. Here A's rows
// span the leading row space of dW itself, found by one round of randomised subspace iteration that needs only LoRA gradients:
//   B = 0, A random       ->  dB = dW A^T      Q = orthonormal columns of dB
//   A = 0, B = Q          ->  dA = Q^T dW      A = norm * orthonormal rows of dA,  B = 0
// The program's function is unchanged (B = 0). In the spirit of LoRA-GA (arXiv 2407.05000); Halko et al. 2011 for the iteration.
//
// Thread rule: one call at a time per model. Deterministic. Errors: what ForwardBackward says.
#pragma once

#include <span>

#include "lm/lora.h"
#include "lm/train.h"
#include "paw/status.h"

namespace paw {

// `groups_rows`: batches of rows whose summed gradient decides. `weights` comes with A random and B zero (MakeLora) and leaves with
// the new A. `gradient` is scratch of the same layout. Returns the tokens that went through the model.
Result<std::int64_t> GradientInit(TrainableModel& model, std::span<const TokenId> prefix, std::span<const std::vector<TrainRow>> batches,
                                  LoraWeights& weights, LoraWeights& gradient);

// Makes `count` vectors of `length` orthonormal, in order; a vector that depends on those before it is left zero. Vector i begins at
// v[i * vector_stride] and its elements are element_stride apart.
void Orthonormalise(float* v, int count, int length, std::size_t vector_stride, std::size_t element_stride);

}  // namespace paw
