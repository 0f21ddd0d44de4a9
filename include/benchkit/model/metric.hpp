// A metric is data: a name, a unit, and which direction is better.
#pragma once

#include <string>
#include <string_view>

namespace benchkit {

/// Which direction of a metric is better. `unknown` is an honest answer, for a number that a case reports itself.
enum class Better { less, more, unknown };

/// What a number measures. Two metrics are the same if their names are; nothing above `core` knows any name.
struct Metric {
  std::string name;  ///< "time", "peak", or whatever a case reports
  std::string unit;  ///< the unit of the stored values: "ns", "B", "" (a plain count), or any text
  Better better = Better::less;

  friend bool operator==(const Metric&, const Metric&) = default;
};

[[nodiscard]] std::string_view to_string(Better better) noexcept;  ///< "less", "more", "unknown"
[[nodiscard]] Better better_from(std::string_view text) noexcept;  ///< anything else is `unknown`

}  // namespace benchkit
