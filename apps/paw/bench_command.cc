// paw bench quality: compiles each task folder from its spec and train rows, tests it on its test rows, writes one table.
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/compile_view.h"
#include "apps/paw/quality_points.h"
#include "apps/paw/run_tests.h"
#include "apps/paw/terminal.h"
#include "base/text.h"
#include "compiler/compiler.h"
#include "compiler/written_examples.h"
#include "eval/task_folder.h"
#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

constexpr const char* kFooter =
    "A task folder holds spec.txt, train.jsonl, test.jsonl and task.json (name, metric, labels). A task whose licence does not allow\n"
    "training is skipped, but for --spec-only. The programs are not kept. The table is written again after every task, so an interrupted\n"
    "run keeps its rows.\n"
    "\n"
    "--tokens takes several amounts of training: each task is then compiled once for each, and --plot draws the learning curves.\n"
    "\n"
    "Examples:\n"
    "  paw bench quality tasks/banking77 tasks/snips_intent --minutes 15 --out quality.md\n"
    "  paw bench quality tasks/* --tokens 30000,100000,500000 --resume curve.jsonl --out curve.md --plot curve.svg\n"
    "  paw bench quality tasks/* --effort quick --limit 500 --json\n"
    "  paw bench quality tasks/* --spec-only --resume spec.jsonl --out spec.md\n"
    "  paw bench quality tasks/* --spec-only --write-examples 16 --effort quick\n"
    "  paw bench quality tasks/* --train-limit 32 --tokens 50000 --no-mapper";

struct Arguments {
  std::vector<std::string> folders;
  std::string out, plot, resume, base, profile, effort = "normal", engine = "native";
  bool spec_only = false, no_mapper = false;
  double minutes = 0;
  std::int64_t steps = 0, limit = 0, train_limit = 0;
  std::vector<std::int64_t> tokens;
  std::uint64_t seed = 1;
  std::int32_t written_examples = 0;
  int threads = 0;
};

std::string BudgetText(const CompileBudget& budget) {
  char minutes[32];
  switch (budget.kind) {
    case CompileBudget::Kind::kTokens:
      return "tokens " + std::to_string(budget.tokens);
    case CompileBudget::Kind::kSteps:
      return "steps " + std::to_string(budget.steps);
    case CompileBudget::Kind::kMinutes:
      std::snprintf(minutes, sizeof minutes, "minutes %g", budget.minutes);
      return minutes;
    case CompileBudget::Kind::kEffort:
      break;
  }
  return "effort " + budget.effort;
}

class QualityBench {
 public:
  QualityBench(Context& context, const Arguments& arguments, QualityPoints kept)
      : context_(context), arguments_(arguments), kept_(std::move(kept)) {}

  int Run() {
    int exit_code = 0;
    for (const std::string& folder : arguments_.folders) {
      const Status status = Measure(folder);
      if (status.ok()) continue;
      exit_code = context_.Fail(status.WithContext("bench quality " + folder));
      if (status.code() == Code::kInterrupted) break;
    }
    if (!context_.json && arguments_.out.empty() && !points_.empty()) std::fputs(Table().c_str(), stdout);
    return exit_code;
  }

 private:
  Status Measure(const std::string& folder) {
    const TaskFolder task = PAW_TRY(Load(folder));
    if (!task.trainable && !arguments_.spec_only) {
      context_.Warn(folder + ": skipped, its licence does not allow training");
      return Ok();
    }
    context_.Say(task.name + ": " + std::to_string(task.train.size()) + " rows to train on, " + std::to_string(task.test.size()) +
                 " to test");
    for (const CompileBudget& budget : Budgets()) PAW_TRY(MeasureOnce(task, budget));
    return Ok();
  }

  Result<TaskFolder> Load(const std::string& folder) {
    TaskFolder task = PAW_TRY(LoadTaskFolder(PosixFs(), folder));
    Cut(task.test, arguments_.limit);
    Cut(task.train, arguments_.train_limit);
    if (arguments_.spec_only) task.train.clear();
    return task;
  }

  Status MeasureOnce(const TaskFolder& task, const CompileBudget& budget) {
    const QualityKey key{task.name, Way(budget), arguments_.seed, task.train.size(), task.test.size()};
    const QualityPoint* kept = kept_.Find(key);
    if (kept != nullptr) {
      context_.Say(task.name + ", " + key.budget + ": taken from " + arguments_.resume);
      points_.push_back(*kept);
    } else {
      points_.push_back(PAW_TRY(CompileAndTest(task, budget, key)));
      PAW_TRY(kept_.Add(points_.back()));
    }
    if (context_.json) context_.PrintJson(points_.back());
    if (!arguments_.out.empty()) PAW_TRY(PosixFs().PublishFile(arguments_.out, Table()));
    return arguments_.plot.empty() ? Ok() : PosixFs().PublishFile(arguments_.plot, LearningCurves(points_));
  }

  Result<QualityPoint> CompileAndTest(const TaskFolder& task, const CompileBudget& budget, const QualityKey& key) {
    const EngineKind engine = PAW_TRY(ParseEngine(arguments_.engine));
    auto workspace = PAW_TRY(Workspace::Open({context_.cache_dir, arguments_.base, engine, arguments_.threads, context_.offline}));
    const auto start = std::chrono::steady_clock::now();
    CompileReport compiled = PAW_TRY(CompileTask(task, budget, *workspace));
    const double compile_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const auto record = compiled.bundle.manifest.paw;
    auto program = PAW_TRY(workspace->LoadBundle(std::move(compiled.bundle)));
    TestJob job;
    job.cases = task.test;
    job.metric = task.metric;
    job.threads = arguments_.threads;
    const TestReport report = PAW_TRY(RunCases(context_, *program, job));
    context_.Say(task.name + ": " + PercentWithInterval(report.score, report.score_interval));
    QualityPoint point = TestJson(report);
    point["task"] = key.task;
    point["budget"] = key.budget;
    point["seed"] = key.seed;
    point["n_train"] = key.train_rows;
    point["tokens"] = record ? record->training.value("tokens", std::int64_t{0}) : 0;
    point["compile_seconds"] = compile_seconds;
    point["held_out"] = record && record->held_out ? Json(record->held_out->score) : Json();
    return point;
  }

  // How the programs are made, as the table and the kept points say it.
  std::string Way(const CompileBudget& budget) const {
    const std::int32_t written = arguments_.written_examples;
    std::string text = arguments_.spec_only ? "spec only" : BudgetText(budget);
    if (arguments_.spec_only && written > 0) text += ", " + BudgetText(budget);
    if (written > 0) text += ", " + std::to_string(written) + " written a label";
    if (arguments_.no_mapper) text += ", no mapper";
    if (!arguments_.profile.empty()) text += ", mapper " + arguments_.profile;
    return text;
  }

  static void Cut(std::vector<TestCase>& rows, std::int64_t limit) {
    const auto keep = static_cast<std::size_t>(limit);
    if (limit <= 0 || rows.size() <= keep) return;
    // Evenly spread: a file sorted by label would give the first labels alone. i * size / keep >= i, so nothing is read after it was written.
    for (std::size_t i = 1; i < keep; ++i) rows[i] = rows[i * rows.size() / keep];
    rows.resize(keep);
  }

  std::vector<CompileBudget> Budgets() const {
    std::vector<CompileBudget> budgets;
    for (const std::int64_t tokens : arguments_.tokens) {
      budgets.emplace_back();
      budgets.back().kind = CompileBudget::Kind::kTokens;
      budgets.back().tokens = tokens;
    }
    if (!budgets.empty()) return budgets;
    CompileBudget& budget = budgets.emplace_back();
    budget.effort = arguments_.effort;
    budget.steps = arguments_.steps;
    budget.minutes = arguments_.minutes;
    if (budget.steps > 0) budget.kind = CompileBudget::Kind::kSteps;
    if (budget.minutes > 0) budget.kind = CompileBudget::Kind::kMinutes;
    return budgets;
  }

  Result<CompileReport> CompileTask(const TaskFolder& task, const CompileBudget& budget, Workspace& workspace) {
    CompileOptions options;
    options.budget = budget;
    options.seed = arguments_.seed;
    options.threads = arguments_.threads;
    options.cancel = context_.cancel;
    options.no_built_in_mapper = arguments_.no_mapper;
    options.written_examples = arguments_.written_examples;
    PAW_TRY(arguments_.profile.empty() ? workspace.ChooseBase(nullptr, "", options)
                                       : workspace.ChooseCompiler(arguments_.profile, true, "", options));
    std::vector<Example> examples;
    for (std::size_t i = 0; i < task.train.size(); ++i) {
      examples.push_back({task.train[i].input, task.train[i].output, static_cast<std::int32_t>(i + 1), false});
    }
    ExampleSet set;
    if (!examples.empty()) set = PAW_TRY(CheckExamples(std::move(examples), "train.jsonl"));
    CompileView view(context_);
    const CancellableScope cancellable;
    auto report = Compile(task.spec, set.rows, options, [&view](const CompileEvent& event) { view.OnEvent(event); });
    view.Finish();
    return report;
  }

  // The command that makes the table stands under it.
  std::string Table() const {
    std::string text = QualityTable(points_) + "\n`paw bench quality " + Join(arguments_.folders, " ");
    if (arguments_.spec_only) text += " --spec-only";
    if (arguments_.written_examples > 0) text += " --write-examples " + std::to_string(arguments_.written_examples);
    if (arguments_.spec_only && arguments_.written_examples == 0) {
      // nothing is trained
    } else if (!arguments_.tokens.empty()) {
      std::vector<std::string> amounts;
      for (const std::int64_t tokens : arguments_.tokens) amounts.push_back(std::to_string(tokens));
      text += " --tokens " + Join(amounts, ",");
    } else {
      text += " --" + BudgetText(Budgets().front());
    }
    if (arguments_.no_mapper) text += " --no-mapper";
    if (!arguments_.profile.empty()) text += " --profile " + arguments_.profile;
    if (arguments_.limit > 0) text += " --limit " + std::to_string(arguments_.limit);
    if (arguments_.train_limit > 0) text += " --train-limit " + std::to_string(arguments_.train_limit);
    return text + " --seed " + std::to_string(arguments_.seed) + "`\n";
  }

  Context& context_;
  const Arguments& arguments_;
  QualityPoints kept_;                // of this run and of earlier ones
  std::vector<QualityPoint> points_;  // what was asked for, in order
};

int RunQuality(Context& context, const Arguments& arguments) {
  auto kept = QualityPoints::Open(arguments.resume);
  if (!kept.ok()) return context.Fail(kept.status());
  return QualityBench(context, arguments, std::move(*kept)).Run();
}

}  // namespace

void AddBenchCommand(CLI::App& app, Context& context) {
  CLI::App* bench =
      AddCommand(app, context, "bench", "measure quality: on task folders, on specs",
                 "Examples:\n  paw bench quality tasks/banking77 --minutes 15\n  paw bench fuzzy corpus/test.jsonl --limit 500");
  bench->require_subcommand(1);
  AddBenchFuzzyCommand(*bench, context);
  AddBenchAnswerSetsCommand(*bench, context);
  CLI::App* command = AddCommand(*bench, context, "quality", "compile and test task folders, write a table", kFooter);
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command->add_option("DIR", a.folders, "task folders")->required()->type_name("...");
  CLI::Option* minutes = command->add_option("--minutes", a.minutes, "wall time of each compile")->check(CLI::Range(0.05, 1440.0));
  CLI::Option* steps = command->add_option("--steps", a.steps, "training steps of each compile")
                           ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000}));
  CLI::Option* effort =
      command->add_option("--effort", a.effort, "quick, normal or thorough")->check(CLI::IsMember({"quick", "normal", "thorough"}));
  CLI::Option* tokens = command->add_option("--tokens", a.tokens, "training tokens of each compile; several make a learning curve")
                            ->delimiter(',')
                            ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000'000}))
                            ->type_name("N[,N...]");
  minutes->excludes(steps)->excludes(effort)->excludes(tokens);
  steps->excludes(effort)->excludes(tokens);
  tokens->excludes(effort);
  CLI::Option* written =
      command
          ->add_option("--write-examples", a.written_examples, "the base writes N examples of each label itself (see `paw compile --help`)")
          ->check(CLI::Range(1, kWrittenExamplesMax))
          ->type_name("N");
  command->add_flag("--spec-only", a.spec_only,
                    "compile from spec.txt alone: no example is read, and nothing trained but on --write-examples");
  CLI::Option* profile =
      command->add_option("--profile", a.profile, "a compiler of `paw compiler list` in place of the one that paw ships");
  command->add_flag("--no-mapper", a.no_mapper, "no compiler: train from zero, or prompt the base")->excludes(profile);
  command->add_option("--plot", a.plot, "write the learning curves to this SVG file")->type_name("F.svg");
  command->add_option("--resume", a.resume, "keep what was measured in this JSONL file, and do not measure it again")->type_name("F.jsonl");
  command->add_option("--out", a.out, "write the table to this file")->type_name("F.md");
  command->add_option("--limit", a.limit, "test rows of a task, at most (evenly spread over the file)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command->add_option("--train-limit", a.train_limit, "train rows of a task, at most (evenly spread)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command->add_option("--seed", a.seed, "of everything that is drawn")->capture_default_str();
  command->add_option("--base", a.base, "the base, by name or path")->type_name("NAME");
  command->add_option("--engine", a.engine, "engine of the test: native, llamacpp or reference")->capture_default_str();
  command->add_option("--threads", a.threads, "0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
  command->callback([=, &context] {
    const bool budget = minutes->count() + steps->count() + effort->count() + tokens->count() > 0;
    if (arguments->spec_only && budget && written->count() == 0) {
      throw CLI::ValidationError("--spec-only trains nothing: found a budget, expected none, or --write-examples with it");
    }
    context.action = [&context, arguments] { return RunQuality(context, *arguments); };
  });
}

}  // namespace paw::cli
