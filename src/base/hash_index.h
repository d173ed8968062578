// HashIndex: the numbers of things by their hash, in one flat table. The things lie elsewhere; who asks compares.
//
// Thread rule: a plain value. Owner: none of the things. Errors: none.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace paw {

class HashIndex {
 public:
  // Room for `count` numbers, asked for once, before the first Insert.
  void Reserve(std::size_t count) { slots_.assign(std::bit_ceil(2 * count + 1), Slot{}); }

  // The number of the thing with this hash for which same(number) holds; -1: none.
  template <class Same>
  std::int32_t Find(std::uint64_t hash, Same same) const {
    if (slots_.empty()) return -1;
    for (std::size_t at = Place(hash);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.number < 0) return -1;
      if (slot.tag == Tag(hash) && same(slot.number)) return slot.number;
    }
  }

  // `number` is not there yet.
  void Insert(std::uint64_t hash, std::int32_t number) {
    std::size_t at = Place(hash);
    while (slots_[at].number >= 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {Tag(hash), number};
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::int32_t number = -1;
  };
  // Every bit of the hash reaches every bit of the place and the tag (the finaliser of MurmurHash3).
  static std::uint64_t Spread(std::uint64_t hash) {
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdull;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53ull;
    return hash ^ hash >> 33;
  }
  std::size_t Place(std::uint64_t hash) const { return static_cast<std::size_t>(Spread(hash)) & (slots_.size() - 1); }
  static std::uint32_t Tag(std::uint64_t hash) { return static_cast<std::uint32_t>(Spread(hash) >> 32); }

  std::vector<Slot> slots_;
};

}  // namespace paw
