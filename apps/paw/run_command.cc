// paw run: one input, the lines of the standard input, or a file of inputs.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/line_reader.h"
#include "apps/paw/remote_run.h"
#include "apps/paw/run_output.h"
#include "apps/paw/terminal.h"
#include "base/limits.h"
#include "fs/posix_fs.h"
#include "runtime/bulk.h"

namespace paw::cli {
namespace {

constexpr std::size_t kLinesAtOnceMax = 32;  // lines of a pipe that are answered in one batch

constexpr const char* kFooter =
    "REF is an alias, a program id or its first digits, or the path of a .paw file. A closed-set program answers with one of its labels,\n"
    "a JSON program with valid JSON. --json-schema holds the answer of any program without labels to a schema:\n"
    "keys come in its order, and a keyword that paw cannot hold answers to is refused (docs/cli.md). Where INPUT begins with a dash, write "
    "-- before it.\n"
    "\n"
    "Examples:\n"
    "  paw run triage \"The site is down for every customer\"\n"
    "  paw run --program ./triage.paw --input \"The site is down\" --json\n"
    "  paw run triage --probs --abstain 0.6 \"hello?\"\n"
    "  tail -f app.log | paw run triage -\n"
    "  paw run triage --jsonl inputs.jsonl answers.jsonl      (resumes where it was interrupted)\n"
    "  paw run contacts --json-schema person.json \"Ada Lovelace, born 1815\"\n"
    "  paw run --base --interpreter smollm2-135m --input \"Say hello.\"\n"
    "  paw run --remote ada/triage \"The site is down\"       (the hub answers: the input goes there)";

struct Arguments {
  std::string reference, input, program_option, input_option, interpreter, style, json_schema, engine = "native";
  std::vector<std::string> bulk;  // IN [OUT]
  bool base = false, probabilities = false, free_decoding = false, compat = false, remote = false, verbose = false;
  HubArguments hub;
  int max_tokens = kMaxTokensDefault;
  double temperature = 0;
  std::uint64_t seed = 0;
  double abstain = 0;
  int threads = 0;
  CLI::Option* reference_given = nullptr;
  CLI::Option* input_given = nullptr;
  CLI::Option* input_option_given = nullptr;
  CLI::Option* abstain_given = nullptr;
  CLI::Option* seed_given = nullptr;
  CLI::Option* max_tokens_given = nullptr;
  CLI::Option* temperature_given = nullptr;
};

class RunCommand {
 public:
  RunCommand(Context& context, Arguments& arguments) : context_(context), arguments_(arguments) {}

  int Run() {
    if (const Status status = Settle(); !status.ok()) return Refuse(status);
    if (arguments_.remote) return RunRemotely(context_, Remote());
    auto workspace = Workspace::Open(
        {context_.cache_dir, "", engine_, arguments_.threads, context_.offline || arguments_.hub.offline, OfficialCacheOf(context_)});
    if (!workspace.ok()) return Refuse(workspace.status());
    auto program = arguments_.base ? (*workspace)->PlainBase(arguments_.interpreter, arguments_.style) : (*workspace)->Load(reference_);
    if (!program.ok()) return Refuse(program.status());
    program_ = *program;
    subject_.mode = arguments_.base ? "base" : "program";
    subject_.program = arguments_.base ? "" : reference_;
    subject_.interpreter = program_->manifest().interpreter;
    const bool closed = !program_->labels().empty() && !options_.free_decoding;
    options_.probabilities = closed && (arguments_.probabilities || (context_.json && arguments_.bulk.empty()));
    if (program_->calibration_stale() && (options_.probabilities || options_.abstain_below)) {
      context_.Warn(
          "the probabilities of this program were calibrated on another engine or version: compile it again, or read them with care");
    }
    if (arguments_.verbose) Describe();
    if (!arguments_.bulk.empty()) return RunBulk();
    return lines_ ? RunLines() : RunOne();
  }

 private:
  // Positional and official spellings into one; what does not fit together is wrong usage.
  Status Settle() {
    const bool has_program = !arguments_.program_option.empty();
    std::vector<std::string> words;
    if (arguments_.reference_given->count() > 0) words.push_back(arguments_.reference);
    if (arguments_.input_given->count() > 0) words.push_back(arguments_.input);
    if (!has_program && !arguments_.base) {
      if (words.empty()) return Usage("run: no program given; expected REF or --program REF (see `paw run --help`)");
      reference_ = words.front();
      words.erase(words.begin());
    } else {
      reference_ = arguments_.program_option;
    }
    if (has_program && arguments_.base) return Usage("run: --program and --base given together; expected one of them");
    if (arguments_.base && arguments_.interpreter.empty()) return Usage("run: --base needs --interpreter NAME");
    if (!arguments_.base && !arguments_.interpreter.empty()) return Usage("run: --interpreter given without --base");
    if (arguments_.remote && (arguments_.base || arguments_.free_decoding || arguments_.compat || !arguments_.bulk.empty())) {
      return Usage("run: --remote given with --base, --free, --compat or --jsonl; expected a program of the hub and INPUT or -");
    }
    const bool by_option = arguments_.input_option_given->count() > 0;
    const std::size_t inputs = words.size() + (by_option ? 1 : 0) + (arguments_.bulk.empty() ? 0 : 1);
    if (inputs != 1) {
      return Usage("run: found " + std::to_string(inputs) +
                   " inputs, expected one of INPUT, --input TEXT, - (lines of stdin) or --jsonl IN");
    }
    if (by_option) input_ = arguments_.input_option;
    if (!words.empty()) input_ = words.front();
    lines_ = !words.empty() && input_ == "-";
    if (arguments_.temperature > 0 && arguments_.seed_given->count() == 0) {
      return Usage("run: --temperature above 0 draws at random and needs --seed N");
    }
    engine_ = PAW_TRY(ParseEngine(arguments_.engine));
    options_.output_tokens_max = arguments_.max_tokens;
    options_.temperature = static_cast<float>(arguments_.temperature);
    options_.seed = arguments_.seed;
    options_.compat = arguments_.compat;
    options_.free_decoding = arguments_.free_decoding || arguments_.compat;
    if (arguments_.abstain_given->count() > 0) options_.abstain_below = arguments_.abstain;
    options_.cancel = context_.cancel;
    if (!arguments_.json_schema.empty()) {
      schema_text_ = PAW_TRY(PosixFs().ReadText(arguments_.json_schema, kSchemaBytesMax));
      options_.schema = PAW_TRY(JsonSchema::Parse(schema_text_, "reading " + arguments_.json_schema));
    }
    return Ok();
  }

  // What the hub is asked; the official tool sends only what was given, too.
  RemoteRun Remote() const {
    RemoteRun remote;
    remote.hub = arguments_.hub;
    remote.lines = lines_;
    remote.print_probabilities = arguments_.probabilities;
    HubCall& call = remote.call;
    call.program = reference_;
    call.input = input_;
    call.probabilities = arguments_.probabilities;
    if (arguments_.max_tokens_given->count() > 0) call.max_tokens = arguments_.max_tokens;
    if (arguments_.temperature_given->count() > 0) call.temperature = arguments_.temperature;
    if (arguments_.seed_given->count() > 0) call.seed = arguments_.seed;
    call.abstain_below = options_.abstain_below;
    call.json_schema = schema_text_;
    return remote;
  }

  // The official keys stand in an error too.
  int Refuse(const Status& status) {
    return context_.Fail(status, {{"program", reference_.empty() ? nlohmann::json() : nlohmann::json(reference_)}});
  }

  void Describe() {
    std::fprintf(stderr, "engine %s, %zu labels, interpreter %s\n", arguments_.engine.c_str(), program_->labels().size(),
                 Harmless(subject_.interpreter, false).c_str());
  }

  void Print(const std::string& input, const RunResult& result) {
    if (context_.json) {
      context_.PrintJson(AnswerJson(subject_, input, result));
      return;
    }
    const std::string text = AnswerText(result, arguments_.probabilities) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }

  int RunOne() {
    auto session = program_->NewSession(arguments_.threads);
    if (!session.ok()) return Refuse(session.status());
    const CancellableScope cancellable;
    auto result = session->Run(input_, options_);
    if (!result.ok()) return Refuse(result.status());
    Print(input_, *result);
    if (result->abstained) context_.Say("paw: no answer: the most probable one is below the --abstain bar");
    return 0;
  }

  // A line in, a line out; a line that fails gives an empty line and a message, and the exit code at the end.
  int RunLines() {
    auto session = program_->NewSession(arguments_.threads);
    if (!session.ok()) return Refuse(session.status());
    LineReader reader(STDIN_FILENO, kInputBytesMax);
    int exit_code = 0;
    std::size_t number = 0;
    for (bool more = true; more;) {
      std::vector<std::string> lines;
      do {
        auto line = reader.Next();
        if (!line.ok()) {
          more = false;
          exit_code = context_.Fail(line.status());
        } else if (line->has_value()) {
          lines.push_back(std::move(**line));
        } else {
          more = false;
        }
      } while (more && lines.size() < kLinesAtOnceMax && reader.Ready());
      const auto results = session->RunBatch(lines, options_);
      for (std::size_t i = 0; i < results.size(); ++i) {
        ++number;
        if (results[i].ok()) {
          Print(lines[i], *results[i]);
          continue;
        }
        if (!context_.json) std::fputc('\n', stdout);
        exit_code = context_.Fail(results[i].status().WithContext("line " + std::to_string(number)));
      }
      if (std::ferror(stdout) != 0) break;  // Context::Finish says why
    }
    return exit_code;
  }

  int RunBulk() {
    auto session = program_->NewSession(arguments_.threads);
    if (!session.ok()) return Refuse(session.status());
    ProgressBar bar(context_.ShowProgress());
    BulkOptions bulk;
    bulk.run = options_;
    bulk.input_path = arguments_.bulk.front();
    if (arguments_.bulk.size() > 1) bulk.output_path = arguments_.bulk.back();
    bulk.sink = [](std::string_view line) {
      if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) return Unavailable("writing the answers to the standard output");
      return Ok();
    };
    bulk.cancel = context_.cancel;
    bulk.progress = [&bar](const ProgressEvent& event) { bar.Update("run", event.done, event.total, event.note); };
    CancellableScope cancellable;
    const auto report = RunFile(PosixFs(), *program_, *session, bulk);
    bar.Clear();
    std::fflush(stdout);
    if (!report.ok()) return Refuse(report.status());
    const std::string summary = std::to_string(report->answered) + " rows answered in " + HumanSeconds(report->seconds) +
                                (report->resumed > 0 ? ", " + std::to_string(report->resumed) + " were there already" : "") +
                                (report->abstained > 0 ? ", " + std::to_string(report->abstained) + " without an answer" : "");
    if (context_.json && !bulk.output_path.empty()) {
      context_.PrintJson({{"rows", report->rows},
                          {"resumed", report->resumed},
                          {"answered", report->answered},
                          {"abstained", report->abstained},
                          {"failed", report->failed},
                          {"seconds", report->seconds}});
    } else {
      context_.Say(summary);
    }
    if (report->failed == 0) return 0;
    std::fprintf(stderr, "paw: run --jsonl %s: %lld of %lld rows could not be answered; their lines have \"error\"\n",
                 Harmless(bulk.input_path, false).c_str(), static_cast<long long>(report->failed), static_cast<long long>(report->rows));
    return ExitCodeOf(Code::kFailed);
  }

  Context& context_;
  Arguments& arguments_;
  std::string reference_, input_, schema_text_;
  bool lines_ = false;
  EngineKind engine_ = EngineKind::kNative;
  RunOptions options_;
  RunSubject subject_;
  std::shared_ptr<const Program> program_;
};

}  // namespace

void AddRunCommand(CLI::App& app, Context& context) {
  CLI::App* command = AddCommand(app, context, "run", "run a program on one input, on lines, or on a file", kFooter);
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  a.reference_given = command->add_option("REF", a.reference, "the program")->type_name("");
  a.input_given = command->add_option("INPUT", a.input, "the input; - reads lines from the standard input")->type_name("");
  command->add_option("--program", a.program_option, "the program, in the official spelling")->type_name("REF");
  a.input_option_given = command->add_option("--input", a.input_option, "the input, in the official spelling")->type_name("TEXT");
  command->add_flag("--base", a.base, "run the plain base model, without a program");
  command->add_option("--interpreter", a.interpreter, "the base of --base, by name or path")->type_name("NAME");
  command->add_option("--style", a.style, "the prompt wrapper of --base where paw does not know it: plain, chatml or qwen3");
  command->add_option("--jsonl", a.bulk, "run the rows of IN (JSONL with \"input\"), write OUT or stdout; resumable")
      ->expected(1, 2)
      ->type_name("IN [OUT]");
  a.max_tokens_given = command->add_option("--max-tokens", a.max_tokens, "tokens of an answer, at most")
                           ->check(CLI::Range(0, kGeneratedTokensMax))
                           ->capture_default_str();
  a.temperature_given = command->add_option("--temperature", a.temperature, "0 is greedy; above 0 draws")
                            ->check(CLI::Range(0.0, 100.0))
                            ->capture_default_str();
  a.seed_given = command->add_option("--seed", a.seed, "of the draws of --temperature");
  command->add_flag("--probs", a.probabilities, "print the probability of every label");
  a.abstain_given =
      command->add_option("--abstain", a.abstain, "no answer below this probability")->check(CLI::Range(0.0, 1.0))->type_name("P");
  command->add_option("--json-schema", a.json_schema, "the answer is a document of the JSON Schema in F; for open outputs")->type_name("F");
  command->add_flag("--free", a.free_decoding, "decode freely: no label set, no JSON grammar");
  command->add_flag("--compat", a.compat, "exactly what the official runtime does, for comparisons");
  command->add_option("--engine", a.engine, "native, llamacpp or reference")->capture_default_str();
  command->add_option("--threads", a.threads, "0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
  AddOfficialCacheOption(*command, context);
  command->add_flag("--remote", a.remote, "the hub runs the program and answers");
  AddHubOptions(*command, context, a.hub);
  command->add_flag("--verbose", a.verbose, "say which engine and base answer");
  command->callback([&context, arguments] { context.action = [&context, arguments] { return RunCommand(context, *arguments).Run(); }; });
}

}  // namespace paw::cli
