#include "apps/paw/run_output.h"

#include <cstdio>

#include "apps/paw/terminal.h"

namespace paw::cli {

nlohmann::json AnswerJson(const RunSubject& subject, const std::string& input, const RunResult& result) {
  nlohmann::json json = {{"mode", subject.mode},
                         {"program", subject.program.empty() ? nlohmann::json() : nlohmann::json(subject.program)},
                         {"interpreter", subject.interpreter.empty() ? nlohmann::json() : nlohmann::json(subject.interpreter)},
                         {"input", input},
                         {"output", result.abstained ? nlohmann::json() : nlohmann::json(result.output)},
                         {"abstained", result.abstained},
                         {"tokens_in", result.tokens_in},
                         {"tokens_out", result.tokens_out},
                         {"milliseconds", result.milliseconds}};
  if (result.truncated) json["truncated"] = true;
  if (result.rejected) json["rejected"] = true;
  if (result.probability) json["probability"] = *result.probability;
  if (!result.labels.empty()) {
    json["labels"] = nlohmann::json::array();
    for (const LabelProbability& label : result.labels) {
      json["labels"].push_back({{"label", label.label}, {"probability", label.probability}});
    }
  }
  return json;
}

std::string AnswerText(const RunResult& result, bool probabilities) {
  std::string text = ForStdout(result.output);
  if (!probabilities) return text;
  for (const LabelProbability& label : result.labels) {
    char number[32];
    std::snprintf(number, sizeof number, "\n%.4f  ", label.probability);
    text += number + ForStdout(label.label);
  }
  return text;
}

}  // namespace paw::cli
