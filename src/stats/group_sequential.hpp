// A few planned looks at a test of fixed length: O'Brien-Fleming bounds by error spending.
#pragma once

#include <span>
#include <vector>

namespace benchkit::stats {

/// The two-sided error that may have been spent when `fraction` (0, 1] of the planned information is there.
[[nodiscard]] double obrien_fleming_spent(double fraction, double alpha);

/// For each look, at a rising fraction of the planned information, the |z| from which on the test stops with a result. All looks together
/// err with probability alpha (two-sided) at most. With t statistics compare `2 * normal_tail(bound)` with the p-value.
[[nodiscard]] std::vector<double> obrien_fleming_bounds(std::span<const double> fractions, double alpha);

}  // namespace benchkit::stats
