// Gelu: x * Phi(x), the exact form with erf, as torch.nn.GELU computes it by default (not the tanh approximation).
//
// Made of additions, multiplications and divisions in double alone, so that it has the same bits on every machine; the C library's erff
// has not. Within 5e-8 + 6e-8 |x| of the true value. Thread rule: a pure function.
#pragma once

namespace paw {

float Gelu(float x);

}  // namespace paw
