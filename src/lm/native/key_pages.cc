#include "lm/native/key_pages.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace paw::native {
namespace {

constexpr std::size_t kSystemPage = 4096;
constexpr std::size_t kMappedBytes = std::size_t{1} << 17;  // smaller pages are of the heap
constexpr std::size_t kSpareBytesMax = std::size_t{1} << 23;

}  // namespace

PageMemory::PageMemory(std::size_t numbers) : bytes_((numbers * sizeof(Bf16) + kSystemPage - 1) / kSystemPage * kSystemPage) {
  spare_.reserve(kSpareBytesMax / bytes_);  // so that giving a page back needs no memory
}

PageMemory::~PageMemory() {
  for (Bf16* page : spare_) Free(page);
}

Bf16* PageMemory::Take() {
  if (!spare_.empty()) {
    Bf16* page = spare_.back();
    spare_.pop_back();
    std::memset(page, 0, bytes_);
    return page;
  }
#if defined(__linux__)
  if (bytes_ >= kMappedBytes) {
    void* memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    return static_cast<Bf16*>(memory);
  }
#endif
  void* memory = std::aligned_alloc(kSystemPage, bytes_);
  if (memory == nullptr) throw std::bad_alloc();
  std::memset(memory, 0, bytes_);
  return static_cast<Bf16*>(memory);
}

void PageMemory::Give(Bf16* page) {
  if (spare_.size() < kSpareBytesMax / bytes_)
    spare_.push_back(page);
  else
    Free(page);
}

void PageMemory::Free(Bf16* page) const {
#if defined(__linux__)
  if (bytes_ >= kMappedBytes) {
    munmap(page, bytes_);
    return;
  }
#endif
  std::free(page);
}

void KeyPages::MakeLastOwn(KeySequence& sequence) {
  if (sequence.pages.back().use_count() == 1) return;
  auto own = std::make_shared<KeyPage>(*memory_);
  std::memcpy(own->numbers, sequence.pages.back()->numbers, page_size_ * sizeof(Bf16));
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

std::vector<std::byte> KeyPages::Save(const KeySequence& sequence) const {
  const std::size_t page_bytes = page_size_ * sizeof(Bf16);
  const auto pages = static_cast<std::size_t>((sequence.length + kPanel - 1) / kPanel);
  const auto length = static_cast<std::int64_t>(sequence.length);
  std::vector<std::byte> saved(sizeof length + pages * page_bytes);
  std::memcpy(saved.data(), &length, sizeof length);
  for (std::size_t page = 0; page < pages; ++page) {
    std::memcpy(saved.data() + sizeof length + page * page_bytes, sequence.pages[page]->numbers, page_bytes);
  }
  return saved;
}

Result<KeySequence> KeyPages::Restore(std::span<const std::byte> saved) {
  const std::size_t page_bytes = page_size_ * sizeof(Bf16);
  std::int64_t length = -1;
  if (saved.size() >= sizeof length) std::memcpy(&length, saved.data(), sizeof length);
  const std::int64_t pages = static_cast<std::int64_t>((saved.size() - std::min(saved.size(), sizeof length)) / page_bytes);
  if (saved.size() != sizeof length + static_cast<std::size_t>(pages) * page_bytes || length < 0 || length > pages * kPanel ||
      length <= (pages - 1) * kPanel) {
    return Refused("restoring a sequence: found " + std::to_string(saved.size()) + " bytes for " + std::to_string(length) +
                   " tokens, expected pages of " + std::to_string(page_bytes) + " bytes for every " + std::to_string(kPanel));
  }
  KeySequence sequence;
  sequence.length = static_cast<int>(length);
  for (std::int64_t page = 0; page < pages; ++page) {
    sequence.pages.push_back(std::make_shared<KeyPage>(*memory_));
    std::memcpy(sequence.pages.back()->numbers, saved.data() + sizeof length + static_cast<std::size_t>(page) * page_bytes, page_bytes);
  }
  return sequence;
}

void KeyPages::MakeRoom(KeySequence& sequence, int count) {
  const auto filled = static_cast<std::size_t>((sequence.length + kPanel - 1) / kPanel);
  const auto wanted = static_cast<std::size_t>((sequence.length + count + kPanel - 1) / kPanel);
  sequence.pages.resize(filled);  // pages of a call that failed after this are dropped
  if (sequence.length % kPanel != 0) MakeLastOwn(sequence);
  while (sequence.pages.size() < wanted) sequence.pages.push_back(std::make_shared<KeyPage>(*memory_));
}

}  // namespace paw::native
