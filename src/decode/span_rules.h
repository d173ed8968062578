// SpanRules: an answer that is copied out of the input, whole words of it, or one of a few agreed answers such as none.
//
// While it is written the answer may begin and end at any character that is no blank: a token is allowed where its bytes go on somewhere in
// the input. Finished() then widens it to the nearest cuts of base/word_cuts.h: of ORD-48213 a model that is used to numbers writes 48213, a
// tired one 4821, and both point at the same words. Masking the beginnings instead would push such a model to another answer altogether
// (docs/adr/0015). Nothing comes out that does not stand in the input.
//
// A blank input has nothing to copy: the empty answer is whole then, beside the agreed ones.
//
// Thread rule: one answer, one thread. Owner: the caller. Errors: none; a byte is allowed or not.
// Cost: one walk of the vocabulary's tree along the places that are still possible, where the model's own choice is not allowed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/word_cuts.h"
#include "decode/output_rules.h"

namespace paw {

class SpanRules final : public OutputRules {
 public:
  struct Options {
    std::vector<std::string> alternatives;  // whole answers beside the stretches
  };
  SpanRules(const Options& options, std::string_view input);
  SpanRules(const SpanRules&) = delete;
  SpanRules& operator=(const SpanRules&) = delete;

  bool Allows(std::string_view piece) const override;
  void Advance(std::string_view piece) override;
  bool IsComplete() const override;
  bool MustEnd() const override;
  void AddAllowed(const TokenTrie& trie, TokenMask& mask) const override;
  std::string Expected(std::size_t bytes_max) const override;

  // The answer that was written, widened to whole words: of all its places in the input the one that needs the fewest bytes more, the first
  // of equals. One that was cut off (between two words, inside a character) stays as it is.
  std::string Finished(std::string text) const override;

 private:
  friend class SpanStack;
  using Place = std::uint32_t;  // an offset into text_: the byte that would come next

  bool IsOfInput(Place place) const { return place <= cuts_.size(); }
  bool IsAtEnd(Place place) const;
  bool MayStop(Place place) const;
  void KeepOnly(std::vector<Place>& places, char byte) const;

  std::string text_;  // the input without blanks at its end, then the alternatives, a zero byte behind each
  WordCuts cuts_;     // of the input
  std::vector<Place> places_;
  std::size_t length_ = 0;  // of the answer so far
};

}  // namespace paw
