#include "stats/wilson.hpp"

#include <algorithm>
#include <cmath>

#include "stats/quantiles.hpp"

namespace benchkit::stats {

Interval wilson_interval(std::size_t hits, std::size_t trials, double alpha) {
  if (trials == 0) return {0, 1};
  const auto n = static_cast<double>(trials);
  const double share = static_cast<double>(hits) / n;
  const double z = normal_upper(alpha / 2);
  const double centre = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  // The ends that are none, without what rounding leaves of them.
  return {hits == 0 ? 0 : std::max(0.0, centre - half), hits == trials ? 1 : std::min(1.0, centre + half)};
}

}  // namespace benchkit::stats
