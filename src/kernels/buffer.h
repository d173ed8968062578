// Buffer<T>: aligned memory for numbers, grown when needed and kept, so that a step after the first allocates nothing.
//
// Contents are not kept when it grows and not zeroed. Large ones ask the system for huge pages (weights are read front to back).
// Thread rule: as a plain array. Owner: the Buffer. Errors: a failed allocation is std::bad_alloc, as for the standard containers.
#pragma once

#include <cstddef>
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
      constexpr std::size_t kHugePage = std::size_t{1} << 21;
      const std::size_t alignment = size * sizeof(T) >= 2 * kHugePage ? kHugePage : 64;
      const std::size_t bytes = (size * sizeof(T) + alignment - 1) / alignment * alignment;
      data_.reset();
      size_ = 0;
      void* memory = std::aligned_alloc(alignment, bytes);
      if (memory == nullptr) throw std::bad_alloc();
#if defined(__linux__)
      if (alignment == kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
      data_.reset(static_cast<T*>(memory));
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
  struct Free {
    void operator()(T* p) const { std::free(p); }
  };
  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace paw
