// KeyPages: the keys and values of sequences, in pages of kPanel tokens that forks share.
//
// A page holds its tokens' keys and values of every layer and key/value head, in the layouts of kernels/attention.h. A sequence is a
// list of pages; only its owner's last page is ever written, and a shared one is copied first. So Fork copies pointers.
// Thread rule: a KeyPages belongs to one context.
#pragma once

#include <memory>
#include <vector>

#include "kernels/attention.h"
#include "lm/shape.h"

namespace paw::native {

struct KeyPage {
  Buffer<Bf16> numbers;  // (layers, kv_heads, keys then values)
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
        page_size_(static_cast<std::size_t>(shape.layers) * static_cast<std::size_t>(shape.kv_heads) * head_size_) {}

  // Makes room for `count` more tokens and makes the pages they fall into the sequence's own. The length stays.
  void MakeRoom(KeySequence& sequence, int count);
  // Forgets the tokens from `length` on. Their places in a page that stays are zero again, as in one never used.
  void Truncate(KeySequence& sequence, int length);

  Bf16* Keys(KeyPage& page, int layer, int kv_head) const { return page.numbers.get() + HeadAt(layer, kv_head); }
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
  std::size_t page_size_;
};

}  // namespace paw::native
