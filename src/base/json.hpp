// JSON documents: nlohmann-json with the order of keys kept, and errors that name the place.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace benchkit {

/// A JSON document whose keys keep their order.
using Json = nlohmann::ordered_json;

namespace base {

/// Parses one JSON text. Throws benchkit::Error with `where` = "<place>:<line>:<column>" (1-based; `place` is a file name or a
/// description; `first_line` is the number of the text's first line).
[[nodiscard]] Json parse_json(std::string_view text, std::string_view place, std::size_t first_line = 1);

/// Where and why a text is no JSON.
struct JsonFault {
  std::size_t offset = 0;  ///< bytes from the text's beginning
  std::string message;
};
/// nullopt: the text is JSON.
[[nodiscard]] std::optional<JsonFault> json_fault(std::string_view text);

/// The document on one line, without a newline. Doubles round-trip exactly; invalid UTF-8 is replaced by U+FFFD.
[[nodiscard]] std::string dump_line(const Json& document);

/// A number as JSON: finite numbers as such, the others as the texts "NaN", "Infinity", "-Infinity" (JSON has no word for them).
[[nodiscard]] Json number_to_json(double value);
/// The inverse of number_to_json; throws benchkit::Error for anything else.
[[nodiscard]] double number_from_json(const Json& value, std::string_view what);

}  // namespace base
}  // namespace benchkit
