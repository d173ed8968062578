#include "teacher/task.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "spec/split.h"

namespace paw {
namespace {

// So many objects with one and the same set of keys make a rule of it.
constexpr std::size_t kRowsForFixedKeys = 5;

std::vector<std::string> KeysOf(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;  // sorted: nlohmann's objects are
}

std::vector<std::string> FixedKeys(const TeacherTask& task) {
  std::set<std::vector<std::string>> seen;
  std::size_t objects = 0;
  for (const Example& row : task.own) {
    if (task.contract.json_literal == row.output) continue;
    const auto parsed = ParseJson(row.output, "an output");
    if (!parsed.ok() || !parsed->is_object()) return {};
    seen.insert(KeysOf(*parsed));
    ++objects;
  }
  return objects >= kRowsForFixedKeys && seen.size() == 1 ? *seen.begin() : std::vector<std::string>();
}

// Control characters but for line ends and tabs: C0, DEL, C1.
bool HasControls(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

std::string EvenSpace(std::string_view text) {
  std::string even;
  for (const std::string_view line : SplitLines(text)) {
    for (const std::string_view word : Split(line, ' ')) {
      const std::string_view trimmed = Trim(word);
      if (trimmed.empty()) continue;
      if (!even.empty()) even += ' ';
      even += trimmed;
    }
  }
  return even;
}

}  // namespace

Result<TeacherTask> MakeTeacherTask(std::string_view spec_text, const std::vector<Example>& examples, std::uint64_t seed) {
  TeacherTask task;
  task.seed = seed;
  task.spec = PAW_TRY(ParseSpec(spec_text));
  std::vector<Example> rows = task.spec.examples;
  rows.insert(rows.end(), examples.begin(), examples.end());
  task.own = PAW_TRY(CheckExamples(std::move(rows), "examples")).rows;
  task.contract = PAW_TRY(DeduceOutputs(task.spec, task.own));
  if (task.contract.kind == OutputKind::kJson) task.json_keys = FixedKeys(task);
  const auto own = std::count_if(task.own.begin(), task.own.end(), [](const Example& row) { return row.teacher.empty(); });
  if (static_cast<std::size_t>(own) < kHeldOutRowsMin) {  // then held-out rows will come from the teacher's too
    task.shown = task.own;
    return task;
  }
  for (const std::size_t i : SplitForCompile(task.spec, task.contract, task.own, seed).train) task.shown.push_back(task.own[i]);
  return task;
}

std::string WhyOutputRefused(const TeacherTask& task, const std::string& output) {
  if (Trim(output).empty()) return "empty";
  if (output.size() > kTeacherTextBytesMax) return "too long";
  if (!CheckText(output, kTeacherTextBytesMax, "an output").ok() || HasControls(output)) return "control characters";
  const OutputContract& contract = task.contract;
  if (contract.kind == OutputKind::kLabel) {
    return std::find(contract.labels.begin(), contract.labels.end(), output) == contract.labels.end() ? "no label" : "";
  }
  if (contract.kind == OutputKind::kText || contract.json_literal == output) return "";
  const auto parsed = ParseJson(output, "an output");
  if (!parsed.ok() || !(parsed->is_object() || parsed->is_array())) return "not JSON";
  if (!task.json_keys.empty() && (!parsed->is_object() || KeysOf(*parsed) != task.json_keys)) return "other keys";
  return "";
}

std::string WhyRefused(const TeacherTask& task, const std::string& input, const std::string& output) {
  if (Trim(input).empty()) return "empty";
  if (input.size() > kTeacherTextBytesMax) return "too long";
  if (!CheckText(input, kTeacherTextBytesMax, "an input").ok() || HasControls(input)) return "control characters";
  return WhyOutputRefused(task, output);
}

Status SettlePairs(const TeacherTask& task, std::vector<Example>& pairs, std::map<std::string, std::int64_t>& dropped) {
  const auto deduced = [&task](const std::vector<Example>& more) {
    std::vector<Example> rows = task.own;
    rows.insert(rows.end(), more.begin(), more.end());
    return DeduceOutputs(task.spec, rows);
  };
  const auto together = deduced(pairs);
  if (together.ok()) return Ok();
  std::vector<Example> json;
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(json),
               [](const Example& pair) { return ParseJson(pair.output, "an output").ok(); });
  if (!json.empty() && json.size() < pairs.size()) {
    const auto of_json = deduced(json);
    if (of_json.ok() && of_json->kind == OutputKind::kJson) {
      dropped["not JSON"] += static_cast<std::int64_t>(pairs.size() - json.size());
      pairs = std::move(json);
      return Ok();
    }
  }
  return Failed("asking a teacher: found answers from which no program can be made (" + together.message() +
                "), expected outputs of one kind; say in the specification which outputs there are, or give more examples of your own");
}

bool Agree(const TeacherTask& task, const std::string& one, const std::string& other) {
  if (one == other) return true;
  if (task.contract.kind == OutputKind::kLabel) return false;
  if (task.contract.kind == OutputKind::kText) return EvenSpace(one) == EvenSpace(other);
  const auto a = ParseJson(one, "an output");
  const auto b = ParseJson(other, "an output");
  return a.ok() && b.ok() && *a == *b;
}

std::vector<std::size_t> AgreedPairs(const TeacherTask& task, std::span<const Example> pairs,
                                     const std::map<std::size_t, std::string>& outputs, std::map<std::string, std::int64_t>& dropped) {
  std::vector<std::size_t> agreed;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto found = outputs.find(i + 1);
    if (found == outputs.end()) {
      ++dropped["not checked"];
    } else if (!Agree(task, pairs[i].output, found->second)) {
      ++dropped["no agreement"];
    } else {
      agreed.push_back(i);
    }
  }
  return agreed;
}

}  // namespace paw
