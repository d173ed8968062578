#include "lm/tokenizer_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "lm/tokenizer_bpe.h"
#include "tests/fixture.h"

namespace paw {
namespace {

using Ids = std::vector<TokenId>;

Json AddedTokenJson(std::int64_t id, const std::string& content, bool special) {
  return {{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", false},
          {"rstrip", false}, {"normalized", false}, {"special", special}};
}

// 256 bytes, "he" (256), " the" by way of " t" (257, 258); <|end|> (259), <think> (260).
Json SmallDocument() {
  Json vocab;
  for (int byte = 0; byte < 256; ++byte) vocab[ByteCharacter(static_cast<std::uint8_t>(byte))] = byte;
  vocab["he"] = 256;
  vocab["\u0120t"] = 257;
  vocab["\u0120the"] = 258;
  const Json byte_level = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}};
  Json document;
  document["version"] = "1.0";
  document["truncation"] = nullptr;
  document["padding"] = nullptr;
  document["added_tokens"] = Json::array({AddedTokenJson(259, "<|end|>", true), AddedTokenJson(260, "<think>", false)});
  document["normalizer"] = nullptr;
  document["pre_tokenizer"] = byte_level;
  document["post_processor"] = nullptr;
  document["decoder"] = byte_level;
  document["model"] = {{"type", "BPE"}, {"vocab", vocab}, {"merges", {"h e", "\u0120 t", "\u0120t he"}}};
  return document;
}

Result<Vocabulary> Read(const Json& document, std::string_view eos = "<|end|>") {
  return ReadTokenizerJson(WriteJson(document), eos, "tokenizer.json");
}

Tokenizer Open(const Json& document) {
  const Result<Vocabulary> vocabulary = Read(document);
  EXPECT_TRUE(vocabulary.ok()) << vocabulary.message();
  return *Tokenizer::Create(*vocabulary);
}

// What `tokenizers` gave for each line of a NAME.strings.jsonl; the number of lines.
int ExpectTheIdsOfTokenizers(const std::filesystem::path& strings) {
  std::ifstream stream(strings, std::ios::binary);
  std::string line;
  std::getline(stream, line);
  const Json head = *ParseJson(line, strings.string());
  const std::vector<std::byte> bytes = ReadBytes((strings.parent_path() / head["tokenizer"].get<std::string>()).string());
  const std::string_view json(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const Result<Vocabulary> vocabulary = ReadTokenizerJson(json, head["eos"].get<std::string>(), strings.string());
  EXPECT_TRUE(vocabulary.ok()) << vocabulary.message();
  if (!vocabulary.ok()) return 0;
  const Tokenizer tokenizer = *Tokenizer::Create(*vocabulary);
  int lines = 0;
  int different = 0;
  while (std::getline(stream, line)) {
    const Json row = *ParseJson(line, strings.string());
    const std::string text = row["text"].get<std::string>();
    const Result<Ids> ids = tokenizer.Encode(text, SpecialTokens::kParse);
    const bool same = ids.ok() && *ids == row["ids"].get<Ids>();
    different += !same;
    EXPECT_TRUE(same || different > 10) << strings.filename() << ": " << line;
    const Result<Ids> plain = tokenizer.Encode(text, SpecialTokens::kPlain);
    EXPECT_TRUE(plain.ok() && std::none_of(plain->begin(), plain->end(), [&](TokenId id) { return tokenizer.IsSpecial(id); })) << line;
    ++lines;
  }
  EXPECT_EQ(different, 0) << strings;
  return lines;
}

TEST(TokenizerJson, GivesTheIdsOfTokenizers) {
  EXPECT_EQ(ExpectTheIdsOfTokenizers(FixturePath("tokenizers/qwen2.strings.jsonl")), 300);
  EXPECT_EQ(ExpectTheIdsOfTokenizers(FixturePath("tokenizers/gpt2.strings.jsonl")), 300);
}

// Opt-in: every NAME.strings.jsonl of a folder that scripts/make_tokenizer_fixtures.py made.
TEST(TokenizerJson, GivesTheIdsOfTokenizersForYourStrings) {
  const char* folder = std::getenv("PAW_TEST_TOKENIZER_STRINGS");
  if (folder == nullptr) GTEST_SKIP() << "PAW_TEST_TOKENIZER_STRINGS is not set";
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().string().ends_with(".strings.jsonl")) continue;
    EXPECT_GT(ExpectTheIdsOfTokenizers(entry.path()), 0) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 0);
}

TEST(TokenizerJson, ReadsMergesInBothSpellings) {
  Json document = SmallDocument();
  const Ids expected = {258, 0x21, 256};
  EXPECT_EQ(*Open(document).Encode(" the!he", SpecialTokens::kPlain), expected);
  document["model"]["merges"] = Json::parse(R"([["h","e"],["\u0120","t"],["\u0120t","he"]])");
  EXPECT_EQ(*Open(document).Encode(" the!he", SpecialTokens::kPlain), expected);
}

TEST(TokenizerJson, AddedTokensKeepTheirIdsAndKinds) {
  const Tokenizer tokenizer = Open(SmallDocument());
  EXPECT_EQ(tokenizer.vocabulary(), 261);
  EXPECT_EQ(tokenizer.eos(), 259);
  EXPECT_EQ(*tokenizer.Encode("h<|end|><think>", SpecialTokens::kParse), (Ids{0x68, 259, 260}));
  EXPECT_TRUE(tokenizer.IsControl(259));
  EXPECT_FALSE(tokenizer.IsControl(260));
  EXPECT_TRUE(tokenizer.IsSpecial(260));
  EXPECT_EQ(tokenizer.Decode(Ids{0x68, 259, 260}), "h<think>");
}

TEST(TokenizerJson, AnAddedTokenMayStandInTheModelToo) {
  Json document = SmallDocument();
  document["model"]["vocab"]["<|end|>"] = 259;  // as GPT-2's <|endoftext|> does
  EXPECT_EQ(Open(document).vocabulary(), 261);
  document["model"]["vocab"]["<|end|>"] = 260;
  EXPECT_NE(Read(document).message().find("\"<|end|>\" a second time"), std::string::npos) << Read(document).message();
}

// openai-community/gpt2 has neither "type" nor the newer switches, and its one token is a normalised one where nothing normalises.
TEST(TokenizerJson, ReadsWhatOlderFilesSayLess) {
  Json document = SmallDocument();
  document["model"].erase("type");
  document["model"]["unk_token"] = "<|end|>";
  document["model"]["end_of_word_suffix"] = "";
  document["added_tokens"][0]["normalized"] = true;
  document["added_tokens"][1]["normalized"] = true;
  EXPECT_EQ(*Open(document).Encode(" the<|end|>", SpecialTokens::kParse), (Ids{258, 259}));
  document["normalizer"] = {{"type", "NFC"}};
  EXPECT_EQ(Read(document).code(), Code::kRefused);  // they would have to be looked for in the normalised text
}

TEST(TokenizerJson, ReadsTheSixtyFourPrefixTokensOfACompiler) {
  const std::vector<std::byte> bytes = ReadFixtureBytes("tokenizers/qwen2.tokenizer.json");
  const std::string_view json(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const Result<Vocabulary> vocabulary = ReadTokenizerJson(json, "<|im_end|>", "fixture");
  ASSERT_TRUE(vocabulary.ok()) << vocabulary.message();
  const Tokenizer tokenizer = *Tokenizer::Create(*vocabulary);
  ASSERT_EQ(tokenizer.vocabulary(), 1269);
  for (int i = 1; i <= 64; ++i) {
    const std::string name = "<prefix_" + std::to_string(i) + ">";
    EXPECT_EQ(*tokenizer.Encode(name, SpecialTokens::kParse), Ids{1204 + i});
    EXPECT_TRUE(tokenizer.IsControl(1204 + i));
    EXPECT_GT(tokenizer.Encode(name, SpecialTokens::kPlain)->size(), 1u);
  }
}

TEST(TokenizerJson, NormalisesWhereTheFileSaysSoAndNeverAcrossASpecialToken) {
  const std::string text = "e\u0301<|end|>\u0338";
  Json document = SmallDocument();
  const Tokenizer as_it_is = Open(document);
  EXPECT_EQ(as_it_is.Decode(*as_it_is.Encode(text, SpecialTokens::kPlain)), text);
  document["normalizer"] = {{"type", "NFC"}};
  const Tokenizer normalising = Open(document);
  // The sign after the token would go into its last letter; the token is found first.
  EXPECT_EQ(normalising.Decode(*normalising.Encode(text, SpecialTokens::kParse)), "\u00e9\u0338");
  EXPECT_EQ(normalising.Decode(*normalising.Encode(text, SpecialTokens::kPlain)), "\u00e9<|end|\u226f");
}

TEST(TokenizerJson, ReadsTheEndTokenOfAConfiguration) {
  EXPECT_EQ(*ReadEosToken(R"({"eos_token": "<|im_end|>", "x": 1})", "c"), "<|im_end|>");
  EXPECT_EQ(*ReadEosToken(R"({"eos_token": {"content": "<|endoftext|>", "lstrip": false}})", "c"), "<|endoftext|>");
  for (const std::string_view json : {"{}", R"({"eos_token": null})", R"({"eos_token": 3})", R"({"eos_token": {}})", "[]", "{"}) {
    EXPECT_EQ(ReadEosToken(json, "c").code(), Code::kRefused) << json;
  }
}

struct Change {
  const char* pointer;  // where (RFC 6901); "-" at the end appends to an array
  const char* value;    // JSON; nullptr removes
  const char* message;  // a part of what is said
};

TEST(TokenizerJson, RefusesWhatItWouldOtherwisePassOver) {
  const std::vector<Change> changes = {
      {"/version", "\"2.0\"", "key \"version\": found \"2.0\", expected \"1.0\""},
      {"/truncation", "{\"max_length\": 8}", "key \"truncation\": found an object, expected null"},
      {"/padding", "{}", "key \"padding\": found an object, expected null"},
      {"/surprise", "1", "found the key \"surprise\", expected none"},
      {"/decoder", nullptr, "found no key \"decoder\""},
      {"/decoder", "null", "found null, expected an object"},
      {"/decoder/type", "\"Metaspace\"", "decoder: key \"type\": found \"Metaspace\""},
      {"/normalizer", R"({"type":"NFKC"})", "normalizer: key \"type\": found \"NFKC\", expected \"NFC\""},
      {"/normalizer", R"({"type":"NFC","x":0})", "found the key \"x\""},
      {"/post_processor", R"({"type":"TemplateProcessing","single":[]})", "post_processor: key \"type\""},
      {"/pre_tokenizer", "null", "key \"pre_tokenizer\": found null"},
      {"/pre_tokenizer/add_prefix_space", "true", "key \"add_prefix_space\": found true, expected false"},
      {"/pre_tokenizer/use_regex", "false", "key \"use_regex\": found false, expected true"},
      {"/model/type", "\"WordPiece\"", "model: key \"type\": found \"WordPiece\", expected \"BPE\""},
      {"/model/dropout", "0.1", "key \"dropout\": found 0.1, expected null"},
      {"/model/byte_fallback", "true", "key \"byte_fallback\": found true"},
      {"/model/ignore_merges", "true", "key \"ignore_merges\": found true"},
      {"/model/end_of_word_suffix", "\"</w>\"", "found \"</w>\", expected null or \"\""},
      {"/model/unheard_of", "1", "found the key \"unheard_of\""},
      {"/added_tokens/0/lstrip", "true", "added token 0: key \"lstrip\": found true, expected false"},
      {"/added_tokens/1/rstrip", "true", "added token 1: key \"rstrip\""},
      {"/added_tokens/1/single_word", "true", "key \"single_word\""},
      {"/added_tokens/1/normalized", "true", "key \"normalized\": found true, expected false"},
      {"/added_tokens/1/special", "0", "key \"special\": found 0"},
      {"/added_tokens/1/content", "\"\"", "found 0 bytes of text, expected 1 to 128"},
      {"/added_tokens/1/content", "\">k>\"", "found the added token \">k>\" beginning with the end of"},
      {"/added_tokens/1/content", "\"<|end|>\"", "found the added token \"<|end|>\" a second time"},
      {"/added_tokens/1/content", "\"he\"", "found the added token \"he\" a second time"},
      {"/added_tokens/1/id", "261", "found id 261 of token \"<think>\", expected ids 0 to 260"},
      {"/added_tokens/1/id", "-1", "found id -1"},
      {"/added_tokens/1/id", "258", "found id 258 for both"},
      {"/model/vocab/he", "257", "found id 257 for both"},
      {"/model/vocab/he", "1.5", "found a fraction, expected an integer"},
      {"/model/vocab/he", nullptr, "found id 260 of token"},
      {"/model/merges/-", "\"he\"", "merge 3: found \"he\", expected \"a b\" or [\"a\", \"b\"]"},
      {"/model/merges/-", "\"h e x\"", "merge 3: found \"h e x\""},
      {"/model/merges/-", R"(["h e","x"])", "merge 3: found"},
      {"/model/merges/-", R"(["h"])", "merge 3: found"},
      {"/model/merges/-", "7", "merge 3: found 7"},
      {"/model/merges/-", "\"h e\"", "merge 3: found \"h e\" a second time"},
      {"/model/merges/-", "\"<|end|> e\"", "merge 3: found the added token \"<|end|>\" in it"},
      {"/model/merges", "{}", "key \"merges\": found an object, expected an array"},
  };
  for (const Change& change : changes) {
    Json document = SmallDocument();
    const Json::json_pointer place(change.pointer);
    if (change.value == nullptr) {
      document[place.parent_pointer()].erase(place.back());
    } else {
      document[place] = Json::parse(change.value);
    }
    const Result<Vocabulary> read = Read(document);
    EXPECT_EQ(read.code(), Code::kRefused) << change.pointer;
    EXPECT_NE(read.message().find(change.message), std::string::npos) << change.pointer << ": " << read.message();
  }
}

TEST(TokenizerJson, RefusesAnEndTokenThatIsNotThereAndBytesWithoutAToken) {
  EXPECT_NE(Read(SmallDocument(), "<|im_end|>").message().find("found no added token \"<|im_end|>\" among 2"), std::string::npos);
  EXPECT_EQ(Read(SmallDocument(), "he").code(), Code::kRefused);
  Json document = SmallDocument();
  document["model"]["vocab"].erase("!");
  document["model"]["vocab"]["another"] = 0x21;
  EXPECT_NE(Read(document).message().find("found no ordinary token \"!\" for byte 33"), std::string::npos) << Read(document).message();
}

// The pattern as Qwen2 has it is known; one character more or another step is not.
TEST(TokenizerJson, KnowsWordPatternsByExactMatch) {
  const std::vector<std::byte> bytes = ReadFixtureBytes("tokenizers/qwen2.tokenizer.json");
  const Json qwen2 = *ParseJson(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()), "fixture");
  EXPECT_EQ(Read(qwen2, "<|im_end|>")->pre, "hf-qwen2");
  const auto code_of = [&qwen2](const char* pointer, const Json& value) {
    Json document = qwen2;
    document[Json::json_pointer(pointer)] = value;
    return Read(document, "<|im_end|>").code();
  };
  const std::string pattern = qwen2["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"].get<std::string>();
  EXPECT_EQ(code_of("/pre_tokenizer/pretokenizers/0/pattern/Regex", pattern + "+"), Code::kUnimplemented);
  EXPECT_EQ(code_of("/pre_tokenizer/pretokenizers/0/pattern/Regex", ReplaceAll(pattern, "\\p{N}|", "\\p{N}{1,3}|")), Code::kUnimplemented);
  EXPECT_EQ(code_of("/pre_tokenizer/pretokenizers/-", qwen2["pre_tokenizer"]["pretokenizers"][1]), Code::kUnimplemented);
  EXPECT_EQ(code_of("/pre_tokenizer/type", "Whitespace"), Code::kUnimplemented);
  EXPECT_EQ(code_of("/pre_tokenizer/pretokenizers/0/behavior", "Removed"), Code::kRefused);
  EXPECT_EQ(code_of("/pre_tokenizer/pretokenizers/0/invert", true), Code::kRefused);
  EXPECT_EQ(code_of("/pre_tokenizer/pretokenizers/1/use_regex", true), Code::kRefused);
  EXPECT_EQ(code_of("/pre_tokenizer/pretokenizers/0/pattern", {{"String", " "}}), Code::kRefused);
}

TEST(TokenizerJson, RefusesDocumentsOverTheLimits) {
  EXPECT_EQ(ReadTokenizerJson(std::string(kTokenizerJsonBytesMax + 1, ' '), "e", "t").code(), Code::kRefused);
  Json document = SmallDocument();
  document["added_tokens"][1]["content"] = std::string(kAddedTokenBytesMax + 1, 'x');
  EXPECT_NE(Read(document).message().find("found 129 bytes of text"), std::string::npos);
  document = SmallDocument();
  for (std::size_t i = 0; i <= kTokenizerSpecialTokensMax; ++i) document["added_tokens"].push_back(document["added_tokens"][0]);
  EXPECT_NE(Read(document).message().find("added tokens, expected at most 4096"), std::string::npos);
  EXPECT_EQ(ReadTokenizerJson("{", "e", "t").code(), Code::kRefused);
  EXPECT_EQ(ReadTokenizerJson("[]", "e", "t").code(), Code::kRefused);
}

}  // namespace
}  // namespace paw
