// CorpusSpec: one line of a corpus that tools/corpus builds (or `paw corpus synth`): a spec with its input/output pairs.
//
//   {"id", "family", "area", "theme", "difficulty", "split", "style", "examples": n, "noise", "kind": "label|json|text",
//    "labels": [...] | null, "wording", "spec", "pairs": [[input, output], ...]}
//
// Only "spec" and "pairs" are required ({"name", "spec", "cases": [{"input", "output"}]} will do: examples/everyday.jsonl); a line {"spec", "input", "output"} (the public rows of FuzzyBench) is a spec of one pair, and
// neighbouring lines of the same spec become one.
// Thread rule: plain values. Errors: kRefused with the number of the line, what was found and what was expected.
#pragma once

#include <cstddef>
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
  std::string id, family, area, theme, difficulty, style, noise;
  std::size_t examples = 0;  // pairs that the spec shows
  OutputKind kind = OutputKind::kText;
  std::vector<std::string> labels;  // the closed set; empty: none
  std::string spec;
  std::string wording;            // the spec without noise and without its pairs; empty: not known
  std::vector<CorpusPair> pairs;  // one or more
};

// At most `specs_max` of them, from the beginning.
Result<std::vector<CorpusSpec>> ReadCorpus(Fs& fs, const std::string& path, std::size_t specs_max);

}  // namespace paw
