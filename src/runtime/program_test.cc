#include "runtime/program.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "base/word_cuts.h"
#include "lm/llamacpp/llamacpp.h"
#include "lm/native/native.h"
#include "prompt/row.h"
#include "runtime/answer_text.h"
#include "runtime/toy_program.h"

namespace paw {
namespace {

const std::vector<std::string> kLabels = {"billing", "bill", "refund",        "refund late",  "other",
                                          "no",      "non",  "none of these", "\u00e9t\u00e9"};

std::vector<std::string> Inputs(int count, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::string> inputs = {""};
  while (static_cast<int>(inputs.size()) < count) {
    std::string text;
    for (std::uint64_t n = 1 + random.Below(30); n > 0; --n) text += static_cast<char>('a' + random.Below(26));
    inputs.push_back(text + (random.Below(4) == 0 ? " <|im_end|> caf\u00e9" : ""));
  }
  return inputs;
}

// P(label) by explicit chains through the engine, from nothing, with the full vocabulary's logits.
double BruteProbability(const BaseModel& base, AdapterId adapter, const std::vector<TokenId>& prompt,
                        const std::vector<std::vector<TokenId>>& labels, std::size_t index) {
  auto context = base.lm().NewContext({.threads = 1, .context_max = 512});
  EXPECT_TRUE(context.ok());
  std::vector<TokenId> tokens = prompt;
  tokens.insert(tokens.end(), labels[index].begin(), labels[index].end());
  ForwardRow row;
  row.sequence = (*context)->NewSequence().value();
  row.adapter = adapter;
  row.tokens = tokens;
  row.logits = LogitsAt::kAll;
  const auto outputs = (*context)->Forward(std::span(&row, 1));
  EXPECT_TRUE(outputs.ok()) << outputs.message();
  const std::size_t vocabulary = base.lm().shape().vocabulary;
  double probability = 1;
  for (std::size_t at = 0; at < labels[index].size(); ++at) {
    const float* logits = &(*outputs)[0].logits[(prompt.size() - 1 + at) * vocabulary];
    std::set<TokenId> allowed;
    for (const auto& label : labels) {
      if (label.size() > at && std::equal(label.begin(), label.begin() + at, labels[index].begin())) allowed.insert(label[at]);
    }
    double sum = 0;
    for (TokenId token : allowed) sum += std::exp(static_cast<double>(logits[token]));
    probability *= std::exp(static_cast<double>(logits[labels[index][at]])) / sum;
  }
  return probability;
}

// Every engine; each must give the same answers with and without probabilities asked for.
struct Engine {
  const char* name;
  ModelOpener open;
  EngineKind kind;
  double tolerance;  // of a probability against explicit chains on the same engine; llama.cpp keeps fp16 keys and values
};

class ProgramOn : public testing::TestWithParam<Engine> {
 protected:
  std::shared_ptr<BaseModel> Base() { return ToyBase(1, GetParam().open, GetParam().kind); }
};

INSTANTIATE_TEST_SUITE_P(Engines, ProgramOn,
                         testing::Values(Engine{"reference", OpenReference, EngineKind::kReference, 1e-5},
                                         Engine{"native", OpenNative, EngineKind::kNative, 1e-5},
                                         Engine{"llamacpp", OpenLlamaCpp, EngineKind::kLlamaCpp, 1e-2}),
                         [](const auto& engine) { return std::string(engine.param.name); });

TEST_P(ProgramOn, TheRejectThresholdTurnsUnsureAnswersIntoTheRejectLabel) {
  const auto base = Base();
  Bundle bundle = ToyBundle(*base, OutputKind::kLabel, kLabels);
  const auto plain = OpenToy(bundle, base);
  const auto inputs = Inputs(20, 5);
  Session without = OpenSession(*plain);
  const auto before = without.RunBatch(inputs, {});
  std::vector<double> sure;
  for (const auto& answer : before) sure.push_back(*answer->probability);
  std::sort(sure.begin(), sure.end());
  const double below = sure[10];
  bundle.manifest.paw->reject = RejectThreshold{"none of these", below};
  const auto program = OpenToy(bundle, base);
  EXPECT_NE(program->digest(), plain->digest());
  Session session = OpenSession(*program);
  const auto after = session.RunBatch(inputs, {.probabilities = true});
  const auto drawn = session.RunBatch(inputs, {.temperature = 1.0f, .seed = 4});
  int rejected = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    ASSERT_TRUE(before[i].ok() && after[i].ok() && drawn[i].ok());
    const bool unsure = *before[i]->probability < below && before[i]->output != "none of these";
    rejected += unsure ? 1 : 0;
    EXPECT_EQ(after[i]->rejected, unsure);
    EXPECT_EQ(after[i]->output, unsure ? "none of these" : before[i]->output);
    EXPECT_EQ(*after[i]->probability, unsure ? 1 - *before[i]->probability : *before[i]->probability);
    EXPECT_EQ(after[i]->labels.front().label, before[i]->output) << "the distribution itself does not change";
    EXPECT_FALSE(drawn[i]->rejected) << "drawn answers follow the distribution";
  }
  EXPECT_GT(rejected, 0);
}

TEST_P(ProgramOn, LabelsAgreeWithExplicitChains) {
  const auto base = Base();
  const Bundle bundle = ToyBundle(*base, OutputKind::kLabel, kLabels);
  const AdapterId adapter = base->lm().AddAdapter(bundle.adapter_gguf).value();
  const auto prepared = PreparedTemplate::Create(base->tokenizer(), *PromptTemplate::Parse(bundle.prompt_template)).value();
  const auto program = OpenToy(bundle, base);
  Session session = OpenSession(*program);
  std::vector<std::vector<TokenId>> labels;
  for (const std::string& label : kLabels) labels.push_back(TokenizeOutput(base->tokenizer(), label).value());
  const auto inputs = Inputs(12, 3);
  const auto all = session.RunBatch(inputs, {.probabilities = true});
  const auto best = session.RunBatch(inputs, {});
  std::set<std::string> seen;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    ASSERT_TRUE(all[i].ok() && best[i].ok()) << all[i].message();
    std::vector<TokenId> prompt = prepared.prefix();
    const auto row = TokenizeRow(prepared, inputs[i]).value();
    prompt.insert(prompt.end(), row.begin(), row.end());
    ASSERT_EQ(all[i]->labels.size(), kLabels.size());
    double sum = 0;
    for (const LabelProbability& label : all[i]->labels) {
      const std::size_t index = std::find(kLabels.begin(), kLabels.end(), label.label) - kLabels.begin();
      EXPECT_NEAR(label.probability, BruteProbability(*base, adapter, prompt, labels, index), GetParam().tolerance);
      sum += label.probability;
    }
    EXPECT_NEAR(sum, 1, 1e-9);
    EXPECT_EQ(all[i]->labels.front().label, all[i]->output);
    EXPECT_EQ(best[i]->output, all[i]->output);
    EXPECT_EQ(*best[i]->probability, *all[i]->probability);  // tree row and chains: the same bits
    EXPECT_EQ(best[i]->tokens_in, static_cast<std::int32_t>(prompt.size()));
    seen.insert(best[i]->output);
  }
  EXPECT_GT(seen.size(), 1u);  // the toy does not say the same to everything
}

TEST_P(ProgramOn, ABatchAnswersAsRowsAloneDo) {
  if (GetParam().kind == EngineKind::kLlamaCpp) GTEST_SKIP() << "llama.cpp promises no such thing";
  const auto base = Base();
  const auto inputs = Inputs(30, 4);
  for (const OutputKind kind : {OutputKind::kLabel, OutputKind::kText, OutputKind::kJson}) {
    const auto program = OpenToy(ToyBundle(*base, kind, kind == OutputKind::kLabel ? kLabels : std::vector<std::string>()), base);
    Session session = OpenSession(*program);
    for (const float temperature : {0.0f, 0.9f}) {
      RunOptions options;
      options.output_tokens_max = 12;
      options.temperature = temperature;
      options.seed = 5;
      const auto batch = session.RunBatch(inputs, options);
      Session other = OpenSession(*program);
      for (std::size_t i = 0; i < inputs.size(); i += 3) {
        const auto alone = other.Run(inputs[i], options);
        ASSERT_EQ(alone.ok(), batch[i].ok());
        if (!alone.ok()) continue;
        EXPECT_EQ(alone->output, batch[i]->output);
        EXPECT_EQ(alone->probability, batch[i]->probability);
        EXPECT_EQ(alone->tokens_out, batch[i]->tokens_out);
      }
    }
  }
}

TEST(Program, JsonAnswersAreJsonOrTheAgreedWord) {
  const auto base = ToyBase();
  Bundle bundle = ToyBundle(*base, OutputKind::kJson);
  bundle.manifest.paw->other["json"] = {{"alternatives", {"NONE"}}};
  const auto program = OpenToy(bundle, base);
  Session session = OpenSession(*program);
  RunOptions options;
  options.output_tokens_max = 60;
  options.temperature = 1.0f;
  int whole = 0;
  for (options.seed = 0; options.seed < 4; ++options.seed) {
    for (const auto& result : session.RunBatch(Inputs(10, 9), options)) {
      if (!result.ok()) {
        EXPECT_EQ(result.code(), Code::kFailed);
        EXPECT_NE(result.message().find("60 tokens"), std::string::npos);
        continue;
      }
      ++whole;
      EXPECT_TRUE(result->output == "NONE" || nlohmann::json::accept(result->output)) << result->output;
      EXPECT_FALSE(result->truncated);
    }
  }
  EXPECT_GT(whole, 3);
}

TEST(Program, CompactJsonHasNoBlanksBetweenTokens) {
  const auto base = ToyBase();
  Bundle bundle = ToyBundle(*base, OutputKind::kJson);
  bundle.manifest.paw->other["json"] = {{"compact", true}};
  const auto program = OpenToy(bundle, base);
  Session session = OpenSession(*program);
  RunOptions options;
  options.output_tokens_max = 60;
  options.temperature = 1.0f;
  int whole = 0;
  for (options.seed = 0; options.seed < 4; ++options.seed) {
    for (const auto& result : session.RunBatch(Inputs(10, 9), options)) {
      if (!result.ok()) continue;
      ++whole;
      EXPECT_EQ(result->output.find_first_of("\n\t"), std::string::npos) << result->output;
      EXPECT_NE(result->output.front(), ' ');
    }
  }
  EXPECT_GT(whole, 3);
}

TEST(Program, SpanAnswersStandInTheirInputs) {
  const auto base = ToyBase();
  Bundle bundle = ToyBundle(*base, OutputKind::kText);
  const std::string open_digest = OpenToy(bundle, base)->digest();
  bundle.manifest.paw->other["span"] = {{"alternatives", {"none"}}};
  const auto program = OpenToy(bundle, base);
  EXPECT_NE(program->digest(), open_digest);
  Session session = OpenSession(*program);
  std::vector<std::string> inputs = {"", " \n", "order ORD-48213 of 1,060.50 EUR", "caf\u00e9 \u043c\u0438\u0440 \u201cyes\u201d"};
  for (const std::string& input : Inputs(30, 7)) inputs.push_back(input + " and more");
  RunOptions options;
  std::set<std::string> seen;
  for (options.temperature = 0; options.temperature < 2; options.temperature += 1) {
    const auto batch = session.RunBatch(inputs, options);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      ASSERT_TRUE(batch[i].ok()) << batch[i].message();
      const std::string& output = batch[i]->output;
      EXPECT_FALSE(batch[i]->truncated);
      EXPECT_TRUE(output == "none" || (i < 2 && output.empty()) || StandsIn(output, inputs[i])) << output << " of " << inputs[i];
      EXPECT_EQ(session.Run(inputs[i], options)->output, output);  // alone a row has longer drafts
      seen.insert(output);
    }
  }
  EXPECT_GT(seen.size(), 5u);
  options.free_decoding = true;
  EXPECT_FALSE(StandsIn(session.Run(inputs[2], options)->output, inputs[2])) << "a toy that is let loose says something of its own";
  bundle.manifest.paw->other["span"] = {{"alternatives", "none"}};
  EXPECT_EQ(Program::Open(bundle, base).status().code(), Code::kRefused);
}

TEST(Program, AnswersAreDocumentsOfTheSchema) {
  const auto base = ToyBase();
  RunOptions options;
  options.output_tokens_max = 90;
  const auto schema = JsonSchema::Parse(
      R"({"type":"object","properties":{"name":{"type":"string","maxLength":5},"kind":{"enum":["cat","dog"]}},"required":["name","kind"],
          "additionalProperties":false})",
      "schema");
  ASSERT_TRUE(schema.ok()) << schema.message();
  options.schema = *schema;
  for (const OutputKind kind : {OutputKind::kText, OutputKind::kJson}) {
    const auto program = OpenToy(ToyBundle(*base, kind), base);
    Session session = OpenSession(*program);
    int whole = 0;
    const std::vector<std::string> inputs = Inputs(10, 9);
    const auto batch = session.RunBatch(inputs, options);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto alone = session.Run(inputs[i], options);
      ASSERT_EQ(alone.code(), batch[i].code());
      if (!batch[i].ok()) {
        EXPECT_NE(batch[i].message().find("no end within"), std::string::npos) << batch[i].message();
        continue;
      }
      ++whole;
      EXPECT_EQ(alone->output, batch[i]->output);  // alone a row has drafts, in a large batch less of them
      const auto value = nlohmann::json::parse(batch[i]->output);
      EXPECT_LE(value.at("name").get<std::string>().size(), 20u);
      EXPECT_TRUE(value.at("kind") == "cat" || value.at("kind") == "dog");
      EXPECT_EQ(value.size(), 2u);
    }
    EXPECT_GT(whole, 3);
    options.free_decoding = true;
    EXPECT_EQ(session.Run("x", options).code(), Code::kUsage);
    options.free_decoding = false;
  }
  const auto labels = OpenToy(ToyBundle(*base, OutputKind::kLabel, kLabels), base);
  Session session = OpenSession(*labels);
  EXPECT_EQ(session.Run("x", options).code(), Code::kUsage);
}

TEST(Program, TellsTheProbabilityOfATextWhereItIsAskedFor) {
  const auto base = ToyBase();
  const auto program = OpenToy(ToyBundle(*base, OutputKind::kText), base);
  Session session = OpenSession(*program);
  EXPECT_FALSE(session.Run("a", {.output_tokens_max = 3})->probability.has_value());
  double one_token = 1;
  for (const int tokens : {1, 2, 3}) {
    const auto answer = session.Run("a", {.output_tokens_max = tokens, .text_probability = true});
    ASSERT_TRUE(answer.ok()) << answer.message();
    ASSERT_TRUE(answer->probability.has_value());
    EXPECT_GT(*answer->probability, 0);
    EXPECT_LT(*answer->probability, one_token) << "each token makes it less";
    one_token = *answer->probability;
    EXPECT_EQ(answer->output, session.Run("a", {.output_tokens_max = tokens})->output);
  }
}

TEST(Program, TextIsCutAtTheLimitAndStaysUtf8) {
  const auto base = ToyBase();
  const auto program = OpenToy(ToyBundle(*base, OutputKind::kText), base);
  Session session = OpenSession(*program);
  RunOptions options;
  options.output_tokens_max = 9;
  for (const auto& result : session.RunBatch(Inputs(20, 2), options)) {
    ASSERT_TRUE(result.ok()) << result.message();
    EXPECT_TRUE(IsUtf8(result->output));
    EXPECT_LE(result->tokens_out, 9);
    EXPECT_EQ(result->truncated, result->tokens_out == 9);
    EXPECT_FALSE(result->probability.has_value());
  }
  options.compat = true;
  for (const auto& result : session.RunBatch(Inputs(20, 2), options)) {
    ASSERT_TRUE(result.ok()) << result.message();
    EXPECT_EQ(result->output, StripBlanks(result->output));
  }
  options.compat = false;
  options.abstain_below = 0.5;
  EXPECT_EQ(session.Run("x", options).code(), Code::kUsage);
}

TEST(Program, BadRowsFailAlone) {
  const auto base = ToyBase();
  const auto program = OpenToy(ToyBundle(*base, OutputKind::kLabel, kLabels), base);
  Session session = OpenSession(*program);
  const std::vector<std::string> inputs = {"good", std::string("a\0b", 3), "\xC3(", std::string(3000, 'x'), "also good"};
  const auto results = session.RunBatch(inputs, {});
  ASSERT_EQ(results.size(), 5u);
  EXPECT_TRUE(results[0].ok());
  for (int i = 1; i < 4; ++i) EXPECT_EQ(results[i].code(), Code::kRefused) << i;
  EXPECT_NE(results[3].message().find("512"), std::string::npos) << results[3].message();
  EXPECT_TRUE(results[4].ok());
  EXPECT_EQ(results[0]->output, session.Run("good", {})->output);
  EXPECT_TRUE(session.RunBatch({}, {}).empty());
}

TEST(Program, AbstainsBelowTheBar) {
  const auto base = ToyBase();
  const auto program = OpenToy(ToyBundle(*base, OutputKind::kLabel, kLabels), base);
  Session session = OpenSession(*program);
  const auto sure = session.Run("hello", {.abstain_below = 0.0});
  const auto unsure = session.Run("hello", {.abstain_below = 1.0});
  ASSERT_TRUE(sure.ok() && unsure.ok());
  EXPECT_FALSE(sure->abstained);
  EXPECT_TRUE(unsure->abstained);
  EXPECT_EQ(unsure->output, "");
  EXPECT_EQ(*unsure->probability, *sure->probability);
}

TEST(Program, CalibrationChangesProbabilitiesOfBothWays) {
  const auto base = ToyBase();
  Bundle bundle = ToyBundle(*base, OutputKind::kLabel, kLabels);
  const auto plain = OpenToy(bundle, base);
  EXPECT_FALSE(plain->calibration_stale());
  Session plain_session = OpenSession(*plain);
  const auto inputs = Inputs(40, 6);
  std::vector<std::string> outputs;
  Random random(1);
  for (std::size_t i = 0; i < inputs.size(); ++i) outputs.push_back(kLabels[random.Below(kLabels.size())]);
  const auto fit = plain_session.FitCalibration(inputs, outputs);
  ASSERT_TRUE(fit.ok()) << fit.message();
  EXPECT_GT(fit->temperature, 1.0);  // random labels: the model knows nothing and should be less sure
  EXPECT_LT(fit->log_loss_after, fit->log_loss_before);
  EXPECT_EQ(fit->rows, 40);
  Calibration calibration;
  calibration.temperature = fit->temperature;
  calibration.engine_id = fit->engine_id;
  calibration.engine_version = fit->engine_version;
  bundle.manifest.paw->calibration = calibration;
  const auto calibrated = OpenToy(bundle, base);
  EXPECT_FALSE(calibrated->calibration_stale());
  EXPECT_NE(calibrated->digest(), plain->digest());
  Session session = OpenSession(*calibrated);
  const auto best = session.RunBatch(inputs, {});
  const auto all = session.RunBatch(inputs, {.probabilities = true});
  const auto before = plain_session.RunBatch(inputs, {});
  double mean_before = 0;
  double mean_after = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    EXPECT_EQ(best[i]->output, all[i]->output);
    EXPECT_EQ(*best[i]->probability, all[i]->labels.front().probability);
    mean_before += *before[i]->probability;
    mean_after += *best[i]->probability;
  }
  EXPECT_LT(mean_after, mean_before);
  bundle.manifest.paw->calibration->engine_version = "another";
  EXPECT_TRUE(OpenToy(bundle, base)->calibration_stale());
  EXPECT_EQ(plain_session.FitCalibration(inputs, std::vector<std::string>(40, "no label")).code(), Code::kRefused);
}

TEST(Program, OffsetsTakeAwayTheLeanToSomeLabels) {
  const auto base = ToyBase();
  Bundle bundle = ToyBundle(*base, OutputKind::kLabel, kLabels);
  const auto plain = OpenToy(bundle, base);
  Session plain_session = OpenSession(*plain);
  const auto inputs = Inputs(60, 8);
  bundle.manifest.paw->calibration = Calibration();
  bundle.manifest.paw->calibration->offsets = *plain_session.FitOffsets(inputs);
  const auto evened = OpenToy(bundle, base);
  EXPECT_NE(evened->digest(), plain->digest());
  Session session = OpenSession(*evened);
  // Mean probabilities of the labels: nearer to each other than before.
  const auto spread = [&](Session& of) {
    std::map<std::string, double> mean;
    for (const auto& result : of.RunBatch(inputs, {.probabilities = true})) {
      for (const LabelProbability& label : result->labels) mean[label.label] += label.probability / static_cast<double>(inputs.size());
    }
    double low = 1, high = 0;
    for (const auto& [label, probability] : mean) low = std::min(low, probability), high = std::max(high, probability);
    return high - low;
  };
  EXPECT_LT(spread(session), 0.8 * spread(plain_session));
  const auto best = session.RunBatch(inputs, {});
  const auto all = session.RunBatch(inputs, {.probabilities = true});
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    EXPECT_EQ(best[i]->output, all[i]->output);
    EXPECT_EQ(*best[i]->probability, all[i]->labels.front().probability);
  }
  EXPECT_EQ(*session.FitOffsets(inputs), *plain_session.FitOffsets(inputs)) << "the program's own offsets played a part";
  EXPECT_EQ(OpenSession(*OpenToy(ToyBundle(*base, OutputKind::kText, {}), base)).FitOffsets(inputs).code(), Code::kUsage);
  bundle.manifest.paw->calibration->offsets.push_back(0);
  EXPECT_EQ(Program::Open(bundle, base).code(), Code::kRefused);
}

TEST(Program, RefusesAnotherBase) {
  const auto base = ToyBase();
  Bundle bundle = ToyBundle(*base, OutputKind::kText);
  const auto wrong = Program::Open(bundle, ToyBase(2));
  EXPECT_EQ(wrong.code(), Code::kRefused);
  EXPECT_NE(wrong.message().find(base->sha256()), std::string::npos);
  bundle.adapter_gguf.resize(2000);
  EXPECT_EQ(Program::Open(bundle, base).code(), Code::kRefused);
  Bundle twice = ToyBundle(*base, OutputKind::kLabel, {"a", "a"});
  EXPECT_EQ(Program::Open(twice, base).code(), Code::kRefused);
}

TEST(Program, FreeDecodingIgnoresTheClosedSetAndCancelStops) {
  const auto base = ToyBase();
  const auto program = OpenToy(ToyBundle(*base, OutputKind::kLabel, kLabels), base);
  Session session = OpenSession(*program);
  RunOptions options;
  options.free_decoding = true;
  options.output_tokens_max = 4;
  const auto result = session.Run("hello", options);
  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(result->probability.has_value());
  CancelFlag cancel;
  cancel.Cancel();
  options.cancel = &cancel;
  EXPECT_EQ(session.Run("hello", options).code(), Code::kInterrupted);
}

TEST(AnswerText, ReplacesAndStripsAsPythonDoes) {
  EXPECT_EQ(ReplaceInvalidUtf8("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(ReplaceInvalidUtf8("a\xFF"
                               "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(ReplaceInvalidUtf8("\xF0\x9F\x98"), "\xEF\xBF\xBD");
  EXPECT_EQ(ReplaceInvalidUtf8("\xF0\x9F(x"), "\xEF\xBF\xBD(x");
  EXPECT_EQ(ReplaceInvalidUtf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(ReplaceInvalidUtf8("\xC3\xC3\xA9"), "\xEF\xBF\xBD\xC3\xA9");
  EXPECT_EQ(ReplaceInvalidUtf8(std::string("\xC3\0x", 3)), std::string("\xEF\xBF\xBD\0x", 5));
  EXPECT_EQ(StripBlanks(" \n\u00A0a b\u3000\t"), "a b");
  EXPECT_EQ(StripBlanks(" \u2003 "), "");
}

}  // namespace
}  // namespace paw
