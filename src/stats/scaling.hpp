// How a cost grows with a size.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stats/estimate.hpp"
#include "stats/interval.hpp"

namespace benchkit::stats {

/// A cost (> 0) at a size (> 0); others are left out.
struct SizedCost {
  double size = 0;
  double cost = 0;
};

/// The fewest sizes that differ from which an exponent, and a law, can be told.
inline constexpr std::size_t kFewestSizes = 3;
inline constexpr std::size_t kFewestSizesForLaws = 4;

/// cost = factor * size^exponent, with the interval of the exponent: of noise about the law, or of what the points miss the law by, the wider one.
struct PowerLaw {
  Estimate exponent;
  Interval interval;
  double factor = 0;
};

/// Empty for fewer sizes than kFewestSizes: two points lie on a line whatever the law is. Of ratios head / base in place of costs it is
/// the exponent by which head grows faster: 0 is the same law.
[[nodiscard]] std::optional<PowerLaw> power_law(std::span<const SizedCost> points, double alpha = 0.05);

/// The growth laws that are compared, the slowest one first.
enum class Growth { constant, logarithmic, linear, linearithmic, quadratic, cubic };
[[nodiscard]] std::string_view to_string(Growth growth) noexcept;  ///< "1", "log n", "n", "n log n", "n^2", "n^3"

/// A law and how well it foretells a size that it was not fitted to.
struct GrowthFit {
  Growth growth = Growth::constant;
  double offset = 0;  ///< cost = offset + factor * law(size); neither is negative
  double factor = 0;
  double error =
      0;  ///< root mean square over the sizes of the logarithms of foretold / measured, each left out once; infinite where one is not > 0
};

/// The cost that it foretells for a size.
[[nodiscard]] double cost_at(const GrowthFit& fit, double size);

/// All laws: first the one that is taken, the slowest of those that are as good as the best, then the others, the better ones first. Empty for fewer sizes than kFewestSizesForLaws.
[[nodiscard]] std::vector<GrowthFit> growth_laws(std::span<const SizedCost> points);

}  // namespace benchkit::stats
