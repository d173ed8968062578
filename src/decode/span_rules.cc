#include "decode/span_rules.h"

#include <algorithm>

#include "decode/trie_walk.h"

namespace paw {
namespace {

std::string_view WithoutBlanksBehind(std::string_view text) { return text.substr(0, text.find_last_not_of(" \t\n\r") + 1); }

std::string TextOf(const SpanRules::Options& options, std::string_view input) {
  std::string text(WithoutBlanksBehind(input));
  text += '\0';
  for (const std::string& alternative : options.alternatives) text += alternative + '\0';
  return text;
}

}  // namespace

// As trie_walk.h wants it: the places that are left after each byte of a path.
class SpanStack {
 public:
  SpanStack(const SpanRules& rules, std::size_t depth_max) : rules_(rules), places_(depth_max + 1) { places_[0] = rules.places_; }
  bool Push(std::size_t depth, unsigned char byte) {
    places_[depth] = places_[depth - 1];
    rules_.KeepOnly(places_[depth], static_cast<char>(byte));
    return !places_[depth].empty();
  }
  std::int32_t PlainRoom(std::size_t) const { return kNotPlain; }
  bool EndsAlike() const { return false; }

 private:
  const SpanRules& rules_;
  std::vector<std::vector<SpanRules::Place>> places_;
};

SpanRules::SpanRules(const Options& options, std::string_view input)
    : text_(TextOf(options, input)), cuts_(std::string_view(text_).substr(0, WithoutBlanksBehind(input).size())) {
  for (std::size_t at = 0; at < cuts_.size(); ++at) {
    if (cuts_.IsCharacter(at)) places_.push_back(static_cast<Place>(at));
  }
  std::size_t at = cuts_.size() + 1;
  for (const std::string& alternative : options.alternatives) {
    if (!alternative.empty()) places_.push_back(static_cast<Place>(at));
    at += alternative.size() + 1;
  }
}

bool SpanRules::IsAtEnd(Place place) const { return IsOfInput(place) ? place == cuts_.size() : text_[place] == '\0'; }

bool SpanRules::MayStop(Place place) const { return IsOfInput(place) ? cuts_.IsBehindCharacter(place) : text_[place] == '\0'; }

void SpanRules::KeepOnly(std::vector<Place>& places, char byte) const {
  std::erase_if(places, [&](Place place) { return IsAtEnd(place) || text_[place] != byte; });
  for (Place& place : places) ++place;
}

bool SpanRules::Allows(std::string_view piece) const {
  if (piece.empty()) return false;
  return std::any_of(places_.begin(), places_.end(), [&](Place place) {
    const std::size_t end = IsOfInput(place) ? cuts_.size() : text_.find('\0', place);
    return std::string_view(text_).substr(place, end - place).starts_with(piece);
  });
}

void SpanRules::Advance(std::string_view piece) {
  length_ += piece.size();
  for (const char byte : piece) KeepOnly(places_, byte);
}

bool SpanRules::IsComplete() const {
  if (length_ == 0) return cuts_.size() == 0;
  return std::any_of(places_.begin(), places_.end(), [&](Place place) { return MayStop(place); });
}

bool SpanRules::MustEnd() const {
  return std::all_of(places_.begin(), places_.end(), [&](Place place) { return IsAtEnd(place); });
}

void SpanRules::AddAllowed(const TokenTrie& trie, TokenMask& mask) const {
  SpanStack stack(*this, trie.depth_max());
  WalkTrie(trie, stack, mask);
}

// Where one place is left: to the end of its word, or of the alternative.
std::string SpanRules::Expected(std::size_t bytes_max) const {
  if (places_.size() != 1) return {};
  Place end = places_.front();
  while (end - places_.front() < bytes_max && !IsAtEnd(end) && !(IsOfInput(end) && cuts_.MayEnd(end))) ++end;
  return text_.substr(places_.front(), end - places_.front());
}

std::string SpanRules::Finished(std::string text) const {
  std::size_t least = std::string::npos;
  std::string_view whole = text;
  for (const Place place : places_) {
    if (!MayStop(place)) continue;
    if (!IsOfInput(place)) return text;
    std::size_t begin = place - length_, end = place;
    while (!cuts_.MayBegin(begin)) --begin;
    while (!cuts_.MayEnd(end)) ++end;
    if (end - begin >= least) continue;
    least = end - begin;
    whole = std::string_view(text_).substr(begin, least);
  }
  return std::string(whole);
}

}  // namespace paw
