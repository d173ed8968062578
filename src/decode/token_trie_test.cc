#include "decode/token_trie.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "base/text.h"
#include "decode/output_rules.h"
#include "decode/schema_rules.h"
#include "decode/schema_test_support.h"
#include "decode/span_rules.h"
#include "lm/tokenizer_bpe.h"

namespace paw {
namespace {

// Control tokens, every byte, and pieces of JSON, of text and of both, some cut inside a character.
Tokenizer DrawnTokenizer(std::uint64_t seed) {
  Random random(seed);
  const std::vector<std::string> parts = {"\"",   "\\",  "{",   "}",    "[",   "]",    ",",        ":",        " ",
                                          "\n",   "a",   "b",   "name", "u00", "e9",   "12",       "-",        "true",
                                          "null", "1.5", "x y", "\\u",  "\\n", "\xC3", "\xA9",     "\xF0\x9F", "ab",
                                          "\",",  "\":", "{\"", "abd",  "\t",  "0",    "\xED\xA0", "\x98\x80", "zzzzzzzzzzzzzzzzzzzz"};
  std::set<std::string> pieces = {"a\"", "b\":"};
  while (pieces.size() < 700) {
    std::string piece;
    for (std::uint64_t n = 1 + random.Below(4); n > 0; --n) piece += parts[random.Below(parts.size())];
    if (piece.size() > 1) pieces.insert(piece);
  }
  Vocabulary vocabulary;
  vocabulary.pre = "smollm";
  vocabulary.tokens = {"<|pad|>", "<|end|>", "<tool>"};
  vocabulary.types = {TokenType::kControl, TokenType::kControl, TokenType::kUserDefined};
  for (int byte = 0; byte < 256; ++byte) vocabulary.tokens.push_back(ByteCharacter(static_cast<std::uint8_t>(byte)));
  for (const std::string& piece : pieces) {
    vocabulary.tokens.emplace_back();
    for (const char c : piece) vocabulary.tokens.back() += ByteCharacter(static_cast<std::uint8_t>(c));
  }
  vocabulary.types.resize(vocabulary.tokens.size(), TokenType::kNormal);
  vocabulary.types.back() = TokenType::kUnused;
  vocabulary.eos = 1;
  return std::move(Tokenizer::Create(vocabulary)).value();
}

std::string SomeText(Random& random) {
  const std::vector<std::string> parts = {"a", "b", "name", " ", "\n", "-", "1.5", "12", "\"", "\xC3\xA9", "x y", "zzzz", "\xE2\x80\x9C"};
  std::string text;
  for (std::uint64_t n = random.Below(30); n > 0; --n) text += parts[random.Below(parts.size())];
  return text;
}

// The mask of every state on a random walk is what asking token by token gives. Returns the states seen.
int CompareAlongAWalk(const Tokenizer& tokenizer, const TokenTrie& trie, OutputRules& rules, Random& random) {
  for (int step = 0;; ++step) {
    TokenMask mask(tokenizer.vocabulary()), expected(tokenizer.vocabulary());
    rules.AddAllowed(trie, mask);
    std::vector<TokenId> allowed;
    for (TokenId token = 0; token < tokenizer.vocabulary(); ++token) {
      if (token == tokenizer.eos() || tokenizer.IsControl(token) || !rules.Allows(tokenizer.PieceOf(token))) continue;
      expected.Add(token);
      allowed.push_back(token);
    }
    for (TokenId token = 0; token < tokenizer.vocabulary(); ++token) {
      EXPECT_EQ(mask.Has(token), expected.Has(token)) << Printable(tokenizer.PieceOf(token)) << " in step " << step;
    }
    if (!(mask == expected) || allowed.empty() || step == 25) return step;
    rules.Advance(tokenizer.PieceOf(allowed[random.Below(allowed.size())]));
  }
}

TEST(TokenTrie, TheMaskIsWhatAskingTokenByTokenGives) {
  const Tokenizer tokenizer = DrawnTokenizer(1);
  const TokenTrie trie = TokenTrie::Build(tokenizer);
  RandomSchemas schemas(3);
  int states = 0;
  for (int i = 0; i < 150 && !testing::Test::HasFailure(); ++i) {
    const auto schema = JsonSchema::Parse(schemas.Schema().dump(), "schema");
    if (schema.ok()) {
      SchemaRules rules(*schema);
      states += CompareAlongAWalk(tokenizer, trie, rules, schemas.random());
    }
    JsonRules json({.containers_only = i % 2 == 0, .compact = i % 3 == 0, .alternatives = {"NONE", "a\"b"}});
    states += CompareAlongAWalk(tokenizer, trie, json, schemas.random());
    SpanRules span({{"NONE", "name 12"}}, SomeText(schemas.random()));
    states += CompareAlongAWalk(tokenizer, trie, span, schemas.random());
    Utf8Rules text;
    states += CompareAlongAWalk(tokenizer, trie, text, schemas.random());
  }
  EXPECT_GT(states, 3000);
}

// Inside a string every state has its own rule for how much may follow.
TEST(TokenTrie, StringsWithLittleRoom) {
  const Tokenizer tokenizer = DrawnTokenizer(2);
  const TokenTrie trie = TokenTrie::Build(tokenizer);
  Random random(4);
  for (const int room : {0, 1, 2, 3, 7, 15, 16, 19, 20, 21, 40, 1000}) {
    for (const int least : {0, 1, 5}) {
      if (least > room) continue;
      const std::string limits = R"("minLength":)" + std::to_string(least) + R"(,"maxLength":)" + std::to_string(room);
      const auto schema = JsonSchema::Parse(R"({"type":"array","items":{"type":"string",)" + limits + "}}", "schema");
      ASSERT_TRUE(schema.ok()) << schema.message();
      for (int walk = 0; walk < 5; ++walk) {
        SchemaRules rules(*schema);
        rules.Advance("[\"");
        CompareAlongAWalk(tokenizer, trie, rules, random);
      }
    }
  }
}

// A key ends alike only where it is no key that stands there already.
TEST(TokenTrie, KeysThatWouldComeTwice) {
  const Tokenizer tokenizer = DrawnTokenizer(6);
  const TokenTrie trie = TokenTrie::Build(tokenizer);
  const auto schema = JsonSchema::Parse(R"({"type":"object","properties":{"b":{}}})", "schema");
  ASSERT_TRUE(schema.ok()) << schema.message();
  Random random(7);
  for (int walk = 0; walk < 20; ++walk) {
    SchemaRules rules(*schema);
    rules.Advance(R"({"a":1,")");
    EXPECT_FALSE(rules.Allows("a\""));
    EXPECT_FALSE(rules.Allows("b\":"));
    CompareAlongAWalk(tokenizer, trie, rules, random);
  }
}

TEST(TokenTrie, EveryTokenStandsInOneTreeOnce) {
  const Tokenizer tokenizer = DrawnTokenizer(5);
  const TokenTrie trie = TokenTrie::Build(tokenizer);
  std::multiset<TokenId> seen(trie.plain().tokens.begin(), trie.plain().tokens.end());
  seen.insert(trie.others().tokens.begin(), trie.others().tokens.end());
  for (TokenId token = 0; token < tokenizer.vocabulary(); ++token) {
    const bool expected = token != tokenizer.eos() && !tokenizer.IsControl(token) && !tokenizer.PieceOf(token).empty();
    EXPECT_EQ(seen.count(token), expected ? 1u : 0u) << token;
  }
  for (const TokenId token : trie.plain().tokens) EXPECT_EQ(tokenizer.PieceOf(token).find_first_of("\"\\\n\t"), std::string::npos);
  TokenMask all(tokenizer.vocabulary());
  trie.AddPlain(kPlainUnlimited, all);
  for (const TokenId token : trie.plain().tokens) EXPECT_TRUE(all.Has(token));
}

}  // namespace
}  // namespace paw
