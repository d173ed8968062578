// paw bench fuzzy: compiles every spec of a corpus file from the spec alone, runs its pairs, and reports the paper's metrics.
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapter/adapter.h"
#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/terminal.h"
#include "base/text.h"
#include "compiler/built_in.h"
#include "compiler/spec_compiler.h"
#include "eval/fuzzy.h"
#include "eval/fuzzy_report.h"
#include "eval/test_run.h"
#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

constexpr const char* kFooter =
    "FILE is a corpus file of tools/corpus/build.py (test.jsonl, families_test.jsonl), or JSON lines with spec, input and output, as the\n"
    "public rows of FuzzyBench are. Each spec becomes a program by the mapper, without training, and answers its pairs.\n"
    "\n"
    "Systems:\n"
    "  mapper    the LoRA that --mapper (a file of paw_train_mapper; default: the one that paw ships) gives for the spec\n"
    "  base      no LoRA: the base model prompted with the same text\n"
    "A mapper file of a fixed LoRA alone (paw_train_mapper --bases 0) is the control of that kind.\n"
    "\n"
    "Examples:\n"
    "  paw bench fuzzy corpus/test.jsonl --limit 500 --points points.jsonl --out report.md\n"
    "  paw bench fuzzy corpus/test.jsonl --limit 500 --system base --points points.jsonl --out report.md\n"
    "  paw bench fuzzy corpus/test.jsonl --limit 500 --mapper fixed/mapper.safetensors --name fixed --points points.jsonl";

constexpr std::int32_t kAnswerTokensMax = 200;

struct Arguments {
  std::string file, mapper, system = "mapper", name, points, out, html, adapter_type = "q4_0", base;
  std::size_t limit = 0, pairs = 0;
  bool free = false, deduce = false;
  std::uint64_t seed = 1;
  int threads = 0;
};

class FuzzyBench {
 public:
  FuzzyBench(Context& context, const Arguments& arguments) : context_(context), arguments_(arguments) {}

  Status Run() {
    PAW_TRY(ReadPoints());
    PAW_TRY(OpenAll());
    const std::vector<CorpusSpec> specs =
        PAW_TRY(ReadCorpus(PosixFs(), arguments_.file, arguments_.limit == 0 ? SIZE_MAX : arguments_.limit));
    ProgressBar bar(context_.ShowProgress());
    for (std::size_t i = 0; i < specs.size(); ++i) {
      PAW_TRY(CheckCancelled(context_.cancel, "bench fuzzy"));
      if (done_.insert(specs[i].id + "\n" + specs[i].noise + "\n" + name_).second) PAW_TRY(Measure(specs[i]));
      bar.Update("bench fuzzy", static_cast<double>(i + 1), static_cast<double>(specs.size()), name_);
    }
    bar.Clear();
    return Report();
  }

 private:
  Status ReadPoints() {
    name_ = arguments_.name.empty() ? arguments_.system : arguments_.name;
    if (arguments_.points.empty()) return Ok();
    if (PosixFs().Exists(arguments_.points)) {
      const Mapping file = PAW_TRY(PosixFs().Map(arguments_.points));
      std::string_view rest = file.text(), line;
      for (std::size_t number = 1; TakeLine(rest, line); ++number) {
        if (Trim(line).empty()) continue;
        const std::string what = "reading " + arguments_.points + ", line " + std::to_string(number);
        auto json = ParseJson(line, what);
        if (!json.ok() && rest.empty()) break;  // cut by a kill: measured again
        points_.push_back(PAW_TRY(PointFromJson(PAW_TRY(std::move(json)), what)));
        done_.insert(points_.back().id + "\n" + points_.back().noise + "\n" + points_.back().system);
      }
    }
    log_ = PAW_TRY(PosixFs().OpenLineLog(arguments_.points)).file;
    return Ok();
  }

  Status OpenAll() {
    auto workspace =
        PAW_TRY(Workspace::Open({context_.cache_dir, arguments_.base, EngineKind::kNative, arguments_.threads, context_.offline}));
    base_ = PAW_TRY(workspace->OpenNamedBase(arguments_.base));
    dtype_ = PAW_TRY(ParseAdapterType(arguments_.adapter_type));
    if (arguments_.system == "base") return Ok();
    MapperFile file = arguments_.mapper.empty() ? PAW_TRY(BuiltInMapper()) : PAW_TRY(OpenMapperFile(arguments_.mapper));
    compiler_ = PAW_TRY(SpecCompiler::Open(base_, std::move(file), arguments_.threads));
    return Ok();
  }

  Status Measure(const CorpusSpec& spec) {
    const Spec parsed = PAW_TRY(ParseSpec(spec.spec));
    const OutputContract contract = PAW_TRY(ContractOf(spec, parsed));
    std::optional<LoraWeights> lora;
    if (compiler_ != nullptr) lora = PAW_TRY(compiler_->Map(spec.spec));
    Bundle bundle = PAW_TRY(MakeSpecBundle(*base_, {spec.spec, Layout(), dtype_, arguments_.threads}, contract, lora ? &*lora : nullptr));
    const auto program = PAW_TRY(Program::Open(std::move(bundle), base_));
    Session session = PAW_TRY(program->NewSession(arguments_.threads));
    TestOptions options;
    options.run.output_tokens_max = kAnswerTokensMax;
    options.cancel = context_.cancel;
    std::vector<TestCase> cases;
    const std::size_t count = arguments_.pairs == 0 ? spec.pairs.size() : std::min(spec.pairs.size(), arguments_.pairs);
    for (std::size_t i = 0; i < count; ++i) cases.push_back({spec.pairs[i].input, spec.pairs[i].output, nullptr});
    std::vector<std::string> answers;
    for (const Result<RunResult>& answer : PAW_TRY(AnswerCases(session, cases, options)))
      answers.push_back(answer.ok() ? answer->output : "");
    points_.push_back(ScoreSpec(spec, name_, answers));
    return log_ == nullptr ? Ok() : log_->Write(WriteJson(PointToJson(points_.back())) + "\n");
  }

  // The prompt that the mapper was trained with.
  std::string Layout() const {
    if (compiler_ == nullptr) return "spec";
    const auto& metadata = compiler_->mapper().metadata();
    const auto found = metadata.find("layout");
    return found == metadata.end() ? "spec" : found->second;
  }

  // The outputs that the corpus says, that the spec's text shows, or none.
  Result<OutputContract> ContractOf(const CorpusSpec& spec, const Spec& parsed) const {
    OutputContract contract;
    if (arguments_.free) return contract;
    if (arguments_.deduce || spec.family.empty()) return DeduceOutputs(parsed, parsed.examples);
    contract.kind = spec.kind;
    contract.labels = spec.labels;
    if (spec.kind == OutputKind::kJson) {
      for (const CorpusPair& pair : spec.pairs) {
        if (!ParseJson(pair.output, "").ok()) contract.kind = OutputKind::kText;
      }
    }
    return contract;
  }

  Status Report() const {
    const std::string text = "`" + CommandLine() + "`\n\n" + FuzzyMarkdown(points_, arguments_.seed);
    if (!arguments_.out.empty()) PAW_TRY(PosixFs().PublishFile(arguments_.out, text));
    if (!arguments_.html.empty()) {
      PAW_TRY(PosixFs().PublishFile(arguments_.html, FuzzyHtml(points_, "paw bench fuzzy", CommandLine(), arguments_.seed)));
    }
    if (arguments_.out.empty() && !context_.json) std::fputs(text.c_str(), stdout);
    if (!context_.json) return Ok();
    std::vector<const FuzzyPoint*> mine;
    for (const FuzzyPoint& point : points_) {
      if (point.system == name_) mine.push_back(&point);
    }
    const auto score = [&](FuzzyMetric metric) {
      const FuzzyScore found = ScoreOf(mine, metric, arguments_.seed);
      return Json{{"mean", found.mean}, {"low", found.interval.low}, {"high", found.interval.high}};
    };
    context_.PrintJson({{"system", name_},
                        {"specs", mine.size()},
                        {"exact", score(FuzzyMetric::kExact)},
                        {"normalised", score(FuzzyMetric::kNormalised)},
                        {"similarity", score(FuzzyMetric::kSimilarity)}});
    return Ok();
  }

  std::string CommandLine() const {
    std::string text = "paw bench fuzzy " + arguments_.file;
    if (arguments_.limit > 0) text += " --limit " + std::to_string(arguments_.limit);
    if (arguments_.pairs > 0) text += " --pairs " + std::to_string(arguments_.pairs);
    if (arguments_.system != "mapper") text += " --system " + arguments_.system;
    if (!arguments_.mapper.empty()) text += " --mapper " + arguments_.mapper;
    if (arguments_.free) text += " --free";
    if (arguments_.deduce) text += " --labels-from-spec";
    return text + " --adapter-type " + arguments_.adapter_type;
  }

  Context& context_;
  const Arguments& arguments_;
  std::string name_;
  std::shared_ptr<BaseModel> base_;
  std::unique_ptr<SpecCompiler> compiler_;
  DType dtype_ = DType::kQ4_0;
  std::vector<FuzzyPoint> points_;
  std::set<std::string> done_;
  std::unique_ptr<WritableFile> log_;
};

}  // namespace

void AddBenchFuzzyCommand(CLI::App& bench, Context& context) {
  CLI::App* command = AddCommand(bench, context, "fuzzy", "run the specs of a corpus file, report the paper's metrics", kFooter);
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command->add_option("FILE", a.file, "a corpus file, or rows of spec, input and output")->required();
  command->add_option("--system", a.system, "mapper or base")->check(CLI::IsMember({"mapper", "base"}))->capture_default_str();
  command->add_option("--mapper", a.mapper, "a mapper's file, .safetensors or .gguf")->type_name("F");
  command->add_option("--name", a.name, "the system's name in the points and the report")->type_name("NAME");
  command->add_flag("--free", a.free, "decode freely: no closed label sets, no JSON rules");
  command->add_flag("--labels-from-spec", a.deduce, "the outputs that the spec's text shows, in place of those that the corpus knows");
  command->add_option("--limit", a.limit, "specs, at most (the first)")->type_name("N");
  command->add_option("--pairs", a.pairs, "pairs of a spec, at most (the first)")->type_name("N");
  command->add_option("--adapter-type", a.adapter_type, "q4_0, q5_0, q8_0 or f16")->capture_default_str();
  command->add_option("--points", a.points, "keep one line a spec in this file, and do not measure it again")->type_name("F.jsonl");
  command->add_option("--out", a.out, "write the report to this file")->type_name("F.md");
  command->add_option("--html", a.html, "write it as a page with plots")->type_name("F.html");
  command->add_option("--base", a.base, "the base, by name or path")->type_name("NAME");
  command->add_option("--seed", a.seed, "of the bootstrap")->capture_default_str();
  command->add_option("--threads", a.threads, "0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
  command->callback([&context, arguments] {
    context.action = [&context, arguments] {
      const CancellableScope cancellable;
      const Status status = FuzzyBench(context, *arguments).Run();
      return status.ok() ? context.Finish(0) : context.Fail(status);
    };
  });
}

}  // namespace paw::cli
