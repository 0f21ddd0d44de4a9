// The Hodges-Lehmann estimate: a robust location that needs no choice of a trim.
#pragma once

#include <span>

#include "stats/interval.hpp"

namespace benchkit::stats {

/// The median of the means of all pairs of values, each value with itself among them. NaN for no values. Quadratic: for blocks, not samples.
[[nodiscard]] double hodges_lehmann(std::span<const double> values);
/// The median of the differences of all pairs of one head and one base value. NaN where a side is empty.
[[nodiscard]] double hodges_lehmann_shift(std::span<const double> base, std::span<const double> head);
/// The interval of hodges_lehmann() with a confidence of at least 1 - alpha where the values are symmetric about the truth; infinite on
/// both sides where they are too few (below 6 at 95 %).
[[nodiscard]] Interval hodges_lehmann_interval(std::span<const double> values, double alpha);

}  // namespace benchkit::stats
