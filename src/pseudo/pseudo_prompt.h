// RenderPseudoPrompt: what a language model is asked when it writes the pseudo-program of a spec (the `examples` strategy).
//
// DefaultPseudoPrompt keeps the contract of the paper's prompt in our own words: both markers, one `Task:` paragraph that needs no
// spec beside it, 3 to 6 demonstrations of which none is copied, under 250 tokens. Another text, the official one for parity, goes
// through the same rendering: `{spec}` stands in it once.
//
// Thread rule: pure functions. Errors: kRefused for a text without exactly one {spec}, one that is not UTF-8, holds NUL or is too long.
// Source: the contract is that of arXiv 2607.02512, appendix, prompt `examples`.
#pragma once

#include <string>
#include <string_view>

#include "paw/status.h"

namespace paw {

inline constexpr std::string_view kSpecPlaceholder = "{spec}";

std::string_view DefaultPseudoPrompt();

// The user's message; the chat around it is the caller's.
Result<std::string> RenderPseudoPrompt(std::string_view prompt, std::string_view spec);

}  // namespace paw
