// Numbers with units, as people read them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace benchkit::base {

/// A scale that serves a whole column: 1 of `unit` is `factor` of the stored unit.
struct Scale {
  double factor = 1;
  std::string unit;
};

/// The scale in which the values of a column read best (ns -> us, ms, s; B -> KiB, MiB, GiB; counts -> k, M, G), chosen by
/// their median magnitude. Unknown units stay as they are. Non-finite values are ignored.
[[nodiscard]] Scale scale_for(std::span<const double> values, std::string_view unit);

/// `value` (in the stored unit) in the scale, with 4 significant digits, without the unit: `12.34`, `0.001`, `1234`.
[[nodiscard]] std::string format_scaled(double value, const Scale& scale);

/// One number with its own best unit: `12.34 us`, `1.5 MiB`.
[[nodiscard]] std::string format_value(double value, std::string_view unit);

/// A duration for people: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 05 min`.
[[nodiscard]] std::string format_duration(double seconds);

/// A ratio as a change: `+1.2%`, `-0.4%`, `x2.31` from a doubling on, `/12.5` below a tenth, `=` for exactly 1.
[[nodiscard]] std::string format_change(double ratio);
/// The same with its interval, all three in one form: `+1.2% [+0.9%, +1.5%]`, `x3.02 [x2.99, x3.05]`, `/10000 [/10100, /9900]`.
/// `[unknown]` where the interval's ends lie more than kWidestTold times apart: such numbers say nothing.
[[nodiscard]] std::string format_change(double ratio, double low, double high);
inline constexpr double kWidestTold = 10;

/// A difference in its own best unit: `+12.34 us`, `-1.5 MiB`, `=` for 0.
[[nodiscard]] std::string format_difference(double difference, std::string_view unit);
/// The same with its interval: `+10 B [+9 B, +11 B]`.
[[nodiscard]] std::string format_difference(double difference, double low, double high, std::string_view unit);

/// A number with the unit behind it, as it was written.
struct Quantity {
  double number = 0;
  std::string unit;  ///< "MiB", "ms", "%", "" or any text
  friend bool operator==(const Quantity&, const Quantity&) = default;
};
/// `10MiB`, `5 ms`, `1000`; nullopt where the text begins with no finite number.
[[nodiscard]] std::optional<Quantity> parse_quantity(std::string_view text);
[[nodiscard]] std::string to_text(const Quantity& quantity);  ///< `10 MiB`, `1000`
/// The quantity in the unit that a metric is stored in ("ns", "B", "" or any text). A bare number is a count, or in a unit that is neither a time nor a
/// size; zero needs no unit anywhere. nullopt where the units do not fit.
[[nodiscard]] std::optional<double> in_unit(const Quantity& quantity, std::string_view unit);

/// A share as it is told: `0.12%`, `5%`, to two digits.
[[nodiscard]] std::string format_percent(double share);

/// `500ms`, `1.5s`, `2min`, `1h`, `10us`, `100ns`: nanoseconds, at least one. A bare number is refused. Throws benchkit::Error with
/// `option` as place.
[[nodiscard]] double parse_duration_ns(std::string_view text, std::string_view option);
/// `10MiB`, `1.5GB`, `4096B`, `512KiB`: bytes, at least one. A bare number is refused.
[[nodiscard]] double parse_bytes(std::string_view text, std::string_view option);
/// `5%`, `0%`, `200%` -> 0.05, 0, 2; throws for anything else or < 0.
[[nodiscard]] double parse_share(std::string_view text, std::string_view option);
/// `1%`, `0.5%` -> 0.01, 0.005; throws for anything else or <= 0.
[[nodiscard]] double parse_percent(std::string_view text, std::string_view option);

}  // namespace benchkit::base
