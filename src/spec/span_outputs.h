// SpanAlternatives: whether a function's answers are spans of its input, whole words of it, or one of a few agreed answers ("none").
//
//   many examples   every output stands in its input (base/word_cuts.h) or is one of the answers that the spec names, or the one other output
//                   that keeps coming back; and the outputs differ
//   few or none     the spec says so as well: "Extract ...", "exactly as written", "verbatim", and nothing in it speaks of changing,
//                   counting, listing or JSON. A condition in it ("if there is none") has to come with an answer that is understood, else the
//                   right one could be shut out
//
// Strict, because a contract that is read wrongly shuts the right answer out; what is not recognised stays free text (docs/adr/0015).
//
// Thread rule: pure functions. Errors of CheckSpans: kRefused for an output that does not stand in its input (line and output named).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spec/spec.h"

namespace paw {

// So many rows say what the outputs are without the spec's help.
inline constexpr std::size_t kSpanRowsMin = 20;

// What a spec names as the answer where there is nothing to copy: "Return none if ...", "N/A if there is none". In order, each once.
std::vector<std::string> AbsentAnswers(std::string_view body);

// The answers beside the spans; nullopt where outputs are not known to be spans.
std::optional<std::vector<std::string>> SpanAlternatives(const Spec& spec, std::span<const Example> examples);

// The same where the user has said that outputs are spans: one output that the spec does not name may stand outside of its inputs.
Result<std::vector<std::string>> CheckSpans(const Spec& spec, std::span<const Example> examples);

}  // namespace paw
