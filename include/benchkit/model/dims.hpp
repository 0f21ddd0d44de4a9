// Dims: the ordered, typed dimensions of a case.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <benchkit/base/error.hpp>

namespace benchkit {

/// The value of one dimension: a string, an integer, a real or a boolean. The type is part of the value:
/// the integer 100 and the text "100" are different (a filter given as text matches both).
/// Integers have 64 bits and a sign; the constructor throws benchkit::Error for a larger one, which would come out negative.
class DimValue {
 public:
  using Variant = std::variant<std::string, std::int64_t, double, bool>;

  DimValue() = default;
  DimValue(std::string text) : value_(std::move(text)) {}         // NOLINT(google-explicit-constructor)
  DimValue(std::string_view text) : value_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  DimValue(const char* text) : value_(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  DimValue(bool flag) : value_(flag) {}                           // NOLINT(google-explicit-constructor)
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  DimValue(T number) : value_(in_range(number)) {}  // NOLINT(google-explicit-constructor)
  template <std::floating_point T>
  DimValue(T number) : value_(static_cast<double>(number)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] const Variant& variant() const noexcept { return value_; }
  [[nodiscard]] bool is_text() const noexcept { return value_.index() == 0; }
  [[nodiscard]] bool is_number() const noexcept { return value_.index() == 1 || value_.index() == 2; }
  /// The value as a real number; call only if is_number().
  [[nodiscard]] double number() const;
  /// The value as a person writes it: `basic`, `100`, `0.5`, `true`.
  [[nodiscard]] std::string text() const;
  /// "string", "integer", "real" or "boolean".
  [[nodiscard]] std::string_view type_name() const noexcept;

  friend bool operator==(const DimValue&, const DimValue&) = default;
  /// Numbers by size (integers and reals together), then texts, then booleans.
  friend bool operator<(const DimValue& left, const DimValue& right);

 private:
  template <std::integral T>
  static std::int64_t in_range(T number) {
    if constexpr (std::unsigned_integral<T>) {
      if (number > static_cast<std::uint64_t>(INT64_MAX)) {
        throw Error("a dim of " + std::to_string(number) + " is beyond 64 bits with a sign", {}, "give it as a text or a double");
      }
    }
    return static_cast<std::int64_t>(number);
  }

  Variant value_;
};

/// The dimensions of a case in the order in which its author gave them; names are unique.
class Dims {
 public:
  using Entry = std::pair<std::string, DimValue>;

  Dims() = default;
  /// Throws benchkit::Error if a name stands twice or is empty.
  Dims(std::initializer_list<Entry> entries);

  /// Makes room for so many.
  void reserve(std::size_t count) { entries_.reserve(count); }
  /// Adds a dimension at the end, or replaces the value of the one that has this name.
  void set(std::string name, DimValue value);
  /// The value of a dimension, or nullptr if there is none of this name.
  [[nodiscard]] const DimValue* find(std::string_view name) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
  [[nodiscard]] auto end() const noexcept { return entries_.end(); }

  friend bool operator==(const Dims&, const Dims&) = default;

 private:
  std::vector<Entry> entries_;
};

}  // namespace benchkit
