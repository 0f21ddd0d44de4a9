// Parts that nearly nothing has.
#pragma once

#include <memory>
#include <utility>

namespace benchkit::base {

/// A value that takes the room of a pointer where it is not there, and then reads as an empty one: for what one of a hundred thousand has. Copied
/// as a value is.
template <class T>
class Rare {
 public:
  Rare() = default;
  Rare(const Rare& other) : there_(other.there_ ? std::make_unique<T>(*other.there_) : nullptr) {}
  Rare& operator=(const Rare& other) { return *this = Rare(other); }
  Rare(Rare&&) noexcept = default;
  Rare& operator=(Rare&&) noexcept = default;
  ~Rare() = default;
  Rare& operator=(T value) {
    there_ = std::make_unique<T>(std::move(value));
    return *this;
  }

  [[nodiscard]] explicit operator bool() const noexcept { return there_ != nullptr; }
  [[nodiscard]] const T& operator*() const {
    static const T none{};
    return there_ ? *there_ : none;
  }
  [[nodiscard]] const T* operator->() const { return &**this; }
  /// To be written to: there from now on.
  [[nodiscard]] T& make() {
    if (!there_) there_ = std::make_unique<T>();
    return *there_;
  }
  friend bool operator==(const Rare& left, const Rare& right) { return *left == *right; }

 private:
  std::unique_ptr<T> there_;
};

}  // namespace benchkit::base
