// Buffer<T>: aligned memory for numbers, grown when needed and kept, so that a step after the first allocates nothing.
//
// Contents are not kept when it grows and not zeroed. Large ones are maps of their own, with huge pages where the system gives them: they go
// back whole, so that a process that opens programs all day does not grow (the heap keeps what lies between blocks of other sizes).
// Thread rule: as a plain array. Owner: the Buffer. Errors: a failed allocation is std::bad_alloc, as for the standard containers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace paw {

template <typename T>
class Buffer {
  static_assert(std::is_trivial_v<T>);

 public:
  Buffer() = default;
  explicit Buffer(std::size_t size) { Reserve(size); }

  // At least `size` elements; the pointer stays when there is room already.
  T* Reserve(std::size_t size) {
    if (size > size_) {
      data_.reset();
      size_ = 0;
      const std::size_t bytes = RoundUp(size * sizeof(T), size * sizeof(T) >= kMapped ? kSystemPage : 64);
      data_ = Allocate(bytes);
      size_ = bytes / sizeof(T);
    }
    return data_.get();
  }

  T* get() { return data_.get(); }
  const T* get() const { return data_.get(); }
  T& operator[](std::size_t i) { return data_.get()[i]; }
  const T& operator[](std::size_t i) const { return data_.get()[i]; }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kSystemPage = std::size_t{1} << 12;
  static constexpr std::size_t kHugePage = std::size_t{1} << 21;
  static constexpr std::size_t kMapped = 2 * kHugePage;

  struct Free {
    std::size_t mapped = 0;  // bytes, 0: of the heap
    void operator()(T* p) const {
#if defined(__linux__)
      if (mapped > 0) {
        munmap(p, mapped);
        return;
      }
#endif
      std::free(p);
    }
  };
  using Memory = std::unique_ptr<T, Free>;

  static std::size_t RoundUp(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

  static Memory Allocate(std::size_t bytes) {
#if defined(__linux__)
    if (bytes >= kMapped) return Map(bytes);
#endif
    void* memory = std::aligned_alloc(64, bytes);
    if (memory == nullptr) throw std::bad_alloc();
    return Memory(static_cast<T*>(memory), Free{});
  }

#if defined(__linux__)
  // A map that begins at a huge page: one page more than needed, and what is too much goes back.
  static Memory Map(std::size_t bytes) {
    void* memory = mmap(nullptr, bytes + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    auto* first = static_cast<std::byte*>(memory);
    const std::size_t before = RoundUp(reinterpret_cast<std::uintptr_t>(first), kHugePage) - reinterpret_cast<std::uintptr_t>(first);
    if (before > 0) munmap(first, before);
    if (before < kHugePage) munmap(first + before + bytes, kHugePage - before);
    madvise(first + before, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);  // the rest of small ones: a thousand adapters waste nothing
    return Memory(reinterpret_cast<T*>(first + before), Free{bytes});
  }
#endif

  Memory data_;
  std::size_t size_ = 0;
};

}  // namespace paw
