#include "stats/equivalence.hpp"

#include <algorithm>

namespace benchkit::stats {

double p_within(const Estimate& estimate, double low, double high) {
  // Certainty on the bound itself is within it, which neither of two strict tests would say.
  if (estimate.variance == 0) return low <= estimate.value && estimate.value <= high ? 0 : 1;
  return std::max(p_above(estimate, low), p_below(estimate, high));
}

}  // namespace benchkit::stats
