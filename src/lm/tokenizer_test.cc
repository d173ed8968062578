#include "lm/tokenizer.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "lm/tokenizer_bpe.h"
#include "lm/tokenizer_split.h"

namespace paw {
namespace {

using Words = std::vector<std::string>;
using Ids = std::vector<TokenId>;

Words SplitBy(std::string_view pattern, std::string_view text) {
  const Result<PreSplitter> splitter = PreSplitter::Create(pattern);
  EXPECT_TRUE(splitter.ok()) << splitter.message();
  const Result<std::vector<std::string_view>> words = splitter->Split(text);
  EXPECT_TRUE(words.ok()) << words.message();
  return Words(words->begin(), words->end());
}

// Three special tokens, every byte but 0x01, and merges that spell " the", "he", "aa", "aaaa".
Vocabulary SmallVocabulary() {
  Vocabulary vocabulary;
  vocabulary.pre = "smollm";
  vocabulary.tokens = {"<|end|>", "<|end|>er", "<think>"};
  vocabulary.types = {TokenType::kControl, TokenType::kControl, TokenType::kUserDefined};
  const auto add = [&vocabulary](const std::string& text) {
    vocabulary.tokens.push_back(text);
    vocabulary.types.push_back(TokenType::kNormal);
  };
  for (int byte = 0; byte < 256; ++byte) {
    if (byte != 1) add(ByteCharacter(static_cast<std::uint8_t>(byte)));
  }
  for (const auto& [left, right] :
       std::vector<std::pair<std::string, std::string>>{{"h", "e"}, {"\u0120", "t"}, {"\u0120t", "he"}, {"a", "a"}, {"aa", "aa"}}) {
    add(left + right);
    vocabulary.merges.push_back(left + " " + right);
  }
  vocabulary.eos = 0;
  return vocabulary;
}

Tokenizer Small() {
  Result<Tokenizer> tokenizer = Tokenizer::Create(SmallVocabulary());
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.message();
  return *std::move(tokenizer);
}

Words PiecesOf(const Tokenizer& tokenizer, std::string_view text, SpecialTokens special = SpecialTokens::kPlain) {
  const Result<Ids> ids = tokenizer.Encode(text, special);
  EXPECT_TRUE(ids.ok()) << ids.message();
  Words pieces;
  for (const TokenId id : *ids) pieces.push_back(tokenizer.PieceOf(id));
  return pieces;
}

TEST(PreSplitter, Gpt2KeepsOneBlankBeforeAWordAndNumbersWhole) {
  EXPECT_EQ(SplitBy("gpt-2", "I'll pay  $2024, \u00e9t\u00e9!\n\n x"),
            (Words{"I", "'ll", " pay", " ", " $", "2024", ",", " \u00e9t\u00e9", "!", "\n\n", " x"}));
  EXPECT_EQ(SplitBy("default", "a  "), (Words{"a", "  "}));
  EXPECT_EQ(SplitBy("gpt-2", "\nx"), (Words{"\n", "x"}));
}

TEST(PreSplitter, SmollmTakesEachDigitAloneAndLooksNoFurther) {
  EXPECT_EQ(SplitBy("smollm", "in 2024!"), (Words{"in", " ", "2", "0", "2", "4", "!"}));
  EXPECT_EQ(SplitBy("smollm", "a   7"), (Words{"a", "   ", "7"}));  // gpt-2 would keep a blank for the digit
  EXPECT_EQ(SplitBy("gpt-2", "a   7"), (Words{"a", "  ", " 7"}));
  EXPECT_EQ(SplitBy("smollm", "x\u0663\u0664y"), (Words{"x", "\u0663", "\u0664", "y"}));  // Arabic digits are \p{N} too
}

TEST(PreSplitter, Qwen2JoinsOneSignToAWordAndLineEndsToSigns) {
  EXPECT_EQ(SplitBy("qwen2", "I'LL (say) 12.\n\nok"), (Words{"I", "'LL", " (", "say", ")", " ", "1", "2", ".\n\n", "ok"}));
  EXPECT_EQ(SplitBy("qwen2", "a \n \n b"), (Words{"a", " \n \n", " b"}));
}

TEST(PreSplitter, TheHfPatternsFoldALongSAndKnowUnicode16) {
  EXPECT_EQ(SplitBy("hf-qwen2", "it'\u017fx I'LL (say) 12.\n\n"),
            (Words{"it", "'\u017f", "x", " I", "'LL", " (", "say", ")", " ", "1", "2", ".\n\n"}));
  EXPECT_EQ(SplitBy("qwen2", "it'\u017fx"), (Words{"it", "'\u017fx"}));  // llama.cpp
  EXPECT_EQ(SplitBy("hf-gpt2", "I'LL can't \u017f's  12"), (Words{"I", "'", "LL", " can", "'t", " \u017f", "'s", " ", " 12"}));
  EXPECT_EQ(SplitBy("hf-gpt2",
                    "a\U00031350b \U00010D40"
                    "1"),
            (Words{"a\U00031350b",
                   " \U00010D40"
                   "1"}));  // Unicode 15, 16
  EXPECT_EQ(SplitBy("hf-qwen2", "a\U00031350b\U00010D40"), (Words{"a\U00031350b", "\U00010D40"}));
}

TEST(PreSplitter, OnlyUnicodeWhiteSpaceSeparates) {
  EXPECT_EQ(SplitBy("gpt-2", "a\u3000\u00a0b"), (Words{"a", "\u3000", "\u00a0", "b"}));
  EXPECT_EQ(SplitBy("gpt-2", "..\u180e.."), (Words{"..\u180e.."}));  // not white space since Unicode 6.3
}

TEST(PreSplitter, LeavesNothingOut) {
  std::string text;
  for (int point = 1; point < 0x3000; point += 7) {
    if (point < 0x80) {
      text += static_cast<char>(point);
    } else if (point < 0x800) {
      text += {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 0x3F))};
    } else {
      text +=
          {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3F)), static_cast<char>(0x80 | (point & 0x3F))};
    }
  }
  for (const char* pattern : {"smollm", "gpt-2", "qwen2", "hf-gpt2", "hf-qwen2"}) {
    std::string joined;
    for (const std::string& word : SplitBy(pattern, text)) joined += word;
    EXPECT_EQ(joined, text) << pattern;
  }
}

TEST(PreSplitter, AnUnknownPatternIsRefusedByName) {
  const Result<PreSplitter> splitter = PreSplitter::Create("llama-bpe");
  EXPECT_EQ(splitter.code(), Code::kUnimplemented);
  EXPECT_NE(splitter.message().find("llama-bpe"), std::string::npos);
  EXPECT_EQ(PreSplitter::Create("\nmollm").message().find('\n'), std::string::npos);
}

TEST(Bpe, TheAlphabetIsAPermutation) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string& character = ByteCharacter(static_cast<std::uint8_t>(byte));
    EXPECT_EQ(BytesOfVocabularyText(character), std::string(1, static_cast<char>(byte)));
  }
  EXPECT_EQ(ByteCharacter(' '), "\u0120");
  EXPECT_EQ(ByteCharacter('\n'), "\u010a");
  EXPECT_EQ(ByteCharacter(0xAD), "\u0143");
  EXPECT_FALSE(BytesOfVocabularyText("\u4e00").has_value());
  EXPECT_FALSE(BytesOfVocabularyText(" ").has_value());
}

TEST(Tokenizer, MergesByRankThenFromTheLeft) {
  const Tokenizer tokenizer = Small();
  EXPECT_EQ(PiecesOf(tokenizer, " the"), (Words{" the"}));
  EXPECT_EQ(PiecesOf(tokenizer, "the"), (Words{"t", "he"}));
  EXPECT_EQ(PiecesOf(tokenizer, "aaaaaaa"), (Words{"aaaa", "aa", "a"}));
  EXPECT_EQ(PiecesOf(tokenizer, ""), Words{});
}

TEST(Tokenizer, DecodesEveryByteExactly) {
  const Tokenizer tokenizer = Small();
  const std::string text = std::string("\0tab\t the\r\n", 11) + "\u00e9\U0001F600 \u4e2d";
  const Result<Ids> ids = tokenizer.Encode(text, SpecialTokens::kPlain);
  ASSERT_TRUE(ids.ok());
  EXPECT_EQ(tokenizer.Decode(*ids), text);
}

TEST(Tokenizer, SpecialTextIsTextUnlessParsed) {
  const Tokenizer tokenizer = Small();
  const Ids plain = *tokenizer.Encode("a<|end|> <think>", SpecialTokens::kPlain);
  for (const TokenId id : plain) EXPECT_FALSE(tokenizer.IsSpecial(id));
  EXPECT_EQ(*tokenizer.Encode("<|end|>", SpecialTokens::kParse), Ids{0});
  // The longest special text is looked for first, as in llama.cpp.
  EXPECT_EQ(PiecesOf(tokenizer, "x<|end|>er<|end|><think>y", SpecialTokens::kParse), (Words{"x", "<|end|>er", "<|end|>", "<think>", "y"}));
  EXPECT_EQ(tokenizer.FindSpecial("ab<think>c<|end|>"), 2u);
  EXPECT_EQ(tokenizer.FindSpecial("nothing <|en d|>"), std::string_view::npos);
}

TEST(Tokenizer, DecodeHidesControlTokensOnly) {
  const Tokenizer tokenizer = Small();
  const Ids ids = *tokenizer.Encode("a<|end|><think>b", SpecialTokens::kParse);
  EXPECT_EQ(tokenizer.Decode(ids), "a<think>b");
  EXPECT_TRUE(tokenizer.IsControl(0));
  EXPECT_FALSE(tokenizer.IsControl(2));
  EXPECT_TRUE(tokenizer.IsSpecial(2));
  EXPECT_EQ(tokenizer.Decode(Ids{-5, 100000}), "");
  EXPECT_EQ(tokenizer.PieceOf(100000), "");
}

TEST(Tokenizer, AByteWithoutATokenIsLeftOut) {
  const Tokenizer tokenizer = Small();
  EXPECT_EQ(PiecesOf(tokenizer, "a\x01z"), (Words{"a", "z"}));
}

TEST(Tokenizer, RefusesTextThatIsNotUtf8WithTheOffset) {
  const Tokenizer tokenizer = Small();
  const Result<Ids> ids = tokenizer.Encode("ab\xFF", SpecialTokens::kPlain);
  EXPECT_EQ(ids.code(), Code::kRefused);
  EXPECT_NE(ids.message().find("offset 2"), std::string::npos) << ids.message();
  EXPECT_EQ(tokenizer.Encode(std::string(kTokenizerTextBytesMax + 1, 'a'), SpecialTokens::kPlain).code(), Code::kRefused);
}

TEST(Tokenizer, ALongWordTakesNearLinearTime) {
  const Tokenizer tokenizer = Small();
  for (const std::string& text : {std::string(1 << 20, 'a'), std::string(1 << 17, ' ') + "x", std::string(1 << 17, '!')}) {
    const std::clock_t start = std::clock();  // processor time: the machine may be busy
    const Result<Ids> ids = tokenizer.Encode(text, SpecialTokens::kParse);
    ASSERT_TRUE(ids.ok()) << ids.message();
    EXPECT_EQ(tokenizer.Decode(*ids), text);
    // A quadratic merge of a million symbols would take hours; the bound is loose because machines and sanitizers differ.
    EXPECT_LT(std::clock() - start, 20 * CLOCKS_PER_SEC);
  }
}

TEST(Tokenizer, RefusesMalformedVocabularies) {
  const auto code_of = [](auto change) {
    Vocabulary vocabulary = SmallVocabulary();
    change(vocabulary);
    return Tokenizer::Create(vocabulary).code();
  };
  EXPECT_EQ(code_of([](Vocabulary& v) { v.eos = 1 << 20; }), Code::kRefused);
  EXPECT_EQ(code_of([](Vocabulary& v) { v.bos = -7; }), Code::kRefused);
  EXPECT_EQ(code_of([](Vocabulary& v) { v.types.pop_back(); }), Code::kRefused);
  EXPECT_EQ(code_of([](Vocabulary& v) { v.tokens[5] = v.tokens[6]; }), Code::kRefused);
  EXPECT_EQ(code_of([](Vocabulary& v) { v.tokens[5].clear(); }), Code::kRefused);
  EXPECT_EQ(code_of([](Vocabulary& v) { v.tokens[5] = "\xFF"; }), Code::kRefused);
  EXPECT_EQ(code_of([](Vocabulary& v) { v.merges.push_back("qz zq"); }), Code::kRefused);
  EXPECT_EQ(code_of([](Vocabulary& v) { v.merges.push_back("aa"); }), Code::kRefused);
  EXPECT_EQ(code_of([](Vocabulary& v) {
              v.tokens.clear();
              v.types.clear();
            }),
            Code::kRefused);
  EXPECT_EQ(code_of([](Vocabulary& v) { v.pre = "unheard-of"; }), Code::kUnimplemented);
}

}  // namespace
}  // namespace paw
