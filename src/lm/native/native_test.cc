// Inference: a row's bits against every way of cutting, batching, forking and branching it. Values against the reference engine are
// checked in tests/engines_test.cc.
#include "lm/native/native.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>

#include "base/test_effort.h"
#include "lm/native/model.h"
#include "lm/native/native_test_helpers.h"

namespace paw::native {
namespace {

class NativeInference : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    path_ = ToyPath(ToyOf(GetParam()));
    model_ = Must(OpenNative(path_, {}));
    ASSERT_NE(model_, nullptr);
    vocabulary_ = model_->shape().vocabulary;
  }
  void TearDown() override { unlink(path_.c_str()); }
  std::unique_ptr<Context> NewContext(int threads = 1, int context_max = 2048) { return Must(model_->NewContext({threads, context_max})); }
  std::span<const float> RowOf(const std::vector<float>& logits, std::size_t row) const {
    return std::span(logits).subspan(row * static_cast<std::size_t>(vocabulary_), static_cast<std::size_t>(vocabulary_));
  }

  std::string path_;
  std::shared_ptr<LanguageModel> model_;
  std::int32_t vocabulary_ = 0;
};

TEST_P(NativeInference, ALongRowInAnyPiecesHasTheSameBits) {
  const std::vector<TokenId> tokens = RandomTokens(700, vocabulary_, 1);  // more than one pass through the layers
  auto context = NewContext(2);
  const std::vector<float> whole = AllLogits(*context, Must(context->NewSequence()), tokens);
  const int pieces[] = {31, 513, 1, 64};
  for (const int piece : std::span(pieces).first(static_cast<std::size_t>(TestEffort(4, 1)))) {
    auto other = NewContext(1);
    const SequenceId sequence = Must(other->NewSequence());
    for (std::size_t first = 0; first < tokens.size(); first += static_cast<std::size_t>(piece)) {
      const std::size_t count = std::min(static_cast<std::size_t>(piece), tokens.size() - first);
      const std::vector<float> logits = AllLogits(*other, sequence, std::span(tokens).subspan(first, count));
      ASSERT_TRUE(SameBits(logits, std::span(whole).subspan(first * static_cast<std::size_t>(vocabulary_), logits.size())))
          << "pieces of " << piece << ", from token " << first;
    }
    EXPECT_EQ(Must(other->Length(sequence)), 700);
  }
}

TEST_P(NativeInference, ForksShareNothingThatTheyWrite) {
  const std::vector<TokenId> head = RandomTokens(40, vocabulary_, 2);
  const std::vector<TokenId> left = RandomTokens(30, vocabulary_, 3), right = RandomTokens(9, vocabulary_, 4);
  auto context = NewContext();
  const SequenceId parent = Must(context->NewSequence());
  AllLogits(*context, parent, head);
  const SequenceId child = Must(context->Fork(parent));
  const std::vector<float> left_forked = AllLogits(*context, child, left);
  const std::vector<float> right_forked = AllLogits(*context, parent, right);
  context->Drop(parent);
  const std::vector<float> more_forked = AllLogits(*context, child, right);

  auto plain = NewContext();
  const SequenceId a = Must(plain->NewSequence()), b = Must(plain->NewSequence());
  AllLogits(*plain, a, head);
  EXPECT_TRUE(SameBits(AllLogits(*plain, a, left), left_forked));
  EXPECT_TRUE(SameBits(AllLogits(*plain, a, right), more_forked));
  AllLogits(*plain, b, head);
  EXPECT_TRUE(SameBits(AllLogits(*plain, b, right), right_forked));
  EXPECT_FALSE(context->Length(parent).ok());
}

// What a guess leaves behind when it is taken back: nothing, wherever in a page it begins and ends.
TEST_P(NativeInference, ATruncatedSequenceHasTheBitsOfOneThatNeverHadMore) {
  const std::vector<TokenId> head = RandomTokens(50, vocabulary_, 2), wrong = RandomTokens(40, vocabulary_, 3),
                             right = RandomTokens(20, vocabulary_, 4);
  for (const std::size_t kept :
       {std::size_t{0}, std::size_t{1}, std::size_t{15}, std::size_t{16}, std::size_t{17}, std::size_t{31}, std::size_t{50}}) {
    for (const std::size_t dropped : {std::size_t{1}, std::size_t{2}, std::size_t{13}, std::size_t{40}}) {
      auto plain = NewContext(), context = NewContext();
      const SequenceId expected = Must(plain->NewSequence()), sequence = Must(context->NewSequence());
      if (kept > 0) AllLogits(*plain, expected, std::span(head).first(kept));
      if (kept > 0) AllLogits(*context, sequence, std::span(head).first(kept));
      const SequenceId fork = Must(context->Fork(sequence));
      AllLogits(*context, sequence, std::span(wrong).first(dropped));
      ASSERT_TRUE(context->Truncate(sequence, static_cast<std::int32_t>(kept)).ok());
      const SequenceId late_fork = Must(context->Fork(sequence));
      const std::vector<float> logits = AllLogits(*plain, expected, right);
      EXPECT_TRUE(SameBits(AllLogits(*context, sequence, right), logits)) << kept << " kept, " << dropped << " dropped";
      EXPECT_TRUE(SameBits(AllLogits(*context, fork, right), logits));
      EXPECT_TRUE(SameBits(AllLogits(*context, late_fork, right), logits));
    }
  }
}

TEST_P(NativeInference, ASavedSequenceContinuesInAnotherContext) {
  const std::unique_ptr<Context> context = NewContext();
  for (const int length : {0, 1, 31, 32, 33, 70}) {
    const std::unique_ptr<Context> other = NewContext(1, 128);
    const SequenceId original = Must(context->NewSequence());
    if (length > 0) AllLogits(*context, original, RandomTokens(length, vocabulary_, 3));
    const std::vector<std::byte> saved = Must(context->Save(original));
    const SequenceId restored = Must(other->Restore(saved));
    EXPECT_EQ(Must(other->Length(restored)), length);
    const std::vector<TokenId> next = RandomTokens(5, vocabulary_, 4);
    EXPECT_TRUE(SameBits(AllLogits(*other, restored, next), AllLogits(*context, original, next))) << length << " tokens";
  }
}

TEST_P(NativeInference, BytesThatAreNoSequenceAreRefused) {
  const std::unique_ptr<Context> context = NewContext();
  const SequenceId sequence = Must(context->NewSequence());
  AllLogits(*context, sequence, RandomTokens(40, vocabulary_, 3));
  const std::vector<std::byte> saved = Must(context->Save(sequence));
  const std::span<const std::byte> bytes(saved);
  EXPECT_EQ(context->Restore({}).code(), Code::kRefused);
  EXPECT_EQ(context->Restore(bytes.first(4)).code(), Code::kRefused);
  EXPECT_EQ(context->Restore(bytes.first(bytes.size() - 1)).code(), Code::kRefused);
  for (const std::byte first : {std::byte{0}, std::byte{32}, std::byte{65}, std::byte{255}}) {
    std::vector<std::byte> wrong = saved;
    wrong[0] = first;
    EXPECT_EQ(context->Restore(wrong).code(), Code::kRefused) << static_cast<int>(first);
  }
  std::vector<std::byte> negative = saved;
  negative[7] = std::byte{0x80};
  EXPECT_EQ(context->Restore(negative).code(), Code::kRefused);
  const std::unique_ptr<Context> small = NewContext(1, 39);
  EXPECT_EQ(small->Restore(saved).code(), Code::kRefused) << "longer than the context";
  EXPECT_EQ(context->Save(99).code(), Code::kUsage);
}

TEST_P(NativeInference, BranchesOfATreeHaveTheBitsOfChains) {
  const std::vector<TokenId> head = RandomTokens(29, vocabulary_, 5);
  const std::vector<TokenId> tree = RandomTokens(9, vocabulary_, 6);
  //                                         0   1  2  3   4  5  6  7   8
  const std::vector<std::int32_t> parents = {-1, 0, 1, 0, -1, 4, 5, 6, 3};
  for (const std::size_t length : {0u, 1u, 2u, 28u, 29u}) {
    auto context = NewContext(2);
    const SequenceId sequence = Must(context->NewSequence());
    if (length > 0) AllLogits(*context, sequence, std::span(head).first(length));
    const std::vector<float> logits = AllLogits(*context, sequence, tree, kNoAdapter, parents);
    EXPECT_EQ(Must(context->Length(sequence)), static_cast<std::int32_t>(length)) << "a tree is not kept";
    for (std::size_t t = 0; t < tree.size(); ++t) {
      std::vector<TokenId> chain;
      for (std::int32_t at = static_cast<std::int32_t>(t); at >= 0; at = parents[static_cast<std::size_t>(at)]) {
        chain.insert(chain.begin(), tree[static_cast<std::size_t>(at)]);
      }
      const SequenceId branch = Must(context->Fork(sequence));
      const std::vector<float> expected = AllLogits(*context, branch, chain);
      EXPECT_TRUE(SameBits(RowOf(logits, t), RowOf(expected, chain.size() - 1))) << "token " << t << " after " << length;
    }
  }
}

TEST_P(NativeInference, RowsOfManyAdaptersInOneCallEqualEachAlone) {
  const ModelShape& shape = model_->shape();
  std::vector<AdapterId> adapters = {kNoAdapter};
  for (const auto& [rank, seed] : {std::pair{3, 7u}, std::pair{16, 8u}, std::pair{64, 9u}}) {
    adapters.push_back(Must(model_->AddAdapter(LoraBytes(shape, RandomLora(shape, rank, seed == 8u ? 2 : 0, seed)))));
  }
  std::vector<std::vector<TokenId>> tokens;
  std::vector<ForwardRow> rows;
  auto context = NewContext(2);
  for (std::size_t r = 0; r < 13; ++r)
    tokens.push_back(RandomTokens(static_cast<int>(1 + (r * 37) % 90), vocabulary_, static_cast<std::uint32_t>(r)));
  const TokenId ids[] = {5, 1, 77};
  for (std::size_t r = 0; r < tokens.size(); ++r) {
    ForwardRow row;
    row.sequence = Must(context->NewSequence());
    row.adapter = adapters[r % adapters.size()];
    row.tokens = tokens[r];
    row.logits = r % 3 == 0 ? LogitsAt::kLast : LogitsAt::kAll;
    if (r % 2 == 0) row.logit_ids = ids;
    rows.push_back(row);
  }
  const std::vector<RowOutput> together = Must(context->Forward(rows));
  auto alone = NewContext(1);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    ForwardRow row = rows[r];
    row.sequence = Must(alone->NewSequence());
    const std::vector<RowOutput> one = Must(alone->Forward({&row, 1}));
    EXPECT_TRUE(SameBits(one[0].logits, together[r].logits)) << "row " << r;
    row.sequence = Must(alone->NewSequence());
    row.adapter = kNoAdapter;
    const bool same = SameBits(Must(alone->Forward({&row, 1}))[0].logits, one[0].logits);
    EXPECT_EQ(same, rows[r].adapter == kNoAdapter) << "the adapter of row " << r;
  }
}

TEST_P(NativeInference, AZeroAdapterIsNone) {
  const ModelShape& shape = model_->shape();
  const AdapterId zero = Must(model_->AddAdapter(LoraBytes(shape, MakeLora(shape, 8, 16.0f, 0, 1))));
  const std::vector<TokenId> tokens = RandomTokens(20, vocabulary_, 10);
  auto context = NewContext();
  EXPECT_TRUE(
      SameBits(AllLogits(*context, Must(context->NewSequence()), tokens), AllLogits(*context, Must(context->NewSequence()), tokens, zero)));
  model_->RemoveAdapter(zero);
  ForwardRow row;
  row.sequence = Must(context->NewSequence());
  row.adapter = zero;
  row.tokens = tokens;
  EXPECT_EQ(context->Forward({&row, 1}).code(), Code::kRefused);
}

// Streamed layers are bf16 whatever the file has: of quantised weights the states are near, of others the same.
TEST_P(NativeInference, StreamedLayersGiveTheSameHiddenStates) {
  const auto streamed = Must(OpenNativeStreamed(path_, {}));
  ASSERT_NE(streamed, nullptr);
  const std::vector<TokenId> tokens = RandomTokens(50, vocabulary_, 14);
  const std::vector<std::int32_t> layers = {0, 4};
  ForwardRow row;
  row.tokens = tokens;
  row.logits = LogitsAt::kNone;
  row.hidden_layers = layers;
  std::vector<std::vector<float>> hidden;
  for (const LanguageModel* model : {model_.get(), streamed.get()}) {
    auto context = Must(model->NewContext({2, 2048}));
    row.sequence = Must(context->NewSequence());
    hidden.push_back(Must(context->Forward({&row, 1})).at(0).hidden);
  }
  EXPECT_EQ(hidden[0].size(), 2u * 50 * 64);
  if (ToyOf(GetParam()).dtype == DType::kF32) {
    EXPECT_TRUE(SameBits(hidden[1], hidden[0]));
    return;
  }
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < hidden[0].size(); ++i) {
    difference += std::pow(hidden[1][i] - hidden[0][i], 2);
    size += std::pow(hidden[0][i], 2);
  }
  EXPECT_LT(difference, 1e-3 * size);
}

// Dimensions of 1 at the end do not count, neither for the shape nor for the memory of the panels.
TEST(NativeQuantised, MatricesMayHaveATrailingOne) {
  std::vector<std::vector<float>> logits;
  for (const bool trailing_one : {false, true}) {
    gguf::ToyModelOptions options = ToyOf("llama_q4_0");
    options.trailing_one = trailing_one;
    const std::string path = ToyPath(options);
    const auto model = Must(OpenNative(path, {}));
    ASSERT_NE(model, nullptr);
    auto context = Must(model->NewContext({1, 512}));
    logits.push_back(AllLogits(*context, Must(context->NewSequence()), RandomTokens(20, model->shape().vocabulary, 5)));
    unlink(path.c_str());
  }
  EXPECT_TRUE(SameBits(logits[0], logits[1]));
}

TEST_P(NativeInference, FullContextsRefuseAndKeepWhatTheyHad) {
  auto context = NewContext(1, 50);
  const SequenceId sequence = Must(context->NewSequence());
  const std::vector<TokenId> tokens = RandomTokens(51, vocabulary_, 11);
  ForwardRow row;
  row.sequence = sequence;
  row.tokens = tokens;
  EXPECT_EQ(context->Forward({&row, 1}).code(), Code::kFailed);
  EXPECT_EQ(Must(context->Length(sequence)), 0);
  row.tokens = std::span(tokens).first(50);
  EXPECT_TRUE(context->Forward({&row, 1}).ok());
  row.tokens = std::span(tokens).first(1);
  EXPECT_EQ(context->Forward({&row, 1}).code(), Code::kFailed);
  EXPECT_EQ(Must(context->Length(sequence)), 50);
}

TEST_P(NativeInference, EveryInstructionSetComputesTheSameModel) {
  const std::vector<TokenId> tokens = RandomTokens(40, vocabulary_, 12);
  std::vector<std::vector<float>> found;
  for (const Kernels* kernels : AllKernels()) {
    NativeModel model(Must(LoadWeights(path_, Residency::kResident, {}, *kernels)));
    const std::unique_ptr<Context> context = Must(model.NewContext({2, 100}));
    found.push_back(AllLogits(*context, Must(context->NewSequence()), tokens));
    double worst = 0, size = 0;
    for (std::size_t i = 0; i < found[0].size(); ++i) {
      worst = std::max(worst, std::fabs(static_cast<double>(found.back()[i]) - found[0][i]));
      size = std::max(size, std::fabs(static_cast<double>(found[0][i])));
    }
    EXPECT_LT(worst, 0.02 * size) << kernels->name;
  }
}

// gpt2 has a vector a position: past the last one there is nothing to add, whatever the context would hold.
TEST(NativeGpt2, LearnedPositionsEnd) {
  gguf::ToyModelOptions options = ToyOf("gpt2");
  options.context_max = 40;
  const std::string path = ToyPath(options);
  const auto model = Must(OpenNative(path, {}));
  unlink(path.c_str());
  ASSERT_NE(model, nullptr);
  const std::vector<TokenId> tokens = RandomTokens(41, model->shape().vocabulary, 13);
  auto context = Must(model->NewContext({1, 2048}));
  ForwardRow row;
  row.sequence = Must(context->NewSequence());
  row.tokens = tokens;
  const auto refused = context->Forward({&row, 1});
  EXPECT_EQ(refused.code(), Code::kFailed);
  EXPECT_THAT(refused.message(), testing::AllOf(testing::HasSubstr("found 41 tokens after 0"), testing::HasSubstr("at most 40 in all")));
  row.tokens = std::span(tokens).first(39);
  ASSERT_TRUE(context->Forward({&row, 1}).ok());
  const std::vector<std::int32_t> siblings = {-1, -1}, chain = {-1, 0};
  row.tokens = std::span(tokens).last(2);
  row.parents = siblings;
  EXPECT_TRUE(context->Forward({&row, 1}).ok()) << "two tokens that share the last position";
  row.parents = chain;
  EXPECT_EQ(context->Forward({&row, 1}).code(), Code::kFailed);
  EXPECT_EQ(Must(context->Length(row.sequence)), 39);

  auto trainable = Must(OpenNativeTrainable(model, {}));
  const LoraWeights lora = RandomLora(model->shape(), 2, 0, 1);
  LoraWeights gradient = ZerosLike(lora);
  const auto code_of = [&](std::size_t prefix) {
    const TrainTarget target{1, 3, 1.0f, 0.0f, {}};
    const TrainRow train_row{std::span(tokens).first(2), {&target, 1}, -1};
    const TrainGroup group{&lora, &gradient, std::span(tokens).first(prefix), {&train_row, 1}};
    return trainable->ForwardBackward({&group, 1}, 1.0f).code();
  };
  EXPECT_EQ(code_of(38), Code::kOk);
  EXPECT_EQ(code_of(39), Code::kFailed);
}

INSTANTIATE_TEST_SUITE_P(Shapes, NativeInference,
                         testing::Values("llama", "qwen3", "gpt2", "llama_q4_0", "llama_q8_0", "qwen3_q8_0", "gpt2_q8_0"),
                         [](const auto& p) { return p.param; });

TEST(NativeModels, OtherArchitecturesAndBadFilesAreRefused) {
  EXPECT_EQ(OpenNative("/nonexistent/model.gguf", {}).code(), Code::kNotFound);
  const std::string path = ToyPath();
  std::ofstream(path, std::ios::binary) << "GGUF but not really";
  EXPECT_EQ(OpenNative(path, {}).code(), Code::kRefused);
  unlink(path.c_str());
  const std::string qwen2 = ToyPath(ToyOf("qwen2"));
  EXPECT_EQ(OpenNative(qwen2, {}).code(), Code::kUnimplemented);
  unlink(qwen2.c_str());
}

}  // namespace
}  // namespace paw::native
