// RepairPseudoProgram: a pseudo-program that a language model (or a user) wrote, made fit to be a program's textual half.
//
// In this order: what stands outside the markers is dropped, the task becomes one paragraph, text that the prompt or the tokenizer would
// obey is made harmless, demonstrations whose output is no label or that contradict a given example go, labels that the text does not
// name are told at the end of the task, and what is over the budget goes from the end: demonstrations first, then words of the task.
//
// Thread rule: a pure function. Errors: kRefused for a text without markers or task, kUsage for options that lack a callback.
#pragma once

#include <span>
#include <string_view>

#include "paw/status.h"
#include "pseudo/pseudo_program.h"

namespace paw {

// PseudoProgram::findings says what was done, one line each, and what CheckPseudoProgram still has to say.
Result<PseudoProgram> RepairPseudoProgram(std::string_view text, const OutputContract& contract, std::span<const Example> examples,
                                          const PseudoOptions& options);

// The same text, unrepaired: from marker to marker, with what CheckPseudoProgram has to say.
Result<PseudoProgram> TakePseudoProgram(std::string_view text, const OutputContract& contract, std::span<const Example> examples,
                                        const PseudoOptions& options);

}  // namespace paw
