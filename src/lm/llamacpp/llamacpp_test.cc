#include "lm/llamacpp/llamacpp.h"

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "gguf/toy_model.h"
#include "gguf/writer.h"
#include "lm/llamacpp/tree.h"

namespace paw {
namespace {

// llama.cpp computes a row with different kernels by the number of rows, over fp16 keys and values: equal up to this.
constexpr double kClose = 0.02;

std::string WriteBytes(const std::string& name, std::span<const std::byte> bytes) {
  const std::string path = testing::TempDir() + "paw_llamacpp_" + name;
  std::ofstream stream(path, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return path;
}

template <typename T>
T Must(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  ADD_FAILURE() << result.message();
  return T();
}

double Largest(const std::vector<float>& x, const std::vector<float>& y) {
  if (x.size() != y.size()) return 1e9;
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(static_cast<double>(x[i]) - static_cast<double>(y[i])));
  return largest;
}

// A LoRA of rank 4 on the query projection of every layer, its numbers fixed by `seed`.
std::vector<std::byte> ToyAdapter(const ModelShape& shape, int seed) {
  constexpr std::int64_t kRank = 4;
  gguf::Writer writer;
  writer.SetString("general.architecture", shape.architecture);
  writer.SetString("general.type", "adapter");
  writer.SetString("adapter.type", "lora");
  writer.SetF32("adapter.lora.alpha", 8.0f);
  for (std::int32_t layer = 0; layer < shape.layers; ++layer) {
    const std::string name = "blk." + std::to_string(layer) + ".attn_q.weight.lora_";
    std::vector<float> a(static_cast<std::size_t>(kRank * shape.width));
    std::vector<float> b(static_cast<std::size_t>(kRank * shape.query_width()));
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = 0.3f * std::sin(static_cast<float>(i) * 1.7f + static_cast<float>(seed + layer));
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = 0.3f * std::cos(static_cast<float>(i) * 2.3f + static_cast<float>(seed - layer));
    const std::int64_t a_ne[] = {shape.width, kRank};
    const std::int64_t b_ne[] = {kRank, shape.query_width()};
    EXPECT_TRUE(writer.AddTensor(name + "a", DType::kF32, a_ne, std::span<const float>(a)).ok());
    EXPECT_TRUE(writer.AddTensor(name + "b", DType::kF32, b_ne, std::span<const float>(b)).ok());
  }
  return writer.Finish();
}

std::vector<TokenId> Tokens(std::size_t count, TokenId seed) {
  std::vector<TokenId> tokens;
  for (std::size_t i = 0; i < count; ++i)
    tokens.push_back(static_cast<TokenId>((static_cast<std::size_t>(seed) * 31 + i * 17 + i * i) % 250) + 3);
  return tokens;
}

class LlamaCpp : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    path_ = new std::string(WriteBytes("toy.gguf", gguf::MakeToyModelGguf({})));
    model_ = new std::shared_ptr<LanguageModel>(Must(OpenLlamaCpp(*path_, {})));
  }
  static void TearDownTestSuite() {
    delete model_;
    delete path_;
  }
  void SetUp() override { ASSERT_NE(model(), nullptr); }
  static LanguageModel* model() { return model_->get(); }

  static std::vector<float> Alone(const std::vector<TokenId>& tokens, AdapterId adapter = kNoAdapter) {
    const auto context = Must(model()->NewContext({}));
    ForwardRow row;
    row.sequence = Must(context->NewSequence());
    row.tokens = tokens;
    row.adapter = adapter;
    return Must(context->Forward({&row, 1})).at(0).logits;
  }

  static std::string* path_;
  static std::shared_ptr<LanguageModel>* model_;
};
std::string* LlamaCpp::path_ = nullptr;
std::shared_ptr<LanguageModel>* LlamaCpp::model_ = nullptr;

TEST(PlanTree, LeavesShareTheirAncestorsAndPassesCoverEveryToken) {
  const std::vector<std::int32_t> parents = {-1, 0, 0, -1, 3, 1};  // leaves 2, 4, 5
  const auto one = llamacpp::PlanTree(parents, 8);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].leaves, 3);
  ASSERT_EQ(one[0].tokens.size(), 6u);
  EXPECT_EQ(one[0].tokens[0].leaves, (std::vector<std::int32_t>{0, 2}));
  EXPECT_EQ(one[0].tokens[5].depth, 2);
  const auto two = llamacpp::PlanTree(parents, 2);
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].tokens.size(), 4u);  // 0, 2, 3, 4
  EXPECT_EQ(two[1].tokens.size(), 3u);  // 0, 1, 5: token 0 again
}

TEST_F(LlamaCpp, SaysWhatItIs) {
  EXPECT_EQ(model()->engine_id(), "llamacpp");
  EXPECT_NE(model()->engine_version().find('.'), std::string::npos);
  EXPECT_EQ(model()->shape().layers, 4);
}

TEST_F(LlamaCpp, RefusesWhatIsNoModel) {
  EXPECT_EQ(OpenLlamaCpp(testing::TempDir() + "paw_llamacpp_absent.gguf", {}).code(), Code::kNotFound);
  std::vector<std::byte> bytes = gguf::MakeToyModelGguf({});
  bytes.resize(bytes.size() / 2);
  EXPECT_EQ(OpenLlamaCpp(WriteBytes("half.gguf", bytes), {}).code(), Code::kRefused);
}

TEST_F(LlamaCpp, RefusesWhatIsNoAdapter) {
  std::vector<std::byte> bytes = ToyAdapter(model()->shape(), 1);
  EXPECT_EQ(model()->AddAdapter(std::span(bytes).first(bytes.size() - 7)).code(), Code::kRefused);
  EXPECT_EQ(model()->AddAdapter({}).code(), Code::kRefused);
  gguf::ToyModelOptions wider;
  wider.width = 128;
  const auto other = Must(OpenLlamaCpp(WriteBytes("wide.gguf", gguf::MakeToyModelGguf(wider)), {}));
  EXPECT_EQ(other->AddAdapter(bytes).code(), Code::kRefused);
}

// 300 branches under 20 stems: more tokens than a batch and more leaves than tree sequences.
TEST_F(LlamaCpp, AWideTreeScoresEachBranchAsARowOfItsOwn) {
  const auto context = Must(model()->NewContext({}));
  ForwardRow row;
  row.sequence = Must(context->NewSequence());
  const std::vector<TokenId> stem = Tokens(12, 3);
  row.tokens = stem;
  ASSERT_TRUE(context->Forward({&row, 1}).ok());
  std::vector<TokenId> nodes;
  std::vector<std::int32_t> parents;
  for (int i = 0; i < 20; ++i) {
    const auto root = static_cast<std::int32_t>(nodes.size());
    nodes.push_back(20 + i);
    parents.push_back(-1);
    for (int k = 0; k < 15; ++k) {
      nodes.push_back(60 + k);
      parents.push_back(root);
    }
  }
  row.tokens = nodes;
  row.parents = parents;
  row.logits = LogitsAt::kAll;
  const std::vector<float> logits = Must(context->Forward({&row, 1})).at(0).logits;
  const auto vocabulary = static_cast<std::size_t>(model()->shape().vocabulary);
  ASSERT_EQ(logits.size(), nodes.size() * vocabulary);
  for (const std::size_t node : {std::size_t{0}, std::size_t{7}, std::size_t{16}, std::size_t{200}, std::size_t{319}}) {
    std::vector<TokenId> tokens = stem;
    if (parents[node] >= 0) tokens.push_back(nodes[static_cast<std::size_t>(parents[node])]);
    tokens.push_back(nodes[node]);
    const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(node * vocabulary);
    EXPECT_LT(Largest({begin, begin + static_cast<std::ptrdiff_t>(vocabulary)}, Alone(tokens)), kClose) << "node " << node;
  }
  EXPECT_EQ(Must(context->Length(row.sequence)), 12);
}

// 40 sequences of 90 tokens do not fit the first pool of 512 cells.
TEST_F(LlamaCpp, ThePoolGrowsAndKeepsWhatItHolds) {
  const auto context = Must(model()->NewContext({0, 128}));
  const AdapterId adapter = Must(model()->AddAdapter(ToyAdapter(model()->shape(), 1)));
  std::vector<ForwardRow> rows(40);
  std::vector<std::vector<TokenId>> tokens;
  for (std::size_t i = 0; i < rows.size(); ++i) tokens.push_back(Tokens(90, static_cast<TokenId>(i)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].sequence = Must(context->NewSequence());
    rows[i].tokens = std::span(tokens[i]).first(89);
    rows[i].adapter = adapter;
    rows[i].logits = LogitsAt::kNone;
  }
  ASSERT_TRUE(context->Forward(rows).ok());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].tokens = std::span(tokens[i]).last(1);
    rows[i].logits = LogitsAt::kLast;
  }
  const std::vector<RowOutput> outputs = Must(context->Forward(rows));
  for (const std::size_t i : {std::size_t{0}, std::size_t{20}, std::size_t{39}}) {
    EXPECT_LT(Largest(outputs.at(i).logits, Alone(tokens[i], adapter)), kClose) << "row " << i;
  }
  model()->RemoveAdapter(adapter);
}

TEST_F(LlamaCpp, RowsOfSeveralAdaptersInOneCall) {
  const AdapterId first = Must(model()->AddAdapter(ToyAdapter(model()->shape(), 1)));
  const AdapterId second = Must(model()->AddAdapter(ToyAdapter(model()->shape(), 9)));
  const auto context = Must(model()->NewContext({}));
  const std::vector<TokenId> tokens = Tokens(20, 4);
  std::vector<ForwardRow> rows(4);
  const AdapterId ids[] = {second, kNoAdapter, first, second};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].sequence = Must(context->NewSequence());
    rows[i].tokens = tokens;
    rows[i].adapter = ids[i];
  }
  const std::vector<RowOutput> outputs = Must(context->Forward(rows));
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_LT(Largest(outputs.at(i).logits, Alone(tokens, ids[i])), kClose) << i;
  EXPECT_GT(Largest(outputs.at(0).logits, outputs.at(1).logits), 10 * kClose) << "the adapter should matter";
  EXPECT_GT(Largest(outputs.at(0).logits, outputs.at(2).logits), 10 * kClose);
  model()->RemoveAdapter(second);
  rows.resize(1);
  EXPECT_EQ(context->Forward(rows).code(), Code::kRefused) << "a removed adapter";
  model()->RemoveAdapter(first);
}

TEST_F(LlamaCpp, TooManySequencesIsAnErrorThatSaysSo) {
  const auto context = Must(model()->NewContext({0, 64}));
  std::vector<SequenceId> alive;
  for (int i = 0; i < 224; ++i) alive.push_back(Must(context->NewSequence()));
  const auto refused = context->Fork(alive.front());
  EXPECT_EQ(refused.code(), Code::kFailed);
  EXPECT_NE(refused.message().find("224"), std::string::npos) << refused.message();
  context->Drop(alive.back());
  EXPECT_TRUE(context->Fork(alive.front()).ok());
}

TEST_F(LlamaCpp, ADroppedSequenceLeavesNothingBehind) {
  const auto context = Must(model()->NewContext({}));
  const std::vector<TokenId> before = Tokens(30, 1);
  const std::vector<TokenId> after = Tokens(11, 2);
  ForwardRow row;
  row.sequence = Must(context->NewSequence());
  row.tokens = before;
  ASSERT_TRUE(context->Forward({&row, 1}).ok());
  context->Drop(row.sequence);
  EXPECT_FALSE(context->Length(row.sequence).ok());
  EXPECT_EQ(context->Forward({&row, 1}).code(), Code::kUsage);
  row.sequence = Must(context->NewSequence());  // takes the same place
  row.tokens = after;
  EXPECT_LT(Largest(Must(context->Forward({&row, 1})).at(0).logits, Alone(after)), kClose);
}

// Adapters come and go in one thread while another computes.
TEST_F(LlamaCpp, AdaptersMayChangeWhileAnotherThreadComputes) {
  std::atomic<bool> stop = false;
  const std::vector<std::byte> bytes = ToyAdapter(model()->shape(), 5);
  std::thread changer([&] {
    while (!stop) model()->RemoveAdapter(Must(model()->AddAdapter(bytes)));
  });
  const std::vector<TokenId> tokens = Tokens(8, 6);
  const std::vector<float> expected = Alone(tokens);
  for (int i = 0; i < 20; ++i) {
    const AdapterId adapter = Must(model()->AddAdapter(bytes));
    EXPECT_GT(Largest(Alone(tokens, adapter), expected), kClose);
    EXPECT_LT(Largest(Alone(tokens), expected), kClose);
    model()->RemoveAdapter(adapter);
  }
  stop = true;
  changer.join();
}

TEST_F(LlamaCpp, TheRealBaseContinuesAKnownText) {
  const char* base = std::getenv("PAW_TEST_BASE");
  if (base == nullptr) GTEST_SKIP() << "needs the base model: set PAW_TEST_BASE to its GGUF (paw base pull fetches it)";
  const auto real = Must(OpenLlamaCpp(base, {}));
  ASSERT_NE(real, nullptr);
  const auto context = Must(real->NewContext({1, 64}));
  // "The capital of France is": the likeliest next token is " Paris".
  const std::vector<TokenId> tokens = {504, 3575, 282, 4649, 314};
  ForwardRow row;
  row.sequence = Must(context->NewSequence());
  row.tokens = tokens;
  const std::vector<float> logits = Must(context->Forward({&row, 1})).at(0).logits;
  ASSERT_EQ(logits.size(), 49152u);
  EXPECT_EQ(std::max_element(logits.begin(), logits.end()) - logits.begin(), 7042);
}

}  // namespace
}  // namespace paw
