// paw compile: a specification and examples into a program.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapter/adapter.h"
#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/compile_view.h"
#include "apps/paw/run_tests.h"
#include "apps/paw/teacher_options.h"
#include "apps/paw/terminal.h"
#include "base/limits.h"
#include "base/text.h"
#include "compiler/compiler.h"
#include "compiler/written_examples.h"
#include "fs/path.h"
#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

constexpr const char* kFooter =
    "The specification says in words what to do and what to return. Lines \"Input:\" and \"Output:\" in it are examples. --examples takes "
    "a\n"
    "file of more of them: JSONL with the keys \"input\" and \"output\", or CSV/TSV with these two columns. A part of them is held out to\n"
    "measure the program. The result goes into the store; -o also writes the file.\n"
    "\n"
    "A spec whose answers are a few labels closes the set: the program then answers with nothing else. Rules find the labels, and where "
    "they\n"
    "find none and there are fewer than six examples, a model reads the spec; paw says so. --outputs text leaves the answers open.\n"
    "\n"
    "A spec that takes something out of its input (\"Extract the order number. If there is none, answer none.\") is answered with whole\n"
    "words of the input, or with what the spec names instead; paw says so. --outputs span does it for any spec.\n"
    "\n"
    "--write-examples N is for many labels whose names say what they mean, and no examples: the base writes N texts for each label, and\n"
    "the program is trained on them. A few real examples of every label are worth more.\n"
    "\n"
    "Budget: --minutes is wall time; --effort, --tokens and --steps are amounts of work, and give the same bytes every time on the same\n"
    "kind of machine. --replay builds the bytes of a program again from the record inside it and the same examples.\n"
    "\n"
    "A teacher is a large language model behind an OpenAI-compatible endpoint (POST URL/chat/completions) that you name: it is sent the\n"
    "specification without its pairs, and examples that are not held out; the pairs it writes join the examples. A key is taken from\n"
    "PAW_TEACHER_KEY. --teacher-check-model asks a second model for the output of each new input and keeps the pairs on which both agree\n"
    "(labels exactly, JSON by value, text word for word). Every reply is kept: a compile that was stopped goes on where it was, and no\n"
    "answer is asked for twice. --teacher-limit bounds the tokens; --minutes begins when the teacher is done. --teacher-save writes\n"
    "all rows, yours and the teacher's, as an examples file: with it --replay needs no network.\n"
    "\n"
    "Examples:\n"
    "  paw compile \"Is the message urgent? Return one of: urgent, normal.\" --name urgency\n"
    "  paw compile --spec-file spec.txt --examples train.jsonl --test test.jsonl --minutes 10 --name triage\n"
    "  paw compile --spec-file spec.txt --examples train.csv --steps 400 --seed 7 -o triage.paw\n"
    "  paw compile --spec-file intents.txt --write-examples 16 --name intents\n"
    "  paw compile --spec-file spec.txt --profile paw-4b --name triage\n"
    "  paw compile --spec-file spec.txt --teacher http://127.0.0.1:8000/v1 --teacher-model NAME --teacher-save pairs.jsonl --name triage\n"
    "  paw compile --replay triage.paw --examples train.csv -o again.paw";

struct Arguments {
  std::string spec, spec_option, spec_file, examples, test, output, alias, replay, keep_stages, base, style;
  std::string effort = "normal";
  double minutes = 0;
  std::int64_t steps = 0, tokens = 0;
  std::uint64_t seed = 1;
  int threads = 0;
  bool offline = false, is_private = false;
  std::string profile, pseudo_file, pseudo_prompt;
  std::string adapter_type = "q4_0", outputs = "auto";
  bool raw_pseudo = false, no_stage_cache = false, no_mapper = false;
  std::int32_t written_examples = 0;
  std::vector<std::string> overrides;
  TeacherArguments teacher;
  std::string reject_label;
  CLI::Option* reject_given = nullptr;
  std::vector<CLI::Option*> recorded;  // what a program's record holds
  CLI::Option* spec_given = nullptr;
  CLI::Option* spec_option_given = nullptr;
  CLI::Option* minutes_given = nullptr;
  CLI::Option* steps_given = nullptr;
  CLI::Option* tokens_given = nullptr;
};

// --set rank=32 --set tail=contract: JSON where it reads as JSON, else a string.
Result<Json> ParseOverrides(const std::vector<std::string>& words) {
  if (words.empty()) return Json(nullptr);
  Json overrides = Json::object();
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos) return Usage("compile --set: found " + Quoted(word) + ", expected KEY=VALUE");
    const std::string value = word.substr(equals + 1);
    auto parsed = ParseJson(value, "--set");
    overrides[word.substr(0, equals)] = parsed.ok() ? *parsed : Json(value);
  }
  return overrides;
}

class CompileCommand {
 public:
  CompileCommand(Context& context, const Arguments& arguments) : context_(context), arguments_(arguments) {}

  int Run() {
    const Status status = Work();
    view_.Finish();
    if (!status.ok()) return FailWithOfficialKeys(status);
    return 0;
  }

 private:
  Status Work() {
    const bool replay = !arguments_.replay.empty();
    if (replay) PAW_TRY(RefuseBesideReplay());
    PAW_TRY(CheckTeacherArguments(arguments_.teacher, Offline()));
    CompileOptions options = PAW_TRY(Options());
    if (!replay) PAW_TRY(ReadSpec());
    std::vector<Example> examples = PAW_TRY(ReadExampleFile());
    if (!arguments_.keep_stages.empty()) PAW_TRY(PosixFs().MakeFolders(arguments_.keep_stages));
    std::vector<TestCase> cases;
    if (!arguments_.test.empty()) cases = PAW_TRY(LoadCases(arguments_.test));  // a bad test file is found before the work, not after
    workspace_ = PAW_TRY(Workspace::Open({context_.cache_dir, arguments_.base, EngineKind::kNative, arguments_.threads, Offline()}));
    PAW_TRY(workspace_->CheckNames(arguments_.alias, arguments_.output));
    PAW_TRY(workspace_->CheckNames("", arguments_.teacher.save));
    std::optional<Bundle> old;
    if (replay) old = PAW_TRY(workspace_->store().Read(arguments_.replay));
    const std::string profile = old ? PAW_TRY(CompilerOf(old->manifest)) : arguments_.profile;
    if (profile.empty()) {
      PAW_TRY(workspace_->ChooseBase(old ? &old->manifest : nullptr, arguments_.style, options));
    } else {
      PAW_TRY(workspace_->ChooseCompiler(profile, !arguments_.no_stage_cache, arguments_.style, options));
      options.mapper->pseudo_prompt = PAW_TRY(ReadOption(arguments_.pseudo_prompt, kTemplateBytesMax));
    }
    if (!replay && !context_.json) context_.Say("Compiling: " + Shorten(ReplaceAll(spec_, "\n", " "), 80));
    std::optional<TeacherReport> teacher;
    if (!arguments_.teacher.url.empty()) teacher = PAW_TRY(Teach(examples));
    CompileReport report = PAW_TRY(Compile(old, examples, options));
    view_.Finish();
    if (teacher) report.stages["teacher"] = TeacherJson(*teacher);
    for (const std::string& warning : report.warnings) context_.Warn(warning);
    PublishedProgram published = PAW_TRY(workspace_->Publish(report.bundle, arguments_.alias, arguments_.output));
    if (!arguments_.keep_stages.empty()) PAW_TRY(WriteStages(report));
    std::optional<TestReport> test;
    if (!cases.empty()) test = PAW_TRY(Test(published, std::move(cases)));
    Print(report, published, test);
    return Ok();
  }

  // The teacher's pairs join the examples.
  Result<TeacherReport> Teach(std::vector<Example>& examples) {
    const CancellableScope cancellable;
    TeacherOptions teacher;
    teacher.seed = arguments_.seed;
    teacher.root = workspace_->store().root();
    teacher.cancel = context_.cancel;
    TeacherReport report = PAW_TRY(AskTeacherFor(spec_, examples, arguments_.teacher, std::move(teacher), view_));
    view_.Finish();
    for (const std::string& warning : report.warnings) context_.Warn(warning);
    if (!context_.json) context_.Say(TeacherText(report));
    return report;
  }

  // The name of the registered compiler that made a program; empty for one that no mapper made, or whose compiler is not here.
  Result<std::string> CompilerOf(const Manifest& manifest) const {
    if (!manifest.paw || FindMember(manifest.paw->training, "mapper") == nullptr) return std::string();
    for (const CompilerProfile& profile : PAW_TRY(workspace_->compilers().List())) {
      if (profile.fingerprint() == manifest.compiler_fingerprint) return profile.name;
    }
    return std::string();
  }

  // A replay takes all of these from the record in the program.
  Status RefuseBesideReplay() const {
    for (const CLI::Option* option : arguments_.recorded) {
      if (option->count() > 0) {
        return Usage("compile --replay: found " + option->get_name() + " beside it, expected the record in the program to decide");
      }
    }
    return Ok();
  }

  bool Offline() const { return context_.offline || arguments_.offline; }

  Result<CompileReport> Compile(const std::optional<Bundle>& old, const std::vector<Example>& examples, const CompileOptions& options) {
    const CancellableScope cancellable;
    const auto on_event = [this](const CompileEvent& event) { view_.OnEvent(event); };
    return old ? Replay(*old, examples, options, on_event) : paw::Compile(spec_, examples, options, on_event);
  }

  Result<CompileOptions> Options() {
    CompileOptions options;
    if (arguments_.steps_given->count() > 0) {
      options.budget.kind = CompileBudget::Kind::kSteps;
      options.budget.steps = arguments_.steps;
    } else if (arguments_.tokens_given->count() > 0) {
      options.budget.kind = CompileBudget::Kind::kTokens;
      options.budget.tokens = arguments_.tokens;
    } else if (arguments_.minutes_given->count() > 0) {
      options.budget.kind = CompileBudget::Kind::kMinutes;
      options.budget.minutes = arguments_.minutes;
    }
    options.budget.effort = arguments_.effort;
    options.seed = arguments_.seed;
    options.threads = arguments_.threads;
    options.overrides = PAW_TRY(ParseOverrides(arguments_.overrides));
    if (arguments_.reject_given->count() > 0) options.reject_label = arguments_.reject_label;
    options.pseudo_text = PAW_TRY(ReadOption(arguments_.pseudo_file, kPseudoProgramBytesMax));
    options.raw_pseudo = arguments_.raw_pseudo;
    options.no_built_in_mapper = arguments_.no_mapper;
    options.outputs = PAW_TRY(ParseOutputsAsked(arguments_.outputs));
    options.written_examples = arguments_.written_examples;
    options.adapter_type = PAW_TRY(ParseAdapterType(arguments_.adapter_type));
    options.cancel = context_.cancel;
    return options;
  }

  // The text of a file that may be left out.
  static Result<std::string> ReadOption(const std::string& path, std::size_t bytes_max) {
    return path.empty() ? Result<std::string>(std::string()) : PosixFs().ReadText(path, bytes_max);
  }

  Status ReadSpec() {
    const int ways = (arguments_.spec_given->count() > 0) + (arguments_.spec_option_given->count() > 0) + !arguments_.spec_file.empty();
    if (ways != 1) {
      return Usage("compile: found " + std::to_string(ways) + " specifications, expected one of SPEC, --spec TEXT or --spec-file FILE");
    }
    if (arguments_.spec_given->count() > 0) spec_ = arguments_.spec;
    if (arguments_.spec_option_given->count() > 0) spec_ = arguments_.spec_option;
    if (arguments_.spec_file == "-") {
      spec_ = PAW_TRY(ReadStdin(kSpecBytesMax));
    } else if (!arguments_.spec_file.empty()) {
      spec_ = PAW_TRY(PosixFs().ReadText(arguments_.spec_file, kSpecBytesMax));
    }
    return Ok();
  }

  Result<std::vector<Example>> ReadExampleFile() {
    if (arguments_.examples.empty()) return std::vector<Example>();
    const std::vector<std::byte> bytes = PAW_TRY(PosixFs().Read(arguments_.examples, kExampleFileBytesMax));
    ExampleSet set = PAW_TRY(ReadExamples(TextOf(bytes), arguments_.examples));
    if (set.duplicates_dropped > 0) {
      context_.Warn(arguments_.examples + ": " + std::to_string(set.duplicates_dropped) +
                    " rows stand there more than once; each counts once");
    }
    return std::move(set.rows);
  }

  // One JSON file a stage, the curve of the training, and the times.
  Status WriteStages(const CompileReport& report) {
    Fs& fs = PosixFs();
    for (const auto& [name, value] : report.stages.items()) {
      PAW_TRY(fs.PublishFile(JoinPath(arguments_.keep_stages, name + ".json"), WriteJsonIndented(value)));
    }
    Json curve = Json::array();
    for (const CompileEvent& event : report.curve) curve.push_back(EventJson(event));
    PAW_TRY(fs.PublishFile(JoinPath(arguments_.keep_stages, "curve.json"), WriteJsonIndented(curve)));
    return fs.PublishFile(JoinPath(arguments_.keep_stages, "timings.json"), WriteJsonIndented(report.timings));
  }

  Result<TestReport> Test(const PublishedProgram& published, std::vector<TestCase> cases) {
    auto program = PAW_TRY(workspace_->Load(published.path));
    TestJob job;
    job.cases = std::move(cases);
    job.metric = DefaultMetric(program->manifest());
    job.threads = arguments_.threads;
    return RunCases(context_, *program, job);
  }

  int FailWithOfficialKeys(const Status& status) {
    return context_.Fail(status, {{"program_id", nullptr}, {"slug", nullptr}, {"status", "failed"}, {"timings", Json::object()}});
  }

  void Print(const CompileReport& report, const PublishedProgram& published, const std::optional<TestReport>& test) {
    const Manifest& manifest = report.bundle.manifest;
    const PawRecord record = manifest.paw.value_or(PawRecord());
    if (context_.json) {
      PrintResultJson(report, record, published, test);
      return;
    }
    std::string text = "Program ID: " + manifest.program_id + "\n";
    if (!arguments_.alias.empty()) text += "Slug:       " + arguments_.alias + "\n";
    text += "Digest:     " + published.digest + "\n";
    text += "Labels:     " + LabelsText(record) + "\n";
    if (const Json* steps = FindMember(record.training, "steps"); steps != nullptr && steps->is_number_integer()) {
      text += "Steps:      " + std::to_string(steps->get<std::int64_t>()) + "\n";
    }
    text += "Quality:    " + QualityText(record) + "\n";
    text += MapperText(record);
    text += "Time:       " + HumanSeconds(SecondsOf(report)) + "\n";
    text += "File:       " + (arguments_.output.empty() ? published.path : arguments_.output) + "\n";
    const std::string reference = !arguments_.alias.empty()    ? arguments_.alias
                                  : !arguments_.output.empty() ? arguments_.output
                                                               : manifest.program_id;
    text += "Run it:     " + context_.paw + " run " + reference + " \"...\"\n";
    if (test) text += "\nTest " + arguments_.test + "\n" + ReportText(*test);
    std::fputs(ForStdout(text).c_str(), stdout);
  }

  // The official tool reads timings.total_ms.
  static Json TimingsJson(const CompileReport& report) {
    Json timings = report.timings;
    timings["total_ms"] = SecondsOf(report) * 1000;
    return timings;
  }

  static double SecondsOf(const CompileReport& report) {
    const Json* total = FindMember(report.timings, "total");
    return total != nullptr && total->is_number() ? total->get<double>() : 0;
  }

  static std::string LabelsText(const PawRecord& record) {
    if (record.labels.empty()) {
      const bool spans = FindMember(record.other, "span") != nullptr;
      return record.output_kind == OutputKind::kJson ? "none (JSON output)" : spans ? "none (words of the input)" : "none (free text)";
    }
    std::string text = std::to_string(record.labels.size()) + " (";
    for (std::size_t i = 0; i < record.labels.size(); ++i) text += (i == 0 ? "" : ", ") + record.labels[i];
    return Shorten(text, 100) + (Shorten(text, 100).ends_with("...") ? "" : ")");
  }

  // The score that the mapper's LoRA had before it was trained further.
  static std::string MapperText(const PawRecord& record) {
    const Json* mapper = FindMember(record.training, "mapper");
    const Json* before = mapper == nullptr ? nullptr : FindMember(*mapper, "held_out_before");
    if (before == nullptr) return "";
    char text[80];
    std::snprintf(text, sizeof text, "Before:     held-out %.1f %% on %lld examples, from the mapper alone\n",
                  before->value("score", 0.0) * 100, static_cast<long long>(before->value("n", 0)));
    return text;
  }

  static std::string QualityText(const PawRecord& record) {
    if (!record.held_out) return "quality unmeasured: too few examples to hold some out";
    const HeldOut& held_out = *record.held_out;
    return "held-out " + held_out.metric + " " + PercentWithInterval(held_out.score, {held_out.ci95_low, held_out.ci95_high}) + " on " +
           std::to_string(held_out.n) + " examples";
  }

  void PrintResultJson(const CompileReport& report, const PawRecord& record, const PublishedProgram& published,
                       const std::optional<TestReport>& test) {
    Json json = {{"program_id", report.bundle.manifest.program_id},
                 {"slug", arguments_.alias.empty() ? Json() : Json(arguments_.alias)},
                 {"status", "ready"},
                 {"error", nullptr},
                 {"timings", TimingsJson(report)},
                 {"digest", published.digest},
                 {"path", published.path},
                 {"output", arguments_.output.empty() ? Json() : Json(arguments_.output)},
                 {"labels", record.labels},
                 {"output_kind", std::string(OutputKindName(record.output_kind))},
                 {"training", record.training},
                 {"warnings", report.warnings},
                 {"held_out", nullptr}};
    if (const Json* teacher = FindMember(report.stages, "teacher"); teacher != nullptr) json["teacher"] = *teacher;
    if (record.held_out) {
      json["held_out"] = {{"metric", record.held_out->metric},
                          {"n", record.held_out->n},
                          {"score", record.held_out->score},
                          {"ci95", {record.held_out->ci95_low, record.held_out->ci95_high}}};
    }
    if (test) json["test"] = TestJson(*test);
    context_.PrintJson(json);
  }

  Context& context_;
  const Arguments& arguments_;
  std::string spec_;
  std::unique_ptr<Workspace> workspace_;
  CompileView view_{context_};
};

}  // namespace

void AddCompileCommand(CLI::App& app, Context& context) {
  CLI::App* command = AddCommand(app, context, "compile", "make a program from a specification and examples", kFooter);
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  a.spec_given = command->add_option("SPEC", a.spec, "the specification as text")->type_name("");
  a.spec_option_given = command->add_option("--spec", a.spec_option, "the specification, in the official spelling")->type_name("TEXT");
  CLI::Option* spec_file =
      command->add_option("--spec-file", a.spec_file, "the specification in a file; - is the standard input")->type_name("FILE");
  command->add_option("--examples", a.examples, "examples: JSONL, CSV or TSV")->type_name("FILE");
  command->add_option("--test", a.test, "test the result on these cases")->type_name("FILE");
  CLI::Option* minutes = a.minutes_given =
      command->add_option("--minutes", a.minutes, "wall time of the whole compile, in minutes")->check(CLI::Range(0.05, 1440.0));
  CLI::Option* steps = a.steps_given =
      command->add_option("--steps", a.steps, "training steps")->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000}));
  CLI::Option* effort = command->add_option("--effort", a.effort, "quick, normal or thorough")
                            ->check(CLI::IsMember({"quick", "normal", "thorough"}))
                            ->capture_default_str();
  CLI::Option* tokens = a.tokens_given = command->add_option("--tokens", a.tokens, "training tokens, prompts and outputs together")
                                             ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000'000}));
  minutes->excludes(steps)->excludes(effort)->excludes(tokens);
  steps->excludes(effort)->excludes(tokens);
  tokens->excludes(effort);
  CLI::Option* seed = command->add_option("--seed", a.seed, "of everything that is drawn")
                          ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{std::numeric_limits<std::int64_t>::max()}))
                          ->capture_default_str();
  command->add_option("-o,--output", a.output, "also write the program to this file")->type_name("X.paw");
  command->add_option("--name,--slug", a.alias, "an alias for the program")->type_name("ALIAS");
  command->add_option("--replay", a.replay, "build this program's bytes again")->type_name("X.paw");
  command->add_option("--keep-stages", a.keep_stages, "write what each stage made into this folder")->type_name("DIR");
  command->add_option("--base", a.base, "the base, by name or path")->type_name("NAME");
  CLI::Option* profile =
      command
          ->add_option("--profile", a.profile, "a mapper compiler (paw compiler list): it makes the LoRA, and training goes on from there")
          ->type_name("NAME");
  CLI::Option* pseudo_file =
      command->add_option("--pseudo-file", a.pseudo_file, "take this pseudo-program in place of one written here")->type_name("FILE");
  CLI::Option* pseudo_prompt =
      command->add_option("--pseudo-prompt", a.pseudo_prompt, "ask the compiler's language model with this text; {spec} stands in it")
          ->type_name("FILE")
          ->needs(profile);
  CLI::Option* raw_pseudo = command->add_flag("--raw-pseudo", a.raw_pseudo, "take the pseudo-program as it was written: no repair");
  CLI::Option* no_mapper = command->add_flag("--no-mapper", a.no_mapper,
                                             "without the compiler that paw ships: the spec in the prompt, training on examples alone");
  no_mapper->excludes(profile);
  command->add_flag("--no-stage-cache", a.no_stage_cache, "run every stage of the compiler, also those done before")->needs(profile);
  command->add_option("--style", a.style, "the prompt wrapper of a base that paw does not know: plain, chatml or qwen3");
  a.reject_given =
      command
          ->add_option("--reject-label", a.reject_label,
                       "the label for \"none of these\": a threshold is fitted for it (told by its name, such as oos; \"\": none)")
          ->type_name("LABEL");
  CLI::Option* outputs =
      command
          ->add_option("--outputs", a.outputs,
                       "auto: labels, JSON, spans or text, as the spec and the examples show; text: text; span: whole words of the input")
          ->check(CLI::IsMember({"auto", "text", "span"}))
          ->capture_default_str();
  CLI::Option* adapter_type = command->add_option("--adapter-type", a.adapter_type, "how the adapter is stored: q4_0, q5_0, q8_0 or f16")
                                  ->check(CLI::IsMember({"q4_0", "q5_0", "q8_0", "f16"}))
                                  ->capture_default_str();
  CLI::Option* written = command
                             ->add_option("--write-examples", a.written_examples,
                                          "let the base write so many examples of each label itself, and train on them too")
                             ->check(CLI::Range(1, kWrittenExamplesMax))
                             ->type_name("N");
  const std::vector<CLI::Option*> teacher = AddTeacherOptions(*command, a.teacher);
  command->add_option("--threads", a.threads, "0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
  CLI::Option* set =
      command->add_option("--set", a.overrides, "a training setting; may be repeated")->type_name("KEY=VALUE")->expected(1)->take_all();
  a.recorded = {a.spec_given, a.spec_option_given, spec_file,     minutes,    steps,     effort,       tokens,  seed,   set, a.reject_given,
                profile,      pseudo_file,         pseudo_prompt, raw_pseudo, no_mapper, adapter_type, outputs, written};
  a.recorded.insert(a.recorded.end(), teacher.begin(), teacher.end());
  command->add_flag("--offline", a.offline, "never touch a network (paw compile does for --teacher only)");
  command->add_flag("--private", a.is_private, "accepted for the official spelling: nothing leaves this machine, but to a --teacher");
  command->callback(
      [&context, arguments] { context.action = [&context, arguments] { return CompileCommand(context, *arguments).Run(); }; });
}

}  // namespace paw::cli
