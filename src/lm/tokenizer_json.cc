#include "lm/tokenizer_json.h"

#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "lm/tokenizer_bpe.h"

namespace paw {
namespace {

// The pattern of every Qwen2, Qwen2.5 and Qwen3 tokenizer.json.
constexpr std::string_view kQwen2Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

struct AddedToken {
  std::string text;
  std::int64_t id = 0;
  bool special = false;
};

// One key that an object may have.
struct Setting {
  std::string_view key;
  std::vector<Json> allowed;  // empty = any; the value is read elsewhere
  bool optional = false;
};

// Refuses a key that is not among the settings, one that is missing and a value that is not allowed.
Status CheckSettings(const Json& object, const std::vector<Setting>& settings, const std::string& where) {
  if (!object.is_object()) return Refused(where + ": found " + std::string(JsonTypeName(object)) + ", expected an object");
  std::size_t known = 0;
  for (const Setting& setting : settings) {
    const auto found = object.find(setting.key);
    if (found == object.end()) {
      if (setting.optional) continue;
      return Refused(where + ": found no key " + Quoted(setting.key) + ", expected one");
    }
    ++known;
    bool allowed = setting.allowed.empty();
    std::string expected;
    for (const Json& value : setting.allowed) {
      allowed = allowed || value == *found;
      expected += (expected.empty() ? "" : " or ") + Printable(WriteJson(value));
    }
    if (!allowed) {
      const std::string value = found->is_structured() ? std::string(JsonTypeName(*found)) : Printable(WriteJson(*found), 80);
      return Refused(where + ": key " + Quoted(setting.key) + ": found " + value + ", expected " + expected);
    }
  }
  if (known == object.size()) return Ok();
  for (const auto& [key, value] : object.items()) {
    bool found = false;
    for (const Setting& setting : settings) found = found || setting.key == key;
    if (!found) return Refused(where + ": found the key " + Quoted(key) + ", expected none that paw does not know");
  }
  return Ok();
}

// A ByteLevel step. Of its settings only the first changes ids, and only before splitting.
Status CheckByteLevel(const Json& step, const std::vector<Json>& prefix_space, const std::vector<Json>& use_regex, bool regex_optional,
                      const std::string& where) {
  return CheckSettings(step,
                       {{"type", {"ByteLevel"}},
                        {"add_prefix_space", prefix_space},
                        {"trim_offsets", {false, true}},
                        {"use_regex", use_regex, regex_optional}},
                       where);
}

// The name of the word pattern: GPT-2's comes with the ByteLevel step, Qwen2's stands before it.
Result<std::string> ReadPreTokenizer(const Json& root, const std::string& what) {
  const std::string where = what + ": pre_tokenizer";
  const Json& step = *PAW_TRY(GetObject(root, "pre_tokenizer", what));
  const std::string type = PAW_TRY(GetString(step, "type", where));
  if (type == "ByteLevel") {
    PAW_TRY(CheckByteLevel(step, {false}, {true}, true, where));
    return std::string("hf-gpt2");
  }
  if (type != "Sequence") {
    return Unimplemented(where + ": found type " + Quoted(type) + ", expected \"ByteLevel\" (GPT-2) or \"Sequence\" (Qwen2, Qwen3)");
  }
  PAW_TRY(CheckSettings(step, {{"type", {}}, {"pretokenizers", {}}}, where));
  const Json& steps = *PAW_TRY(GetArray(step, "pretokenizers", where));
  if (steps.size() != 2) {
    return Unimplemented(where + ": found " + std::to_string(steps.size()) + " steps, expected a Split and a ByteLevel");
  }
  PAW_TRY(CheckSettings(steps[0], {{"type", {"Split"}}, {"pattern", {}}, {"behavior", {"Isolated"}}, {"invert", {false}}}, where));
  PAW_TRY(CheckByteLevel(steps[1], {false}, {false}, false, where));
  const Json& pattern = *PAW_TRY(GetObject(steps[0], "pattern", where));
  PAW_TRY(CheckSettings(pattern, {{"Regex", {}}}, where));
  const std::string regex = PAW_TRY(GetString(pattern, "Regex", where));
  if (regex != kQwen2Pattern) {
    return Unimplemented(where + ": found the pattern " + Quoted(regex, 400) + ", expected that of Qwen2 and Qwen3, " +
                         Quoted(kQwen2Pattern, 400));
  }
  return std::string("hf-qwen2");
}

Result<bool> ReadNormaliser(const Json& root, const std::string& what) {
  const Json& normaliser = *PAW_TRY(GetMember(root, "normalizer", what));
  if (normaliser.is_null()) return false;
  PAW_TRY(CheckSettings(normaliser, {{"type", {"NFC"}}}, what + ": normalizer"));
  return true;
}

// The steps after the model: what they change is offsets and the text of an answer, and that is ByteLevel in every file of these families.
Status CheckOutputSteps(const Json& root, const std::string& what) {
  const std::vector<Json> any = {false, true};
  if (const Json* step = FindMember(root, "post_processor"); step != nullptr) {
    PAW_TRY(CheckByteLevel(*step, any, any, true, what + ": post_processor"));
  }
  const Json& decoder = *PAW_TRY(GetMember(root, "decoder", what));
  return CheckByteLevel(decoder, any, any, true, what + ": decoder");
}

Result<std::vector<AddedToken>> ReadAddedTokens(const Json& root, bool normalise, const std::string& what) {
  const Json& list = *PAW_TRY(GetArray(root, "added_tokens", what));
  if (list.size() > kTokenizerSpecialTokensMax) {
    return Refused(what + ": found " + std::to_string(list.size()) + " added tokens, expected at most " +
                   std::to_string(kTokenizerSpecialTokensMax));
  }
  // Normalised ones are looked for after the others, in the normalised text: without a normaliser that only matters among others.
  std::vector<Json> normalised = {false};
  if (!normalise && !list.empty()) normalised = {PAW_TRY(GetBool(list[0], "normalized", what + ": added_tokens"))};
  std::vector<AddedToken> added;
  for (const Json& item : list) {
    const std::string where = what + ": added token " + std::to_string(added.size());
    const std::vector<Json> never = {false};
    PAW_TRY(CheckSettings(item,
                          {{"id", {}},
                           {"content", {}},
                           {"single_word", never},
                           {"lstrip", never},
                           {"rstrip", never},
                           {"normalized", normalised},
                           {"special", {false, true}}},
                          where));
    AddedToken token{PAW_TRY(GetString(item, "content", where)), PAW_TRY(GetInt(item, "id", where)),
                     PAW_TRY(GetBool(item, "special", where))};
    if (token.text.empty() || token.text.size() > kAddedTokenBytesMax) {
      return Refused(where + ": found " + std::to_string(token.text.size()) + " bytes of text, expected 1 to " +
                     std::to_string(kAddedTokenBytesMax));
    }
    added.push_back(std::move(token));
  }
  return added;
}

// Longest first and leftmost first find the same tokens in every text unless one begins with the end of another.
Status CheckNoOverlap(const std::vector<AddedToken>& added, const std::string& what) {
  std::unordered_map<std::string_view, const AddedToken*> beginnings;
  for (const AddedToken& token : added) {
    for (std::size_t bytes = 1; bytes < token.text.size(); ++bytes)
      beginnings.emplace(std::string_view(token.text).substr(0, bytes), &token);
  }
  for (const AddedToken& token : added) {
    for (std::size_t at = 1; at < token.text.size(); ++at) {
      const auto found = beginnings.find(std::string_view(token.text).substr(at));
      if (found == beginnings.end()) continue;
      return Refused(what + ": found the added token " + Quoted(found->second->text) + " beginning with the end of " + Quoted(token.text) +
                     ", expected added tokens that cannot overlap");
    }
  }
  return Ok();
}

Status PlaceToken(const std::string& text, std::int64_t id, TokenType type, const std::string& what, Vocabulary* vocabulary) {
  const std::size_t count = vocabulary->tokens.size();
  if (id < 0 || static_cast<std::uint64_t>(id) >= count) {
    return Refused(what + ": found id " + std::to_string(id) + " of token " + Quoted(text) + ", expected ids 0 to " +
                   std::to_string(count - 1) + " for the " + std::to_string(count) + " tokens");
  }
  std::string& place = vocabulary->tokens[static_cast<std::size_t>(id)];
  if (!place.empty() && place != text) {
    return Refused(what + ": found id " + std::to_string(id) + " for both " + Quoted(place) + " and " + Quoted(text) +
                   ", expected an id each");
  }
  place = text;
  vocabulary->types[static_cast<std::size_t>(id)] = type;
  return Ok();
}

// Model and added tokens, each at its id. With as many ids as tokens and no id twice there is no gap.
Status PlaceTokens(const Json& vocab, const std::vector<AddedToken>& added, const std::string& what, Vocabulary* vocabulary) {
  std::size_t count = vocab.size();
  std::unordered_set<std::string_view> texts;
  for (const AddedToken& token : added) {
    const auto found = vocab.find(token.text);
    if (!texts.insert(token.text).second || (found != vocab.end() && *found != token.id)) {
      return Refused(what + ": found the added token " + Quoted(token.text) +
                     " a second time, expected it once or with its id in the model");
    }
    count += found == vocab.end();
  }
  if (count > kTokenizerTokensMax) {
    return Refused(what + ": found " + std::to_string(count) + " tokens, expected at most " + std::to_string(kTokenizerTokensMax));
  }
  vocabulary->tokens.resize(count);
  vocabulary->types.assign(count, TokenType::kNormal);
  for (const auto& [text, value] : vocab.items()) {
    PAW_TRY(PlaceToken(text, PAW_TRY(GetInt(vocab, text, what)), TokenType::kNormal, what, vocabulary));
  }
  for (const AddedToken& token : added) {
    PAW_TRY(PlaceToken(token.text, token.id, token.special ? TokenType::kControl : TokenType::kUserDefined, what, vocabulary));
  }
  return Ok();
}

// The two pieces of a merge in either spelling. Pieces hold no blank: the alphabet of bytes has none.
Result<std::pair<std::string, std::string>> ReadMergePieces(const Json& merge, const std::string& where) {
  std::vector<std::string> pieces;
  if (merge.is_string()) {
    for (const std::string_view piece : Split(merge.get_ref<const std::string&>(), ' ')) pieces.emplace_back(piece);
  } else if (merge.is_array()) {
    for (const Json& piece : merge) pieces.push_back(piece.is_string() ? piece.get<std::string>() : std::string());
  }
  bool valid = pieces.size() == 2;
  for (const std::string& piece : pieces) valid = valid && !piece.empty() && piece.find(' ') == std::string::npos;
  if (!valid) return Refused(where + ": found " + Printable(WriteJson(merge), 80) + ", expected \"a b\" or [\"a\", \"b\"]");
  return std::pair(std::move(pieces[0]), std::move(pieces[1]));
}

// The merges, each once, none of which touches an added token: ordinary text must never become one.
Status ReadMerges(const Json& model, const std::vector<AddedToken>& added, const std::string& what, Vocabulary* vocabulary) {
  const Json& merges = *PAW_TRY(GetArray(model, "merges", what));
  std::unordered_set<std::string_view> added_texts;
  for (const AddedToken& token : added) added_texts.insert(token.text);
  for (int byte = 0; byte < 256; ++byte) {
    const std::string& character = ByteCharacter(static_cast<std::uint8_t>(byte));
    if (!model["vocab"].contains(character) || added_texts.contains(character)) {
      return Refused(what + ": found no ordinary token " + Quoted(character) + " for byte " + std::to_string(byte) +
                     ", expected one for each of the 256 bytes");
    }
  }
  std::unordered_set<std::string> seen;
  vocabulary->merges.reserve(merges.size());
  for (const Json& merge : merges) {
    const std::string where = what + ": merge " + std::to_string(vocabulary->merges.size());
    const auto [left, right] = PAW_TRY(ReadMergePieces(merge, where));
    for (const std::string& text : {left, right, left + right}) {
      if (added_texts.contains(text)) {
        return Refused(where + ": found the added token " + Quoted(text) + " in it, expected ordinary tokens");
      }
    }
    std::string line = left + " " + right;
    if (!seen.insert(line).second) return Refused(where + ": found " + Quoted(line) + " a second time, expected each merge once");
    vocabulary->merges.push_back(std::move(line));
  }
  return Ok();
}

Status CheckModelSettings(const Json& model, const std::string& what) {
  const std::vector<Json> none = {nullptr, ""};
  return CheckSettings(model,
                       {{"type", {"BPE"}, true},  // older files leave it out
                        {"dropout", {nullptr}, true},
                        {"unk_token", {}, true},  // never needed: every byte has a token
                        {"continuing_subword_prefix", none, true},
                        {"end_of_word_suffix", none, true},
                        {"fuse_unk", {false, true}, true},
                        {"byte_fallback", {false}, true},
                        {"ignore_merges", {false}, true},
                        {"vocab", {}},
                        {"merges", {}}},
                       what + ": model");
}

}  // namespace

Result<Vocabulary> ReadTokenizerJson(std::string_view json, std::string_view eos, std::string_view what) {
  const std::string where = "reading " + std::string(what);
  const Json root = PAW_TRY(ParseJson(json, where, kTokenizerJsonBytesMax));
  PAW_TRY(CheckSettings(root,
                        {{"version", {"1.0"}},
                         {"truncation", {nullptr}, true},
                         {"padding", {nullptr}, true},
                         {"added_tokens", {}},
                         {"normalizer", {}},
                         {"pre_tokenizer", {}},
                         {"post_processor", {}},
                         {"decoder", {}},
                         {"model", {}}},
                        where));
  const Json& model = *PAW_TRY(GetObject(root, "model", where));
  PAW_TRY(CheckModelSettings(model, where));
  PAW_TRY(CheckOutputSteps(root, where));
  Vocabulary vocabulary;
  vocabulary.pre = PAW_TRY(ReadPreTokenizer(root, where));
  vocabulary.normalise = PAW_TRY(ReadNormaliser(root, where));
  const std::vector<AddedToken> added = PAW_TRY(ReadAddedTokens(root, vocabulary.normalise, where));
  PAW_TRY(CheckNoOverlap(added, where));
  PAW_TRY(PlaceTokens(*PAW_TRY(GetObject(model, "vocab", where)), added, where, &vocabulary));
  PAW_TRY(ReadMerges(model, added, where, &vocabulary));
  for (const AddedToken& token : added) {
    if (token.text == eos) vocabulary.eos = static_cast<TokenId>(token.id);
  }
  if (vocabulary.eos == kNoToken) {
    return Refused(where + ": found no added token " + Quoted(eos) + " among " + std::to_string(added.size()) +
                   ", expected it as the end of an answer");
  }
  return vocabulary;
}

Result<std::string> ReadEosToken(std::string_view config_json, std::string_view what) {
  const std::string where = "reading " + std::string(what);
  const Json root = PAW_TRY(ParseJson(config_json, where));
  const Json& token = *PAW_TRY(GetMember(root, "eos_token", where));
  return token.is_object() ? GetString(token, "content", where + ": eos_token") : GetString(root, "eos_token", where);
}

}  // namespace paw
