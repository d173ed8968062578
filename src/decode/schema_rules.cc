#include "decode/schema_rules.h"

#include <algorithm>
#include <utility>

#include "decode/trie_walk.h"

namespace paw {
namespace {

using Node = JsonSchema::Node;

__extension__ using Wide = unsigned __int128;

bool IsSpace(unsigned char byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }
bool IsDigit(unsigned char byte) { return byte >= '0' && byte <= '9'; }

// The magnitudes that an integer of this sign may have; low > high: none.
struct Magnitudes {
  std::uint64_t low = 1, high = 0;
};
Magnitudes MagnitudesOf(const Node& leaf, bool negative) {
  if (negative) {
    if (leaf.integer_min >= 0) return {};
    const std::int64_t nearest = std::min<std::int64_t>(leaf.integer_max, -1);
    return {std::uint64_t{0} - static_cast<std::uint64_t>(nearest), std::uint64_t{0} - static_cast<std::uint64_t>(leaf.integer_min)};
  }
  if (leaf.integer_max < 0) return {};
  return {static_cast<std::uint64_t>(std::max<std::int64_t>(leaf.integer_min, 0)), static_cast<std::uint64_t>(leaf.integer_max)};
}

// Whether `magnitude`, with any number of digits behind it, can come to lie within the bounds. A zero takes no digit.
bool CanReach(std::uint64_t magnitude, const Magnitudes& bounds) {
  if (bounds.low > bounds.high) return false;
  if (magnitude == 0) return bounds.low == 0;
  for (Wide low = magnitude, high = magnitude; low <= bounds.high; low *= 10, high = high * 10 + 9) {
    if (high >= bounds.low) return true;
  }
  return false;
}

// Narrows low to high, indices of texts in the order of their bytes, to those whose byte number `length` is `byte`.
template <typename TextAt>
bool Narrow(std::uint32_t& low, std::uint32_t& high, std::size_t length, unsigned char byte, const TextAt& text_at) {
  const auto below = [&](std::uint32_t i, int bound) {
    const std::string& text = text_at(i);
    return text.size() <= length || static_cast<unsigned char>(text[length]) < bound;
  };
  const auto first_not_below = [&](int bound) {
    std::uint32_t begin = low, end = high;
    while (begin < end) {
      const std::uint32_t middle = begin + (end - begin) / 2;
      if (below(middle, bound))
        begin = middle + 1;
      else
        end = middle;
    }
    return begin;
  };
  const std::uint32_t begin = first_not_below(byte), end = first_not_below(byte + 1);
  low = begin;
  high = end;
  return begin < end;
}

}  // namespace

// The threads after each byte of a path, as WalkTrie wants them: one list behind the other.
class SchemaStack {
 public:
  SchemaStack(const SchemaRules& rules, const SchemaRules::Thread& start, std::size_t depth_max)
      : rules_(rules), threads_(rules.scratch_), begins_(depth_max + 2), marks_(depth_max + 1) {
    threads_.assign(1, start);
    begins_[1] = 1;
    marks_[0] = {rules.frames_.size(), rules.other_keys_.size()};
  }
  ~SchemaStack() { Forget(0); }
  SchemaStack(const SchemaStack&) = delete;
  SchemaStack& operator=(const SchemaStack&) = delete;

  bool Push(std::size_t depth, unsigned char byte) {
    const std::size_t begin = begins_[depth - 1], end = begins_[depth];
    threads_.resize(end);
    Forget(depth - 1);
    for (std::size_t i = begin; i < end; ++i) {
      const SchemaRules::Thread thread = threads_[i];
      rules_.Step(thread, byte, threads_, end);
    }
    begins_[depth + 1] = threads_.size();
    marks_[depth] = {rules_.frames_.size(), rules_.other_keys_.size()};
    return threads_.size() > end;
  }
  std::int32_t PlainRoom(std::size_t depth) const {
    std::int32_t room = kNotPlain;
    for (std::size_t i = begins_[depth]; i < begins_[depth + 1]; ++i) room = std::max(room, rules_.PlainRoom(threads_[i]));
    return room;
  }
  bool EndsAlike() const { return rules_.EndsAlike(threads_.front()); }

 private:
  struct Mark {
    std::size_t frames = 0, other_keys = 0;
  };
  void Forget(std::size_t depth) {
    rules_.frames_.resize(marks_[depth].frames);
    rules_.other_keys_.resize(marks_[depth].other_keys);
  }

  const SchemaRules& rules_;
  std::vector<SchemaRules::Thread>& threads_;
  std::vector<std::size_t> begins_;
  std::vector<Mark> marks_;
};

SchemaRules::SchemaRules(std::shared_ptr<const JsonSchema> schema) : schema_(std::move(schema)) {
  threads_.emplace_back();
  threads_.back().node = schema_->root();
}

void SchemaRules::Append(const Thread& thread, std::vector<Thread>& out, std::size_t first) {
  if (out.size() - first >= kSchemaThreadsMax) return;
  if (std::find(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), thread) == out.end()) out.push_back(thread);
}

SchemaRules::Thread SchemaRules::After(const Thread& thread, State state) {
  Thread after;
  after.state = state;
  after.depth = thread.depth;
  after.frame = thread.frame;
  return after;
}

void SchemaRules::EndValue(const Thread& thread, std::vector<Thread>& out, std::size_t first) {
  Append(After(thread, State::kAfterValue), out, first);
}

bool SchemaRules::MayBeKey(const Thread& thread, std::size_t property) const {
  const JsonSchema::Property& named = ContainerOf(thread).properties[property];
  return property >= thread.frame.count && named.required_before < static_cast<std::int32_t>(thread.frame.count) &&
         Fits(named.value, thread.depth);
}

bool SchemaRules::MayCloseObject(const Thread& thread) const {
  return ContainerOf(thread).required_last < static_cast<std::int32_t>(thread.frame.count);
}

bool SchemaRules::MayBeOtherKey(const Thread& thread) const {
  const std::int32_t additional = ContainerOf(thread).additional;
  return additional >= 0 && MayCloseObject(thread) && Fits(additional, thread.depth);
}

bool SchemaRules::MayHaveKey(const Thread& thread) const {
  if (MayBeOtherKey(thread)) return true;
  const Node& object = ContainerOf(thread);
  for (std::size_t i = thread.frame.count; i < object.properties.size(); ++i) {
    if (MayBeKey(thread, i)) return true;
    if (object.properties[i].required) return false;
  }
  return false;
}

void SchemaRules::Step(const Thread& thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const {
  switch (thread.state) {
    case State::kString:
    case State::kOtherKey:
      return StepString(thread, byte, out, first);
    case State::kNamedKey:
      return StepNamedKey(thread, byte, out, first);
    case State::kLiteral:
      return StepLiteral(thread, byte, out, first);
    case State::kInteger:
      return StepInteger(thread, byte, out, first);
    case State::kNumber: {
      Thread next = thread;
      if (next.number.Advance(byte)) {
        Append(next, out, first);
        return;
      }
      break;
    }
    default:
      return StepBetween(thread, byte, out, first);
  }
  if (ScalarMayEnd(thread)) StepBetween(After(thread, State::kAfterValue), byte, out, first);
}

void SchemaRules::StepBetween(Thread thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const {
  if (IsSpace(byte)) {
    const bool over = thread.state == State::kAfterValue && thread.depth == 0;
    if (!over && ++thread.spaces <= 2 + 4 * thread.depth) Append(thread, out, first);  // as JsonCursor
    return;
  }
  thread.spaces = 0;
  switch (thread.state) {
    case State::kValue:
      return StartValue(thread, thread.node, byte, out, first);
    case State::kFirstItem: {
      const Node& list = ContainerOf(thread);
      if (byte == ']') {
        if (list.items_min == 0) Close(thread, out, first);
      } else if (list.items_max > 0 && Fits(list.items, thread.depth)) {
        thread.frame.count = 1;
        StartValue(thread, list.items, byte, out, first);
      }
      return;
    }
    case State::kFirstKey:
    case State::kKey:
      if (byte == '"') return StartKey(thread, out, first);
      if (byte == '}' && thread.state == State::kFirstKey && MayCloseObject(thread)) Close(thread, out, first);
      return;
    case State::kColon:
      thread.state = State::kValue;
      if (byte == ':') Append(thread, out, first);
      return;
    default:
      break;
  }
  if (thread.depth == 0) return;  // after the document
  const Node& container = ContainerOf(thread);
  const bool object = thread.frame.object;
  const unsigned char closing = object ? '}' : ']';
  if (byte == closing) {
    if (object ? MayCloseObject(thread) : thread.frame.count >= container.items_min) Close(thread, out, first);
  } else if (byte == ',' && (object ? MayHaveKey(thread) : thread.frame.count < container.items_max)) {
    thread.state = object ? State::kKey : State::kValue;
    thread.node = object ? 0 : container.items;
    if (!object) ++thread.frame.count;
    Append(thread, out, first);
  }
}

void SchemaRules::StartValue(const Thread& thread, std::int32_t node, unsigned char byte, std::vector<Thread>& out,
                             std::size_t first) const {
  for (const std::int32_t leaf : schema_->node(node).leaves) StartLeaf(thread, leaf, byte, out, first);
}

void SchemaRules::StartLeaf(Thread thread, std::int32_t index, unsigned char byte, std::vector<Thread>& out, std::size_t first) const {
  const Node& leaf = schema_->node(index);
  thread.node = index;
  if (!leaf.literals.empty()) {
    Thread literal = thread;
    literal.state = State::kLiteral;
    literal.high = static_cast<std::uint32_t>(leaf.literals.size());
    StepLiteral(literal, byte, out, first);
  }
  if (byte == '"' && leaf.string) {
    thread.state = State::kString;
    Append(thread, out, first);
  } else if (byte == '{' && leaf.object && leaf.object_need + thread.depth <= static_cast<int>(kJsonDepthMax)) {
    Open(thread, true, out, first);
  } else if (byte == '[' && leaf.array && leaf.array_need + thread.depth <= static_cast<int>(kJsonDepthMax)) {
    Open(thread, false, out, first);
  } else if (leaf.number && thread.number.Start(byte)) {
    thread.state = State::kNumber;
    Append(thread, out, first);
  } else if (leaf.integer && (byte == '-' || IsDigit(byte))) {
    thread.state = State::kInteger;
    thread.negative = byte == '-';
    thread.magnitude = byte == '-' ? 0 : byte - '0';
    thread.length = byte == '-' ? 0 : 1;
    const Magnitudes bounds = MagnitudesOf(leaf, thread.negative);
    if (thread.negative ? bounds.low <= bounds.high : CanReach(thread.magnitude, bounds)) Append(thread, out, first);
  }
}

void SchemaRules::Open(Thread thread, bool object, std::vector<Thread>& out, std::size_t first) const {
  const std::int32_t leaf = thread.node;
  Thread opened;
  opened.depth = static_cast<std::uint8_t>(thread.depth + 1);
  opened.frame.node = leaf;
  opened.frame.around = static_cast<std::int32_t>(frames_.size());
  opened.frame.object = object;
  opened.state = object ? State::kFirstKey : State::kFirstItem;
  frames_.push_back(thread.frame);
  Append(opened, out, first);
}

void SchemaRules::Close(const Thread& thread, std::vector<Thread>& out, std::size_t first) const {
  Thread closed;
  closed.depth = static_cast<std::uint8_t>(thread.depth - 1);
  closed.frame = frames_[static_cast<std::size_t>(thread.frame.around)];
  EndValue(closed, out, first);
}

void SchemaRules::StartKey(const Thread& thread, std::vector<Thread>& out, std::size_t first) const {
  Thread named = thread;
  named.state = State::kNamedKey;
  named.high = static_cast<std::uint32_t>(ContainerOf(thread).keys.size());
  StepNamedKey(named, '"', out, first);
  if (!MayBeOtherKey(thread)) return;
  Thread other = thread;
  other.state = State::kOtherKey;
  Append(other, out, first);
}

void SchemaRules::StepNamedKey(Thread thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const {
  const Node& object = ContainerOf(thread);
  const auto text_at = [&](std::uint32_t i) -> const std::string& { return object.properties[object.keys[i]].text; };
  if (!Narrow(thread.low, thread.high, thread.length, byte, text_at)) return;
  ++thread.length;
  std::uint32_t alive = thread.low;
  while (alive < thread.high && !MayBeKey(thread, object.keys[alive])) ++alive;
  if (alive == thread.high) return;
  if (text_at(alive).size() > thread.length) {
    Append(thread, out, first);
    return;
  }
  Thread ended = After(thread, State::kColon);  // the closing quote: no other key begins with this one
  ended.frame.count = object.keys[alive] + 1;
  ended.node = object.properties[object.keys[alive]].value;
  Append(ended, out, first);
}

void SchemaRules::StepLiteral(Thread thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const {
  const std::vector<std::string>& literals = NodeOf(thread).literals;
  Thread next = thread;
  if (Narrow(next.low, next.high, next.length, byte, [&](std::uint32_t i) -> const std::string& { return literals[i]; })) {
    ++next.length;
    if (next.low + 1 == next.high && literals[next.low].size() == next.length)
      EndValue(next, out, first);
    else
      Append(next, out, first);
  } else if (ScalarMayEnd(thread)) {  // a number that begins another one
    StepBetween(After(thread, State::kAfterValue), byte, out, first);
  }
}

void SchemaRules::StepString(Thread thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const {
  const JsonStringCursor::Step step = thread.string.Advance(byte);
  if (step == JsonStringCursor::Step::kRefused) return;
  const bool other_key = thread.state == State::kOtherKey;
  if (step == JsonStringCursor::Step::kInside) {
    if (other_key || thread.string.characters() <= NodeOf(thread).length_max) Append(thread, out, first);
  } else if (other_key) {
    if (EndOtherKey(thread)) Append(thread, out, first);
  } else if (thread.string.characters() >= NodeOf(thread).length_min) {
    EndValue(thread, out, first);
  }
}

// A key that stands there already, or that the schema names, may not end.
bool SchemaRules::EndOtherKey(Thread& thread) const {
  const Node& object = ContainerOf(thread);
  const std::uint64_t hash = thread.string.hash();
  for (const JsonSchema::Property& property : object.properties) {
    if (property.hash == hash) return false;
  }
  for (std::int32_t i = thread.frame.other_keys; i >= 0; i = other_keys_[static_cast<std::size_t>(i)].before) {
    if (other_keys_[static_cast<std::size_t>(i)].hash == hash) return false;
  }
  Thread ended = After(thread, State::kColon);
  ended.frame.count = static_cast<std::uint32_t>(object.properties.size());
  ended.frame.other_keys = static_cast<std::int32_t>(other_keys_.size());
  ended.node = object.additional;
  other_keys_.push_back({hash, thread.frame.other_keys});
  thread = ended;
  return true;
}

void SchemaRules::StepInteger(Thread thread, unsigned char byte, std::vector<Thread>& out, std::size_t first) const {
  if (!IsDigit(byte)) {
    if (ScalarMayEnd(thread)) StepBetween(After(thread, State::kAfterValue), byte, out, first);
    return;
  }
  if (thread.length > 0 && thread.magnitude == 0) return;            // no digit after a leading zero
  if (thread.negative && thread.length == 0 && byte == '0') return;  // no -0
  const Magnitudes bounds = MagnitudesOf(NodeOf(thread), thread.negative);
  const Wide magnitude = Wide{thread.magnitude} * 10 + (byte - '0');
  if (magnitude > bounds.high) return;
  thread.magnitude = static_cast<std::uint64_t>(magnitude);
  ++thread.length;
  if (CanReach(thread.magnitude, bounds)) Append(thread, out, first);
}

bool SchemaRules::ScalarMayEnd(const Thread& thread) const {
  switch (thread.state) {
    case State::kNumber:
      return thread.number.MayEnd();
    case State::kInteger: {
      const Magnitudes bounds = MagnitudesOf(NodeOf(thread), thread.negative);
      return thread.length > 0 && thread.magnitude >= bounds.low && thread.magnitude <= bounds.high;
    }
    case State::kLiteral:
      return NodeOf(thread).literals[thread.low].size() == thread.length;
    default:
      return false;
  }
}

bool SchemaRules::ThreadIsComplete(const Thread& thread) const {
  return thread.depth == 0 && (thread.state == State::kAfterValue || ScalarMayEnd(thread));
}

std::int32_t SchemaRules::PlainRoom(const Thread& thread) const {
  if (thread.state != State::kString && thread.state != State::kOtherKey) return kNotPlain;
  if (!thread.string.AtBoundary()) return kNotPlain;
  const std::uint32_t most = thread.state == State::kOtherKey ? JsonSchema::kNoLimit : NodeOf(thread).length_max;
  if (most == JsonSchema::kNoLimit) return kPlainUnlimited;
  return static_cast<std::int32_t>(most - thread.string.characters());
}

// A string that may end by now. A key may depend on all that stands in it.
bool SchemaRules::EndsAlike(const Thread& thread) const {
  return thread.state == State::kString && thread.string.characters() >= NodeOf(thread).length_min;
}

bool SchemaRules::Allows(std::string_view piece) const {
  if (piece.empty()) return false;
  for (const Thread& thread : threads_) {
    SchemaStack stack(*this, thread, piece.size());
    std::size_t depth = 0;
    while (depth < piece.size() && stack.Push(depth + 1, static_cast<unsigned char>(piece[depth]))) ++depth;
    if (depth == piece.size()) return true;
  }
  return false;
}

// Each thread goes through the whole piece by itself, as in Allows(): what that one allows leaves something here.
void SchemaRules::Advance(std::string_view piece) {
  std::vector<Thread> all, now, next;
  for (const Thread& thread : threads_) {
    now.assign(1, thread);
    for (const char c : piece) {
      next.clear();
      for (const Thread& one : now) Step(one, static_cast<unsigned char>(c), next, 0);
      now.swap(next);
    }
    for (const Thread& one : now) Append(one, all, 0);
  }
  threads_.swap(all);
  for (const char c : piece) style_.See(static_cast<unsigned char>(c));
}

void SchemaRules::Style::See(unsigned char byte) {
  if (in_string) {
    in_string = escaped || byte != '"';
    escaped = !escaped && byte == '\\';
    return;
  }
  if (after != 0 && IsSpace(byte)) {
    spaces += static_cast<char>(byte);
    return;
  }
  if (after != 0) (after == ':' ? after_colon : after_comma) = spaces;
  spaces.clear();
  after = byte == ':' || byte == ',' ? static_cast<char>(byte) : 0;
  in_string = byte == '"';
}

int SchemaRules::OnlyByte(std::span<const Thread> threads) const {
  int only = -1;
  std::vector<Thread> next;
  for (int byte = 0x21; byte < 0x100; ++byte) {
    next.clear();
    for (const Thread& thread : threads) Step(thread, static_cast<unsigned char>(byte), next, 0);
    if (next.empty()) continue;
    if (only >= 0) return -1;
    only = byte;
  }
  return only;
}

std::string SchemaRules::Expected(std::size_t bytes_max) const {
  const std::size_t frames = frames_.size(), other_keys = other_keys_.size();
  std::string text;
  std::vector<Thread> now = threads_, next;
  const auto add = [&](unsigned char byte) {
    next.clear();
    for (const Thread& thread : now) Step(thread, byte, next, 0);
    now.swap(next);
    text += static_cast<char>(byte);
    return !now.empty();
  };
  while (text.size() < bytes_max && std::none_of(now.begin(), now.end(), [this](const Thread& t) { return ThreadIsComplete(t); })) {
    const int byte = OnlyByte(now);
    if (byte < 0) break;
    const bool between = now.front().state == State::kColon || now.front().state == State::kAfterValue;
    add(static_cast<unsigned char>(byte));
    if (!between || (byte != ':' && byte != ',')) continue;
    const std::optional<std::string>& spaces = byte == ':' ? style_.after_colon : style_.after_comma;
    if (!spaces || !std::all_of(spaces->begin(), spaces->end(), [&](char c) { return add(static_cast<unsigned char>(c)); })) break;
  }
  frames_.resize(frames);
  other_keys_.resize(other_keys);
  return text;
}

bool SchemaRules::IsComplete() const {
  return std::any_of(threads_.begin(), threads_.end(), [this](const Thread& thread) { return ThreadIsComplete(thread); });
}

bool SchemaRules::MustEnd() const {
  if (!IsComplete()) return false;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (Allows({&c, 1})) return false;
  }
  return true;
}

void SchemaRules::AddAllowed(const TokenTrie& trie, TokenMask& mask) const {
  for (const Thread& thread : threads_) {
    SchemaStack stack(*this, thread, trie.depth_max());
    WalkTrie(trie, stack, mask);
  }
}

}  // namespace paw
