#include "corpus/synth_spec.h"

#include <utf8proc.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "corpus/synth_digest.h"
#include "spec/split.h"
#include "teacher/reading.h"

namespace paw {
namespace {

constexpr std::size_t kLabelsOfASpecMax = 40;
constexpr std::uint64_t kTrainPercent = 90, kValidPercent = 5;  // the rest is test
constexpr std::size_t kIdDigits = 12;

// Every row can be read again: a text takes up to six times its bytes in JSON, and a spec stands there with and without its examples.
constexpr std::size_t kRowTextBytesMax =
    2 * kSynthSpecBytesMax + kLabelsOfASpecMax * kLabelBytesMax + static_cast<std::size_t>(kSynthPairsMax) * kSynthPairBytesMax;
constexpr std::size_t kRowFrameBytes = 8192;  // keys, names, brackets, quotes
static_assert(6 * kRowTextBytesMax + kRowFrameBytes <= kRowBytesMax);

struct CodePoint {
  std::size_t bytes = 1;
  utf8proc_category_t category = UTF8PROC_CATEGORY_CN;
};

// The one that begins at `at`, which lies in the text. A byte that begins none counts as one that is not assigned.
CodePoint CodePointAt(std::string_view text, std::size_t at) {
  utf8proc_int32_t point = -1;
  const utf8proc_ssize_t bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                                  static_cast<utf8proc_ssize_t>(text.size() - at), &point);
  if (bytes < 1) return {};
  return {static_cast<std::size_t>(bytes), utf8proc_category(point)};
}

// Letters that have cases, their marks, digits and the underscore. Scripts without cases join words without a blank.
bool IsOfAWord(std::string_view text, std::size_t at) {
  switch (CodePointAt(text, at).category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      return false;
  }
}

std::size_t LastCodePoint(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

// Whether `label`, not empty, stands in the wording as a word or words, not as a part of one.
bool Names(std::string_view wording, std::string_view label) {
  const bool word_begins = IsOfAWord(label, 0);
  const bool word_ends = IsOfAWord(label, LastCodePoint(label));
  for (std::size_t at = wording.find(label); at != std::string_view::npos; at = wording.find(label, at + 1)) {
    const std::size_t end = at + label.size();
    const bool joined_before = word_begins && at > 0 && IsOfAWord(wording, LastCodePoint(wording.substr(0, at)));
    const bool joined_after = word_ends && end < wording.size() && IsOfAWord(wording, end);
    if (!joined_before && !joined_after) return true;
  }
  return false;
}

// Not the modifiers among the symbols: the back-tick is one, and they stand for quotes.
bool IsLetterDigitOrSymbol(utf8proc_category_t category) {
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO) || category == UTF8PROC_CATEGORY_SM ||
         category == UTF8PROC_CATEGORY_SC || category == UTF8PROC_CATEGORY_SO;
}

std::optional<std::vector<std::string>> LabelsIn(const Json& entry) {
  const Json* list = FindMember(entry, "labels");
  if (list == nullptr || !list->is_array() || list->size() > kLabelsOfASpecMax) return std::nullopt;
  std::vector<std::string> labels;
  for (const Json& item : *list) {
    const std::string label = OutputText(item).value_or("");
    if (label.empty() || label.size() > kLabelBytesMax || label.find('\n') != std::string::npos) return std::nullopt;
    labels.push_back(label);
  }
  if (labels.size() < 2 || std::set<std::string>(labels.begin(), labels.end()).size() < labels.size()) return std::nullopt;
  return labels;
}

std::optional<std::vector<Example>> ExamplesIn(const Json& entry) {
  const Json* list = FindMember(entry, "examples");
  if (list == nullptr || !list->is_array() || list->size() < kShownPairsMin) return std::nullopt;
  std::vector<Example> examples;
  for (const Json& item : *list) {
    if (examples.size() == kShownPairsMax) break;
    const Json* input = FindMember(item, "input");
    const Json* output = FindMember(item, "output");
    const std::optional<std::string> text = output != nullptr ? OutputText(*output) : std::nullopt;
    if (input == nullptr || !input->is_string() || !text) return std::nullopt;
    Example example;
    example.input = std::string(Trim(input->get_ref<const std::string&>()));
    example.output = *text;
    examples.push_back(std::move(example));
  }
  return examples;
}

std::optional<SynthSpec> SpecIn(const Json& entry, bool with_examples) {
  const auto text = [&entry](const char* key) {
    const Json* value = FindMember(entry, key);
    return value != nullptr && value->is_string() ? std::string(Trim(value->get_ref<const std::string&>())) : std::string();
  };
  SynthSpec spec;
  spec.wording = ReplaceAll(text("wording"), "\r\n", "\n");
  spec.difficulty = LowerAscii(text("difficulty"));
  if (spec.wording.empty() || (spec.difficulty != "easy" && spec.difficulty != "medium" && spec.difficulty != "hard")) return std::nullopt;
  const auto kind = ParseOutputKind(LowerAscii(text("output")));
  if (!kind.ok()) return std::nullopt;
  spec.kind = *kind;
  if (spec.kind == OutputKind::kLabel) {
    auto labels = LabelsIn(entry);
    if (!labels) return std::nullopt;
    spec.labels = *std::move(labels);
  }
  if (!with_examples) return spec;
  auto examples = ExamplesIn(entry);
  if (!examples) return std::nullopt;
  spec.examples = *std::move(examples);
  return spec;
}

bool IsJsonValue(const std::string& output) {
  const auto parsed = ParseJson(output, "an output");
  return parsed.ok() && (parsed->is_object() || parsed->is_array());
}

}  // namespace

Result<AnsweredSpecs> ReadSpecs(std::string_view text, bool with_examples) {
  const Json answer = PAW_TRY(ReadAnswer(text, "the specs"));
  const Json* list = PAW_TRY(GetArray(answer, "specs", "the specs"));
  AnsweredSpecs read;
  for (std::size_t place = 0; place < std::min(list->size(), kSpecsPerAnswerMax); ++place) {
    std::optional<SynthSpec> spec = SpecIn((*list)[place], with_examples);
    if (!spec) {
      ++read.malformed;
      continue;
    }
    spec->number = static_cast<std::int64_t>(place);
    read.specs.push_back(*std::move(spec));
  }
  return read;
}

std::string SpecText(const SynthSpec& spec) {
  std::string text = spec.wording;
  for (const Example& example : spec.examples) text += "\n\nInput: " + example.input + "\nOutput: " + example.output;
  return text;
}

std::string WhySpecRefused(const SynthSpec& spec) {
  if (SpecText(spec).size() > kSynthSpecBytesMax) return "too long";
  TeacherTask bare;
  if (!WhyRefused(bare, spec.wording, "an output").empty()) return "control characters";
  for (const std::string& label : spec.labels) {
    if (!Names(spec.wording, label)) return "a label that it does not name";
  }
  const auto task = TaskOf(spec, 0);
  if (!task.ok()) return "contradicts itself";
  std::set<std::string> inputs;
  for (const Example& example : spec.examples) {
    if (!WhyRefused(*task, example.input, example.output).empty()) return "an example that breaks its rules";
    if (!inputs.insert(CollapsedInput(example.input)).second) return "an example twice";
  }
  // What the text shows, to whoever reads it later.
  return task->spec.examples == spec.examples ? "" : "examples that cannot be told from its wording";
}

Result<TeacherTask> TaskOf(const SynthSpec& spec, std::uint64_t seed) {
  TeacherTask task;
  task.spec = PAW_TRY(ParseSpec(SpecText(spec)));
  task.contract.kind = spec.kind;
  task.contract.labels = spec.labels;
  task.own = task.shown = spec.examples;
  task.seed = seed;
  return task;
}

std::string WordingKey(std::string_view wording) {
  const std::string folded = CollapsedInput(wording);
  std::string key;
  for (std::size_t at = 0; at < folded.size();) {
    const CodePoint point = CodePointAt(folded, at);
    if (IsLetterDigitOrSymbol(point.category)) key.append(folded, at, point.bytes);
    at += point.bytes;
  }
  return key;
}

std::string_view SplitOf(const SynthSpec& spec) {
  if (IsHeldOut(spec.theme)) return "families_valid";
  const std::uint64_t at = CorpusDigest({"synth", WordingKey(spec.wording)}) % 100;
  return at < kTrainPercent ? "train" : at < kTrainPercent + kValidPercent ? "valid" : "test";
}

SynthRow RowOf(const SynthSpec& spec, const std::vector<CorpusPair>& pairs) {
  Json list = Json::array();
  bool all_json = spec.kind == OutputKind::kText;  // text that is JSON throughout is JSON
  for (const CorpusPair& pair : pairs) {
    list.push_back({pair.input, pair.output});
    all_json = all_json && IsJsonValue(pair.output);
  }
  for (const Example& example : spec.examples) all_json = all_json && IsJsonValue(example.output);
  SynthRow row;
  row.family = FamilyOf(spec.theme);
  row.id = row.family + "/" + Sha256Hex(WordingKey(spec.wording)).substr(0, kIdDigits);
  row.split = SplitOf(spec);
  row.kind = OutputKindName(all_json ? OutputKind::kJson : spec.kind);
  row.area = spec.theme.area;
  row.theme = spec.theme.name;
  row.pairs = pairs.size();
  row.line = WriteJson({{"id", row.id},
                        {"family", row.family},
                        {"area", row.area},
                        {"theme", row.theme},
                        {"difficulty", spec.difficulty},
                        {"split", row.split},
                        {"style", spec.style},
                        {"examples", spec.examples.size()},
                        {"noise", ""},
                        {"kind", row.kind},
                        {"labels", spec.labels.empty() ? Json() : Json(spec.labels)},
                        {"wording", spec.wording},
                        {"spec", SpecText(spec)},
                        {"pairs", list}});
  return row;
}

}  // namespace paw
