#include "gguf/toy_model.h"

#include <gtest/gtest.h>

#include "gguf/gguf.h"

namespace paw::gguf {
namespace {

TEST(ToyModel, OpensWithTheShapeAskedFor) {
  const std::vector<std::byte> bytes = MakeToyModelGguf({});
  const Result<File> file = File::Open(bytes, "toy");
  ASSERT_TRUE(file.ok()) << file.message();
  EXPECT_EQ(*file->Int("llama.block_count"), 4);
  EXPECT_EQ(file->tensors().size(), 1u + 4u * 9u + 1u);
  EXPECT_EQ(file->Strings("tokenizer.ggml.tokens")->size(), static_cast<std::size_t>(file->Find("token_embd.weight")->ne[1]));
  EXPECT_EQ(file->Strings("tokenizer.ggml.tokens")->size(), file->Ints("tokenizer.ggml.token_type")->size());
  EXPECT_EQ(file->Find("blk.3.attn_k.weight")->ne, (std::vector<std::int64_t>{64, 32}));
}

TEST(ToyModel, Qwen3HasHeadNormsAndHeadsOfTheirOwnWidth) {
  ToyModelOptions options;
  options.architecture = "qwen3";
  options.head_width = 24;
  const std::vector<std::byte> bytes = MakeToyModelGguf(options);
  const Result<File> file = File::Open(bytes, "toy");
  ASSERT_TRUE(file.ok()) << file.message();
  EXPECT_EQ(*file->Int("qwen3.attention.key_length"), 24);
  EXPECT_EQ(file->tensors().size(), 1u + 4u * 11u + 1u);
  EXPECT_EQ(file->Find("blk.0.attn_q.weight")->ne, (std::vector<std::int64_t>{64, 96}));
  EXPECT_EQ(file->Find("blk.0.attn_output.weight")->ne, (std::vector<std::int64_t>{96, 64}));
  EXPECT_EQ(file->Find("blk.3.attn_k_norm.weight")->ne, (std::vector<std::int64_t>{24}));
}

TEST(ToyModel, Gpt2HasBiasesAndLearnedPositions) {
  ToyModelOptions options;
  options.architecture = "gpt2";
  options.context_max = 100;
  const std::vector<std::byte> bytes = MakeToyModelGguf(options);
  const Result<File> file = File::Open(bytes, "toy");
  ASSERT_TRUE(file.ok()) << file.message();
  EXPECT_EQ(file->tensors().size(), 2u + 4u * 12u + 2u);
  EXPECT_EQ(file->Find("position_embd.weight")->ne, (std::vector<std::int64_t>{64, 100}));
  EXPECT_EQ(file->Find("blk.3.attn_qkv.weight")->ne, (std::vector<std::int64_t>{64, 192}));
  EXPECT_EQ(file->Find("blk.0.ffn_up.bias")->ne, (std::vector<std::int64_t>{96}));
}

TEST(ToyModel, VocabularyIsByteLevel) {
  const std::vector<std::string> tokens = ToyTokens();
  EXPECT_EQ(tokens[2], "<|im_end|>");
  EXPECT_EQ(tokens[3 + 'a'], "a");
  EXPECT_EQ(tokens[3 + ' '], "\xc4\xa0");   // U+0120
  EXPECT_EQ(tokens[3 + '\n'], "\xc4\x8a");  // U+010A
  EXPECT_EQ(tokens[3 + 0xad], "\xc5\x83");  // U+0143, the last of the renamed bytes
  EXPECT_EQ(tokens[3 + 0xff], "\xc3\xbf");
  EXPECT_GT(tokens.size(), 259u + 30u);
}

TEST(ToyModel, EqualOptionsGiveEqualBytes) {
  EXPECT_EQ(MakeToyModelGguf({}), MakeToyModelGguf({}));
  ToyModelOptions other;
  other.seed = 2;
  EXPECT_NE(MakeToyModelGguf({}), MakeToyModelGguf(other));
  other.dtype = DType::kQ8_0;
  EXPECT_LT(MakeToyModelGguf(other).size(), MakeToyModelGguf({}).size() / 2);
  other.width = 48;
  other.heads = 3;
  other.kv_heads = 3;
  EXPECT_TRUE(MakeToyModelGguf(other).empty());  // no whole blocks
}

}  // namespace
}  // namespace paw::gguf
