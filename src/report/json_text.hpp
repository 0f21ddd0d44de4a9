// JSON written straight to text: a report has lists of as many numbers as there are cases, for which a tree of values would be ten times as large and slow.
#pragma once

#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/json.hpp"

namespace benchkit::report {

/// An array in the making.
class ListText {
 public:
  /// JSON as it is.
  void add_raw(std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_ += json;
  }
  void add_integer(long long value) { fmt::format_to(next(), "{}", value); }
  /// With so many significant digits, and a whole number (a count, a size in bytes) whole; null where there is no finite one.
  void add_number(double value, int digits) {
    if (!std::isfinite(value)) add_raw("null");
    else if (value == std::trunc(value)) fmt::format_to(next(), "{}", value);
    else fmt::format_to(next(), "{:.{}g}", value, digits);
  }
  [[nodiscard]] std::string text() && {
    text_ += ']';
    return std::move(text_);
  }

 private:
  std::back_insert_iterator<std::string> next() {
    if (text_.size() > 1) text_ += ',';
    return std::back_inserter(text_);
  }
  std::string text_ = "[";
};

/// An object in the making.
class ObjectText {
 public:
  ObjectText& add_raw(std::string_view name, std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_ += base::dump_line(Json(name));
    text_ += ':';
    text_ += json;
    return *this;
  }
  ObjectText& add(std::string_view name, const Json& value) { return add_raw(name, base::dump_line(value)); }
  [[nodiscard]] std::string text() && {
    text_ += '}';
    return std::move(text_);
  }
  [[nodiscard]] bool empty() const noexcept { return text_.size() == 1; }

 private:
  std::string text_ = "{";
};

}  // namespace benchkit::report
