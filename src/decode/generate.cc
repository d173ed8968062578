#include "decode/generate.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/random.h"
#include "decode/draft.h"
#include "decode/log_softmax.h"
#include "decode/sequences.h"
#include "decode/token_choice.h"

namespace paw {
namespace {

// Tokens of one Forward beyond which another costs as much as a step of its own: drafts fill up to here.
constexpr std::size_t kDraftedStepTokens = 32;
constexpr std::size_t kExpectedBytes = 64;  // of a guess from the rules: about a dozen tokens

// One row under way.
struct Answer {
  Generated generated;
  SequenceId sequence = -1;
  TokenId next = kNoToken;     // the token to feed in the coming step
  std::vector<TokenId> draft;  // fed behind it
  std::optional<PromptLookup> lookup;
  DraftPace pace{0};
  bool paced = false;  // the draft is the lookup's
  Random random{0};
  Status status;
  std::int32_t tokens_max = 0;
  bool begun = false;
  bool done = false;
};

double LogProbability(std::span<const float> logits, TokenId token) {
  std::vector<double> log_probabilities(logits.size());
  LogSoftmax(logits, 1.0, {}, log_probabilities);
  return log_probabilities[static_cast<std::size_t>(token)];
}

class Generation {
 public:
  Generation(Context& context, const Tokenizer& tokenizer, std::span<const GenerateRow> rows, const GenerateOptions& options)
      : context_(context),
        tokenizer_(tokenizer),
        rows_(rows),
        options_(options),
        sequences_(context),
        chooser_(tokenizer, options.trie),
        answers_(rows.size()) {}

  Result<std::vector<Result<Generated>>> Run() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i].tokens.empty()) return Usage("decoding: found a row without tokens, expected at least one after the prefix");
      answers_[i].random = Random(options_.seed, "sampling");
      answers_[i].tokens_max = std::min(options_.tokens_max, rows_[i].tokens_max);
      answers_[i].done = answers_[i].tokens_max <= 0;
    }
    for (;;) {
      PAW_TRY(CheckCancelled(options_.cancel, "decoding"));
      PAW_TRY(LetRowsIn());
      if (active_.empty()) break;
      PAW_TRY(Step());
    }
    std::vector<Result<Generated>> results;
    for (Answer& answer : answers_) {
      if (answer.status.ok())
        results.emplace_back(std::move(answer.generated));
      else
        results.emplace_back(answer.status);
    }
    return results;
  }

 private:
  Status LetRowsIn() {
    std::erase_if(active_, [&](std::size_t i) { return answers_[i].done; });
    std::size_t prompt_tokens = 0;
    for (; waiting_ < rows_.size() && active_.size() < std::max<std::size_t>(1, options_.rows_at_once); ++waiting_) {
      Answer& answer = answers_[waiting_];
      const GenerateRow& row = rows_[waiting_];
      if (answer.done) continue;
      if (prompt_tokens > 0 && prompt_tokens + row.tokens.size() > options_.prompt_tokens_max) break;
      prompt_tokens += row.tokens.size();
      answer.sequence = PAW_TRY(sequences_.Fork(row.prefix));
      if (options_.draft_max > 0 && options_.temperature <= 0) {
        answer.lookup.emplace(row.tokens);
        answer.pace = DraftPace(options_.draft_max);
      }
      active_.push_back(waiting_);
    }
    return Ok();
  }

  // One Forward: every active row has its prompt, or its last token and a draft, computed.
  Status Step() {
    std::vector<std::vector<TokenId>> fed(active_.size());
    std::vector<ForwardRow> forward;
    for (std::size_t k = 0; k < active_.size(); ++k) {
      const GenerateRow& row = rows_[active_[k]];
      Answer& answer = answers_[active_[k]];
      answer.draft.clear();
      answer.paced = false;
      if (answer.begun) {
        MakeDraft(row, answer);
        fed[k] = {answer.next};
        fed[k].insert(fed[k].end(), answer.draft.begin(), answer.draft.end());
      }
      forward.push_back(ChainRow(answer.sequence, row.adapter, answer.begun ? std::span<const TokenId>(fed[k]) : row.tokens, {}));
      if (!answer.draft.empty()) forward.back().logits = LogitsAt::kAll;
      answer.begun = true;
    }
    const std::vector<RowOutput> outputs = PAW_TRY(context_.Forward(forward));
    for (std::size_t k = 0; k < active_.size(); ++k) PAW_TRY(TakeOutput(rows_[active_[k]], outputs[k].logits, answers_[active_[k]]));
    return Ok();
  }

  // Chooses tokens for as long as the draft is right, and takes the rest of it back.
  Status TakeOutput(const GenerateRow& row, std::span<const float> logits, Answer& answer) {
    const std::size_t places = answer.draft.size() + 1, count = logits.size() / places;
    ++answer.generated.steps;
    std::size_t right = 0;
    for (;; ++right) {
      Choose(row, logits.subspan(right * count, count), answer);
      if (answer.done || right == answer.draft.size() || answer.next != answer.draft[right]) break;
    }
    if (answer.paced) answer.pace.Report(answer.draft.size(), right);
    if (answer.done) {
      sequences_.Drop(answer.sequence);
    } else if (right < answer.draft.size()) {
      const std::int32_t length = PAW_TRY(context_.Length(answer.sequence));
      PAW_TRY(context_.Truncate(answer.sequence, length - static_cast<std::int32_t>(answer.draft.size() - right)));
    }
    return Ok();
  }

  // Chooses the next token of a row from its logits, and sees whether the answer ends.
  void Choose(const GenerateRow& row, std::span<const float> logits, Answer& answer) {
    answer.done = true;
    const bool finite = std::all_of(logits.begin(), logits.end(), [](float value) { return std::isfinite(value); });
    if (logits.size() != static_cast<std::size_t>(tokenizer_.vocabulary()) || !finite) {
      answer.status = Internal("decoding: found logits that are not finite or not one for each of " +
                               std::to_string(tokenizer_.vocabulary()) + " tokens, expected finite ones (a damaged adapter?)");
      return;
    }
    answer.next =
        options_.temperature > 0 ? chooser_.Draw(row.rules, logits, options_.temperature, answer.random) : chooser_.Best(row.rules, logits);
    if (answer.next == kNoToken) {
      answer.status = Failed("decoding: found no token that may follow " + std::to_string(answer.generated.text.size()) +
                             " bytes of the answer, expected one");
      return;
    }
    Generated& generated = answer.generated;
    if (options_.log_probabilities) generated.log_probability += LogProbability(logits, answer.next);
    generated.ended = answer.next == tokenizer_.eos();
    if (!generated.ended) {
      const std::string piece = tokenizer_.Decode(std::span(&answer.next, 1));
      generated.tokens.push_back(answer.next);
      generated.text += piece;
      if (answer.lookup) answer.lookup->Append(answer.next);
      if (row.rules != nullptr) row.rules->Advance(piece);
      generated.ended = row.rules != nullptr && row.rules->MustEnd();
      const auto tokens = static_cast<std::int32_t>(generated.tokens.size());
      answer.done = generated.ended || tokens >= answer.tokens_max;
      if (row.keep_going && !row.keep_going(generated.text, tokens)) answer.done = true;
    }
  }

  // What the rules leave no choice about, else what stood behind the last tokens before; cut where the rules forbid it.
  void MakeDraft(const GenerateRow& row, Answer& answer) {
    const std::size_t share = kDraftedStepTokens / active_.size();
    if (!answer.lookup || share < 2) return;
    const std::size_t room = static_cast<std::size_t>(answer.tokens_max) - answer.generated.tokens.size();
    const std::size_t most = std::min({options_.draft_max, share - 1, room});
    if (row.rules != nullptr) {
      const std::string expected = row.rules->Expected(kExpectedBytes);
      const auto tokens = tokenizer_.Encode(expected, SpecialTokens::kPlain);  // a text cut inside a character has none
      if (tokens.ok() && !tokens->empty()) return TakeDraft(row, std::span(*tokens).first(std::min(tokens->size(), most)), answer);
    }
    TakeDraft(row, answer.lookup->Propose(std::min(most, answer.pace.Next())), answer);
    answer.paced = true;
  }

  void TakeDraft(const GenerateRow& row, std::span<const TokenId> guess, Answer& answer) const {
    std::string text;
    for (const TokenId token : guess) {
      if (token == tokenizer_.eos() || tokenizer_.IsControl(token)) break;
      text += tokenizer_.PieceOf(token);
      if (row.rules != nullptr && !row.rules->Allows(text)) break;
      answer.draft.push_back(token);
    }
  }

  Context& context_;
  const Tokenizer& tokenizer_;
  std::span<const GenerateRow> rows_;
  const GenerateOptions& options_;
  Sequences sequences_;
  TokenChooser chooser_;
  std::vector<Answer> answers_;
  std::vector<std::size_t> active_;  // rows of the coming step
  std::size_t waiting_ = 0;          // the next row to let in
};

}  // namespace

Result<std::vector<Result<Generated>>> Generate(Context& context, const Tokenizer& tokenizer, std::span<const GenerateRow> rows,
                                                const GenerateOptions& options) {
  return Generation(context, tokenizer, rows, options).Run();
}

}  // namespace paw
