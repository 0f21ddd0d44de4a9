// How a cost grows with a size.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stats/interval.hpp"

namespace benchkit::stats {

/// A cost (> 0) at a size (> 0); others are left out.
struct SizedCost {
  double size = 0;
  double cost = 0;
};

/// cost = factor * size^exponent, with the interval of the exponent.
struct PowerLaw {
  double exponent = 0;
  Interval interval;
  double factor = 0;
};

/// Empty for fewer than three sizes that differ: two points lie on a line whatever the law is.
[[nodiscard]] std::optional<PowerLaw> power_law(std::span<const SizedCost> points, double alpha = 0.05);

/// The growth laws that are compared, the slowest one first.
enum class Growth { constant, logarithmic, linear, linearithmic, quadratic, cubic };
[[nodiscard]] std::string_view to_string(Growth growth) noexcept;  ///< "1", "log n", "n", "n log n", "n^2", "n^3"

/// A law and how well it foretells a size that it was not fitted to.
struct GrowthFit {
  Growth growth = Growth::constant;
  double offset = 0;  ///< cost = offset + factor * law(size); neither is negative
  double factor = 0;
  double error = 0;  ///< root mean square of the logarithms of foretold / measured, each size left out once; infinite where one is not > 0
};

/// All laws, the best one first. Empty for fewer than four sizes that differ.
[[nodiscard]] std::vector<GrowthFit> growth_laws(std::span<const SizedCost> points);

/// The exponent by which head grows faster than base (0: the same law), from the ratios at the sizes that both have; the law differs where
/// the interval does not hold 0. Empty for fewer than three common sizes.
[[nodiscard]] std::optional<PowerLaw> exponent_change(std::span<const SizedCost> base, std::span<const SizedCost> head,
                                                      double alpha = 0.05);

}  // namespace benchkit::stats
