#include "base/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::base {
namespace {

struct Step {
  double factor;
  const char* unit;
};

constexpr std::array<Step, 4> kTimes{{{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}}};
constexpr std::array<Step, 5> kBytes{{{1, "B"}, {1024.0, "KiB"}, {1048576.0, "MiB"}, {1073741824.0, "GiB"}, {1099511627776.0, "TiB"}}};
constexpr std::array<Step, 4> kCounts{{{1, ""}, {1e3, "k"}, {1e6, "M"}, {1e9, "G"}}};

std::span<const Step> steps_of(std::string_view unit) {
  if (unit == "ns") return kTimes;
  if (unit == "B") return kBytes;
  if (unit.empty()) return kCounts;
  return {};
}

// What may be written, which is more than what is shown.
constexpr std::array<Step, 7> kWrittenTimes{{{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}, {60e9, "min"}, {60e9, "m"}, {3600e9, "h"}}};
constexpr std::array<Step, 10> kWrittenSizes{{{1, "B"},
                                              {1e3, "kB"},
                                              {1e3, "KB"},
                                              {1e6, "MB"},
                                              {1e9, "GB"},
                                              {1024.0, "KiB"},
                                              {1048576.0, "MiB"},
                                              {1073741824.0, "GiB"},
                                              {1e12, "TB"},
                                              {1099511627776.0, "TiB"}}};

std::optional<double> product(const Quantity& quantity, std::span<const Step> units) {
  const auto found = std::find_if(units.begin(), units.end(), [&](const Step& step) { return quantity.unit == step.unit; });
  if (found == units.end()) return std::nullopt;
  return quantity.number * found->factor;
}

/// A number followed by one of the units; its product.
std::optional<double> parse_with_unit(std::string_view text, std::span<const Step> units) {
  const auto quantity = parse_quantity(text);
  return quantity ? product(*quantity, units) : std::nullopt;
}

}  // namespace

Scale scale_for(std::span<const double> values, std::string_view unit) {
  Scale scale{1, std::string(unit)};
  const std::span<const Step> steps = steps_of(unit);
  std::vector<double> sizes;
  for (const double value : values) {
    if (std::isfinite(value) && value != 0) sizes.push_back(std::fabs(value));
  }
  if (steps.empty() || sizes.empty()) return scale;
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  for (const Step& step : steps) {
    if (*middle >= step.factor) scale = {step.factor, step.unit};
  }
  return scale;
}

std::string format_scaled(double value, const Scale& scale) {
  if (std::isnan(value)) return "-";
  const double scaled = value / scale.factor;
  const double size = std::fabs(scaled);
  if (std::isinf(scaled)) return scaled > 0 ? "inf" : "-inf";
  if (size == 0) return "0";
  if (size >= 1e7) return fmt::format("{:.3e}", scaled);
  if (size >= 999.95) return fmt::format("{:.0f}", scaled);
  if (size >= 99.995) return fmt::format("{:.1f}", scaled);
  if (size >= 9.9995) return fmt::format("{:.2f}", scaled);
  if (size >= 0.001) return fmt::format("{:.3f}", scaled);
  // Below a picosecond there is no time worth a figure.
  return fmt::format(fmt::runtime(scale.unit == "ns" ? "{:.3f}" : "{:.2g}"), scaled);
}

std::string format_value(double value, std::string_view unit) {
  const Scale scale = scale_for({&value, 1}, unit);
  const std::string number = format_scaled(value, scale);
  return scale.unit.empty() || std::isnan(value) ? number : number + " " + scale.unit;
}

std::string format_duration(double seconds) {
  if (!std::isfinite(seconds)) return "-";
  if (seconds < 9.95) return fmt::format("{:.1f} s", std::max(seconds, 0.0));
  const auto whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

namespace {

constexpr double kPercentFrom = 0.1;
constexpr double kPercentTo = 2;

/// A factor with three digits, as long as that is readable: 0.0123, 2.31, 45.6, 12300.
std::string factor_text(double factor) {
  if (std::isinf(factor)) return "inf";
  if (factor >= 1e6) return fmt::format("{:.2e}", factor);
  if (factor >= 99.95) return fmt::format("{:.0f}", factor);
  if (factor >= 9.995) return fmt::format("{:.1f}", factor);
  if (factor >= 0.0995) return fmt::format("{:.2f}", factor);
  return fmt::format("{:.2g}", factor);
}

bool reads_as_percent(double ratio) { return ratio >= kPercentFrom && ratio < kPercentTo; }
std::string percent_text(double ratio) { return ratio == 1 ? "=" : fmt::format("{:+.1f}%", (ratio - 1) * 100); }

/// One form for all that stands in a cell: the first of percent, "/12" (a share of what it was) and "x12" in which all of them read well.
using ChangeForm = std::string (*)(double);
ChangeForm form_for(std::span<const double> ratios) {
  if (std::all_of(ratios.begin(), ratios.end(), reads_as_percent)) return percent_text;
  if (std::all_of(ratios.begin(), ratios.end(), [](double ratio) { return ratio > 0 && ratio < 0.5; }))
    return [](double ratio) { return "/" + factor_text(1 / ratio); };
  return [](double ratio) { return "x" + factor_text(ratio); };
}

}  // namespace

std::string format_change(double ratio) { return std::isnan(ratio) ? "-" : form_for({&ratio, 1})(ratio); }

std::string format_difference(double difference, std::string_view unit) {
  if (difference == 0) return "=";
  return (difference < 0 ? "-" : "+") + format_value(std::fabs(difference), unit);
}

std::string format_difference(double difference, double low, double high, std::string_view unit) {
  if (difference == low && difference == high) return format_difference(difference, unit);
  return fmt::format("{} [{}, {}]", format_difference(difference, unit), format_difference(low, unit), format_difference(high, unit));
}

std::string format_change(double ratio, double low, double high) {
  if (std::isnan(ratio)) return "-";
  if (ratio == low && ratio == high) return format_change(ratio);
  if (!(low > 0) || !(high <= kWidestTold * low)) return format_change(ratio) + " [unknown]";
  const std::array<double, 3> all{ratio, low, high};
  const ChangeForm form = form_for(all);
  return fmt::format("{} [{}, {}]", form(ratio), form(low), form(high));
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  return Quantity{number, std::string(unit)};
}

std::string to_text(const Quantity& quantity) {
  return fmt::format("{}{}{}", quantity.number, quantity.unit.empty() ? "" : " ", quantity.unit);
}

std::optional<double> in_unit(const Quantity& quantity, std::string_view unit) {
  if (quantity.number == 0 && quantity.unit.empty()) return 0;
  if (unit == "ns") return product(quantity, kWrittenTimes);
  if (unit == "B") return product(quantity, kWrittenSizes);
  if (unit.empty()) return product(quantity, kCounts);
  if (!quantity.unit.empty() && quantity.unit != unit) return std::nullopt;
  return quantity.number;
}

double parse_duration_ns(std::string_view text, std::string_view option) {
  const auto value = parse_with_unit(text, kWrittenTimes);
  if (!value || *value < 1 || *value > 9e18) {
    throw Error(fmt::format("\"{}\" is no time", text), std::string(option), "write a number with its unit: 500ms, 1.5s, 2min, 1h");
  }
  return *value;
}

double parse_bytes(std::string_view text, std::string_view option) {
  const auto value = parse_with_unit(text, kWrittenSizes);
  if (!value || *value < 1 || *value > 9e18) {
    throw Error(fmt::format("\"{}\" is no size", text), std::string(option), "write a number with its unit: 512KiB, 100MB, 1.5GiB");
  }
  return *value;
}

constexpr std::array<Step, 1> kPercentUnits{{{0.01, "%"}}};

double parse_share(std::string_view text, std::string_view option) {
  const auto value = parse_with_unit(text, kPercentUnits);
  if (!value || *value < 0) throw Error(fmt::format("\"{}\" is no share", text), std::string(option), "write a percentage: 5%, 0%");
  return *value;
}

double parse_percent(std::string_view text, std::string_view option) {
  const auto value = parse_with_unit(text, kPercentUnits);
  if (!value || *value <= 0 || *value >= 1) {
    throw Error(fmt::format("\"{}\" is no share", text), std::string(option), "write a percentage between 0% and 100%: 1%, 0.5%");
  }
  return *value;
}

std::string format_percent(double share) {
  constexpr double kPercent = 100;
  const double percent = share * kPercent;
  return std::fabs(percent) < kPercent ? fmt::format("{:.2g}%", percent) : fmt::format("{:.0f}%", percent);  // no powers of ten
}

}  // namespace benchkit::base
