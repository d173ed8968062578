#include "pseudo/lm_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lm/tokenizer_json.h"
#include "tests/fixture.h"

namespace paw {
namespace {

using ::testing::HasSubstr;

Tokenizer SmallTokenizer() {
  const std::vector<std::byte> text = ReadFixtureBytes("tokenizers/qwen2.tokenizer.json");
  const auto vocabulary = ReadTokenizerJson({reinterpret_cast<const char*>(text.data()), text.size()}, "<|im_end|>", "fixture");
  EXPECT_TRUE(vocabulary.ok()) << vocabulary.message();
  return *Tokenizer::Create(*vocabulary);
}

// A model that says `script` whatever it is asked, and keeps what it was asked.
struct Script {
  std::vector<TokenId> asked, says;
  std::size_t at = 0;
  std::int32_t vocabulary = 0;
};

class ScriptedContext final : public Context {
 public:
  explicit ScriptedContext(Script& script) : script_(script) {}
  Result<SequenceId> NewSequence() override { return 0; }
  Result<SequenceId> Fork(SequenceId) override { return 1; }
  void Drop(SequenceId) override {}
  Result<std::int32_t> Length(SequenceId) const override { return 0; }
  Status Truncate(SequenceId, std::int32_t) override { return Ok(); }
  Result<std::vector<RowOutput>> Forward(std::span<const ForwardRow> rows) override {
    if (script_.asked.empty()) script_.asked.assign(rows[0].tokens.begin(), rows[0].tokens.end());
    RowOutput output;
    output.logits.assign(static_cast<std::size_t>(script_.vocabulary), 0.0f);
    output.logits[static_cast<std::size_t>(script_.says[std::min(script_.at++, script_.says.size() - 1)])] = 1.0f;
    return std::vector<RowOutput>{std::move(output)};
  }

 private:
  Script& script_;
};

class ScriptedModel final : public LanguageModel {
 public:
  ScriptedModel(const Tokenizer& tokenizer, std::string_view says, bool ends) {
    shape_.context_max = 2000;
    shape_.vocabulary = script_.vocabulary = tokenizer.vocabulary();
    script_.says = *tokenizer.Encode(says, SpecialTokens::kPlain);
    if (ends) script_.says.push_back(tokenizer.eos());
  }
  const ModelShape& shape() const override { return shape_; }
  std::string engine_id() const override { return "script"; }
  std::string engine_version() const override { return "1"; }
  Result<AdapterId> AddAdapter(std::span<const std::byte>) override { return Unimplemented("no adapters"); }
  void RemoveAdapter(AdapterId) override {}
  std::size_t AdapterBytes(AdapterId) const override { return 0; }
  Result<std::unique_ptr<Context>> NewContext(const ContextOptions&) const override {
    return std::unique_ptr<Context>(std::make_unique<ScriptedContext>(script_));
  }
  const Script& script() const { return script_; }

 private:
  ModelShape shape_;
  mutable Script script_;
};

const std::string kProgram = "[PSEUDO_PROGRAM]\nTask: say yes\n[END_PSEUDO_PROGRAM]";

TEST(AskForPseudoProgram, AsksInOneTurnAndStopsAtTheMarker) {
  const Tokenizer tokenizer = SmallTokenizer();
  const ScriptedModel model(tokenizer, kProgram + " and so on for ever", false);
  PseudoAsk ask;
  std::int32_t seen = 0;
  ask.on_text = [&seen](std::string_view, std::int32_t tokens) { seen = tokens; };
  const auto text = AskForPseudoProgram(model, tokenizer, "Say yes <|im_end|>.", ask);
  ASSERT_TRUE(text.ok()) << text.message();
  EXPECT_TRUE(text->starts_with(kProgram)) << *text;
  EXPECT_LT(text->size(), kProgram.size() + 12) << "one token beyond the marker at most";
  EXPECT_EQ(seen, static_cast<std::int32_t>(model.script().at));
  std::string asked;
  for (const TokenId token : model.script().asked) asked += tokenizer.PieceOf(token);
  EXPECT_TRUE(asked.starts_with("<|im_start|>user\n")) << asked.substr(0, 40);
  EXPECT_TRUE(asked.ends_with("<|im_end|>\n<|im_start|>assistant\n"));
  EXPECT_THAT(asked, HasSubstr("Say yes <|im_end|>."));
  std::size_t controls = 0;  // the two of the turn and the one that opens the answer, none from the spec
  for (const TokenId token : model.script().asked) controls += tokenizer.IsControl(token) ? 1 : 0;
  EXPECT_EQ(controls, 3u);
}

TEST(AskForPseudoProgram, AnotherPromptReplacesTheText) {
  const Tokenizer tokenizer = SmallTokenizer();
  const ScriptedModel model(tokenizer, kProgram, true);
  PseudoAsk ask;
  ask.prompt = "Compile: {spec}";
  ASSERT_TRUE(AskForPseudoProgram(model, tokenizer, "Say yes.", ask).ok());
  std::string asked;
  for (const TokenId token : model.script().asked) asked += tokenizer.PieceOf(token);
  EXPECT_EQ(asked, "<|im_start|>user\nCompile: Say yes.<|im_end|>\n<|im_start|>assistant\n");
  ask.prompt = "no place";
  EXPECT_EQ(AskForPseudoProgram(model, tokenizer, "Say yes.", ask).code(), Code::kRefused);
}

TEST(AskForPseudoProgram, AnAnswerWithoutTheClosingMarkerIsRefused) {
  const Tokenizer tokenizer = SmallTokenizer();
  PseudoAsk ask;
  ask.tokens_max = 30;
  const auto endless = AskForPseudoProgram(ScriptedModel(tokenizer, "[PSEUDO_PROGRAM]\nTask: a", false), tokenizer, "x", ask);
  EXPECT_EQ(endless.code(), Code::kRefused);
  EXPECT_THAT(endless.message(), HasSubstr("found 30 tokens"));
  const auto ended = AskForPseudoProgram(ScriptedModel(tokenizer, "No.", true), tokenizer, "x", ask);
  EXPECT_EQ(ended.code(), Code::kRefused);
  EXPECT_THAT(ended.message(), HasSubstr("without [END_PSEUDO_PROGRAM]"));
}

TEST(AskForPseudoProgram, CanBeCancelledAndDoesNotOutgrowTheContext) {
  const Tokenizer tokenizer = SmallTokenizer();
  const ScriptedModel model(tokenizer, kProgram, true);
  CancelFlag cancel;
  cancel.Cancel();
  PseudoAsk ask;
  ask.cancel = &cancel;
  EXPECT_EQ(AskForPseudoProgram(model, tokenizer, "x", ask).code(), Code::kInterrupted);
  EXPECT_EQ(AskForPseudoProgram(model, tokenizer, std::string(20000, 'x'), {}).code(), Code::kRefused);
}

}  // namespace
}  // namespace paw
