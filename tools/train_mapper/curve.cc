#include "tools/train_mapper/curve.h"

#include <map>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "fs/path.h"

namespace paw {
namespace {

struct StepLine {
  double tokens = 0;
  double valid = -1, families_valid = -1;  // below 0: not validated at this step
};

// By step; the later line of a step counts: a run that was killed writes some twice.
Result<std::map<std::int64_t, StepLine>> ReadSteps(Fs& fs, const std::string& folder) {
  const std::string path = JoinPath(folder, "metrics.jsonl");
  const Mapping file = PAW_TRY(fs.Map(path));
  std::map<std::int64_t, StepLine> steps;
  std::string_view rest = file.text(), line;
  for (int number = 1; TakeLine(rest, line); ++number) {
    const std::string place = "reading " + path + ", line " + std::to_string(number);
    const Json json = PAW_TRY(ParseJson(line, place, kJsonBytesMax));
    if (FindMember(json, "begin") != nullptr) continue;
    const Json *step = FindMember(json, "step"), *tokens = FindMember(json, "tokens");
    if (step == nullptr || !step->is_number_integer() || tokens == nullptr || !tokens->is_number()) {
      return Refused(place + ": found no step with its tokens, expected a line of a training run");
    }
    StepLine& to = steps[step->get<std::int64_t>()] = {};
    to.tokens = tokens->get<double>();
    const Json *valid = FindMember(json, "valid"), *families = FindMember(json, "families_valid");
    if (valid != nullptr && valid->is_number()) to.valid = valid->get<double>();
    if (families != nullptr && families->is_number()) to.families_valid = families->get<double>();
  }
  return steps;
}

}  // namespace

Result<RunChain> ParseRunChain(const std::string& text) {
  const std::size_t equals = text.find('=');
  RunChain chain;
  if (equals != std::string::npos && equals > 0) {
    chain.name = text.substr(0, equals);
    for (const std::string_view folder : Split(std::string_view(text).substr(equals + 1), ',')) chain.folders.emplace_back(folder);
  }
  for (const std::string& folder : chain.folders) {
    if (folder.empty()) chain.folders.clear();
  }
  if (chain.folders.empty()) return Usage("reading a chain of runs: found " + Quoted(text) + ", expected NAME=FOLDER[,FOLDER...]");
  return chain;
}

Result<std::vector<PlotSeries>> ReadLossCurve(Fs& fs, const RunChain& chain) {
  std::vector<PlotSeries> lines = {{chain.name, {}, {}}, {chain.name + ", unseen families", {}, {}}};
  double tokens = 0;
  for (const std::string& folder : chain.folders) {
    const auto steps = PAW_TRY(ReadSteps(fs, folder));
    for (const auto& [step, line] : steps) {
      tokens += line.tokens;
      const double losses[] = {line.valid, line.families_valid};
      for (std::size_t i = 0; i < lines.size(); ++i) {
        if (losses[i] < 0) continue;
        lines[i].x.push_back(tokens / 1e6);
        lines[i].y.push_back(losses[i]);
      }
    }
  }
  return lines;
}

Result<std::string> DrawLossCurves(Fs& fs, std::span<const RunChain> chains) {
  std::vector<PlotSeries> all;
  for (const RunChain& chain : chains) {
    auto lines = PAW_TRY(ReadLossCurve(fs, chain));
    all.insert(all.end(), lines.begin(), lines.end());
  }
  PlotOptions options;
  options.title = "validation loss by training tokens";
  options.x_label = "million tokens";
  options.y_label = "loss a token";
  return PlotSvg(all, options);
}

}  // namespace paw
