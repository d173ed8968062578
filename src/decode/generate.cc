#include "decode/generate.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/random.h"
#include "decode/sequences.h"

namespace paw {
namespace {

// One row under way.
struct Answer {
  Generated generated;
  SequenceId sequence = -1;
  TokenId next = kNoToken;  // the token to feed in the coming step
  Random random{0};
  Status status;
  std::int32_t tokens_max = 0;
  bool begun = false;
  bool done = false;
};

// Whether `token` may come next; EOS where the answer is complete, other tokens by their bytes.
bool IsAllowed(const Tokenizer& tokenizer, const OutputRules* rules, TokenId token) {
  if (rules == nullptr) return true;
  if (token == tokenizer.eos()) return rules->IsComplete();
  if (tokenizer.IsControl(token)) return false;
  return rules->Allows(tokenizer.Decode(std::span(&token, 1)));
}

// The allowed token of the highest logit, ties to the smaller id. A heap, since the first few tokens nearly always decide.
TokenId BestAllowed(const Tokenizer& tokenizer, const OutputRules* rules, std::span<const float> logits) {
  const auto free_choice = static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  if (IsAllowed(tokenizer, rules, free_choice)) return free_choice;
  std::vector<TokenId> heap(logits.size());
  std::iota(heap.begin(), heap.end(), 0);
  const auto below = [&](TokenId a, TokenId b) { return logits[a] != logits[b] ? logits[a] < logits[b] : a > b; };
  std::make_heap(heap.begin(), heap.end(), below);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), below);
    if (IsAllowed(tokenizer, rules, heap.back())) return heap.back();
    heap.pop_back();
  }
  return kNoToken;
}

// Draws by rejection: a forbidden token loses its mass and the draw is repeated over the rest.
TokenId SampleAllowed(const Tokenizer& tokenizer, const OutputRules* rules, std::span<const float> logits, float temperature,
                      Random& random) {
  const double top = *std::max_element(logits.begin(), logits.end());
  std::vector<double> mass(logits.size());
  double total = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) total += mass[i] = std::exp((logits[i] - top) / temperature);
  for (int tries = 0; tries < 64; ++tries) {
    double left = random.Double() * total;
    std::size_t token = 0;
    while (token + 1 < mass.size() && left >= mass[token]) left -= mass[token++];
    if (mass[token] > 0 && IsAllowed(tokenizer, rules, static_cast<TokenId>(token))) return static_cast<TokenId>(token);
    total -= mass[token];
    mass[token] = 0;
  }
  return BestAllowed(tokenizer, rules, logits);  // the model wants nothing that is allowed
}

double LogProbability(std::span<const float> logits, TokenId token) {
  const double top = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - top);
  return logits[static_cast<std::size_t>(token)] - top - std::log(sum);
}

// Chooses the next token of a row from its logits, and sees whether the answer ends.
void TakeLogits(const Tokenizer& tokenizer, OutputRules* rules, std::span<const float> logits, const GenerateOptions& options,
                Answer& answer) {
  const bool finite = std::all_of(logits.begin(), logits.end(), [](float value) { return std::isfinite(value); });
  if (logits.size() != static_cast<std::size_t>(tokenizer.vocabulary()) || !finite) {
    answer.status = Internal("decoding: found logits that are not finite or not one for each of " + std::to_string(tokenizer.vocabulary()) +
                             " tokens, expected finite ones (a damaged adapter?)");
    answer.done = true;
    return;
  }
  answer.next = options.temperature > 0 ? SampleAllowed(tokenizer, rules, logits, options.temperature, answer.random)
                                        : BestAllowed(tokenizer, rules, logits);
  if (answer.next == kNoToken) {
    answer.status = Failed("decoding: found no token that may follow " + std::to_string(answer.generated.text.size()) +
                           " bytes of the answer, expected one");
    answer.done = true;
    return;
  }
  if (options.log_probabilities) answer.generated.log_probability += LogProbability(logits, answer.next);
  if (answer.next == tokenizer.eos()) {
    answer.generated.ended = true;
    answer.done = true;
    return;
  }
  const std::string piece = tokenizer.Decode(std::span(&answer.next, 1));
  answer.generated.tokens.push_back(answer.next);
  answer.generated.text += piece;
  if (rules != nullptr) rules->Advance(piece);
  answer.generated.ended = rules != nullptr && rules->MustEnd();
  answer.done = answer.generated.ended || static_cast<std::int32_t>(answer.generated.tokens.size()) >= answer.tokens_max;
}

void AskWhetherToGoOn(const GenerateRow& row, Answer& answer) {
  if (!row.keep_going || !answer.status.ok()) return;
  if (!row.keep_going(answer.generated.text, static_cast<std::int32_t>(answer.generated.tokens.size()))) answer.done = true;
}

}  // namespace

Result<std::vector<Result<Generated>>> Generate(Context& context, const Tokenizer& tokenizer, std::span<const GenerateRow> rows,
                                                const GenerateOptions& options) {
  std::vector<Answer> answers(rows.size());
  Sequences sequences(context);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].tokens.empty()) return Usage("decoding: found a row without tokens, expected at least one after the prefix");
    answers[i].random = Random(options.seed, "sampling");
    answers[i].tokens_max = std::min(options.tokens_max, rows[i].tokens_max);
    answers[i].done = answers[i].tokens_max <= 0;
  }
  std::vector<std::size_t> active;  // rows of the coming step
  for (std::size_t waiting = 0;;) {
    PAW_TRY(CheckCancelled(options.cancel, "decoding"));
    std::erase_if(active, [&](std::size_t i) { return answers[i].done; });
    std::size_t prompt_tokens = 0;
    for (; waiting < rows.size() && active.size() < std::max<std::size_t>(1, options.rows_at_once); ++waiting) {
      if (answers[waiting].done) continue;
      if (prompt_tokens > 0 && prompt_tokens + rows[waiting].tokens.size() > options.prompt_tokens_max) break;
      prompt_tokens += rows[waiting].tokens.size();
      answers[waiting].sequence = PAW_TRY(sequences.Fork(rows[waiting].prefix));
      active.push_back(waiting);
    }
    if (active.empty()) break;
    std::vector<ForwardRow> forward;
    for (std::size_t i : active) {
      const auto tokens = answers[i].begun ? std::span<const TokenId>(&answers[i].next, 1) : rows[i].tokens;
      forward.push_back(ChainRow(answers[i].sequence, rows[i].adapter, tokens, {}));
      answers[i].begun = true;
    }
    const std::vector<RowOutput> outputs = PAW_TRY(context.Forward(forward));
    for (std::size_t k = 0; k < active.size(); ++k) {
      Answer& answer = answers[active[k]];
      TakeLogits(tokenizer, rows[active[k]].rules, outputs[k].logits, options, answer);
      AskWhetherToGoOn(rows[active[k]], answer);
      if (answer.done) sequences.Drop(answer.sequence);
    }
  }
  std::vector<Result<Generated>> results;
  for (Answer& answer : answers) {
    if (answer.status.ok())
      results.emplace_back(std::move(answer.generated));
    else
      results.emplace_back(answer.status);
  }
  return results;
}

}  // namespace paw
