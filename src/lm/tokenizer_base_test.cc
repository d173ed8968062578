// Tokenizers read from GGUF bytes: the toy base always; the real base when PAW_TEST_BASE names its file. The expected ids of the
// real vocabulary are llama.cpp's (llama_tokenize with special tokens parsed), made once and written down.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "gguf/gguf.h"
#include "gguf/toy_model.h"
#include "lm/tokenizer.h"

namespace paw {
namespace {

struct Expected {
  std::string text;
  std::vector<TokenId> ids;
};
const std::vector<Expected>& RealIds() {
  static const std::vector<Expected> expected = {
      {"", {}},
      {"Hello, world!", {19556, 28, 905, 17}},
      {" the  a\012\012 b", {260, 216, 253, 1116, 278}},
      {"<|im_start|>user\012hi<|im_end|>\012<|im_start|>assistant\012", {1, 4093, 198, 6004, 2, 198, 1, 520, 9531, 198}},
      {"I'll've 'S it's 12,345.67 in 2024",
       {57, 3060, 3543, 637, 67, 357, 506, 216, 33, 34, 28, 35, 36, 37, 30, 38, 39, 281, 216, 34, 32, 34, 36}},
      {"Caf\303\251 na\303\257ve \303\274ber \344\270\255\346\226\207 \343\201\213\343\201\252 \355\225\234\352\270\200 \320\266",
       {51, 1939, 2756, 15486, 46494, 5549, 137, 593, 216, 28589, 29184, 46673, 229, 7365, 120, 216, 33085, 246, 181, 133, 218, 5470, 131}},
      {"\360\237\231\202 \360\237\221\251\342\200\215\360\237\221\251 e\314\201",
       {10813, 38887, 15107, 235, 119, 321, 231, 10813, 235, 119, 297, 151, 219}},
      {"tabs\011\011and  \302\240 spaces\343\200\200end  ", {100, 7366, 197, 197, 397, 256, 15442, 5600, 12109, 218, 486, 256}},
      {"{\"name\":\"x_y\",\"n\":[1,2.5,null]}",
       {39428, 1245, 25535, 104, 79, 105, 14460, 94, 1799, 75, 33, 28, 34, 30, 37, 28, 18220, 28852}},
      {"\015\012\015\012  x", {18682, 216, 1792}},
      {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", {46880, 46880, 46880, 46880, 46880, 46880, 46880, 46880, 46880}},
      {"\001\002\004\177\302\205\341\240\216", {191, 192, 217, 141, 223, 172, 250, 232}},
      {"<repo_name>a<file_sep>b<|endoftext|", {3, 81, 5, 82, 44, 108, 486, 1714, 2692, 108}},
      {" \012 \012", {3717, 3717}},
      {"\331\243\331\244\302\275\342\205\247x", {164, 113, 164, 114, 16738, 173, 223, 117, 104}},
  };
  return expected;
}

TEST(TokenizerOfToyBase, ReadsTheVocabularyAndWritesEveryByteBack) {
  const std::vector<std::byte> bytes = gguf::MakeToyModelGguf({});
  const Result<gguf::File> file = gguf::File::Open(bytes, "the toy base");
  ASSERT_TRUE(file.ok()) << file.message();
  const Result<Tokenizer> tokenizer = Tokenizer::Open(*file);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.message();
  EXPECT_EQ(tokenizer->vocabulary(), static_cast<std::int32_t>(gguf::ToyTokens().size()));
  EXPECT_EQ(*tokenizer->Encode("<|im_end|>", SpecialTokens::kParse), std::vector<TokenId>{2});
  EXPECT_EQ(tokenizer->eos(), 2);
  for (const Expected& row : RealIds()) {
    EXPECT_EQ(tokenizer->Decode(*tokenizer->Encode(row.text, SpecialTokens::kPlain)), row.text);
  }
}

TEST(TokenizerOfRealBase, GivesTheIdsOfLlamaCpp) {
  const char* path = std::getenv("PAW_TEST_BASE");
  if (path == nullptr) GTEST_SKIP() << "PAW_TEST_BASE is not set";
  std::ifstream stream(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  const Result<gguf::File> file = gguf::File::Open(std::as_bytes(std::span(text)), path);
  ASSERT_TRUE(file.ok()) << file.message();
  const Result<Tokenizer> tokenizer = Tokenizer::Open(*file);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.message();
  EXPECT_EQ(tokenizer->vocabulary(), 49152);
  EXPECT_EQ(tokenizer->eos(), 2);
  EXPECT_EQ(tokenizer->bos(), 1);
  for (const Expected& row : RealIds()) EXPECT_EQ(*tokenizer->Encode(row.text, SpecialTokens::kParse), row.ids) << row.text;
}

}  // namespace
}  // namespace paw
