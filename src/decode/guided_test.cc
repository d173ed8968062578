#include "decode/guided.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "decode/hash_model.h"
#include "lm/tokenizer_bpe.h"

namespace paw {
namespace {

// Two control tokens, the line feed and some letters.
Tokenizer LetterTokenizer() {
  Vocabulary vocabulary;
  vocabulary.pre = "smollm";
  vocabulary.tokens = {"<|pad|>", "<|end|>"};
  vocabulary.types = {TokenType::kControl, TokenType::kControl};
  for (const char c : std::string("\nabcdefghijklmnopqrst")) {
    vocabulary.tokens.push_back(ByteCharacter(static_cast<std::uint8_t>(c)));
    vocabulary.types.push_back(TokenType::kNormal);
  }
  vocabulary.eos = 1;
  return std::move(Tokenizer::Create(vocabulary)).value();
}

using Tokens = std::vector<TokenId>;
const Tokens kCondition = {5, 6, 7}, kBackground = {8, 9};

double LogSum(const HashContext& context, const Tokens& history, TokenId vocabulary) {
  double sum = 0;
  for (TokenId token = 0; token < vocabulary; ++token) sum += std::exp(static_cast<double>(context.Logit(history, token)));
  return std::log(sum);
}

Tokens Behind(Tokens prompt, const Tokens& line) {
  prompt.insert(prompt.end(), line.begin(), line.end());
  return prompt;
}

// One sample, token by token from whole histories.
struct SlowLine {
  Tokens tokens;
  double fit = 0;
  bool ended = false;
};
SlowLine SlowSample(const HashContext& context, const Tokenizer& tokenizer, const GuidedOptions& options, int number) {
  Random random(options.seed, "line " + std::to_string(number));
  SlowLine line;
  for (int step = 0; step <= options.tokens_max; ++step) {
    const Tokens with = Behind(kCondition, line.tokens), without = Behind(kBackground, line.tokens);
    const double with_sum = LogSum(context, with, tokenizer.vocabulary()), without_sum = LogSum(context, without, tokenizer.vocabulary());
    double best = -1e9;
    for (TokenId token = 0; token < tokenizer.vocabulary(); ++token) best = std::max<double>(best, context.Logit(with, token));
    std::vector<double> weights(static_cast<std::size_t>(tokenizer.vocabulary()));
    double sum = 0;
    for (TokenId token = 0; token < tokenizer.vocabulary(); ++token) {
      if (context.Logit(with, token) < best + std::log(options.plausible)) continue;
      const double p = context.Logit(with, token) - with_sum, q = context.Logit(without, token) - without_sum;
      sum += weights[static_cast<std::size_t>(token)] = std::exp((p + options.guidance * (p - q)) / options.temperature);
    }
    double left = random.Double() * sum;
    TokenId token = 0;
    while ((left -= weights[static_cast<std::size_t>(token)]) >= 0) ++token;
    line.fit += context.Logit(with, token) - with_sum - context.Logit(without, token) + without_sum;
    line.ended = tokenizer.IsControl(token) || tokenizer.Decode({&token, 1}) == "\n";
    if (line.ended) return line;
    line.tokens.push_back(token);
  }
  return line;
}

class GuidedTest : public testing::Test {
 protected:
  GuidedTest() : tokenizer_(LetterTokenizer()), context_(tokenizer_.vocabulary(), 1u << 20, 4.0f) {
    options_.samples = 40;
    options_.tokens_max = 60;
    options_.plausible = 0.02;
  }

  Result<std::vector<GuidedLine>> Sampled() {
    const SequenceId empty = context_.NewSequence().value();
    auto lines = SampleGuided(context_, tokenizer_, {empty, kCondition}, {empty, kBackground}, options_);
    EXPECT_EQ(context_.live_sequences(), ++sequences_);
    return lines;
  }

  Tokenizer tokenizer_;
  HashContext context_;
  GuidedOptions options_;
  std::size_t sequences_ = 0;
};

TEST_F(GuidedTest, EqualsOneSampleAtATime) {
  for (const double guidance : {0.0, 0.7, 2.0}) {
    options_.guidance = guidance;
    const auto lines = Sampled();
    ASSERT_TRUE(lines.ok()) << lines.message();
    std::size_t at = 0;
    for (int number = 0; number < options_.samples; ++number) {
      const SlowLine slow = SlowSample(context_, tokenizer_, options_, number);
      const std::string text(Trim(tokenizer_.Decode(slow.tokens)));
      if (!slow.ended || text.empty() || !IsUtf8(text)) continue;
      ASSERT_LT(at, lines->size());
      EXPECT_EQ((*lines)[at].text, text);
      EXPECT_NEAR((*lines)[at].fit, slow.fit, 1e-3);
      ++at;
    }
    EXPECT_EQ(at, lines->size());
    EXPECT_GT(at, 0u);
  }
}

TEST_F(GuidedTest, MoreSamplesBeginWithTheFewer) {
  const auto many = Sampled();
  options_.samples = 7;
  const auto few = Sampled();
  ASSERT_TRUE(many.ok() && few.ok());
  ASSERT_LT(few->size(), many->size());
  for (std::size_t i = 0; i < few->size(); ++i) EXPECT_EQ((*few)[i].text, (*many)[i].text);
}

TEST_F(GuidedTest, GuidanceRaisesTheFit) {
  const auto mean = [this](double guidance) {
    options_.guidance = guidance;
    const std::vector<GuidedLine> lines = Sampled().value();
    double sum = 0;
    for (const GuidedLine& line : lines) sum += line.fit / static_cast<double>(line.text.size());
    return sum / static_cast<double>(lines.size());
  };
  EXPECT_GT(mean(2.0), mean(0.0) + 0.5);
}

TEST_F(GuidedTest, EndsAtCancelAndAtAFailure) {
  CancelFlag cancel;
  cancel.Cancel();
  options_.cancel = &cancel;
  EXPECT_EQ(Sampled().status().code(), Code::kInterrupted);
  options_.cancel = nullptr;
  context_.fail_after = context_.calls + 4;
  EXPECT_EQ(Sampled().status().code(), Code::kFailed);
}

}  // namespace
}  // namespace paw
