#include <benchkit/model/dims.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit {

double DimValue::number() const {
  if (const auto* integer = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*integer);
  return std::get<double>(value_);
}

std::string DimValue::text() const {
  struct Text {
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(std::int64_t integer) const { return std::to_string(integer); }
    std::string operator()(double real) const { return fmt::format("{}", real); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  };
  return std::visit(Text{}, value_);
}

std::string_view DimValue::type_name() const noexcept {
  static constexpr std::array<std::string_view, 4> kNames{"string", "integer", "real", "boolean"};
  return kNames[value_.index()];
}

bool operator<(const DimValue& left, const DimValue& right) {
  const auto rank = [](const DimValue& value) { return value.is_number() ? 0 : value.is_text() ? 1 : 2; };
  if (rank(left) != rank(right)) return rank(left) < rank(right);
  if (left.is_number() && left.number() != right.number()) return left.number() < right.number();
  return left.value_ < right.value_;
}

Dims::Dims(std::initializer_list<Entry> entries) {
  for (const auto& [name, value] : entries) {
    if (find(name) != nullptr) throw Error(fmt::format("the dim \"{}\" stands twice", name));
    set(name, value);
  }
}

void Dims::set(std::string name, DimValue value) {
  if (name.empty()) throw Error("a dim needs a name");
  const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.first == name; });
  if (known == entries_.end()) {
    entries_.emplace_back(std::move(name), std::move(value));
  } else {
    known->second = std::move(value);
  }
}

const DimValue* Dims::find(std::string_view name) const noexcept {
  const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.first == name; });
  return known == entries_.end() ? nullptr : &known->second;
}

}  // namespace benchkit
