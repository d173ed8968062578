#include "eval/task_folder.h"

#include <utility>

#include "base/limits.h"
#include "base/text.h"

namespace paw {

Result<std::vector<TestCase>> ParseCases(std::string_view jsonl, std::string_view what) {
  std::vector<TestCase> cases;
  std::size_t number = 0;
  if (jsonl.starts_with(kByteOrderMark)) jsonl.remove_prefix(kByteOrderMark.size());
  std::string_view line;
  while (TakeLine(jsonl, line)) {
    const std::string where = std::string(what) + " line " + std::to_string(++number);
    if (Trim(line).empty()) continue;
    if (cases.size() >= kExampleRowsMax) return Refused(where + ": found more rows than " + std::to_string(kExampleRowsMax));
    const Json row = PAW_TRY(ParseJson(line, where, kRowBytesMax));
    TestCase test;
    test.input = PAW_TRY(GetString(row, "input", where));
    test.output = PAW_TRY(GetString(row, "output", where));
    if (const Json* acceptable = FindMember(row, "acceptable")) test.acceptable = *acceptable;
    cases.push_back(std::move(test));
  }
  return cases;
}

Result<TaskFolder> LoadTaskFolder(Fs& fs, const std::string& path) {
  const auto read = [&](const char* name, std::size_t bytes_max) { return fs.ReadText(path + "/" + name, bytes_max); };
  TaskFolder task;
  const std::string what = path + "/task.json";
  const std::string text = PAW_TRY(read("task.json", kMetaBytesMax));
  const Json json = PAW_TRY(ParseJson(text, what));
  task.name = PAW_TRY(GetString(json, "name", what));
  task.kind = PAW_TRY(GetString(json, "kind", what));
  if (FindMember(json, "labels") != nullptr) task.labels = PAW_TRY(GetStrings(json, "labels", what));
  const std::string metric = PAW_TRY(GetString(json, "metric", what));
  task.metric = PAW_TRY(ParseMetric(metric));
  const auto use = PAW_TRY(FindString(json, "use", what));
  task.trainable = use.has_value() && use->find("train") != std::string::npos;
  task.spec = PAW_TRY(read("spec.txt", kSpecBytesMax));
  const std::string train = PAW_TRY(read("train.jsonl", kExampleFileBytesMax));
  task.train = PAW_TRY(ParseCases(train, path + "/train.jsonl"));
  const std::string test = PAW_TRY(read("test.jsonl", kExampleFileBytesMax));
  task.test = PAW_TRY(ParseCases(test, path + "/test.jsonl"));
  return task;
}

}  // namespace paw
