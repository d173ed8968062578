// WordCuts: where a reader would cut a stretch out of a text.
//
//   never inside a word or a number      "rder", "482" of 48213; but a number behind letters may begin a stretch ("3.9" of v3.9), and
//                                        letters behind a number may be left out ("12" of 12kg)
//   never inside a number with marks     "4.17" of 4.17.21, "060" of 1,060
//   never before a joined number         "48213" of ORD-48213
//   never beside a blank on its inside, never inside a character
//
// Letters are the ASCII ones and all characters from U+0080 on but general punctuation (U+2000 to U+207F).
//
// Thread rule: const after construction. Owner: the caller; the text must outlive it. Errors: none; offsets are in bytes, at most size().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace paw {

class WordCuts {
 public:
  explicit WordCuts(std::string_view text);
  std::size_t size() const { return text_.size(); }
  // A character that is no blank begins at `at`.
  bool IsCharacter(std::size_t at) const;
  // A character that is no blank ends before `at`.
  bool IsBehindCharacter(std::size_t at) const;
  bool MayBegin(std::size_t at) const;
  bool MayEnd(std::size_t at) const;

 private:
  enum class Kind : std::uint8_t { kBlank, kLetter, kDigit, kMark };
  bool IsJoin(std::size_t at, std::string_view marks) const;
  bool IsInside(std::size_t at) const;

  std::string_view text_;
  std::vector<Kind> kinds_;  // of each byte that of its character
};

// Whether `part` stands in `text` as a stretch of whole words.
bool StandsIn(std::string_view part, std::string_view text);

}  // namespace paw
