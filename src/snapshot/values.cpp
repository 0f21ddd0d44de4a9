#include "snapshot/values.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

namespace benchkit::snapshot {

using simdjson::dom::element;
using simdjson::dom::element_type;

Json to_json(element value) {
  switch (value.type()) {
    case element_type::ARRAY: {
      Json array = Json::array();
      for (const element item : simdjson::dom::array(value)) array.push_back(to_json(item));
      return array;
    }
    case element_type::OBJECT: {
      Json object = Json::object();
      for (const auto [key, item] : simdjson::dom::object(value)) object[std::string(key)] = to_json(item);
      return object;
    }
    case element_type::INT64: return std::int64_t(value);
    case element_type::UINT64: return std::uint64_t(value);
    case element_type::DOUBLE: return double(value);
    case element_type::STRING: return std::string(std::string_view(value));
    case element_type::BOOL: return bool(value);
    case element_type::NULL_VALUE: break;
  }
  return nullptr;
}

std::optional<double> not_finite(std::string_view word) {
  const bool negative = word.starts_with('-');
  if (negative || word.starts_with('+')) word.remove_prefix(1);
  std::string low(word.substr(0, 9));
  for (char& c : low) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (low == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (low == "inf" || (low == "infinity" && word.size() == 8))
    return negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  return std::nullopt;
}

bool is_long_integer(std::string_view word) {
  constexpr std::size_t kDigits = 19;
  if (word.starts_with('-')) word.remove_prefix(1);
  return word.size() >= kDigits && std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::optional<double> number_of(element value) {
  if (double number = 0; value.get(number) == simdjson::SUCCESS) return number;
  if (std::string_view text; value.get(text) == simdjson::SUCCESS) {
    return is_long_integer(text) ? std::strtod(std::string(text).c_str(), nullptr) : not_finite(text);
  }
  return std::nullopt;
}

}  // namespace benchkit::snapshot
