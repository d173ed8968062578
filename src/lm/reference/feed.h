// The feed-forward of a block, forward and backward: SwiGLU (llama, qwen3) or GELU (gpt2).
//
//   SwiGLU   down(SiLU(gate(x)) * up(x))
//   GELU     down(GELU(up(x)))            in the tanh form
//
// Thread rule: pure functions of their arguments.
// Source: Shazeer 2020 (arXiv 2002.05202), Hendrycks and Gimpel 2016 (arXiv 1606.08415).
#pragma once

#include "lm/reference/layer.h"

namespace paw::reference {

// From act.feed_input (n, width) to the block's change of the residual stream (n, width). Fills gate, up and active.
Matrix FeedForward(const LayerContext& context, LayerActivations& act);

// d_output (n, width) -> the gradient of act.feed_input (n, width). Adds the gradients of A and B to `gradient` where it is not null.
Matrix FeedBackward(const LayerContext& context, const LayerActivations& act, const Matrix& d_output, LoraWeights* gradient);

}  // namespace paw::reference
