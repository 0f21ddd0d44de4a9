// JSON written straight to text: a report has lists of as many numbers as there are cases, for which a tree of values would be ten times as large and slow.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "base/json.hpp"

namespace benchkit::report {

/// Appends a text as JSON has it. Most hold nothing that needs an escape.
inline void append_text(std::string& json, std::string_view text) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (!is_plain) {
    json += base::dump_line(Json(text));
    return;
  }
  json += '"';
  json += text;
  json += '"';
}

/// An array in the making.
class ListText {
 public:
  /// JSON as it is.
  void add_raw(std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_ += json;
  }
  void add_text(std::string_view text) {
    if (text_.size() > 1) text_ += ',';
    append_text(text_, text);
  }
  void add_integer(long long value) { add_raw(std::string_view(fmt::format_int(value).c_str())); }
  /// With so many significant digits, and a whole number (a count, a size in bytes) whole; null where there is no finite one.
  void add_number(double value, int digits) {
    if (!std::isfinite(value)) add_raw("null");
    else if (value == std::trunc(value)) fmt::format_to(next(), FMT_COMPILE("{}"), value);
    else fmt::format_to(next(), FMT_COMPILE("{:.{}g}"), value, digits);
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
    begin(name);
    text_ += json;
    return *this;
  }
  ObjectText& add_text(std::string_view name, std::string_view text) {
    begin(name);
    append_text(text_, text);
    return *this;
  }
  ObjectText& add(std::string_view name, const Json& value) { return add_raw(name, base::dump_line(value)); }
  [[nodiscard]] std::string text() && {
    text_ += '}';
    return std::move(text_);
  }
  [[nodiscard]] bool empty() const noexcept { return text_.size() == 1; }

 private:
  void begin(std::string_view name) {
    if (text_.size() > 1) text_ += ',';
    append_text(text_, name);
    text_ += ':';
  }
  std::string text_ = "{";
};

}  // namespace benchkit::report
