#include "lm/tokenizer.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/hash_index.h"
#include "base/text.h"
#include "gguf/gguf.h"
#include "lm/tokenizer_bpe.h"
#include "lm/tokenizer_nfc.h"
#include "lm/tokenizer_split.h"

namespace paw {
namespace {

bool IsSpecialType(TokenType type) { return type == TokenType::kControl || type == TokenType::kUnknown || type == TokenType::kUserDefined; }

// A piece of a text: a special token, or the text between two of them.
struct Fragment {
  std::size_t begin = 0;
  std::size_t bytes = 0;
  TokenId special = kNoToken;
};

// The ids of a vocabulary's texts.
class TokenIndex {
 public:
  explicit TokenIndex(const std::vector<std::string>& tokens) : tokens_(tokens) { index_.Reserve(tokens.size()); }
  TokenId Find(std::string_view text) const {
    return index_.Find(Hash(text), [&](std::int32_t id) { return tokens_[static_cast<std::size_t>(id)] == text; });
  }
  void Insert(TokenId id) { index_.Insert(Hash(tokens_[static_cast<std::size_t>(id)]), id); }

 private:
  static std::uint64_t Hash(std::string_view text) { return std::hash<std::string_view>()(text); }

  const std::vector<std::string>& tokens_;
  HashIndex index_;
};

// The rule of one merge line, both sides and the result looked up.
Result<std::array<TokenId, 3>> ReadMerge(std::string_view merge, std::size_t number, const TokenIndex& index) {
  const auto where = [&] { return "reading merge " + std::to_string(number) + " of the tokenizer: "; };
  const std::size_t blank = merge.find(' ', 1);
  if (merge.empty() || blank == std::string::npos || blank + 1 >= merge.size()) {
    return Refused(where() + "found " + Quoted(merge) + ", expected two pieces and a blank between them");
  }
  const std::string_view left = merge.substr(0, blank), right = merge.substr(blank + 1);
  std::string both(left);
  both += right;
  std::array<TokenId, 3> ids = {};
  const std::array<std::string_view, 3> texts = {left, right, both};
  for (std::size_t i = 0; i < 3; ++i) {
    ids[i] = index.Find(texts[i]);
    if (ids[i] < 0) return Refused(where() + "found no token " + Quoted(texts[i]) + ", expected it in the vocabulary");
  }
  return ids;
}

}  // namespace

struct Tokenizer::Data {
  explicit Data(PreSplitter s) : splitter(std::move(s)) {}
  std::vector<Fragment> Partition(std::string_view text) const;
  Status AddTokens(const Vocabulary& vocabulary, TokenIndex* index);
  Status AddMerges(const Vocabulary& vocabulary, const TokenIndex& index);

  PreSplitter splitter;
  BpeMerger merger;
  std::vector<std::string> pieces;  // bytes of each token
  std::vector<TokenType> types;
  std::vector<TokenId> specials;  // longest text first, as llama.cpp looks for them
  TokenId eos = kNoToken;
  TokenId bos = kNoToken;
  std::size_t piece_bytes_max = 0;
  bool normalise = false;
};

// Special tokens cut the text one kind at a time, the longest text first: llama.cpp's tokenizer_st_partition.
std::vector<Fragment> Tokenizer::Data::Partition(std::string_view text) const {
  std::vector<Fragment> fragments = {{0, text.size(), kNoToken}};
  std::vector<Fragment> cut;
  for (const TokenId special : specials) {
    const std::string& name = pieces[static_cast<std::size_t>(special)];
    if (text.find(name) == std::string_view::npos) continue;
    cut.clear();
    for (const Fragment& fragment : fragments) {
      if (fragment.special != kNoToken) {
        cut.push_back(fragment);
        continue;
      }
      const std::size_t end = fragment.begin + fragment.bytes;
      std::size_t begin = fragment.begin;
      for (;;) {
        const std::size_t at = text.substr(0, end).find(name, begin);
        if (at == std::string_view::npos) break;
        if (at > begin) cut.push_back({begin, at - begin, kNoToken});
        cut.push_back({at, name.size(), special});
        begin = at + name.size();
      }
      if (begin < end) cut.push_back({begin, end - begin, kNoToken});
    }
    fragments.swap(cut);
  }
  return fragments;
}

Status Tokenizer::Data::AddTokens(const Vocabulary& vocabulary, TokenIndex* index) {
  const std::size_t count = vocabulary.tokens.size();
  pieces.reserve(count);
  types = vocabulary.types.empty() ? std::vector<TokenType>(count, TokenType::kNormal) : vocabulary.types;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& text = vocabulary.tokens[i];
    const auto where = [&] { return "reading token " + std::to_string(i) + " of the tokenizer: "; };
    if (text.empty() || text.size() > kTokenizerPieceBytesMax) {
      return Refused(where() + "found " + std::to_string(text.size()) + " bytes, expected 1 to " + std::to_string(kTokenizerPieceBytesMax));
    }
    if (!IsUtf8(text)) return Refused(where() + "found bytes that are not UTF-8, expected UTF-8");
    const auto id = static_cast<TokenId>(i);
    if (index->Find(text) >= 0) return Refused(where() + "found " + Quoted(text) + " a second time, expected each token once");
    index->Insert(id);
    if (IsSpecialType(types[i])) {
      specials.push_back(id);
      pieces.push_back(text);
    } else if (types[i] == TokenType::kNormal) {
      pieces.push_back(BytesOfVocabularyText(text).value_or(text));
    } else {
      pieces.emplace_back();  // unused and byte tokens: never produced by this kind of tokenizer
    }
    piece_bytes_max = std::max(piece_bytes_max, pieces.back().size());
  }
  if (specials.size() > kTokenizerSpecialTokensMax) {
    return Refused("reading a tokenizer: found " + std::to_string(specials.size()) + " special tokens, expected at most " +
                   std::to_string(kTokenizerSpecialTokensMax));
  }
  std::stable_sort(specials.begin(), specials.end(), [this](TokenId a, TokenId b) {
    return pieces[static_cast<std::size_t>(a)].size() > pieces[static_cast<std::size_t>(b)].size();
  });
  return Ok();
}

Status Tokenizer::Data::AddMerges(const Vocabulary& vocabulary, const TokenIndex& index) {
  for (int byte = 0; byte < 256; ++byte) {
    const TokenId found = index.Find(ByteCharacter(static_cast<std::uint8_t>(byte)));
    if (found >= 0) merger.SetByteToken(static_cast<std::uint8_t>(byte), found);
  }
  merger.Reserve(vocabulary.merges.size());
  for (std::size_t i = 0; i < vocabulary.merges.size(); ++i) {
    const auto [left, right, merged] = PAW_TRY(ReadMerge(vocabulary.merges[i], i, index));
    merger.AddRule(left, right, merged);
  }
  return Ok();
}

Result<Tokenizer> Tokenizer::Create(const Vocabulary& vocabulary) {
  const std::size_t count = vocabulary.tokens.size();
  if (count == 0 || count > kTokenizerTokensMax || vocabulary.merges.size() > kTokenizerTokensMax) {
    return Refused("reading a tokenizer: found " + std::to_string(count) + " tokens and " + std::to_string(vocabulary.merges.size()) +
                   " merges, expected 1 to " + std::to_string(kTokenizerTokensMax));
  }
  if (!vocabulary.types.empty() && vocabulary.types.size() != count) {
    return Refused("reading a tokenizer: found " + std::to_string(vocabulary.types.size()) + " token types, expected " +
                   std::to_string(count));
  }
  const auto in_range = [count](TokenId id) { return id >= 0 && static_cast<std::size_t>(id) < count; };
  if (!in_range(vocabulary.eos) || (vocabulary.bos != kNoToken && !in_range(vocabulary.bos))) {
    return Refused("reading a tokenizer: found end token " + std::to_string(vocabulary.eos) + " and begin token " +
                   std::to_string(vocabulary.bos) + ", expected ids below " + std::to_string(count));
  }
  auto data = std::make_shared<Data>(PAW_TRY(PreSplitter::Create(vocabulary.pre)));
  TokenIndex index(vocabulary.tokens);
  PAW_TRY(data->AddTokens(vocabulary, &index));
  PAW_TRY(data->AddMerges(vocabulary, index));
  data->eos = vocabulary.eos;
  data->bos = vocabulary.bos;
  data->normalise = vocabulary.normalise;
  return Tokenizer(std::move(data));
}

Result<Tokenizer> Tokenizer::Open(const gguf::File& file) {
  const std::string model = PAW_TRY(file.String("tokenizer.ggml.model"));
  if (model != "gpt2") {
    return Unimplemented("reading the tokenizer of " + file.what() + ": found tokenizer.ggml.model " + Quoted(model) +
                         ", expected \"gpt2\"");
  }
  Vocabulary vocabulary;
  vocabulary.pre = file.Has("tokenizer.ggml.pre") ? PAW_TRY(file.String("tokenizer.ggml.pre")) : "default";
  const std::vector<std::string>* tokens = file.Strings("tokenizer.ggml.tokens");
  const std::vector<std::string>* merges = file.Strings("tokenizer.ggml.merges");
  if (tokens == nullptr || merges == nullptr) {
    return Refused("reading the tokenizer of " + file.what() + ": found no array of texts under " +
                   (tokens == nullptr ? "tokenizer.ggml.tokens" : "tokenizer.ggml.merges") + ", expected one");
  }
  vocabulary.tokens = *tokens;
  vocabulary.merges = *merges;
  if (const std::vector<std::int64_t>* types = file.Ints("tokenizer.ggml.token_type"); types != nullptr) {
    for (const std::int64_t type : *types) {
      if (type < 1 || type > 6) {
        return Refused("reading the tokenizer of " + file.what() + ": found token type " + std::to_string(type) + ", expected 1 to 6");
      }
      vocabulary.types.push_back(static_cast<TokenType>(type));
    }
  }
  const auto read_id = [&file](const char* key) -> Result<TokenId> {
    const std::int64_t id = PAW_TRY(file.Int(key));
    if (id < 0 || id > std::numeric_limits<TokenId>::max()) {
      return Refused("reading the tokenizer of " + file.what() + ": found " + key + " " + std::to_string(id) + ", expected a token id");
    }
    return static_cast<TokenId>(id);
  };
  vocabulary.eos = PAW_TRY(read_id("tokenizer.ggml.eos_token_id"));
  if (file.Has("tokenizer.ggml.bos_token_id")) vocabulary.bos = PAW_TRY(read_id("tokenizer.ggml.bos_token_id"));
  Result<Tokenizer> tokenizer = Create(vocabulary);
  if (!tokenizer.ok()) return tokenizer.status().WithContext("in " + file.what());
  return tokenizer;
}

Result<std::vector<TokenId>> Tokenizer::Encode(std::string_view text, SpecialTokens special) const {
  if (text.size() > kTokenizerTextBytesMax) {
    return Refused("turning text into tokens: found " + std::to_string(text.size()) + " bytes, expected at most " +
                   std::to_string(kTokenizerTextBytesMax));
  }
  if (const std::size_t bad = Utf8ErrorOffset(text); bad != text.size()) {
    return Refused("turning text into tokens: found a byte that is not UTF-8 at offset " + std::to_string(bad) + ", expected UTF-8 text");
  }
  std::vector<TokenId> tokens;
  BpeMerger::Scratch scratch;
  const std::vector<Fragment> fragments =
      special == SpecialTokens::kParse ? data_->Partition(text) : std::vector<Fragment>{{0, text.size(), kNoToken}};
  for (const Fragment& fragment : fragments) {
    if (fragment.special != kNoToken) {
      tokens.push_back(fragment.special);
      continue;
    }
    std::string_view part = text.substr(fragment.begin, fragment.bytes);
    std::string normal;
    if (data_->normalise) part = normal = PAW_TRY(NormaliseNfc(part));
    const std::vector<std::string_view> words = PAW_TRY(data_->splitter.Split(part));
    for (const std::string_view word : words) data_->merger.MergeWord(word, &scratch, &tokens);
  }
  return tokens;
}

std::string Tokenizer::Decode(std::span<const TokenId> tokens) const {
  std::string text;
  for (const TokenId token : tokens) {
    if (!IsControl(token)) text += PieceOf(token);
  }
  return text;
}

const std::string& Tokenizer::PieceOf(TokenId token) const {
  static const std::string empty;
  if (token < 0 || token >= vocabulary()) return empty;
  return data_->pieces[static_cast<std::size_t>(token)];
}

std::size_t Tokenizer::FindSpecial(std::string_view text) const {
  for (const Fragment& fragment : data_->Partition(text)) {
    if (fragment.special != kNoToken) return fragment.begin;
  }
  return std::string_view::npos;
}

bool Tokenizer::IsControl(TokenId token) const {
  if (token < 0 || token >= vocabulary()) return false;
  const TokenType type = data_->types[static_cast<std::size_t>(token)];
  return type == TokenType::kControl || type == TokenType::kUnknown;
}

bool Tokenizer::IsSpecial(TokenId token) const {
  return token >= 0 && token < vocabulary() && IsSpecialType(data_->types[static_cast<std::size_t>(token)]);
}

TokenId Tokenizer::eos() const { return data_->eos; }
TokenId Tokenizer::bos() const { return data_->bos; }
std::int32_t Tokenizer::vocabulary() const { return static_cast<std::int32_t>(data_->pieces.size()); }
std::size_t Tokenizer::piece_bytes_max() const { return data_->piece_bytes_max; }

}  // namespace paw
