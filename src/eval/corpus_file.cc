#include "eval/corpus_file.h"

#include <string_view>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

namespace paw {
namespace {

Result<OutputKind> KindOf(const std::string& name, const std::string& place) {
  for (const OutputKind kind : {OutputKind::kLabel, OutputKind::kJson, OutputKind::kText}) {
    if (OutputKindName(kind) == name) return kind;
  }
  return Refused(place + ": found kind " + Quoted(name) + ", expected label, json or text");
}

Result<std::vector<CorpusPair>> ReadPairs(const Json& row, const std::string& place) {
  std::vector<CorpusPair> pairs;
  if (FindMember(row, "cases") != nullptr) {
    for (const Json& one : *PAW_TRY(GetArray(row, "cases", place))) {
      pairs.push_back({PAW_TRY(GetString(one, "input", place)), PAW_TRY(GetString(one, "output", place))});
    }
    if (!pairs.empty()) return pairs;
  }
  if (FindMember(row, "pairs") == nullptr) {
    pairs.push_back({PAW_TRY(GetString(row, "input", place)), PAW_TRY(GetString(row, "output", place))});
    return pairs;
  }
  const Json* list = PAW_TRY(GetArray(row, "pairs", place));
  for (const Json& pair : *list) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) {
      return Refused(place + ": found " + std::string(JsonTypeName(pair)) + " under \"pairs\", expected [input, output], two texts");
    }
    pairs.push_back({pair[0].get<std::string>(), pair[1].get<std::string>()});
  }
  if (pairs.empty()) return Refused(place + ": found no pair, expected one or more");
  return pairs;
}

Result<CorpusSpec> ReadSpec(const Json& row, const std::string& place) {
  CorpusSpec spec;
  spec.spec = PAW_TRY(GetString(row, "spec", place));
  spec.pairs = PAW_TRY(ReadPairs(row, place));
  const auto text = [&](const char* key) { return FindString(row, key, place); };
  spec.id = PAW_TRY(text("id")).value_or(PAW_TRY(text("name")).value_or(""));
  spec.family = PAW_TRY(text("family")).value_or("");
  spec.area = PAW_TRY(text("area")).value_or("");
  spec.theme = PAW_TRY(text("theme")).value_or("");
  spec.difficulty = PAW_TRY(text("difficulty")).value_or("");
  spec.style = PAW_TRY(text("style")).value_or("");
  spec.noise = PAW_TRY(text("noise")).value_or("");
  spec.wording = PAW_TRY(text("wording")).value_or("");
  spec.examples = static_cast<std::size_t>(PAW_TRY(FindInt(row, "examples", place)).value_or(0));
  if (FindMember(row, "labels") != nullptr) spec.labels = PAW_TRY(GetStrings(row, "labels", place));
  if (const auto kind = PAW_TRY(text("kind"))) spec.kind = PAW_TRY(KindOf(*kind, place));
  return spec;
}

}  // namespace

Result<std::vector<CorpusSpec>> ReadCorpus(Fs& fs, const std::string& path, std::size_t specs_max) {
  const Mapping file = PAW_TRY(fs.Map(path));
  std::vector<CorpusSpec> specs;
  std::string_view bytes = file.text(), line;
  std::size_t number = 0;
  while (TakeLine(bytes, line)) {
    ++number;
    if (Trim(line).empty()) continue;
    const std::string place = "reading " + path + ", line " + std::to_string(number);
    const Json row = PAW_TRY(ParseJson(line, place, kRowBytesMax));
    CorpusSpec spec = PAW_TRY(ReadSpec(row, place));
    if (spec.id.empty() && !specs.empty() && specs.back().spec == spec.spec) {
      specs.back().pairs.insert(specs.back().pairs.end(), spec.pairs.begin(), spec.pairs.end());
      continue;
    }
    if (specs.size() == specs_max) break;
    specs.push_back(std::move(spec));
  }
  if (specs.empty()) return Refused("reading " + path + ": found no spec, expected one or more lines");
  return specs;
}

}  // namespace paw
