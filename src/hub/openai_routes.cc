// OpenAI's interface: /v1/chat/completions, /v1/completions and /v1/models, where the model is a program.
//
// The program's prompt is its own, so the input is the last message of the user (or the prompt) and nothing else of the conversation is
// read. An answer is computed whole and then sent; a stream has it in pieces of a word each. `logprobs` are those of the whole answer: one
// token entry whose logprob is the log of its calibrated probability, and for a closed set the other labels as its alternatives. What the
// interface has and a program has not (n above 1, tools, stop) is refused, and not ignored.
// Source: the API reference of OpenAI (chat, completions, models), as the openai package 2.x reads it.
#include <algorithm>
#include <cmath>
#include <span>

#include "base/text.h"
#include "hub/run_request.h"
#include "hub/site.h"

namespace paw::hub {
namespace {

constexpr const char* kWhat = "the request";
constexpr std::int64_t kTopMax = 20;
constexpr double kSmallest = -9999;  // the log of a probability of 0, as the interface writes it

struct Asked {
  std::string model, input;
  RunOptions run;
  bool stream = false, usage_at_end = false, logprobs = false;
  std::int64_t top = 0;
};

struct Answered {
  RunResult result;
  std::string model, id;
  std::int64_t created = 0;
};

Status Unsupported(const char* field, const std::string& found, const char* expected) {
  return Usage("field \"" + std::string(field) + "\": found " + found + ", expected " + expected);
}

// A message's content: text, or parts of type "text".
Result<std::string> TextOfContent(const Json& content) {
  if (content.is_string()) return content.get<std::string>();
  if (!content.is_array()) return Unsupported("content", std::string(JsonTypeName(content)), "text, or a list of text parts");
  std::string text;
  for (const Json& part : content) {
    if (PAW_TRY(GetString(part, "type", "a part of the content")) != "text")
      return Unsupported("content", "a part that is no text", "text parts alone");
    text += PAW_TRY(GetString(part, "text", "a part of the content"));
  }
  return text;
}

Result<std::string> LastUserMessage(const Json& body) {
  const Json& messages = *PAW_TRY(GetArray(body, "messages", kWhat));
  for (std::size_t i = messages.size(); i-- > 0;) {
    const std::string what = "message " + std::to_string(i + 1);
    if (PAW_TRY(GetString(messages[i], "role", what)) != "user") continue;
    return TextOfContent(*PAW_TRY(GetMember(messages[i], "content", what)));
  }
  return Unsupported("messages", "none of the role user", "the input as the last one of that role");
}

Status ReadFormat(const Json& body, RunOptions& run) {
  const Json* format = FindMember(body, "response_format");
  if (format == nullptr) return Ok();
  const std::string type = PAW_TRY(GetString(*format, "type", "field \"response_format\""));
  if (type == "text") return Ok();
  if (type == "json_object") {
    run.schema = PAW_TRY(SchemaOf({{"type", "object"}}));
    return Ok();
  }
  if (type != "json_schema") return Unsupported("response_format", Quoted(type, 40), "text, json_object or json_schema");
  const Json* outer = PAW_TRY(GetObject(*format, "json_schema", "field \"response_format\""));
  run.schema = PAW_TRY(SchemaOf(*PAW_TRY(GetMember(*outer, "schema", "field \"response_format\""))));
  return Ok();
}

Status RefuseWhatIsNot(const Json& body) {
  if (const auto n = PAW_TRY(FindInt(body, "n", kWhat)); n && *n != 1)
    return Unsupported("n", std::to_string(*n), "1: a program has one answer");
  if (const Json* tools = FindMember(body, "tools"); tools != nullptr && !tools->empty()) return Unsupported("tools", "some", "none");
  if (const Json* stop = FindMember(body, "stop"); stop != nullptr && !stop->empty())
    return Unsupported("stop", "some", "none: a program ends by itself");
  return Ok();
}

Result<Asked> ReadCommon(const Json& body) {
  PAW_TRY(RefuseWhatIsNot(body));
  Asked asked;
  asked.model = PAW_TRY(GetString(body, "model", kWhat));
  Json options = Json::object();
  for (const char* name : {"temperature", "seed", "max_tokens"}) {
    if (const Json* value = FindMember(body, name); value != nullptr) options[name] = *value;
  }
  if (const Json* tokens = FindMember(body, "max_completion_tokens"); tokens != nullptr) options["max_tokens"] = *tokens;
  asked.run = PAW_TRY(RunOptionsOf(options));
  PAW_TRY(ReadFormat(body, asked.run));
  asked.stream = PAW_TRY(FindBool(body, "stream", kWhat)).value_or(false);
  if (const Json* more = FindMember(body, "stream_options"); more != nullptr) {
    asked.usage_at_end = PAW_TRY(FindBool(*more, "include_usage", "field \"stream_options\"")).value_or(false);
  }
  return asked;
}

Status WantLogprobs(Asked& asked, std::int64_t top) {
  if (top < 0 || top > kTopMax) return Unsupported("top_logprobs", std::to_string(top), "0 to 20");
  asked.logprobs = true;
  asked.top = top;
  asked.run.probabilities = asked.run.text_probability = true;
  return Ok();
}

Result<Answered> Answer(Site& site, const Request& request, const Asked& asked, const char* id_start) {
  const Site::OpenProgram open = PAW_TRY(site.OpenFor(request.caller, asked.model));
  RunOptions run = asked.run;
  if (!open.program->labels().empty()) run.schema = nullptr;  // a closed set is stricter than any schema; the label stays the answer
  Answered answered{PAW_TRY(site.Call(open, asked.input, run)), asked.model, id_start + request.id, 0};
  answered.created = static_cast<std::int64_t>(site.fs->WallSeconds());
  return answered;
}

Json Usage(const RunResult& result) {
  return {{"prompt_tokens", result.tokens_in},
          {"completion_tokens", result.tokens_out},
          {"total_tokens", result.tokens_in + result.tokens_out}};
}

const char* FinishReason(const RunResult& result) { return result.truncated ? "length" : "stop"; }

double LogOf(double probability) { return probability > 0 ? std::max(kSmallest, std::log(probability)) : kSmallest; }

Json BytesOf(const std::string& text) {
  Json bytes = Json::array();
  for (const char c : text) bytes.push_back(static_cast<unsigned char>(c));
  return bytes;
}

// The answer as one token, the other labels as its alternatives.
Json ChatLogprobs(const Asked& asked, const RunResult& result) {
  if (!asked.logprobs) return nullptr;
  const auto entry = [](const std::string& text, double probability) {
    return Json{{"token", text}, {"logprob", LogOf(probability)}, {"bytes", BytesOf(text)}};
  };
  Json token = entry(result.output, result.probability.value_or(0));
  token["top_logprobs"] = Json::array();
  for (const LabelProbability& label :
       std::span(result.labels).first(std::min<std::size_t>(result.labels.size(), static_cast<std::size_t>(asked.top)))) {
    token["top_logprobs"].push_back(entry(label.label, label.probability));
  }
  return {{"content", Json::array({token})}, {"refusal", nullptr}};
}

Json TextLogprobs(const Asked& asked, const RunResult& result) {
  if (!asked.logprobs) return nullptr;
  Json top = Json::object();
  for (const LabelProbability& label :
       std::span(result.labels).first(std::min<std::size_t>(result.labels.size(), static_cast<std::size_t>(asked.top)))) {
    top[label.label] = LogOf(label.probability);
  }
  return {{"tokens", {result.output}},
          {"token_logprobs", {LogOf(result.probability.value_or(0))}},
          {"top_logprobs", {top}},
          {"text_offset", {0}}};
}

Json Envelope(const Answered& answered, const char* object) {
  return {
      {"id", answered.id}, {"object", object}, {"created", answered.created}, {"model", answered.model}, {"system_fingerprint", nullptr}};
}

// Words with the blanks before them.
std::vector<std::string> Pieces(const RunResult& result, bool whole) {
  if (whole) return {result.output};
  std::vector<std::string> pieces(1);
  for (const char c : result.output) {
    if (c == ' ' && !pieces.back().empty() && pieces.back().back() != ' ') pieces.emplace_back();
    pieces.back() += c;
  }
  return pieces;
}

Response Stream(std::vector<Json> chunks) {
  Response response;
  response.content_type = "text/event-stream";
  response.stream = [chunks = std::move(chunks)](BodyWriter& writer) {
    for (const Json& chunk : chunks) {
      if (!writer.Write("data: " + WriteJson(chunk) + "\n\n")) return;
    }
    writer.Write("data: [DONE]\n\n");
  };
  return response;
}

void AddUsageChunk(const Asked& asked, const Answered& answered, const Json& envelope, std::vector<Json>& chunks) {
  if (!asked.usage_at_end) return;
  for (Json& chunk : chunks) chunk["usage"] = nullptr;
  Json last = envelope;
  last["choices"] = Json::array();
  last["usage"] = Usage(answered.result);
  chunks.push_back(std::move(last));
}

Outcome Chat(Site& site, Request& request) {
  const Json& body = request.json;
  Asked asked = PAW_TRY(ReadCommon(body));
  asked.input = PAW_TRY(LastUserMessage(body));
  if (PAW_TRY(FindBool(body, "logprobs", kWhat)).value_or(false))
    PAW_TRY(WantLogprobs(asked, PAW_TRY(FindInt(body, "top_logprobs", kWhat)).value_or(0)));
  const Answered answered = PAW_TRY(Answer(site, request, asked, "chatcmpl-"));
  const RunResult& result = answered.result;
  if (!asked.stream) {
    Json reply = Envelope(answered, "chat.completion");
    reply["choices"] = {{{"index", 0},
                         {"message", {{"role", "assistant"}, {"content", result.output}, {"refusal", nullptr}}},
                         {"logprobs", ChatLogprobs(asked, result)},
                         {"finish_reason", FinishReason(result)}}};
    reply["usage"] = Usage(result);
    return JsonResponse(reply);
  }
  const Json envelope = Envelope(answered, "chat.completion.chunk");
  std::vector<Json> chunks;
  const auto add = [&](Json delta, Json logprobs, Json finish) {
    Json chunk = envelope;
    chunk["choices"] = {
        {{"index", 0}, {"delta", std::move(delta)}, {"logprobs", std::move(logprobs)}, {"finish_reason", std::move(finish)}}};
    chunks.push_back(std::move(chunk));
  };
  add({{"role", "assistant"}, {"content", ""}}, nullptr, nullptr);
  for (const std::string& piece : Pieces(result, asked.logprobs)) add({{"content", piece}}, ChatLogprobs(asked, result), nullptr);
  add(Json::object(), nullptr, FinishReason(result));
  AddUsageChunk(asked, answered, envelope, chunks);
  return Stream(std::move(chunks));
}

Outcome Complete(Site& site, Request& request) {
  const Json& body = request.json;
  Asked asked = PAW_TRY(ReadCommon(body));
  const Json& prompt = *PAW_TRY(GetMember(body, "prompt", kWhat));
  if (prompt.is_array() && prompt.size() == 1 && prompt[0].is_string()) {
    asked.input = prompt[0].get<std::string>();
  } else if (prompt.is_string()) {
    asked.input = prompt.get<std::string>();
  } else {
    return Unsupported("prompt", std::string(JsonTypeName(prompt)), "one text: many inputs go to POST /api/v1/bulk");
  }
  if (const auto top = PAW_TRY(FindInt(body, "logprobs", kWhat))) PAW_TRY(WantLogprobs(asked, *top));
  const Answered answered = PAW_TRY(Answer(site, request, asked, "cmpl-"));
  const RunResult& result = answered.result;
  const Json envelope = Envelope(answered, "text_completion");
  if (!asked.stream) {
    Json reply = envelope;
    reply["choices"] = {
        {{"index", 0}, {"text", result.output}, {"logprobs", TextLogprobs(asked, result)}, {"finish_reason", FinishReason(result)}}};
    reply["usage"] = Usage(result);
    return JsonResponse(reply);
  }
  std::vector<Json> chunks;
  const std::vector<std::string> pieces = Pieces(result, asked.logprobs);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    Json chunk = envelope;
    chunk["choices"] = {{{"index", 0},
                         {"text", pieces[i]},
                         {"logprobs", TextLogprobs(asked, result)},
                         {"finish_reason", i + 1 == pieces.size() ? Json(FinishReason(result)) : Json()}}};
    chunks.push_back(std::move(chunk));
  }
  AddUsageChunk(asked, answered, envelope, chunks);
  return Stream(std::move(chunks));
}

Json ModelJson(const Json& card) {
  const Json& slug = card["slug"];
  return {{"id", slug.is_string() ? slug : card["id"]},
          {"object", "model"},
          {"created", 0},
          {"owned_by", card["author"].is_string() ? card["author"] : Json("paw")},
          {"program_id", card["id"]}};
}

Outcome Models(Site& site, Request& request) {
  ProgramQuery query;
  query.per_page = 100;
  query.sort = "popular";
  const Json list = PAW_TRY(site.catalog->List(request.caller, query));
  Json data = Json::array();
  for (const Json& card : list["programs"]) data.push_back(ModelJson(card));
  // The System One interface reads its models from the same place.
  const std::string compiler = PAW_TRY(CompilerNamed(*site.workspace, ""));
  const Json compiles = {
      {"name", compiler}, {"description", "compiles each question into a program of its own"}, {"release_date", "2026-11-01"}};
  return JsonResponse({{"object", "list"}, {"data", data}, {"models", {compiles}}});
}

Outcome Model(Site& site, Request& request) {
  const ResolvedSlug resolved = PAW_TRY(site.catalog->Resolve(request.caller, request.values[0]));
  return JsonResponse(ModelJson(PAW_TRY(site.catalog->Describe(request.caller, resolved.program_id, false))));
}

}  // namespace

void AddOpenAiRoutes(Router& router, Site& site) {
  router.Add("POST", "/v1/chat/completions", [&site](Request& request) { return Chat(site, request); });
  router.Add("POST", "/v1/completions", [&site](Request& request) { return Complete(site, request); });
  router.Add("GET", "/v1/models", [&site](Request& request) { return Models(site, request); });
  router.Add("GET", "/v1/models/{ref*}", [&site](Request& request) { return Model(site, request); });
}

}  // namespace paw::hub
