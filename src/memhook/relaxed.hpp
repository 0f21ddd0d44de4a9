// A number that one thread writes while others read it.
#pragma once

namespace benchkit::memhook {

/// Reads and writes are whole, and in no order with others: one plain instruction each. Changing it is not one step, so only one thread may do that
/// at a time. Zero where its memory is.
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
  [[gnu::always_inline]] Relaxed& operator+=(T more) noexcept { return *this = static_cast<T>(*this) + more; }
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
