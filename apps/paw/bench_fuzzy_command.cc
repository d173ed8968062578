// paw bench fuzzy: compiles every spec of a corpus file from the spec alone, runs its pairs, and reports the paper's metrics.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "adapter/adapter.h"
#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/terminal.h"
#include "base/sha256.h"
#include "base/text.h"
#include "compiler/answer_set.h"
#include "compiler/built_in.h"
#include "compiler/measure_spec.h"
#include "compiler/spec_compiler.h"
#include "eval/fuzzy_points.h"
#include "eval/fuzzy_report.h"
#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

constexpr const char* kFooter =
    "FILE is a corpus file of tools/corpus/build.py (test.jsonl, families_test.jsonl), or JSON lines with spec, input and output, as the\n"
    "public rows of FuzzyBench are. Each spec becomes a program by the mapper, without training, and answers its pairs. A spec that "
    "cannot\n"
    "be run counts as wrong, and the report says how many there are.\n"
    "\n"
    "Systems:\n"
    "  mapper    the LoRA that --mapper (a file of paw_train_mapper; default: the one that paw ships) gives for the spec\n"
    "  base      no LoRA: the base model prompted with the same text\n"
    "A mapper file of a fixed LoRA alone (paw_train_mapper --bases 0) is the control of that kind. The report is of the specs of FILE "
    "(the\n"
    "first --limit) and of all systems that the file of --resume holds, and has the paired difference of each to the first.\n"
    "\n"
    "Examples:\n"
    "  paw bench fuzzy examples/everyday.jsonl\n"
    "  paw bench fuzzy corpus/test.jsonl --limit 500 --resume points.jsonl --out report.md\n"
    "  paw bench fuzzy corpus/test.jsonl --limit 500 --system base --resume points.jsonl --out report.md\n"
    "  paw bench fuzzy corpus/test.jsonl --limit 500 --mapper fixed/mapper.safetensors --name fixed --resume points.jsonl --out report.md";

constexpr std::size_t kDigestDigits = 16;  // of a file's SHA-256 among the settings

struct Arguments {
  std::string file, mapper, system = "mapper", name, resume, out, html, adapter_type = "q4_0", base;
  std::size_t limit = 0, pairs = 0;
  bool free = false, deduce = false, no_reader = false;
  std::uint64_t seed = 1;
  int threads = 0;
};

// A word of a command line as a shell reads it back.
std::string ShellWord(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  return "'" + ReplaceAll(word, "'", "'\\''") + "'";
}

// The command that measures and reports the same again.
std::string CommandLine(const Arguments& a) {
  std::string text = "paw bench fuzzy " + ShellWord(a.file);
  const auto add = [&text](const char* option, const std::string& value) {
    if (!value.empty()) text += std::string(" ") + option + " " + ShellWord(value);
  };
  add("--limit", a.limit == 0 ? "" : std::to_string(a.limit));
  add("--pairs", a.pairs == 0 ? "" : std::to_string(a.pairs));
  add("--system", a.system == "mapper" ? "" : a.system);
  add("--mapper", a.mapper);
  add("--name", a.name);
  if (a.free) text += " --free";
  if (a.deduce) text += " --labels-from-spec";
  if (a.no_reader) text += " --no-reader";
  add("--adapter-type", a.adapter_type);
  add("--base", a.base);
  add("--resume", a.resume);
  add("--seed", a.seed == 1 ? "" : std::to_string(a.seed));
  return text;
}

struct ChosenMapper {
  MapperFile file;
  std::string sha256;
};

Result<ChosenMapper> ChooseMapper(const std::string& path, const BaseModel& base) {
  if (!path.empty()) {
    const auto file = std::make_shared<const Mapping>(PAW_TRY(PosixFs().Map(path)));
    return ChosenMapper{PAW_TRY(ReadMapperFile(file, path)), Sha256Hex(file->bytes())};
  }
  const CompilerProfile* own = BuiltInCompiler();
  if (own == nullptr || own->interpreter != base.sha256()) {
    return NotFound(
        "choosing a mapper: found none for this base in this build of paw, expected one; --mapper F names a file, --system base "
        "goes without");
  }
  return ChosenMapper{PAW_TRY(BuiltInMapper()), own->files.front().sha256};
}

Status CheckName(const std::string& name) {
  const bool plain = Trim(name) == name && Printable(name) == ReplaceAll(name, "\\", "\\\\");
  if (plain) return Ok();
  return Usage("bench fuzzy: --name: found " + Quoted(name) + ", expected one line of printable UTF-8, at most " +
               std::to_string(kShownBytesMax) + " bytes, no blanks at its ends");
}

// What is written must be no other file of the command, however it is spelt.
Status CheckPaths(const Arguments& a) {
  const std::vector<std::pair<const char*, const std::string*>> paths = {
      {"FILE", &a.file}, {"--mapper", &a.mapper}, {"--resume", &a.resume}, {"--out", &a.out}, {"--html", &a.html}};
  std::map<std::filesystem::path, const char*> seen;
  for (const auto& [what, path] : paths) {
    if (path->empty()) continue;
    std::error_code error;
    std::filesystem::path whole = std::filesystem::absolute(*path, error);
    if (!error) whole = std::filesystem::weakly_canonical(whole, error);
    if (error) whole = *path;  // reading or writing it will say what is wrong
    const auto [other, is_new] = seen.emplace(whole, what);
    if (is_new) continue;
    return Usage(std::string("bench fuzzy: found the file ") + Printable(*path, kPathBytesMax) + " as " + other->second + " and as " +
                 what + ", expected two files");
  }
  return Ok();
}

// Whether a report can be written, found out before hours of measuring.
Status CheckTarget(const std::string& path) {
  if (path.empty()) return Ok();
  const Result<FileFacts> facts = PosixFs().Stat(path);
  if (facts.ok() && facts->kind == FileKind::kFolder) {
    return Usage("bench fuzzy: found the folder " + Printable(path, kPathBytesMax) + ", expected the name of a file to write");
  }
  PAW_TRY(PosixFs().BeginPublication(path));  // its temporary is removed again
  return Ok();
}

Status CheckArguments(const Arguments& a) {
  if (!a.mapper.empty() && a.system == "base") {
    return Usage("bench fuzzy: found --mapper with --system base, which has no mapper, expected one of the two");
  }
  PAW_TRY(CheckName(a.name));
  PAW_TRY(CheckPaths(a));
  PAW_TRY(CheckTarget(a.out));
  return CheckTarget(a.html);
}

class FuzzyBench {
 public:
  FuzzyBench(Context& context, const Arguments& arguments) : context_(context), arguments_(arguments) {}

  Status Run() {
    specs_ = PAW_TRY(ReadCorpus(PosixFs(), arguments_.file, arguments_.limit == 0 ? SIZE_MAX : arguments_.limit));
    PAW_TRY(OpenAll());
    points_ = PAW_TRY(FuzzyPoints::Open(PosixFs(), arguments_.resume));
    PAW_TRY(MeasureMissing());
    return Report();
  }

 private:
  Status MeasureMissing() {
    const std::vector<const CorpusSpec*> missing = PAW_TRY(points_.Missing(run_, specs_));
    ProgressBar bar(context_.ShowProgress());
    std::size_t done = specs_.size() - missing.size();
    for (const CorpusSpec* spec : missing) {
      PAW_TRY(CheckCancelled(context_.cancel, "bench fuzzy"));
      FuzzyPoint point = PAW_TRY(MeasureSpec(base_, compiler_.get(), *spec, options_));
      point.run = run_;
      PAW_TRY(points_.Add(std::move(point)));
      bar.Update("bench fuzzy", static_cast<double>(++done), static_cast<double>(specs_.size()), run_.system);
    }
    bar.Clear();
    return Ok();
  }

  Status OpenAll() {
    auto workspace =
        PAW_TRY(Workspace::Open({context_.cache_dir, arguments_.base, EngineKind::kNative, arguments_.threads, context_.offline}));
    base_ = PAW_TRY(workspace->OpenNamedBase(arguments_.base));
    options_.outputs = arguments_.free ? OutputsFrom::kNowhere : arguments_.deduce ? OutputsFrom::kSpec : OutputsFrom::kCorpus;
    options_.pairs_max = arguments_.pairs;
    options_.dtype = PAW_TRY(ParseAdapterType(arguments_.adapter_type));
    options_.threads = arguments_.threads;
    options_.cancel = context_.cancel;
    if (!arguments_.no_reader) reader_ = PAW_TRY(AnswerSetReader::OpenBuiltIn(base_));
    options_.reader = reader_.get();
    std::string mapper = "none";
    if (arguments_.system == "mapper") {
      ChosenMapper chosen = PAW_TRY(ChooseMapper(arguments_.mapper, *base_));
      compiler_ = PAW_TRY(SpecCompiler::Open(base_, std::move(chosen.file), arguments_.threads));
      mapper = chosen.sha256.substr(0, kDigestDigits);
    }
    run_ = {arguments_.name.empty() ? arguments_.system : arguments_.name, CommandLine(arguments_), Settings(mapper)};
    return Ok();
  }

  std::map<std::string, std::string> Settings(const std::string& mapper) const {
    return {{"mapper", mapper},
            {"base", base_->sha256().substr(0, kDigestDigits)},
            {"engine", base_->lm().engine_id() + " " + base_->lm().engine_version()},
            {"adapter_type", arguments_.adapter_type},
            {"outputs", arguments_.free     ? "free"
                        : arguments_.deduce ? "spec"
                                            : "corpus"},
            {"reader", reader_ ? BuiltInReaderFingerprint() : "none"},
            {"pairs", arguments_.pairs == 0 ? "all" : std::to_string(arguments_.pairs)},
            {"answer_tokens", std::to_string(kMeasuredTokensMax)},
            {"measure", std::string(kMeasureVersion)}};
  }

  // What was measured is shown even where a report cannot be written.
  Status Report() const {
    const FuzzySelection chosen = points_.Among(specs_);
    FuzzyReport report = MakeFuzzyReport(chosen.points, arguments_.seed);
    report.left_out = chosen.left_out;
    const std::string text = FuzzyMarkdown(report);
    const Status out = arguments_.out.empty() ? Ok() : PosixFs().PublishFile(arguments_.out, text);
    const Status html = arguments_.html.empty() ? Ok() : PosixFs().PublishFile(arguments_.html, FuzzyHtml(report, "paw bench fuzzy"));
    std::vector<const FuzzyPoint*> mine;
    for (const FuzzyPoint& point : chosen.points) {
      if (point.run.system == run_.system) mine.push_back(&point);
    }
    for (const std::string& remark : RemarksOn(mine)) context_.Warn(run_.system + ": " + remark);
    if (chosen.left_out > 0) context_.Say("bench fuzzy: points of other specs left out: " + std::to_string(chosen.left_out));
    if (context_.json) {
      context_.PrintJson(Summary(mine, chosen.left_out));
    } else if (arguments_.out.empty() || !out.ok()) {
      std::fputs(ForStdout(text).c_str(), stdout);
    }
    PAW_TRY(out);
    PAW_TRY(html);
    return CheckAnyRan(mine);
  }

  static Status CheckAnyRan(const std::vector<const FuzzyPoint*>& mine) {
    if (ProblemsAmong(mine) < static_cast<std::ptrdiff_t>(mine.size())) return Ok();
    return Refused("bench fuzzy: found no spec of " + std::to_string(mine.size()) +
                   " that could be run, expected one or more; the first, " + Quoted(mine.front()->id) + ": " +
                   Printable(mine.front()->problem));
  }

  static std::ptrdiff_t ProblemsAmong(const std::vector<const FuzzyPoint*>& points) {
    return std::count_if(points.begin(), points.end(), [](const FuzzyPoint* point) { return !point->problem.empty(); });
  }

  Json Summary(const std::vector<const FuzzyPoint*>& mine, std::size_t left_out) const {
    std::size_t failed = 0;
    for (const FuzzyPoint* point : mine) failed += point->failed;
    const auto score = [&](FuzzyMetric metric) {
      const FuzzyScore found = ScoreOf(mine, metric, arguments_.seed);
      return Json{{"mean", found.mean}, {"low", found.interval.low}, {"high", found.interval.high}};
    };
    return {{"system", run_.system},
            {"specs", mine.size()},
            {"problems", ProblemsAmong(mine)},
            {"failed_answers", failed},
            {"left_out", left_out},
            {"exact", score(FuzzyMetric::kExact)},
            {"normalised", score(FuzzyMetric::kNormalised)},
            {"similarity", score(FuzzyMetric::kSimilarity)}};
  }

  Context& context_;
  const Arguments& arguments_;
  std::vector<CorpusSpec> specs_;
  FuzzyPoints points_;  // of this run, of earlier ones and of other systems, also of other specs
  FuzzyRun run_;
  std::shared_ptr<BaseModel> base_;
  std::unique_ptr<SpecCompiler> compiler_;   // null: the base alone
  std::unique_ptr<AnswerSetReader> reader_;  // null: the rules alone find labels in a spec
  MeasureOptions options_;
};

Status RunFuzzy(Context& context, const Arguments& arguments) {
  const CancellableScope cancellable;
  PAW_TRY(CheckArguments(arguments));
  return FuzzyBench(context, arguments).Run();
}

}  // namespace

void AddBenchFuzzyCommand(CLI::App& bench, Context& context) {
  CLI::App* command = AddCommand(bench, context, "fuzzy", "run the specs of a corpus file, report the paper's metrics", kFooter);
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command->add_option("FILE", a.file, "a corpus file, or rows of spec, input and output")->required();
  command->add_option("--system", a.system, "mapper or base")->check(CLI::IsMember({"mapper", "base"}))->capture_default_str();
  command->add_option("--mapper", a.mapper, "a mapper's file, .safetensors or .gguf")->type_name("F");
  command->add_option("--name", a.name, "the system's name in the points and the report")->type_name("NAME");
  CLI::Option* free = command->add_flag("--free", a.free, "decode freely: no closed label sets, no JSON rules");
  command->add_flag("--labels-from-spec", a.deduce, "the outputs that the spec's text shows, in place of those that the corpus knows")
      ->excludes(free);
  command->add_flag("--no-reader", a.no_reader, "labels that rules find in a spec's text alone, none that a model reads there");
  command->add_option("--limit", a.limit, "specs, at most (the first)")->type_name("N");
  command->add_option("--pairs", a.pairs, "pairs of a spec, at most (the first)")->type_name("N");
  command->add_option("--adapter-type", a.adapter_type, "q4_0, q5_0, q8_0 or f16")->capture_default_str();
  command->add_option("--resume", a.resume, "keep what was measured in this JSONL file, and do not measure it again")->type_name("F.jsonl");
  command->add_option("--out", a.out, "write the report to this file")->type_name("F.md");
  command->add_option("--html", a.html, "write it as a page with plots")->type_name("F.html");
  command->add_option("--base", a.base, "the base, by name or path")->type_name("NAME");
  command->add_option("--seed", a.seed, "of the bootstrap")->capture_default_str();
  command->add_option("--threads", a.threads, "0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
  command->callback([&context, arguments] {
    context.action = [&context, arguments] {
      const Status status = RunFuzzy(context, *arguments);
      return status.ok() ? context.Finish(0) : context.Fail(status);
    };
  });
}

}  // namespace paw::cli
