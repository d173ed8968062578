#include "lm/native/key_pages.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace paw::native {

void KeyPages::MakeLastOwn(KeySequence& sequence) {
  if (sequence.pages.back().use_count() == 1) return;
  auto own = std::make_shared<KeyPage>();
  std::memcpy(own->numbers.Reserve(page_size_), sequence.pages.back()->numbers.get(), page_size_ * sizeof(Bf16));
  sequence.pages.back() = std::move(own);
}

void KeyPages::Truncate(KeySequence& sequence, int length) {
  const int last = std::min(sequence.length, (length + kPanel - 1) / kPanel * kPanel);  // of the page that stays
  sequence.pages.resize(static_cast<std::size_t>((length + kPanel - 1) / kPanel));
  sequence.length = length;
  if (length == last) return;
  MakeLastOwn(sequence);
  const std::vector<Bf16> nothing(static_cast<std::size_t>(head_.head_width));
  for (int layer = 0; layer < layers_; ++layer) {
    for (int kv_head = 0; kv_head < kv_heads_; ++kv_head) {
      for (int position = length % kPanel; position < last - length + length % kPanel; ++position) {
        PutKey(head_, nothing.data(), position, Keys(*sequence.pages.back(), layer, kv_head));
        PutValue(head_, nothing.data(), position, Values(*sequence.pages.back(), layer, kv_head));
      }
    }
  }
}

void KeyPages::MakeRoom(KeySequence& sequence, int count) {
  const auto filled = static_cast<std::size_t>((sequence.length + kPanel - 1) / kPanel);
  const auto wanted = static_cast<std::size_t>((sequence.length + count + kPanel - 1) / kPanel);
  sequence.pages.resize(filled);  // pages of a call that failed after this are dropped
  if (sequence.length % kPanel != 0) MakeLastOwn(sequence);
  while (sequence.pages.size() < wanted) {
    auto page = std::make_shared<KeyPage>();
    std::memset(page->numbers.Reserve(page_size_), 0, page_size_ * sizeof(Bf16));
    sequence.pages.push_back(std::move(page));
  }
}

}  // namespace paw::native
