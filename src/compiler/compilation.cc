#include "compiler/compilation.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "adapter/adapter.h"
#include "base/random.h"
#include "base/sha256.h"
#include "base/text.h"
#include "compiler/answer_set.h"
#include "compiler/built_in.h"
#include "compiler/draft.h"
#include "compiler/label_lean.h"
#include "compiler/written_examples.h"
#include "decode/reject.h"
#include "encode/compiler_prompt.h"
#include "gguf/gguf.h"
#include "lm/native/native.h"
#include "prompt/label_tokens.h"
#include "prompt/template.h"
#include "pseudo/form.h"
#include "pseudo/repair.h"
#include "spec/split.h"

namespace paw {
namespace {

// Longer rows are not trained on: one of them would cost more than several steps of common ones.
constexpr std::int32_t kTrainingRowTokensMax = 1024;
constexpr char kCompilerSnapshot[] = "paw-train-1";

// From this many labels on a short run sees each label only a few times, and larger steps win (docs/quality.md).
constexpr std::size_t kManyLabels = 30;
// Rows longer than this (bytes of input and output, mean) leave room for few steps in a short run: smaller steps of fewer rows win.
constexpr std::size_t kLongRowBytes = 200;
constexpr std::int32_t kLongRowsPerStep = 4;

// Many passes over the same rows learn them by heart; labels survive a word left out (docs/quality.md).
constexpr float kLongRunDropout = 0.1f;

// A mapper's LoRA is the start of training where it takes this share of the loss away, on so many rows.
constexpr double kUsefulLoss = 0.98;
constexpr std::int64_t kStartRows = 16;
constexpr std::int64_t kStartScoreRows = 200;

constexpr std::size_t kReadLabelsShown = 8;

constexpr double kOverrun = 1.1;  // beyond this share of its minutes a compile says so

std::size_t MeanBytes(const std::vector<Example>& examples) {
  std::size_t bytes = 0;
  for (const Example& example : examples) bytes += example.input.size() + example.output.size();
  return examples.empty() ? 0 : bytes / examples.size();
}

// Two standard errors of the difference between two weights on the same rows, when they disagree on one row in twenty.
double ScoreMargin(std::int64_t rows) { return 2 * std::sqrt(0.05 / static_cast<double>(rows)); }

std::int64_t TeacherRows(std::span<const Example> rows) {
  return std::count_if(rows.begin(), rows.end(), [](const Example& row) { return !row.teacher.empty(); });
}

// {"pairs": n, "models": [...]}: who made the rows that the user did not; null where there are none.
Json TeacherRecord(const std::vector<Example>& rows) {
  Json models = Json::array();
  for (const Example& row : rows) {
    if (!row.teacher.empty() && std::find(models.begin(), models.end(), row.teacher) == models.end()) models.push_back(row.teacher);
  }
  return models.empty() ? Json() : Json({{"pairs", TeacherRows(rows)}, {"models", models}});
}

std::string ShownLabels(const LabelSet& labels) {
  const LabelSet first(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(std::min(labels.size(), kReadLabelsShown)));
  return Join(first, ", ") + (labels.size() > kReadLabelsShown ? ", ..." : "");
}

std::vector<Example> Pick(const std::vector<Example>& rows, const std::vector<std::size_t>& indices) {
  std::vector<Example> picked;
  picked.reserve(indices.size());
  for (std::size_t index : indices) picked.push_back(rows[index]);
  return picked;
}

}  // namespace

Compilation::Compilation(CompileInputs inputs, std::function<void(const CompileEvent&)> on_event)
    : inputs_(std::move(inputs)), on_event_(std::move(on_event)), begin_(std::chrono::steady_clock::now()) {}

double Compilation::Seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }

void Compilation::Emit(CompileEvent event) {
  event.seconds = Seconds();
  if (event.step > 0) report_.curve.push_back(event);
  if (on_event_) on_event_(event);
}

template <typename Stage>
Status Compilation::Timed(const char* name, Stage stage) {
  PAW_TRY(CheckCancelled(inputs_.options.cancel, name));
  CompileEvent event;
  event.stage = name;
  Emit(event);
  const double before = Seconds();
  PAW_TRY(stage());
  report_.timings[name] = Seconds() - before;
  return Ok();
}

Result<CompileReport> Compilation::Run() {
  PAW_TRY(Timed("spec", [this] { return ReadSpec(); }));
  PAW_TRY(Timed("base", [this] { return OpenBase(); }));
  PAW_TRY(Timed("outputs", [this] { return SettleOutputs(); }));
  PAW_TRY(Timed("pseudo", [this] { return WritePseudoProgram(); }));
  if (inputs_.options.mapper) PAW_TRY(Timed("map", [this] { return MapLora(); }));
  PAW_TRY(Timed("prepare", [this] { return Prepare(); }));
  if (!train_.empty()) {
    PAW_TRY(Timed("train", [this] { return TrainWeights(); }));
    PAW_TRY(Timed("score", [this] { return ScoreBest(); }));
  }
  PAW_TRY(Timed("bundle", [this] { return Finish(); }));
  WarnOfOverrun();
  report_.timings["total"] = Seconds();
  return std::move(report_);
}

// A plan has a least length; on a busy machine that can take longer than was asked for.
void Compilation::WarnOfOverrun() {
  const CompileBudget& budget = inputs_.options.budget;
  if (budget.kind != CompileBudget::Kind::kMinutes || inputs_.plan || Seconds() < kOverrun * budget.minutes * 60) return;
  report_.warnings.push_back("the compile took " + std::to_string(std::llround(Seconds())) + " s, more than the " +
                             std::to_string(std::llround(budget.minutes * 60)) + " s asked for: " + std::to_string(outcome_.steps) +
                             " steps were the least, or the machine was busy");
}

// Which prompt the compiler's programs stand behind, and whether it can do what is asked.
Status Compilation::AskMapper() {
  const CompileOptions& asked = inputs_.options;
  if (!asked.mapper) return Ok();
  layout_ = PAW_TRY(PromptLayoutOf(asked.mapper->profile));
  if (!ReadsByInterpreter() || (asked.pseudo_text.empty() && asked.mapper->pseudo_prompt.empty())) return Ok();
  return Usage("compiling: found a pseudo-program, or a text that asks for one, beside the compiler " + asked.mapper->profile.name +
               ", expected neither: it reads the spec alone");
}

Status Compilation::ReadSpec() {
  PAW_TRY(AskMapper());
  spec_ = PAW_TRY(ParseSpec(inputs_.spec_text));
  std::vector<Example> all = spec_.examples;
  all.insert(all.end(), inputs_.examples.begin(), inputs_.examples.end());
  ExampleSet set = PAW_TRY(CheckExamples(std::move(all), "examples"));
  examples_ = std::move(set.rows);
  data_digest_ = DigestOf(examples_);
  if (!inputs_.examples_digest.empty() && inputs_.examples_digest != data_digest_) {
    if (inputs_.teacher_pairs != TeacherRows(examples_)) {
      return Refused("replaying: found " + std::to_string(TeacherRows(examples_)) +
                     " pairs of a teacher among the examples, expected the " + std::to_string(inputs_.teacher_pairs) +
                     " of the program (`paw compile --teacher-save` writes a file with them)");
    }
    return Refused("replaying: found examples with digest " + data_digest_ + ", expected " + inputs_.examples_digest);
  }
  if (set.duplicates_dropped > 0) report_.warnings.push_back(std::to_string(set.duplicates_dropped) + " repeated examples dropped");
  contract_ = PAW_TRY(DeduceOutputs(spec_, examples_, inputs_.options.outputs));
  return Ok();
}

// A set that the rules of spec/ do not find is read by a model; examples overrule it. A replay takes what was read from the record.
Status Compilation::AskReader() {
  if (inputs_.options.outputs != OutputsAsked::kAuto || !LeavesOutputsOpen(contract_, examples_.size())) return Ok();
  LabelSet labels;
  if (!inputs_.labels_read.is_null()) {
    labels = PAW_TRY(GetStrings(inputs_.labels_read, "labels", "replaying: the training record"));
    if (!CheckedAnswerSet(Join(labels, kAnswerSetJoiner), spec_.body)) {
      return Refused(
          "replaying: the training record: key \"labels_read\": found labels that the spec does not state, expected those of it");
    }
    labels_read_ = inputs_.labels_read;
  } else if (const auto reader = inputs_.ask_reader ? PAW_TRY(AnswerSetReader::OpenBuiltIn(base_)) : nullptr; reader) {
    labels = PAW_TRY(ReadLabels(*reader, spec_, inputs_.options.threads, inputs_.options.cancel));
    labels_read_ = {{"reader", BuiltInReaderFingerprint()}, {"labels", labels}};
  }
  if (!labels.empty()) contract_ = PAW_TRY(DeduceOutputsWith(labels, spec_, examples_));
  if (contract_.labels != labels || labels.empty()) {
    labels_read_ = nullptr;
    return Ok();
  }
  report_.warnings.push_back("a model read from the spec that the only answers are " + ShownLabels(labels) +
                             "; where that is wrong, --outputs text leaves them open, \"Return one of: ...\" in the spec names others");
  return Ok();
}

// With as many rows as this the weights carry the task, and a mapper that nobody asked for would only lengthen the prompt.
Status Compilation::WriteRows() {
  CompileOptions& asked = inputs_.options;
  if (asked.written_examples == 0) return Ok();
  if (contract_.kind != OutputKind::kLabel) {
    return Usage("writing examples: found a spec whose outputs are " + std::string(OutputKindName(contract_.kind)) +
                 ", expected one with a closed set of labels (\"Return one of: ...\")");
  }
  const double before = Seconds();
  WriteExamplesOptions options;
  options.per_label = asked.written_examples;
  options.seed = asked.seed;
  options.reject_label = asked.reject_label ? *asked.reject_label : FindRejectLabel(contract_.labels).value_or("");
  written_ = PAW_TRY(WriteExamples(*base_, spec_, contract_.labels, examples_, options, MapperHooks()));
  report_.timings["write"] = Seconds() - before;
  Json rows = Json::array();
  for (const Example& row : written_) rows.push_back({{"input", row.input}, {"output", row.output}});
  report_.stages["write"] = {{"rows", std::move(rows)}};
  if (inputs_.mapper_by_default && examples_.size() + written_.size() >= kExamplesForShortPrompt) {
    asked.mapper.reset();
    layout_ = "contract";
  }
  return Ok();
}

Status Compilation::SettleOutputs() {
  PAW_TRY(AskReader());
  PAW_TRY(WriteRows());
  if (written_.empty()) {
    report_.warnings.insert(report_.warnings.end(), contract_.warnings.begin(), contract_.warnings.end());
    if (contract_.labels.size() >= kManyLabels && examples_.size() < 2 * contract_.labels.size())
      report_.warnings.emplace_back("the base can write examples of such a set itself, in minutes (--write-examples 16)");
  } else {  // in place of the labels without examples
    report_.warnings.push_back("trained on " + std::to_string(written_.size()) + " texts that the base wrote for " +
                               std::to_string(contract_.labels.size()) +
                               " labels: read some of them (--keep-stages), and test the program");
  }
  settings_ = PAW_TRY(ApplyOverrides(DefaultSettings(), inputs_.options.overrides));
  PAW_TRY(SplitRows());
  PAW_TRY(ChooseRejectLabel());
  report_.stages["spec"] = {{"text", spec_.text},           {"labels", contract_.labels}, {"output_kind", OutputKindName(contract_.kind)},
                            {"examples", examples_.size()}, {"train", train_.size()},     {"held_out", held_out_.size()}};
  if (!labels_read_.is_null()) report_.stages["spec"]["labels_read"] = labels_read_;
  warnings_before_mapper_ = report_.warnings.size();
  return Ok();
}

TrainSettings Compilation::DefaultSettings() const {
  TrainSettings settings;
  // A mapper's LoRA is made for an interpreter that reads the pseudo-program, and who brings one wants it read.
  const bool short_prompt =
      !inputs_.options.mapper && inputs_.options.pseudo_text.empty() && examples_.size() + written_.size() >= kExamplesForShortPrompt;
  settings.tail = short_prompt ? "end" : layout_;
  const BudgetLength length = LengthOf(inputs_.options.budget);
  const bool long_rows = MeanBytes(examples_.size() > written_.size() ? examples_ : written_) > kLongRowBytes;
  if (long_rows) settings.rows_per_step = kLongRowsPerStep;
  settings.learning_rate = 2e-3f;
  if (long_rows && length == BudgetLength::kShort) settings.learning_rate = 3e-3f;
  if (contract_.kind == OutputKind::kLabel && length == BudgetLength::kLong) settings.input_dropout = kLongRunDropout;
  if (contract_.labels.size() >= kManyLabels && length != BudgetLength::kLong)
    settings.learning_rate = length == BudgetLength::kShort ? 4e-3f : 3e-3f;
  return settings;
}

Status Compilation::SplitRows() {
  const ExampleSplit split = SplitForCompile(spec_, contract_, examples_, inputs_.options.seed);
  train_ = Pick(examples_, split.train);
  held_out_ = Pick(examples_, split.held_out);
  // The first rows of the held-out part are scored alone before the end: they must not all be of one label.
  Random(inputs_.options.seed, "held-out").Shuffle(held_out_);
  train_.insert(train_.end(), written_.begin(), written_.end());
  if (ReadsByInterpreter() && inputs_.examples.empty() &&
      written_.empty()) {  // the spec's own pairs are read with it; they are too few to train on
    train_.clear();
    held_out_.clear();
  }
  if (const std::int64_t taught = TeacherRows(held_out_); taught > 0) {
    report_.warnings.push_back("the held-out score is of the teacher's opinion: found " + std::to_string(taught) +
                               " of its pairs among the " + std::to_string(held_out_.size()) + " rows held out, because fewer than " +
                               std::to_string(kHeldOutRowsMin) + " examples are the user's own");
  }
  if (held_out_.empty()) {
    report_.warnings.push_back("quality unmeasured: found " + std::to_string(examples_.size()) +
                               (examples_.size() == 1 ? " example, " : " examples, ") + std::to_string(kHeldOutRowsMin) +
                               " are needed to hold some out");
  }
  return Ok();
}

Status Compilation::ChooseRejectLabel() {
  const std::optional<std::string>& asked = inputs_.options.reject_label;
  if (!asked) {
    reject_label_ = FindRejectLabel(contract_.labels).value_or("");
    return Ok();
  }
  reject_label_ = *asked;
  if (asked->empty() || std::find(contract_.labels.begin(), contract_.labels.end(), *asked) != contract_.labels.end()) return Ok();
  return Usage("compiling: found reject label " + Quoted(*asked) + ", expected one of the " + std::to_string(contract_.labels.size()) +
               " labels");
}

StageHooks Compilation::MapperHooks() {
  StageHooks hooks;
  hooks.threads = inputs_.options.threads;
  hooks.cancel = inputs_.options.cancel;
  hooks.progress = [this](std::string_view stage, std::int64_t done, std::int64_t total) {
    CompileEvent event;
    event.stage = stage;
    event.step = done;
    event.steps = total;
    Emit(event);
  };
  return hooks;
}

// The given text, the compiler's language model, or the spec and its examples put together.
Result<PseudoProgram> Compilation::ChoosePseudoProgram(const PseudoOptions& options) {
  const CompileOptions& asked = inputs_.options;
  if (ReadsByInterpreter()) {  // the spec as it was written
    PseudoProgram whole;
    whole.text = WithoutMarkers(spec_.text, options.find_special);
    whole.tokens_max = options.tokens_max;
    return whole;
  }
  std::string text = asked.pseudo_text;
  if (text.empty() && !asked.mapper) return WriteTemplatePseudo(spec_, contract_, train_, options);
  pseudo_strategy_ = text.empty() ? "examples" : "given";
  if (!inputs_.pseudo_strategy.empty()) pseudo_strategy_ = inputs_.pseudo_strategy;
  if (text.empty()) text = PAW_TRY(AskProfile(*asked.mapper, spec_.text, MapperHooks())).text;
  return asked.raw_pseudo ? TakePseudoProgram(text, contract_, train_, options) : RepairPseudoProgram(text, contract_, train_, options);
}

bool Compilation::ReadsByInterpreter() const { return inputs_.options.mapper && inputs_.options.mapper->profile.reads_by_interpreter(); }

Status Compilation::OpenBase() {
  const CompileOptions& options = inputs_.options;
  base_ = PAW_TRY(BaseModel::Open(options.base_path, EngineKind::kNative, options.threads, options.base_sha256));
  return Ok();
}

Status Compilation::WritePseudoProgram() {
  const ChatStyle style = inputs_.options.chat_style;
  if (settings_.tail == "contract" || settings_.tail == "spec") {
    const Tokenizer& tokenizer = base_->tokenizer();
    PseudoOptions options;
    options.count_tokens = [&tokenizer](std::string_view text) {
      const auto tokens = tokenizer.Encode(text, SpecialTokens::kPlain);
      return tokens.ok() ? tokens->size() : text.size();
    };
    options.find_special = [&tokenizer](std::string_view text) { return tokenizer.FindSpecial(text); };
    pseudo_ = PAW_TRY(ChoosePseudoProgram(options));
    report_.warnings.insert(report_.warnings.end(), pseudo_.findings.begin(), pseudo_.findings.end());
  }
  prompt_ = PAW_TRY(LayoutTemplate(settings_.tail, pseudo_.text, style));
  report_.stages["pseudo"] = {{"strategy", pseudo_strategy_}, {"text", pseudo_.text}, {"template", prompt_->text()}};
  return Ok();
}

Status Compilation::MapLora() {
  const MapperOptions& mapper = *inputs_.options.mapper;
  MappedProgram mapped = PAW_TRY(MapSpec(mapper, spec_.text, pseudo_.text, InterpreterOf(base_), MapperHooks()));
  settings_.rank = mapped.lora.rank;
  settings_.alpha = mapped.lora.alpha;
  settings_.first_layer = 0;
  mapped_ = std::move(mapped.lora);
  mapper_record_ = {{"compiler", mapper.profile.name}, {"fingerprint", mapper.profile.fingerprint()}};
  report_.stages["map"] = {{"coefficients", mapped.coefficients.coefficients}, {"cached", mapped.cached}};
  return Ok();
}

Status Compilation::Draft(const PromptTemplate& prompt) {
  const CompileOptions& asked = inputs_.options;
  const BaseProfile profile = ProfileOf({base_->sha256(), asked.base_name, asked.base_file, asked.base_bytes});
  const std::optional<MapperOptions>& mapper = asked.mapper;
  const std::string snapshot = mapper ? mapper->profile.name : kCompilerSnapshot;
  const std::string compiler_digest = Sha256Hex(snapshot + "\n" + (mapper ? mapper->profile.fingerprint() + "\n" : "") +
                                                base_->lm().engine_id() + " " + base_->lm().engine_version());
  Bundle draft = DraftBundle(profile, spec_.text, contract_, prompt);
  Manifest& manifest = draft.manifest;
  manifest.compiler_snapshot = snapshot;
  manifest.compiler_fingerprint = mapper ? mapper->profile.fingerprint() : compiler_digest.substr(0, 16);
  manifest.compiler_kind = mapper && train_.empty() ? "mapper_lora" : "finetune_lora";
  if (mapper && !ReadsByInterpreter()) manifest.prefix_steps = CompilerPromptOptions().prefix_tokens;
  manifest.pseudo_program_strategy = pseudo_strategy_;
  manifest.created_at = PAW_TRY(CreatedAtFromEnvironment());
  Json options = {{"seed", asked.seed}, {"budget", inputs_.budget_record}, {"settings", SettingsToJson(settings_)}};
  if (asked.reject_label) options["reject_label"] = *asked.reject_label;
  if (pseudo_strategy_ != "template") options["pseudo_program"] = pseudo_.text;
  if (!labels_read_.is_null()) options["labels_read"] = labels_read_;
  if (asked.written_examples > 0) options["written_examples"] = asked.written_examples;
  if (asked.outputs != OutputsAsked::kAuto) options["outputs"] = OutputsAskedName(asked.outputs);
  if (asked.adapter_type != DType::kQ4_0) options["adapter_type"] = AdapterTypeName(asked.adapter_type);
  manifest.program_id = ProgramId({compiler_digest, profile.sha256, spec_.text, data_digest_, WriteJson(options)});
  if (!pseudo_.text.empty()) draft.pseudo_program = pseudo_.text;
  scorer_ = std::make_unique<HeldOutScorer>(base_, std::move(draft), held_out_, asked.threads, asked.cancel);
  scorer_->StoreAs(asked.adapter_type);
  return Ok();
}

Status Compilation::Prepare() {
  PAW_TRY(Draft(*prompt_));
  if (train_.empty()) return Ok();
  std::optional<LabelTrie> trie;
  if (contract_.kind == OutputKind::kLabel) trie.emplace(PAW_TRY(BuildLabelTrie(base_->tokenizer(), contract_.labels)));
  const PreparedTemplate prepared = PAW_TRY(PreparedTemplate::Create(base_->tokenizer(), *prompt_));
  RowsReport rows = PAW_TRY(BuildTrainingSet(prepared, train_, contract_.labels, trie ? &*trie : nullptr, kTrainingRowTokensMax));
  if (rows.set.rows.empty())
    return Refused("compiling: found no example that fits into " + std::to_string(kTrainingRowTokensMax) + " tokens");
  report_.warnings.insert(report_.warnings.end(), rows.skipped.begin(), rows.skipped.end());
  plan_input_.rows = static_cast<std::int64_t>(rows.set.rows.size());
  plan_input_.tokens_per_row = static_cast<double>(rows.tokens) / static_cast<double>(rows.set.rows.size());
  plan_input_.prefix_tokens = static_cast<std::int64_t>(rows.set.prefix.size());
  plan_input_.rows_per_step = settings_.rows_per_step;
  plan_input_.held_out_rows = static_cast<std::int64_t>(held_out_.size());
  train_set_ = std::move(rows.set);
  plan_ = inputs_.plan ? *inputs_.plan : PAW_TRY(MakePlan(inputs_.options.budget, plan_input_));
  return Ok();
}

Status Compilation::TrainWeights() {
  TrainOptions options;
  options.threads = inputs_.options.threads;
  const std::unique_ptr<TrainableModel> model = PAW_TRY(OpenNativeTrainable(base_->lm_shared(), options));
  if (mapped_) PAW_TRY(ChooseStart(*model));
  pacer_.emplace(plan_, plan_input_, inputs_.options.budget.minutes * 60);
  outcome_ = PAW_TRY(Train(*model, train_set_, settings_, plan_.steps, inputs_.options.seed, Hooks(), mapped_ ? &*mapped_ : nullptr));
  plan_ = pacer_->plan();
  report_.stages["train"] = {{"settings", SettingsToJson(settings_)},
                             {"plan", PlanToJson(plan_)},
                             {"tokens", outcome_.tokens},
                             {"best_step", outcome_.best_step},
                             {"loss", outcome_.last_loss}};
  return Ok();
}

// A mapper that does not know this task would be a worse start than none.
Status Compilation::ChooseStart(TrainableModel& model) {
  const LoraWeights none = MakeLora(model.shape(), settings_.rank, settings_.alpha, 0, inputs_.options.seed);
  const double without = PAW_TRY(LossOf(model, train_set_, settings_, none, kStartRows, inputs_.options.seed));
  const double with = PAW_TRY(LossOf(model, train_set_, settings_, *mapped_, kStartRows, inputs_.options.seed));
  mapper_record_["loss"] = with;
  mapper_record_["loss_without"] = without;
  char losses[96];
  std::snprintf(losses, sizeof losses, "loss %.3f with the mapper's LoRA, %.3f without", with, without);
  CompileEvent event;
  event.stage = "map";
  event.note = losses;
  if (!(with < kUsefulLoss * without)) {
    Emit(event);
    return GoWithoutMapper("trained from zero, neither the mapper nor its pseudo-program was used: found " + std::string(losses) +
                           ", expected it to help");
  }
  if (plan_.held_out_rows_used > 0) {
    const TestReport before = PAW_TRY(scorer_->Report(*mapped_, std::min(plan_.held_out_rows_used, kStartScoreRows)));
    mapper_record_["held_out_before"] = {{"score", before.accuracy}, {"n", before.rows}};
    event.held_out = before.accuracy;
    event.note += "; the score before training";
  }
  Emit(event);
  return Ok();
}

// From here on as if no mapper had been asked for: the pseudo-program is the mapper's half, and without it only makes the steps longer
// (docs/quality.md).
Status Compilation::GoWithoutMapper(std::string why) {
  inputs_.mapper_skipped = std::move(mapper_record_);
  mapper_record_ = nullptr;
  mapped_.reset();
  inputs_.options.mapper.reset();
  inputs_.options.pseudo_text.clear();
  layout_ = "contract";
  settings_ = PAW_TRY(ApplyOverrides(DefaultSettings(), inputs_.options.overrides));
  pseudo_ = {};
  pseudo_strategy_ = "template";
  report_.warnings.resize(warnings_before_mapper_);  // what was found of a prompt that is not used
  report_.warnings.push_back(std::move(why));
  report_.stages.erase("map");
  PAW_TRY(WritePseudoProgram());
  return Prepare();
}

TrainHooks Compilation::Hooks() {
  TrainHooks hooks;
  hooks.cancel = inputs_.options.cancel;
  hooks.on_step = [this](const TrainProgress& progress) {
    ShowStep(progress);
    return pacer_->AfterStep(progress, Seconds());
  };
  if (plan_.interim_rows > 0) {
    hooks.score_margin = ScoreMargin(plan_.interim_rows);
    hooks.score = [this](const LoraWeights& weights, const TrainProgress& progress) { return InterimScore(weights, progress); };
    hooks.score_now = [this](const TrainProgress& progress) { return pacer_->ScoresAfter(progress); };
  }
  return hooks;
}

void Compilation::ShowStep(const TrainProgress& progress) {
  CompileEvent event;
  event.stage = "train";
  event.step = progress.step;
  event.steps = progress.steps;
  event.loss = progress.loss;
  Emit(event);
}

Result<double> Compilation::InterimScore(const LoraWeights& weights, const TrainProgress& progress) {
  const double before = Seconds();
  const TestReport report = PAW_TRY(scorer_->Report(weights, plan_.interim_rows));
  pacer_->TookScoring(Seconds() - before);
  CompileEvent event;
  event.stage = "train";
  event.step = progress.step;
  event.steps = progress.steps;
  event.loss = progress.loss;
  event.held_out = report.accuracy;
  Emit(event);
  return report.accuracy;
}

Status Compilation::ScoreBest() {
  if (held_out_.empty()) return Ok();
  if (contract_.kind == OutputKind::kLabel) PAW_TRY(scorer_->Calibrate(outcome_.weights, plan_.held_out_rows_used));
  const TestReport report = PAW_TRY(scorer_->ReportWithReject(outcome_.weights, plan_.held_out_rows_used, reject_label_));
  if (inputs_.options.reject_label && !reject_label_.empty() && !scorer_->draft().manifest.paw->reject) {
    report_.warnings.push_back("no threshold for label " + Quoted(reject_label_) +
                               ": found too few right answers on held-out rows, expected " + std::to_string(kRejectRowsMin) +
                               " of other labels");
  }
  HeldOut held_out;
  held_out.metric = MetricName(report.metric);
  held_out.n = report.rows;
  held_out.score = report.accuracy;
  held_out.ci95_low = report.accuracy_interval.low;
  held_out.ci95_high = report.accuracy_interval.high;
  if (report.macro_f1) held_out.other["macro_f1"] = *report.macro_f1;
  const auto scored = std::span<const Example>(held_out_).first(std::min(held_out_.size(), static_cast<std::size_t>(report.rows)));
  if (const std::int64_t taught = TeacherRows(scored); taught > 0) held_out.other["teacher_pairs"] = taught;
  if (report.calibration_error) held_out.other["calibration_error"] = *report.calibration_error;
  CompileEvent event;
  event.stage = "score";
  event.step = event.steps = outcome_.steps;
  event.held_out = report.accuracy;
  Emit(event);
  report_.stages["score"] = ReportJson(report);
  scorer_->draft().manifest.paw->held_out = std::move(held_out);
  report_.held_out = HeldOutAnswers{report, {}};
  for (const Example& row : scored) report_.held_out->expected.push_back(row.output);
  return Ok();
}

Json Compilation::TrainingRecord() const {
  Json record = {{"seed", inputs_.options.seed},
                 {"budget", inputs_.budget_record},
                 {"settings", SettingsToJson(settings_)},
                 {"data_digest", data_digest_},
                 {"examples", examples_.size()},
                 {"engine_id", base_->lm().engine_id()},
                 {"engine_version", base_->lm().engine_version()}};
  if (inputs_.options.reject_label) record["reject_label"] = *inputs_.options.reject_label;
  if (inputs_.options.adapter_type != DType::kQ4_0) record["adapter_type"] = AdapterTypeName(inputs_.options.adapter_type);
  if (!written_.empty()) record["written_examples"] = {{"per_label", inputs_.options.written_examples}, {"rows", written_.size()}};
  if (const Json teacher = TeacherRecord(examples_); !teacher.is_null()) record["teacher"] = teacher;
  if (!labels_read_.is_null()) record["labels_read"] = labels_read_;
  if (inputs_.options.outputs != OutputsAsked::kAuto) record["outputs"] = OutputsAskedName(inputs_.options.outputs);
  if (!mapper_record_.is_null()) record["mapper"] = mapper_record_;
  if (!inputs_.mapper_skipped.is_null()) record["mapper_skipped"] = inputs_.mapper_skipped;
  if (!train_.empty()) {
    record["plan"] = PlanToJson(plan_);
    record["rows"] = plan_input_.rows;
    record["steps"] = outcome_.steps;
    record["best_step"] = outcome_.best_step;
    record["tokens"] = outcome_.tokens;
  }
  return record;
}

Status Compilation::Finish() {
  scorer_->draft().manifest.paw->training = TrainingRecord();
  LoraWeights weights = std::move(outcome_.weights);
  if (train_.empty() && mapped_) {
    weights = std::move(*mapped_);
    scorer_->ExportAsMapped();
  } else if (train_.empty()) {
    weights = ZeroLora(base_->lm().shape());  // the prompt alone is the program
  }
  report_.bundle = PAW_TRY(scorer_->WithAdapter(weights));
  if (train_.empty()) {
    const LeanPrompt prompt{settings_.tail, inputs_.options.chat_style};
    PAW_TRY(EvenLabels(base_, spec_, prompt, MapperHooks(), report_.bundle));
  }
  report_.program_id = report_.bundle.manifest.program_id;
  report_.stages["bundle"] = PAW_TRY(ParseJson(PAW_TRY(WriteManifest(report_.bundle.manifest)), "the manifest"));
  return Ok();
}

}  // namespace paw
