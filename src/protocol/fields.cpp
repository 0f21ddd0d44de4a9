#include "protocol/fields.hpp"

#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::protocol {

bool is_int64(const Json& value) {
  return value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX));
}

Fields::Fields(const Json& object, std::string place) : object_(object), place_(std::move(place)) {
  if (!object.is_object()) throw Error(fmt::format("expected an object, got {}", object.type_name()), place_);
}

const Json* Fields::find(const char* name) const {
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

void Fields::complain(const char* name, std::string_view expected) const {
  const Json* value = find(name);
  throw Error(value == nullptr ? fmt::format("field \"{}\" is missing ({} expected)", name, expected)
                               : fmt::format("field \"{}\" is {}, expected {}", name, value->type_name(), expected),
              place_);
}

std::string Fields::text(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr || !value->is_string()) complain(name, "a text");
  return value->get<std::string>();
}

std::string Fields::text(const char* name, std::string fallback) const { return has(name) ? text(name) : std::move(fallback); }

std::int64_t Fields::integer(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr || !is_int64(*value)) complain(name, "an integer of 64 bits");
  return value->get<std::int64_t>();
}

std::int64_t Fields::integer(const char* name, std::int64_t fallback) const { return has(name) ? integer(name) : fallback; }

std::uint64_t Fields::count(const char* name, std::uint64_t fallback) const {
  const Json* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_number_integer() || (!value->is_number_unsigned() && value->get<std::int64_t>() < 0)) {
    complain(name, "an integer of 0 or more");
  }
  return value->get<std::uint64_t>();
}

double Fields::number(const char* name, double fallback) const {
  const Json* value = find(name);
  return value == nullptr ? fallback : base::number_from_json(*value, place_ + ", field \"" + name + "\"");
}

bool Fields::flag(const char* name, bool fallback) const {
  const Json* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) complain(name, "true or false");
  return value->get<bool>();
}

const Json& Fields::array(const char* name) const {
  static const Json none = Json::array();
  const Json* value = find(name);
  if (value == nullptr) return none;
  if (!value->is_array()) complain(name, "an array");
  return *value;
}

const Json& Fields::object(const char* name) const {
  static const Json none = Json::object();
  const Json* value = find(name);
  if (value == nullptr) return none;
  if (!value->is_object()) complain(name, "an object");
  return *value;
}

Fields Fields::inner(const char* name) const { return Fields(object(name), place_ + ", field \"" + name + "\""); }

std::vector<std::string> Fields::texts(const char* name) const {
  std::vector<std::string> result;
  for (const Json& item : array(name)) {
    if (!item.is_string()) complain(name, "an array of texts");
    result.push_back(item.get<std::string>());
  }
  return result;
}

std::vector<double> Fields::numbers(const char* name) const {
  std::vector<double> result;
  for (const Json& item : array(name)) result.push_back(base::number_from_json(item, place_ + ", field \"" + name + "\""));
  return result;
}

std::vector<std::pair<std::string, std::string>> Fields::text_map(const char* name) const {
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& [key, value] : object(name).items()) {
    if (!value.is_string()) complain(name, "an object of texts");
    result.emplace_back(key, value.get<std::string>());
  }
  return result;
}

std::vector<std::pair<std::string, double>> Fields::number_map(const char* name) const {
  std::vector<std::pair<std::string, double>> result;
  for (const auto& [key, value] : object(name).items()) {
    result.emplace_back(key, base::number_from_json(value, place_ + ", field \"" + name + "\""));
  }
  return result;
}

}  // namespace benchkit::protocol
