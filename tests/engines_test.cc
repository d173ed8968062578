// Every engine against the reference engine, on the tiny checkpoints, on toy models of each weight format, and on the real base.
//
// The reference computes in fp32 from the same stored weights. The native engine computes in bf16 (8 bits of mantissa), llama.cpp in
// fp32 with fp16 keys and values, both with 8-bit activations where the weights are quantised, so single numbers differ and directions may not.

#include <functional>
#include <map>
#include <numeric>
#include <tuple>

#include <gtest/gtest.h>

#include "gguf/toy_model.h"
#include "lm/llamacpp/llamacpp.h"
#include "lm/native/native.h"
#include "lm/reference/reference.h"
#include "tests/engine_helpers.h"

namespace paw {
namespace {

// Seen (1 - cosine, largest): native 1e-4, 0.021 on the tiny ones, 1.3e-3, 0.087 on blocks, 1.6e-3, 0.063 on the base; llama.cpp 2e-4, 0.025 and
// 1.2e-3, 0.046.
// How far an engine may be from the reference: 1 - cosine, and the largest difference over the largest number.
struct Tolerance {
  double direction;
  double largest;
};

struct Engine {
  const char* name;
  ModelOpener open;
  Tolerance floats;     // weights stored in fp32 or bf16
  Tolerance quantised;  // weights stored in blocks
  Tolerance base;       // the real base, Q4_1, 30 layers deep
  bool fixed_bits;      // a row's bits depend on nothing but the row
};

void PrintTo(const Engine& engine, std::ostream* out) { *out << engine.name; }

const Engine kNative = {"native", OpenNative, {3e-4, 0.05}, {2e-3, 0.1}, {2e-3, 0.08}, true};
const Engine kLlamaCpp = {"llamacpp", OpenLlamaCpp, {1e-4, 0.01}, {2e-3, 0.1}, {4e-3, 0.1}, false};

// Where a model of the tests comes from.
struct Source {
  std::string name;
  bool quantised = false;
  std::string path;
  std::vector<std::byte> adapter;
};

// tiny_NAME are fixtures; toy_FORMAT is generated in that format, toy_wide and toy_gpt2 in bf16, toy_gpt2_q8_0 in that of the official one.
Source SourceOf(const std::string& name) {
  if (name.starts_with("tiny")) return {name, false, FixturePath(name + ".gguf"), ReadFixtureBytes(name + ".adapter.gguf")};
  gguf::ToyModelOptions options;
  const std::map<std::string, DType> types = {
      {"q8_0", DType::kQ8_0}, {"q4_0", DType::kQ4_0}, {"q4_1", DType::kQ4_1}, {"q6_k", DType::kQ6_K}};
  const auto type = types.find(name.substr(std::max<std::size_t>(name.size(), 4) - 4));
  options.dtype = type == types.end() ? DType::kBF16 : type->second;
  if (options.dtype == DType::kQ6_K) options.width = 256, options.ff_width = 512;
  options.layers = 3;
  if (name.starts_with("toy_gpt2")) options.architecture = "gpt2";
  if (name == "toy_wide") {  // widths that are no power of two, one kv head, and a feed-forward of nine blocks
    options.width = 160;
    options.heads = 5;
    options.kv_heads = 1;
    options.ff_width = 288;
  }
  Source source{name, options.dtype != DType::kBF16, WriteTemporary(name + ".gguf", gguf::MakeToyModelGguf(options)), {}};
  const auto model = Must(OpenReference(source.path, {}));
  if (model != nullptr) source.adapter = AdapterBytes(SeededLora(model->shape(), 16, 16.0f, 0.2f, 0.2f), model->shape());
  return source;
}

void ExpectClose(const std::vector<float>& found, const std::vector<float>& expected, Tolerance tolerance, const char* what) {
  EXPECT_LT(1.0 - Cosine(found, expected), tolerance.direction) << what;
  EXPECT_LT(Difference(found, expected), tolerance.largest) << what;
}

class EngineOnTiny : public testing::TestWithParam<std::tuple<Engine, std::string>> {
 protected:
  void SetUp() override {
    source_ = SourceOf(std::get<1>(GetParam()));
    engine_ = std::get<0>(GetParam());
    tolerance_ = source_.quantised ? engine_.quantised : engine_.floats;
    reference_ = Must(OpenReference(source_.path, {}));
    model_ = Must(engine_.open(source_.path, {}));
    ASSERT_NE(reference_, nullptr);
    ASSERT_NE(model_, nullptr);
    tokens_ = SomeTokens(23, model_->shape().vocabulary, 5);
    reference_adapter_ = Must(reference_->AddAdapter(source_.adapter));
    adapter_ = Must(model_->AddAdapter(source_.adapter));
  }

  // Equal to the last bit where the engine promises it, else within its tolerance.
  void ExpectSame(const std::vector<float>& found, const std::vector<float>& expected, const char* what) {
    if (engine_.fixed_bits) {
      EXPECT_EQ(found, expected) << what;
    } else {
      ExpectClose(found, expected, tolerance_, what);
    }
  }

  Source source_;
  Engine engine_{};
  Tolerance tolerance_{};
  std::shared_ptr<LanguageModel> reference_;
  std::shared_ptr<LanguageModel> model_;
  AdapterId reference_adapter_ = kNoAdapter;
  AdapterId adapter_ = kNoAdapter;
  std::vector<TokenId> tokens_;
};

TEST_P(EngineOnTiny, LogitsAreTheReferences) {
  EXPECT_EQ(model_->engine_id(), engine_.name);
  EXPECT_EQ(model_->shape().vocabulary, reference_->shape().vocabulary);
  const std::vector<float> plain = ForwardOnce(*reference_, AllLogits(tokens_, kNoAdapter)).logits;
  const std::vector<float> adapted = ForwardOnce(*reference_, AllLogits(tokens_, reference_adapter_)).logits;
  EXPECT_GT(Difference(adapted, plain), 0.1) << "the adapter should matter";
  ExpectClose(ForwardOnce(*model_, AllLogits(tokens_, kNoAdapter)).logits, plain, tolerance_, "without adapter");
  ExpectClose(ForwardOnce(*model_, AllLogits(tokens_, adapter_)).logits, adapted, tolerance_, "with adapter");
}

// What `paw compile --adapter-type` may write. Blocks of 32 need widths that they divide: the toys have them. llama.cpp multiplies blocks
// with activations of 8 bits, and fp16 with fp16.
TEST_P(EngineOnTiny, AdaptersOfEveryTypeAreTheReferences) {
  const ModelShape& shape = model_->shape();
  const bool whole_blocks = (shape.width | shape.ff_width | shape.query_width() | shape.kv_width()) % 32 == 0;
  const LoraWeights lora = SeededLora(shape, 32, 32.0f, 0.2f, 0.2f);
  for (const DType dtype : {DType::kF16, DType::kQ8_0, DType::kQ5_0, DType::kQ4_0}) {
    if (BlockWeights(dtype) > 1 && !whole_blocks) continue;
    const std::vector<std::byte> adapter = AdapterBytes(lora, shape, dtype);
    const std::vector<float> expected = ForwardOnce(*reference_, AllLogits(tokens_, Must(reference_->AddAdapter(adapter)))).logits;
    ExpectClose(ForwardOnce(*model_, AllLogits(tokens_, Must(model_->AddAdapter(adapter)))).logits, expected, engine_.quantised,
                std::string(DTypeName(dtype)).c_str());
  }
}

TEST_P(EngineOnTiny, ChosenLogitsAreThoseOfAll) {
  const std::vector<TokenId> ids = {5, 1, 90, 5};
  const std::vector<float> all = ForwardOnce(*model_, AllLogits(tokens_, adapter_)).logits;
  ForwardRow row = AllLogits(tokens_, adapter_);
  row.logit_ids = ids;
  const std::vector<float> chosen = ForwardOnce(*model_, row).logits;
  row.logits = LogitsAt::kLast;
  const std::vector<float> last = ForwardOnce(*model_, row).logits;
  row.logits = LogitsAt::kNone;
  EXPECT_TRUE(ForwardOnce(*model_, row).logits.empty());
  std::vector<float> expected;
  for (std::size_t t = 0; t < tokens_.size(); ++t) {
    for (const TokenId id : ids) {
      expected.push_back(all[t * static_cast<std::size_t>(model_->shape().vocabulary) + static_cast<std::size_t>(id)]);
    }
  }
  ExpectSame(chosen, expected, "all positions");
  ExpectSame(last, {expected.end() - 4, expected.end()}, "last position");
}

TEST_P(EngineOnTiny, HiddenStatesAreTheReferences) {
  const std::vector<std::int32_t> layers = {model_->shape().layers, 0, 1};
  ForwardRow row = AllLogits(tokens_, reference_adapter_);
  row.logits = LogitsAt::kNone;
  row.hidden_layers = layers;
  const std::vector<float> expected = ForwardOnce(*reference_, row).hidden;
  row.adapter = adapter_;
  const std::unique_ptr<Context> context = Must(model_->NewContext({}));
  row.sequence = Must(context->NewSequence());
  auto outputs = context->Forward({&row, 1});
  if (!outputs.ok() && outputs.code() == Code::kUnimplemented) GTEST_SKIP() << outputs.message();
  ExpectClose(Must(std::move(outputs)).at(0).hidden, expected, tolerance_, "hidden states");
}

TEST_P(EngineOnTiny, ForksPiecesAndTreesEqualTheWhole) {
  const std::span<const TokenId> tokens = tokens_;
  const std::vector<float> whole = ForwardOnce(*model_, AllLogits(tokens, adapter_)).logits;
  const std::vector<float> tail(whole.begin() + 16 * static_cast<std::ptrdiff_t>(model_->shape().vocabulary), whole.end());
  const std::unique_ptr<Context> context = Must(model_->NewContext({}));
  ForwardRow head = AllLogits(tokens.first(16), adapter_);
  head.logits = LogitsAt::kNone;
  head.sequence = Must(context->NewSequence());
  ASSERT_TRUE(context->Forward({&head, 1}).ok());
  const std::vector<std::int32_t> chain = {-1, 0, 1, 2, 3, 4, 5};
  ForwardRow rest = AllLogits(tokens.subspan(16), adapter_);
  rest.sequence = Must(context->Fork(head.sequence));
  rest.parents = chain;
  ExpectSame(Must(context->Forward({&rest, 1})).at(0).logits, tail, "a tree that is a chain");
  EXPECT_EQ(Must(context->Length(rest.sequence)), 16) << "a tree is not kept";
  rest.parents = {};
  ExpectSame(Must(context->Forward({&rest, 1})).at(0).logits, tail, "after a fork");
  EXPECT_EQ(Must(context->Length(rest.sequence)), 23);
  context->Drop(rest.sequence);
  rest.sequence = head.sequence;
  ExpectSame(Must(context->Forward({&rest, 1})).at(0).logits, tail, "the parent after its fork is gone");
}

// Tokens 0 to 15 and a fork there; the sequence goes on, is cut to 13, and goes on otherwise.
void TruncateAndGoOn(const LanguageModel& model, AdapterId adapter, std::span<const TokenId> tokens,
                     const std::function<void(const std::vector<float>&, const std::vector<float>&, const char*)>& expect_same) {
  const std::unique_ptr<Context> context = Must(model.NewContext({}));
  const auto feed = [&](SequenceId sequence, std::span<const TokenId> more) {
    ForwardRow row = AllLogits(more, adapter);
    row.sequence = sequence;
    return Must(context->Forward({&row, 1})).at(0).logits;
  };
  const std::vector<TokenId> other = {7, 11, 3, 9};
  const SequenceId plain = Must(context->NewSequence()), cut = Must(context->NewSequence());
  feed(plain, tokens.first(13));
  const std::vector<float> expected = feed(plain, other);
  feed(cut, tokens.first(16));
  const SequenceId fork = Must(context->Fork(cut));
  feed(cut, tokens.subspan(16));
  ASSERT_TRUE(context->Truncate(cut, 13).ok());
  EXPECT_EQ(Must(context->Length(cut)), 13);
  expect_same(feed(cut, other), expected, "after a cut");
  ASSERT_TRUE(context->Truncate(cut, 13).ok());
  expect_same(feed(cut, other), expected, "after a second one");
  // The fork has what its parent gave up, and may be cut for itself.
  const std::vector<float> whole = feed(Must(context->NewSequence()), tokens);
  const std::vector<float> tail(whole.begin() + 16 * static_cast<std::ptrdiff_t>(model.shape().vocabulary), whole.end());
  const SequenceId child = Must(context->Fork(fork));
  expect_same(feed(fork, tokens.subspan(16)), tail, "a fork of the one that was cut");
  ASSERT_TRUE(context->Truncate(fork, 13).ok());
  expect_same(feed(fork, other), expected, "a fork that is cut");
  expect_same(feed(child, tokens.subspan(16)), tail, "its own fork");
  ASSERT_TRUE(context->Truncate(cut, 0).ok());
  expect_same(feed(cut, tokens), whole, "from nothing");
  for (const auto& [sequence, length] : std::vector<std::pair<SequenceId, std::int32_t>>{{cut, 24}, {cut, -1}, {999, 0}}) {
    EXPECT_EQ(context->Truncate(sequence, length).code(), Code::kUsage);
  }
  EXPECT_EQ(Must(context->Length(cut)), 23);
}

TEST_P(EngineOnTiny, ATruncatedSequenceIsOneThatNeverHadMore) {
  TruncateAndGoOn(*model_, adapter_, tokens_,
                  [this](const auto& found, const auto& expected, const char* what) { ExpectSame(found, expected, what); });
  TruncateAndGoOn(*reference_, reference_adapter_, tokens_,
                  [](const auto& found, const auto& expected, const char* what) { EXPECT_EQ(found, expected) << what; });
}

TEST_P(EngineOnTiny, BranchesOfATreeAreRowsOfTheirOwn) {
  const std::span<const TokenId> stem = std::span(tokens_).first(9);
  const std::vector<TokenId> nodes = {7, 9, 11, 13, 15, 7};
  const std::vector<std::int32_t> parents = {-1, -1, 0, 1, 0, 3};  // branches 7 11, 9 13 7, 7 15
  const std::unique_ptr<Context> context = Must(model_->NewContext({}));
  ForwardRow row = AllLogits(stem, adapter_);
  row.sequence = Must(context->NewSequence());
  ASSERT_TRUE(context->Forward({&row, 1}).ok());
  row.tokens = nodes;
  row.parents = parents;
  const std::vector<float> logits = Must(context->Forward({&row, 1})).at(0).logits;
  const auto vocabulary = static_cast<std::size_t>(model_->shape().vocabulary);
  ASSERT_EQ(logits.size(), nodes.size() * vocabulary);
  const std::vector<std::pair<std::vector<TokenId>, std::size_t>> branches = {{{7, 11}, 2}, {{9, 13, 7}, 5}, {{7, 15}, 4}, {{9}, 1}};
  for (const auto& [branch, node] : branches) {
    std::vector<TokenId> tokens(stem.begin(), stem.end());
    tokens.insert(tokens.end(), branch.begin(), branch.end());
    ForwardRow alone = AllLogits(tokens, adapter_);
    alone.logits = LogitsAt::kLast;
    const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(node * vocabulary);
    ExpectSame({begin, begin + static_cast<std::ptrdiff_t>(vocabulary)}, ForwardOnce(*model_, alone).logits, "a branch");
  }
}

// Rows of many lengths, with and without adapter, in one call and on one or two threads: what each gives alone.
TEST_P(EngineOnTiny, NoRowDependsOnTheBatchOrTheThreads) {
  std::vector<std::vector<TokenId>> inputs;
  for (int i = 0; i < 9; ++i) {
    inputs.push_back(SomeTokens(1 + (i * 5) % 19, model_->shape().vocabulary, static_cast<std::uint32_t>(40 + i)));
  }
  std::vector<std::vector<float>> alone;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    alone.push_back(ForwardOnce(*model_, AllLogits(inputs[i], i % 2 == 0 ? adapter_ : kNoAdapter), 1).logits);
  }
  // llama.cpp makes no promise about threads, and its threads spin: two of them on a busy machine take seconds.
  for (std::int32_t threads = 1; threads <= (engine_.fixed_bits ? 2 : 1); ++threads) {
    for (const std::size_t rows_a_call : {std::size_t{1}, std::size_t{2}, std::size_t{4}, std::size_t{9}}) {
      const std::unique_ptr<Context> context = Must(model_->NewContext({threads, 512}));
      for (std::size_t first = 0; first < inputs.size(); first += rows_a_call) {
        std::vector<ForwardRow> rows;
        for (std::size_t i = first; i < std::min(first + rows_a_call, inputs.size()); ++i) {
          rows.push_back(AllLogits(inputs[i], i % 2 == 0 ? adapter_ : kNoAdapter));
          rows.back().sequence = Must(context->NewSequence());
        }
        const std::vector<RowOutput> outputs = Must(context->Forward(rows));
        ASSERT_EQ(outputs.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) ExpectSame(outputs[i].logits, alone[first + i], "a row of a batch");
        for (const ForwardRow& row : rows) context->Drop(row.sequence);
      }
    }
  }
}

TEST_P(EngineOnTiny, EmbeddingsStandInForTokens) {
  const std::vector<std::byte> bytes = ReadBytes(source_.path);
  const auto file = gguf::File::Open(bytes, source_.name);
  ASSERT_TRUE(file.ok()) << file.message();
  const gguf::Tensor* tensor = file->Find("token_embd.weight");
  const auto width = static_cast<std::size_t>(model_->shape().width);
  std::vector<float> table(width * static_cast<std::size_t>(model_->shape().vocabulary));
  Dequantize(tensor->dtype, tensor->data, table);
  std::vector<float> embedded;
  for (const TokenId token : tokens_) {
    const auto begin = table.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(token) * width);
    embedded.insert(embedded.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
  }
  ForwardRow row;
  row.embeddings = embedded;
  row.logits = LogitsAt::kAll;
  ExpectClose(ForwardOnce(*model_, row).logits, ForwardOnce(*model_, AllLogits(tokens_, kNoAdapter)).logits, tolerance_, "embeddings");
}

TEST_P(EngineOnTiny, BadRowsAreRefusedAndNothingIsAppended) {
  const std::unique_ptr<Context> context = Must(model_->NewContext({0, 16}));
  const SequenceId sequence = Must(context->NewSequence());
  const auto code_of = [&](ForwardRow row) {
    row.sequence = sequence;
    return context->Forward({&row, 1}).code();
  };
  const std::vector<TokenId> good = {1, 2, 3};
  const std::vector<TokenId> negative = {1, -1};
  const std::vector<TokenId> large = {model_->shape().vocabulary};
  EXPECT_EQ(code_of(AllLogits(negative, kNoAdapter)), Code::kRefused);
  EXPECT_EQ(code_of(AllLogits(large, kNoAdapter)), Code::kRefused);
  EXPECT_EQ(code_of(AllLogits(good, 99)), Code::kRefused);
  EXPECT_EQ(code_of(AllLogits(tokens_, kNoAdapter)), Code::kFailed) << "23 tokens in a context of 16";
  EXPECT_NE(code_of(AllLogits({}, kNoAdapter)), Code::kOk);
  EXPECT_EQ(Must(context->Length(sequence)), 0);
  EXPECT_EQ(code_of(AllLogits(good, adapter_)), Code::kOk);
  EXPECT_EQ(Must(context->Length(sequence)), 3);
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineOnTiny,
                         testing::Combine(testing::Values(kNative, kLlamaCpp),
                                          testing::Values("tiny_a", "tiny_b", "toy_bf16", "toy_wide", "toy_q8_0", "toy_q4_0", "toy_q4_1",
                                                          "toy_q6_k")),
                         [](const auto& p) { return std::string(std::get<0>(p.param).name) + "_" + std::get<1>(p.param); });

INSTANTIATE_TEST_SUITE_P(OtherShapes, EngineOnTiny,
                         testing::Combine(testing::Values(kNative, kLlamaCpp),
                                          testing::Values("tiny_qwen3_a", "tiny_qwen3_b", "tiny_gpt2_a", "tiny_gpt2_b", "toy_gpt2",
                                                          "toy_gpt2_q8_0")),
                         [](const auto& p) { return std::string(std::get<0>(p.param).name) + "_" + std::get<1>(p.param); });

// Without the reference between them, as a program moves from one engine to the other.
TEST(EnginesOnGpt2, NativeAndLlamaCppAgree) {
  for (const std::string name : {"toy_gpt2", "toy_gpt2_q8_0"}) {
    const Source source = SourceOf(name);
    const auto native = Must(OpenNative(source.path, {})), llamacpp = Must(OpenLlamaCpp(source.path, {}));
    ASSERT_NE(native, nullptr);
    ASSERT_NE(llamacpp, nullptr);
    const std::vector<TokenId> tokens = SomeTokens(40, native->shape().vocabulary, 9);
    const AdapterId of_native = Must(native->AddAdapter(source.adapter)), of_llamacpp = Must(llamacpp->AddAdapter(source.adapter));
    ExpectClose(ForwardOnce(*native, AllLogits(tokens, of_native)).logits, ForwardOnce(*llamacpp, AllLogits(tokens, of_llamacpp), 1).logits,
                source.quantised ? kLlamaCpp.quantised : kNative.floats, name.c_str());
  }
}

// tests/fixtures/tiny_gpt2_b, whose matrices lie transposed, against the GGUF of the same numbers.
TEST(EnginesOnGpt2, AHuggingFaceFolderHasTheBitsOfItsGguf) {
  const std::vector<std::int32_t> layers = {0, 2};
  for (const ModelOpener open : {ModelOpener{OpenReference}, ModelOpener{OpenNative}, ModelOpener{OpenNativeStreamed}}) {
    const auto file = Must(open(FixturePath("tiny_gpt2_b.gguf"), {})), folder = Must(open(FixturePath("tiny_gpt2_b"), {}));
    ASSERT_NE(file, nullptr);
    ASSERT_NE(folder, nullptr);
    const std::vector<TokenId> tokens = SomeTokens(30, file->shape().vocabulary, 11);
    ForwardRow row = AllLogits(tokens, kNoAdapter);
    row.hidden_layers = layers;
    if (open == OpenNativeStreamed) row.logits = LogitsAt::kNone;
    const RowOutput expected = ForwardOnce(*file, row), found = ForwardOnce(*folder, row);
    EXPECT_FALSE(expected.hidden.empty());
    EXPECT_EQ(found.hidden, expected.hidden);
    EXPECT_EQ(found.logits, expected.logits);
  }
}

class EngineOnBase : public testing::TestWithParam<Engine> {};

std::vector<std::byte> BaseAdapter(const ModelShape& shape) { return AdapterBytes(SeededLora(shape, 16, 16.0f, 0.05f, 0.02f), shape); }

// Real text through the real weights: with and without a LoRA, the logits of the reference, and nearly always its best token.
TEST_P(EngineOnBase, LogitsAreTheReferences) {
  PAW_SKIP_WITHOUT_BASE();
  const auto reference = Must(OpenReference(TestBasePath(), {}));
  const auto model = Must(GetParam().open(TestBasePath(), {}));
  ASSERT_NE(reference, nullptr);
  ASSERT_NE(model, nullptr);
  const std::vector<std::byte> adapter = BaseAdapter(model->shape());
  const AdapterId adapters[][2] = {{kNoAdapter, kNoAdapter}, {Must(reference->AddAdapter(adapter)), Must(model->AddAdapter(adapter))}};
  const Json report = ReadBaseReport();
  double direction = 0;
  double largest = 0;
  for (const auto& [reference_adapter, model_adapter] : adapters) {
    for (const Json& prompt : report.at("prompts")) {
      const auto tokens = prompt.at("tokens").get<std::vector<TokenId>>();
      const std::vector<float> expected = ForwardOnce(*reference, AllLogits(tokens, reference_adapter)).logits;
      const std::vector<float> found = ForwardOnce(*model, AllLogits(tokens, model_adapter), 1).logits;
      ExpectClose(found, expected, GetParam().base, "all logits of a prompt");
      direction = std::max(direction, 1.0 - Cosine(found, expected));
      largest = std::max(largest, Difference(found, expected));
    }
  }
  RecordProperty("one_minus_cosine", std::to_string(direction));
  RecordProperty("largest_difference", std::to_string(largest));
}

// The widths of the real base: one row alone on one thread, and the same row in any company on two.
TEST(NativeOnBase, NoRowDependsOnTheBatchOrTheThreads) {
  PAW_SKIP_WITHOUT_BASE();
  const auto model = Must(OpenNative(TestBasePath(), {}));
  ASSERT_NE(model, nullptr);
  const AdapterId adapter = Must(model->AddAdapter(BaseAdapter(model->shape())));
  std::vector<std::vector<TokenId>> inputs;
  for (int i = 0; i < 7; ++i) {
    inputs.push_back(SomeTokens(1 + (i * 11) % 37, model->shape().vocabulary, static_cast<std::uint32_t>(60 + i)));
  }
  const auto row_of = [&](std::size_t i) {
    ForwardRow row = AllLogits(inputs[i], i % 3 == 0 ? kNoAdapter : adapter);
    row.logits = LogitsAt::kLast;
    return row;
  };
  std::vector<std::vector<float>> alone;
  for (std::size_t i = 0; i < inputs.size(); ++i) alone.push_back(ForwardOnce(*model, row_of(i), 1).logits);
  for (const std::int32_t threads : {1, 2}) {
    const std::unique_ptr<Context> context = Must(model->NewContext({threads, 512}));
    for (const std::size_t rows_a_call : {std::size_t{3}, inputs.size()}) {
      for (std::size_t first = 0; first < inputs.size(); first += rows_a_call) {
        std::vector<ForwardRow> rows;
        for (std::size_t i = first; i < std::min(first + rows_a_call, inputs.size()); ++i) {
          rows.push_back(row_of(i));
          rows.back().sequence = Must(context->NewSequence());
        }
        const std::vector<RowOutput> outputs = Must(context->Forward(rows));
        ASSERT_EQ(outputs.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(outputs[i].logits, alone[first + i]) << "row " << first + i;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineOnBase, testing::Values(kNative, kLlamaCpp),
                         [](const auto& p) { return std::string(p.param.name); });

}  // namespace
}  // namespace paw
