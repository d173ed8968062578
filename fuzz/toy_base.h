// The toy base model that the fuzz suites stand on: 2 layers, width 32, and adapters for it.
//
// Thread rule: pure functions.
#pragma once

#include <cstdint>

#include "base/random.h"
#include "gguf/toy_model.h"
#include "lm/lora.h"
#include "lm/shape.h"
#include "paw/status.h"

namespace paw::fuzz {

gguf::ToyModelOptions ToyBaseOptions();
Result<ModelShape> ToyBaseShape();
// A with its usual start, B small and random.
LoraWeights ToyLora(const ModelShape& shape, std::int32_t rank, std::int32_t first_layer, Random& random);

}  // namespace paw::fuzz
