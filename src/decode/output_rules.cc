#include "decode/output_rules.h"

#include <algorithm>

#include "decode/trie_walk.h"

namespace paw {
namespace {

constexpr std::size_t kAlternativesMax = 32;

}  // namespace

std::string OutputRules::Expected(std::size_t) const { return {}; }

bool Utf8Rules::Allows(std::string_view piece) const {
  Utf8Cursor cursor = cursor_;
  return !piece.empty() && std::all_of(piece.begin(), piece.end(), [&](char c) { return cursor.Advance(static_cast<unsigned char>(c)); });
}

void Utf8Rules::Advance(std::string_view piece) {
  for (char c : piece) cursor_.Advance(static_cast<unsigned char>(c));
}

void Utf8Rules::AddAllowed(const TokenTrie& trie, TokenMask& mask) const {
  struct Text : Utf8Cursor {
    std::int32_t PlainRoom() const { return AtBoundary() ? kPlainUnlimited : kNotPlain; }
    bool EndsAlike() const { return false; }
  };
  CopyStack<Text> stack(Text{cursor_}, trie.depth_max());
  WalkTrie(trie, stack, mask);
}

bool JsonCursor::IsComplete() const {
  return depth_ == 0 && (state_ == State::kAfterValue || (state_ == State::kNumber && number_.MayEnd()));
}

bool JsonCursor::Advance(unsigned char byte) {
  switch (state_) {
    case State::kString:
      return AdvanceString(byte);
    case State::kNumber:
      return AdvanceNumber(byte);
    case State::kWord:
      if (byte != static_cast<unsigned char>(word_[letters_])) return false;
      if (word_[++letters_] == '\0') state_ = State::kAfterValue;
      return true;
    default:
      return AdvanceBetween(byte);
  }
}

bool JsonCursor::TakeSpace() {
  const int most = 2 + 4 * depth_;  // a line end and the deepest indentation in use
  return ++spaces_ <= most;
}

bool JsonCursor::Open(bool object) {
  if (depth_ == kJsonDepthMax) return false;
  const std::uint64_t bit = std::uint64_t{1} << depth_;
  objects_ = object ? objects_ | bit : objects_ & ~bit;
  ++depth_;
  state_ = object ? State::kFirstKey : State::kFirstItem;
  return true;
}

bool JsonCursor::Close(bool object) {
  if (depth_ == 0 || ((objects_ >> (depth_ - 1) & 1) != 0) != object) return false;
  --depth_;
  state_ = State::kAfterValue;
  return true;
}

bool JsonCursor::StartValue(unsigned char byte) {
  if (byte == '{' || byte == '[') return Open(byte == '{');
  if (containers_only_ && depth_ == 0) return false;
  switch (byte) {
    case '"':
      state_ = State::kString;
      string_ = JsonStringCursor();
      in_key_ = false;
      return true;
    case 't':
    case 'f':
    case 'n':
      state_ = State::kWord;
      word_ = byte == 't' ? "true" : byte == 'f' ? "false" : "null";
      letters_ = 1;
      return true;
    default:
      state_ = State::kNumber;
      return number_.Start(byte);
  }
}

bool JsonCursor::AdvanceBetween(unsigned char byte) {
  if (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t') return !compact_ && !MustEnd() && TakeSpace();
  spaces_ = 0;
  switch (state_) {
    case State::kValue:
      return StartValue(byte);
    case State::kFirstItem:
      return byte == ']' ? Close(false) : StartValue(byte);
    case State::kFirstKey:
    case State::kKey:
      if (byte == '}' && state_ == State::kFirstKey) return Close(true);
      state_ = State::kString;
      string_ = JsonStringCursor();
      in_key_ = true;
      return byte == '"';
    case State::kColon:
      state_ = State::kValue;
      return byte == ':';
    default:  // kAfterValue
      if (depth_ == 0) return false;
      if (byte == ',') {
        state_ = (objects_ >> (depth_ - 1) & 1) != 0 ? State::kKey : State::kValue;
        return true;
      }
      return (byte == '}' || byte == ']') && Close(byte == '}');
  }
}

bool JsonCursor::AdvanceString(unsigned char byte) {
  const JsonStringCursor::Step step = string_.Advance(byte);
  if (step == JsonStringCursor::Step::kEnded) state_ = in_key_ ? State::kColon : State::kAfterValue;
  return step != JsonStringCursor::Step::kRefused;
}

bool JsonCursor::AdvanceNumber(unsigned char byte) {
  const bool may_end = number_.MayEnd();
  if (number_.Advance(byte)) return true;
  state_ = State::kAfterValue;
  return may_end && AdvanceBetween(byte);
}

JsonRules::JsonRules(const Options& options) : alternatives_(std::make_shared<const std::vector<std::string>>(options.alternatives)) {
  cursor_.json = JsonCursor(options.containers_only, options.compact);
  const std::size_t count = std::min(options.alternatives.size(), kAlternativesMax);
  for (std::size_t i = 0; i < count; ++i) cursor_.alternatives_alive |= std::uint32_t{1} << i;
}

bool JsonRules::Step(Cursor& cursor, std::string_view piece) const {
  for (char c : piece) {
    cursor.json_alive = cursor.json_alive && cursor.json.Advance(static_cast<unsigned char>(c));
    for (std::size_t i = 0; i < std::min(alternatives_->size(), kAlternativesMax); ++i) {
      const std::string& text = (*alternatives_)[i];
      if (cursor.length >= text.size() || text[cursor.length] != c) cursor.alternatives_alive &= ~(std::uint32_t{1} << i);
    }
    ++cursor.length;
    if (!cursor.json_alive && cursor.alternatives_alive == 0) return false;
  }
  return true;
}

bool JsonRules::Allows(std::string_view piece) const {
  Cursor cursor = cursor_;
  return !piece.empty() && Step(cursor, piece);
}

void JsonRules::AddAllowed(const TokenTrie& trie, TokenMask& mask) const {
  if (cursor_.json_alive) {
    CopyStack<JsonCursor> stack(cursor_.json, trie.depth_max());
    WalkTrie(trie, stack, mask);
  }
  if (cursor_.alternatives_alive == 0) return;
  struct Words {
    const JsonRules* rules = nullptr;
    Cursor cursor;
    bool Advance(unsigned char byte) {
      const char c = static_cast<char>(byte);
      return rules->Step(cursor, std::string_view(&c, 1));
    }
    std::int32_t PlainRoom() const { return kNotPlain; }
    bool EndsAlike() const { return false; }
  };
  Words words{this, cursor_};
  words.cursor.json_alive = false;
  CopyStack<Words> stack(words, trie.depth_max());
  WalkTrie(trie, stack, mask);
}

void JsonRules::Advance(std::string_view piece) { Step(cursor_, piece); }

bool JsonRules::IsComplete() const {
  if (cursor_.json_alive && cursor_.json.IsComplete()) return true;
  for (std::size_t i = 0; i < std::min(alternatives_->size(), kAlternativesMax); ++i) {
    if ((cursor_.alternatives_alive >> i & 1) != 0 && (*alternatives_)[i].size() == cursor_.length) return true;
  }
  return false;
}

bool JsonRules::MustEnd() const {
  if (!IsComplete() || (cursor_.json_alive && !cursor_.json.MustEnd())) return false;
  for (std::size_t i = 0; i < std::min(alternatives_->size(), kAlternativesMax); ++i) {
    if ((cursor_.alternatives_alive >> i & 1) != 0 && (*alternatives_)[i].size() > cursor_.length) return false;
  }
  return true;
}

}  // namespace paw
