#include "apps/paw/teacher_options.h"

#include <memory>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "fs/posix_fs.h"
#include "store/config.h"

namespace paw::cli {
namespace {

std::string Counts(const TeacherProgress& progress) {
  std::string text = BatchesText(progress.batches);
  if (const std::string dropped = DroppedText(progress.dropped); !dropped.empty()) text += ", " + dropped;
  return text + "; " + std::to_string(progress.asked) + " requests, " + std::to_string(progress.tokens) + " tokens";
}

}  // namespace

std::vector<CLI::Option*> AddEndpointOptions(CLI::App& command, TeacherArguments& a, const std::string& about) {
  CLI::Option* teacher = command.add_option("--teacher", a.url, about)->type_name("URL");
  CLI::Option* model = command.add_option("--teacher-model", a.model, "its name there")->type_name("NAME");
  CLI::Option* limit = command.add_option("--teacher-limit", a.tokens_max, "send no request once so many tokens are spent, 0: no limit");
  limit->type_name("TOKENS")->check(CLI::Range(std::int64_t{0}, kTeacherTokensMax))->capture_default_str();
  CLI::Option* timeout = command.add_option("--teacher-timeout", a.seconds_max, "seconds to wait for one reply");
  timeout->check(CLI::Range(0.1, kHttpSecondsMax))->capture_default_str();
  CLI::Option* parallel = command.add_option("--teacher-parallel", a.parallel, "requests under way at once");
  parallel->check(CLI::Range(1, kTeacherParallelMax))->capture_default_str();
  std::vector<CLI::Option*> all = {teacher, model, limit, timeout, parallel};
  for (CLI::Option* option : all) option->group("Teacher");
  return all;
}

std::vector<CLI::Option*> AddTeacherOptions(CLI::App& command, TeacherArguments& a) {
  std::vector<CLI::Option*> all =
      AddEndpointOptions(command, a, "ask the language model at this OpenAI-compatible address for pairs to train on");
  CLI::Option* teacher = all.front();
  CLI::Option* check =
      command.add_option("--teacher-check-model", a.check_model, "a second model there: pairs on which both agree are kept");
  check->type_name("NAME");
  CLI::Option* pairs = command.add_option("--teacher-pairs", a.pairs, "how many pairs to come to");
  pairs->check(CLI::Range(std::int64_t{1}, kTeacherPairsMax))->capture_default_str();
  CLI::Option* save = command.add_option("--teacher-save", a.save, "write all rows, the teacher's marked, as an examples file");
  save->type_name("F.jsonl");
  for (CLI::Option* option : {check, pairs, save}) all.push_back(option->group("Teacher"));
  for (CLI::Option* option : all) {
    if (option != teacher) option->needs(teacher);
  }
  return all;
}

Status CheckTeacherArguments(const TeacherArguments& arguments, bool offline) {
  if (arguments.url.empty()) return Ok();
  if (offline) return Usage("compile --teacher: found --offline beside it, expected one of the two");
  if (arguments.model.empty()) return Usage("compile --teacher: found no --teacher-model, expected the name of a model there");
  PAW_TRY(ShownUrl(arguments.url));
  if (arguments.save.empty()) return Ok();
  const ExampleFormat format = PAW_TRY(FormatOf(arguments.save));
  if (format == ExampleFormat::kJsonl) return Ok();
  return Usage("compile --teacher-save: found " + Quoted(arguments.save) + ", expected a name that ends in .jsonl");
}

Status ConnectTeacher(const TeacherArguments& arguments, TeacherOptions& options) {
  const Environment environment = ProcessEnvironment();
  const Config config = PAW_TRY(LoadConfig(PosixFs(), environment));
  if (config.offline) {
    return Unavailable("asking a teacher: found PAW_OFFLINE set, expected leave to reach " + PAW_TRY(ShownUrl(arguments.url)));
  }
  options.url = arguments.url;
  options.model = arguments.model;
  options.check_model = arguments.check_model;
  options.key = environment("PAW_TEACHER_KEY").value_or("");
  options.tokens_max = arguments.tokens_max;
  options.seconds_max = arguments.seconds_max;
  options.parallel = arguments.parallel;
  if (options.root.empty()) options.root = config.cache_dir;
  return Ok();
}

Result<TeacherReport> AskTeacherFor(const std::string& spec_text, std::vector<Example>& examples, const TeacherArguments& arguments,
                                    TeacherOptions options, CompileView& view) {
  PAW_TRY(ConnectTeacher(arguments, options));
  options.pairs = arguments.pairs;
  const std::unique_ptr<Http> http = PAW_TRY(OpenHttp());
  const double begin = PosixFs().SteadySeconds();
  const auto show = [&view, begin](const TeacherProgress& progress) {
    CompileEvent event;
    event.stage = "teacher";
    event.step = progress.kept;
    event.steps = progress.wanted;
    event.seconds = PosixFs().SteadySeconds() - begin;
    event.note = Counts(progress) + (progress.note.empty() ? "" : "; " + progress.note);
    view.OnEvent(event);
  };
  TeacherReport report = PAW_TRY(AskTeacher(PosixFs(), *http, spec_text, examples, options, show));
  examples.insert(examples.end(), report.pairs.begin(), report.pairs.end());
  if (!arguments.save.empty()) PAW_TRY(PosixFs().PublishFile(arguments.save, WriteExamples(examples)));
  return report;
}

nlohmann::json TeacherJson(const TeacherReport& report) {
  const TeacherProgress& progress = report.progress;
  return {{"pairs", progress.kept},    {"batches", progress.batches}, {"asked", progress.asked},
          {"tokens", progress.tokens}, {"dropped", progress.dropped}, {"journal", report.journal}};
}

std::string TeacherText(const TeacherReport& report) {
  return "Teacher: " + std::to_string(report.progress.kept) + " pairs in " + Counts(report.progress);
}

}  // namespace paw::cli
