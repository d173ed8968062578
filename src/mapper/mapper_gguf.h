// A mapper in GGUF: how a trained compiler is shipped, its large tensors in Q8_0.
//
//   general.architecture = "paw-mapper", general.type = "mapper"
//   paw.mapper.rank                      what tells the shapes below apart
//   paw.mapper.metadata                  the metadata of mapper/weights.h, a JSON object of texts
//   tensors of mapper/weights.h by name  (first, rest) with everything behind the first dimension in one, so that blocks of 32 fit;
//                                        biases and norms (n), F32
//
// Thread rule: pure functions. Owner: a MapperFile shares the bytes it was read from. Errors: kRefused for a malformed file; what it holds
// is checked by ReadMapperWeights.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "mapper/weights.h"
#include "paw/status.h"
#include "tensor/dtype.h"

namespace paw {

// `what` names the bytes in messages.
Result<MapperFile> ReadMapperGguf(std::shared_ptr<const void> owner, std::span<const std::byte> bytes, std::string_view what);

// Tensors of two and more dimensions as `dtype`, the others as F32. kRefused where a tensor's rest is no multiple of the dtype's block, and
// for a shape that would not be read back: bases of each layer's own (4 dimensions), or one of another rank than the others.
// `coefficient_scale` multiplies the coefficients that the file will give (its head) and is noted in its metadata: below 1 a program stands
// closer to the shared LoRA, which helps where specs are unlike those of the training (docs/training.md).
Result<std::vector<std::byte>> WriteMapperGguf(const MapperFile& file, DType dtype, float coefficient_scale = 1.0f);

}  // namespace paw
