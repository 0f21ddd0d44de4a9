// Reading the fields of a message: what is missing or wrong is named with its place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace benchkit::protocol {

/// True for an integer that an std::int64_t holds; a larger one would wrap in silence.
[[nodiscard]] bool is_int64(const Json& value);

/// The fields of one JSON object. Every getter throws benchkit::Error with `place` and the field's name if the field has the wrong
/// type; a getter with a fallback takes it where the field is missing.
class Fields {
 public:
  Fields(const Json& object, std::string place);

  [[nodiscard]] bool has(const char* name) const { return object_.contains(name); }
  [[nodiscard]] std::string text(const char* name) const;
  [[nodiscard]] std::string text(const char* name, std::string fallback) const;
  [[nodiscard]] std::int64_t integer(const char* name) const;
  [[nodiscard]] std::int64_t integer(const char* name, std::int64_t fallback) const;
  [[nodiscard]] std::uint64_t count(const char* name, std::uint64_t fallback) const;
  [[nodiscard]] double number(const char* name, double fallback) const;
  [[nodiscard]] bool flag(const char* name, bool fallback) const;
  [[nodiscard]] std::vector<std::string> texts(const char* name) const;  ///< missing: empty
  [[nodiscard]] std::vector<double> numbers(const char* name) const;     ///< missing: empty
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> text_map(const char* name) const;
  [[nodiscard]] std::vector<std::pair<std::string, double>> number_map(const char* name) const;
  [[nodiscard]] const Json& array(const char* name) const;   ///< missing: an empty one
  [[nodiscard]] const Json& object(const char* name) const;  ///< missing: an empty one
  [[nodiscard]] Fields inner(const char* name) const;
  [[nodiscard]] const std::string& place() const noexcept { return place_; }

 private:
  [[nodiscard]] const Json* find(const char* name) const;
  [[noreturn]] void complain(const char* name, std::string_view expected) const;

  const Json& object_;
  std::string place_;
};

}  // namespace benchkit::protocol
