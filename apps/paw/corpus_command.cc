// paw corpus synth: a corpus for training a mapper, from a language model that the user names.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "apps/paw/command.h"
#include "apps/paw/compile_view.h"
#include "apps/paw/teacher_options.h"
#include "base/limits.h"
#include "base/text.h"
#include "corpus/synth_folder.h"
#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

constexpr const char* kFooter =
    "Asks the model behind an OpenAI-compatible endpoint (POST URL/chat/completions) three things: for specifications, eight a call,\n"
    "theme by theme, half of the calls with examples in them; for pairs of each specification; and, as a check, for the output of\n"
    "each input alone. --check-model NAME is asked the last (none: the same model again). Pairs whose outputs agree are kept (labels\n"
    "exactly, JSON by value, text but for white space); a specification that keeps fewer than four is dropped.\n"
    "\n"
    "DIR gets train.jsonl, valid.jsonl, test.jsonl, families_valid.jsonl (themes that are never trained on) and corpus.json: what\n"
    "paw_train_mapper train reads. Every reply is kept in the cache: a run that was stopped, or one for more specifications, goes on\n"
    "from there and asks nothing twice, but for questions of which no answer could be read. The same replies make the same corpus; where\n"
    "--teacher-limit cuts a run off with --teacher-parallel above 1, the order in which replies came decides what it holds.\n"
    "A key is taken from PAW_TEACHER_KEY. docs/corpus.md says more.\n"
    "\n"
    "DIR is no place for files of yours: one of these names that no run wrote is refused, and so is a corpus of another endpoint,\n"
    "model, seed, areas or pairs, or one with more specifications (--replace lets these two go).\n"
    "\n"
    "Areas: core, search, classification, code, safety, agentic, repair.\n"
    "\n"
    "Examples:\n"
    "  paw corpus synth --teacher http://127.0.0.1:8000/v1 --teacher-model NAME --specs 2000 --out corpus\n"
    "  paw corpus synth --teacher http://127.0.0.1:8000/v1 --teacher-model NAME --check-model OTHER --teacher-limit 5000000 --out corpus\n"
    "  paw corpus synth --teacher http://127.0.0.1:8000/v1 --teacher-model NAME --areas classification repair --specs 500 --out mine";

struct Arguments {
  TeacherArguments teacher;
  std::string out;
  std::int64_t specs = 1000;
  std::vector<std::string> areas;
  std::uint64_t seed = 1;
  bool replace = false;
  bool offline = false;
};

class SynthCommand {
 public:
  SynthCommand(Context& context, const Arguments& arguments) : context_(context), arguments_(arguments), view_(context) {}

  int Run() {
    const Status status = Work();
    view_.Finish();
    return status.ok() ? context_.Finish(0) : context_.Fail(status);
  }

 private:
  Status Work() {
    if (context_.offline || arguments_.offline) return Usage("corpus synth: found --offline, expected leave to reach the model");
    PAW_TRY(ShownUrl(arguments_.teacher.url));
    SynthOptions options;
    options.teacher.root = context_.cache_dir;
    PAW_TRY(ConnectTeacher(arguments_.teacher, options.teacher));
    options.teacher.pairs = arguments_.teacher.pairs;
    options.teacher.seed = arguments_.seed;
    options.teacher.cancel = context_.cancel;
    options.specs = arguments_.specs;
    options.areas = arguments_.areas;
    const std::unique_ptr<Http> http = PAW_TRY(OpenHttp());
    const Json settings = PAW_TRY(SynthSettings(PosixFs(), *http, options));
    SynthFolder folder = PAW_TRY(SynthFolder::Open(PosixFs(), {arguments_.out, settings, options.specs, arguments_.replace}));
    begin_ = PosixFs().SteadySeconds();
    const CancellableScope cancellable;
    SynthReport report = PAW_TRY(Synthesise(PosixFs(), *http, options, [this](const SynthEvent& event) { Show(event); }));
    view_.Finish();
    const auto files = folder.Write(report);
    if (!files.ok()) return Status(files.code(), files.message() + "; every reply is kept in " + Printable(report.journal, kPathBytesMax));
    for (const std::string& warning : report.warnings) context_.Warn(warning);
    Print(report, *files);
    return Ok();
  }

  void Show(const SynthEvent& event) {
    if (event.row != nullptr && context_.json) {
      context_.PrintJson({{"id", event.row->id},
                          {"area", event.row->area},
                          {"theme", event.row->theme},
                          {"split", event.row->split},
                          {"kind", event.row->kind},
                          {"pairs", event.row->pairs}});
    }
    CompileEvent shown;
    shown.stage = "specs";
    shown.step = event.progress.kept;
    shown.steps = event.progress.wanted;
    shown.seconds = PosixFs().SteadySeconds() - begin_;
    shown.note = SynthCounts(event.progress) + (event.note.empty() ? "" : "; " + event.note);
    view_.OnEvent(shown);
  }

  void Print(const SynthReport& report, const std::vector<SynthFile>& files) const {
    const SynthProgress& progress = report.progress;
    if (context_.json) {
      Json list = Json::object();
      for (const SynthFile& file : files) list[file.name] = {{"specs", file.specs}, {"pairs", file.pairs}, {"sha256", file.sha256}};
      context_.PrintJson({{"out", arguments_.out},
                          {"specs", progress.kept},
                          {"pairs", progress.pairs},
                          {"calls", progress.calls},
                          {"asked", progress.asked},
                          {"tokens", progress.tokens},
                          {"dropped_specs", progress.dropped_specs},
                          {"dropped_pairs", progress.dropped_pairs},
                          {"files", list},
                          {"warnings", report.warnings},
                          {"journal", report.journal}});
      return;
    }
    context_.Say(std::to_string(progress.kept) + " specs with " + std::to_string(progress.pairs) + " pairs in " + SynthCounts(progress));
    for (const SynthFile& file : files) {
      std::printf("%s: %lld specs, %lld pairs\n", file.name.c_str(), static_cast<long long>(file.specs),
                  static_cast<long long>(file.pairs));
    }
  }

  Context& context_;
  const Arguments& arguments_;
  CompileView view_;
  double begin_ = 0;
};

void AddSynthCommand(CLI::App& corpus, Context& context) {
  CLI::App* command = AddCommand(corpus, context, "synth", "specs and pairs from a language model that you name", kFooter);
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  a.teacher.pairs = 8;
  const std::vector<CLI::Option*> endpoint = AddEndpointOptions(*command, a.teacher, "the OpenAI-compatible address of the language model");
  endpoint[0]->required();
  endpoint[1]->required();
  command->add_option("--check-model,--teacher-check-model", a.teacher.check_model, "the model there that checks the pairs; none: the same")
      ->type_name("NAME")
      ->group("Teacher");
  command->add_option("--out", a.out, "the folder of the corpus: new, empty, or of an earlier run")->required()->type_name("DIR");
  command->add_option("--specs", a.specs, "how many specifications to come to")
      ->check(CLI::Range(std::int64_t{1}, kSynthSpecsMax))
      ->capture_default_str();
  command->add_option("--pairs", a.teacher.pairs, "pairs to ask for, of each")
      ->check(CLI::Range(kSynthPairsMin, kSynthPairsMax))
      ->capture_default_str();
  command->add_option("--areas", a.areas, "some of the seven areas; none: all")->type_name("AREA...")->delimiter(',');
  command->add_option("--seed", a.seed, "of what the questions draw: another seed, another corpus")->capture_default_str();
  command->add_flag("--replace", a.replace, "let a corpus of other settings, or one with more specifications, go from DIR");
  command->add_flag("--offline", a.offline, "refused: this command is nothing without a network");
  command->callback([&context, arguments] { context.action = [&context, arguments] { return SynthCommand(context, *arguments).Run(); }; });
}

}  // namespace

void AddCorpusCommand(CLI::App& app, Context& context) {
  CLI::App* corpus =
      AddCommand(app, context, "corpus", "make a corpus to train a mapper on",
                 "Examples:\n  paw corpus synth --teacher http://127.0.0.1:8000/v1 --teacher-model NAME --specs 2000 --out corpus");
  corpus->require_subcommand(1);
  AddSynthCommand(*corpus, context);
}

}  // namespace paw::cli
