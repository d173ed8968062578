#include "decode/guided.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "decode/sequences.h"
#include "kernels/kernels.h"

namespace paw {
namespace {

// One side of the push: a sequence and what the model thinks of the token after it.
struct Side {
  SequenceId sequence = -1;
  std::vector<float> logits;  // (vocabulary)
  float log_sum = 0;          // log of the sum of their exponentials

  double LogP(std::size_t token) const { return static_cast<double>(logits[token]) - log_sum; }

  Status Think(std::vector<float> of_last) {
    logits = std::move(of_last);
    log_sum = BestKernels().log_sum_exp(logits.data(), static_cast<int>(logits.size()));
    return std::isfinite(log_sum) ? Ok() : Internal("sampling a line: found logits that are not finite");
  }
};

class Sample {
 public:
  Sample(const GuidedOptions& options, std::int32_t number) : options_(options), random_(options.seed, "line " + std::to_string(number)) {}

  // Draws the next token; false where the line ends with it.
  bool Draw(const Tokenizer& tokenizer) {
    const std::vector<float>& logits = condition.logits;
    const double floor = *std::max_element(logits.begin(), logits.end()) + std::log(options_.plausible);
    tokens_.clear();
    scores_.clear();
    for (std::size_t i = 0; i < logits.size(); ++i) {
      if (logits[i] < floor) continue;
      tokens_.push_back(static_cast<TokenId>(i));
      scores_.push_back((condition.LogP(i) + options_.guidance * (condition.LogP(i) - background.LogP(i))) / options_.temperature);
    }
    token = Choose();
    fit += condition.LogP(static_cast<std::size_t>(token)) - background.LogP(static_cast<std::size_t>(token));
    const std::string piece = tokenizer.Decode({&token, 1});
    if (tokenizer.IsControl(token) || piece.find('\n') != std::string::npos) {
      ended = true;
      return false;
    }
    line.push_back(token);
    return true;
  }

  Side condition, background;
  TokenId token = -1;
  std::vector<TokenId> line;
  double fit = 0;
  bool ended = false;

 private:
  TokenId Choose() {
    const double top = *std::max_element(scores_.begin(), scores_.end());
    double sum = 0;
    for (double& score : scores_) sum += score = std::exp(score - top);
    double left = random_.Double() * sum;
    for (std::size_t i = 0; i < scores_.size(); ++i) {
      left -= scores_[i];
      if (left < 0) return tokens_[i];
    }
    return tokens_.back();
  }

  const GuidedOptions& options_;
  Random random_;
  std::vector<TokenId> tokens_;  // what may come next
  std::vector<double> scores_;   // of tokens_
};

// The prompt once, then a fork of it for every sample.
Status Begin(Context& context, const GuidedPrompt& prompt, Sequences& sequences, std::vector<Sample>& samples, Side Sample::*side) {
  const SequenceId begun = PAW_TRY(sequences.Fork(prompt.prefix));
  const ForwardRow row = ChainRow(begun, kNoAdapter, prompt.tokens, {});
  const std::vector<RowOutput> outputs = PAW_TRY(context.Forward({&row, 1}));
  for (Sample& sample : samples) {
    (sample.*side).sequence = PAW_TRY(sequences.Fork(begun));
    PAW_TRY((sample.*side).Think(outputs[0].logits));
  }
  sequences.Drop(begun);
  return Ok();
}

Status Advance(Context& context, const std::vector<Sample*>& live) {
  std::vector<ForwardRow> rows;
  for (const Sample* sample : live) {
    for (const Side* side : {&sample->condition, &sample->background})
      rows.push_back(ChainRow(side->sequence, kNoAdapter, {&sample->token, 1}, {}));
  }
  std::vector<RowOutput> outputs = PAW_TRY(context.Forward(rows));
  for (std::size_t i = 0; i < live.size(); ++i) {
    PAW_TRY(live[i]->condition.Think(std::move(outputs[2 * i].logits)));
    PAW_TRY(live[i]->background.Think(std::move(outputs[2 * i + 1].logits)));
  }
  return Ok();
}

}  // namespace

Result<std::vector<GuidedLine>> SampleGuided(Context& context, const Tokenizer& tokenizer, const GuidedPrompt& condition,
                                             const GuidedPrompt& background, const GuidedOptions& options) {
  Sequences sequences(context);
  std::vector<Sample> samples;
  samples.reserve(static_cast<std::size_t>(options.samples));
  for (std::int32_t number = 0; number < options.samples; ++number) samples.emplace_back(options, number);
  PAW_TRY(Begin(context, condition, sequences, samples, &Sample::condition));
  PAW_TRY(Begin(context, background, sequences, samples, &Sample::background));
  std::vector<Sample*> live;
  for (Sample& sample : samples) live.push_back(&sample);
  for (std::int32_t step = 0; step <= options.tokens_max && !live.empty(); ++step) {
    PAW_TRY(CheckCancelled(options.cancel, "sampling a line"));
    std::erase_if(live, [&tokenizer](Sample* sample) { return !sample->Draw(tokenizer); });
    if (step < options.tokens_max && !live.empty()) PAW_TRY(Advance(context, live));
  }
  std::vector<GuidedLine> lines;
  for (const Sample& sample : samples) {
    std::string text(Trim(tokenizer.Decode(sample.line)));
    if (sample.ended && !text.empty() && IsUtf8(text)) lines.push_back({std::move(text), sample.fit});
  }
  return lines;
}

}  // namespace paw
