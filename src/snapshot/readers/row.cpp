#include "snapshot/readers/row.hpp"

#include <fmt/format.h>

#include "snapshot/outline.hpp"
#include "snapshot/values.hpp"

namespace benchkit::snapshot {

using simdjson::dom::element;

std::optional<element> Row::member(const char* key) const {
  element value;
  if (fields_[key].get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
  return value;
}

std::optional<std::string_view> Row::text(const char* key) const {
  const auto value = member(key);
  if (!value) return std::nullopt;
  std::string_view text;
  if (value->get(text) != simdjson::SUCCESS) throw Fault{at(key), fmt::format("\"{}\" is not a text", key)};
  return text;
}

std::optional<double> Row::number(const char* key) const {
  const auto value = member(key);
  if (!value) return std::nullopt;
  const auto number = number_of(*value);
  if (!number) throw Fault{at(key), fmt::format("\"{}\" is not a number", key)};
  return number;
}

std::optional<bool> Row::flag(const char* key) const {
  const auto value = member(key);
  if (!value) return std::nullopt;
  bool flag = false;
  if (value->get(flag) != simdjson::SUCCESS) throw Fault{at(key), fmt::format("\"{}\" is neither true nor false", key)};
  return flag;
}

std::optional<Row> Row::object(const char* key) const {
  const auto value = member(key);
  if (!value) return std::nullopt;
  simdjson::dom::object object;
  if (value->get(object) != simdjson::SUCCESS) throw Fault{at(key), fmt::format("\"{}\" is not an object", key)};
  return Row(object, *this, key);
}

std::optional<simdjson::dom::array> Row::array(const char* key) const {
  const auto value = member(key);
  if (!value) return std::nullopt;
  simdjson::dom::array array;
  if (value->get(array) != simdjson::SUCCESS) throw Fault{at(key), fmt::format("\"{}\" is not a list", key)};
  return array;
}

std::optional<std::vector<double>> Row::numbers(const char* key) const {
  const auto items = array(key);
  if (!items) return std::nullopt;
  std::vector<double> numbers;
  numbers.reserve(items->size());
  for (const element item : *items) {
    const auto number = number_of(item);
    if (!number) throw Fault{at(key), fmt::format("\"{}\" holds what is not a number, at place {}", key, numbers.size() + 1)};
    numbers.push_back(*number);
  }
  return numbers;
}

std::string_view Row::required_text(const char* key) const {
  const auto value = text(key);
  if (!value) throw Fault{at(), fmt::format("\"{}\" is missing", key)};
  return *value;
}

std::string_view Row::at() const {
  std::string_view place = text_;
  for (const char* key : path_) {
    const std::string_view inner = member_of(place, key);
    if (inner.empty()) break;
    place = inner;
  }
  return place;
}

std::string_view Row::at(std::string_view key) const {
  const std::string_view outer = at();
  const std::string_view inner = member_of(outer, key);
  return inner.empty() ? outer : inner;
}

}  // namespace benchkit::snapshot
