// False discoveries: error levels corrected for how many comparisons were made.
#pragma once

#include <span>
#include <vector>

namespace benchkit::stats {

/// The adjusted level of each p-value: at which alpha it would be among the discoveries of Benjamini and Hochberg. In [0, 1], in the order
/// given; a p-value that is NaN counts as 1.
[[nodiscard]] std::vector<double> adjusted_levels(std::span<const double> p_values);

}  // namespace benchkit::stats
