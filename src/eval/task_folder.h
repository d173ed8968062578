// TaskFolder: a task in the format of the data pack: spec.txt, train.jsonl, test.jsonl, task.json.
//
// Thread rule: plain values. Errors: kNotFound, kRefused with file and line.
#pragma once

#include <string>
#include <vector>

#include "eval/metrics.h"
#include "eval/test_run.h"
#include "fs/fs.h"
#include "paw/status.h"

namespace paw {

struct TaskFolder {
  std::string name;
  std::string kind;                 // "classify", "extract", ...
  std::vector<std::string> labels;  // empty = open output
  Metric metric = Metric::kExact;
  bool trainable = false;  // its licence allows training on train.jsonl
  std::string spec;
  std::vector<TestCase> train;
  std::vector<TestCase> test;
};

Result<TaskFolder> LoadTaskFolder(Fs& fs, const std::string& path);

// Rows of {"input", "output", "acceptable"?}.
Result<std::vector<TestCase>> ParseCases(std::string_view jsonl, std::string_view what);

}  // namespace paw
