// infer and bulk: running programs.
#include <algorithm>
#include <map>

#include "base/limits.h"
#include "base/text.h"
#include "hub/run_request.h"
#include "hub/site.h"

namespace paw::hub {
namespace {

constexpr std::size_t kBulkBytesMax = 256 * kMiB;
constexpr int kBulkMax = 8;            // at once
constexpr std::size_t kBulkRows = 64;  // of one batch: enough to fill the engine's steps, few enough to come back soon

Outcome Infer(Site& site, Request& request) {
  const Json& body = request.json;
  const std::string reference = PAW_TRY(GetString(body, "program_id", "the request"));
  const std::string input = PAW_TRY(GetString(body, "input", "the request"));
  const RunOptions run = PAW_TRY(RunOptionsOf(body));
  const Site::OpenProgram open = PAW_TRY(site.OpenFor(request.caller, reference));
  const RunResult result = PAW_TRY(site.Call(open, input, run));
  Json reply = ResultJson(result, run.probabilities);
  reply["program_id"] = open.resolved.program_id;
  return JsonResponse(reply);
}

// One line of a bulk request.
struct Line {
  std::int64_t index = 0;
  Json id;
  std::string program, input;
  Status problem;
};

Result<Line> ReadLine(std::string_view text, std::int64_t index, const std::string& program) {
  Line line;
  line.index = index;
  const std::string what = "line " + std::to_string(index + 1);
  const Json object = PAW_TRY(ParseJson(text, what, kSmallBodyBytesMax));
  if (const Json* id = FindMember(object, "id"); id != nullptr) line.id = *id;
  line.input = PAW_TRY(GetString(object, "input", what));
  line.program = PAW_TRY(FindString(object, "program", what)).value_or(program);
  if (line.program.empty()) return Usage(what + ": found no program, expected one here or in the query (?program=)");
  return line;
}

Json Named(const Line& line, Json reply) {
  reply["index"] = line.index;
  if (!line.id.is_null()) reply["id"] = line.id;
  return reply;
}

Json FailedLine(const Line& line, const Status& status) {
  const HubError error = ErrorOf(status);
  return Named(line, {{"error", error.code}, {"message", Printable(error.message, 500)}});
}

// The lines of one batch, those of a program together; the replies in the order of the lines.
std::string RunLines(Site& site, const Caller& caller, const std::vector<Line>& lines, const RunOptions& run) {
  std::map<std::string, std::vector<std::size_t>> by_program;
  std::vector<Json> replies(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].problem.ok()) {
      by_program[lines[i].program].push_back(i);
    } else {
      replies[i] = FailedLine(lines[i], lines[i].problem);
    }
  }
  for (const auto& [reference, rows] : by_program) {
    const auto open = site.OpenFor(caller, reference);
    std::vector<std::string> inputs;
    for (const std::size_t row : rows) inputs.push_back(lines[row].input);
    const auto results =
        open.ok() ? site.inference->RunBatch(*open->program, inputs, run) : std::vector<Result<RunResult>>(rows.size(), open.status());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Line& line = lines[rows[i]];
      replies[rows[i]] = results[i].ok() ? Named(line, ResultJson(*results[i], run.probabilities)) : FailedLine(line, results[i].status());
      if (!results[i].ok()) continue;
      site.metrics.CountCall(open->resolved.program_id, results[i]->milliseconds / 1000, results[i]->tokens_in, results[i]->tokens_out);
      site.catalog->CountCall(open->resolved.program_id);
    }
  }
  std::string text;
  for (const Json& reply : replies) text += WriteJson(reply) + "\n";
  return text;
}

Outcome Bulk(Site& site, Request& request, const std::shared_ptr<std::atomic<int>>& streaming) {
  RunOptions run;
  run.probabilities = request.Query("probabilities") == "1";
  const std::int64_t tokens = PAW_TRY(NumberOf(request, "max_tokens", run.output_tokens_max));
  if (tokens < 0 || tokens > kOutputTokensMax)
    return Invalid("query field \"max_tokens\": found " + std::to_string(tokens) + ", expected 0 to " + std::to_string(kOutputTokensMax));
  run.output_tokens_max = static_cast<std::int32_t>(tokens);
  const std::int64_t from = PAW_TRY(NumberOf(request, "from", 0));
  if (from < 0) return Invalid("query field \"from\": found " + std::to_string(from) + ", expected 0 or more");
  const std::string program(request.Query("program"));
  if (!program.empty()) PAW_TRY(site.catalog->Resolve(request.caller, program));
  const auto place = std::make_shared<Place>(*streaming, kBulkMax);
  if (!place->ok()) return Busy("running a bulk: found as many at once as may be, expected a pause", 5);
  Response response;
  response.content_type = "application/x-ndjson";
  const auto body = std::make_shared<std::string>(std::move(request.body));
  response.stream = [&site, caller = request.caller, body, program, run, from, place, streaming](BodyWriter& writer) {
    std::vector<Line> batch;
    std::int64_t index = 0;
    const auto flush = [&] {
      const bool going = batch.empty() || writer.Write(RunLines(site, caller, batch, run));
      batch.clear();
      return going && writer.open();
    };
    for (const std::string_view text : SplitLines(*body)) {
      if (Trim(text).empty()) continue;
      const std::int64_t number = index++;
      if (number < from) continue;
      auto line = ReadLine(text, number, program);
      batch.push_back(line.ok() ? std::move(*line) : Line{number, {}, "", "", line.status()});
      if (batch.size() == kBulkRows && !flush()) return;
    }
    flush();
  };
  return response;
}

}  // namespace

void AddRunRoutes(Router& router, Site& site) {
  router.Add("POST", "/api/v1/infer", [&site](Request& request) { return Infer(site, request); });
  const auto streaming = std::make_shared<std::atomic<int>>(0);
  router.Add(
      "POST", "/api/v1/bulk", [&site, streaming](Request& request) { return Bulk(site, request, streaming); }, kBulkBytesMax);
  router.TakesBytes();
}

}  // namespace paw::hub
