#include "eval/corpus_file.h"

#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr std::size_t kIdDigits = 16;  // of an id that is made of a text's digest

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
  spec.difficulty = PAW_TRY(text("difficulty")).value_or("");
  spec.style = PAW_TRY(text("style")).value_or("");
  spec.noise = PAW_TRY(text("noise")).value_or("");
  const std::int64_t examples = PAW_TRY(FindInt(row, "examples", place)).value_or(0);
  if (examples < 0) return Refused(place + ": found " + std::to_string(examples) + " examples, expected 0 or more");
  spec.examples = static_cast<std::size_t>(examples);
  if (FindMember(row, "labels") != nullptr) spec.labels = PAW_TRY(GetStrings(row, "labels", place));
  if (const auto kind = PAW_TRY(text("kind"))) {
    const Result<OutputKind> known = ParseOutputKind(*kind);
    if (!known.ok()) return known.status().WithContext(place);
    spec.kind = *known;
  } else if (!spec.labels.empty()) {
    spec.kind = OutputKind::kLabel;
  }
  return spec;
}

// The specs of a file as its rows come.
class SpecList {
 public:
  explicit SpecList(std::size_t specs_max) : specs_max_(specs_max) {}

  // False when neither this row nor one behind it adds anything.
  Result<bool> Take(CorpusSpec row, const std::string& place) {
    const bool named = !row.id.empty();
    if (!named) {
      row.id = Sha256Hex(row.spec).substr(0, kIdDigits);
      if (const auto open = unnamed_.find(row.id); open != unnamed_.end()) {
        PAW_TRY(AddPairs(std::move(row), specs_[open->second], place));
        return true;
      }
    }
    if (specs_.size() == specs_max_) return !unnamed_.empty();  // whose pairs may still come
    if (!keys_.emplace(row.id, row.noise).second) {
      return Refused(place + ": found the spec " + Quoted(row.id) + (row.noise.empty() ? "" : " with noise " + Quoted(row.noise)) +
                     " twice, expected one of each id and noise");
    }
    if (!named) unnamed_.emplace(row.id, specs_.size());
    specs_.push_back(std::move(row));
    return true;
  }

  std::vector<CorpusSpec> Specs() && { return std::move(specs_); }

 private:
  static Status AddPairs(CorpusSpec row, CorpusSpec& spec, const std::string& place) {
    if (row.kind != spec.kind || row.labels != spec.labels || row.noise != spec.noise) {
      return Refused(place + ": found another kind, labels or noise than an earlier row of the same text has, expected the same");
    }
    for (CorpusPair& pair : row.pairs) spec.pairs.push_back(std::move(pair));
    return Ok();
  }

  std::size_t specs_max_;
  std::vector<CorpusSpec> specs_;
  std::set<std::pair<std::string, std::string>> keys_;  // id and noise
  std::map<std::string, std::size_t> unnamed_;          // place in `specs_` by id
};

}  // namespace

Result<std::vector<CorpusSpec>> ReadCorpus(Fs& fs, const std::string& path, std::size_t specs_max) {
  const Mapping file = PAW_TRY(fs.Map(path));
  SpecList list(specs_max);
  std::string_view bytes = file.text(), line;
  for (std::size_t number = 1; TakeLine(bytes, line); ++number) {
    if (Trim(line).empty()) continue;
    const std::string place = "reading " + path + ", line " + std::to_string(number);
    const Json row = PAW_TRY(ParseJson(line, place, kRowBytesMax));
    if (!PAW_TRY(list.Take(PAW_TRY(ReadSpec(row, place)), place))) break;
  }
  std::vector<CorpusSpec> specs = std::move(list).Specs();
  if (specs.empty()) return Refused("reading " + path + ": found no spec, expected one or more lines");
  return specs;
}

}  // namespace paw
