#include "eval/fuzzy_points.h"

#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr std::string_view kLineBegin = R"({"answers":[)";  // of every line: keys are sorted
constexpr const char* kWhatToDo = ": give this run another --name, or another file to --resume";

Json ToJson(const FuzzyPoint& p) {
  Json json = {{"system", p.run.system},
               {"command", p.run.command},
               {"settings", p.run.settings},
               {"id", p.id},
               {"family", p.family},
               {"area", p.area},
               {"difficulty", p.difficulty},
               {"style", p.style},
               {"noise", p.noise},
               {"examples", p.examples},
               {"kind", p.kind},
               {"contents", p.contents},
               {"exact", p.exact},
               {"normalised", p.normalised},
               {"similarity", p.similarity},
               {"answers", p.answers}};
  if (!p.problem.empty()) json["problem"] = p.problem;
  if (p.failed > 0) {
    json["failed"] = p.failed;
    json["failure"] = p.failure;
  }
  return json;
}

Result<std::map<std::string, std::string>> SettingsFrom(const Json& json, const std::string& what) {
  std::map<std::string, std::string> settings;
  const Json* found = PAW_TRY(GetObject(json, "settings", what));
  for (const auto& [key, value] : found->items()) settings[key] = PAW_TRY(GetString(*found, key, what));
  return settings;
}

Result<std::vector<double>> ScoresFrom(const Json& json, const char* key, const std::string& what) {
  std::vector<double> scores;
  for (const Json& number : *PAW_TRY(GetArray(json, key, what))) {
    const bool fits = number.is_number() && number.get<double>() >= 0 && number.get<double>() <= 1;
    if (!fits) return Refused(what + ": found " + WriteJson(number).substr(0, 60) + " in \"" + key + "\", expected numbers from 0 to 1");
    scores.push_back(number.get<double>());
  }
  return scores;
}

Status CheckLengths(const FuzzyPoint& point, const std::string& what) {
  const std::size_t pairs = point.exact.size();
  for (const auto& [key, found] : {std::pair("normalised", point.normalised.size()), std::pair("similarity", point.similarity.size()),
                                   std::pair("answers", point.answers.size())}) {
    if (found == pairs) continue;
    return Refused(what + ": found " + std::to_string(found) + " in \"" + key + "\", expected " + std::to_string(pairs) +
                   " as in \"exact\"");
  }
  return Ok();
}

Result<FuzzyPoint> FromJson(const Json& json, const std::string& what) {
  FuzzyPoint point;
  for (const auto& [key, text] :
       {std::pair("system", &point.run.system), std::pair("command", &point.run.command), std::pair("id", &point.id),
        std::pair("family", &point.family), std::pair("area", &point.area), std::pair("difficulty", &point.difficulty),
        std::pair("style", &point.style), std::pair("noise", &point.noise), std::pair("kind", &point.kind),
        std::pair("contents", &point.contents)}) {
    *text = PAW_TRY(GetString(json, key, what));
  }
  point.run.settings = PAW_TRY(SettingsFrom(json, what));
  const std::int64_t examples = PAW_TRY(GetInt(json, "examples", what));
  if (examples < 0) return Refused(what + ": found " + std::to_string(examples) + " examples, expected 0 or more");
  point.examples = static_cast<std::size_t>(examples);
  const std::int64_t failed = PAW_TRY(FindInt(json, "failed", what)).value_or(0);
  if (failed < 0) return Refused(what + ": found " + std::to_string(failed) + " answers that failed, expected 0 or more");
  point.failed = static_cast<std::size_t>(failed);
  point.failure = PAW_TRY(FindString(json, "failure", what)).value_or("");
  point.problem = PAW_TRY(FindString(json, "problem", what)).value_or("");
  point.exact = PAW_TRY(ScoresFrom(json, "exact", what));
  point.normalised = PAW_TRY(ScoresFrom(json, "normalised", what));
  point.similarity = PAW_TRY(ScoresFrom(json, "similarity", what));
  point.answers = PAW_TRY(GetStrings(json, "answers", what));
  PAW_TRY(CheckLengths(point, what));
  return point;
}

// "adapter_type q8_0": the first setting that is another; empty where all are the same.
std::string FirstOther(const std::map<std::string, std::string>& found, const std::map<std::string, std::string>& expected) {
  for (const auto& [key, value] : expected) {
    const auto at = found.find(key);
    const std::string other = at == found.end() ? "none" : at->second;
    if (other != value) return "found " + Quoted(key) + " " + Printable(other) + ", expected " + Printable(value);
  }
  if (found.size() == expected.size()) return "";
  return "found " + std::to_string(found.size()) + " settings, expected " + std::to_string(expected.size());
}

using SpecKey = std::pair<std::string, std::string>;  // id and noise

std::string NameOf(const std::string& id, const std::string& noise) {
  return Quoted(id) + (noise.empty() ? "" : " with noise " + Quoted(noise));
}

// What stands behind the last line end: what a kill left of a line of ours, or the end of a file that is none.
Status CheckTail(std::string_view tail, const std::string& what) {
  if (tail.starts_with(kLineBegin) || kLineBegin.starts_with(tail)) return Ok();
  return Refused(what + ": found " + Quoted(tail, 60) + " without a line end, expected lines of points");
}

}  // namespace

Result<FuzzyPoints> FuzzyPoints::Open(Fs& fs, const std::string& path) {
  FuzzyPoints points;
  points.path_ = path;
  if (path.empty()) return points;
  points.lock_ = PAW_TRY(fs.TryLock(path + ".lock", LockMode::kExclusive));
  if (points.lock_ == nullptr) {
    return Unavailable("resuming " + Printable(path, kPathBytesMax) + ": found another run at work on it, expected none");
  }
  const Result<std::string> text = fs.ReadText(path, kExampleFileBytesMax);
  if (!text.ok() && text.code() != Code::kNotFound) return text.status();
  if (text.ok()) PAW_TRY(points.Read(*text));
  points.file_ = PAW_TRY(fs.OpenLineLog(path)).file;
  return points;
}

// What a kill left of a last line has no end; OpenLineLog cuts it off.
Status FuzzyPoints::Read(std::string_view text) {
  const std::string file = "resuming " + Printable(path_, kPathBytesMax);
  std::string_view rest = text.substr(0, text.rfind('\n') + 1), line;
  PAW_TRY(CheckTail(text.substr(rest.size()), file));
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  std::map<std::string, std::map<std::string, std::string>> settings;  // by system
  for (std::size_t number = 1; TakeLine(rest, line); ++number) {
    const std::string what = file + ", line " + std::to_string(number);
    FuzzyPoint point = PAW_TRY(FromJson(PAW_TRY(ParseJson(line, what)), what));
    const std::string& system = point.run.system;
    if (!seen.emplace(system, point.id, point.noise).second) {
      return Refused(what + ": found the spec " + NameOf(point.id, point.noise) + " of system " + Quoted(system) +
                     " a second time, expected it once");
    }
    const auto& first = settings.emplace(system, point.run.settings).first->second;
    if (const std::string other = FirstOther(point.run.settings, first); !other.empty()) {
      return Refused(what + ": system " + Quoted(system) + ": " + other + " as in the lines before");
    }
    points_.push_back(std::move(point));
  }
  return Ok();
}

FuzzySelection FuzzyPoints::Among(std::span<const CorpusSpec> specs) const {
  std::map<SpecKey, std::pair<const CorpusSpec*, std::string>> asked;  // with contents
  for (const CorpusSpec& spec : specs) asked[{spec.id, spec.noise}] = {&spec, ContentsOf(spec)};
  FuzzySelection selection;
  for (const FuzzyPoint& point : points_) {
    const auto found = asked.find({point.id, point.noise});
    if (found == asked.end() || found->second.second != point.contents) {
      ++selection.left_out;
    } else {
      TakeGroups(*found->second.first, selection.points.emplace_back(point));
    }
  }
  return selection;
}

Result<std::vector<const CorpusSpec*>> FuzzyPoints::Missing(const FuzzyRun& run, std::span<const CorpusSpec> specs) const {
  const std::string what = "resuming " + Printable(path_, kPathBytesMax) + ": system " + Quoted(run.system);
  std::map<SpecKey, std::string> measured;  // contents
  for (const FuzzyPoint& point : points_) {
    if (point.run.system != run.system) continue;
    if (const std::string other = FirstOther(point.run.settings, run.settings); !other.empty()) {
      return Refused(what + ": " + other + kWhatToDo);
    }
    measured[{point.id, point.noise}] = point.contents;
  }
  std::vector<const CorpusSpec*> missing;
  for (const CorpusSpec& spec : specs) {
    const auto found = measured.find({spec.id, spec.noise});
    if (found == measured.end()) {
      missing.push_back(&spec);
    } else if (found->second != ContentsOf(spec)) {
      return Refused(what + ": found the spec " + NameOf(spec.id, spec.noise) +
                     " with another text or other pairs, expected those of the corpus" + kWhatToDo);
    }
  }
  return missing;
}

Status FuzzyPoints::Add(FuzzyPoint point) {
  points_.push_back(std::move(point));
  return file_ == nullptr ? Ok() : file_->Write(WriteJson(ToJson(points_.back())) + "\n");
}

}  // namespace paw
