// ReadTokenizerJson: the Vocabulary in a Hugging Face tokenizer.json, for the Qwen2/3 and GPT-2 families (byte-level BPE).
//
//   Vocabulary vocabulary = PAW_TRY(ReadTokenizerJson(text, "<|im_end|>", "tokenizer.json of DIR"));
//   Tokenizer tokenizer = PAW_TRY(Tokenizer::Create(vocabulary));
//
// With special tokens parsed the ids are those of `tokenizers` 0.23 with its defaults. What the file asks for is done or refused, never
// passed over: a setting that we do not know, or one of the known ones with another value, is refused by name.
//   pre_tokenizer   the pattern of Qwen2/3 or of GPT-2, character by character as their files have it; any other is kUnimplemented
//   normalizer      none or NFC (Vocabulary::normalise)
//   model           BPE with all 256 bytes in its vocabulary, so that nothing is ever unknown; merges as "a b" or ["a", "b"]
//   added_tokens    "special": true is a control token, false a user-defined one; ids follow those of the model without a gap.
//                   We look for the longest one first, `tokenizers` for the leftmost: a set where that matters (one begins with the
//                   end of another) is refused, and so are added tokens that merges could make out of ordinary text.
//
// Thread rule: pure functions. Errors: kRefused or kUnimplemented, with the place in the document.
// Source: the `tokenizers` library (tokenizers/src/models/bpe/serialization.rs, tokenizer/added_vocabulary.rs).
#pragma once

#include <string>
#include <string_view>

#include "lm/tokenizer.h"
#include "paw/status.h"

namespace paw {

// `eos`: the text of the token that ends an answer, one of the added tokens. `what` names the document in messages.
Result<Vocabulary> ReadTokenizerJson(std::string_view json, std::string_view eos, std::string_view what);

// The text of the end token in a tokenizer_config.json: "eos_token", a text or an object with "content".
Result<std::string> ReadEosToken(std::string_view config_json, std::string_view what);

}  // namespace paw
