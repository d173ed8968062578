// SplitExamples: which rows are held out. Deterministic in the rows and the seed.
//
// Rows whose inputs are equal without case and with blanks collapsed stay on one side, so that the held-out score is of unseen inputs.
// With labels the split is stratified; a label with one group of rows keeps it for training. Below kHeldOutRowsMin rows nothing is
// held out: say "quality unmeasured".
//
// Rows of a teacher (Example::teacher) are for training: where the user's own rows are kHeldOutRowsMin or more, held-out rows come from
// those alone, so that the score is of what the user wrote; and the split of the user's rows is the one they would have without a
// teacher, so that a teacher can be shown the training half only. With fewer rows of the user's, all rows count. SplitForCompile is the
// one way to it, for the compiler and for what a teacher is shown.
// Thread rule: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spec/examples.h"
#include "spec/outputs.h"
#include "spec/spec.h"

namespace paw {

inline constexpr std::size_t kHeldOutRowsMin = 40;

struct SplitOptions {
  std::size_t held_out_rows = 0;  // how many to aim at; 0 = HeldOutRowsFor(rows)
  bool stratify = true;           // by output; for closed label sets
};

struct ExampleSplit {
  std::vector<std::size_t> train;     // indices into the rows, ascending
  std::vector<std::size_t> held_out;  // ascending; empty below kHeldOutRowsMin rows
};

// 0 below kHeldOutRowsMin; a fifth of a small set, a tenth of a large one, at most 1,000: enough for a 95 % interval of +-3 points.
std::size_t HeldOutRowsFor(std::size_t rows);

ExampleSplit SplitExamples(std::span<const Example> rows, std::uint64_t seed, const SplitOptions& options);

// What a compile holds out: stratified where the outputs are labels. Whether they are is read from the user's own rows alone where these
// are enough to hold some out, so that rows of a teacher change nothing. `contract`: DeduceOutputs of all rows.
ExampleSplit SplitForCompile(const Spec& spec, const OutputContract& contract, std::span<const Example> rows, std::uint64_t seed);

// Case-folded, white space runs made one blank, ends trimmed: the key by which inputs are "the same".
std::string CollapsedInput(std::string_view input);

}  // namespace paw
