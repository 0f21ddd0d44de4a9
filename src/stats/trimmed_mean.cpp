// The 20 % trimmed mean, and Student's t with it.
//
// A trimmed mean loses little against the mean where blocks are normal and very much less where some are outliers. Its variance is not that
// of the values that are left, which would ignore how they were chosen, but that of all values winsorised (those cut off replaced by the
// last ones kept): h values kept of n give squares / (h (h - 1)) with h - 1 degrees of freedom. Tukey and McLaughlin (Sankhya A 25, 1963)
// for one sample; Yuen (Biometrika 61, 1974) for the difference of two, with Satterthwaite's degrees of freedom. Below six values a trim
// would leave too few degrees of freedom: two of them cost more than an outlier, which then makes the interval wide, as it should.
#include "stats/trimmed_mean.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

#include "stats/moments.hpp"

namespace benchkit::stats {
namespace {

constexpr double kTrimmedShare = 0.2;
constexpr std::size_t kFewestToTrim = 6;

}  // namespace

Estimate mean_estimate(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  return {mean(values), variance(values) / count, count - 1};
}

Estimate trimmed_mean(std::vector<double> values) {
  const std::size_t cut = values.size() < kFewestToTrim ? 0 : static_cast<std::size_t>(kTrimmedShare * static_cast<double>(values.size()));
  if (cut == 0) return mean_estimate(values);
  std::sort(values.begin(), values.end());
  const std::size_t last = values.size() - 1 - cut;
  const std::span<const double> kept(values.begin() + static_cast<std::ptrdiff_t>(cut), values.size() - 2 * cut);
  const double centre = mean(kept);
  const auto left = static_cast<double>(kept.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::clamp(values[i], values[cut], values[last]);
  const double squares = variance(values) * static_cast<double>(values.size() - 1);
  return {centre, squares / (left * (left - 1)), left - 1};
}

}  // namespace benchkit::stats
