#include "lm/native/key_pages.h"

#include <cstring>

namespace paw::native {

void KeyPages::MakeRoom(KeySequence& sequence, int count) {
  const auto filled = static_cast<std::size_t>((sequence.length + kPanel - 1) / kPanel);
  const auto wanted = static_cast<std::size_t>((sequence.length + count + kPanel - 1) / kPanel);
  sequence.pages.resize(filled);  // pages of a call that failed after this are dropped
  if (sequence.length % kPanel != 0 && sequence.pages.back().use_count() > 1) {
    auto own = std::make_shared<KeyPage>();
    std::memcpy(own->numbers.Reserve(page_size_), sequence.pages.back()->numbers.get(), page_size_ * sizeof(Bf16));
    sequence.pages.back() = std::move(own);
  }
  while (sequence.pages.size() < wanted) {
    auto page = std::make_shared<KeyPage>();
    std::memset(page->numbers.Reserve(page_size_), 0, page_size_ * sizeof(Bf16));
    sequence.pages.push_back(std::move(page));
  }
}

}  // namespace paw::native
