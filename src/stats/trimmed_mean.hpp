// The trimmed mean with Yuen's variance: the robust location on which the fixed design rests.
#pragma once

#include <vector>

#include "stats/estimate.hpp"

namespace benchkit::stats {

/// The arithmetic mean with its usual variance; of at least one value. One value has no degree of freedom.
[[nodiscard]] Estimate mean_estimate(const std::vector<double>& values);

/// The mean without a fifth of the values on either side, of at least one value; below six values nothing is trimmed. For paired blocks
/// `interval_of()` of it is Yuen's interval; for two independent groups that of the `difference()` of two.
[[nodiscard]] Estimate trimmed_mean(std::vector<double> values);

}  // namespace benchkit::stats
