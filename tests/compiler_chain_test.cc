// The mapper compile against PyTorch, from a spec's text to the LoRA, on the checkpoint of tests/fixtures/compiler
// (scripts/make_compiler_fixture.py); and the forms in which an engine can hold that checkpoint against each other.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "encode/encoder.h"
#include "fs/posix_fs.h"
#include "lm/native/native.h"
#include "lm/reference/reference.h"
#include "lm/tokenizer_json.h"
#include "lm/weight_source.h"
#include "mapper/mapper.h"
#include "tests/engine_helpers.h"

namespace paw {
namespace {

constexpr int kPrompts = 20;
constexpr std::size_t kPrefix = 64, kHidden = 32, kInterpreterLayers = 2;
const std::vector<std::size_t> kKeptPositions = {0, 31, 63};

struct Prompt {
  std::string spec, pseudo;
  ThinkBlock think = ThinkBlock::kNone;
};

std::vector<float> NumbersOf(const safetensors::Checkpoint& checkpoint, const std::string& name) {
  const safetensors::Tensor* tensor = checkpoint.Find(name);
  if (tensor == nullptr) {
    ADD_FAILURE() << "no tensor " << name;
    return {};
  }
  return Must(safetensors::ReadFloats(*tensor, name));
}

class CompilerChain : public testing::Test {
 protected:
  CompilerChain() : folder_(FixturePath("compiler")) {
    const std::vector<std::byte> text = ReadFixtureBytes("compiler/tokenizer.json");
    const auto vocabulary = ReadTokenizerJson({reinterpret_cast<const char*>(text.data()), text.size()}, "<|im_end|>", "fixture");
    EXPECT_TRUE(vocabulary.ok()) << vocabulary.message();
    tokenizer_ = std::make_unique<Tokenizer>(std::move(Tokenizer::Create(*vocabulary)).value());
    expected_ =
        std::make_unique<safetensors::Checkpoint>(Must(safetensors::Checkpoint::Open(PosixFs(), folder_ + "/expected.safetensors")));
    const std::vector<std::byte> prompts = ReadFixtureBytes("tokenizers/qwen2.prompts.jsonl");
    for (const std::string_view line : SplitLines({reinterpret_cast<const char*>(prompts.data()), prompts.size()})) {
      const Json row = Must(ParseJson(line, "prompt"));
      prompts_.push_back({row["spec"].get<std::string>(), row["pseudo"].get<std::string>(),
                          row["think"].get<bool>() ? ThinkBlock::kEmpty : ThinkBlock::kNone});
    }
  }

  std::vector<float> Expected(const std::string& name) const { return NumbersOf(*expected_, name); }

  Encoding EncodePrompt(const LanguageModel& compiler, int n, int threads = 1) const {
    const Prompt& prompt = prompts_[static_cast<std::size_t>(n)];
    EncodeOptions options;
    options.prompt.think = prompt.think;
    options.interpreter_layers = kInterpreterLayers;
    options.threads = threads;
    return Must(Encode(compiler, *tokenizer_, prompt.spec, prompt.pseudo, options));
  }

  std::string folder_;
  std::unique_ptr<Tokenizer> tokenizer_;
  std::unique_ptr<safetensors::Checkpoint> expected_;
  std::vector<Prompt> prompts_;
};

// The states at the positions that the fixture keeps.
std::vector<float> Kept(const Encoding& encoding) {
  std::vector<float> kept;
  for (std::size_t layer = 0; layer < kInterpreterLayers; ++layer) {
    for (const std::size_t position : kKeptPositions) {
      const auto from = encoding.states.begin() + static_cast<std::ptrdiff_t>((layer * kPrefix + position) * kHidden);
      kept.insert(kept.end(), from, from + static_cast<std::ptrdiff_t>(kHidden));
    }
  }
  return kept;
}

// What PyTorch has of one module: every layer's A or B behind one another.
std::vector<float> Half(const LoraWeights& lora, Projection projection, bool a) {
  std::vector<float> numbers;
  for (int layer = 0; layer < lora.layers; ++layer) {
    const std::vector<float>& half = a ? lora.pair(layer, projection).a : lora.pair(layer, projection).b;
    numbers.insert(numbers.end(), half.begin(), half.end());
  }
  return numbers;
}

// Every A and B of the LoRA against the tensors `prefix`A.<module> and `prefix`B.<module>.
void ExpectLoraOf(const safetensors::Checkpoint& expected, const std::string& prefix, const LoraWeights& lora,
                  const ModelShape& interpreter) {
  for (const MapperModule& module : MapperModules(interpreter)) {
    for (const bool a : {true, false}) {
      const std::string name = prefix + (a ? "A." : "B.") + std::string(module.name);
      EXPECT_LT(Difference(Half(lora, module.projection, a), NumbersOf(expected, name)), 1e-4) << name;
    }
  }
}

// A mapper of tests/fixtures, for the interpreter in FIXTURE.gguf.
Result<Mapper> OpenMapper(const std::string& folder, const ModelShape& interpreter, ThreadPool& pool) {
  const std::string path = FixturePath(folder + "/lora_mapper.safetensors");
  return Mapper::Open(std::make_shared<safetensors::Checkpoint>(PAW_TRY(safetensors::Checkpoint::Open(PosixFs(), path))), interpreter,
                      pool);
}

TEST_F(CompilerChain, AgreesWithPyTorchFromTheTextToTheLora) {
  const auto compiler = Must(OpenReference(folder_, {}));
  const auto interpreter = Must(OpenReference(FixturePath("tiny_qwen3_b.gguf"), {}));
  ThreadPool pool(1);
  const Result<Mapper> opened = OpenMapper("compiler", interpreter->shape(), pool);
  ASSERT_TRUE(opened.ok()) << opened.message();
  const Mapper& mapper = *opened;
  ASSERT_EQ(prompts_.size(), static_cast<std::size_t>(kPrompts));
  for (int n = 0; n < kPrompts; ++n) {
    const std::string prefix = std::to_string(n) + ".";
    const Encoding encoding = EncodePrompt(*compiler, n);
    EXPECT_LT(Difference(Kept(encoding), Expected(prefix + "states")), 1e-4) << n;
    const std::vector<float> pooled = Must(mapper.Pool(encoding, pool));
    EXPECT_LT(Difference(pooled, Expected(prefix + "pooled")), 1e-4) << n;
    const std::vector<float> coefficients = Must(mapper.Coefficients(Must(mapper.Trunk(pooled, pool)), pool));
    EXPECT_LT(Difference(coefficients, Expected(prefix + "coefficients")), 1e-4) << n;
    ExpectLoraOf(*expected_, prefix, Must(mapper.Mix(coefficients, pool)), interpreter->shape());
  }
}

// The same compiler with a mapper for gpt2: one projection for the heads, c_proj in both places. What it writes runs on the interpreter.
TEST_F(CompilerChain, WritesLorasForAGpt2Interpreter) {
  const auto compiler = Must(OpenReference(folder_, {}));
  const auto interpreter = Must(OpenNative(FixturePath("tiny_gpt2_b.gguf"), {}));
  const auto oracle = Must(OpenReference(FixturePath("tiny_gpt2_b.gguf"), {}));
  const auto expected = Must(safetensors::Checkpoint::Open(PosixFs(), FixturePath("compiler_gpt2/expected.safetensors")));
  ThreadPool pool(1);
  const Result<Mapper> mapper = OpenMapper("compiler_gpt2", interpreter->shape(), pool);
  ASSERT_TRUE(mapper.ok()) << mapper.message();
  const std::vector<TokenId> tokens = SomeTokens(20, interpreter->shape().vocabulary, 8);
  for (int n = 0; n < 5; ++n) {
    const std::string prefix = std::to_string(n) + ".";
    const std::vector<float> pooled = Must(mapper->Pool(EncodePrompt(*compiler, n), pool));
    const std::vector<float> coefficients = Must(mapper->Coefficients(Must(mapper->Trunk(pooled, pool)), pool));
    EXPECT_LT(Difference(coefficients, NumbersOf(expected, prefix + "coefficients")), 1e-4) << n;
    LoraWeights lora = Must(mapper->Mix(coefficients, pool));
    ExpectLoraOf(expected, prefix, lora, interpreter->shape());
    for (LoraPair& pair : lora.pairs) {  // random bases write a LoRA far larger than a trained one
      for (float& number : pair.b) number *= 0.001f;
    }
    const std::vector<std::byte> adapter = AdapterBytes(lora, interpreter->shape());
    const AdapterId native = Must(interpreter->AddAdapter(adapter)), reference = Must(oracle->AddAdapter(adapter));
    EXPECT_GT(
        Cosine(ForwardOnce(*interpreter, AllLogits(tokens, native)).logits, ForwardOnce(*oracle, AllLogits(tokens, reference)).logits),
        0.999)
        << n;
  }
}

// The published trap: hidden_states[-1] of transformers is the state AFTER the final norm, all others are the residual stream.
TEST_F(CompilerChain, TheLastStateIsTheOneAfterTheFinalNorm) {
  const auto compiler = Must(OpenReference(folder_, {}));
  const Encoding encoding = EncodePrompt(*compiler, 0);
  ASSERT_EQ(encoding.states.size(), kInterpreterLayers * kPrefix * kHidden);
  const std::vector<float> last(encoding.states.end() - kPrefix * kHidden, encoding.states.end());
  EXPECT_GT(Difference(last, Expected("0.before_norm")), 0.1);
  EXPECT_LT(Difference(Kept(encoding), Expected("0.states")), 1e-4);
}

TEST_F(CompilerChain, StreamedAndResidentWeightsGiveTheSameBits) {
  const auto resident = Must(OpenNative(folder_, {}));
  const auto streamed = Must(OpenNativeStreamed(folder_, {}));
  for (const int n : {0, 7, 19}) {
    const Encoding expected = EncodePrompt(*resident, n);
    for (const int threads : {1, 2}) EXPECT_EQ(EncodePrompt(*streamed, n, threads).states, expected.states) << n << " " << threads;
  }
}

TEST_F(CompilerChain, TheNativeEngineStaysNearTheReference) {
  const auto reference = Must(OpenReference(folder_, {}));
  const auto native = Must(OpenNativeStreamed(folder_, {}));
  for (int n = 0; n < kPrompts; ++n) {
    const Encoding expected = EncodePrompt(*reference, n), found = EncodePrompt(*native, n);
    EXPECT_GT(Cosine(found.states, expected.states), 0.9995) << n;
  }
}

TEST_F(CompilerChain, AStreamedModelGivesHiddenStatesAlone) {
  const auto streamed = Must(OpenNativeStreamed(folder_, {}));
  const auto context = Must(streamed->NewContext({}));
  const std::vector<TokenId> tokens = {1, 2, 3};
  ForwardRow row;
  row.sequence = Must(context->NewSequence());
  row.tokens = tokens;
  EXPECT_EQ(context->Forward({&row, 1}).code(), Code::kUnimplemented);
  row.logits = LogitsAt::kNone;
  EXPECT_TRUE(context->Forward({&row, 1}).ok());
  EXPECT_EQ(OpenNativeTrainable(streamed, {}).code(), Code::kUsage);
}

TEST_F(CompilerChain, ATokenizerBeyondTheEmbeddingIsRefused) {
  const auto small = Must(OpenReference(FixturePath("tiny_qwen3_a.gguf"), {}));
  EncodeOptions options;
  options.interpreter_layers = kInterpreterLayers;
  const auto refused = Encode(*small, *tokenizer_, "Say yes.", "", options);
  EXPECT_EQ(refused.code(), Code::kRefused);
  EXPECT_THAT(refused.message(), testing::HasSubstr("expected at most the 96"));
}

}  // namespace
}  // namespace paw
