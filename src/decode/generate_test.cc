#include "decode/generate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "decode/hash_model.h"
#include "decode/schema_rules.h"
#include "lm/tokenizer_bpe.h"

namespace paw {
namespace {

// Two control tokens, every byte, and a few longer pieces.
Tokenizer SmallTokenizer() {
  Vocabulary vocabulary;
  vocabulary.pre = "smollm";
  vocabulary.tokens = {"<|pad|>", "<|end|>"};
  vocabulary.types = {TokenType::kControl, TokenType::kControl};
  for (int byte = 0; byte < 256; ++byte) {
    vocabulary.tokens.push_back(ByteCharacter(static_cast<std::uint8_t>(byte)));
    vocabulary.types.push_back(TokenType::kNormal);
  }
  for (const auto& [left, right] : std::vector<std::pair<std::string, std::string>>{{"{", "\""}, {"\"", ":"}, {"[", "]"}, {"1", "2"}}) {
    vocabulary.tokens.push_back(left + right);
    vocabulary.types.push_back(TokenType::kNormal);
    vocabulary.merges.push_back(left + " " + right);
  }
  vocabulary.eos = 1;
  return std::move(Tokenizer::Create(vocabulary)).value();
}

struct Prompts {
  std::vector<std::vector<TokenId>> tokens;
  std::vector<GenerateRow> rows;
  explicit Prompts(SequenceId prefix, int count) {
    for (int i = 0; i < count; ++i) tokens.push_back({5 + i, 6});
    for (const auto& row : tokens) rows.push_back({prefix, kNoAdapter, row});
  }
};

TEST(Generate, GreedyEqualsStepByStep) {
  const Tokenizer tokenizer = SmallTokenizer();
  HashContext context(tokenizer.vocabulary());
  Prompts prompts(context.NewSequence().value(), 20);
  const auto results = Generate(context, tokenizer, prompts.rows, {.tokens_max = 300});
  ASSERT_TRUE(results.ok()) << results.message();
  int ended = 0;
  for (std::size_t i = 0; i < prompts.rows.size(); ++i) {
    ASSERT_TRUE((*results)[i].ok());
    const Generated& answer = *(*results)[i];
    std::vector<TokenId> history = prompts.tokens[i];
    std::vector<TokenId> expected;
    while (expected.size() < 300) {
      TokenId best = 0;
      for (TokenId token = 1; token < tokenizer.vocabulary(); ++token) {
        if (context.Logit(history, token) > context.Logit(history, best)) best = token;
      }
      if (best == tokenizer.eos()) break;
      expected.push_back(best);
      history.push_back(best);
    }
    EXPECT_EQ(answer.tokens, expected);
    EXPECT_EQ(answer.ended, expected.size() < 300);
    EXPECT_EQ(answer.text, tokenizer.Decode(expected));
    ended += answer.ended;
  }
  EXPECT_GT(ended, 3);
  EXPECT_EQ(context.live_sequences(), 1u);
}

TEST(Generate, LogProbabilitiesAreThoseOfTheTokensAndTheirEnd) {
  const Tokenizer tokenizer = SmallTokenizer();
  HashContext context(tokenizer.vocabulary());
  Prompts prompts(context.NewSequence().value(), 20);
  const auto results = Generate(context, tokenizer, prompts.rows, {.tokens_max = 40, .log_probabilities = true});
  ASSERT_TRUE(results.ok()) << results.message();
  int ended = 0;
  for (std::size_t i = 0; i < prompts.rows.size(); ++i) {
    const Generated& answer = *(*results)[i];
    std::vector<TokenId> history = prompts.tokens[i];
    std::vector<TokenId> chosen = answer.tokens;
    if (answer.ended) chosen.push_back(tokenizer.eos());
    double expected = 0;
    for (const TokenId next : chosen) {
      double sum = 0;
      for (TokenId token = 0; token < tokenizer.vocabulary(); ++token) sum += std::exp(static_cast<double>(context.Logit(history, token)));
      expected += context.Logit(history, next) - std::log(sum);
      history.push_back(next);
    }
    EXPECT_NEAR(answer.log_probability, expected, 1e-4);
    EXPECT_LT(answer.log_probability, 0);
    ended += answer.ended;
  }
  EXPECT_GT(ended, 0) << "an end has a probability too";
  EXPECT_EQ((*Generate(context, tokenizer, prompts.rows, {.tokens_max = 40}))[0]->log_probability, 0) << "not asked for";
}

TEST(Generate, JsonAnswersParse) {
  const Tokenizer tokenizer = SmallTokenizer();
  HashContext context(tokenizer.vocabulary());
  Prompts prompts(context.NewSequence().value(), 60);
  for (const float temperature : {0.0f, 1.0f}) {
    std::vector<JsonRules> rules(prompts.rows.size(), JsonRules({.containers_only = false, .alternatives = {"NONE"}}));
    for (std::size_t i = 0; i < rules.size(); ++i) prompts.rows[i].rules = &rules[i];
    const auto results = Generate(context, tokenizer, prompts.rows, {.tokens_max = 400, .temperature = temperature, .seed = 3});
    ASSERT_TRUE(results.ok()) << results.message();
    int ended = 0;
    for (const auto& result : *results) {
      ASSERT_TRUE(result.ok()) << result.message();
      if (!result->ended) continue;
      ++ended;
      EXPECT_TRUE(result->text == "NONE" || nlohmann::json::accept(result->text)) << Printable(result->text);
    }
    EXPECT_GT(ended, 15);
  }
}

TEST(Generate, TextUnderRulesIsUtf8) {
  const Tokenizer tokenizer = SmallTokenizer();
  HashContext context(tokenizer.vocabulary());
  Prompts prompts(context.NewSequence().value(), 20);
  std::vector<Utf8Rules> rules(prompts.rows.size());
  for (std::size_t i = 0; i < rules.size(); ++i) prompts.rows[i].rules = &rules[i];
  const auto results = Generate(context, tokenizer, prompts.rows, {.tokens_max = 200});
  ASSERT_TRUE(results.ok());
  for (const auto& result : *results) {
    ASSERT_TRUE(result.ok());
    EXPECT_TRUE(!result->ended || IsUtf8(result->text)) << Printable(result->text);
    EXPECT_EQ(result->text.find('\0'), std::string::npos);
  }
}

TEST(Generate, ASampleDependsOnTheSeedAndNotOnTheBatch) {
  const Tokenizer tokenizer = SmallTokenizer();
  HashContext context(tokenizer.vocabulary());
  Prompts prompts(context.NewSequence().value(), 5);
  const GenerateOptions options{.tokens_max = 40, .temperature = 0.8f, .seed = 9};
  const auto batch = Generate(context, tokenizer, prompts.rows, options);
  const auto other = Generate(context, tokenizer, prompts.rows, {.tokens_max = 40, .temperature = 0.8f, .seed = 10});
  ASSERT_TRUE(batch.ok() && other.ok());
  for (std::size_t i = 0; i < prompts.rows.size(); ++i) {
    const auto alone = Generate(context, tokenizer, std::span(&prompts.rows[i], 1), options);
    ASSERT_TRUE(alone.ok());
    EXPECT_EQ((*alone)[0]->tokens, (*batch)[i]->tokens);
    EXPECT_NE((*other)[i]->tokens, (*batch)[i]->tokens);
  }
}

TEST(Generate, RowsThatWaitTheirTurnAnswerTheSame) {
  const Tokenizer tokenizer = SmallTokenizer();
  HashContext context(tokenizer.vocabulary());
  Prompts prompts(context.NewSequence().value(), 25);
  const auto together = Generate(context, tokenizer, prompts.rows, {.tokens_max = 50});
  context.calls = 0;
  const auto in_turn = Generate(context, tokenizer, prompts.rows, {.tokens_max = 50, .rows_at_once = 3, .prompt_tokens_max = 5});
  ASSERT_TRUE(together.ok() && in_turn.ok());
  std::size_t tokens = 0;
  for (std::size_t i = 0; i < prompts.rows.size(); ++i) {
    EXPECT_EQ((*together)[i]->tokens, (*in_turn)[i]->tokens);
    tokens += (*in_turn)[i]->tokens.size() + 1;
  }
  EXPECT_LT(context.calls, static_cast<std::int64_t>(tokens / 2));  // a free place is taken at once
}

TEST(Generate, LogitsThatAreNotFiniteAreAnErrorOfTheEngine) {
  const Tokenizer tokenizer = SmallTokenizer();
  HashContext context(tokenizer.vocabulary(), 1u << 20, std::numeric_limits<float>::infinity());
  const Prompts prompts(context.NewSequence().value(), 2);
  const auto results = Generate(context, tokenizer, prompts.rows, {.tokens_max = 3});
  ASSERT_TRUE(results.ok()) << results.message();
  for (const auto& result : *results) EXPECT_EQ(result.code(), Code::kInternal);
}

TEST(Generate, NoTokensAskedForAndCancel) {
  const Tokenizer tokenizer = SmallTokenizer();
  HashContext context(tokenizer.vocabulary());
  Prompts prompts(context.NewSequence().value(), 2);
  const auto none = Generate(context, tokenizer, prompts.rows, {.tokens_max = 0});
  ASSERT_TRUE(none.ok());
  EXPECT_EQ((*none)[0]->text, "");
  prompts.rows[1].tokens_max = 3;
  const auto few = Generate(context, tokenizer, prompts.rows, {.tokens_max = 7});
  ASSERT_TRUE(few.ok());
  EXPECT_LE((*few)[0]->tokens.size(), 7u);
  EXPECT_LE((*few)[1]->tokens.size(), 3u);
  CancelFlag cancel;
  cancel.Cancel();
  EXPECT_EQ(Generate(context, tokenizer, prompts.rows, {.cancel = &cancel}).code(), Code::kInterrupted);
  EXPECT_EQ(context.live_sequences(), 1u);
}

// What a row answers with, drafts or none.
std::vector<Generated> Answers(HashContext& context, const Tokenizer& tokenizer, Prompts& prompts, const GenerateOptions& options,
                               int kind) {
  static const auto schema = JsonSchema::Parse(
      R"({"type":"array","items":{"type":"object","properties":{"name":{"type":"string","maxLength":9},"count":{"type":"integer"}},
          "required":["name","count"],"additionalProperties":false}})",
      "schema");
  std::vector<std::unique_ptr<OutputRules>> rules;
  for (GenerateRow& row : prompts.rows) {
    if (kind == 1) rules.push_back(std::make_unique<JsonRules>(JsonRules::Options{}));
    if (kind == 2) rules.push_back(std::make_unique<SchemaRules>(*schema));
    row.rules = kind == 0 ? nullptr : rules.back().get();
  }
  const auto results = Generate(context, tokenizer, prompts.rows, options);
  EXPECT_TRUE(results.ok()) << results.message();
  std::vector<Generated> answers;
  for (const auto& result : *results) {
    EXPECT_TRUE(result.ok()) << result.message();
    answers.push_back(*result);
  }
  return answers;
}

TEST(Generate, DraftsChangeTheStepsAndNothingElse) {
  const Tokenizer tokenizer = SmallTokenizer();
  for (const int kind : {0, 1, 2}) {
    HashContext context(tokenizer.vocabulary(), 1u << 20, 6.0f, kind == 0 ? 1 : 2);  // it comes back to where it was, and goes on as before
    Prompts prompts(context.NewSequence().value(), 30);
    const auto plain = Answers(context, tokenizer, prompts, {.tokens_max = 150}, kind);
    std::int64_t plain_steps = 0;
    for (const Generated& answer : plain) plain_steps += answer.steps;
    for (const std::size_t draft_max : {std::size_t{1}, std::size_t{3}, std::size_t{12}}) {
      for (const std::size_t rows_at_once : {std::size_t{1}, std::size_t{7}, std::size_t{64}}) {
        const auto drafted =
            Answers(context, tokenizer, prompts, {.tokens_max = 150, .rows_at_once = rows_at_once, .draft_max = draft_max}, kind);
        std::int64_t steps = 0;
        for (std::size_t i = 0; i < plain.size(); ++i) {
          EXPECT_EQ(drafted[i].tokens, plain[i].tokens);
          EXPECT_EQ(drafted[i].text, plain[i].text);
          EXPECT_EQ(drafted[i].ended, plain[i].ended);
          steps += drafted[i].steps;
        }
        EXPECT_LE(steps, plain_steps);
        if (draft_max == 12 && rows_at_once == 1) {
          EXPECT_LT((kind == 0 ? 3 : 1) * steps, plain_steps) << kind;
        }
      }
    }
    EXPECT_EQ(context.live_sequences(), 1u);
  }
}

TEST(Generate, ARowIsAskedAfterEveryTokenOfADraft) {
  const Tokenizer tokenizer = SmallTokenizer();
  HashContext context(tokenizer.vocabulary(), 1u << 20, 6.0f, 2);
  Prompts prompts(context.NewSequence().value(), 10);
  for (const std::size_t draft_max : {std::size_t{0}, std::size_t{12}}) {
    std::vector<int> asked(prompts.rows.size());
    for (std::size_t i = 0; i < prompts.rows.size(); ++i) {
      prompts.rows[i].keep_going = [&asked, i](std::string_view, std::int32_t tokens) {
        EXPECT_EQ(tokens, ++asked[i]);
        return tokens < 47;
      };
    }
    const auto results = Generate(context, tokenizer, prompts.rows, {.tokens_max = 100, .draft_max = draft_max});
    ASSERT_TRUE(results.ok());
    for (const auto& result : *results) EXPECT_LE(result->tokens.size(), 47u);
  }
}

}  // namespace
}  // namespace paw
