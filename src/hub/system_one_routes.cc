// POST /v1/systemone: typed questions about a state, typed answers with probabilities.
//
//   {"state": text or JSON, "questions": {name: question}, "model"?: text}
//   question: {"type": "noul", "instructions", "criteria"?}               -> {"type": "noul", "noul": P(yes)}
//             {"type": "choice", "instructions", "criteria": {name: what}} -> {"type": "choice", "choice", "confidence", "probabilities"}
//             {"type": "score", "instructions", "criteria": [level, ...]}  -> {"type": "score", "score", "confidence", "probabilities", "legend"}
//
// Without a model, or with the name of a compiler, each question is compiled into a program of its own (question_programs.h): the first
// time it takes about a second, after that as long as a call. With a program as the model, that program answers all questions, whose answers
// must be labels of it: its probabilities, calibrated where it was measured, over those that were asked for.
// Source: typesafe-sdk 0.7.5 (the schema's fields), systemone-client 0.1.0 (types.py, client.py); confidence as in the typesafe adapter
// (confidence_metrics.py).
#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "hub/question_programs.h"
#include "hub/site.h"

namespace paw::hub {
namespace {

constexpr std::size_t kQuestionsMax = 64;
constexpr std::size_t kChoicesMax = 255, kLevelsMax = 10;
constexpr std::size_t kLabelBytesMax = 120;

struct Question {
  std::string type;
  LabelQuestion asked;
  std::vector<Json> levels;  // of a score, as they were given
};

Status Bad(const std::string& name, const std::string& field, const std::string& found, const std::string& expected) {
  return Usage("question " + Quoted(name, 60) + ", field \"" + field + "\": found " + found + ", expected " + expected);
}

// A description is text, or an object or list whose parts are told one after another.
std::string Described(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  if (value.is_object()) {
    for (const auto& [key, part] : value.items()) {
      text += (text.empty() ? "" : "; ") + (key == "what" ? Described(part) : ReplaceAll(key, "_", " ") + ": " + Described(part));
    }
  } else if (value.is_array()) {
    for (const Json& part : value) text += (text.empty() ? "" : "; ") + Described(part);
  } else {
    text = WriteJson(value);
  }
  return text;
}

std::string OneLine(const std::string& text) { return std::string(Trim(ReplaceAll(ReplaceAll(text, "\r", " "), "\n", " "))); }

Status AddLabel(const std::string& name, Question& question, const std::string& label, const std::string& meaning) {
  const std::string plain = OneLine(label);
  if (plain.empty() || plain.size() > kLabelBytesMax) return Bad(name, "criteria", Quoted(label, 60), "answers of 1 to 120 bytes");
  if (std::ranges::find(question.asked.labels, plain) != question.asked.labels.end())
    return Bad(name, "criteria", Quoted(plain, 60) + " twice", "different answers");
  question.asked.labels.push_back(plain);
  if (!meaning.empty()) question.asked.words += "\n" + plain + ": " + OneLine(meaning);
  return Ok();
}

Status ReadNoul(const std::string& name, const Json* criteria, Question& question) {
  std::string yes, no;
  if (criteria != nullptr && criteria->is_object()) {
    for (const auto& [key, value] : criteria->items()) (key == "false" || key == "no" ? no : yes) += Described(value);
  } else if (criteria != nullptr) {
    yes = Described(*criteria);
  }
  PAW_TRY(AddLabel(name, question, "yes", yes));
  return AddLabel(name, question, "no", no);
}

Status ReadChoice(const std::string& name, const Json* criteria, Question& question) {
  if (criteria == nullptr || !criteria->is_object() || criteria->size() < 2 || criteria->size() > kChoicesMax) {
    return Bad(name, "criteria", criteria == nullptr ? "none" : std::to_string(criteria->size()) + " of them",
               "an object of 2 to 255 answers");
  }
  for (const auto& [label, meaning] : criteria->items()) PAW_TRY(AddLabel(name, question, label, Described(meaning)));
  return Ok();
}

Status ReadScore(const std::string& name, const Json* criteria, Question& question) {
  if (criteria == nullptr || !criteria->is_array() || criteria->size() < 2 || criteria->size() > kLevelsMax) {
    return Bad(name, "criteria", criteria == nullptr ? "none" : std::to_string(criteria->size()) + " of them",
               "a list of 2 to 10 levels, lowest first");
  }
  for (const Json& level : *criteria) {
    question.levels.push_back(level);
    PAW_TRY(AddLabel(name, question, Described(level), ""));
  }
  return Ok();
}

Result<Question> ReadQuestion(const std::string& name, const Json& json) {
  const std::string what = "question " + Quoted(name, 60);
  Question question;
  question.type = PAW_TRY(GetString(json, "type", what));
  const Json* instructions = FindMember(json, "instructions");
  question.asked.words = instructions == nullptr ? "" : std::string(Trim(Described(*instructions)));
  const Json* criteria = FindMember(json, "criteria");
  if (question.type == "noul") {
    PAW_TRY(ReadNoul(name, criteria, question));
  } else if (question.type == "choice") {
    PAW_TRY(ReadChoice(name, criteria, question));
  } else if (question.type == "score") {
    PAW_TRY(ReadScore(name, criteria, question));
  } else {
    return Bad(name, "type", Quoted(question.type, 40), "noul, choice or score");
  }
  if (Trim(question.asked.words).empty()) return Bad(name, "instructions", "nothing", "words that ask something");
  return question;
}

// The labels' probabilities in the order of the question, 1 in all.
Result<std::vector<double>> Distribution(const std::string& name, const Question& question, const RunResult& result) {
  std::map<std::string, double> by_label;
  for (const LabelProbability& label : result.labels) by_label[label.label] = label.probability;
  std::vector<double> shares;
  double sum = 0;
  for (const std::string& label : question.asked.labels) {
    const auto found = by_label.find(label);
    if (found == by_label.end()) return Bad(name, "criteria", Quoted(label, 60), "labels of the program that was named as the model");
    shares.push_back(found->second);
    sum += found->second;
  }
  for (double& share : shares) share = sum > 0 ? share / sum : 1.0 / static_cast<double>(shares.size());
  return shares;
}

std::size_t Best(const std::vector<double>& shares) { return static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin()); }

// How far the most probable answer stands out: 0 for all alike, 1 for certainty.
double ChoiceConfidence(const std::vector<double>& shares) {
  const auto n = static_cast<double>(shares.size());
  return std::clamp((shares[Best(shares)] - 1 / n) / (1 - 1 / n), 0.0, 1.0);
}

// How close the answers lie to the most probable level: 1 for certainty, 0 where they are as far from it as evenly spread ones from the
// middle, or farther.
double ScoreConfidence(const std::vector<double>& shares) {
  const auto n = static_cast<double>(shares.size()), best = static_cast<double>(Best(shares));
  double spread = 0, even = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    spread += shares[i] * std::abs(static_cast<double>(i) - best);
    even += std::abs(static_cast<double>(i) - (n - 1) / 2) / n;
  }
  return std::clamp(1 - spread / even, 0.0, 1.0);
}

Json AnswerJson(const Question& question, const std::vector<double>& shares) {
  if (question.type == "noul") return {{"type", "noul"}, {"noul", shares[0]}};
  Json probabilities = Json::object();
  if (question.type == "choice") {
    for (std::size_t i = 0; i < shares.size(); ++i) probabilities[question.asked.labels[i]] = shares[i];
    return {{"type", "choice"},
            {"choice", question.asked.labels[Best(shares)]},
            {"confidence", ChoiceConfidence(shares)},
            {"probabilities", probabilities}};
  }
  Json legend = Json::object();
  double score = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    score += static_cast<double>(i) * shares[i];
    probabilities[std::to_string(i)] = shares[i];
    legend[std::to_string(i)] = question.levels[i];
  }
  return {
      {"type", "score"}, {"score", score}, {"confidence", ScoreConfidence(shares)}, {"probabilities", probabilities}, {"legend", legend}};
}

// Whether the name is of a compiler here, or of none in particular.
bool CompilesQuestions(Site& site, const std::string& model) { return model.empty() || CompilerNamed(*site.workspace, model).ok(); }

Status MayCompile(Site& site, const Caller& caller, std::optional<HubError>& limited) {
  const std::string name = caller.signed_in() ? "q" + std::to_string(caller.user_id) : "q" + caller.address;
  const std::int64_t per_hour = 20 * (caller.signed_in() ? site.options.compiles_per_hour : site.options.anonymous_compiles_per_hour);
  const RateLimit::Verdict verdict = site.compile_limit.Take(name, per_hour, site.fs->SteadySeconds());
  if (verdict.allowed) return Ok();
  const std::string message = "compiling a question: found " + std::to_string(per_hour) + " new ones in the last hour, expected a pause";
  limited = HubError{429, "rate_limited", message, verdict.retry_after};
  return Unavailable(message);
}

Outcome SystemOne(Site& site, Request& request) {
  const double begin = site.fs->SteadySeconds();
  const Json& body = request.json;
  const Json& state = *PAW_TRY(GetMember(body, "state", "the request"));
  if (state.is_null()) return Invalid("field \"state\": found null, expected text or JSON");
  const std::string input = state.is_string() ? state.get<std::string>() : WriteJsonIndented(state);
  const std::string model = PAW_TRY(FindString(body, "model", "the request")).value_or("");
  const Json& questions = *PAW_TRY(GetObject(body, "questions", "the request"));
  if (questions.empty() || questions.size() > kQuestionsMax) {
    return Invalid("field \"questions\": found " + std::to_string(questions.size()) + ", expected 1 to " + std::to_string(kQuestionsMax));
  }
  std::map<std::string, Question> asked;
  for (const auto& [name, json] : questions.items()) asked.emplace(name, PAW_TRY(ReadQuestion(name, json)));
  std::optional<Site::OpenProgram> named;
  if (!CompilesQuestions(site, model)) named = PAW_TRY(site.OpenFor(request.caller, model));
  RunOptions run;
  run.probabilities = true;
  Json answers = Json::object();
  std::int64_t tokens = 0;
  for (const auto& [name, question] : asked) {
    Site::OpenProgram open;
    if (named) {
      open = *named;
    } else {
      std::optional<HubError> limited;
      auto program = site.questions->Open(question.asked, [&] { return MayCompile(site, request.caller, limited); });
      if (limited) return *limited;
      open.program = PAW_TRY(std::move(program));
    }
    const RunResult result = PAW_TRY(named ? site.Call(open, input, run) : site.inference->Run(*open.program, input, run));
    tokens += result.tokens_in;
    answers[name] = AnswerJson(question, PAW_TRY(Distribution(name, question, result)));
  }
  return JsonResponse({{"model", model.empty() ? Json(PAW_TRY(CompilerNamed(*site.workspace, ""))) : Json(model)},
                       {"answers", answers},
                       {"usage", {{"input_tokens", tokens}, {"output_tokens", 0}}},
                       {"latency_ms", (site.fs->SteadySeconds() - begin) * 1000}});
}

}  // namespace

void AddSystemOneRoutes(Router& router, Site& site) {
  router.Add("POST", "/v1/systemone", [&site](Request& request) { return SystemOne(site, request); });
}

}  // namespace paw::hub
