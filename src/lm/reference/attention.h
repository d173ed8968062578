// The attention of a block, forward and backward: from its normalised input to what the heads attended to.
//
// Queries, keys and values come from three projections (llama, qwen3) or from one (gpt2); every query and key head is normalised (qwen3)
// and rotated (llama, qwen3); then softmax attention over the keys that a token sees, kv heads shared by groups of query heads.
//
// Thread rule: pure functions of their arguments.
// Source: Vaswani et al. 2017 (arXiv 1706.03762), Su et al. 2021 (arXiv 2104.09864), Ainslie et al. 2023 (arXiv 2305.13245).
#pragma once

#include "lm/reference/layer.h"

namespace paw::reference {

// From act.attention_input (n, width) to act.attended (n, query_width). Fills all that lies between.
void AttentionForward(const LayerContext& context, const KeyValues& past, LayerActivations& act);

// d_attended (n, query_width) -> the gradient of act.attention_input (n, width). Adds the gradients of A and B to `gradient` where it is
// not null.
Matrix AttentionBackward(const LayerContext& context, const KeyValues& past, const LayerActivations& act, const Matrix& d_attended,
                         LoraWeights* gradient);

}  // namespace paw::reference
