// SynthSpec: one specification that a language model wrote for a corpus, what it is held to, and the row that it becomes.
//
// What comes from a model is taken for hostile: bounded, parsed strictly, used as text only. A spec is taken when it reads back as it was
// meant: its examples are those that ParseSpec finds, its labels stand in its wording as words of their own, its own examples keep to them,
// and all of it is short enough for the trainer (kSynthSpecBytesMax).
//
// Thread rule: plain values and pure functions. Errors: kRefused for an answer that is no list of specs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "corpus/themes.h"
#include "eval/corpus_file.h"
#include "paw/status.h"
#include "spec/examples.h"
#include "teacher/task.h"

namespace paw {

struct SynthSpec {
  std::string wording;            // without its examples
  std::vector<Example> examples;  // 2 to 6, or none
  OutputKind kind = OutputKind::kText;
  std::vector<std::string> labels;  // kLabel: the closed set, two or more
  std::string difficulty;           // "easy", "medium", "hard"
  std::string style;                // "terse", "casual", "detailed": what was asked for
  Theme theme;
  std::int64_t number = 0;  // the call and the place in its answer: the same in every run
};

inline constexpr std::size_t kSpecsPerAnswerMax = 16;  // twice what is asked for
inline constexpr std::size_t kShownPairsMin = 2, kShownPairsMax = 6;

struct AnsweredSpecs {
  std::vector<SynthSpec> specs;  // `number` is the place in the answer; style and theme are the caller's to fill in
  std::int64_t malformed = 0;    // entries that are no spec
};
// {"specs": [{"wording", "difficulty", "output": "label|json|text", "labels": [...], "examples": [{"input", "output"}]}, ...]}.
// Labels are wanted where the output is a label, examples where `with_examples`; elsewhere both are ignored.
Result<AnsweredSpecs> ReadSpecs(std::string_view text, bool with_examples);

// The wording, then its examples as "Input:" and "Output:".
std::string SpecText(const SynthSpec& spec);
// Why a spec is not taken; empty for one that is. The words are the ones that people read. Repetitions are the caller's business.
std::string WhySpecRefused(const SynthSpec& spec);
// For the questions about a spec that is not refused.
Result<TeacherTask> TaskOf(const SynthSpec& spec, std::uint64_t seed);

// The letters (with their marks), digits and symbols (<, =, +, $, not punctuation) of a wording, case-folded: two specs with one key are one
// spec.
std::string WordingKey(std::string_view wording);
// "families_valid" for a held-out theme, else by the digest of the wording: 90 % "train", 5 % "valid", 5 % "test".
std::string_view SplitOf(const SynthSpec& spec);
inline constexpr std::string_view kSynthSplits[] = {"train", "valid", "test", "families_valid"};

struct SynthRow {
  std::string id, split, kind, family, area, theme;
  std::size_t pairs = 0;
  std::string line;  // of eval/corpus_file.h, without its end
};
SynthRow RowOf(const SynthSpec& spec, const std::vector<CorpusPair>& pairs);

}  // namespace paw
