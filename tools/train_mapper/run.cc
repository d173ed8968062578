#include "tools/train_mapper/run.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/json.h"
#include "base/random.h"
#include "base/sha256.h"
#include "base/text.h"
#include "compiler/rows.h"
#include "encode/spec_features.h"
#include "fs/path.h"

namespace paw {
namespace {

constexpr std::size_t kStandardSpecs = 1024;  // specs that the standardisation and the clusters are taken from
constexpr float kScaleFloor = 1e-3f;
constexpr double kSmooth = 0.98;
constexpr float kFinalRate = 0.05f;  // of the peak
constexpr std::size_t kSpecsMax = 1'000'000;
constexpr std::size_t kValidationRows = 2;  // of each spec

std::string Join(const std::vector<std::int32_t>& numbers) {
  std::string text;
  for (const std::int32_t number : numbers) text += (text.empty() ? "" : ",") + std::to_string(number);
  return text;
}

}  // namespace

TrainingRun::TrainingRun(Fs& fs, RunSettings settings, const Tokenizer& tokenizer, RunParts parts)
    : fs_(fs), settings_(std::move(settings)), tokenizer_(tokenizer), parts_(std::move(parts)) {}

Result<std::vector<TrainingRun::Spec>> TrainingRun::Load(const std::string& file, std::size_t specs_max) {
  std::vector<CorpusSpec> texts = PAW_TRY(ReadCorpus(fs_, JoinPath(settings_.corpus, file), specs_max));
  std::vector<Spec> specs;
  for (CorpusSpec& text : texts) {
    const auto prompt = LayoutTemplate(settings_.prompt, text.spec, ChatStyle::kChatMl);
    if (!prompt.ok()) continue;
    Result<SpecRows> rows = TokenizeSpec(tokenizer_, *prompt, text, {});
    if (!rows.ok()) continue;  // too long for a step, or labels of equal tokens
    specs.push_back({std::move(text), std::move(*rows), {}});
  }
  if (specs.empty()) return Refused("reading " + file + ": found no spec that fits, expected one or more");
  return specs;
}

Status TrainingRun::FillFeatures(std::vector<Spec*> specs) {
  if (settings_.layout.bases == 0) return Ok();
  std::erase_if(specs, [](const Spec* spec) { return !spec->features.empty(); });
  std::vector<std::string_view> texts;
  for (const Spec* spec : specs) texts.push_back(spec->text.spec);
  auto features = PAW_TRY(parts_.encoder->Features(texts));
  for (std::size_t i = 0; i < specs.size(); ++i) {
    std::vector<float>& mine = specs[i]->features;
    mine = std::move(features[i]);
    for (std::size_t f = 0; f < mine.size() && !standard_.mean.empty(); ++f) mine[f] = (mine[f] - standard_.mean[f]) * standard_.scale[f];
  }
  return Ok();
}

// Mean and spread of the features over the first specs of the order.
Status TrainingRun::Standardise() {
  if (settings_.layout.bases == 0) return Ok();
  std::vector<Spec*> sample;
  for (std::size_t i = 0; i < std::min(kStandardSpecs, train_.size()); ++i) sample.push_back(&train_[order_[i]]);
  PAW_TRY(FillFeatures(sample));
  const auto count = static_cast<std::size_t>(settings_.layout.features);
  std::vector<double> sum(count), square(count);
  for (const Spec* spec : sample) {
    for (std::size_t f = 0; f < count; ++f) {
      sum[f] += spec->features[f];
      square[f] += static_cast<double>(spec->features[f]) * spec->features[f];
    }
  }
  standard_.mean.resize(count);
  standard_.scale.resize(count);
  const auto n = static_cast<double>(sample.size());
  for (std::size_t f = 0; f < count; ++f) {
    const double mean = sum[f] / n, spread = std::sqrt(std::max(0.0, square[f] / n - mean * mean));
    standard_.mean[f] = static_cast<float>(mean);
    standard_.scale[f] = 1.0f / std::max(kScaleFloor, static_cast<float>(spread));
  }
  for (Spec* spec : sample) {
    for (std::size_t f = 0; f < count; ++f) spec->features[f] = (spec->features[f] - standard_.mean[f]) * standard_.scale[f];
  }
  return Ok();
}

std::string TrainingRun::Identity() const {
  const RunSettings& s = settings_;
  const Json json = {{"corpus", corpus_digest_},
                     {"base", s.base_sha256},
                     {"from", from_digest_},
                     {"rank", s.layout.rank},
                     {"bases", s.layout.bases},
                     {"width", s.layout.width},
                     {"alpha", s.layout.alpha},
                     {"layers", s.feature_layers},
                     {"steps", s.steps},
                     {"specs_per_step", s.specs_per_step},
                     {"rows_per_spec", s.rows_per_spec},
                     {"rates", {s.rates.trunk, s.rates.head, s.rates.bases, s.rates.shared}},
                     {"warmup_steps", s.warmup_steps},
                     {"branch_share", s.branch_share},
                     {"first_spec", s.first_spec},
                     {"seed", s.seed},
                     {"prompt", s.prompt}};
  return WriteJson(json);
}

// The layers as a mapper's file may name them (mapper/weights.h): a run must not end in a file that nothing reads.
Status TrainingRun::CheckLayers() const {
  std::int32_t before = 0;
  for (const std::int32_t layer : settings_.feature_layers) {
    if (layer <= before || layer > settings_.layout.interpreter.layers) {
      return Usage("--feature-layers: found " + Join(settings_.feature_layers) + ", expected layers from 1 to " +
                   std::to_string(settings_.layout.interpreter.layers) + ", ascending");
    }
    before = layer;
  }
  return Ok();
}

Status TrainingRun::Begin() {
  PAW_TRY(CheckLayers());
  const Mapping file = PAW_TRY(fs_.Map(JoinPath(settings_.corpus, "train.jsonl")));
  corpus_digest_ = Sha256Hex(file.text());
  if (!settings_.from.empty()) from_digest_ = Sha256Hex(PAW_TRY(fs_.Map(settings_.from)).text());
  train_ = PAW_TRY(Load("train.jsonl", kSpecsMax));
  const auto validation = static_cast<std::size_t>(settings_.validation_specs);
  valid_ = PAW_TRY(Load("valid.jsonl", validation));
  families_valid_ = PAW_TRY(Load("families_valid.jsonl", validation));
  order_.resize(train_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  Random(settings_.seed, "order").Shuffle(order_);
  parameters_ = StartParameters(settings_.layout, settings_.seed);
  state_ = BeginState(parameters_);
  PAW_TRY(fs_.MakeFolders(settings_.out));
  const std::string state = JoinPath(settings_.out, kStateName);
  if (fs_.Exists(state)) {
    const std::size_t features = settings_.layout.bases > 0 ? static_cast<std::size_t>(settings_.layout.features) : 0;
    standard_.mean.resize(features);
    standard_.scale.resize(features);
    PAW_TRY(ReadState(fs_, state, Identity(), parameters_, state_, standard_));
  } else {
    PAW_TRY(Standardise());
    if (!settings_.from.empty()) PAW_TRY(TakeParameters(fs_, settings_.from, standard_, parameters_));
  }
  PAW_TRY(parts_.trainer->Begin(parameters_, state_));
  LineLog log = PAW_TRY(fs_.OpenLineLog(JoinPath(settings_.out, "metrics.jsonl")));
  log_ = std::move(log.file);
  return Log(WriteJson({{"begin", state_.steps}, {"run", Identity()}, {"train_specs", train_.size()}}));
}

Status TrainingRun::Log(const std::string& line) { return log_->Write(line + "\n"); }

Result<std::vector<BatchSpec>> TrainingRun::Batch(std::int64_t step) {
  std::vector<Spec*> specs;
  for (std::int32_t i = 0; i < settings_.specs_per_step; ++i) {
    const std::int64_t at = settings_.first_spec + step * settings_.specs_per_step + i;
    specs.push_back(&train_[order_[static_cast<std::size_t>(at) % order_.size()]]);
  }
  PAW_TRY(FillFeatures(specs));
  std::vector<BatchSpec> batch;
  Random random(settings_.seed, "batch " + std::to_string(step));
  for (const Spec* spec : specs) {
    BatchSpec& entry = batch.emplace_back(BatchSpec{spec->features, &spec->rows, {}});
    entry.rows.resize(spec->rows.rows.size());
    std::iota(entry.rows.begin(), entry.rows.end(), std::size_t{0});
    random.Shuffle(entry.rows);
    entry.rows.resize(std::min(entry.rows.size(), static_cast<std::size_t>(settings_.rows_per_spec)));
  }
  return batch;
}

// The mean of -log p an output token over some pairs of every spec.
Result<double> TrainingRun::Validate(std::vector<Spec>& specs) {
  double loss = 0;
  std::int64_t targets = 0;
  for (std::size_t first = 0; first < specs.size(); first += static_cast<std::size_t>(settings_.specs_per_step)) {
    std::vector<BatchSpec> batch;
    std::vector<Spec*> chosen;
    for (std::size_t i = first; i < std::min(specs.size(), first + static_cast<std::size_t>(settings_.specs_per_step)); ++i) {
      chosen.push_back(&specs[i]);
    }
    PAW_TRY(FillFeatures(chosen));
    for (Spec* spec : chosen) {
      BatchSpec& entry = batch.emplace_back(BatchSpec{spec->features, &spec->rows, {}});
      for (std::size_t r = 0; r < std::min(kValidationRows, spec->rows.rows.size()); ++r) entry.rows.push_back(r);
    }
    const StepLoss part = PAW_TRY(parts_.trainer->Loss(batch));
    loss += part.token_loss;
    targets += part.targets;
  }
  return loss / static_cast<double>(targets);
}

Result<double> TrainingRun::ValidateAnswers(const std::vector<Spec>& specs) {
  std::vector<const CorpusSpec*> some;
  for (std::size_t i = 0; i < std::min(specs.size(), static_cast<std::size_t>(settings_.validation_answers)); ++i)
    some.push_back(&specs[i].text);
  return parts_.answers->ShareRight(JoinPath(settings_.out, kMapperName), some, kValidationRows);
}

Status TrainingRun::ValidateAll(StepReport& report, Json& line) {
  line["valid"] = *(report.valid = PAW_TRY(Validate(valid_)));
  line["families_valid"] = *(report.families_valid = PAW_TRY(Validate(families_valid_)));
  if (settings_.validation_answers == 0 || parts_.answers == nullptr) return Ok();
  PAW_TRY(PublishMapper());
  line["exact"] = *(report.exact = PAW_TRY(ValidateAnswers(valid_)));
  line["families_exact"] = *(report.families_exact = PAW_TRY(ValidateAnswers(families_valid_)));
  return Ok();
}

Rates TrainingRun::RatesAt(std::int64_t step) const {
  const auto at = static_cast<float>(step), all = static_cast<float>(settings_.steps), warm = static_cast<float>(settings_.warmup_steps);
  const float rise = std::min(1.0f, (at + 1) / std::max(1.0f, warm));
  const float left = std::max(0.0f, (all - at) / std::max(1.0f, all - warm));
  const float factor = std::min(rise, kFinalRate + (1 - kFinalRate) * std::min(1.0f, left));
  Rates rates = settings_.rates;
  for (float* rate : {&rates.trunk, &rates.head, &rates.bases, &rates.shared}) *rate *= factor;
  return rates;
}

Status TrainingRun::PublishMapper() {
  PAW_TRY(parts_.trainer->Sync());
  char alpha[32];
  std::snprintf(alpha, sizeof alpha, "%g", static_cast<double>(settings_.layout.alpha));
  const std::map<std::string, std::string> metadata = {{"lora_alpha", alpha},
                                                       {"row_order", "gguf"},
                                                       {"feature_layers", Join(settings_.feature_layers)},
                                                       {"prefix_text", std::string(kPrefixText)},
                                                       {"layout", settings_.prompt},
                                                       {"training", Identity()},
                                                       {"steps_done", std::to_string(state_.steps)}};
  return WriteMapper(fs_, JoinPath(settings_.out, kMapperName), parameters_, standard_, metadata);
}

Status TrainingRun::Checkpoint() {
  PAW_TRY(PublishMapper());
  return WriteState(fs_, JoinPath(settings_.out, kStateName), parameters_, state_, standard_, Identity());
}

Status TrainingRun::Run(const std::function<void(const StepReport&)>& on_step, const CancelFlag* cancel) {
  PAW_TRY(Begin());
  const double begin = fs_.SteadySeconds();
  std::optional<double> smooth;
  for (std::int64_t step = state_.steps; step < settings_.steps; ++step) {
    if (cancel != nullptr && cancel->cancelled()) {
      PAW_TRY(Checkpoint());
      return CheckCancelled(cancel, "training");
    }
    const std::vector<BatchSpec> batch = PAW_TRY(Batch(step));
    const TrainedStep trained = PAW_TRY(parts_.trainer->Step(batch, settings_.branch_share, RatesAt(step)));
    const StepLoss& loss = trained.loss;
    StepReport report;
    report.norm = trained.norm;
    tokens_ += loss.tokens;
    smooth = smooth ? kSmooth * *smooth + (1 - kSmooth) * loss.loss : loss.loss;
    report.step = step + 1;
    report.steps = settings_.steps;
    report.loss = loss.loss;
    report.smooth_loss = *smooth;
    report.tokens = tokens_;
    Json line = {{"step", step + 1}, {"loss", loss.loss}, {"norm", report.norm}, {"tokens", loss.tokens}};
    const bool last = step + 1 == settings_.steps;
    if (last || (step + 1) % settings_.validate_every == 0) PAW_TRY(ValidateAll(report, line));
    report.seconds = fs_.SteadySeconds() - begin;
    line["seconds"] = report.seconds;
    PAW_TRY(Log(WriteJson(line)));
    if (last || (step + 1) % settings_.checkpoint_every == 0) PAW_TRY(Checkpoint());
    if (on_step) on_step(report);
  }
  return Ok();
}

}  // namespace paw
