#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "decode/calibration.h"
#include "decode/generate.h"
#include "decode/label_paths.h"
#include "decode/label_prior.h"
#include "decode/schema_rules.h"
#include "runtime/answer_text.h"
#include "runtime/parts.h"

namespace paw {
namespace {

// One batch: enough tokens to fill the kernels, few enough that a batch's activations stay in cache and an interrupt is quick.
constexpr std::size_t kBatchTokensMax = 2048;
constexpr std::size_t kLabelRowsMax = 128;
constexpr std::size_t kTextRowsMax = 64;  // at once; a row that ends makes room for the next
constexpr std::size_t kDraftMax = 12;     // tokens of one guess

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

// Rows in order of length, cut into batches of at most tokens_max tokens (a longer row is a batch of its own).
std::vector<std::vector<std::size_t>> MakeBatches(const std::vector<std::vector<TokenId>>& rows, std::size_t rows_max,
                                                  std::size_t tokens_max) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].empty()) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rows[a].size() < rows[b].size(); });
  std::vector<std::vector<std::size_t>> batches;
  std::size_t tokens = 0;
  for (std::size_t i : order) {
    if (batches.empty() || batches.back().size() >= rows_max || tokens + rows[i].size() > tokens_max) {
      batches.emplace_back();
      tokens = 0;
    }
    batches.back().push_back(i);
    tokens += rows[i].size();
  }
  return batches;
}

// Index of the label drawn: `left` in [0, 1).
std::int32_t DrawLabel(std::span<const double> log_probabilities, double left) {
  for (std::size_t i = 0; i < log_probabilities.size(); ++i) {
    left -= std::exp(log_probabilities[i]);
    if (left < 0) return static_cast<std::int32_t>(i);
  }
  return LabelSearch::Best(log_probabilities);
}

}  // namespace

struct Session::State {
  std::shared_ptr<const Program::Parts> parts;
  std::unique_ptr<Context> context;
  std::map<bool, SequenceId> prefixes;  // by compat; evaluated at first use

  bool Closed(const RunOptions& options) const { return parts->search.has_value() && !options.free_decoding && !options.compat; }
  const PreparedTemplate& Template(const RunOptions& options) const { return options.compat ? parts->official_rows : parts->rows; }
  Result<SequenceId> Prefix(const RunOptions& options);
  Result<std::vector<TokenId>> Tokens(std::string_view input, const RunOptions& options) const;
  // The rows of a batch behind the program's prompt. They point into `rows`.
  Result<std::vector<LabelRow>> LabelRows(std::span<const std::size_t> batch, const std::vector<std::vector<TokenId>>& rows);
  Result<std::vector<LabelAnswer>> Label(std::span<const std::size_t> batch, const std::vector<std::vector<TokenId>>& rows,
                                         const LabelSearchOptions& options);
  Status AnswerLabels(std::span<const std::size_t> batch, const std::vector<std::vector<TokenId>>& rows, const RunOptions& options,
                      std::vector<Result<RunResult>>& results);
  Status AnswerText(std::span<const std::size_t> batch, std::span<const std::string> inputs, const std::vector<std::vector<TokenId>>& rows,
                    const RunOptions& options, std::vector<Result<RunResult>>& results);
  Status CheckOptions(const RunOptions& options) const;
  std::unique_ptr<OutputRules> RulesFor(std::string_view input, const RunOptions& options) const;
  // A guess changes no answer where a row's numbers do not depend on how it is cut: llama.cpp's do.
  std::size_t DraftMax(const RunOptions& options) const {
    return options.compat || parts->base->engine() == EngineKind::kLlamaCpp ? 0 : kDraftMax;
  }
  Result<RunResult> TextResult(const Generated& generated, const RunOptions& options) const;
};

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;

Result<Session> Program::NewSession(int threads) const {
  return NewSession(PAW_TRY(parts_->base->lm().NewContext({.threads = threads, .context_max = parts_->context_max})));
}

Result<Session> Program::NewSession(Scheduler& scheduler, CallerOptions caller) const {
  if (caller.group == 0) caller.group = static_cast<std::int64_t>(parts_->adapter) + 1;
  if (caller.program_digest.empty()) caller.program_digest = parts_->digest;
  return NewSession(PAW_TRY(scheduler.NewContext(caller)));
}

Result<Session> Program::NewSession(std::unique_ptr<Context> context) const {
  auto state = std::make_unique<Session::State>();
  state->parts = parts_;
  state->context = std::move(context);
  PAW_TRY(state->Prefix({}));
  return Session(std::move(state));
}

Result<SequenceId> Session::State::Prefix(const RunOptions& options) {
  if (auto found = prefixes.find(options.compat); found != prefixes.end()) return found->second;
  const std::vector<TokenId>& tokens = Template(options).prefix();
  PAW_TRY(CheckFits(tokens.size(), 1, 1, parts->context_max));
  const auto sequence = context->EvaluatePrefix(parts->adapter, tokens);
  if (!sequence.ok()) return sequence.status().WithContext("evaluating the program's prompt");
  prefixes[options.compat] = *sequence;
  return *sequence;
}

Result<std::vector<TokenId>> Session::State::Tokens(std::string_view input, const RunOptions& options) const {
  std::vector<TokenId> tokens = PAW_TRY(TokenizeRow(Template(options), input));
  const std::size_t answer = Closed(options) ? parts->label_tokens_max : 1;
  PAW_TRY(CheckFits(Template(options).prefix().size(), tokens.size(), answer, parts->context_max));
  return tokens;
}

Result<std::vector<LabelRow>> Session::State::LabelRows(std::span<const std::size_t> batch, const std::vector<std::vector<TokenId>>& rows) {
  const SequenceId prefix = PAW_TRY(Prefix({}));
  std::vector<LabelRow> label_rows;
  for (std::size_t i : batch) label_rows.push_back({.prefix = prefix, .adapter = parts->adapter, .tokens = rows[i]});
  return label_rows;
}

Result<std::vector<LabelAnswer>> Session::State::Label(std::span<const std::size_t> batch, const std::vector<std::vector<TokenId>>& rows,
                                                       const LabelSearchOptions& options) {
  return parts->search->Run(*context, PAW_TRY(LabelRows(batch, rows)), options);
}

Status Session::State::AnswerLabels(std::span<const std::size_t> batch, const std::vector<std::vector<TokenId>>& rows,
                                    const RunOptions& options, std::vector<Result<RunResult>>& results) {
  const LabelTrie& trie = parts->search->trie();
  const bool drawn = options.temperature > 0;
  // llama.cpp gives a tree row other bits than a chain, so it always goes one way: the answer must not depend on what was asked for.
  const bool all = options.probabilities || drawn || parts->base->engine() == EngineKind::kLlamaCpp;
  const double temperature = parts->temperature * (drawn ? options.temperature : 1.0);
  const auto answers = PAW_TRY(Label(batch, rows, {.all_labels = all, .temperature = temperature, .offsets = parts->offsets}));
  for (std::size_t k = 0; k < batch.size(); ++k) {
    const LabelAnswer& answer = answers[k];
    RunResult result;
    const std::int32_t label = drawn ? DrawLabel(answer.log_probabilities, Random(options.seed, "sampling").Double()) : answer.label;
    result.probability = std::exp(drawn ? answer.log_probabilities[label] : answer.log_probability);
    result.output = parts->labels[label];
    if (!drawn && parts->reject) ApplyReject(*parts->reject, result);
    result.abstained = options.abstain_below.has_value() && *result.probability < *options.abstain_below;
    if (result.abstained) result.output.clear();
    if (options.probabilities) {
      for (std::size_t i = 0; i < parts->labels.size(); ++i) {
        result.labels.push_back({parts->labels[i], std::exp(answer.log_probabilities[i])});
      }
      // By probability; equal ones, also those that exp made equal, stay in the order that chose the answer.
      std::vector<std::size_t> order(result.labels.size());
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return answer.log_probabilities[a] > answer.log_probabilities[b]; });
      std::vector<LabelProbability> sorted;
      sorted.reserve(order.size());
      for (std::size_t i : order) sorted.push_back(std::move(result.labels[i]));
      result.labels = std::move(sorted);
    }
    result.tokens_in = static_cast<std::int32_t>(parts->rows.prefix().size() + rows[batch[k]].size());
    result.tokens_out = trie.depth(trie.leaf(label)) - 1;
    results[batch[k]] = std::move(result);
  }
  return Ok();
}

std::unique_ptr<OutputRules> Session::State::RulesFor(std::string_view input, const RunOptions& options) const {
  if (options.free_decoding || options.compat) return nullptr;
  if (options.schema) return std::make_unique<SchemaRules>(options.schema);
  if (parts->json) return std::make_unique<JsonRules>(*parts->json);
  if (parts->span) return std::make_unique<SpanRules>(*parts->span, input);
  return std::make_unique<Utf8Rules>();
}

// What does not fit this program.
Status Session::State::CheckOptions(const RunOptions& options) const {
  const bool closed = Closed(options);
  if (options.abstain_below && !closed) {
    return Usage("running a program: found a probability to abstain below, expected none where outputs are open");
  }
  if (options.schema && (closed || options.free_decoding || options.compat)) {
    return Usage(std::string("running a program: found a JSON Schema for ") + (closed ? "a closed set of outputs" : "free decoding") +
                 ", expected one only for open outputs under rules");
  }
  return Ok();
}

Result<RunResult> Session::State::TextResult(const Generated& generated, const RunOptions& options) const {
  RunResult result;
  result.truncated = !generated.ended;
  result.tokens_out = static_cast<std::int32_t>(generated.tokens.size());
  if (options.text_probability) result.probability = std::exp(generated.log_probability);
  if (options.compat) {
    result.output = StripBlanks(ReplaceInvalidUtf8(generated.text));
  } else if (options.free_decoding) {
    result.output = ReplaceInvalidUtf8(generated.text);
  } else if ((parts->json || options.schema) && !generated.ended) {
    return Failed("answering with JSON: found no end within " + std::to_string(generated.tokens.size()) +
                  " tokens, expected a whole value (more room: output_tokens_max)");
  } else {
    result.output = generated.text.substr(0, Utf8ErrorOffset(generated.text));  // a character that the limit cut in two
  }
  return result;
}

Status Session::State::AnswerText(std::span<const std::size_t> batch, std::span<const std::string> inputs,
                                  const std::vector<std::vector<TokenId>>& rows, const RunOptions& options,
                                  std::vector<Result<RunResult>>& results) {
  const SequenceId prefix = PAW_TRY(Prefix(options));
  const std::size_t prefix_tokens = Template(options).prefix().size();
  std::vector<std::unique_ptr<OutputRules>> rules;
  std::vector<GenerateRow> generate_rows;
  for (std::size_t i : batch) {
    rules.push_back(RulesFor(inputs[i], options));
    GenerateRow row;
    row.prefix = prefix;
    row.adapter = parts->adapter;
    row.tokens = rows[i];
    row.rules = rules.back().get();
    row.tokens_max = static_cast<std::int32_t>(parts->context_max - prefix_tokens - rows[i].size());
    generate_rows.push_back(row);
  }
  auto answers = PAW_TRY(Generate(*context, parts->base->tokenizer(), generate_rows,
                                  {.tokens_max = options.output_tokens_max,
                                   .temperature = options.temperature,
                                   .seed = options.seed,
                                   .rows_at_once = options.compat ? 1 : kTextRowsMax,  // llama.cpp's sums depend on the batch
                                   .prompt_tokens_max = kBatchTokensMax,
                                   .draft_max = DraftMax(options),
                                   .trie = &parts->base->trie(),
                                   .log_probabilities = options.text_probability,
                                   .cancel = options.cancel}));
  for (std::size_t k = 0; k < batch.size(); ++k) {
    if (answers[k].ok() && rules[k] != nullptr) answers[k]->text = rules[k]->Finished(std::move(answers[k]->text));
    results[batch[k]] = answers[k].ok() ? TextResult(*answers[k], options) : Result<RunResult>(answers[k].status());
    if (results[batch[k]].ok()) results[batch[k]]->tokens_in = static_cast<std::int32_t>(prefix_tokens + rows[batch[k]].size());
  }
  return Ok();
}

std::vector<Result<RunResult>> Session::RunBatch(std::span<const std::string> inputs, const RunOptions& options) {
  std::vector<Result<RunResult>> results(inputs.size(), Result<RunResult>(Internal("running a row: it was never reached")));
  State& state = *state_;
  const bool closed = state.Closed(options);
  if (const Status status = state.CheckOptions(options); !status.ok()) {
    std::fill(results.begin(), results.end(), Result<RunResult>(status));
    return results;
  }
  std::vector<std::vector<TokenId>> rows(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto tokens = state.Tokens(inputs[i], options);
    if (tokens.ok())
      rows[i] = std::move(tokens).value();
    else
      results[i] = tokens.status();
  }
  // Generate() itself lets rows in as others end, so open outputs are one batch.
  const auto batches = closed ? MakeBatches(rows, kLabelRowsMax, kBatchTokensMax) : MakeBatches(rows, SIZE_MAX, SIZE_MAX);
  for (const auto& batch : batches) {
    const Clock::time_point start = Clock::now();
    Status status = CheckCancelled(options.cancel, "running a program");
    if (status.ok())
      status = closed ? state.AnswerLabels(batch, rows, options, results) : state.AnswerText(batch, inputs, rows, options, results);
    const double milliseconds = MillisecondsSince(start) / static_cast<double>(batch.size());
    for (std::size_t i : batch) {
      if (!status.ok()) results[i] = status;
      if (results[i].ok()) results[i]->milliseconds = milliseconds;
    }
  }
  return results;
}

Result<RunResult> Session::Run(std::string_view input, const RunOptions& options) {
  const std::string text(input);
  std::vector<Result<RunResult>> results = RunBatch(std::span(&text, 1), options);
  return std::move(results.front());
}

Result<CalibrationFit> Session::FitCalibration(std::span<const std::string> inputs, std::span<const std::string> outputs,
                                               const CancelFlag* cancel) {
  State& state = *state_;
  if (!state.parts->search) return Usage("fitting the calibration: found a program with open outputs, expected a closed set");
  if (inputs.size() != outputs.size()) {
    return Usage("fitting the calibration: found other numbers of inputs and outputs, expected the same");
  }
  std::map<std::string, std::int32_t> index;
  for (std::size_t i = 0; i < state.parts->labels.size(); ++i) index[state.parts->labels[i]] = static_cast<std::int32_t>(i);
  std::vector<std::vector<TokenId>> rows(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!index.contains(outputs[i])) {
      return Refused("fitting the calibration: found output " + Quoted(outputs[i]) + " in row " + std::to_string(i) + ", expected a label");
    }
    if (auto tokens = state.Tokens(inputs[i], {}); tokens.ok()) rows[i] = std::move(tokens).value();
  }
  const SequenceId prefix = PAW_TRY(state.Prefix({}));
  const LabelTrie& trie = state.parts->search->trie();
  std::vector<CalibrationRow> calibration;
  for (const auto& batch : MakeBatches(rows, kLabelRowsMax, kBatchTokensMax)) {
    PAW_TRY(CheckCancelled(cancel, "fitting the calibration"));
    std::vector<LabelPathRow> path_rows;
    for (std::size_t i : batch)
      path_rows.push_back({{.prefix = prefix, .adapter = state.parts->adapter, .tokens = rows[i]}, index[outputs[i]]});
    for (CalibrationRow& row : PAW_TRY(ReadLabelPaths(*state.context, trie, path_rows))) calibration.push_back(std::move(row));
  }
  CalibrationFit fit;
  if (!calibration.empty()) fit.temperature = PAW_TRY(FitTemperature(trie, calibration));
  fit.rows = static_cast<std::int64_t>(calibration.size());
  fit.log_loss_before = MeanNegativeLogLikelihood(trie, calibration, 1);
  fit.log_loss_after = MeanNegativeLogLikelihood(trie, calibration, fit.temperature);
  fit.engine_id = state.parts->base->lm().engine_id();
  fit.engine_version = state.parts->base->lm().engine_version();
  return fit;
}

Result<std::vector<double>> Session::FitOffsets(std::span<const std::string> inputs, double share) {
  State& state = *state_;
  if (!state.parts->search) return Usage("fitting the offsets: found a program with open outputs, expected a closed set");
  std::vector<std::vector<TokenId>> rows(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (auto tokens = state.Tokens(inputs[i], {}); tokens.ok()) rows[i] = std::move(tokens).value();
  }
  std::vector<std::vector<float>> branch_logits;
  for (const auto& batch : MakeBatches(rows, kLabelRowsMax, kBatchTokensMax)) {
    const std::vector<LabelRow> label_rows = PAW_TRY(state.LabelRows(batch, rows));
    for (auto& logits : PAW_TRY(state.parts->search->BranchLogits(*state.context, label_rows))) branch_logits.push_back(std::move(logits));
  }
  return PriorOffsets(state.parts->search->trie(), branch_logits, share);
}

}  // namespace paw
