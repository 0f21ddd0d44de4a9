// A growing list in memory of the hooks' own.
#pragma once

#include <string.h>

#include <cstddef>

#include "memhook/own_memory.hpp"

namespace benchkit::memhook {

/// For plain values. Never shrinks; push() is false where there is no memory.
template <class T>
class List {
 public:
  bool push(const T& value) noexcept {
    if (size_ == capacity_ && !grow()) return false;
    items_[size_++] = value;
    return true;
  }
  void clear() noexcept { size_ = 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  T& operator[](std::size_t i) noexcept { return items_[i]; }
  T* begin() noexcept { return items_; }
  T* end() noexcept { return items_ + size_; }

 private:
  bool grow() noexcept {
    const std::size_t wanted = capacity_ == 0 ? 4096 / sizeof(T) + 1 : capacity_ * 2;
    auto* const fresh = static_cast<T*>(take_pages(wanted * sizeof(T)));
    if (fresh == nullptr) return false;
    if (items_ != nullptr) {
      memcpy(static_cast<void*>(fresh), items_, size_ * sizeof(T));
      give_back_pages(items_, capacity_ * sizeof(T));
    }
    items_ = fresh;
    capacity_ = wanted;
    return true;
  }

  T* items_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace benchkit::memhook
