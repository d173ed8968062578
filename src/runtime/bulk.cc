#include "runtime/bulk.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr std::string_view kMarkSuffix = ".paw-run";
constexpr std::size_t kMarkBytesMax = 64 * kKiB;

std::int64_t CountLines(std::string_view text) {
  const std::int64_t ends = std::count(text.begin(), text.end(), '\n');
  return ends + (text.empty() || text.ends_with('\n') ? 0 : 1);
}

struct InputRow {
  std::optional<std::string> input;
  Status status;  // why there is none
};

InputRow ParseRow(std::string_view line, std::int64_t number) {
  const std::string what = "line " + std::to_string(number);
  auto row = ParseJson(line, what, kRowBytesMax);
  if (!row.ok()) return {std::nullopt, row.status()};
  auto input = GetString(*row, "input", what);
  if (!input.ok()) return {std::nullopt, input.status()};
  return {std::move(input).value(), Ok()};
}

std::string OutputLine(const InputRow& row, const Result<RunResult>& result, std::int64_t number) {
  Json line = Json::object();
  line["input"] = row.input ? Json(*row.input) : Json(nullptr);
  if (!result.ok()) {
    std::string message = result.message();
    if (row.input) message = "line " + std::to_string(number) + ": " + message;
    line["error"] = {{"code", CodeName(result.code())}, {"message", message}};
    return WriteJson(line) + "\n";
  }
  line["output"] = result->output;
  if (result->abstained) line["abstained"] = true;
  if (result->rejected) line["rejected"] = true;
  if (result->truncated) line["truncated"] = true;
  if (result->probability) line["probability"] = *result->probability;
  for (const LabelProbability& label : result->labels) line["labels"][label.label] = label.probability;
  return WriteJson(line) + "\n";
}

// What must be equal for a run to be continued. Options that do not change an answer are left out.
std::string MarkOf(const Program& program, const RunOptions& run, std::string_view inputs) {
  Json mark = {{"format", 1},
               {"program", program.digest()},
               {"engine", program.engine()},
               {"inputs", Sha256Hex(inputs)},
               {"output_tokens_max", run.output_tokens_max},
               {"temperature", run.temperature},
               {"seed", run.seed},
               {"probabilities", run.probabilities},
               {"compat", run.compat},
               {"free_decoding", run.free_decoding}};
  if (run.abstain_below) mark["abstain_below"] = *run.abstain_below;
  if (run.schema) mark["json_schema"] = run.schema->sha256();
  return WriteJson(mark) + "\n";
}

// Where lines go, and how many are there already.
struct Out {
  std::unique_ptr<WritableFile> file;
  const std::function<Status(std::string_view)>* sink = nullptr;
  std::unique_ptr<HeldLock> lock;
  std::int64_t lines = 0;

  Status Write(std::string_view text) {
    if (file) return file->Write(text);
    std::string_view line;
    while (TakeLine(text, line)) PAW_TRY((*sink)(std::string(line) + "\n"));
    return Ok();
  }
};

Result<Out> OpenOut(Fs& fs, const Program& program, const BulkOptions& options, std::string_view inputs) {
  Out out;
  if (options.output_path.empty()) {
    if (!options.sink) return Usage("running a file: found neither an output path nor a sink, expected one");
    out.sink = &options.sink;
    return out;
  }
  const std::string what = "running a file into " + options.output_path;
  const std::string mark_path = options.output_path + std::string(kMarkSuffix);
  out.lock = PAW_TRY(fs.TryLock(mark_path + ".lock", LockMode::kExclusive));
  if (out.lock == nullptr) return Unavailable(what + ": found another run at work on it, expected none");
  const std::string mark = MarkOf(program, options.run, inputs);
  const Result<std::string> old_mark = fs.ReadText(mark_path, kMarkBytesMax);
  if (!old_mark.ok() && old_mark.code() != Code::kNotFound) return old_mark.status();
  if (old_mark.ok() && *old_mark != mark) {
    return Usage(what +
                 ": found an interrupted run of another program, other options or other inputs; expected the same, or no file "
                 "there");
  }
  if (!old_mark.ok()) {
    if (fs.Exists(options.output_path)) return Usage(what + ": found a file that no interrupted run left, expected none");
    PAW_TRY(fs.PublishFile(mark_path, mark));
  }
  LineLog log = PAW_TRY(fs.OpenLineLog(options.output_path));
  out.file = std::move(log.file);
  out.lines = static_cast<std::int64_t>(log.lines);
  return out;
}

// The run is over: OUT is whole and the mark goes.
Status CloseOut(Fs& fs, const BulkOptions& options, Out& out) {
  if (!out.file) return Ok();
  PAW_TRY(out.file->Sync());
  out.file.reset();
  const std::string mark_path = options.output_path + std::string(kMarkSuffix);
  PAW_TRY(fs.RemoveFile(mark_path));
  PAW_TRY(fs.RemoveFile(mark_path + ".lock"));
  out.lock.reset();
  return Ok();
}

// Answers one batch of lines; the text to write, or kInterrupted.
Result<std::string> AnswerBatch(Session& session, const BulkOptions& options, std::span<const InputRow> rows, std::int64_t first_number,
                                BulkReport& report) {
  std::vector<std::string> inputs;
  for (const InputRow& row : rows) {
    if (row.input) inputs.push_back(*row.input);
  }
  const std::vector<Result<RunResult>> results = session.RunBatch(inputs, options.run);
  std::string text;
  std::size_t next = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Result<RunResult> result = rows[i].input ? results[next++] : Result<RunResult>(rows[i].status);
    if (result.code() == Code::kInterrupted) return result.status();
    text += OutputLine(rows[i], result, first_number + static_cast<std::int64_t>(i));
    ++(result.ok() ? report.answered : report.failed);
    if (result.ok() && result->abstained) ++report.abstained;
  }
  return text;
}

}  // namespace

Result<BulkReport> RunFile(Fs& fs, const Program& program, Session& session, const BulkOptions& given) {
  const auto start = std::chrono::steady_clock::now();
  BulkOptions options = given;
  options.run.cancel = options.cancel;
  const Mapping mapping = PAW_TRY(fs.Map(options.input_path));
  std::string_view inputs = mapping.text();
  if (inputs.starts_with(kByteOrderMark)) inputs.remove_prefix(kByteOrderMark.size());
  if (inputs.size() > kExampleFileBytesMax) {
    return Refused("running " + options.input_path + ": found " + std::to_string(inputs.size()) + " bytes, expected at most " +
                   std::to_string(kExampleFileBytesMax));
  }
  BulkReport report;
  report.rows = CountLines(inputs);
  Out out = PAW_TRY(OpenOut(fs, program, options, inputs));
  if (out.lines > report.rows) {
    return Usage("running a file into " + options.output_path + ": found " + std::to_string(out.lines) + " lines, expected at most " +
                 std::to_string(report.rows));
  }
  report.resumed = out.lines;
  std::string_view line;
  std::int64_t number = 0;
  for (; number < report.resumed; ++number) TakeLine(inputs, line);
  Report(options.progress, "rows", static_cast<double>(number), static_cast<double>(report.rows));
  while (number < report.rows) {
    PAW_TRY(CheckCancelled(options.cancel, "running " + options.input_path));
    std::vector<InputRow> rows;
    const std::int64_t first = number + 1;
    while (number < report.rows && rows.size() < std::max<std::size_t>(1, options.rows_per_batch)) {
      TakeLine(inputs, line);
      rows.push_back(ParseRow(line, ++number));
    }
    const std::string text = PAW_TRY(AnswerBatch(session, options, rows, first, report));
    PAW_TRY(out.Write(text));
    Report(options.progress, "rows", static_cast<double>(number), static_cast<double>(report.rows));
  }
  PAW_TRY(CloseOut(fs, options, out));
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace paw
