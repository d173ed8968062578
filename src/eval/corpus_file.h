// CorpusSpec: one line of a corpus that tools/corpus builds (or `paw corpus synth`): a spec with its input/output pairs.
//
//   {"id", "family", "area", "difficulty", "style", "examples": n, "noise", "kind": "label|json|text", "labels": [...] | null,
//    "spec", "pairs": [[input, output], ...]}
//
// Only "spec" and "pairs" are required, other keys are not read. {"name", "spec", "cases": [{"input", "output"}]} will do
// (examples/everyday.jsonl), and so will {"spec", "input", "output"} (the public rows of FuzzyBench), a spec of one pair. Rows without a
// name become one spec where they have one text, and its id is made of the text's digest. Labels without a kind are a label spec's.
//
// Thread rule: plain values. Errors: kRefused with the number of the line, what was found and what was expected; also for a second spec of
// one id and noise, and for rows of one text that differ in kind, labels or noise.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fs/fs.h"
#include "paw/status.h"
#include "spec/outputs.h"

namespace paw {

struct CorpusPair {
  std::string input, output;
};

struct CorpusSpec {
  std::string id, family, area, difficulty, style, noise;  // only `id` is never empty
  std::size_t examples = 0;                                // pairs that the spec shows
  std::optional<OutputKind> kind;                          // none: the corpus does not say
  std::vector<std::string> labels;                         // the closed set; empty: none
  std::string spec;
  std::vector<CorpusPair> pairs;  // one or more
};

// At most `specs_max` of them, from the beginning, each with all of its pairs; no two have one id and noise.
Result<std::vector<CorpusSpec>> ReadCorpus(Fs& fs, const std::string& path, std::size_t specs_max);

}  // namespace paw
