// A number that one thread writes while others read it.
#pragma once

namespace benchkit::memhook {

/// Reads and writes are whole, and in no order with others: one plain instruction each. Only one thread may change it at a time. On x86-64 a change
/// is one instruction, without the lock that other threads would need: a signal handler of the same thread comes before or after it. Elsewhere it is
/// several, and what a handler did in between is lost. Zero where its memory is.
template <class T>
class Relaxed {
 public:
  Relaxed() = default;
  Relaxed(const Relaxed& other) noexcept : value_(other) {}
  [[gnu::always_inline]] operator T() const noexcept {
    return __atomic_load_n(&value_, __ATOMIC_RELAXED);
  }  // NOLINT: it stands for its value
  [[gnu::always_inline]] Relaxed& operator=(T value) noexcept {
    __atomic_store_n(&value_, value, __ATOMIC_RELAXED);
    return *this;
  }
  Relaxed& operator=(const Relaxed& other) noexcept { return *this = static_cast<T>(other); }
  [[gnu::always_inline]] Relaxed& operator+=(T more) noexcept {
#ifdef __x86_64__
    if constexpr (sizeof(T) == 8) {
      __asm__("addq %1, %0" : "+m"(value_) : "re"(more) : "cc");
      return *this;
    }
#endif
    return *this = static_cast<T>(*this) + more;
  }
  /// Makes it no less than this.
  [[gnu::always_inline]] void raise_to(T least) noexcept {
    T there = *this;
#ifdef __x86_64__
    if constexpr (sizeof(T) == 8) {
      while (there < least) {
        bool done = false;
        __asm__("cmpxchgq %3, %1" : "+a"(there), "+m"(value_), "=@ccz"(done) : "r"(least));
        if (done) return;
      }
      return;
    }
#endif
    if (there < least) *this = least;
  }
  [[gnu::always_inline]] Relaxed& operator++() noexcept { return *this += 1; }
  /// In one step, for those who are not the only ones to write: if it is `expected`, which is otherwise told what it is.
  bool change(T& expected, T wanted) noexcept {
    return __atomic_compare_exchange_n(&value_, &expected, wanted, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  }
  [[gnu::always_inline]] T operator->() const noexcept { return *this; }

 private:
  T value_;
};

}  // namespace benchkit::memhook
