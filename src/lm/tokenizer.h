// Tokenizer: text to token ids and back, for byte-level BPE vocabularies: those inside GGUF models (tokenizer.ggml.model = "gpt2") and
// those of a Hugging Face tokenizer.json (tokenizer_json.h).
//
// Equal to llama.cpp's tokenizer for the word patterns it knows (tokenizer_split.h), with one rule of ours: text becomes a special
// token (control, unknown, user-defined) only when the caller says kParse. Under kPlain "<|im_end|>" is ten ordinary characters'
// worth of tokens, whoever wrote it. No BOS is ever added.
//
// A byte that the vocabulary has no token for (SmolLM2 lacks six control characters and F1, F2) is left out of the ids, as in llama.cpp;
// whoever needs the text back exactly compares Decode with it (prompt/ does for training outputs).
//
// Thread rule: an immutable handle to shared data; copy it freely, use it from any thread. Cost: Encode is O(n log n) in the text.
// Errors: kRefused for a malformed vocabulary, text that is not UTF-8, or text over kTokenizerTextBytesMax; kUnimplemented for an
// unknown tokenizer model or word pattern.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lm/shape.h"
#include "paw/status.h"

namespace paw {

inline constexpr std::size_t kTokenizerTextBytesMax = 16u << 20;
inline constexpr std::size_t kTokenizerTokensMax = 1u << 20;     // Qwen3 has 151,936
inline constexpr std::size_t kTokenizerSpecialTokensMax = 4096;  // each is searched for in every parsed text
inline constexpr std::size_t kTokenizerPieceBytesMax = 1u << 12;
inline constexpr TokenId kNoToken = -1;

enum class SpecialTokens : std::uint8_t {
  kPlain,  // special-token text is text
  kParse,  // special-token text becomes the special token; only for text that we wrote ourselves
};

// The numbers of tokenizer.ggml.token_type.
enum class TokenType : std::uint8_t { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };

// What a Tokenizer is made of, in the terms of a GGUF.
struct Vocabulary {
  std::string pre;                  // a pattern of tokenizer_split.h: tokenizer.ggml.pre
  std::vector<std::string> tokens;  // in the byte-to-character alphabet of GPT-2; special tokens verbatim
  std::vector<TokenType> types;     // empty = all normal
  std::vector<std::string> merges;  // "left right", most preferred first
  TokenId eos = kNoToken;
  TokenId bos = kNoToken;  // optional
  // Text between special tokens is brought to Unicode's form C before it is split; Decode then gives that form back. A tokenizer.json
  // may say so (Qwen2, Qwen3). Never for a GGUF: llama.cpp does not normalise, whatever the model was trained with.
  bool normalise = false;
};

class Tokenizer {
 public:
  static Result<Tokenizer> Open(const gguf::File& file);
  static Result<Tokenizer> Create(const Vocabulary& vocabulary);

  Result<std::vector<TokenId>> Encode(std::string_view text, SpecialTokens special) const;

  // The bytes of the tokens in a row; control, unknown and unused tokens and ids out of range give nothing. May end inside a
  // character when the tokens do.
  std::string Decode(std::span<const TokenId> tokens) const;

  // The bytes of one token; for a special token its text. Empty for an id out of range.
  const std::string& PieceOf(TokenId token) const;

  // Offset of the first special-token text in `text` as kParse would find it; npos when there is none.
  std::size_t FindSpecial(std::string_view text) const;

  // Control or unknown: a token that can steer the model and that Decode hides.
  bool IsControl(TokenId token) const;
  bool IsSpecial(TokenId token) const;  // control, unknown or user-defined: what kParse looks for
  TokenId eos() const;
  TokenId bos() const;                  // kNoToken when the vocabulary names none
  std::int32_t vocabulary() const;      // number of tokens
  std::size_t piece_bytes_max() const;  // bytes of the longest token

 private:
  struct Data;
  explicit Tokenizer(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

}  // namespace paw
