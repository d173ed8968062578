#include "decode/draft.h"

namespace paw {

std::span<const TokenId> PromptLookup::Propose(std::size_t most) const {
  const std::size_t size = history_.size();
  for (const std::size_t length : {std::size_t{3}, std::size_t{2}}) {
    if (size < answer_ + length || size < length + 1) continue;
    const auto key = history_.end() - static_cast<std::ptrdiff_t>(length);
    for (std::size_t end = size - 1; end >= length; --end) {  // of a place that matches
      if (!std::equal(key, history_.end(), history_.begin() + static_cast<std::ptrdiff_t>(end - length))) continue;
      return std::span(history_).subspan(end, std::min(most, size - end));
    }
  }
  return {};
}

void DraftPace::Report(std::size_t guessed, std::size_t right) {
  if (guessed == 0) return;
  if (right == 0) {
    pause_ = std::min(std::size_t{1} << std::min<std::size_t>(misses_++, 10), kPauseMax);
    length_ = std::min<std::size_t>(most_, 2);
    return;
  }
  misses_ = 0;
  length_ = std::min(most_, right == guessed ? std::max(length_, 2 * right) : right + 1);
}

}  // namespace paw
