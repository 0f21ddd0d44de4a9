// A row of another tool's file: its members by key and type, and where each of them stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

namespace benchkit::snapshot {

/// What makes a row unreadable: thrown, and the row is left out.
struct Fault {
  std::string_view at;  ///< the piece of the text that is wrong
  std::string message;
};

/// An object of the file, parsed. A member that is missing or null is none; one of another type is a Fault at its place.
class Row {
 public:
  Row(simdjson::dom::object fields, std::string_view text) : fields_(fields), text_(text) {}

  [[nodiscard]] std::optional<std::string_view> text(const char* key) const;
  /// NaN and the infinities are numbers.
  [[nodiscard]] std::optional<double> number(const char* key) const;
  [[nodiscard]] std::optional<bool> flag(const char* key) const;
  [[nodiscard]] std::optional<Row> object(const char* key) const;
  [[nodiscard]] std::optional<simdjson::dom::array> array(const char* key) const;
  /// An array of numbers.
  [[nodiscard]] std::optional<std::vector<double>> numbers(const char* key) const;
  [[nodiscard]] std::string_view required_text(const char* key) const;

  [[nodiscard]] simdjson::dom::object fields() const noexcept { return fields_; }
  /// Where the object stands.
  [[nodiscard]] std::string_view at() const;
  /// Where a member stands; the object's own place if it has none of this key.
  [[nodiscard]] std::string_view at(std::string_view key) const;

 private:
  Row(simdjson::dom::object fields, const Row& outer, const char* key) : fields_(fields), text_(outer.text_), path_(outer.path_) {
    path_.emplace_back(key);
  }
  [[nodiscard]] std::optional<simdjson::dom::element> member(const char* key) const;

  simdjson::dom::object fields_;
  std::string_view text_;            ///< of the whole row
  std::vector<const char*> path_{};  ///< of keys, from the row to this object
};

}  // namespace benchkit::snapshot
