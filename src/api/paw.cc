// The C++ API: thin handles over the workspace, the compiler and the runtime.
#include "paw/paw.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "api/workspace.h"

namespace paw {
namespace {

constexpr auto kCancelPoll = std::chrono::milliseconds(20);

Result<RunOptions> RunOptionsOf(const CallOptions& options) {
  RunOptions run;
  run.output_tokens_max = options.output_tokens_max;
  run.temperature = options.temperature;
  run.seed = options.seed;
  run.probabilities = options.probabilities;
  run.abstain_below = options.abstain_below;
  if (!options.json_schema.empty()) run.schema = PAW_TRY(JsonSchema::Parse(options.json_schema, "reading the JSON Schema"));
  return run;
}

Result<Answer> AnswerOf(Result<RunResult> result) {
  if (!result.ok()) return result.status();
  RunResult& run = *result;
  Answer answer{std::move(run.output), run.abstained, run.rejected, run.probability, {}, run.tokens_in, run.tokens_out, run.milliseconds};
  answer.labels.reserve(run.labels.size());
  for (LabelProbability& label : run.labels) answer.labels.push_back({std::move(label.label), label.probability});
  return answer;
}

// Carries the caller's flag to the compiler's, between the events too.
class CancelWatch {
 public:
  explicit CancelWatch(const std::atomic<bool>* asked) {
    if (asked != nullptr) thread_ = std::thread([this, asked] { Watch(*asked); });
  }
  ~CancelWatch() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  CancelWatch(const CancelWatch&) = delete;
  CancelWatch& operator=(const CancelWatch&) = delete;
  CancelFlag& flag() { return flag_; }

 private:
  void Watch(const std::atomic<bool>& asked) {
    std::unique_lock lock(mutex_);
    while (!done_) {
      if (asked.load()) flag_.Cancel();
      changed_.wait_for(lock, kCancelPoll);
    }
  }

  CancelFlag flag_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

Result<CompileBudget> BudgetOf(const CompileRequest& request) {
  CompileBudget budget;
  if (request.steps < 0 || request.minutes < 0) return Usage("compile: found a negative budget, expected steps or minutes above 0");
  if (request.steps > 0) {
    budget.kind = CompileBudget::Kind::kSteps;
    budget.steps = request.steps;
  } else if (request.minutes > 0) {
    budget.kind = CompileBudget::Kind::kMinutes;
    budget.minutes = request.minutes;
  }
  if (!request.effort.empty()) budget.effort = request.effort;
  return budget;
}

CompileProgress ProgressOf(const CompileEvent& event) {
  return {event.stage, event.step, event.steps, event.loss, event.held_out, event.seconds, event.note};
}

}  // namespace

std::string_view Version() { return PAW_VERSION; }

struct Function::Impl {
  // A session and what keeps its program from being closed meanwhile.
  struct Taken {
    std::shared_ptr<const Program> program;
    Session session;
  };

  std::shared_ptr<Workspace> workspace;  // may be left by its Library
  std::shared_ptr<Scheduler> scheduler;  // shared with the library's other functions; may be null
  std::shared_ptr<ResidentProgram> resident;
  std::string program_id, spec;
  std::vector<std::string> labels;
  bool calibration_stale = false;
  std::mutex mutex;
  std::vector<Taken> idle;  // guarded by mutex

  // A session on the shared engine costs nothing to make, so none is kept; others hold an evaluated prompt.
  Result<Taken> Take() {
    if (scheduler == nullptr) {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        Taken taken = std::move(idle.back());
        idle.pop_back();
        return taken;
      }
    }
    std::shared_ptr<const Program> program = PAW_TRY(resident->Take());
    Session session = PAW_TRY(scheduler != nullptr ? program->NewSession(*scheduler) : program->NewSession());
    return Taken{std::move(program), std::move(session)};
  }
  void GiveBack(Taken taken) {
    if (scheduler != nullptr) return;
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(taken));
  }
};

Function::Function(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<Answer> Function::Call(std::string_view input, const CallOptions& options) const {
  const RunOptions run = PAW_TRY(RunOptionsOf(options));
  Impl::Taken taken = PAW_TRY(impl_->Take());
  auto result = taken.session.Run(input, run);
  impl_->GiveBack(std::move(taken));
  return AnswerOf(std::move(result));
}

std::vector<Result<Answer>> Function::CallBatch(std::span<const std::string> inputs, const CallOptions& options) const {
  std::vector<Result<Answer>> answers;
  answers.reserve(inputs.size());
  const auto run = RunOptionsOf(options);
  auto taken = run.ok() ? impl_->Take() : Result<Impl::Taken>(run.status());
  if (!taken.ok()) {
    for (std::size_t i = 0; i < inputs.size(); ++i) answers.emplace_back(taken.status());
    return answers;
  }
  for (Result<RunResult>& result : taken->session.RunBatch(inputs, *run)) answers.push_back(AnswerOf(std::move(result)));
  impl_->GiveBack(std::move(*taken));
  return answers;
}

const std::string& Function::program_id() const { return impl_->program_id; }
const std::string& Function::spec() const { return impl_->spec; }
const std::vector<std::string>& Function::labels() const { return impl_->labels; }
bool Function::calibration_stale() const { return impl_->calibration_stale; }

struct Library::Impl {
  std::shared_ptr<Workspace> workspace;  // a Function may outlive its Library
};

Library::Library(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<Library> Library::Open(const LibraryOptions& options) {
  const EngineKind engine = PAW_TRY(ParseEngine(options.engine));
  auto impl = std::make_shared<Impl>();
  WorkspaceOptions workspace = {options.cache_dir, options.base, engine, options.threads, true};
  workspace.resident_bytes_max = options.resident_bytes_max;
  impl->workspace = PAW_TRY(Workspace::Open(workspace));
  return Library(std::move(impl));
}

Result<Function> Library::Load(const std::string& reference) const {
  auto impl = std::make_shared<Function::Impl>();
  impl->workspace = impl_->workspace;
  impl->resident = PAW_TRY(impl_->workspace->LoadResident(reference));
  const std::shared_ptr<const Program> program = PAW_TRY(impl->resident->Take());
  impl->scheduler = PAW_TRY(impl_->workspace->SchedulerOf(program->base()));
  impl->program_id = program->manifest().program_id;
  impl->spec = program->manifest().spec;
  impl->labels = program->labels();
  impl->calibration_stale = program->calibration_stale();
  return Function(std::move(impl));
}

Result<Compiled> Library::Compile(const CompileRequest& request) const {
  Workspace& workspace = *impl_->workspace;
  CompileOptions options;
  options.budget = PAW_TRY(BudgetOf(request));
  options.seed = request.seed;
  options.outputs = PAW_TRY(ParseOutputsAsked(request.outputs));
  options.reject_label = request.reject_label;
  options.threads = workspace.options().threads;
  PAW_TRY(workspace.CheckNames(request.alias, request.output_path));
  PAW_TRY(workspace.ChooseBase(nullptr, "", options));
  std::vector<Example> rows;
  rows.reserve(request.examples.size());
  for (const ExampleRow& row : request.examples) {
    rows.push_back({row.input, row.output, static_cast<std::int32_t>(rows.size() + 1), false});
  }
  const ExampleSet examples = PAW_TRY(CheckExamples(std::move(rows), "the examples"));
  CancelWatch watch(request.cancel);
  options.cancel = &watch.flag();
  const CompileReport report = PAW_TRY(paw::Compile(request.spec, examples.rows, options, [&request](const CompileEvent& event) {
    if (request.on_progress) request.on_progress(ProgressOf(event));
  }));
  const PublishedProgram published = PAW_TRY(workspace.Publish(report.bundle, request.alias, request.output_path));
  Compiled compiled{report.bundle.manifest.program_id, published.digest, published.path, {}, std::nullopt, report.warnings};
  if (const auto& record = report.bundle.manifest.paw) {
    compiled.labels = record->labels;
    if (const auto& score = record->held_out) {
      compiled.held_out = Score{score->score, score->ci95_low, score->ci95_high, score->n, score->metric};
    }
  }
  return compiled;
}

}  // namespace paw
