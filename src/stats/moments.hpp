// The plain summaries on which the methods of this layer are built.
#pragma once

#include <span>
#include <vector>

namespace benchkit::stats {

/// Of at least one value; the mean of the two middle ones where their number is even.
[[nodiscard]] double median(std::vector<double> values);
/// The same of values that may be reordered.
[[nodiscard]] double median_in_place(std::span<double> values);
/// Of at least one value.
[[nodiscard]] double mean(std::span<const double> values);
/// The unbiased variance; 0 for a single value, and exactly 0 for equal ones, whose mean may differ from them in the last digit.
[[nodiscard]] double variance(std::span<const double> values);

/// The median distance from `centre`, scaled so that it is the standard deviation where the values are normal about it: up to half of the
/// values may lie anywhere (Hampel, Journal of the American Statistical Association 69, 1974). 0 for no values.
[[nodiscard]] double robust_spread(std::span<const double> values, double centre);

}  // namespace benchkit::stats
