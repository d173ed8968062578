// KeyPages: the keys and values of sequences, in pages of kPanel tokens that forks share.
//
// A page holds its tokens' keys and values of every layer and key/value head, in the layouts of kernels/attention.h. A sequence is a
// list of pages; only its owner's last page is ever written, and a shared one is copied first. So Fork copies pointers.
// Pages that nobody uses are kept for the next ones, a few of them; the rest go back to the system, whichever thread gave them up.
// Thread rule: a KeyPages belongs to one context. Owner: it outlives the pages it made.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "kernels/attention.h"
#include "lm/shape.h"
#include "paw/status.h"

namespace paw::native {

// Memory of pages, all of one size. Large ones are maps of their own: the heap would keep them, for each thread that ever computed.
class PageMemory {
 public:
  explicit PageMemory(std::size_t numbers);  // of a page
  ~PageMemory();
  PageMemory(const PageMemory&) = delete;
  PageMemory& operator=(const PageMemory&) = delete;

  Bf16* Take();  // all zero
  void Give(Bf16* page);
  std::size_t page_bytes() const { return bytes_; }

 private:
  void Free(Bf16* page) const;

  std::size_t bytes_;
  std::vector<Bf16*> spare_;
};

struct KeyPage {
  explicit KeyPage(PageMemory& from) : memory(from), numbers(from.Take()) {}
  ~KeyPage() { memory.Give(numbers); }
  KeyPage(const KeyPage&) = delete;
  KeyPage& operator=(const KeyPage&) = delete;

  PageMemory& memory;
  Bf16* numbers;  // (layers, kv_heads, keys then values)
};

struct KeySequence {
  int length = 0;
  std::vector<std::shared_ptr<KeyPage>> pages;
};

class KeyPages {
 public:
  explicit KeyPages(const ModelShape& shape)
      : layers_(shape.layers),
        kv_heads_(shape.kv_heads),
        head_{shape.heads / shape.kv_heads, shape.head_width},
        head_size_(head_.page_key_size() + head_.page_value_size()),
        page_size_(static_cast<std::size_t>(shape.layers) * static_cast<std::size_t>(shape.kv_heads) * head_size_),
        memory_(std::make_unique<PageMemory>(page_size_)) {}

  // Makes room for `count` more tokens and makes the pages they fall into the sequence's own. The length stays.
  void MakeRoom(KeySequence& sequence, int count);
  // Forgets the tokens from `length` on. Their places in a page that stays are zero again, as in one never used.
  void Truncate(KeySequence& sequence, int length);
  // The length as 8 bytes, then the pages as they lie in memory.
  std::vector<std::byte> Save(const KeySequence& sequence) const;
  Result<KeySequence> Restore(std::span<const std::byte> saved);

  Bf16* Keys(KeyPage& page, int layer, int kv_head) const { return page.numbers + HeadAt(layer, kv_head); }
  Bf16* Values(KeyPage& page, int layer, int kv_head) const { return Keys(page, layer, kv_head) + head_.page_key_size(); }
  const AttentionShape& head() const { return head_; }

 private:
  void MakeLastOwn(KeySequence& sequence);
  std::size_t HeadAt(int layer, int kv_head) const {
    return (static_cast<std::size_t>(layer) * static_cast<std::size_t>(kv_heads_) + static_cast<std::size_t>(kv_head)) * head_size_;
  }

  int layers_, kv_heads_;
  AttentionShape head_;
  std::size_t head_size_;
  std::size_t page_size_;  // numbers
  std::unique_ptr<PageMemory> memory_;
};

}  // namespace paw::native
